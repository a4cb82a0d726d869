/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/impair.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "base/rng.h"
#include "frame/classify.h"
#include "stat/stat.h"

#define LIST_DEFAULT 65536

/* One random sequence per kind of impairment. */
enum draw {
	DRAW_DROP_BURST,
	DRAW_DROP,
	DRAW_FCS,
	DRAW_CORRUPT,
	DRAW_DUP,
	DRAW_REORDER,
	DRAWS,
};

#define HIT(draw) (1u << (draw))

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
	struct ovr_rng rng[DRAWS];
	uint64_t threshold[DRAWS]; /* of 2^64 */
	uint64_t index;            /* of the next frame */
	uint32_t next_range;
	uint32_t burst_left;
	uint32_t n_held;
	struct held held[OVR_IMPAIR_HELD_MAX];
	struct ovr_stat count[OVR_IMPAIRMENT_KINDS];
	struct ovr_impairment *list;
	uint64_t list_capacity;
	uint64_t n_listed;
};

static uint64_t
threshold_of(uint32_t ppb)
{
	if (ppb >= 1000000000)
		return UINT64_MAX;
	return (uint64_t)(((__uint128_t)ppb << 64) / 1000000000u);
}

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
	impair->threshold[DRAW_DROP_BURST] = threshold_of(conf->drop_burst_ppb);
	impair->threshold[DRAW_DROP] = threshold_of(conf->drop_ppb);
	impair->threshold[DRAW_FCS] = threshold_of(conf->fcs_ppb);
	impair->threshold[DRAW_CORRUPT] = threshold_of(conf->corrupt_ppb);
	impair->threshold[DRAW_DUP] = threshold_of(conf->dup_ppb);
	impair->threshold[DRAW_REORDER] = threshold_of(conf->reorder_ppb);
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
	for (uint64_t draw = 0; draw < DRAWS; draw++)
		ovr_rng_seed(&impair->rng[draw], impair->seed, 1000 + draw);
	for (int kind = 0; kind < OVR_IMPAIRMENT_KINDS; kind++)
		ovr_stat_set(&impair->count[kind], 0);
	impair->index = 0;
	impair->next_range = 0;
	impair->burst_left = 0;
	impair->n_listed = 0;
}

/*
 * What the draws say of one frame: the kinds that hit it, as bits. Every kind that is on is asked
 * of every frame, whatever the others say, so that none moves another.
 */
static unsigned int
draw(struct ovr_impair *impair, uint64_t *ret_place)
{
	unsigned int hits = 0;

	for (unsigned int draw = 0; draw < DRAWS; draw++)
		if (impair->threshold[draw] != 0 && ovr_rng_u64(&impair->rng[draw]) < impair->threshold[draw])
			hits |= HIT(draw);
	*ret_place = (hits & HIT(DRAW_CORRUPT)) != 0 ? ovr_rng_u64(&impair->rng[DRAW_CORRUPT]) : 0;
	return hits;
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

/* Whether drop-at, drop-burst or drop takes the frame. */
static bool
is_dropped(struct ovr_impair *impair, uint64_t index, unsigned int hits)
{
	const struct ovr_wire_conf *conf = &impair->conf;
	bool is_dropped = (hits & HIT(DRAW_DROP)) != 0;

	while (impair->next_range < conf->n_drop_at && conf->drop_at[impair->next_range].last < index)
		impair->next_range++;
	if (impair->next_range < conf->n_drop_at && conf->drop_at[impair->next_range].first <= index)
		is_dropped = true;
	if (impair->burst_left == 0 && (hits & HIT(DRAW_DROP_BURST)) != 0)
		impair->burst_left = conf->drop_burst_frames;
	if (impair->burst_left != 0) {
		impair->burst_left--;
		is_dropped = true;
	}
	return is_dropped;
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
	uint64_t place;
	unsigned int hits = draw(impair, &place);
	bool dropped = is_dropped(impair, impair->index++, hits);
	struct ovr_impairment impairment = { 0 };
	struct rte_mbuf *copy;
	unsigned int n = 0;

	/* before it is damaged */
	if (dropped || hits != 0)
		impairment = impairment_of(frame);
	if (dropped || (hits & HIT(DRAW_FCS)) != 0) {
		list(impair, dropped ? OVR_IMPAIRMENT_DROP : OVR_IMPAIRMENT_FCS, impairment);
		rte_pktmbuf_free(frame);
		return 0;
	}
	if ((hits & HIT(DRAW_CORRUPT)) != 0) {
		copy = flip_a_bit(impair, frame, place);
		if (copy != NULL) {
			list(impair, OVR_IMPAIRMENT_CORRUPT, impairment);
			frame = copy;
		}
	}
	if ((hits & HIT(DRAW_REORDER)) != 0 && impair->n_held < OVR_IMPAIR_HELD_MAX) {
		impair->held[impair->n_held++] = (struct held){ frame, impair->conf.reorder_frames,
			impairment };
		return 0;
	}
	out[n++] = frame;
	if ((hits & HIT(DRAW_DUP)) != 0) {
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
