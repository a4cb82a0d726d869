/* SPDX-License-Identifier: BSD-3-Clause */
#include "pace/pace.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "frame/frame.h"

#define PS_PER_S  1000000000000u
#define PS_PER_NS 1000u
/* Ten minutes: a rate below that is a typing error. */
#define INTERVAL_MAX_PS (600 * (uint64_t)PS_PER_S)

/* An interval as a fraction: numerator / denominator picoseconds. */
static uint64_t
interval_numerator(enum ovr_rate_unit unit, unsigned int size)
{
	switch (unit) {
	case OVR_RATE_PPS:
		return 1000 * (uint64_t)PS_PER_S; /* the rate counts 1/1000 frame/s */
	case OVR_RATE_L2_BPS:
		return 8u * size * (uint64_t)PS_PER_S;
	case OVR_RATE_L1_BPS:
	case OVR_RATE_LINE:
		break;
	}
	return 8u * (size + OVR_FRAME_OVERHEAD_BYTES) * (uint64_t)PS_PER_S;
}

static uint64_t
interval_denominator(const struct ovr_pace_conf *conf)
{
	if (conf->rate.unit == OVR_RATE_LINE)
		return (uint64_t)((__uint128_t)conf->line_bps * conf->rate.value / 1000000u);
	return conf->rate.value;
}

/* Mean time from one frame to the next within a burst; 0: unknown. */
static double
mean_interval_ps(const struct ovr_pace_conf *conf, const struct ovr_mix *mix)
{
	double interval_ps = 0;
	uint64_t denominator = interval_denominator(conf);

	if (denominator == 0)
		return 0;
	for (unsigned int i = 0; i < mix->length; i++)
		interval_ps += (double)interval_numerator(conf->rate.unit, mix->size[mix->place[i]]) /
			(double)denominator;
	return interval_ps / mix->length;
}

double
ovr_pace_count_ns(const struct ovr_pace_conf *conf, const struct ovr_mix *mix, uint64_t count)
{
	double interval_ps = mean_interval_ps(conf, mix);
	double line_pps = ovr_mix_line_pps(mix, conf->line_bps);
	double frames = (double)count;
	double gaps_ns = 0;

	if (interval_ps == 0)
		return 0;
	if (line_pps > 0 && interval_ps < PS_PER_S / line_pps)
		interval_ps = PS_PER_S / line_pps;
	/* the sum of n intervals is spread by √n of them */
	if (conf->shape == OVR_PACE_POISSON)
		frames += 6 * sqrt(frames);
	if (conf->shape == OVR_PACE_BURST && count != 0)
		gaps_ns = (double)((count - 1) / conf->burst_frames) * (double)conf->gap_ns;
	return frames * interval_ps / PS_PER_NS + gaps_ns;
}

double
ovr_pace_mean_pps(const struct ovr_pace_conf *conf, const struct ovr_mix *mix)
{
	double interval_ps = mean_interval_ps(conf, mix);

	if (interval_ps == 0)
		return 0;
	if (conf->shape == OVR_PACE_BURST)
		interval_ps += (double)conf->gap_ns * PS_PER_NS / (double)conf->burst_frames;
	return PS_PER_S / interval_ps;
}

int
ovr_pace_init(struct ovr_pace *pace, const struct ovr_pace_conf *conf, const struct ovr_mix *mix,
	struct ovr_err *err)
{
	uint64_t denominator = interval_denominator(conf);
	uint64_t rest = 0;

