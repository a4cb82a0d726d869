/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Frame loss rate over the offered load (RFC 2544 §26.3): from the highest load downward in
 * steps of at most ten points of it, until two successive loads lost nothing. Pure; the caller
 * carries the trials out.
 */
#pragma once

#include <stdbool.h>

#include "method/goal.h"

/** Most loads of a curve, by the narrowest step: a tenth of a point. */
#define OVR_METHOD_CURVE_POINTS_MAX 1000

struct ovr_method_curve_conf {
	double max_pps;         /**< 100 % */
	double min_pps;         /**< no lower load is tried */
	double step_ratio;      /**< of max_pps; 0.001 … 0.1 */
	double tolerance_ratio; /**< how far an achieved load may fall short of the intended one */
	uint64_t duration_ns;   /**< of each trial */
	uint64_t limit_ns;      /**< no trial begins that would end later; of what take() was told */
};

/** A curve. Begin with ovr_method_curve_begin(). */
struct ovr_method_curve {
	struct ovr_method_curve_conf conf;
	struct ovr_method_trial point[OVR_METHOD_CURVE_POINTS_MAX]; /**< from the highest load down */
	uint32_t n_points;
	uint32_t n_clean; /**< without loss, in a row, up to now */
	uint32_t n_short; /**< of the load that is tried, in a row */
	uint32_t n_irregular;
	uint64_t spent_ns;
	enum ovr_method_stop stop;
};

void ovr_method_curve_begin(struct ovr_method_curve *curve, const struct ovr_method_curve_conf *conf);

/** The next trial. @return false: it is over, and curve->stop says why */
bool ovr_method_curve_next(struct ovr_method_curve *curve, struct ovr_method_ask *ret_ask);

/**
 * A trial is over. One whose sender fell short is repeated, and the last of OVR_METHOD_SHORT_MAX
 * stands at the load that it achieved.
 * @param[in,out] trial its load_pps is the intended one, and then the load at which it counts
 * @return whether it was regular
 */
bool ovr_method_curve_take(struct ovr_method_curve *curve, struct ovr_method_trial *trial, uint64_t spent_ns);

/** Count the time of a trial without a result. The same trial is next. */
void ovr_method_curve_pass(struct ovr_method_curve *curve, uint64_t spent_ns);

/** @return whether the curve is complete: two successive loads lost nothing */
bool ovr_method_curve_is_complete(const struct ovr_method_curve *curve);
