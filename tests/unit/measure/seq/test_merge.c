/* SPDX-License-Identifier: BSD-3-Clause */
#include "seq/seq.h"

#include <errno.h>
#include <string.h>

#include "base/rng.h"
#include "feed.h"

#define N_WORKERS 3
#define CAPACITY  4096

static struct ovr_seq *tracker[N_WORKERS];
static struct ovr_seq_period period[N_WORKERS * CAPACITY], merged_period[CAPACITY];
static struct ovr_seq_log log_of_worker[N_WORKERS];
static struct ovr_seq_log merged_log;
static struct ovr_seq_account account[N_WORKERS];
static uint64_t n_periods;

static void
start(void)
{
	for (int w = 0; w < N_WORKERS; w++) {
		log_of_worker[w] = (struct ovr_seq_log){ calloc(CAPACITY, sizeof(*period)), CAPACITY, 0, 0 };
		tracker[w] = feed_start(0, &log_of_worker[w]);
	}
	merged_log = (struct ovr_seq_log){ merged_period, CAPACITY, 0, 0 };
	n_periods = 0;
}

/*
 * Finish all trackers; their lists are joined with the last worker's first, since any order is
 * allowed.
 */
static void
finish(uint64_t sent)
{
	for (int w = N_WORKERS - 1; w >= 0; w--) {
		ovr_seq_finish(tracker[w], sent);
		account[w] = *ovr_seq_account(tracker[w]);
		cr_assert_eq(log_of_worker[w].n_dropped, 0);
		for (uint64_t i = log_of_worker[w].n_kept; i > 0; i--) {
			period[n_periods] = log_of_worker[w].period[i - 1];
			period[n_periods++].worker = (uint16_t)w;
		}
		ovr_seq_destroy(tracker[w], 1);
		free(log_of_worker[w].period);
	}
}

static struct ovr_seq_account
merge(uint64_t sent)
{
	struct ovr_seq_account merged;
	struct ovr_err err = { 0 };

	cr_assert_eq(ovr_seq_merge(7, account, N_WORKERS, period, n_periods, 0, sent, 0, &merged_log, &merged,
			     &err),
		0, "%s", err.text);
	return merged;
}

Test(merge, a_stream_that_moves_once_loses_only_what_neither_worker_saw)
{
	struct ovr_seq_account m;

	start();
	feed_range(tracker[0], 0, 500);
	feed_range(tracker[1], 510, 990);
	finish(1000);
	m = merge(1000);

	cr_assert_eq(m.unique, 980);
	cr_assert_eq(m.duplicate, 0);
	cr_assert_eq(m.arrivals, 980);
	cr_assert_eq(m.loss.frames, 20);
	cr_assert_eq(m.loss.periods, 2);
	cr_assert_eq(m.loss.longest, 10);
	cr_assert_eq(m.loss.head, 0);
	cr_assert_eq(m.loss.tail, 10);
	cr_assert_eq(m.loss.min_distance, 1);
	cr_assert_eq(m.loss.noticeable, 18);
	cr_assert_eq(m.first_seq, 0);
	cr_assert_eq(m.end_seq, 990);
	cr_assert_eq(merged_log.n_kept, 2);
	cr_assert_eq(merged_period[0].first_seq, 500);
	cr_assert_eq(merged_period[0].n_frames, 10);
	cr_assert_eq(merged_period[0].stream, 7);
	cr_assert_eq(merged_period[1].first_seq, 990);
}

Test(merge, a_merged_period_has_the_narrowest_times)
{
	start();
	feed_range(tracker[0], 0, 500);
	feed_range(tracker[0], 900, 1000);
	feed_range(tracker[1], 510, 900);
	finish(1000);
	merge(1000);

	/* Worker 0 knows that 499 came before, worker 1 that 510 came after. */
	cr_assert_eq(merged_log.n_kept, 1);
	cr_assert_eq(merged_period[0].before_tx_ns, 49900);
	cr_assert_eq(merged_period[0].after_tx_ns, 51000);
	cr_assert_eq(merged_period[0].after_rx_ns, 52000);
}

Test(merge, frames_sprayed_over_three_workers_are_not_lost)
{
	struct ovr_seq_account m;

	start();
	for (uint64_t number = 0; number < 3000; number++) {
		if (number != 7 && number != 8 && number != 2999)
			feed_one(tracker[number % 3], number);
	}
	finish(3000);
	m = merge(3000);

	cr_assert_eq(account[0].loss.frames, 2000);
	cr_assert_eq(m.unique, 2997);
	cr_assert_eq(m.duplicate, 0);
	cr_assert_eq(m.loss.frames, 3);
	cr_assert_eq(m.loss.periods, 2);
	cr_assert_eq(m.loss.tail, 1);
	cr_assert_eq(m.loss.length_cell[0], 1);
	cr_assert_eq(m.loss.length_cell[1], 1);
}

