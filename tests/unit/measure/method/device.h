/* SPDX-License-Identifier: BSD-3-Clause */
/* A simulated device: what it loses of a load is known exactly. */
#pragma once

#include <math.h>

#include "method/goal.h"

#define S UINT64_C(1000000000)

struct device {
	double mu_pps;              /* takes so many frames per second, and loses the others; 0: all */
	double q;                   /* with this probability a trial loses ten frames more */
	double hole_low, hole_high; /* loads in between lose 1 % */
	double any_ratio;           /* lost at any load */
	double sender_pps;          /* the sender does no more; 0: all */
	double stalled_ratio; /* of the time, in which it does nothing; the device sees what it sends in between */
	uint64_t random;      /* state; the seed at first */
	unsigned int n_trials;
	uint64_t spent_ns;
};

/* A number in [0, 1): splitmix64, since this module knows no other one's. */
static inline double
draw_unit(struct device *device)
{
	uint64_t z = device->random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static inline struct ovr_method_trial
trial_of(struct device *device, const struct ovr_method_ask *ask)
{
	double pps = device->sender_pps == 0 ? ask->load_pps : fmin(ask->load_pps, device->sender_pps);
	double able_pps = pps;
	double frames = (pps *= 1 - device->stalled_ratio) * (double)ask->duration_ns / 1e9;
	double lost = device->mu_pps == 0 ? 0 : fmax(0, 1 - device->mu_pps / able_pps) * frames;

	lost = fmax(lost, device->any_ratio * frames);
	if (pps > device->hole_low && pps < device->hole_high)
		lost = fmax(lost, 0.01 * frames);
	if (device->q > 0 && draw_unit(device) < device->q)
		lost += 10;
	device->n_trials++;
	device->spent_ns += ask->duration_ns;
	return (struct ovr_method_trial){ ask->load_pps, pps, able_pps, ask->duration_ns, lost / frames,
		(uint64_t)lost };
}
