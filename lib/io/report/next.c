/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/next.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "plan/command.h"
#include "report/figure.h"

/* For the host's stalls not to reach the ring, it is to last so many times the longest. */
#define RING_OVER_HOST 4
/* An injected stall outlasts the ring, and leaves time for it to drain. */
#define STALL_OVER_RING   2
#define PERIOD_OVER_STALL 4
/* Stalls that are to be seen, at least. */
#define STALLS_SHOWN  5
#define NS_PER_US     UINT64_C(1000)
#define NS_PER_S      UINT64_C(1000000000)
#define MILLI_PER_PPS 1000
/* Nobody waits longer to see a ring. */
#define SHOWN_WITHIN_NS (60 * NS_PER_S)
/* Half of the time away makes a cause the main one. */
#define MAIN_SHARE 0.5

/*
 * 1, 2 or 5 with zeros: the largest that is not above a value, or the smallest that is not below
 * it.
 */
static uint64_t
round_125(double value, bool up)
{
	uint64_t one = 1, below = 1;

	for (;; one *= 10)
		for (unsigned int i = 0; i < 3; i++) {
			uint64_t step = one * (const uint64_t[]){ 1, 2, 5 }[i];

			if ((double)step >= value)
				return up || (double)step == value ? step : below;
			below = step;
		}
}

/* Who had the CPU while a worker was away, as far as Linux tells. */
static const char *
who_had_it(const struct ovr_result_worker *worker)
{
	double stalled_ns = (double)worker->stalled_ns;

	if (!worker->kernel_known)
		return "Linux does not tell who had its CPU";
	if ((double)worker->run_queue_ns >= stalled_ns * MAIN_SHARE)
		return "other processes had its CPU";
	if ((double)worker->steal_ns >= stalled_ns * MAIN_SHARE)
		return "the hypervisor gave its CPU to others";
	return "most of the time it was not switched out: interrupts, or a hypervisor that does not tell";
}

static const char *
what_helps(const struct ovr_result_worker *worker)
{
	if (worker->kernel_known && (double)worker->run_queue_ns < (double)worker->stalled_ns * MAIN_SHARE)
		return "a host with CPUs of its own";
	return "fewer processes beside it (top), or CPUs that nobody else uses (--cores tx=N,rx=M)";
}

/* The worker of that side that was away for longest; NULL: none was. */
static const struct ovr_result_worker *
most_stalled(const struct ovr_result *result, bool is_tx)
{
	const struct ovr_result_worker *most = NULL;

	for (uint32_t i = 0; i < result->n_workers; i++) {
		const struct ovr_result_worker *worker = &result->worker[i];

		if (worker->is_tx == is_tx && worker->n_stalls != 0 &&
			(most == NULL || worker->stalled_ns > most->stalled_ns))
			most = worker;
	}
	return most;
}

static void
print_whose(const struct ovr_result_worker *worker, const char *cost, FILE *out)
{
	fprintf(out, "  next: core %u, which %s, was away for %s in all, at most %s at a time: %s. %s.\n",
		worker->cpu,
		worker->is_wire         ? "runs the wire"
			: worker->is_tx ? "sends"
					: "receives",
		ovr_figure_time(worker->stalled_ns).text, ovr_figure_time(worker->longest_ns).text,
		who_had_it(worker), cost);
}

/* Whether the load was missed, which makes a trial void. */
static bool
is_short(const struct ovr_result *result)
{
	return (double)result->shortfall * 1e9 >
		(double)result->ledger.figures.scheduled * result->plan.trial.tolerance_ppb;
}

/* @return the worker to be helped; NULL: none */
static const struct ovr_result_worker *
advise_sender(const struct ovr_result *result, FILE *out)
{
	const struct ovr_result_worker *worker = most_stalled(result, true);

	if ((double)result->shortfall_in_stalls >= (double)result->shortfall * MAIN_SHARE && worker != NULL) {
		print_whose(worker,
			"The frames that it did not send are no loss, but the load was not what was asked",
			out);
		return worker;
	}
	if (result->shortfall_pool == 0)
		fprintf(out,
			"  next: the transmit cores were not stalled for it, so this load is more than they "
			"can "
			"send: \"overrun selftest\" measures what they can; less (--rate), or more of them "
			"(--txq N with --cores tx=LIST).\n");
	return NULL;
}

/*
 * Options of the plan that say with what and on what, and are not at their default, as they are
 * typed.
 */
static void
print_options(const struct ovr_plan *plan, FILE *out)
{
	static const char *const keys[] = { "tx", "rx", "path", "force", "line", "rxd", "txd", "rxq", "txq",
		"burst", "size", "templates", "ip", "vlan", "src-mac", "dst-mac", "service", "cores" };
	struct ovr_plan usual;

	ovr_plan_default(&usual);
	/* what freezing made of auto */
	if (plan->ports.rx.kind != OVR_PORT_PCI &&
		memcmp(plan->frames.dst_mac, OVR_PLAN_DST_MAC, sizeof(plan->frames.dst_mac)) == 0)
		memcpy(usual.frames.dst_mac, OVR_PLAN_DST_MAC, sizeof(usual.frames.dst_mac));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct ovr_plan_row *row = ovr_plan_row_of(keys[i]);
		char value[OVR_PLAN_VALUE_BYTES], usual_value[OVR_PLAN_VALUE_BYTES];

		if (row == NULL)
			continue;
		row->print(row, plan, value, sizeof(value));
		if (strcmp(value, row->print(row, &usual, usual_value, sizeof(usual_value))) == 0)
			continue;
		if (row->metavar == NULL)
			fprintf(out, " --%s", row->key);
		else
			fprintf(out, strpbrk(value, " '\"$\\;&|<>()*?") == NULL ? " --%s %s" : " --%s '%s'",
				row->key, value);
	}
}