Test(merge, a_number_that_two_workers_saw_is_one_unique_and_one_duplicate)
{
	struct ovr_seq_account m;

	start();
	feed_range(tracker[0], 0, 60);
	feed_range(tracker[1], 50, 100);
	feed_range(tracker[2], 55, 60);
	finish(100);
	m = merge(100);

	cr_assert_eq(m.arrivals, 115);
	cr_assert_eq(m.unique, 100);
	cr_assert_eq(m.duplicate, 15);
	cr_assert_eq(m.loss.frames, 0);
	cr_assert_eq(m.loss.periods, 0);
	cr_assert_eq(merged_log.n_kept, 0);
}

Test(merge, a_stream_that_no_worker_saw_is_all_head)
{
	struct ovr_seq_account m;

	start();
	finish(1000);
	m = merge(1000);

	cr_assert_eq(m.unique, 0);
	cr_assert_eq(m.loss.frames, 1000);
	cr_assert_eq(m.loss.head, 1000);
	cr_assert_eq(m.loss.tail, 0);
	cr_assert_eq(m.end_seq, 0);
}

Test(merge, a_stream_of_which_nothing_was_sent_lost_nothing)
{
	struct ovr_seq_account m;

	start();
	finish(0);
	m = merge(0);

	cr_assert_eq(m.unique, 0);
	cr_assert_eq(m.loss.frames, 0);
}

Test(merge, the_account_of_a_single_worker_stays_as_it_is)
{
	struct ovr_seq_account m;

	start();
	feed(tracker[0], NUMBERS(3, 4, 4, 9, 8, 12));
	finish(20);

	cr_assert_eq(ovr_seq_merge(7, account, 1, &period[n_periods - log_of_worker[0].n_kept],
			     log_of_worker[0].n_kept, 0, 20, 0, NULL, &m, NULL),
		0);
	cr_assert_eq(memcmp(&m, &account[0], sizeof(m)), 0);
}

Test(merge, reordering_is_summed_over_the_workers)
{
	struct ovr_seq_account m;

	start();
	feed(tracker[0], NUMBERS(0, 2, 1));
	feed(tracker[1], NUMBERS(3, 6, 7, 4, 5));
	finish(8);
	m = merge(8);

	cr_assert_eq(m.reorder.frames, 3);
	cr_assert_eq(m.reorder.extent_max, 3);
	cr_assert_eq(m.reorder.extent_sum, 6);
}

Test(merge, a_list_that_misses_a_period_is_refused)
{
	struct ovr_seq_account m = { .unique = 12345 };
	struct ovr_err err = { 0 };

	start();
	feed(tracker[0], NUMBERS(0, 2, 4, 6));
	finish(8);

	/* The last entry is worker 0's first period: 1. */
	cr_assert_eq(
		ovr_seq_merge(7, account, N_WORKERS, period, n_periods - 1, 0, 8, 0, &merged_log, &m, &err),
		-EINVAL);
	cr_assert_str_eq(err.text, "stream 7: worker 0 lists 3 lost frames but counted 4");
	cr_assert_eq(m.unique, 12345);
	cr_assert_eq(merged_log.n_kept, 0);
}

Test(merge, a_period_of_a_worker_that_there_is_not_is_refused)
{
	struct ovr_seq_account m;
	struct ovr_err err = { 0 };

	start();
	finish(8);
	period[0].worker = 3;

	cr_assert_eq(
		ovr_seq_merge(7, account, N_WORKERS, period, n_periods, 0, 8, 0, NULL, &m, &err), -EINVAL);
	cr_assert_str_eq(err.text, "stream 7: a loss period is of worker 3, but there are 3");
}

Test(merge, a_period_listed_twice_is_refused)
{
	struct ovr_seq_account m;

	start();
	finish(8);
	period[n_periods] = period[0];

	cr_assert_eq(ovr_seq_merge(7, account, N_WORKERS, period, n_periods + 1, 0, 8, 0, NULL, &m, NULL),
		-EINVAL);
}

