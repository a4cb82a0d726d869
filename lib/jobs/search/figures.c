/* SPDX-License-Identifier: BSD-3-Clause */
#include "search/figures.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "method/load.h"
#include "search/plans.h"

/* The lowest load where nobody says one: a thousandth of the highest. */
#define LOWEST 0.001

bool
ovr_search_was_stalled(const struct ovr_result *result, double tolerance_ratio)
{
	for (uint32_t w = 0; w < result->n_workers; w++) {
		const struct ovr_result_worker *worker = &result->worker[w];
		double monitored_ns = worker->gap_ns == NULL ? 0 : (double)worker->gap_ns->sum;

		if (worker->is_tx && (double)worker->stalled_ns > monitored_ns * tolerance_ratio)
			return true;
	}
	return false;
}

void
ovr_search_take_limit(struct ovr_result_search_size *size, const struct ovr_result *result, bool is_bounded,
	double tolerance_ratio)
{
	if (size->tester_limit_tx_pps > 0 && result->tx_pps <= size->tester_limit_tx_pps)
		return;
	size->tester_limit_tx_pps = result->tx_pps;
	size->tester_limit_rx_pps = result->rx_pps;
	size->tester_limit_is_intended = is_bounded &&
		result->tx_pps >= result->planned_pps * (1 - tolerance_ratio);
	size->tester_limit_pps = size->tester_limit_is_intended ? result->planned_pps : result->tx_pps;
	if (size->line_pps > 0)
		size->tester_limit_pps = fmin(size->tester_limit_pps, size->line_pps);
}

bool
ovr_search_set_lowest(const struct ovr_rate *min_rate, const struct ovr_mix *mix, uint64_t line_bps,
	struct ovr_result_search_size *size)
{
	char lowest[OVR_UNITS_TEXT_BYTES], highest[OVR_UNITS_TEXT_BYTES];

	size->lowest_pps = min_rate->value == 0 ? size->tester_limit_pps * LOWEST
						: ovr_search_pps_of(mix, min_rate, line_bps);
	if (size->lowest_pps > 0 && size->lowest_pps <= size->tester_limit_pps)
		return true;
	if (size->lowest_pps > 0)
		snprintf(size->reason, sizeof(size->reason),
			"no load was tried: the lowest, %s, is above the highest, %s, that the tester sends "
			"here",
			ovr_units_print_si(lowest, sizeof(lowest), size->lowest_pps, "pps"),
			ovr_units_print_si(highest, sizeof(highest), size->tester_limit_pps, "pps"));
	else
		snprintf(size->reason, sizeof(size->reason),
			"min-rate: found %s of a line whose speed is not known, accepted: --line SPEED, or "
			"frames/s",
			ovr_units_print_rate(lowest, sizeof(lowest), min_rate));
	return false;
}

static uint64_t
lost_of(const struct ovr_result_summary *summary)
{
	return summary->lost > 0 ? (uint64_t)summary->lost : 0;
}

struct ovr_method_trial
ovr_search_trial_of(const struct ovr_result_summary *summary, double intended_pps, uint64_t duration_ns)
{
	double in_stalls = summary->sent == 0 ? 0
					      : (double)summary->shortfall_in_stalls / (double)summary->sent;

	return (struct ovr_method_trial){
		.load_pps = intended_pps,
		.achieved_pps = summary->tx_pps,
		.able_pps = summary->tx_pps * (1 + in_stalls),
		.duration_ns = duration_ns,
		.loss_ratio = summary->sent == 0 ? 0 : (double)lost_of(summary) / (double)summary->sent,
		.lost = lost_of(summary),
	};
}

static bool
counts(const struct ovr_result_search_trial *trial, uint32_t size)
{
	return trial->size == size && trial->purpose == OVR_RESULT_SEARCH_LOAD && trial->load_pps != 0;
}

static int
by_load_descending(const void *a, const void *b)
{
	double pps_a = ((const struct ovr_result_search_load *)a)->load_pps;
	double pps_b = ((const struct ovr_result_search_load *)b)->load_pps;

	return (pps_a < pps_b) - (pps_a > pps_b);
}

static struct ovr_result_search_load *
load_of(struct ovr_result_search_size *size, double load_pps)
{
	for (uint32_t i = 0; i < size->n_loads; i++)
		if (size->load[i].load_pps == load_pps)
			return &size->load[i];
	size->load[size->n_loads].load_pps = load_pps;
	return &size->load[size->n_loads++];
}

