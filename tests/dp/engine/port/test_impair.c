/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/impair.h"

#include <string.h>

#include <criterion/criterion.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "line.h"

TestSuite(impair, .init = eal_start, .fini = eal_stop);

Test(impair, a_line_without_keys_passes_every_frame_as_it_is)
{
	line_open("", 1);
	line_pass(500);
	cr_assert_eq(line.n, 500);
	frames_expect_run(line.seq, 500, 0);
	for (int kind = 0; kind < OVR_IMPAIRMENT_KINDS; kind++)
		cr_expect_eq(line_count((enum ovr_impairment_kind)kind), 0);
	line_close();
}

Test(impair, drop_at_loses_exactly_the_frames_it_names)
{
	static const uint64_t dropped[] = { 0, 5, 6, 7, 8, 99 };
	uint64_t seq[10];

	line_open("drop-at=0+5-8+99", 1);
	line_pass(100);
	cr_assert_eq(line.n, 94);
	for (unsigned int i = 0; i < line.n; i++)
		cr_assert_not(line_has(dropped, 6, line.seq[i]), "%ju arrived", (uintmax_t)line.seq[i]);
	cr_assert_eq(line_count(OVR_IMPAIRMENT_DROP), 6);
	cr_assert_eq(line_listed(OVR_IMPAIRMENT_DROP, seq), 6);
	cr_assert_eq(memcmp(seq, dropped, sizeof(dropped)), 0);
	line_pass(100);
	cr_assert_eq(line.n, 194, "nothing is named after 99");
	line_close();
}

Test(impair, drop_burst_loses_whole_runs)
{
	static uint64_t seq[FRAMES_MAX];
	unsigned int n, run = 1, n_runs = 0;

	line_open("drop-burst=7:1%", 11);
	line_pass(10000);
	n = line_listed(OVR_IMPAIRMENT_DROP, seq);
	cr_assert_eq(n, line_count(OVR_IMPAIRMENT_DROP));
	cr_assert_eq(line.n, 10000 - n);
	for (unsigned int i = 1; i <= n; i++) {
		if (i < n && seq[i] == seq[i - 1] + 1) {
			run++;
			continue;
		}
		/* a run may follow another at once; the last may not be over */
		if (i < n)
			cr_assert_eq(run % 7, 0, "a run of %u", run);
		n_runs += run / 7;
		run = 1;
	}
	/* 1 % of some 9,350 frames outside of runs: 93 ± 5 standard deviations */
	cr_expect_gt(n_runs, 45);
	cr_expect_lt(n_runs, 142);
	line_close();
}

/* What is listed, what is counted and what comes out are the same, whatever the seed. */
Test(impair, what_drop_lists_and_counts_is_what_does_not_come_out)
{
	static uint64_t seq[FRAMES_MAX];

	for (uint64_t seed = 1; seed <= 5; seed++) {
		unsigned int n, at = 0;

		line_open("drop=2%", seed);
		line_pass(5000);
		n = line_listed(OVR_IMPAIRMENT_DROP, seq);
		cr_expect_eq(n, line_count(OVR_IMPAIRMENT_DROP));
		/* 100 ± 6 standard deviations */
		cr_expect_gt(n, 40, "seed %ju", (uintmax_t)seed);
		cr_expect_lt(n, 160, "seed %ju", (uintmax_t)seed);
		cr_assert_eq(line.n, 5000 - n);
		for (uint64_t number = 0; number < 5000; number++) {
			if (at < line.n && line.seq[at] == number)
				at++;
			else
				cr_assert(line_has(seq, n, number), "%ju is missing", (uintmax_t)number);
		}
		cr_assert_eq(at, line.n);
		line_close();
	}
}

