/* SPDX-License-Identifier: BSD-3-Clause */
/* lib/engine/port/impair.c: what a seed decides, and what it does not. */
#include "port/impair.h"

#include <string.h>

#include <criterion/criterion.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "line.h"

TestSuite(impair_draws, .init = eal_start, .fini = eal_stop);

/* Without the others, of the frames that the others leave. */
static void
expect_unmoved(const char *alone, const char *together, enum ovr_impairment_kind kind)
{
	static uint64_t first[FRAMES_MAX], second[FRAMES_MAX];
	static bool arrived[5000];
	unsigned int n_first, n_second, n_expected = 0;

	line_open(alone, 33);
	line_pass(5000);
	n_first = line_listed(kind, first);
	line_close();
	line_open(together, 33);
	line_pass(5000);
	line_release();
	n_second = line_listed(kind, second);
	memset(arrived, 0, sizeof(arrived));
	for (unsigned int i = 0; i < line.n; i++)
		if (line.kind[i] == OVR_FRAME_OURS)
			arrived[line.seq[i]] = true;
	for (unsigned int i = 0; i < n_second; i++)
		cr_assert(line_has(first, n_first, second[i]), "%s: an impairment event of %ju", together,
			(uintmax_t)second[i]);
	/*
	 * a frame that is lost for other reasons need not be in the list; every other one must be
	 */
	for (unsigned int i = 0; i < n_first; i++) {
		n_expected += arrived[first[i]];
		cr_assert(!arrived[first[i]] || line_has(second, n_second, first[i]),
			"%s: no impairment event of %ju", together, (uintmax_t)first[i]);
	}
	cr_assert_gt(n_first, 20);
	if (kind == OVR_IMPAIRMENT_DUP)
		cr_assert_gt(n_expected, 20);
	line_close();
}

Test(impair_draws, switching_a_kind_on_does_not_move_the_impairments_of_another)
{
	expect_unmoved("fcs=2%", "fcs=2%,drop=2%,drop-burst=3:1%,drop-at=100-199", OVR_IMPAIRMENT_FCS);
	expect_unmoved("fcs=2%", "fcs=2%,dup=2%,corrupt=2%,reorder=3:2%", OVR_IMPAIRMENT_FCS);
	expect_unmoved("corrupt=2%", "corrupt=2%,drop=2%,fcs=2%,drop-at=100-199", OVR_IMPAIRMENT_CORRUPT);
	expect_unmoved("dup=2%", "dup=2%,drop=2%,fcs=2%,drop-at=100-199", OVR_IMPAIRMENT_DUP);
	expect_unmoved("reorder=3:2%", "reorder=3:2%,drop=2%,fcs=2%,corrupt=2%", OVR_IMPAIRMENT_REORDER);
	expect_unmoved("drop=2%", "drop=2%,dup=2%,fcs=2%,corrupt=2%,reorder=3:2%", OVR_IMPAIRMENT_DROP);
}

/* A frame that two kinds of drop hit is dropped once. */
Test(impair_draws, dropping_kinds_drop_what_each_of_them_drops_alone)
{
	static const char *const keys[] = { "drop=2%", "drop-burst=4:0.5%", "drop-at=1000-1099",
		"drop=2%,drop-burst=4:0.5%,drop-at=1000-1099" };
	static bool dropped[4][5000];
	static uint64_t seq[FRAMES_MAX];

	for (unsigned int i = 0; i < 4; i++) {
		unsigned int n;

		line_open(keys[i], 7);
		line_pass(5000);
		n = line_listed(OVR_IMPAIRMENT_DROP, seq);
		cr_assert_gt(n, 20, "%s", keys[i]);
		for (unsigned int at = 0; at < n; at++)
			dropped[i][seq[at]] = true;
		line_close();
	}
	for (unsigned int i = 0; i < 5000; i++)
		cr_assert_eq(dropped[3][i], dropped[0][i] || dropped[1][i] || dropped[2][i], "frame %u", i);
}

/* The bit is drawn with the impairment event: what is dropped meanwhile does not move it. */
Test(impair_draws, a_frame_is_corrupted_in_the_same_bit_whatever_happens_to_others)
{
	static const char *const keys[] = { "corrupt=5%", "corrupt=5%,drop=20%,drop-at=0-99" };
	static uint8_t bytes[2][1000][96];
	static bool arrived[2][1000];
	unsigned int n_compared = 0;

	for (unsigned int i = 0; i < 2; i++) {
		line_open(keys[i], 7);
		for (unsigned int seq = 0; seq < 1000; seq++) {
			struct rte_mbuf *frame = frames_make(line.pool, STREAM, seq, 100);
			struct rte_mbuf *out[OVR_IMPAIR_OUT_MAX];

			if (ovr_impair_pass(line.impair, frame, out) == 0)
				continue;
			arrived[i][seq] = true;
			memcpy(bytes[i][seq], rte_pktmbuf_mtod(out[0], uint8_t *), 96);
			n_compared += i == 1 && out[0]->pool == line.copies;
			rte_pktmbuf_free(out[0]);
		}
		line_close();
	}
	cr_assert_gt(n_compared, 10);
	for (unsigned int seq = 0; seq < 1000; seq++)
		if (arrived[0][seq] && arrived[1][seq])
			cr_assert_eq(memcmp(bytes[0][seq], bytes[1][seq], 96), 0, "frame %u", seq);
}

Test(impair_draws, the_same_seed_does_the_same_and_another_does_not)
{
	static const char keys[] = "drop=1%,drop-burst=3:0.2%,dup=1%,fcs=1%,corrupt=1%,reorder=3:1%";
	static struct ovr_impairment first[FRAMES_MAX];
	static const uint64_t seed[] = { 77, 77, 78 };
	uint64_t n_first = 0;

	for (unsigned int i = 0; i < 3; i++) {
		const struct ovr_impairment *impairment;
		uint64_t n;
		bool same;

		line_open(keys, seed[i]);
		line_pass(5000);
		n = ovr_impair_list(line.impair, &impairment);
		cr_assert_gt(n, 100);
		if (i == 0) {
			n_first = n;
			memcpy(first, impairment, n * sizeof(first[0]));
		}
		same = n == n_first;
		for (uint64_t at = 0; same && at < n; at++)
			same = impairment[at].kind == first[at].kind && impairment[at].seq == first[at].seq;
		cr_assert_eq(same, i < 2, "seed %ju", (uintmax_t)seed[i]);
		line_close();
	}
}

Test(impair_draws, beginning_again_does_the_same_again_and_frees_what_is_held)
{
	static uint64_t first[FRAMES_MAX], second[FRAMES_MAX];
	unsigned int n;

	line_open("drop=5%,drop-at=10-19,reorder=50:5%", 9);
	line_pass(1000);
	n = line_listed(OVR_IMPAIRMENT_DROP, first);
	cr_assert_gt(n, 20);
	cr_assert_gt(ovr_impair_held(line.impair), 0);
	ovr_impair_begin(line.impair);
	cr_assert_eq(ovr_impair_held(line.impair), 0);
	cr_assert_eq(rte_mempool_in_use_count(line.pool), 0);
	cr_assert_eq(line_count(OVR_IMPAIRMENT_DROP), 0);
	cr_assert_eq(line_listed(OVR_IMPAIRMENT_DROP, second), 0);
	line.next_seq = 0;
	line_pass(1000);
	cr_assert_eq(line_listed(OVR_IMPAIRMENT_DROP, second), n);
	cr_assert_eq(memcmp(first, second, n * sizeof(first[0])), 0);
	line_close();
}
