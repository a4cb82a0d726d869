/* SPDX-License-Identifier: BSD-3-Clause */
#include "cable/draw.h"

#define HIT(kind) (1u << (kind))
/* Of the random sequences of a seed, those from here on are the impairments'. */
#define FIRST_SEQUENCE 1000

static uint64_t
threshold_of(uint32_t ppb)
{
	if (ppb >= 1000000000)
		return UINT64_MAX;
	return (uint64_t)(((__uint128_t)ppb << 64) / 1000000000u);
}

void
ovr_cable_draw_begin(struct ovr_cable_draw *draw, const struct ovr_wire_conf *conf, uint64_t seed)
{
	*draw = (struct ovr_cable_draw){
		.conf = *conf,
		.threshold = {
			[OVR_CABLE_DRAW_DROP_BURST] = threshold_of(conf->drop_burst_ppb),
			[OVR_CABLE_DRAW_DROP] = threshold_of(conf->drop_ppb),
			[OVR_CABLE_DRAW_FCS] = threshold_of(conf->fcs_ppb),
			[OVR_CABLE_DRAW_CORRUPT] = threshold_of(conf->corrupt_ppb),
			[OVR_CABLE_DRAW_DUP] = threshold_of(conf->dup_ppb),
			[OVR_CABLE_DRAW_REORDER] = threshold_of(conf->reorder_ppb),
		},
	};
	for (uint64_t kind = 0; kind < OVR_CABLE_DRAWS; kind++)
		ovr_rng_seed(&draw->rng[kind], seed, FIRST_SEQUENCE + kind);
}

/*
 * What the draws say of one frame: the kinds that hit it, as bits. Every kind that is on is asked
 * of every frame, whatever the others say, so that none moves another.
 */
static unsigned int
hits_of(struct ovr_cable_draw *draw, uint64_t *ret_place)
{
	unsigned int hits = 0;

	for (unsigned int kind = 0; kind < OVR_CABLE_DRAWS; kind++)
		if (draw->threshold[kind] != 0 && ovr_rng_u64(&draw->rng[kind]) < draw->threshold[kind])
			hits |= HIT(kind);
	*ret_place = (hits & HIT(OVR_CABLE_DRAW_CORRUPT)) != 0
		? ovr_rng_u64(&draw->rng[OVR_CABLE_DRAW_CORRUPT])
		: 0;
	return hits;
}

void
ovr_cable_draw_replay(struct ovr_cable_draw *draw, const struct ovr_cable_replay *replay)
{
	draw->replay = *replay;
	draw->next_replay = 0;
	draw->replay_index = 0;
}

/* Whether the frame is one of those that were lost when it was measured. */
static bool
is_replayed(struct ovr_cable_draw *draw)
{
	const struct ovr_cable_replay *replay = &draw->replay;
	uint64_t index = draw->replay_index;
	bool is_lost;

	if (replay->n_ranges == 0)
		return false;
	while (draw->next_replay < replay->n_ranges && replay->range[draw->next_replay].last < index)
		draw->next_replay++;
	is_lost = draw->next_replay < replay->n_ranges && replay->range[draw->next_replay].first <= index;
	if (++draw->replay_index == replay->period)
		draw->replay_index = draw->next_replay = 0;
	return is_lost;
}

/* Whether drop-at, replay, drop-every, drop-burst or drop takes the frame. */
static bool
is_dropped(struct ovr_cable_draw *draw, uint64_t index, unsigned int hits)
{
	const struct ovr_wire_conf *conf = &draw->conf;
	bool is_dropped = (hits & HIT(OVR_CABLE_DRAW_DROP)) != 0;

	while (draw->next_range < conf->n_drop_at && conf->drop_at[draw->next_range].last < index)
		draw->next_range++;
	if (draw->next_range < conf->n_drop_at && conf->drop_at[draw->next_range].first <= index)
		is_dropped = true;
	if (is_replayed(draw))
		is_dropped = true;
	if (conf->drop_every != 0 && index % conf->drop_every == conf->drop_every - 1)
		is_dropped = true;
	if (draw->burst_left == 0 && (hits & HIT(OVR_CABLE_DRAW_DROP_BURST)) != 0)
		draw->burst_left = conf->drop_burst_frames;
	if (draw->burst_left != 0) {
		draw->burst_left--;
		is_dropped = true;
	}
	return is_dropped;
}

struct ovr_cable_fate
ovr_cable_draw_next(struct ovr_cable_draw *draw)
{
	struct ovr_cable_fate fate = { 0 };
	unsigned int hits = hits_of(draw, &fate.place);

	fate.is_dropped = is_dropped(draw, draw->index++, hits);
	fate.is_bad = (hits & HIT(OVR_CABLE_DRAW_FCS)) != 0;
	fate.is_corrupt = (hits & HIT(OVR_CABLE_DRAW_CORRUPT)) != 0;
	fate.is_held = (hits & HIT(OVR_CABLE_DRAW_REORDER)) != 0;
	fate.is_doubled = (hits & HIT(OVR_CABLE_DRAW_DUP)) != 0;
	return fate;
}
