/* SPDX-License-Identifier: BSD-3-Clause */
#include "seq/seq.h"

#include <errno.h>
#include <string.h>

#include "base/rng.h"
#include "feed.h"

Test(seq, a_lost_tail_is_found_that_gap_counting_misses)
{
	struct ovr_seq_account a = feed_all(1, 11, NUMBERS(1, 2, 3, 4, 5, 6, 7));

	cr_assert_eq(a.unique, 7);
	cr_assert_eq(a.loss.frames, 3);
	cr_assert_eq(a.loss.tail, 3);
}

Test(seq, duplicates_do_not_mask_losses)
{
	/* 1000 sent, 10 lost, 10 others twice */
	struct ovr_seq *seq = feed_start(1, NULL);
	const struct ovr_seq_account *a = ovr_seq_account(seq);

	for (uint64_t number = 1; number <= 1000; number++) {
		if (number % 100 == 50)
			continue;
		feed_one(seq, number);
		if (number % 100 == 0)
			feed_one(seq, number);
	}
	ovr_seq_finish(seq, 1001);

	cr_assert_eq(a->arrivals, 1000);
	cr_assert_eq(a->unique, 990);
	cr_assert_eq(a->duplicate, 10);
	cr_assert_eq(a->replicated, 10);
	cr_assert_eq(a->loss.frames, 10);
	ovr_seq_destroy(seq, 1);
}

Test(seq, rfc_5560_one_copy_each_is_no_duplication)
{
	struct ovr_seq_account a = feed_all(1, 5, NUMBERS(1, 2, 3, 4));

	cr_assert_eq(a.unique, 4);
	cr_assert_eq(a.duplicate, 0);
	cr_assert_eq(a.replicated, 0);
}

Test(seq, rfc_5560_two_copies_each)
{
	struct ovr_seq_account a = feed_all(1, 5, NUMBERS(1, 1, 2, 2, 3, 3, 4, 4));

	cr_assert_eq(a.unique, 4);
	cr_assert_eq(a.duplicate, 4);
	cr_assert_eq(a.replicated, 4);
}

Test(seq, rfc_5560_three_copies_each)
{
	struct ovr_seq_account a = feed_all(1, 5, NUMBERS(1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4));

	cr_assert_eq(a.unique, 4);
	cr_assert_eq(a.duplicate, 8);
	cr_assert_eq(a.replicated, 4);
}

Test(seq, rfc_5560_three_copies_of_every_other)
{
	struct ovr_seq_account a = feed_all(1, 5, NUMBERS(1, 1, 1, 2, 3, 3, 3, 4));

	cr_assert_eq(a.unique, 4);
	cr_assert_eq(a.duplicate, 4);
	cr_assert_eq(a.replicated, 2);
	cr_assert_eq(a.arrivals, 8);
	cr_assert_eq(a.reorder.frames, 0);
}

Test(seq, rfc_5560_nothing_received)
{
	struct ovr_seq_account a = feed_all(1, 5, NULL, 0);

	cr_assert_eq(a.unique, 0);
	cr_assert_eq(a.duplicate, 0);
	cr_assert_eq(a.replicated, 0);
	cr_assert_eq(a.loss.frames, 4);
}

Test(seq, every_arrival_is_told_what_it_is)
{
	struct ovr_seq *seq = feed_start(0, NULL);

	cr_assert_eq(feed_one(seq, 0), OVR_SEQ_IN_ORDER);
	cr_assert_eq(feed_one(seq, 2), OVR_SEQ_IN_ORDER);
	cr_assert_eq(feed_one(seq, 1), OVR_SEQ_REORDERED);
	cr_assert_eq(feed_one(seq, 1), OVR_SEQ_DUPLICATE);
	cr_assert_eq(feed_one(seq, 2), OVR_SEQ_DUPLICATE);
	cr_assert_eq(feed_one(seq, 200000), OVR_SEQ_IN_ORDER);
	cr_assert_eq(feed_one(seq, 3), OVR_SEQ_LATE);
	cr_assert_eq(feed_one(seq, 199999), OVR_SEQ_REORDERED);
	ovr_seq_destroy(seq, 1);
}

