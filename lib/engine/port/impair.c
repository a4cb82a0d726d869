/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/impair.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "cable/draw.h"
#include "frame/classify.h"
#include "stat/stat.h"

#define LIST_DEFAULT 65536

/* A frame that is held back until `left` later ones have passed. */
struct held {
	struct rte_mbuf *frame;
	uint32_t left;
	struct ovr_impairment impairment;
};

struct ovr_impair {
	struct ovr_wire_conf conf;
	uint64_t seed;
	struct rte_mempool *copies;
	struct ovr_cable_draw draw;
	uint32_t n_held;
	struct held held[OVR_IMPAIR_HELD_MAX];
	struct ovr_stat count[OVR_IMPAIRMENT_KINDS];
	struct ovr_impairment *list;
	uint64_t list_capacity;
	uint64_t n_listed;
};

int
ovr_impair_create(const struct ovr_wire_conf *conf, uint64_t seed, struct rte_mempool *copies,
	struct ovr_impair **ret_impair, struct ovr_err *err)
{
	struct ovr_impair *impair = calloc(1, sizeof(*impair));
	uint64_t capacity = conf->list != 0 ? conf->list : LIST_DEFAULT;

	if (impair != NULL)
		impair->list = calloc(capacity, sizeof(*impair->list));
	if (impair == NULL || impair->list == NULL) {
		ovr_impair_destroy(impair);
		return ovr_err_set(err, -ENOMEM, "wire: no memory for a list of %llu impairment events",
			(unsigned long long)capacity);
	}
	/* the list is written while the trial runs: its pages are made now */
	memset(impair->list, 0xff, capacity * sizeof(*impair->list));
	impair->conf = *conf;
	impair->seed = seed;
	impair->copies = copies;
	impair->list_capacity = capacity;
	ovr_impair_begin(impair);
	*ret_impair = impair;
	return 0;
}

static void
free_held(struct ovr_impair *impair)
{
	for (uint32_t i = 0; i < impair->n_held; i++)
		rte_pktmbuf_free(impair->held[i].frame);
	impair->n_held = 0;
}

void
ovr_impair_destroy(struct ovr_impair *impair)
{
	if (impair == NULL)
		return;
	free_held(impair);
	free(impair->list);
	free(impair);
}

void
ovr_impair_begin(struct ovr_impair *impair)
{
	free_held(impair);
	ovr_cable_draw_begin(&impair->draw, &impair->conf, impair->seed);
	for (int kind = 0; kind < OVR_IMPAIRMENT_KINDS; kind++)
		ovr_stat_set(&impair->count[kind], 0);
	impair->n_listed = 0;
}

/*
 * The stream and number of this frame. The trial does not matter, so any valid tag of ours will do.
 */
static struct ovr_impairment
impairment_of(struct rte_mbuf *frame)
{
	static const struct ovr_frame_expect any = { .n_streams = OVR_FRAME_STREAMS_MAX };
	struct ovr_frame_tag tag;

	ovr_frame_classify(rte_pktmbuf_mtod(frame, const uint8_t *), frame->data_len, &any, &tag);
	return (struct ovr_impairment){ .stream = tag.stream, .seq = tag.seq };
}

static void
list(struct ovr_impair *impair, enum ovr_impairment_kind kind, struct ovr_impairment impairment)
{
	impairment.kind = kind;
	ovr_stat_add(&impair->count[kind], 1);
	if (impair->n_listed < impair->list_capacity)
		impair->list[impair->n_listed++] = impairment;
}

/*
 * Replace the frame by a copy with one bit flipped where a checksum covers it.
 * @param place which one, as a share of 2^64 @return NULL: it cannot be done to this frame
 */
static struct rte_mbuf *
flip_a_bit(struct ovr_impair *impair, struct rte_mbuf *frame, uint64_t place)
{
	struct rte_mbuf *copy;
	uint32_t from, to;
	uint64_t bit;

	if (ovr_frame_covered(rte_pktmbuf_mtod(frame, const uint8_t *), frame->data_len, &from, &to) != 0)
		return NULL;
	copy = rte_pktmbuf_copy(frame, impair->copies, 0, UINT32_MAX);
	if (copy == NULL)
		return NULL;
	bit = (uint64_t)(((__uint128_t)place * ((uint64_t)(to - from) * 8)) >> 64);
	*rte_pktmbuf_mtod_offset(copy, uint8_t *, from + bit / 8) ^= (uint8_t)(1u << (bit % 8));
	rte_pktmbuf_free(frame);
	return copy;
}

/* One more frame has passed those that are held back. */
static unsigned int
count_down(struct ovr_impair *impair, struct rte_mbuf **out)
{
	unsigned int n = 0;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < impair->n_held; i++) {
		struct held *held = &impair->held[i];

		if (--held->left == 0) {
			list(impair, OVR_IMPAIRMENT_REORDER, held->impairment);
			out[n++] = held->frame;
		} else {
			impair->held[kept++] = *held;
		}
	}
	impair->n_held = kept;
	return n;
}

unsigned int
ovr_impair_pass(struct ovr_impair *impair, struct rte_mbuf *frame, struct rte_mbuf **out)
{
	struct ovr_cable_fate fate = ovr_cable_draw_next(&impair->draw);
	struct ovr_impairment impairment = { 0 };
	struct rte_mbuf *copy;
	unsigned int n = 0;

	/* before it is damaged */
	if (fate.is_dropped || fate.is_bad || fate.is_corrupt || fate.is_held || fate.is_doubled)
		impairment = impairment_of(frame);
	if (fate.is_dropped || fate.is_bad) {
		list(impair, fate.is_dropped ? OVR_IMPAIRMENT_DROP : OVR_IMPAIRMENT_FCS, impairment);
		rte_pktmbuf_free(frame);
		return 0;
	}
	if (fate.is_corrupt) {
		copy = flip_a_bit(impair, frame, fate.place);
		if (copy != NULL) {
			list(impair, OVR_IMPAIRMENT_CORRUPT, impairment);
			frame = copy;
		}
	}
	if (fate.is_held && impair->n_held < OVR_IMPAIR_HELD_MAX) {
		impair->held[impair->n_held++] = (struct held){ frame, impair->conf.reorder_frames,
			impairment };
		return 0;
	}
	out[n++] = frame;
	if (fate.is_doubled) {
		copy = rte_pktmbuf_copy(frame, impair->copies, 0, UINT32_MAX);
		if (copy != NULL) {
			list(impair, OVR_IMPAIRMENT_DUP, impairment);
			out[n++] = copy;
		}
	}
	return n + count_down(impair, out + n);
}

unsigned int
ovr_impair_release(struct ovr_impair *impair, struct rte_mbuf **out)
{
	unsigned int n = impair->n_held;

	for (unsigned int i = 0; i < n; i++) {
		/*
		 * held back by fewer frames than asked, but by at least one? then it is reordered
		 */
		if (impair->held[i].left < impair->conf.reorder_frames)
			list(impair, OVR_IMPAIRMENT_REORDER, impair->held[i].impairment);
		out[i] = impair->held[i].frame;
	}
	impair->n_held = 0;
	return n;
}

unsigned int
ovr_impair_held(const struct ovr_impair *impair)
{
	return impair->n_held;
}

uint64_t
ovr_impair_count(const struct ovr_impair *impair, enum ovr_impairment_kind kind)
{
	return ovr_stat_read(&impair->count[kind]);
}

uint64_t
ovr_impair_list(const struct ovr_impair *impair, const struct ovr_impairment **ret_events)
{
	*ret_events = impair->list;
	return impair->n_listed;
}
