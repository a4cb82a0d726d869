/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/pauses.h"

#include <math.h>

#include "result/arrivals.h"

#define NS_PER_S 1e9

uint64_t
ovr_pauses_first_after(const struct ovr_result *result, uint64_t at_place, uint64_t ns, uint64_t *end_place)
{
	const struct ovr_stall *stall = result->tx_stall;
	uint16_t worker = stall[at_place].worker;
	uint64_t low = at_place, end = result->n_tx_stalls;

	while (low < end) {
		uint64_t middle = low + (end - low) / 2;

		if (stall[middle].worker == worker)
			low = middle + 1;
		else
			end = middle;
	}
	*end_place = end;
	for (low = at_place; low < end;) {
		uint64_t middle = low + (end - low) / 2;

		if (stall[middle].start_ns + stall[middle].length_ns > ns)
			end = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* The interval that is asked about, and what senders and line can do in it. */
struct window {
	const struct ovr_result *result;
	uint64_t from_ns, to_ns;
	double pps;         /* of all senders, within a burst */
	double spare;       /* what the line carries beyond that, as a share of it; INFINITY: not known */
	double at_once_max; /* frames that one sender makes up for, at most */
	uint32_t n_senders;
	bool is_line_of_sender; /* the first sender emulates the line, too */
};

static struct window
window_of(const struct ovr_result *result, uint64_t from_ns, uint64_t to_ns)
{
	double pps = result->planned_pps * ovr_arrivals_peak(result);
	struct window window = { .result = result, .from_ns = from_ns, .to_ns = to_ns, .pps = pps };
	bool has_wire_core = false;

	window.at_once_max = fmax(ovr_arrivals_tx_burst(result, pps),
		(double)result->plan.ports.txq * result->plan.ports.burst);
	for (uint32_t w = 0; w < result->n_workers; w++) {
		window.n_senders += result->worker[w].is_tx && !result->worker[w].is_wire;
		has_wire_core |= result->worker[w].is_wire;
	}
	/*
	 * A sender that also emulates the line pauses with it: its late frames are what the line
	 * carries in one turn, and come in that turn.
	 */
	window.is_line_of_sender = result->line_paused_ns >= 0 && !has_wire_core;
	if (window.is_line_of_sender)
		window.spare = INFINITY;
	else
		window.spare = fmax(0, ovr_arrivals_line_pps(result) / pps - 1);
	return window;
}

/*
 * Late frames that the line has room for between an instant and the end: beside what falls due
 * then, and between bursts.
 */
static double
room_ns(const struct window *window, uint64_t from_ns)
{
	double on_ns, gaps_ns;

	if (from_ns >= window->to_ns)
		return 0;
	if (isinf(window->spare))
		return INFINITY;
	on_ns = ovr_arrivals_on_ns(window->result, from_ns, window->to_ns);
	gaps_ns = (double)(window->to_ns - from_ns) - on_ns;
	return on_ns * window->spare + gaps_ns * (1 + window->spare);
}

/*
 * Add one pause. That a sender made up for more than it may says that its log has the slots that it
 * skipped at another stall, or that it catches up with everything.
 */
static void
add(const struct window *window, const struct ovr_stall *pause, struct ovr_pauses *pauses)
{
	const struct ovr_result *result = window->result;
	/*
	 * A core that emulates the line holds up the frames of all senders: the one listed after
	 * them, or the first of several.
	 */
	bool is_wire = pause->worker >= window->n_senders ||
		(window->is_line_of_sender && window->n_senders > 1 && pause->worker == 0);
	double share = is_wire ? 1 : 1.0 / window->n_senders;
	uint64_t from_ns = pause->start_ns, to_ns = from_ns + pause->length_ns;
	double due_ns = ovr_arrivals_on_ns(result, from_ns, to_ns) * share;
	double late_ns = fmax(0, due_ns - (double)pause->frames * NS_PER_S / window->pps);
	bool is_refused = result->ledger.figures.refused != 0;
	bool is_known = !is_wire && late_ns * window->pps / NS_PER_S <= window->at_once_max && !is_refused;
	double within_ns;

	from_ns = from_ns > window->from_ns ? from_ns : window->from_ns;
	within_ns = ovr_arrivals_on_ns(result, from_ns, to_ns < window->to_ns ? to_ns : window->to_ns) *
		share;
	if (within_ns <= 0)
		return;
	late_ns = fmin(late_ns, room_ns(window, to_ns));
	pauses->max_ns += within_ns - (is_known ? late_ns : 0);
	/* a transmit ring that was full goes on sending */
	if (is_refused)
		late_ns += fmin(within_ns, ovr_arrivals_tx_ring(result) * NS_PER_S / window->pps);
	pauses->min_ns += within_ns - late_ns;
}

struct ovr_pauses
ovr_pauses_in(const struct ovr_result *result, uint64_t from_ns, uint64_t to_ns)
{
	struct window window = window_of(result, from_ns, to_ns);
	struct ovr_pauses pauses = { .min_ns = 0 };

	for (uint64_t at = 0, end; at < result->n_tx_stalls; at = end)
		for (uint64_t i = ovr_pauses_first_after(result, at, from_ns, &end);
			i < end && result->tx_stall[i].start_ns < to_ns; i++)
			add(&window, &result->tx_stall[i], &pauses);
	return pauses;
}
