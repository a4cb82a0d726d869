/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <rte_ethdev.h>

#include "trial_run.h"

static struct trial_run run;

/* Some 150 intervals of 10 ms, and eight rows. */
Test(monitor, a_long_time_series_stays_within_its_rows_and_adds_up_to_the_trial)
{
	struct ovr_result_sample sum = { 0 };

	trial_run(&run,
		WITH("count", "none", "time", "1500ms", "rate", "10kpps", "interval", "10ms", "series-rows",
			"8", "rx", "wire:1,drop-at=100-149"));
	trial_assert_balanced(&run);
	cr_assert_leq(run.result.n_samples, 8);
	cr_assert_geq(run.result.n_samples, 2);
	for (uint32_t i = 0; i < run.result.n_samples; i++) {
		const struct ovr_result_sample *row = &run.result.sample[i];

		if (i != 0)
			cr_assert_eq(row->start_ns, row[-1].end_ns);
		sum.attempted += row->attempted;
		sum.sent += row->sent;
		sum.received += row->received;
		sum.unique += row->unique;
		sum.rxq_received[0] += row->rxq_received[0];
	}
	cr_assert_eq(run.result.sample[0].start_ns, 0);
	cr_assert_eq(sum.attempted, run.result.ledger.figures.attempted);
	cr_assert_eq(sum.sent, run.result.ledger.figures.sent);
	cr_assert_eq(sum.received, run.result.ledger.figures.received);
	cr_assert_eq(sum.unique, sum.sent - 50);
	cr_assert_eq(sum.rxq_received[0], sum.received);
	ovr_result_done(&run.result);
}

/*
 * The link goes once frames arrive, comes back once two rows found it down, and what arrives
 * after that is counted.
 */
struct flap {
	unsigned int rows_down;
	bool is_back;
	uint64_t received_after;
};

static void
flap(void *context, const struct ovr_result_sample *row, uint64_t now_ns, uint64_t total_ns)
{
	struct flap *state = context;

	(void)now_ns;
	(void)total_ns;
	if (state->is_back) {
		state->received_after += row->link_lost ? 0 : row->received;
	} else if (state->rows_down == 0 && row->received != 0) {
		rte_eth_dev_set_link_down(1);
		state->rows_down = 1;
	} else if (state->rows_down != 0 && row->link_lost && ++state->rows_down > 2) {
		rte_eth_dev_set_link_up(1);
		state->is_back = true;
	}
}

Test(monitor, a_link_that_comes_back_is_an_outage_and_the_trial_goes_on_to_its_end)
{
	const struct ovr_outages *outages = &run.result.outages;
	struct flap state = { 0 };
	struct ovr_trial_hooks hooks = { .sample = flap, .context = &state };

	trial_run_monitored(
		&run, &hooks, WITH("count", "none", "time", "2s", "interval", "50ms", "rate", "1kpps"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_eq(run.result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert_geq(run.result.duration_ns, 2000000000);
	cr_assert_eq(outages->n, 1);
	cr_assert_str_eq(outages->outage[0].port, "wire:1");
	cr_assert(outages->outage[0].was_seen);
	cr_assert(outages->outage[0].is_over);
	cr_assert_gt(ovr_outage_at_most_ns(&outages->outage[0]), 50000000);
	cr_assert_gt(state.received_after, 0);
	ovr_result_done(&run.result);
}
