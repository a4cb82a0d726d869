/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/why.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report/figure.h"
#include "result/arrivals.h"

#define STALL_CAUSES (OVR_STALL_ON_CPU + 1)

/* A line that carried so much of its rate is saturated. */
#define CARRIED 0.95

static void append(char *buf, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void
append(char *buf, size_t size, const char *format, ...)
{
	size_t n = strlen(buf);
	va_list args;

	va_start(args, format);
	vsnprintf(buf + n, size - n, format, args);
	va_end(args);
}

/* The receive queue of an account; that of the whole port is the only one, or none. */
static const struct ovr_result_queue *
rx_queue_of(const struct ovr_result *result, int32_t queue)
{
	const struct ovr_result_queue *found = NULL;

	for (uint32_t i = 0; i < result->n_queues; i++) {
		if (result->queue[i].is_tx)
			continue;
		if (result->queue[i].queue == queue)
			return &result->queue[i];
		if (queue == -1 && found != NULL)
			return NULL;
		if (queue == -1)
			found = &result->queue[i];
	}
	return found;
}

/*
 * What the stalls of a receive worker explain; of all of them where @p queue is NULL. Writes how to
 * call them.
 */
static struct ovr_stall_match
match_of(const struct ovr_result *result, const struct ovr_result_queue *queue, char *core, size_t size)
{
	struct ovr_stall_match all = { 0 };
	unsigned int n = 0;

	snprintf(core, size, "the receive cores");
	for (uint32_t i = 0; i < result->n_workers; i++) {
		const struct ovr_result_worker *worker = &result->worker[i];
		const struct ovr_stall_match *match = &worker->match;

		if (worker->is_tx || (queue != NULL && worker->worker != queue->worker))
			continue;
		if (n++ == 0)
			snprintf(core, size, "core %u", worker->cpu);
		else
			snprintf(core, size, "the receive cores");
		if (match->stalls != 0 && (all.stalls == 0 || match->shortest_ns < all.shortest_ns))
			all.shortest_ns = match->shortest_ns;
		if (match->longest_ns > all.longest_ns)
			all.longest_ns = match->longest_ns;
		all.periods += match->periods;
		all.matched_periods += match->matched_periods;
		all.matched_frames += match->matched_frames;
		all.stalls += match->stalls;
	}
	return all;
}

/* Two times as people write them: "0.09–2.84 ms". */
static void
append_range(char *buf, size_t size, uint64_t from_ns, uint64_t to_ns)
{
	struct ovr_figure to = ovr_figure_time(to_ns);
	const char *unit = strchr(to.text, ' ');
	const char *point = strchr(to.text, '.');
	int decimals = point == NULL ? 0 : (int)(unit - point) - 1;
	double ns_per_unit = 1;
	char from[32];

	if (from_ns == to_ns) {
		append(buf, size, "%s", to.text);
		return;
	}
	if (strcmp(unit, " \u00b5s") == 0)
		ns_per_unit = 1e3;
	else if (strcmp(unit, " ms") == 0)
		ns_per_unit = 1e6;
	else if (strcmp(unit, " s") == 0)
		ns_per_unit = 1e9;
	snprintf(from, sizeof(from), "%.*f", decimals, (double)from_ns / ns_per_unit);
	/* 200 µs in a unit that shows it as 0 needs its own. */
	if (strspn(from, "0.") == strlen(from))
		append(buf, size, "%s–%s", ovr_figure_time(from_ns).text, to.text);
	else
		append(buf, size, "%s–%s", from, to.text);
}

/*
 * What most of the frames lost in these stalls have in common: " (preempted)", " (mostly
 * preempted)".
 */
static void
append_cause(char *buf, size_t size, const struct ovr_result *result, const struct ovr_result_queue *queue)
{
	uint64_t frames[STALL_CAUSES] = { 0 };
	uint64_t all = 0;
	unsigned int top = 0;

	for (uint64_t i = 0; i < result->n_rx_stalls; i++) {
		const struct ovr_stall *stall = &result->rx_stall[i];

		if (queue != NULL && stall->worker != queue->worker)
			continue;
		frames[stall->cause] += stall->explained;
		all += stall->explained;
	}
	for (unsigned int cause = 1; cause < STALL_CAUSES; cause++)
		if (frames[cause] > frames[top])
			top = cause;
	if (top == OVR_STALL_UNKNOWN || frames[top] * 2 <= all)
		return;
	append(buf, size, " (%s%s)", frames[top] == all ? "" : "mostly ",
		ovr_stall_cause_name((enum ovr_stall_cause)top));
}

/* Whether frames are lost in one place only. Then every loss period is that place's. */
static bool
is_only_account(const struct ovr_ledger *ledger, const struct ovr_ledger_account *account)
{
	for (uint32_t i = 0; i < ledger->n_accounts; i++) {
		const struct ovr_ledger_account *other = &ledger->account[i];

		if (other != account && !ovr_ledger_account_is_refused(other) &&
			(other->place != account->place || other->is_of_hop != account->is_of_hop) &&
			other->frames != 0)
			return false;
	}
	return ledger->unexplained == 0;
}

/* " within a burst", where the plan sends bursts: the rate before it holds there. */
static const char *
within_a_burst(const struct ovr_result *result)
{
	return ovr_arrivals_peak(result) > 1 ? " within a burst" : "";
}

static void
append_ring_depth(char *buf, size_t size, const struct ovr_result *result, uint64_t arrived)
{
	/* while the sender keeps its schedule: its stalls make the mean over the trial too low */
	uint64_t attempted = result->ledger.figures.attempted;
	double peak_pps = result->planned_pps * ovr_arrivals_peak(result);
	double pps = attempted == 0 ? 0 : peak_pps * (double)arrived / (double)attempted;

	if (pps > 0 && result->rxd_set != 0)
		append(buf, size, "; ring buffer time %s%s",
			ovr_figure_time((uint64_t)(result->rxd_set * 1e9 / pps + 0.5)).text,
			within_a_burst(result));
}

/*
 * Frames/s at the rings of a receiver that --service makes too slow for them, or of all that it
 * does; 0: of none.
 */
static double
overload_pps(const struct ovr_result *result, const struct ovr_result_queue *queue)
{
	double pps = 0;

	for (uint32_t w = 0; w < result->n_workers; w++) {
		const struct ovr_result_worker *worker = &result->worker[w];
		struct ovr_arrivals arrivals = ovr_arrivals_of(result, worker->worker);

		if (!worker->is_tx && (queue == NULL || worker->worker == queue->worker) &&
			ovr_arrivals_is_slow(result, &arrivals))
			pps += arrivals.pps;
	}
	return pps;
}

/* --service is of all receivers; each has its share of it. */
static void
append_overload(char *buf, size_t size, const struct ovr_result *result, const char *core, double pps)
{
	char service[OVR_UNITS_TEXT_BYTES];

	append(buf, size, "overload: %s arrive%s at %s, with --service %s", ovr_figure_si(pps, "pps").text,
		within_a_burst(result), core,
		ovr_units_print_rate(service, sizeof(service), &result->plan.receiver.service));
}

/* The stalls that explain some of an account, and what of it they do not. */
static void
append_stalls(char *buf, size_t size, const struct ovr_result *result,
	const struct ovr_ledger_account *account, const struct ovr_stall_match *match, const char *core)
{
	const struct ovr_result_queue *queue = rx_queue_of(result, account->queue);
	double overload = overload_pps(result, queue);
	bool is_overload = overload > 0 && match->matched_frames < account->frames;

	if (is_overload)
		append(buf, size, "at most %s frame%s in ", ovr_figure_count(match->matched_frames).text,
			ovr_figure_plural(match->matched_frames));
	append(buf, size, "%s stall%s of %s", ovr_figure_count(match->stalls).text,
		ovr_figure_plural(match->stalls), core);
	append_cause(buf, size, result, queue);
	append(buf, size, ", ");
	append_range(buf, size, match->shortest_ns, match->longest_ns);
	if (is_overload) {
		append(buf, size, "; the rest is ");
		append_overload(buf, size, result, core, overload);
	} else if (match->matched_periods < match->periods && is_only_account(&result->ledger, account)) {
		append(buf, size, ", with %s of %s loss periods",
			ovr_figure_count(match->matched_periods).text, ovr_figure_count(match->periods).text);
	}
}

/*
 * The RingBuffer overrun: in which stalls of the core that polls it, in which overload, and the
 * ring's buffer time.
 */
static void
explain_rx_ring(
	char *buf, size_t size, const struct ovr_result *result, const struct ovr_ledger_account *account)
{
	const struct ovr_result_queue *queue = rx_queue_of(result, account->queue);
	double overload = overload_pps(result, queue);
	char core[32];
	struct ovr_stall_match match = match_of(result, queue, core, sizeof(core));

	if (match.periods == 0)
		append(buf, size, "no loss period to match with stalls of %s", core);
	else if (match.stalls != 0)
		append_stalls(buf, size, result, account, &match, core);
	else if (overload > 0)
		append_overload(buf, size, result, core, overload);
	else
		append(buf, size, "no stall: %s takes fewer frames than arrive", core);
	if (queue != NULL)
		append_ring_depth(buf, size, result, queue->frames + account->frames);
}

/*
 * An outage of the transmit port's link, or else of the receive port's: with it down the other
 * may have nowhere to send to.
 */
static const struct ovr_outage *
outage_of(const struct ovr_result *result)
{
	const struct ovr_outages *outages = &result->outages;

	for (uint32_t i = 0; i < outages->n_kept; i++)
		if (strcmp(outages->outage[i].port, result->plan.ports.tx.label) == 0)
			return &outages->outage[i];
	return outages->n_kept != 0 ? &outages->outage[0] : NULL;
}

/*
 * A line is saturated if it carried its rate all the time. Without one that was up, or with less
 * on it, something else left no room in the ring: bursts, a line that paused, a kernel that took
 * nothing.
 */
static void
explain_tx_ring(char *buf, size_t size, const struct ovr_result *result)
{
	double line_pps = ovr_mix_line_pps(&result->plan.frames.size, result->line_bps);
	const struct ovr_outage *outage = outage_of(result);

	append(buf, size, "TX ring full: ");
	if (outage != NULL)
		append(buf, size, "the link of %s %s while the trial ran", outage->port,
			outage->is_over || !outage->was_seen ? "was lost for a time" : "went down");
	else if (result->line_bps != 0 && result->tx_pps >= CARRIED * line_pps)
		append(buf, size, "the line is saturated");
	else if (result->line_bps != 0 && result->planned_pps < CARRIED * line_pps)
		append(buf, size, "for a time more was attempted than the line took");
	else if (result->line_bps != 0)
		append(buf, size, "%s took no more than %s, %s of what its line carries",
			result->plan.ports.tx.label, ovr_figure_si(result->tx_pps, "pps").text,
			ovr_figure_ratio((uint64_t)result->tx_pps, (uint64_t)line_pps).text);
	else
		append(buf, size, "%s took no more than %s, and the speed of its line is not known",
			result->plan.ports.tx.label, ovr_figure_si(result->tx_pps, "pps").text);
}

/*
 * Others' frames that nobody read make a ring's drops look like this trial's, and the path's too
 * few.
 */
static bool
may_hide_others(const struct ovr_result *result)
{
	const struct ovr_ledger *ledger = &result->ledger;

	if (result->plan.ports.rx.kind != OVR_PORT_NETDEV && result->plan.ports.rx.kind != OVR_PORT_PCI)
		return false;
	for (uint32_t i = 0; i < ledger->n_accounts; i++) {
		const struct ovr_ledger_account *account = &ledger->account[i];

		if (account->place == OVR_PLACE_RX_RING && !account->is_of_hop && account->frames != 0 &&
			account->frames_min == account->frames_max)
			return true;
	}
	return false;
}

/* An account of a hop that may hold more of the lost frames than it certainly has. */
static bool
has_range_of_hop(const struct ovr_ledger *ledger)
{
	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		if (ledger->account[i].is_of_hop &&
			ledger->account[i].frames_min < ledger->account[i].frames_max)
			return true;
	return false;
}

/* Who did not see what remains, or may have. */
static const char *
witnesses(const struct ovr_result *result)
{
	if (has_range_of_hop(&result->ledger))
		return "no certain account has them: some may be in the ranges of hops, the others were lost "
		       "between the ports";
	if (result->plan.ports.via.n != 0)
		return "no counter of a port or of a hop saw them: lost between the ports";
	return "no counter of ours saw them: lost between the ports";
}

static void
explain_path(
	char *buf, size_t size, const struct ovr_result *result, const struct ovr_ledger_account *account)
{
	if (strcmp(account->counter, "remainder") == 0)
		append(buf, size, "%s%s", witnesses(result),
			may_hide_others(result)
				? "; more were, if frames of others came only while a ring was full"
				: "");
	else if (result->plan.ports.rx.kind == OVR_PORT_WIRE && result->plan.ports.rx.keys[0] != '\0')
		append(buf, size, "the wire, on purpose: %.120s", result->plan.ports.rx.keys);
}

/* What is the same for every result; NULL: it is looked for. */
static const char *const sentences[OVR_PLACE_COUNT] = {
	[OVR_PLACE_TX_APP] = "refused by the socket: its send buffer or the queue behind it was full",
	[OVR_PLACE_TX_IP] = "dropped by IP output: no route, or too large and not to be split",
	[OVR_PLACE_TX_NETFILTER] = "dropped by a rule on the way out",
	[OVR_PLACE_TX_QDISC] = "the queue of the queueing discipline was full",
	[OVR_PLACE_TX_ERRORS] = "accepted, but not sent by the transmit port",
	[OVR_PLACE_TX_KERNEL] = "taken by the kernel, and dropped by it before the line",
	[OVR_PLACE_RX_ERRORS] = "damaged: dropped by the receive port",
	[OVR_PLACE_RX_KERNEL] = "left the ring of the NIC, and dropped by the kernel behind it",
	[OVR_PLACE_RX_XDP] = "dropped by an XDP program",
	[OVR_PLACE_RX_SOFTNET] = "the backlog of a CPU was full",
	[OVR_PLACE_RX_INGRESS] = "dropped by a filter of tc at ingress",
	[OVR_PLACE_RX_NETFILTER] = "dropped by a rule of netfilter, or by conntrack",
	[OVR_PLACE_RX_IP] = "dropped by IP input or routing",
	[OVR_PLACE_RX_UDP] = "dropped by UDP: no socket, a wrong checksum, or no memory",
	[OVR_PLACE_RX_TCP] = "segments that TCP dropped",
	[OVR_PLACE_RX_SOCKET] = "the receive buffer of the socket was full",
	[OVR_PLACE_RX_UNREAD] = "delivered to a queue that this trial does not read",
	[OVR_PLACE_RX_CORRUPT] = "arrived damaged under a good FCS: their numbers are missing",
	[OVR_PLACE_RX_LATE] = "arrived after they had been given up as lost",
};

/* Causes that the result tells. A hop's rings and pools are its own matter. */
static void
explain_place(
	char *buf, size_t size, const struct ovr_result *result, const struct ovr_ledger_account *account)
{
	if (account->place == OVR_PLACE_PATH)
		explain_path(buf, size, result, account);
	else if (account->is_of_hop)
		return;
	else if (account->place == OVR_PLACE_TX_RING)
		explain_tx_ring(buf, size, result);
	else if (account->place == OVR_PLACE_RX_RING)
		explain_rx_ring(buf, size, result, account);
	else if (account->place == OVR_PLACE_RX_NOMBUF)
		append(buf, size, "no free frame in the pool of %s when the ring was refilled",
			ovr_figure_count(result->plan.ports.mbufs).text);
}

const char *
ovr_report_why(
	char *buf, size_t size, const struct ovr_result *result, const struct ovr_ledger_account *account)
{
	buf[0] = '\0';
	if (account->why[0] != '\0')
		append(buf, size, "%s", account->why);
	else if (sentences[account->place] != NULL)
		append(buf, size, "%s", sentences[account->place]);
	else
		explain_place(buf, size, result, account);
	return buf;
}

const char *
ovr_report_why_unexplained(int64_t unexplained)
{
	if (unexplained > 0)
		return "lost where nobody counts";
	return unexplained < 0 ? "counters claim more than was lost" : "";
}