Test(impair, what_fcs_lists_and_counts_is_what_does_not_come_out)
{
	static uint64_t seq[FRAMES_MAX];

	for (uint64_t seed = 1; seed <= 5; seed++) {
		unsigned int n;

		line_open("fcs=2%", seed);
		line_pass(5000);
		n = line_listed(OVR_IMPAIRMENT_FCS, seq);
		cr_expect_eq(n, line_count(OVR_IMPAIRMENT_FCS));
		cr_expect_eq(line_count(OVR_IMPAIRMENT_DROP), 0);
		cr_expect_gt(n, 40, "seed %ju", (uintmax_t)seed);
		cr_assert_eq(line.n, 5000 - n);
		for (unsigned int i = 0; i < line.n; i++)
			cr_assert_not(line_has(seq, n, line.seq[i]));
		line_close();
	}
}

Test(impair, what_dup_lists_and_counts_comes_out_twice_in_a_row)
{
	static uint64_t seq[FRAMES_MAX];

	for (uint64_t seed = 1; seed <= 5; seed++) {
		unsigned int n, at = 0;

		line_open("dup=2%", seed);
		line_pass(5000);
		n = line_listed(OVR_IMPAIRMENT_DUP, seq);
		cr_expect_eq(n, line_count(OVR_IMPAIRMENT_DUP));
		cr_expect_gt(n, 40, "seed %ju", (uintmax_t)seed);
		cr_assert_eq(line.n, 5000 + n);
		for (uint64_t number = 0; number < 5000; number++) {
			cr_assert_eq(line.seq[at], number);
			cr_assert_eq(line.kind[at], OVR_FRAME_OURS);
			cr_assert_not(line.is_copy[at++], "the copy comes second");
			if (!line_has(seq, n, number))
				continue;
			cr_assert_eq(line.seq[at], number);
			cr_assert_eq(line.kind[at], OVR_FRAME_OURS);
			cr_assert(line.is_copy[at++]);
		}
		line_close();
	}
}

Test(impair, what_corrupt_lists_and_counts_comes_out_corrupt)
{
	static uint64_t seq[FRAMES_MAX];

	for (uint64_t seed = 1; seed <= 5; seed++) {
		unsigned int n, n_corrupt = 0;

		line_open("corrupt=2%", seed);
		line_pass(5000);
		n = line_listed(OVR_IMPAIRMENT_CORRUPT, seq);
		cr_expect_eq(n, line_count(OVR_IMPAIRMENT_CORRUPT));
		cr_expect_gt(n, 40, "seed %ju", (uintmax_t)seed);
		cr_assert_eq(line.n, 5000);
		for (unsigned int i = 0; i < 5000; i++) {
			bool is_listed = line_has(seq, n, i);

			cr_assert_eq(line.kind[i] == OVR_FRAME_CORRUPT, is_listed, "frame %u", i);
			cr_assert_eq(line.is_copy[i], is_listed, "frame %u", i);
			n_corrupt += is_listed;
		}
		cr_assert_eq(n_corrupt, n);
		line_close();
	}
}

static unsigned int
bits_of(uint8_t byte)
{
	return (unsigned int)__builtin_popcount(byte);
}

Test(impair, a_corrupt_frame_differs_in_one_bit_that_a_checksum_covers)
{
	static const unsigned int size[] = { 64, 100, 1518 };

	line_open("corrupt=100%", 5);
	for (unsigned int i = 0; i < 3000; i++) {
		struct rte_mbuf *frame = frames_make(line.pool, STREAM, i, size[i % 3]);
		struct rte_mbuf *out[OVR_IMPAIR_OUT_MAX];
		uint8_t before[OVR_FRAME_SIZE_MAX];
		unsigned int n_flipped = 0;
		uint32_t from, to;
		const uint8_t *after;

		memcpy(before, rte_pktmbuf_mtod(frame, uint8_t *), frame->data_len);
		cr_assert_eq(ovr_frame_covered(before, frame->data_len, &from, &to), 0);
		cr_assert_eq(ovr_impair_pass(line.impair, frame, out), 1);
		cr_assert_eq(out[0]->pkt_len, size[i % 3] - 4);
		after = rte_pktmbuf_mtod(out[0], const uint8_t *);
		for (uint32_t at = 0; at < out[0]->pkt_len; at++) {
			if (after[at] == before[at])
				continue;
			n_flipped += bits_of(after[at] ^ before[at]);
			cr_assert_geq(at, from);
			cr_assert_lt(at, to);
		}
		cr_assert_eq(n_flipped, 1);
		rte_pktmbuf_free(out[0]);
	}
	line_close();
}

