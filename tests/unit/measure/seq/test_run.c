/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs of consecutive numbers at once, and trackers side by side. */
#include "feed.h"

#include <string.h>

/*
 * The account of a stream of 1000 of which runs arrived: (first number, length), in single arrivals
 * or at once.
 */
static struct ovr_seq_account
feed_runs(const uint64_t (*run)[2], size_t n, bool at_once)
{
	struct ovr_seq *seq = feed_start_window(64, NULL);
	struct ovr_seq_account account;

	for (size_t i = 0; i < n; i++) {
		uint64_t first = run[i][0], length = run[i][1];

		for (uint64_t k = 0; k < length; k++) {
			if (at_once && first + k == seq->next) {
				ovr_seq_arrive_next(seq, length - k, 500);
				break;
			}
			ovr_seq_arrive(seq, first + k, 500, 1500);
		}
	}
	ovr_seq_finish(seq, 1000);
	account = *ovr_seq_account(seq);
	ovr_seq_destroy(seq, 1);
	return account;
}

Test(seq_run, a_run_is_the_same_as_its_numbers_one_by_one)
{
	/*
	 * within a word, over one border, over several, ending at one; a hole of 5, one of 200, one
	 * run twice
	 */
	const uint64_t run[][2] = { { 0, 3 }, { 3, 60 }, { 63, 1 }, { 64, 64 }, { 133, 167 }, { 300, 20 },
		{ 300, 20 }, { 520, 1 }, { 521, 400 } };
	struct ovr_seq_account one_by_one = feed_runs(run, N_ELEMENTS(run), false);
	struct ovr_seq_account at_once = feed_runs(run, N_ELEMENTS(run), true);

	cr_assert_eq(memcmp(&one_by_one, &at_once, sizeof(at_once)), 0);
	cr_assert_eq(at_once.unique, 3 + 60 + 1 + 64 + 167 + 20 + 1 + 400);
	cr_assert_eq(at_once.duplicate, 20);
	cr_assert_eq(at_once.loss.frames, 5 + 200 + 79);
	cr_assert_eq(at_once.loss.periods, 3);
	cr_assert_eq(at_once.loss.tail, 79);
}

Test(seq_run, the_hole_after_a_run_opened_at_its_transmit_time)
{
	struct ovr_seq_period period[1];
	struct ovr_seq_log log = { .period = period, .capacity = 1 };
	struct ovr_seq *seq = feed_start(0, &log);

	ovr_seq_arrive_next(seq, 100, 7000);
	ovr_seq_arrive(seq, 103, 8000, 9000);
	ovr_seq_finish(seq, 104);

	cr_assert_eq(log.n_kept, 1);
	cr_assert_eq(period[0].first_seq, 100);
	cr_assert_eq(period[0].n_frames, 3);
	cr_assert_eq(period[0].before_tx_ns, 7000);
	cr_assert_eq(period[0].after_tx_ns, 8000);
	ovr_seq_destroy(seq, 1);
}

Test(seq_run, trackers_side_by_side_have_streams_of_their_own)
{
	struct ovr_seq_period period[2];
	struct ovr_seq_log log = { .period = period, .capacity = 2 };
	struct ovr_seq_conf conf = { 0 };
	struct ovr_seq *seq = NULL;

	cr_assert_eq(ovr_seq_create(40, 3, &conf, &log, &seq, NULL), 0);
	feed(&seq[0], NUMBERS(0, 1, 2));
	feed(&seq[1], NUMBERS(0, 2));
	for (unsigned int i = 0; i < 3; i++)
		ovr_seq_finish(&seq[i], 3);

	cr_assert_eq(ovr_seq_account(&seq[0])->loss.frames, 0);
	cr_assert_eq(ovr_seq_account(&seq[1])->loss.frames, 1);
	cr_assert_eq(ovr_seq_account(&seq[2])->loss.frames, 3);
	cr_assert_eq(period[0].stream, 41);
	cr_assert_eq(period[1].stream, 42);
	ovr_seq_destroy(seq, 3);
}
