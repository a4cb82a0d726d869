/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/loss_curve.h"

#include <math.h>
#include <string.h>

/* Successive loads without loss that end a curve. */
#define N_CLEAN 2
#define GRAIN   1e-9

void
ovr_method_curve_begin(struct ovr_method_curve *curve, const struct ovr_method_curve_conf *conf)
{
	memset(curve, 0, sizeof(*curve));
	curve->conf = *conf;
}

bool
ovr_method_curve_next(struct ovr_method_curve *curve, struct ovr_method_ask *ret_ask)
{
	double share = 1 - curve->n_points * curve->conf.step_ratio;
	double load_pps = curve->conf.max_pps * share;

	if (curve->stop != OVR_METHOD_GOING)
		return false;
	/*
	 * the grain keeps a load of "no more" from being a rounding error, and the lowest one from
	 * being missed by one
	 */
	if (ovr_method_curve_is_complete(curve) || share < GRAIN ||
		load_pps < curve->conf.min_pps * (1 - GRAIN))
		curve->stop = OVR_METHOD_DONE;
	else if (curve->n_points == OVR_METHOD_CURVE_POINTS_MAX)
		curve->stop = OVR_METHOD_TRIALS;
	else if (curve->spent_ns + curve->conf.duration_ns > curve->conf.limit_ns)
		curve->stop = OVR_METHOD_TIME;
	if (curve->stop != OVR_METHOD_GOING)
		return false;
	*ret_ask = (struct ovr_method_ask){ fmax(load_pps, curve->conf.min_pps), curve->conf.duration_ns };
	return true;
}

bool
ovr_method_curve_take(struct ovr_method_curve *curve, struct ovr_method_trial *trial, uint64_t spent_ns)
{
	bool is_short = trial->achieved_pps < trial->load_pps * (1 - curve->conf.tolerance_ratio);

	curve->spent_ns += spent_ns;
	curve->n_irregular += is_short;
	if (is_short)
		trial->load_pps = trial->achieved_pps;
	if (is_short && ++curve->n_short < OVR_METHOD_SHORT_MAX)
		return false;
	curve->n_short = 0;
	curve->point[curve->n_points++] = *trial;
	curve->n_clean = trial->lost == 0 ? curve->n_clean + 1 : 0;
	return !is_short;
}

void
ovr_method_curve_pass(struct ovr_method_curve *curve, uint64_t spent_ns)
{
	curve->spent_ns += spent_ns;
}

bool
ovr_method_curve_is_complete(const struct ovr_method_curve *curve)
{
	return curve->n_clean >= N_CLEAN;
}