Test(seq, missing_is_a_live_figure_that_a_later_arrival_lowers)
{
	struct ovr_seq *seq = feed_start(10, NULL);

	cr_assert_eq(seq->next - 10 - seq->unique, 0);
	feed_one(seq, 12);
	cr_assert_eq(seq->next - 10 - seq->unique, 2);
	feed_one(seq, 10);
	cr_assert_eq(seq->next - 10 - seq->unique, 1);
	feed_one(seq, 10);
	cr_assert_eq(seq->next - 10 - seq->unique, 1);
	feed_one(seq, 11);
	cr_assert_eq(seq->next - 10 - seq->unique, 0);
	ovr_seq_destroy(seq, 1);
}

Test(seq, a_frame_at_the_low_end_of_the_window_is_told_apart_and_one_below_is_late)
{
	struct ovr_seq *seq = feed_start_window(64, NULL);
	const struct ovr_seq_account *a = ovr_seq_account(seq);

	feed_range(seq, 0, 63);
	feed_range(seq, 65, 129);

	/* The highest is 128: the window begins at (2 - 1) * 64. */
	cr_assert_eq(feed_one(seq, 63), OVR_SEQ_LATE);
	cr_assert_eq(feed_one(seq, 64), OVR_SEQ_REORDERED);
	cr_assert_eq(feed_one(seq, 65), OVR_SEQ_DUPLICATE);
	cr_assert_eq(feed_one(seq, 62), OVR_SEQ_LATE);
	ovr_seq_finish(seq, 129);
	cr_assert_eq(a->late, 2);
	cr_assert_eq(a->unique, 128);
	cr_assert_eq(a->loss.frames, 1);
	cr_assert_eq(a->arrivals, 131);
	ovr_seq_destroy(seq, 1);
}

Test(seq, the_window_holds_all_before_its_first_word_is_needed_again)
{
	struct ovr_seq *seq = feed_start_window(64, NULL);

	/* 127 is the last number with which 0 is still in a window of 64. */
	feed_one(seq, 127);
	cr_assert_eq(feed_one(seq, 0), OVR_SEQ_REORDERED);
	feed_one(seq, 128);
	cr_assert_eq(feed_one(seq, 1), OVR_SEQ_LATE);
	ovr_seq_destroy(seq, 1);
}

Test(seq, a_full_window_of_the_default_size_is_told_apart)
{
	struct ovr_seq *seq = feed_start(0, NULL);

	feed_one(seq, 65536);
	cr_assert_eq(feed_one(seq, 0), OVR_SEQ_REORDERED);
	cr_assert_eq(feed_one(seq, 65535), OVR_SEQ_REORDERED);
	feed_one(seq, 65600);
	cr_assert_eq(feed_one(seq, 63), OVR_SEQ_LATE);
	cr_assert_eq(feed_one(seq, 64), OVR_SEQ_REORDERED);
	ovr_seq_destroy(seq, 1);
}

Test(seq, words_of_the_ring_are_clean_when_they_are_used_again)
{
	struct ovr_seq *seq = feed_start_window(64, NULL);
	const struct ovr_seq_account *a = ovr_seq_account(seq);

	/* 5, 133 and 261 share a bit of the ring. */
	feed_range(seq, 0, 64);
	cr_assert_eq(feed_one(seq, 5), OVR_SEQ_DUPLICATE);
	feed_range(seq, 64, 200);
	cr_assert_eq(feed_one(seq, 133), OVR_SEQ_DUPLICATE);
	feed_range(seq, 201, 300);
	cr_assert_eq(feed_one(seq, 261), OVR_SEQ_DUPLICATE);
	cr_assert_eq(feed_one(seq, 261), OVR_SEQ_DUPLICATE);
	cr_assert_eq(feed_one(seq, 200), OVR_SEQ_REORDERED);
	cr_assert_eq(a->duplicate, 4);
	cr_assert_eq(a->replicated, 3);
	ovr_seq_destroy(seq, 1);
}