Test(impair, the_buffer_of_a_corrupt_frame_is_unharmed)
{
	struct rte_mbuf *out[OVR_IMPAIR_OUT_MAX];
	struct rte_mbuf *frame;
	uint8_t before[96];

	line_open("corrupt=100%", 5);
	frame = frames_make(line.pool, STREAM, 0, 100);
	memcpy(before, rte_pktmbuf_mtod(frame, uint8_t *), 96);
	rte_mbuf_refcnt_update(frame, 1);
	cr_assert_eq(ovr_impair_pass(line.impair, frame, out), 1);
	cr_assert_neq(out[0], frame);
	cr_assert_eq(memcmp(rte_pktmbuf_mtod(frame, uint8_t *), before, 96), 0);
	cr_assert_eq(rte_mbuf_refcnt_read(frame), 1, "the line let go of it");
	rte_pktmbuf_free(frame);
	rte_pktmbuf_free(out[0]);
	line_close();
}

Test(impair, a_foreign_frame_cannot_be_corrupted)
{
	struct rte_mbuf *out[OVR_IMPAIR_OUT_MAX];
	struct rte_mbuf *frame;

	line_open("corrupt=100%", 5);
	frame = frames_make(line.pool, STREAM, 0, 100);
	memset(rte_pktmbuf_mtod_offset(frame, uint8_t *, 12), 0, 2);
	cr_assert_eq(ovr_impair_pass(line.impair, frame, out), 1);
	cr_assert_eq(out[0], frame);
	cr_assert_eq(line_count(OVR_IMPAIRMENT_CORRUPT), 0);
	rte_pktmbuf_free(frame);
	line_close();
}

/*
 * Frame n is held back until n + 1 … n + D have passed; those that are held back themselves have
 * not.
 */
Test(impair, a_reordered_frame_comes_after_exactly_so_many_later_ones)
{
	static uint64_t seq[FRAMES_MAX];

	for (uint64_t seed = 1; seed <= 5; seed++) {
		unsigned int n, n_checked = 0;

		line_open("reorder=4:1%", seed);
		line_pass(5000);
		line_release();
		n = line_listed(OVR_IMPAIRMENT_REORDER, seq);
		cr_expect_eq(n, line_count(OVR_IMPAIRMENT_REORDER));
		cr_expect_gt(n, 10, "seed %ju", (uintmax_t)seed);
		cr_assert_eq(line.n, 5000, "all arrive in the end");
		for (unsigned int i = 0; i < line.n; i++) {
			unsigned int n_later = 0;

			for (unsigned int before = 0; before < i; before++)
				n_later += line.seq[before] > line.seq[i] &&
					!line_has(seq, n, line.seq[before]);
			if (!line_has(seq, n, line.seq[i])) {
				cr_assert_eq(n_later, 0, "frame %ju", (uintmax_t)line.seq[i]);
			} else if (line.seq[i] < 4900) {
				cr_assert_eq(n_later, 4, "frame %ju", (uintmax_t)line.seq[i]);
				n_checked++;
			}
		}
		cr_assert_gt(n_checked, 10);
		line_close();
	}
}

/* 64 are held back at first, since nothing passes them; the next passes. */
Test(impair, no_more_than_64_frames_are_held_back)
{
	uint64_t seq[100];

	line_open("reorder=1:100%", 1);
	line_pass(64);
	cr_assert_eq(line.n, 0);
	cr_assert_eq(ovr_impair_held(line.impair), 64);
	line_pass(1);
	cr_assert_eq(line.n, 65);
	cr_assert_eq(line.seq[0], 64);
	frames_expect_run(line.seq + 1, 64, 0);
	cr_assert_eq(line_count(OVR_IMPAIRMENT_REORDER), 64);
	cr_assert_eq(line_listed(OVR_IMPAIRMENT_REORDER, seq), 64);
	frames_expect_run(seq, 64, 0);
	cr_assert_eq(ovr_impair_held(line.impair), 0);
	line_close();
}

