/* SPDX-License-Identifier: BSD-3-Clause */
/* Eight frames are kept before the one that shows a loss; it and seven more after the loss. */
#include "worker/snapshot.h"

#include <string.h>

#include <criterion/criterion.h>
#include <sys/mman.h>
#include <unistd.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "frames.h"

static struct rte_mempool *pool;
static struct ovr_snapshot snapshot;
static uint64_t next_seq;
static const struct ovr_snapshot_hole hole = { 3, 70, 5 };

static void
start(void)
{
	eal_start();
	pool = frames_pool("frames", 511);
	next_seq = 0;
}

TestSuite(snapshot, .init = start, .fini = eal_stop);

static void
open_for(uint32_t capacity)
{
	cr_assert_eq(ovr_snapshot_init(&snapshot, capacity, 256, NULL), 0);
}

static void
done(void)
{
	ovr_snapshot_done(&snapshot);
	cr_assert_eq(rte_mempool_in_use_count(pool), 0, "a frame was not freed");
}

/* The next n frames arrive, of which the first shows a loss or not; frame s arrives at 1000 + s. */
static void
arrive(unsigned int n, bool first_shows_loss)
{
	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = frames_make(pool, 0, next_seq, 100);

		rte_pktmbuf_free(ovr_snapshot_add(
			&snapshot, frame, 1000 + next_seq, first_shows_loss && i == 0 ? &hole : NULL));
		next_seq++;
	}
}

/* The number of a kept frame, read from its bytes; they are those of a whole frame. */
static uint64_t
kept(uint32_t at)
{
	static const struct ovr_frame_expect expect = { .trial_id = FRAMES_TRIAL_ID, .n_streams = 1 };
	const struct ovr_snapshot_frame *frame = &snapshot.frame[at];
	struct ovr_frame_tag tag;

	cr_assert_eq(frame->pkt_len, 96);
	cr_assert_eq(frame->cap_len, 96);
	cr_assert_eq(ovr_frame_classify(ovr_snapshot_bytes(&snapshot, frame), frame->pkt_len, &expect, &tag),
		OVR_FRAME_OURS);
	cr_assert_eq(frame->rx_ns, 1000 + tag.seq);
	return tag.seq;
}

/* Kept from place `at` on: the numbers [first, last]. */
static void
expect_kept(uint32_t at, uint64_t first, uint64_t last)
{
	for (uint64_t seq = first; seq <= last; seq++, at++)
		cr_assert_eq(kept(at), seq, "at place %u stands %ju, not %ju", at, (uintmax_t)kept(at),
			(uintmax_t)seq);
}

Test(snapshot, without_a_loss_nothing_is_kept)
{
	open_for(100);
	arrive(200, false);
	cr_expect_eq(snapshot.n_kept, 0);
	cr_expect_eq(snapshot.left_out, 0);
	done();
}

Test(snapshot, eight_frames_are_kept_on_each_side_of_a_loss)
{
	open_for(100);
	arrive(50, false);
	arrive(50, true);
	cr_assert_eq(snapshot.n_kept, 16);
	expect_kept(0, 42, 57);
	done();
}

Test(snapshot, a_loss_before_the_first_frame_has_no_frames_before_it)
{
	open_for(100);
	arrive(50, true);
	cr_assert_eq(snapshot.n_kept, 8);
	expect_kept(0, 0, 7);
	done();
}

Test(snapshot, a_loss_after_few_frames_keeps_those_there_were)
{
	open_for(100);
	arrive(3, false);
	arrive(50, true);
	cr_assert_eq(snapshot.n_kept, 11);
	expect_kept(0, 0, 10);
	done();
}

Test(snapshot, at_the_end_the_frames_there_are_after_a_loss_are_kept)
{
	open_for(100);
	arrive(50, false);
	arrive(2, true);
	cr_assert_eq(snapshot.n_kept, 10);
	expect_kept(0, 42, 51);
	done();
}

Test(snapshot, losses_apart_have_their_own_neighbours)
{
	open_for(100);
	arrive(50, false);
	arrive(50, true);
	arrive(50, true);
	cr_assert_eq(snapshot.n_kept, 32);
	expect_kept(0, 42, 57);
	expect_kept(16, 92, 107);
	done();
}

/* 57 is the last after the first loss, 52 to 59 are those before the second. */
Test(snapshot, a_frame_between_two_losses_is_kept_once)
{
	open_for(100);
	arrive(50, false);
	arrive(10, true);
	arrive(50, true);
	cr_assert_eq(snapshot.n_kept, 26);
	expect_kept(0, 42, 67);
	done();
}

/* 42 to 49 | 50 to 57, of which 52 to 57 and 58, 59 stand before | 60 to 67 */
Test(snapshot, each_frame_says_on_which_side_of_a_loss_it_stands)
{
	open_for(100);
	arrive(50, false);
	arrive(10, true);
	arrive(50, true);
	for (uint32_t at = 0; at < 26; at++) {
		const struct ovr_snapshot_frame *frame = &snapshot.frame[at];
		uint64_t seq = 42 + at;

		cr_expect_eq(frame->is_before, seq < 50 || (seq >= 52 && seq < 60), "%ju", (uintmax_t)seq);
		cr_expect_eq(frame->is_after, (seq >= 50 && seq < 58) || seq >= 60, "%ju", (uintmax_t)seq);
		cr_expect_eq(frame->shows_loss, seq == 50 || seq == 60, "%ju", (uintmax_t)seq);
	}
	cr_expect_eq(snapshot.frame[8].hole.stream, 3);
	cr_expect_eq(snapshot.frame[8].hole.first_seq, 70);
	cr_expect_eq(snapshot.frame[8].hole.frames, 5);
	done();
}

