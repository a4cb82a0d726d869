/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#include "trial_run.h"

static struct trial_run run;

/* Some 150 intervals of 10 ms, and eight rows. */
Test(watch, a_long_series_stays_within_its_rows_and_adds_up_to_the_trial)
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
		sum.offered += row->offered;
		sum.sent += row->sent;
		sum.received += row->received;
		sum.unique += row->unique;
		sum.rxq_received[0] += row->rxq_received[0];
	}
	cr_assert_eq(run.result.sample[0].start_ns, 0);
	cr_assert_eq(sum.offered, run.result.ledger.figures.offered);
	cr_assert_eq(sum.sent, run.result.ledger.figures.sent);
	cr_assert_eq(sum.received, run.result.ledger.figures.received);
	cr_assert_eq(sum.unique, sum.sent - 50);
	cr_assert_eq(sum.rxq_received[0], sum.received);
	ovr_result_done(&run.result);
}