Test(seq, a_jump_of_2_to_the_40_costs_no_walk_over_what_it_leapt)
{
	struct ovr_seq *seq = feed_start(0, NULL);
	const struct ovr_seq_account *a = ovr_seq_account(seq);
	const uint64_t leap = (uint64_t)1 << 40;

	for (uint64_t i = 0; i <= 100; i++)
		feed_one(seq, i * leap);
	cr_assert_eq(feed_one(seq, 100 * leap - 5), OVR_SEQ_REORDERED);
	cr_assert_eq(feed_one(seq, 99 * leap), OVR_SEQ_LATE);
	ovr_seq_finish(seq, 100 * leap + 1);

	cr_assert_eq(a->unique, 102);
	cr_assert_eq(a->loss.frames, 100 * leap - 101);
	cr_assert_eq(a->loss.periods, 101);
	cr_assert_eq(a->loss.longest, leap - 1);
	cr_assert_eq(a->loss.length_cell[40], 100);
	cr_assert_eq(a->loss.length_cell[2], 1);
	ovr_seq_destroy(seq, 1);
}

Test(seq, numbers_up_to_2_to_the_48_are_followed)
{
	const uint64_t end = (uint64_t)1 << 48;
	struct ovr_seq *seq = feed_start(end - 200000, NULL);
	const struct ovr_seq_account *a = ovr_seq_account(seq);

	feed_range(seq, end - 200000, end - 1000);
	feed_range(seq, end - 990, end);
	cr_assert_eq(feed_one(seq, end - 1), OVR_SEQ_DUPLICATE);
	cr_assert_eq(feed_one(seq, end - 991), OVR_SEQ_REORDERED);
	ovr_seq_finish(seq, end);

	cr_assert_eq(a->unique, 199991);
	cr_assert_eq(a->loss.frames, 9);
	cr_assert_eq(a->loss.head, 0);
	cr_assert_eq(a->first_seq, end - 200000);
	cr_assert_eq(a->end_seq, end);
	ovr_seq_destroy(seq, 1);
}

Test(seq, a_number_before_the_stream_is_late)
{
	struct ovr_seq *seq = feed_start(100, NULL);
	const struct ovr_seq_account *a = ovr_seq_account(seq);

	cr_assert_eq(feed_one(seq, 99), OVR_SEQ_LATE);
	cr_assert_eq(feed_one(seq, 100), OVR_SEQ_IN_ORDER);
	cr_assert_eq(feed_one(seq, 98), OVR_SEQ_LATE);
	ovr_seq_finish(seq, 101);

	cr_assert_eq(a->late, 2);
	cr_assert_eq(a->unique, 1);
	cr_assert_eq(a->first_seq, 98);
	cr_assert_eq(a->end_seq, 101);
	cr_assert_eq(a->loss.frames, 0);
	ovr_seq_destroy(seq, 1);
}

Test(seq, a_number_before_the_stream_is_late_also_when_the_window_is_full)
{
	struct ovr_seq_conf conf = { .window = 64, .first_seq = 100 };
	struct ovr_seq *seq = NULL;

	/* 99 and 100 are in one word, which stays in the window up to 191. */
	cr_assert_eq(ovr_seq_create(0, 1, &conf, NULL, &seq, NULL), 0);
	feed_range(seq, 100, 192);
	cr_assert_eq(feed_one(seq, 99), OVR_SEQ_LATE);
	cr_assert_eq(feed_one(seq, 100), OVR_SEQ_DUPLICATE);
	ovr_seq_destroy(seq, 1);
}

Test(seq, a_stream_of_which_only_an_earlier_number_came_has_that_for_both_ends)
{
	struct ovr_seq_account a = feed_all(1, 3, NUMBERS(0));

	cr_assert_eq(a.late, 1);
	cr_assert_eq(a.first_seq, 0);
	cr_assert_eq(a.end_seq, 1);
	cr_assert_eq(a.loss.frames, 2);
	cr_assert_eq(a.loss.head, 2);
}

Test(seq, the_smallest_and_the_highest_number_are_kept_whatever_came_first)
{
	struct ovr_seq_account a = feed_all(0, 20, NUMBERS(7, 15, 3, 9));

	cr_assert_eq(a.first_seq, 3);
	cr_assert_eq(a.end_seq, 16);
	cr_assert_eq(a.loss.head, 3);
	cr_assert_eq(a.loss.tail, 4);
}

