/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/need.h"

#include <math.h>
#include <stdbool.h>

#define NS_PER_S 1e9
/*
 * A number of frames, or services, that was calculated may be off by this much of itself and still
 * be a whole one.
 */
#define GRAIN 1e-12
/* So close to an overload the largest backlog is bounded instead of looked for. */
#define STEPS_MAX 1000000u
/* The θ that are looked at: from the largest one down, so many for each power of two. */
#define THETA_MAX      16.0
#define THETAS         100
#define THETAS_A_POWER 8
#define BELOW_OVERLOAD 0.999

static double
down(double x)
{
	return floor(x * (1 + GRAIN) + GRAIN);
}

static double
up(double x)
{
	return ceil(x * (1 - GRAIN) - GRAIN);
}

static double
on_ns(const struct ovr_model_profile *profile)
{
	return profile->burst_frames * NS_PER_S / profile->load.arrival_pps;
}

double
ovr_model_profile_mean_pps(const struct ovr_model_profile *profile)
{
	if (profile->burst_frames <= 0)
		return profile->load.arrival_pps;
	return profile->burst_frames * NS_PER_S / (on_ns(profile) + profile->gap_ns);
}

/* Frames that come before t, from the begin of a burst. */
static double
alpha(const struct ovr_model_profile *profile, double t_ns)
{
	double cycle_ns = on_ns(profile) + profile->gap_ns, n;

	if (profile->burst_frames <= 0)
		return up(profile->load.arrival_pps * t_ns / NS_PER_S);
	n = floor(t_ns / cycle_ns);
	return up(n * profile->burst_frames +
		fmin(profile->burst_frames, profile->load.arrival_pps * (t_ns - n * cycle_ns) / NS_PER_S));
}

/* When the k-th stall begins, from 0, where the first two are as close as they come. */
static double
stall_at_ns(const struct ovr_model_profile *profile, double k)
{
	return k == 0 ? 0 : profile->apart_ns + (k - 1) * profile->load.period_ns;
}

/* Time in which the receiver works before t, from the begin of a stall. */
static double
works_ns(const struct ovr_model_profile *profile, double t_ns)
{
	const struct ovr_model_load *load = &profile->load;
	double k = 0;

	if (load->stall_ns <= 0)
		return t_ns;
	if (!isinf(load->period_ns) && t_ns > profile->apart_ns)
		k = 1 + floor((t_ns - profile->apart_ns) / load->period_ns);
	/* k stalls are over, and the last one may be under way */
	return t_ns - k * load->stall_ns - fmin(load->stall_ns, t_ns - stall_at_ns(profile, k));
}

static double
served(const struct ovr_model_profile *profile, double t_ns)
{
	return profile->load.service_pps * works_ns(profile, t_ns) / NS_PER_S;
}

/* Frames in the ring when the last one of a burst has come. */
static double
backlog_after_burst(const struct ovr_model_profile *profile, double end_ns)
{
	double last_ns = end_ns - NS_PER_S / profile->load.arrival_pps;

	return alpha(profile, end_ns) - down(served(profile, last_ns));
}

/* After the end of a stall it grows until the service that the stall broke, or put off, is over. */
static double
backlog_after_stall(const struct ovr_model_profile *profile, double k)
{
	double end_ns = stall_at_ns(profile, k) + profile->load.stall_ns;
	double done = served(profile, end_ns), next_ns;

	next_ns = end_ns + (down(done) + 1 - done) * NS_PER_S / profile->load.service_pps;
	/* unless the next stall comes first, after which it is looked at again */
	if (!isinf(profile->load.period_ns))
		next_ns = fmin(next_ns, stall_at_ns(profile, k + 1));
	return alpha(profile, next_ns) - down(done);
}

/* What the receiver serves in the long run: arrivals must stay below. */
static double
mean_service_pps(const struct ovr_model_profile *profile)
{
	return profile->load.stall_ns > 0 ? ovr_model_mean_service_pps(&profile->load)
					  : profile->load.service_pps;
}

