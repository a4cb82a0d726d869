/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <pthread.h>
#include <rte_ethdev.h>
#include <unistd.h>

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

/* Take the link down and bring it back in the middle of the trial, from another thread. */
static void *
flap(void *arg)
{
	(void)arg;
	usleep(700000);
	rte_eth_dev_set_link_down(1);
	usleep(400000);
	rte_eth_dev_set_link_up(1);
	return NULL;
}

Test(watch, a_link_that_comes_back_is_an_outage_and_the_trial_goes_on_to_its_end)
{
	const struct ovr_outages *outages = &run.result.outages;
	const struct ovr_result_sample *last;
	pthread_t thread;

	cr_assert_eq(pthread_create(&thread, NULL, flap, NULL), 0);
	trial_run(&run, WITH("count", "none", "time", "2s", "interval", "50ms", "rate", "1kpps"));
	pthread_join(thread, NULL);
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_eq(run.result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert_geq(run.result.duration_ns, 2000000000);
	cr_assert_eq(outages->n, 1);
	cr_assert_str_eq(outages->outage[0].port, "wire:1");
	cr_assert(outages->outage[0].was_seen);
	cr_assert(outages->outage[0].is_over);
	cr_assert_gt(ovr_outage_at_most_ns(&outages->outage[0]), 300000000);
	cr_assert_geq(run.result.n_samples, 3);
	last = &run.result.sample[run.result.n_samples - 2];
	cr_assert_not(last->link_lost);
	cr_assert_gt(last->received, 0);
	ovr_result_done(&run.result);
}