/* The 65th passes 64 frames, each of which waits for one more; then nothing comes. */
Test(impair, frames_let_go_at_the_end_are_reordered_if_one_has_passed_them)
{
	uint64_t seq[100];

	line_open("reorder=2:100%", 1);
	line_pass(65);
	cr_assert_eq(line.n, 1);
	line_release();
	cr_assert_eq(line.n, 65);
	frames_expect_run(line.seq + 1, 64, 0);
	cr_assert_eq(line_count(OVR_IMPAIRMENT_REORDER), 64);
	cr_assert_eq(line_listed(OVR_IMPAIRMENT_REORDER, seq), 64);
	cr_assert_eq(ovr_impair_held(line.impair), 0);
	line_close();
}

Test(impair, frames_let_go_at_the_end_that_none_has_passed_are_in_order)
{
	line_open("reorder=2:100%", 1);
	line_pass(10);
	cr_assert_eq(line.n, 0);
	line_release();
	cr_assert_eq(line.n, 10);
	frames_expect_run(line.seq, 10, 0);
	cr_assert_eq(line_count(OVR_IMPAIRMENT_REORDER), 0);
	line_close();
}

Test(impair, a_frame_held_back_is_not_doubled)
{
	line_open("dup=100%,reorder=1:100%", 1);
	line_pass(65);
	cr_assert_eq(line.n, 66, "only the one that passed has a copy");
	cr_assert_eq(line.seq[0], 64);
	cr_assert_eq(line.seq[1], 64);
	frames_expect_run(line.seq + 2, 64, 0);
	cr_assert_eq(line_count(OVR_IMPAIRMENT_DUP), 1);
	cr_assert_eq(line_count(OVR_IMPAIRMENT_REORDER), 64);
	line_close();
}

/* The tag that is in the frame may be the one that was damaged. */
Test(impair, impairments_of_a_corrupt_frame_are_listed_by_the_number_it_was_sent_with)
{
	static uint64_t seq[FRAMES_MAX];

	line_open("corrupt=100%,dup=100%", 1);
	line_pass(2000);
	cr_assert_eq(line_listed(OVR_IMPAIRMENT_CORRUPT, seq), 2000);
	frames_expect_run(seq, 2000, 0);
	cr_assert_eq(line_listed(OVR_IMPAIRMENT_DUP, seq), 2000);
	frames_expect_run(seq, 2000, 0);
	cr_assert_eq(line.n, 4000, "both copies of each arrive");
	for (unsigned int i = 0; i < 4000; i++)
		cr_assert_eq(line.kind[i], OVR_FRAME_CORRUPT);
	line_close();
}

Test(impair, the_list_ends_where_it_was_told_to_and_the_counts_go_on)
{
	uint64_t seq[64];

	line_open("drop-at=100-199,list=64", 1);
	line_pass(300);
	cr_assert_eq(line.n, 200);
	cr_assert_eq(line_count(OVR_IMPAIRMENT_DROP), 100);
	cr_assert_eq(line_listed(OVR_IMPAIRMENT_DROP, seq), 64);
	frames_expect_run(seq, 64, 100);
	line_close();
}

Test(impair, what_cannot_be_copied_is_not_done_and_not_counted)
{
	struct rte_mbuf *taken[255];

	line_open("dup=100%,corrupt=100%", 1);
	cr_assert_eq(rte_pktmbuf_alloc_bulk(line.copies, taken, 255), 0);
	line_pass(10);
	rte_pktmbuf_free_bulk(taken, 255);
	cr_assert_eq(line.n, 10);
	frames_expect_run(line.seq, 10, 0);
	cr_assert_eq(line_count(OVR_IMPAIRMENT_DUP), 0);
	cr_assert_eq(line_count(OVR_IMPAIRMENT_CORRUPT), 0);
	line_close();
}

Test(impair, destroying_it_frees_the_frames_it_holds)
{
	line_open("reorder=100:100%", 1);
	line_pass(30);
	cr_assert_eq(rte_mempool_in_use_count(line.pool), 30);
	line_close();
}