	if (denominator == 0)
		return ovr_err_set(err, -EINVAL,
			"rate: a share of the line was asked, but the port does not tell its speed; "
			"accepted: frames or bits per second, or --line");
	if (conf->shape == OVR_PACE_BURST && conf->burst_frames == 0)
		return ovr_err_set(err, -EINVAL, "shape: a burst of 0 frames; accepted: at least 1");
	memset(pace, 0, sizeof(*pace));
	for (unsigned int i = 0; i < mix->n_sizes; i++) {
		uint64_t numerator = interval_numerator(conf->rate.unit, mix->size[i]);

		if (numerator / denominator > INTERVAL_MAX_PS)
			return ovr_err_set(err, -ERANGE, "rate: less than one frame in 10 minutes");
		pace->slot_ps[i] = (numerator + denominator - 1) / denominator;
		numerator *= conf->n_workers;
		pace->interval_ps[i] = numerator / denominator;
		pace->interval_rest[i] = numerator % denominator;
	}
	for (unsigned int i = 0; i < mix->length; i++) {
		unsigned int size = mix->place[i];

		pace->size_at[i] = mix->place[i];
		pace->cycle_ps += pace->interval_ps[size];
		rest += pace->interval_rest[size] % denominator;
		pace->cycle_ps += rest / denominator;
		rest %= denominator;
	}
	pace->cycle_rest = rest;
	pace->cycle_slots = mix->length;
	pace->mean_ps = pace->cycle_ps / mix->length;
	if (pace->mean_ps == 0)
		pace->mean_ps = 1;
	pace->denominator = denominator;
	pace->due_ps = pace->mean_ps / conf->n_workers * conf->worker;
	pace->end_ps = conf->duration_ns == 0 ? UINT64_MAX : conf->duration_ns * PS_PER_NS;
	pace->backlog_max_ps = conf->catch_up ? UINT64_MAX / 2 : conf->backlog_max_ps;
	pace->poisson = conf->shape == OVR_PACE_POISSON;
	if (conf->shape == OVR_PACE_BURST) {
		/* every worker sends its share of each burst, and all pause together */
		pace->burst_frames = (conf->burst_frames + conf->n_workers - 1 - conf->worker) /
			conf->n_workers;
		if (pace->burst_frames == 0)
			pace->end_ps = 0;
		pace->burst_left = pace->burst_frames;
		pace->gap_ps = conf->gap_ns * PS_PER_NS;
	}
	ovr_rng_seed(&pace->rng, conf->seed, conf->worker);
	return 0;
}

/* Move on by whole picoseconds and a remainder. */
static void
move_on(struct ovr_pace *pace, uint64_t ps, uint64_t rest)
{
	pace->due_ps += ps;
	pace->due_rest += rest;
	if (pace->due_rest >= pace->denominator) {
		pace->due_rest -= pace->denominator;
		pace->due_ps++;
	}
}

void
ovr_pace_advance_shaped(struct ovr_pace *pace, unsigned int size)
{
	if (pace->poisson) {
		pace->due_ps += (uint64_t)(ovr_rng_exponential(&pace->rng) * (double)pace->interval_ps[size]);
		return;
	}
	move_on(pace, pace->interval_ps[size], pace->interval_rest[size]);
	if (--pace->burst_left == 0) {
		pace->burst_left = pace->burst_frames;
		pace->due_ps += pace->gap_ps;
	}
}

/* Skip whole passes through the mix that fit before @until_ps and into what is left of a burst. */
static uint64_t
skip_cycles(struct ovr_pace *pace, uint64_t until_ps)
{
	uint64_t n = (until_ps - pace->due_ps) / (pace->cycle_ps == 0 ? 1 : pace->cycle_ps);
	__uint128_t rest;

	if (pace->burst_frames != 0 && n * pace->cycle_slots >= pace->burst_left)
		n = (pace->burst_left - 1) / pace->cycle_slots;
	rest = (__uint128_t)n * pace->cycle_rest + pace->due_rest;
	pace->due_ps += n * pace->cycle_ps;
	if (rest <= UINT64_MAX) {
		/* nearly always, and a division of this width is quick */
		pace->due_ps += (uint64_t)rest / pace->denominator;
		pace->due_rest = (uint64_t)rest % pace->denominator;
	} else {
		pace->due_ps += (uint64_t)(rest / pace->denominator);
		pace->due_rest = (uint64_t)(rest % pace->denominator);
	}
	if (pace->burst_frames != 0)
		pace->burst_left -= n * pace->cycle_slots;
	return n * pace->cycle_slots;
}

uint64_t
ovr_pace_skip(struct ovr_pace *pace, uint64_t now_ps)
{
	uint64_t until_ps = now_ps - pace->backlog_max_ps;
	uint64_t skipped = 0;

	if (until_ps > pace->end_ps)
		until_ps = pace->end_ps;
	if (pace->poisson) {
		if (until_ps > pace->due_ps) {
			skipped = (until_ps - pace->due_ps + pace->mean_ps / 2) / pace->mean_ps;
			pace->due_ps = until_ps;
		}
		pace->shortfall += skipped;
		return skipped;
	}
	while (pace->due_ps < until_ps) {
		unsigned int size = pace->size_at[pace->skip_place];

		if (pace->due_ps + pace->cycle_ps <= until_ps) {
			uint64_t n = skip_cycles(pace, until_ps);

			skipped += n;
			if (n != 0)
				continue;
		}
		if (pace->due_ps + pace->slot_ps[size] > until_ps)
			break;
		pace->skip_place = (uint16_t)((pace->skip_place + 1) % pace->cycle_slots);
		ovr_pace_advance(pace, size);
		skipped++;
	}
	pace->shortfall += skipped;
	return skipped;
}