/* A stall of our own core loses frames where the receiver has no room, and nowhere else. */
static uint64_t
lost_host_of(const struct ovr_result_summary *summary)
{
	uint64_t no_room = summary->frames_at[OVR_PLACE_RX_RING] + summary->frames_at[OVR_PLACE_RX_NOMBUF] +
		summary->frames_at[OVR_PLACE_RX_KERNEL] + summary->frames_at[OVR_PLACE_RX_SOFTNET] +
		summary->frames_at[OVR_PLACE_RX_SOCKET];

	return summary->lost_in_host_stalls < no_room ? summary->lost_in_host_stalls : no_room;
}

static void
add_latency(struct ovr_result_search_latency *latency, const struct ovr_result_summary_latency *trial)
{
	double n = latency->n_trials;

	if (trial->count == 0)
		return;
	if (n == 0 || trial->min_ns < latency->min_ns)
		latency->min_ns = trial->min_ns;
	if (trial->max_ns > latency->max_ns)
		latency->max_ns = trial->max_ns;
	latency->p50_ns = (latency->p50_ns * n + (double)trial->p50_ns) / (n + 1);
	latency->p99_ns = (latency->p99_ns * n + (double)trial->p99_ns) / (n + 1);
	latency->n_trials++;
}

static void
add_to_load(struct ovr_result_search_load *load, const struct ovr_result_search_trial *trial)
{
	const struct ovr_result_summary *summary = &trial->summary;
	double ns = (double)load->duration_ns;

	load->achieved_pps = (load->achieved_pps * ns + summary->tx_pps * (double)trial->duration_ns) /
		(ns + (double)trial->duration_ns);
	load->forwarded_pps = (load->forwarded_pps * ns + summary->rx_pps * (double)trial->duration_ns) /
		(ns + (double)trial->duration_ns);
	load->duration_ns += trial->duration_ns;
	load->n_trials++;
	load->n_lossy += lost_of(summary) != 0;
	load->sent += summary->sent;
	load->lost += lost_of(summary);
	load->lost_host += lost_host_of(summary);
	add_latency(&load->latency, &summary->latency);
}

static void
add_to_size(struct ovr_result_search_size *size, const struct ovr_result_search_trial *trial)
{
	const struct ovr_result_summary *summary = &trial->summary;

	if (lost_of(summary) == 0)
		return;
	size->n_lossy++;
	size->lost += lost_of(summary);
	size->n_lossy_host += lost_host_of(summary) != 0;
	size->lost_host += lost_host_of(summary);
}

/* The bounds of a load for each goal, from all trials at it, whichever goal they were made for. */
static void
classify(const struct ovr_result_search *search, uint32_t index, struct ovr_result_search_load *load,
	struct ovr_method_trial *scratch)
{
	size_t n = 0;

	for (uint32_t i = 0; i < search->n_trials; i++) {
		const struct ovr_result_search_trial *trial = &search->trial[i];

		if (counts(trial, index) && trial->load_pps == load->load_pps)
			scratch[n++] = ovr_search_trial_of(
				&trial->summary, trial->load_pps, trial->duration_ns);
	}
	for (uint32_t g = 0; g < search->n_goals; g++)
		load->bound[g] = ovr_method_goal_classify(&search->goal[g], scratch, n);
}

/*
 * What stands as lower above the lowest upper bound is no bound of that goal (RFC 9971, loss
 * inversion).
 */
static void
mark_inverted(const struct ovr_result_search *search, struct ovr_result_search_size *size)
{
	for (uint32_t g = 0; g < search->n_goals; g++) {
		bool is_above = false;

		for (uint32_t i = size->n_loads; i-- > 0;) {
			enum ovr_method_bound *bound = &size->load[i].bound[g];

			is_above = is_above || *bound == OVR_METHOD_UPPER;
			if (is_above && *bound == OVR_METHOD_LOWER)
				*bound = OVR_METHOD_INVERTED;
		}
	}
}

/*
 * Trials that asked for as much as goes, and are no warm-up, count at the highest load for what is
 * forwarded.
 */
static struct ovr_result_search_load
saturated(const struct ovr_result_search *search, uint32_t index)
{
	const struct ovr_result_search_size *size = &search->size[index];
	struct ovr_result_search_load saturated = { .load_pps = size->tester_limit_pps };

	for (uint32_t i = 0; i < size->n_loads; i++)
		if (size->load[i].load_pps == size->tester_limit_pps)
			saturated = size->load[i];
	for (uint32_t i = 0; i < search->n_trials; i++) {
		const struct ovr_result_search_trial *trial = &search->trial[i];

		if (trial->size == index && !trial->is_void &&
			trial->purpose == OVR_RESULT_SEARCH_TESTER_LIMIT)
			add_to_load(&saturated, trial);
	}
	return saturated;
}