/* No backlog is larger than this at t: what lines through the corners of α and β leave. */
static double
bound_at(const struct ovr_model_profile *profile, double t_ns)
{
	const struct ovr_model_load *load = &profile->load;
	double mean = ovr_model_profile_mean_pps(profile), service = mean_service_pps(profile);
	double ahead = profile->burst_frames > 0 ? profile->burst_frames * (1 - mean / load->arrival_pps) : 0;
	double late_ns = load->stall_ns;

	if (load->stall_ns > 0 && !isinf(load->period_ns))
		late_ns += (load->period_ns - profile->apart_ns) / (1 - load->stall_ns / load->period_ns);
	return ahead + 2 + mean * t_ns / NS_PER_S - service * (t_ns - late_ns) / NS_PER_S;
}

static uint64_t
whole(double frames)
{
	return frames >= 0x1p63 ? UINT64_C(1) << 63 : frames < 1 ? 1 : (uint64_t)frames;
}

uint64_t
ovr_model_need(const struct ovr_model_profile *profile)
{
	const struct ovr_model_load *load = &profile->load;
	bool has_bursts = profile->burst_frames > 0, has_stalls = load->stall_ns > 0;
	double n_bursts = 0, n_stalls = 0, need = 1;

	/* an empty ring at the end of each stall */
	if (isinf(load->service_pps))
		return whole(alpha(profile, load->stall_ns));
	if (ovr_model_profile_mean_pps(profile) >= mean_service_pps(profile))
		return OVR_MODEL_NEED_NONE;
	/*
	 * the ends of bursts and stalls, in order: in between the backlog only grows, or only
	 * shrinks
	 */
	for (uint32_t step = 0; step < STEPS_MAX; step++) {
		double burst_ns = INFINITY, stall_ns = INFINITY, t_ns;

		if (has_bursts)
			burst_ns = n_bursts * (on_ns(profile) + profile->gap_ns) + on_ns(profile);
		if (has_stalls && (n_stalls == 0 || !isinf(load->period_ns)))
			stall_ns = stall_at_ns(profile, n_stalls) + load->stall_ns;
		t_ns = fmin(burst_ns, stall_ns);
		if (isinf(t_ns) || bound_at(profile, t_ns) <= need)
			return whole(need);
		if (burst_ns <= stall_ns) {
			need = fmax(need, backlog_after_burst(profile, burst_ns));
			n_bursts++;
		} else {
			need = fmax(need, backlog_after_stall(profile, n_stalls));
			n_stalls++;
		}
	}
	return whole(up(bound_at(profile, 0)));
}

/* The largest θ for which what comes smoothly in place of random arrivals is no overload. */
static double
theta_max(double arrival_pps, double service_pps)
{
	double low = 0, high = THETA_MAX;

	if (arrival_pps * expm1(high) / high < service_pps)
		return high;
	for (unsigned int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;

		if (arrival_pps * expm1(middle) / middle < service_pps)
			low = middle;
		else
			high = middle;
	}
	return low;
}

uint64_t
ovr_model_need_random(const struct ovr_model_profile *profile, double p)
{
	struct ovr_model_profile smooth = *profile;
	double service_pps = mean_service_pps(profile), arrival_pps = profile->load.arrival_pps;
	double least = INFINITY, most;

	smooth.burst_frames = 0;
	if (arrival_pps >= service_pps)
		return OVR_MODEL_NEED_NONE;
	/* a little below it, where the need is still quick to find */
	most = theta_max(arrival_pps, arrival_pps + (service_pps - arrival_pps) * BELOW_OVERLOAD);
	for (unsigned int i = 0; i <= THETAS; i++) {
		double theta = most * exp2(-(double)i / THETAS_A_POWER);

		smooth.load.arrival_pps = arrival_pps * expm1(theta) / theta;
		least = fmin(least, (double)ovr_model_need(&smooth) - log(p) / theta);
	}
	return whole(up(least));
}