/*
 * The load and the stall at which the ring is what matters: it outlasts what the host does, and not
 * the stall.
 */
static void
print_ring_command(const struct ovr_result *result, uint64_t host_ns, FILE *out)
{
	double slots = result->rxd_set;
	char rate[OVR_UNITS_TEXT_BYTES], stall[OVR_UNITS_TEXT_BYTES], period[OVR_UNITS_TEXT_BYTES],
		time[OVR_UNITS_TEXT_BYTES];
	uint64_t pps = round_125(fmax(slots * NS_PER_S / ((double)host_ns * RING_OVER_HOST), 1), false);
	struct ovr_rate load = { .unit = OVR_RATE_PPS };
	double ring_ns;
	uint64_t stall_ns, period_ns, time_ns;

	if ((double)pps > result->planned_pps)
		pps = round_125(fmax(result->planned_pps, 1), false);
	load.value = pps * MILLI_PER_PPS;
	ring_ns = slots * NS_PER_S / (double)pps;
	stall_ns = round_125(ring_ns * STALL_OVER_RING / NS_PER_US, true) * NS_PER_US;
	period_ns = stall_ns * PERIOD_OVER_STALL;
	time_ns = period_ns * STALLS_SHOWN;
	if (time_ns > SHOWN_WITHIN_NS) {
		fprintf(out,
			"  next: stalls of %s hide the ring itself; with fewer of them \"overrun run --stall "
			"1ms/10ms\" shows it.\n",
			ovr_figure_time(host_ns).text);
		return;
	}
	fprintf(out,
		"  next: the ring itself shows where it outlasts host stalls, but not injected "
		"ones:\n"
		"    overrun run");
	print_options(&result->plan, out);
	fprintf(out, " --rate %s --stall %s/%s", ovr_units_print_rate(rate, sizeof(rate), &load),
		ovr_units_print_duration_ns(stall, sizeof(stall), stall_ns),
		ovr_units_print_duration_ns(period, sizeof(period), period_ns));
	if (time_ns > OVR_PLAN_TIME_DEFAULT_NS)
		fprintf(out, " --time %s", ovr_units_print_duration_ns(time, sizeof(time), time_ns));
	fprintf(out,
		"\n    (the buffer time of %u slots is %s there; \"overrun ring advise\" finds the ring that "
		"is enough)\n",
		result->rxd_set, ovr_figure_time((uint64_t)ring_ns).text);
}

/*
 * Whether host stalls overran a ring, with no other cause configured.
 * @return the worker to be helped; NULL: none
 */
static const struct ovr_result_worker *
advise_receiver(const struct ovr_result *result, FILE *out)
{
	const struct ovr_result_worker *worker = most_stalled(result, false);
	bool is_ring = false;

	for (uint32_t i = 0; i < result->ledger.n_accounts; i++)
		is_ring = is_ring ||
			(result->ledger.account[i].place == OVR_PLACE_RX_RING &&
				!result->ledger.account[i].is_of_hop &&
				result->ledger.account[i].frames != 0);
	if (!is_ring || worker == NULL || worker->match.stalls == 0 ||
		result->plan.receiver.stall.length_ns != 0 || result->plan.receiver.stall.unread)
		return NULL;
	print_whose(worker,
		"What the ring could not hold meanwhile is lost, by this host and not by the path", out);
	return worker;
}

static void
advise_counters(const struct ovr_result *result, FILE *out)
{
	if (result->ledger.unexplained < 0 && result->plan.ports.rx.kind != OVR_PORT_WIRE)
		fprintf(out,
			"  next: \"overrun ring verify %s --tx %s\" holds each drop counter of the receiver "
			"against the frames.\n",
			result->plan.ports.rx.text, result->plan.ports.tx.text);
}

static void
advise_pool(const struct ovr_result *result, FILE *out)
{
	bool is_dry = result->shortfall_pool != 0;

	for (uint32_t i = 0; i < result->ledger.n_accounts; i++)
		is_dry = is_dry ||
			(result->ledger.account[i].place == OVR_PLACE_RX_NOMBUF &&
				!result->ledger.account[i].is_of_hop &&
				result->ledger.account[i].frames != 0);
	if (is_dry)
		fprintf(out, "  next: the same with --mbufs %" PRIu64 ".\n",
			2 * (uint64_t)result->plan.ports.mbufs);
}

int
ovr_report_next(const struct ovr_result *result, FILE *out, struct ovr_err *err)
{
	const struct ovr_result_worker *sender = NULL, *receiver;

	if (result->ledger.verdict != OVR_VERDICT_PASS) {
		if (is_short(result))
			sender = advise_sender(result, out);
		advise_pool(result, out);
		advise_counters(result, out);
		receiver = advise_receiver(result, out);
		if (sender != NULL || receiver != NULL)
			fprintf(out, "  next: what helps is %s.\n",
				what_helps(receiver != NULL ? receiver : sender));
		if (receiver != NULL && result->rxd_set != 0 && result->plan.ports.rxq == 1 &&
			result->plan.receiver.service.value == 0)
			print_ring_command(result, receiver->longest_ns, out);
	}
	if (fflush(out) != 0 || ferror(out) != 0)
		return ovr_err_set(err, -EIO, "the report cannot be written: %s", strerror(errno));
	return 0;
}