/*
 * RFC 2285's forwarding rates. Each load has one, the mean over its trials: the best of many trials
 * is no rate of the device.
 */
static void
add_forwarding(struct ovr_result_search *search, uint32_t index, struct ovr_method_point *scratch)
{
	struct ovr_result_search_size *size = &search->size[index];
	struct ovr_result_search_load top = saturated(search, index);
	size_t n = 0;

	for (uint32_t i = 0; i < size->n_loads; i++) {
		const struct ovr_result_search_load *load = &size->load[i];

		if (load->load_pps != top.load_pps)
			scratch[n++] = (struct ovr_method_point){ load->achieved_pps, load->forwarded_pps };
	}
	if (top.n_trials != 0)
		scratch[n++] = (struct ovr_method_point){ top.achieved_pps, top.forwarded_pps };
	size->frmol_pps = ovr_method_frmol(scratch, n);
	size->mfr_pps = ovr_method_mfr(scratch, n);
}

/*
 * A trial at a load may have sent more than those that measured the limit: it is the most that
 * was sent, and no answer is above it.
 */
static void
raise_limit(struct ovr_result_search_size *size, const struct ovr_result_search_trial *trial)
{
	const struct ovr_result_summary *summary = &trial->summary;

	if (trial->is_void || trial->purpose == OVR_RESULT_SEARCH_WARMUP ||
		summary->tx_pps <= size->tester_limit_tx_pps)
		return;
	size->tester_limit_tx_pps = summary->tx_pps;
	size->tester_limit_rx_pps = summary->rx_pps;
}

int
ovr_search_close_size(struct ovr_result_search *search, uint32_t index, struct ovr_err *err)
{
	struct ovr_result_search_size *size = &search->size[index];
	struct ovr_method_trial *trials = calloc(search->n_trials + 1, sizeof(*trials));
	struct ovr_method_point *points = calloc(search->n_trials + 1, sizeof(*points));

	size->load = calloc(search->n_trials + 1, sizeof(*size->load));
	if (trials == NULL || points == NULL || size->load == NULL) {
		free(trials);
		free(points);
		return ovr_err_set(err, -ENOMEM, "no memory for the loads of a search");
	}
	for (uint32_t i = 0; i < search->n_trials; i++) {
		const struct ovr_result_search_trial *trial = &search->trial[i];

		if (trial->size != index)
			continue;
		size->n_trials += trial->purpose == OVR_RESULT_SEARCH_LOAD;
		size->n_short += trial->is_short;
		size->n_void += trial->is_void;
		raise_limit(size, trial);
		if (!counts(trial, index))
			continue;
		add_to_size(size, trial);
		add_to_load(load_of(size, trial->load_pps), trial);
	}
	qsort(size->load, size->n_loads, sizeof(*size->load), by_load_descending);
	for (uint32_t i = 0; i < size->n_loads; i++)
		classify(search, index, &size->load[i], trials);
	mark_inverted(search, size);
	add_forwarding(search, index, points);
	free(trials);
	free(points);
	return 0;
}

static const char *
why_stopped(enum ovr_method_stop stop)
{
	switch (stop) {
	case OVR_METHOD_TIME:
		return "--search-time was over";
	case OVR_METHOD_TRIALS:
		return "it had as many trials as it may have";
	case OVR_METHOD_SHORT:
		return "the sender fell short of the lowest load";
	case OVR_METHOD_STALLED:
		return "the sender fell short ten times in a row, since its core was stalled";
	case OVR_METHOD_GOING:
	case OVR_METHOD_DONE:
		break;
	}
	return "it ended early";
}

static void
judge_curve(struct ovr_result_search_size *size)
{
	char pps[OVR_UNITS_TEXT_BYTES];

	if (size->is_complete)
		return;
	if (size->n_loads == 0)
		snprintf(
			size->reason, sizeof(size->reason), "no load was tried: %s", why_stopped(size->stop));
	else
		snprintf(size->reason, sizeof(size->reason),
			"no two successive loads lost nothing, down to %s%s%s",
			ovr_units_print_si(pps, sizeof(pps), size->load[size->n_loads - 1].load_pps, "pps"),
			size->stop == OVR_METHOD_DONE ? "" : ": ",
			size->stop == OVR_METHOD_DONE ? "" : why_stopped(size->stop));
}