Test(seq, a_window_or_a_memory_that_is_no_power_of_two_or_out_of_range_is_refused)
{
	const struct ovr_seq_conf bad[] = {
		{ .window = 32 },
		{ .window = 100 },
		{ .window = 1u << 27 },
		{ .n_jumps = 32 },
		{ .n_jumps = 65 },
		{ .n_jumps = 1u << 21 },
	};

	for (size_t i = 0; i < N_ELEMENTS(bad); i++) {
		struct ovr_seq *seq = NULL;

		cr_assert_eq(ovr_seq_create(0, 1, &bad[i], NULL, &seq, NULL), -EINVAL, "conf %zu", i);
		cr_assert_null(seq);
	}
}

Test(seq, the_refusal_says_what_would_be_accepted)
{
	struct ovr_seq_conf conf = { .window = 100 };
	struct ovr_seq *seq = NULL;
	struct ovr_err err = { 0 };

	ovr_seq_create(0, 1, &conf, NULL, &seq, &err);
	cr_assert_str_eq(err.text,
		"window of a sequence tracker is 100, but must be a power of two from 64 to "
		"67108864");
}

Test(seq, destroying_nothing_is_allowed)
{
	ovr_seq_destroy(NULL, 1);
}

/* The oracle: every figure from its definition, by looking at all arrivals. */

#define MAX_SENT     1500
#define MAX_ARRIVALS (3 * MAX_SENT)

static struct {
	struct ovr_seq_account account;
	struct ovr_seq_period period[MAX_SENT];
	uint64_t unique[MAX_SENT]; /* numbers of the first copies, in order of arrival */
	uint64_t rx_ns[MAX_SENT];
	uint64_t is_jump[MAX_SENT]; /* whether the first copy was above the next expected */
	uint64_t copies[MAX_SENT];
	uint64_t highest; /* one above */
} oracle;

static uint64_t
tx_ns_of(uint64_t number)
{
	return 5 + 67 * number;
}

/* RFC 4737 for the first copy that was just put at the end of oracle.unique. */
static void
oracle_reordered(uint64_t n_jumps)
{
	struct ovr_seq_reorder *r = &oracle.account.reorder;
	uint64_t i = oracle.account.unique - 1, j = 0, n = 0, jumps_since = 0;

	while (oracle.unique[j] < oracle.unique[i])
		j++;
	for (uint64_t k = j + 1; k < i; k++)
		jumps_since += oracle.is_jump[k];
	r->frames++;
	if (jumps_since >= n_jumps) {
		r->beyond_memory++;
	} else {
		uint64_t late_ns = oracle.rx_ns[i] - oracle.rx_ns[j];

		r->extent_sum += i - j;
		r->extent_max = i - j > r->extent_max ? i - j : r->extent_max;
		r->late_time_sum_ns += late_ns;
		r->late_time_max_ns = late_ns > r->late_time_max_ns ? late_ns : r->late_time_max_ns;
	}
	while (n < OVR_SEQ_N_REORDER_MAX && n < i && oracle.unique[i - 1 - n] > oracle.unique[i])
		n++;
	r->exactly_n[n]++;
}

static enum ovr_seq_class
oracle_arrive(uint64_t number, uint64_t rx_ns, uint64_t window, uint64_t n_jumps)
{
	struct ovr_seq_account *a = &oracle.account;
	uint64_t word = oracle.highest == 0 ? 0 : (oracle.highest - 1) / 64;
	uint64_t low = word > window / 64 ? (word - window / 64) * 64 : 0;
	uint64_t i = a->unique;

	if (a->arrivals == 0 || number < a->first_seq)
		a->first_seq = number;
	a->arrivals++;
	if (number < low) {
		a->late++;
		return OVR_SEQ_LATE;
	}
	if (oracle.copies[number]++ > 0) {
		a->duplicate++;
		a->replicated += oracle.copies[number] == 2;
		return OVR_SEQ_DUPLICATE;
	}
	oracle.unique[i] = number;
	oracle.rx_ns[i] = rx_ns;
	oracle.is_jump[i] = number > oracle.highest;
	a->unique++;
	if (number < oracle.highest) {
		oracle_reordered(n_jumps);
		return OVR_SEQ_REORDERED;
	}
	oracle.highest = number + 1;
	a->end_seq = number + 1;
	return OVR_SEQ_IN_ORDER;
}

