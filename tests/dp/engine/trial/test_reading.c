/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "trial_run.h"

static struct trial_run run;
static struct ovr_live live;
static struct ovr_live_reading last;

/* Readings, the first of which has nothing counted. */
static void
take(void *context, const struct ovr_live_reading *reading)
{
	cr_assert_eq(context, &live);
	if (live.n_readings == 0)
		cr_assert_eq(reading->counts.tx[0].attempted, 0);
	ovr_live_add(&live, reading, 1, 1);
	last = *reading;
}

static void
run_with(const char *const *with)
{
	struct ovr_trial_hooks hooks = { .live = take, .context = &live };

	ovr_live_begin(&live, "run", 1, 0, 0);
	ovr_live_begin_trial(&live, 1, "", 0);
	trial_run_monitored(&run, &hooks, with);
}

/* The last reading is taken of workers at rest: it has what the result has. */
Test(reading, the_last_one_of_a_trial_has_what_its_books_have)
{
	const struct ovr_ledger_figures *figures = &run.result.ledger.figures;
	uint64_t path = 0, n_latencies = 0, n_stalls = 0, n_rx_stalls = 0;

	run_with(WITH("count", "none", "time", "1s", "rate", "20kpps", "interval", "20ms", "window", "64",
		"rx", "wire:1,drop-at=100-109+200-204", "stall", "1ms/100ms"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_gt(live.n_readings, 2);
	cr_assert_eq(live.sum.tx[0].attempted, figures->attempted);
	cr_assert_eq(live.sum.tx[0].sent, figures->sent);
	cr_assert_eq(live.sum.rx[0].received, figures->received);
	cr_assert_eq(live.sum.classes.unique, figures->unique);
	cr_assert_eq(live.sum.tx[0].lost, 15);
	cr_assert_eq(last.total_ns, 1000000000);
	cr_assert_eq(last.ring[0].size, run.plan.ports.rxd);
	cr_assert_eq(last.ring[0].used, 0);
	for (uint32_t i = 0; i < live.sum.n_accounts; i++)
		if (live.sum.account[i].place == OVR_PLACE_PATH)
			path += live.sum.account[i].frames;
	cr_assert_eq(path, 15);
	for (unsigned int i = 0; i < OVR_LIVE_CELLS; i++)
		n_latencies += live.sum.latency_cell[i];
	cr_assert_eq(n_latencies, run.result.latency_ns->count);
	for (uint32_t i = 0; i < live.sum.n_cores; i++)
		n_stalls += live.sum.core[i].stalls;
	cr_assert_eq(n_stalls, run.result.n_rx_stalls + run.result.n_tx_stalls);
	for (unsigned int cause = 0; cause < OVR_STALL_CAUSES; cause++)
		for (unsigned int i = 0; i < OVR_LIVE_CELLS; i++)
			n_rx_stalls += live.sum.stall_cell[OVR_LIVE_RX][cause][i];
	cr_assert_eq(n_rx_stalls, run.result.n_rx_stalls);
	cr_assert_gt(live.n_stalls, 0);
	ovr_live_end_trial(&live, &run.result);
	cr_assert_eq(live.sum.tx[0].lost, 15);
	cr_assert_eq(live.book[OVR_PLACE_PATH], live.verdicts[OVR_VERDICT_VOID] == 0 ? 15 : 0);
	ovr_result_done(&run.result);
}

/* A window that still holds the losses: they are known when the trial is over. */
Test(reading, losses_in_the_window_are_added_when_the_trial_is_over)
{
	run_with(WITH("count", "2000", "rate", "20kpps", "interval", "20ms", "window", "65536", "rx",
		"wire:1,drop-at=100-109"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_eq(live.sum.tx[0].lost, 0);
	ovr_live_end_trial(&live, &run.result);
	cr_assert_eq(live.sum.tx[0].lost, 10);
	ovr_result_done(&run.result);
}
