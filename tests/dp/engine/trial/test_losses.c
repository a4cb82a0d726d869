/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#include "trial_run.h"

static struct trial_run run;

/* Each event begins before it ends, and ends before sending does. */
static void
assert_in_time(const struct ovr_result *result)
{
	for (uint32_t i = 0; i < result->loss_events.n; i++) {
		const struct ovr_loss_event *event = &result->loss_events.event[i];

		cr_assert_leq(event->start_ns, event->end_ns);
		cr_assert_leq(event->end_ns, result->duration_ns);
	}
}

/* 20,000 frames a second: number 1,000 is due after 50 ms, number 9,000 after 450. */
Test(losses, each_event_has_its_frames_and_its_time)
{
	const struct ovr_loss_events *events = &run.result.loss_events;

	trial_run(&run,
		WITH("count", "12000", "rate", "20kpps", "event-gap", "20ms", "rx",
			"wire:1,drop-at=1000-1009+1050-1054+9000-9002"));
	trial_assert_balanced(&run);
	cr_assert_eq(events->periods, 3);
	cr_assert_eq(events->frames, 18);
	cr_assert_eq(events->gap_ns, 20000000);
	cr_assert_geq(events->n, 2);
	cr_assert_geq(events->event[0].start_ns, 49950000);
	cr_assert_geq(events->event[events->n - 1].start_ns, 449950000);
	cr_assert_eq(events->event[events->n - 1].frames, 3);
	cr_assert_gt(run.result.epoch_realtime_ns, 1700000000000000000);
	ovr_result_done(&run.result);
}

Test(losses, what_is_lost_at_head_and_tail_has_the_trials_start_and_end)
{
	const struct ovr_loss_events *events = &run.result.loss_events;

	trial_run(&run,
		WITH("count", "10000", "rate", "20kpps", "event-gap", "20ms", "rx",
			"wire:1,drop-at=0-9+9990-9999"));
	trial_assert_balanced(&run);
	cr_assert_eq(events->n, 2);
	cr_assert_eq(events->event[0].start_ns, 0);
	cr_assert_eq(events->event[0].frames, 10);
	cr_assert_eq(events->event[1].end_ns, run.result.duration_ns);
	cr_assert_eq(events->event[1].frames, 10);
	ovr_result_done(&run.result);
}

/*
 * Half of 300,000 frames: some 75,000 periods, and the log has room for 65,536. The last ones
 * become known when the stream is finished, long after sending.
 */
Test(losses, what_the_log_has_no_room_for_is_in_the_events)
{
	trial_run(&run,
		WITH("count", "300000", "rate", "300kpps", "rx", "wire:1,drop=50%", "interval", "100ms",
			"max-loss", "100%", "event-gap", "1ms"));
	trial_assert_balanced(&run);
	cr_assert_gt(run.result.n_periods_dropped, 0);
	cr_assert_eq(run.result.loss_events.periods, run.result.total.loss.periods);
	cr_assert_eq(run.result.loss_events.frames, (uint64_t)run.result.ledger.lost);
	assert_in_time(&run.result);
	ovr_result_done(&run.result);
}

Test(losses, nothing_lost_is_no_event)
{
	trial_run(&run, PLAIN);
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.loss_events.n, 0);
	cr_assert_eq(run.result.loss_events.frames, 0);
	ovr_result_done(&run.result);
}