/* Free runs: between the arrivals that are smaller than one before them. */
static void
oracle_runs(void)
{
	struct ovr_seq_reorder *r = &oracle.account.reorder;
	uint64_t run = 0, highest = 0;

	for (uint64_t i = 0; i < oracle.account.unique; i++) {
		if (i > 0 && oracle.unique[i] < highest) {
			r->runs++;
			r->run_square += run * run;
			run = 0;
		} else {
			highest = oracle.unique[i];
			r->run_sum++;
			run++;
		}
	}
}

static void
oracle_times(struct ovr_seq_period *period)
{
	uint64_t highest = 0;

	period->after_tx_ns = UINT64_MAX;
	period->after_rx_ns = UINT64_MAX;
	for (uint64_t i = 0; i < oracle.account.unique; i++) {
		if (oracle.unique[i] > period->first_seq) {
			period->after_tx_ns = tx_ns_of(oracle.unique[i]);
			period->after_rx_ns = oracle.rx_ns[i];
			break;
		}
		highest = oracle.unique[i] + 1 > highest ? oracle.unique[i] + 1 : highest;
	}
	period->before_tx_ns = highest > 0 ? tx_ns_of(highest - 1) : 0;
}

static void
oracle_finish(uint64_t sent, uint64_t delta)
{
	struct ovr_seq_loss *l = &oracle.account.loss;
	uint64_t last = UINT64_MAX;

	for (uint64_t number = 0; number < sent; number++) {
		if (oracle.copies[number] > 0)
			continue;
		if (last != UINT64_MAX) {
			uint64_t distance = number - last;

			l->noticeable += distance <= delta;
			if (l->min_distance == 0 || distance < l->min_distance)
				l->min_distance = distance;
		}
		if (last == UINT64_MAX || number != last + 1)
			oracle.period[l->periods++].first_seq = number;
		oracle.period[l->periods - 1].n_frames++;
		l->frames++;
		l->tail += number >= oracle.highest && oracle.highest > 0;
		last = number;
	}
	for (uint64_t p = 0; p < l->periods; p++) {
		uint64_t length = oracle.period[p].n_frames, cell = 0;

		while (((uint64_t)1 << cell) < length)
			cell++;
		l->length_cell[cell]++;
		l->longest = length > l->longest ? length : l->longest;
		oracle_times(&oracle.period[p]);
	}
	if (l->periods > 0 && oracle.period[0].first_seq == 0)
		l->head = oracle.period[0].n_frames;
	oracle_runs();
}

/* An arrival, and the place in the queue to which reordering moved it. */
struct arrival {
	uint64_t place;
	uint64_t number;
};

