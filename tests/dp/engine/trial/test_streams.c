/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#include "trial/streams.h"
#include "trial_run.h"

static struct trial_run run;

Test(streams, a_stream_that_rss_moves_between_queues_of_one_worker_is_counted_right)
{
	trial_run(&run,
		WITH("rxq", "4", "rxd", "32768", "rx", "wire:1,rotate=100,drop-at=50-59+12345", "streams",
			"8"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.moved_streams, 8);
	cr_assert_eq(run.result.uncountable_streams, 0);
	cr_assert_eq(run.result.ledger.lost, 11);
	cr_assert_eq(run.result.ledger.figures.duplicate, 0);
}

Test(streams, a_stream_that_several_workers_saw_is_merged_to_the_frame)
{
	trial_run_crowded(&run, 2,
		WITH("rxq", "2", "rxd", "32768", "rx", "wire:1,rotate=500,drop-at=50-59+12345", "streams",
			"4"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.moved_streams, 4);
	cr_assert_eq(run.result.uncountable_streams, 0);
	cr_assert_eq(run.result.ledger.lost, 11);
	cr_assert_eq(run.result.ledger.figures.duplicate, 0);
}

Test(streams, duplicates_that_two_workers_saw_are_still_duplicates)
{
	trial_run_crowded(&run, 2,
		WITH("rxq", "2", "rxd", "32768", "rx", "wire:1,rotate=1,dup=10%", "streams", "2", "count",
			"2000"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.lost, 0);
	cr_assert_gt(run.result.impairments[OVR_IMPAIRMENT_DUP], 100);
	cr_assert_eq(run.result.ledger.figures.duplicate, run.result.impairments[OVR_IMPAIRMENT_DUP]);
}

Test(streams, a_stream_sprayed_over_cores_beyond_the_logs_is_said_to_be_uncountable)
{
	trial_run_crowded(&run, 2,
		WITH("rxq", "2", "rxd", "65536", "rx", "wire:1,rotate=1", "streams", "3", "count", "400000",
			"rate", "1mpps"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_gt(run.result.uncountable_streams, 0);
	cr_assert_eq(run.result.ledger.verdict, OVR_VERDICT_VOID);
}

Test(streams, one_on_another_queue_than_foreseen_is_elsewhere)
{
	struct ovr_result_stream one = { .queue = 2, .n_queues = 1 };
	struct ovr_result_stream moved = { .queue = -1, .n_queues = 2 };
	struct ovr_result_stream lost = { .queue = -1, .n_queues = 0 };

	cr_expect_not(ovr_streams_is_elsewhere(&one, 2));
	cr_expect(ovr_streams_is_elsewhere(&one, 1));
	cr_expect(ovr_streams_is_elsewhere(&moved, 0));
	cr_expect_not(ovr_streams_is_elsewhere(&lost, 0));
	/* where nothing is foreseen nothing is elsewhere */
	cr_expect_not(ovr_streams_is_elsewhere(&one, -1));
	cr_expect_not(ovr_streams_is_elsewhere(&moved, -1));
}

/*
 * A flipped bit may hit the addresses, the ports, the id or the stream: one of these still tells
 * whose the frame is.
 */
Test(streams, a_damaged_frame_is_counted_for_the_stream_that_misses_it)
{
	trial_run(&run, WITH("streams", "40", "count", "40000", "rx", "wire:1,corrupt=20%", "seed", "16"));
	trial_assert_balanced(&run);
	cr_assert_gt(run.result.impairments[OVR_IMPAIRMENT_CORRUPT], 7000);
	cr_assert_eq(run.result.ledger.figures.foreign, 0);
	for (uint32_t s = 0; s < 40; s++)
		cr_assert_eq(run.result.stream[s].corrupt, run.result.stream[s].account.loss.frames,
			"stream %u: %ju damaged, %ju missing", s, (uintmax_t)run.result.stream[s].corrupt,
			(uintmax_t)run.result.stream[s].account.loss.frames);
}

Test(streams, every_one_of_many_streams_has_its_own_account)
{
	trial_run(&run, WITH("streams", "1000", "count", "20000", "rx", "wire:1,drop-at=1000-1009"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.n_streams, 1000);
	for (uint32_t s = 0; s < 1000; s++) {
		cr_assert_eq(run.result.stream[s].sent, 20);
		/* frame 1000 on the line is number 1 of stream 0 */
		cr_assert_eq(run.result.stream[s].account.loss.frames, s < 10 ? 1u : 0u, "stream %u", s);
	}
}
