/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A line that impairs, for the tests of port/impair.h: frames pass it, and what comes out is
 * written down.
 */
#pragma once

#include <stdbool.h>
#include <string.h>

#include <criterion/criterion.h>
#include <rte_mbuf.h>

#include "frames.h"
#include "port/impair.h"

#define FRAMES_MAX 20000

/*
 * The line, and what came out of it so far, in order. The frames are those of stream 3, 100 bytes.
 */
static struct line {
	struct rte_mempool *pool, *copies;
	struct ovr_impair *impair;
	uint64_t next_seq;
	unsigned int n;
	uint64_t seq[FRAMES_MAX];
	enum ovr_frame_kind kind[FRAMES_MAX];
	bool is_copy[FRAMES_MAX]; /* of another pool than what went in */
} line;

#define STREAM 3

static inline void
line_open(const char *keys, uint64_t seed)
{
	struct ovr_wire_conf conf;
	struct ovr_err err = { "" };

	memset(&line, 0, sizeof(line));
	line.pool = frames_pool("frames", 255);
	line.copies = frames_pool("copies", 255);
	cr_assert_eq(ovr_wire_conf_parse("rx", keys, &conf, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_impair_create(&conf, seed, line.copies, &line.impair, &err), 0, "%s", err.text);
}

/* Every frame is back where it came from. */
static inline void
line_close(void)
{
	ovr_impair_destroy(line.impair);
	cr_assert_eq(rte_mempool_in_use_count(line.pool), 0);
	cr_assert_eq(rte_mempool_in_use_count(line.copies), 0);
	rte_mempool_free(line.pool);
	rte_mempool_free(line.copies);
	line.impair = NULL;
}

static inline void
line_note(struct rte_mbuf **out, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct ovr_frame_tag tag;

		cr_assert_lt(line.n, FRAMES_MAX);
		line.kind[line.n] = frames_kind(out[i], &tag);
		line.seq[line.n] = tag.seq;
		line.is_copy[line.n] = out[i]->pool == line.copies;
		line.n++;
		rte_pktmbuf_free(out[i]);
	}
}

/* The next n frames come by. */
static inline void
line_pass(unsigned int n)
{
	struct rte_mbuf *out[OVR_IMPAIR_OUT_MAX];

	for (unsigned int i = 0; i < n; i++) {
		struct rte_mbuf *frame = frames_make(line.pool, STREAM, line.next_seq++, 100);

		line_note(out, ovr_impair_pass(line.impair, frame, out));
	}
}

static inline void
line_release(void)
{
	struct rte_mbuf *out[OVR_IMPAIR_OUT_MAX];

	line_note(out, ovr_impair_release(line.impair, out));
}

static inline uint64_t
line_count(enum ovr_impairment_kind kind)
{
	return ovr_impair_count(line.impair, kind);
}

/* The numbers in the list of one kind, in their order. Returns how many. */
static inline unsigned int
line_listed(enum ovr_impairment_kind kind, uint64_t *ret_seq)
{
	const struct ovr_impairment *impairment;
	uint64_t n_impairments = ovr_impair_list(line.impair, &impairment);
	unsigned int n = 0;

	for (uint64_t i = 0; i < n_impairments; i++) {
		cr_assert_eq(impairment[i].stream, STREAM);
		if (impairment[i].kind == kind)
			ret_seq[n++] = impairment[i].seq;
	}
	return n;
}

static inline bool
line_has(const uint64_t *seq, unsigned int n, uint64_t wanted)
{
	for (unsigned int i = 0; i < n; i++)
		if (seq[i] == wanted)
			return true;
	return false;
}