static bool
has_inverted(const struct ovr_result_search_size *size, uint32_t goal)
{
	for (uint32_t i = 0; i < size->n_loads; i++)
		if (size->load[i].bound[goal] == OVR_METHOD_INVERTED)
			return true;
	return false;
}

/* Append to the reason of a size. */
__attribute__((format(printf, 2, 3))) static void
add_reason(struct ovr_result_search_size *size, const char *format, ...)
{
	size_t length = strlen(size->reason);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(size->reason + length, sizeof(size->reason) - length, format, arguments);
	va_end(arguments);
}

/* Goals that the lowest load is too much for. */
static void
judge_below(const struct ovr_result_search *search, struct ovr_result_search_size *size)
{
	char pps[OVR_UNITS_TEXT_BYTES], share[OVR_UNITS_TEXT_BYTES];

	ovr_units_print_si(pps, sizeof(pps), size->lowest_pps, "pps");
	for (uint32_t g = 0; g < search->n_goals; g++) {
		if (size->answer[g].end != OVR_METHOD_BELOW)
			continue;
		ovr_units_print_share_ppb(
			share, sizeof(share), (uint32_t)lround(search->goal[g].loss_ratio * 1e9));
		add_reason(size, "%sno load loses at most %s: %s, the lowest one, loses more%s",
			size->reason[0] == '\0' ? "" : "; ", share, pps,
			has_inverted(size, g) ? ", though a higher one did not (loss inversion)" : "");
	}
}

/*
 * Goals whose search ended early, in one sentence: "the goals of 0% and 0.5% were not reached: ..."
 */
static void
judge_open(const struct ovr_result_search *search, struct ovr_result_search_size *size)
{
	uint32_t n_open = 0, n_listed = 0;

	for (uint32_t g = 0; g < search->n_goals; g++)
		n_open += size->answer[g].end == OVR_METHOD_OPEN;
	if (n_open == 0)
		return;
	add_reason(size, "%sthe goal%s of", size->reason[0] == '\0' ? "" : "; ", n_open == 1 ? "" : "s");
	for (uint32_t g = 0; g < search->n_goals; g++) {
		char share[OVR_UNITS_TEXT_BYTES];

		if (size->answer[g].end != OVR_METHOD_OPEN)
			continue;
		n_listed++;
		add_reason(size, "%s %s",
			n_listed == 1                ? ""
				: n_listed == n_open ? " and"
						     : ",",
			ovr_units_print_share_ppb(
				share, sizeof(share), (uint32_t)lround(search->goal[g].loss_ratio * 1e9)));
	}
	add_reason(size, " %s not reached: %s", n_open == 1 ? "was" : "were", why_stopped(size->stop));
}

void
ovr_search_judge_size(const struct ovr_result_search *search, struct ovr_result_search_size *size)
{
	if (search->n_goals == 0)
		judge_curve(size);
	judge_below(search, size);
	judge_open(search, size);
}

/* "2 of 3 sizes have no answer as narrow as required: 64, 1518" */
static void
judge_sizes(struct ovr_result_search *search, uint32_t n_without)
{
	size_t n = (size_t)snprintf(search->reason, sizeof(search->reason),
		"%u of %u sizes have no answer as narrow as required", n_without, search->n_sizes);
	const char *separator = ": ";

	for (uint32_t i = 0; i < search->n_sizes && n < sizeof(search->reason); i++) {
		if (search->size[i].reason[0] == '\0')
			continue;
		n += (size_t)snprintf(search->reason + n, sizeof(search->reason) - n, "%s%s", separator,
			search->size[i].size);
		separator = ", ";
	}
}

void
ovr_search_judge(struct ovr_result_search *search)
{
	const struct ovr_result_search_size *last = NULL;
	uint32_t n_without = 0;

	for (uint32_t i = 0; i < search->n_sizes; i++) {
		if (search->size[i].reason[0] == '\0')
			continue;
		last = &search->size[i];
		n_without++;
	}
	if (n_without == 0)
		return;
	search->verdict = OVR_VERDICT_LOSS;
	if (n_without == 1)
		snprintf(search->reason, sizeof(search->reason), "size %s: %s", last->size, last->reason);
	else
		judge_sizes(search, n_without);
}