Test(merge, periods_of_a_worker_that_overlap_are_refused_though_they_sum_up)
{
	struct ovr_seq_account m;
	struct ovr_err err = { 0 };

	start();
	finish(8);
	period[0] = (struct ovr_seq_period){ .worker = 0, .first_seq = 0, .n_frames = 5 };
	period[1] = (struct ovr_seq_period){ .worker = 0, .first_seq = 4, .n_frames = 3 };

	cr_assert_eq(ovr_seq_merge(7, account, 1, period, 2, 0, 8, 0, NULL, &m, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"stream 7: worker 0 lists a loss period at 4 that overlaps another one, is empty "
		"or begins before the stream (0)");
}

Test(merge, a_number_that_several_workers_saw_several_times_is_replicated_once)
{
	struct ovr_seq_account m;

	start();
	feed(tracker[0], NUMBERS(0, 0));
	feed(tracker[1], NUMBERS(0, 0, 0));
	finish(1);
	m = merge(1);

	cr_assert_eq(m.unique, 1);
	cr_assert_eq(m.duplicate, 4);
	cr_assert_eq(m.replicated, 1);
}

Test(merge, numbers_that_were_never_sent_stay_unique_and_their_holes_are_not_lost)
{
	struct ovr_seq_account m;

	/* Worker 0 has counted the hole before 2000000 as lost, since it left the window. */
	start();
	feed_range(tracker[0], 0, 9);
	feed(tracker[0], NUMBERS(2000000, 2100000));
	finish(10);
	m = merge(10);

	cr_assert_eq(account[0].loss.frames, 1999991);
	cr_assert_eq(m.unique, 11);
	cr_assert_eq(m.duplicate, 0);
	cr_assert_eq(m.loss.frames, 1);
	cr_assert_eq(m.loss.longest, 1);
	cr_assert_eq(m.end_seq, 2100001);
}

Test(merge, a_single_worker_is_cured_of_a_hole_that_was_never_sent)
{
	struct ovr_seq_account m;

	start();
	feed_range(tracker[0], 0, 9);
	feed(tracker[0], NUMBERS(2000000, 2100000));
	finish(1000);

	/* The hole from 9 to 2000000 is the last entry: worker 0 comes last, and has no other. */
	cr_assert_eq(
		ovr_seq_merge(7, account, 1, &period[n_periods - 1], 1, 0, 1000, 0, &merged_log, &m, NULL),
		0);
	cr_assert_eq(m.unique, 11);
	cr_assert_eq(m.loss.frames, 991);
	cr_assert_eq(merged_period[0].n_frames, 991);
}

Test(merge, accounts_that_were_finished_at_another_number_are_refused)
{
	struct ovr_seq_account m;

	start();
	feed_range(tracker[0], 0, 8);
	finish(8);

	cr_assert_eq(
		ovr_seq_merge(7, account, N_WORKERS, period, n_periods, 0, 9, 0, NULL, &m, NULL), -EINVAL);
}

Test(merge, no_worker_at_all_is_refused)
{
	struct ovr_seq_account m;

	cr_assert_eq(ovr_seq_merge(7, NULL, 0, NULL, 0, 0, 9, 0, NULL, &m, NULL), -EINVAL);
}

Test(merge, many_random_streams_agree_with_what_anybody_saw)
{
	for (uint64_t seed = 1; seed <= 60; seed++) {
		uint64_t sent = 2000, n_unique = 0, n_arrivals = 0, way = seed % 3;
		struct ovr_seq_account m, truth;
		struct ovr_seq *all = feed_start(0, NULL);
		struct ovr_rng rng;

		ovr_rng_seed(&rng, seed, 0);
		start();
		for (uint64_t number = 0; number < sent; number++) {
			/* It moves once, it is sprayed round robin, or it goes anywhere. */
			uint64_t w = way == 0 ? number / 1100
				: way == 1    ? number % 3
					      : ovr_rng_below(&rng, 3);

			if (ovr_rng_below(&rng, 10) == 0)
				continue;
			n_unique++;
			n_arrivals++;
			feed_one(tracker[w], number);
			feed_one(all, number);
			if (ovr_rng_below(&rng, 20) == 0) {
				n_arrivals++;
				feed_one(tracker[(w + ovr_rng_below(&rng, 2)) % 3], number);
			}
		}
		finish(sent);
		ovr_seq_finish(all, sent);
		truth = *ovr_seq_account(all);
		ovr_seq_destroy(all, 1);
		m = merge(sent);

		cr_assert_eq(m.arrivals, n_arrivals, "seed %lu", seed);
		cr_assert_eq(m.unique, n_unique, "seed %lu: %lu unique", seed, m.unique);
		cr_assert_eq(m.duplicate, n_arrivals - n_unique, "seed %lu", seed);
		cr_assert_eq(m.replicated, n_arrivals - n_unique, "seed %lu", seed);
		cr_assert_eq(memcmp(&m.loss, &truth.loss, sizeof(m.loss)), 0, "seed %lu", seed);
		cr_assert_eq(merged_log.n_kept, truth.loss.periods, "seed %lu", seed);
		cr_assert_eq(m.end_seq, truth.end_seq, "seed %lu", seed);
	}
}

Test(account, adding_sums_the_counts_and_keeps_the_extremes)
{
	struct ovr_seq_account total = { .first_seq = 77 };
	struct ovr_seq_account a = feed_all_but(0, 30, 0, NULL, NUMBERS(3, 9, 10, 11));
	struct ovr_seq_account b = feed_all(0, 20, NUMBERS(0, 5, 5, 4));
	struct ovr_seq_account none = feed_all(0, 1, NUMBERS(0));

	ovr_seq_account_add(&total, &none);
	ovr_seq_account_add(&total, &a);
	ovr_seq_account_add(&total, &b);

	cr_assert_eq(total.first_seq, 77);
	cr_assert_eq(total.end_seq, 0);
	cr_assert_eq(total.arrivals, 31);
	cr_assert_eq(total.unique, 30);
	cr_assert_eq(total.duplicate, 1);
	cr_assert_eq(total.replicated, 1);
	cr_assert_eq(total.loss.frames, 21);
	cr_assert_eq(total.loss.tail, 14);
	cr_assert_eq(total.loss.periods, 4);
	cr_assert_eq(total.loss.longest, 14);
	cr_assert_eq(total.loss.min_distance, 1);
	cr_assert_eq(total.reorder.frames, 1);
	cr_assert_eq(total.reorder.extent_max, 1);
}