static int
by_place(const void *left, const void *right)
{
	const struct arrival *a = left, *b = right;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

/*
 * Single and burst losses, one or two copies, and displacements, each in a strength that the seed
 * draws.
 */
static size_t
random_arrivals(struct ovr_rng *rng, uint64_t sent, struct arrival *arrival)
{
	uint64_t drop = ovr_rng_below(rng, 300), burst = ovr_rng_below(rng, 20);
	uint64_t copy = ovr_rng_below(rng, 200), swap = ovr_rng_below(rng, 300);
	uint64_t reach = 1 + ovr_rng_below(rng, ovr_rng_below(rng, 4) == 0 ? 1000 : 30);
	uint64_t skip = ovr_rng_below(rng, 4) == 0 ? ovr_rng_below(rng, sent) : 0;
	size_t n = 0;

	for (uint64_t number = skip; number < sent; number++) {
		uint64_t place = number;

		if (ovr_rng_below(rng, 1000) < burst)
			number += ovr_rng_below(rng, 400);
		if (number >= sent || ovr_rng_below(rng, 1000) < drop)
			continue;
		if (ovr_rng_below(rng, 1000) < swap)
			place += ovr_rng_below(rng, reach);
		arrival[n++] = (struct arrival){ place, number };
		for (int i = 0; i < 2 && ovr_rng_below(rng, 1000) < copy; i++)
			arrival[n++] = (struct arrival){ place + ovr_rng_below(rng, reach), number };
	}
	qsort(arrival, n, sizeof(*arrival), by_place);
	return n;
}

static void
compare_accounts(const struct ovr_seq_account *account, uint64_t seed)
{
	const uint64_t *got = (const uint64_t *)account, *wanted = (const uint64_t *)&oracle.account;

	for (size_t i = 0; i < sizeof(*account) / sizeof(*got); i++)
		cr_assert_eq(got[i], wanted[i], "seed %lu: word %zu of the account is %lu, not %lu", seed, i,
			got[i], wanted[i]);
}

static void
compare_periods(const struct ovr_seq_log *log, uint64_t seed)
{
	cr_assert_eq(log->n_kept, oracle.account.loss.periods, "seed %lu", seed);
	for (uint64_t i = 0; i < log->n_kept; i++) {
		const struct ovr_seq_period *got = &log->period[i], *wanted = &oracle.period[i];

		cr_assert_eq(got->first_seq, wanted->first_seq, "seed %lu: period %lu", seed, i);
		cr_assert_eq(got->n_frames, wanted->n_frames, "seed %lu: period %lu", seed, i);
		cr_assert_eq(got->before_tx_ns, wanted->before_tx_ns, "seed %lu: period %lu", seed, i);
		cr_assert_eq(got->after_tx_ns, wanted->after_tx_ns, "seed %lu: period %lu", seed, i);
		cr_assert_eq(got->after_rx_ns, wanted->after_rx_ns, "seed %lu: period %lu", seed, i);
	}
}

static void
compare_with_oracle(uint64_t seed, uint32_t n_jumps, bool with_times)
{
	static struct arrival arrival[MAX_ARRIVALS];
	static struct ovr_seq_period kept[MAX_SENT];
	struct ovr_seq_log log = { kept, MAX_SENT, 0, 0 };
	struct ovr_seq_conf conf = { .n_jumps = n_jumps };
	struct ovr_seq *seq = NULL;
	struct ovr_rng rng;
	uint64_t sent, rx_ns = 1000;
	size_t n;

	memset(&oracle, 0, sizeof(oracle));
	ovr_rng_seed(&rng, seed, 0);
	conf.window = 64u << ovr_rng_below(&rng, 5);
	conf.delta = 1 + ovr_rng_below(&rng, 20);
	sent = 1 + ovr_rng_below(&rng, MAX_SENT);
	n = random_arrivals(&rng, sent, arrival);
	cr_assert_eq(ovr_seq_create(0, 1, &conf, &log, &seq, NULL), 0);
	for (size_t i = 0; i < n; i++) {
		uint64_t number = arrival[i].number;
		enum ovr_seq_class class, wanted;

		rx_ns += ovr_rng_below(&rng, 100);
		class = ovr_seq_arrive(seq, number, tx_ns_of(number), rx_ns);
		wanted = oracle_arrive(number, rx_ns, conf.window, n_jumps);
		cr_assert_eq(class, wanted, "seed %lu: arrival %zu, number %lu", seed, i, number);
		cr_assert_eq(
			seq->next - seq->unique, oracle.highest - oracle.account.unique, "seed %lu", seed);
	}
	ovr_seq_finish(seq, sent);
	oracle_finish(sent, conf.delta);
	compare_accounts(ovr_seq_account(seq), seed);
	if (with_times)
		compare_periods(&log, seed);
	ovr_seq_destroy(seq, 1);
}

Test(seq, many_random_streams_agree_with_the_definitions)
{
	for (uint64_t seed = 1; seed <= 400; seed++)
		compare_with_oracle(seed, 1024, true);
}

Test(seq, many_random_streams_agree_when_jumps_are_forgotten)
{
	for (uint64_t seed = 1001; seed <= 1400; seed++)
		compare_with_oracle(seed, 64, false);
}
