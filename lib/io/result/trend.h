/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Many results of one plan in the order of their times, and where each figure changed.
 *
 * A change is a place between two results: those before it, back to the change before that,
 * differ from those after it, up to the next one (method/difference.h). Places are proposed by
 * least squares. The chance of each is corrected for all places and figures; the place that is
 * shown least is taken back until all are shown. A single odd result is no change: three are needed
 * on either side.
 *
 * Filled in by whoever reads results (report/trend_read.h), then closed once. Control thread.
 */
#pragma once

#include "result/changes.h"

/** Results on either side of a change, at least. */
#define OVR_TREND_SIDE_MIN 3

/** A result. */
struct ovr_trend_point {
	char at_utc[40]; /**< when it began, ISO 8601; "": unknown, and before all others */
	char *file;
	bool is_void; /**< it has no values */
	/** its figures and properties, as group 0 of it */
	struct ovr_changes result;
};

/** A place where a figure changed. */
struct ovr_trend_change {
	uint32_t point;                        /**< the first result after it */
	struct ovr_changes_side before, after; /**< of the results between this change and its neighbours */
	struct ovr_method_difference difference;
	double p_corrected;
	enum ovr_changes_outcome outcome;
	bool is_regression;                /**< worse, beyond the tolerance, and the figure's last change */
	char also[OVR_CHANGES_TEXT_BYTES]; /**< properties that changed there; "": none */
};

/** A figure over time. */
struct ovr_trend_figure {
	char name[OVR_CHANGES_NAME_BYTES];
	enum ovr_changes_unit unit;
	enum ovr_changes_good good;
	double resolution;
	struct ovr_changes_side *side; /**< of each point; n 0: it has none */
	struct ovr_trend_change *change;
	uint32_t n_changes, capacity;
};

/** The results of one plan. */
struct ovr_trend_series {
	char command[32];
	struct ovr_trend_point *point;
	uint32_t n_points, points_capacity;
	struct ovr_trend_figure *figure;
	uint32_t n_figures, figures_capacity;
};

/** All of it. Zeroed, with the options, before the first point. */
struct ovr_trend {
	double level, tolerance, loss_tolerance; /**< as in struct ovr_changes */
	struct ovr_trend_series *series;
	uint32_t n_series, capacity;
	uint32_t n_left_out; /**< files that are no results, or of no command with figures */
	char left_out[OVR_CHANGES_TEXT_BYTES]; /**< why the first of these was */
	uint32_t n_changes, n_regressions;     /**< by ovr_trend_close() */
};

/**
 * Add a result to the series of its plan.
 * @param result of one document as group 0; taken over, also on failure
 * @return 0; -ENOMEM
 */
int ovr_trend_add(struct ovr_trend *trend, const char *at_utc, const char *file, struct ovr_changes *result,
	struct ovr_err *err);

/** Sort, and find the changes. @return 0; -ENOMEM */
int ovr_trend_close(struct ovr_trend *trend, struct ovr_err *err);

/** Free what it owns. */
void ovr_trend_done(struct ovr_trend *trend);