Test(snapshot, losses_one_after_the_other_keep_every_frame_once)
{
	open_for(100);
	arrive(20, false);
	for (unsigned int i = 0; i < 10; i++)
		arrive(1, true);
	arrive(3, true);
	arrive(20, true);
	cr_assert_eq(snapshot.n_kept, 8 + 13 + 8);
	expect_kept(0, 12, 40);
	done();
}

Test(snapshot, after_a_second_loss_eight_frames_are_counted_anew)
{
	open_for(100);
	arrive(20, false);
	arrive(7, true);
	arrive(30, true);
	cr_assert_eq(snapshot.n_kept, 8 + 7 + 8);
	expect_kept(0, 12, 34);
	done();
}

Test(snapshot, what_finds_no_room_is_counted)
{
	open_for(20);
	arrive(50, false);
	arrive(50, true);
	arrive(50, true);
	cr_assert_eq(snapshot.n_kept, 20);
	cr_assert_eq(snapshot.left_out, 12);
	expect_kept(0, 42, 57);
	expect_kept(16, 92, 95);
	done();
}

/* Frames that were left out once are not left out again by the next loss. */
Test(snapshot, a_frame_is_left_out_once)
{
	open_for(8);
	arrive(50, false);
	arrive(3, true);
	arrive(1, true);
	cr_assert_eq(snapshot.n_kept, 8);
	cr_assert_eq(snapshot.left_out, 4);
	done();
}

Test(snapshot, a_frame_longer_than_a_slot_is_cut_and_keeps_its_length)
{
	struct rte_mbuf *frame = frames_make(pool, 0, 77, 1000);

	open_for(4);
	cr_assert_null(ovr_snapshot_add(&snapshot, frame, 1, &hole));
	cr_assert_eq(snapshot.n_kept, 1);
	cr_assert_eq(snapshot.frame[0].pkt_len, 996);
	cr_assert_eq(snapshot.frame[0].cap_len, 256);
	cr_assert_eq(memcmp(ovr_snapshot_bytes(&snapshot, &snapshot.frame[0]),
			     rte_pktmbuf_mtod(frame, uint8_t *), 256),
		0);
	done();
}

Test(snapshot, a_frame_in_several_segments_is_kept_in_one_piece)
{
	struct rte_mbuf *head = rte_pktmbuf_alloc(pool);
	struct rte_mbuf *tail = frames_make(pool, 0, 77, 100);
	uint8_t whole[96];

	memcpy(whole, rte_pktmbuf_mtod(tail, uint8_t *), 96);
	memcpy(rte_pktmbuf_append(head, 30), whole, 30);
	rte_pktmbuf_adj(tail, 30);
	cr_assert_eq(rte_pktmbuf_chain(head, tail), 0);
	open_for(4);
	cr_assert_null(ovr_snapshot_add(&snapshot, head, 1, &hole));
	cr_assert_eq(snapshot.frame[0].pkt_len, 96);
	cr_assert_eq(memcmp(ovr_snapshot_bytes(&snapshot, &snapshot.frame[0]), whole, 96), 0);
	done();
}

/* The frame that comes back is the oldest of the eight. */
Test(snapshot, a_frame_comes_back_when_eight_later_ones_are_there)
{
	open_for(4);
	for (unsigned int i = 0; i < 20; i++) {
		struct rte_mbuf *frame = frames_make(pool, 0, i, 100);
		struct rte_mbuf *back = ovr_snapshot_add(&snapshot, frame, 0, NULL);

		if (i < 8) {
			cr_assert_null(back);
			continue;
		}
		cr_assert_eq(frames_tag(back).seq, i - 8);
		rte_pktmbuf_free(back);
	}
	cr_assert_eq(rte_mempool_in_use_count(pool), 8);
	done();
}

Test(snapshot, nothing_owned_is_nothing_to_free)
{
	struct ovr_snapshot zeroed = { 0 };

	ovr_snapshot_done(&zeroed);
	cr_assert_null(zeroed.frame);
	cr_assert_null(zeroed.bytes);
}

/* Whole pages within a block of memory that the process does not have yet. */
static size_t
missing_pages(const void *memory, size_t size)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t first = ((uintptr_t)memory + page - 1) / page * page,
		  end = ((uintptr_t)memory + size) / page * page;
	size_t missing = 0;

	for (; first < end; first += page) {
		unsigned char is_there = 0;

		cr_assert_eq(mincore((void *)first, page, &is_there), 0);
		missing += (is_there & 1) == 0;
	}
	return missing;
}

Test(snapshot, its_memory_is_there_before_the_first_frame)
{
	struct ovr_snapshot made;
	struct ovr_err err;

	cr_assert_eq(ovr_snapshot_init(&made, 100000, 64, &err), 0, "%s", err.text);
	cr_assert_eq(missing_pages(made.bytes, 6400000), 0);
	cr_assert_eq(missing_pages(made.frame, 100000 * sizeof(*made.frame)), 0);
	ovr_snapshot_done(&made);
}
