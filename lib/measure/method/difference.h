/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Do two groups of trials differ, beyond what repeats of one of them differ by?
 *
 *     amounts  rates, latencies: Welch's t on their logarithms, so that a difference is a ratio.
 *              Needs two values in each group
 *     counts   lost frames of sent ones: the exact test of two Poisson counts, given their sum. Frames
 *              are lost in clusters, so they are counted in clusters: one trial of each group is
 *              enough, and says little where few clusters were seen
 *     Holm     p of several tests, so that none of them is small by chance alone
 *
 * p is two-sided: the chance of a difference as large as this one, or larger, where there is none.
 * Pure; any thread.
 */
#pragma once

#include <stdint.h>

/** A difference of two groups, as the ratio of the second to the first. */
struct ovr_method_difference {
	double ratio;     /**< NAN: unknown; INFINITY: counts, none in the first group */
	double low, high; /**< interval of the ratio at the level; 0 and INFINITY where it is open */
	double p;         /**< NAN: not tested */
};

/** Counts of a group: frames lost of frames sent, over all of its trials. */
struct ovr_method_counts {
	double events;  /**< frames lost */
	double of;      /**< frames sent */
	double squares; /**< Σ (frames of a cluster)²; at least events where each is alone */
	/** Pearson's Σ (lost − expected)² / expected of the group's trials, by its own ratio */
	double chi_square;
	uint32_t n_trials;
};

/**
 * @param one, other values above 0
 * @param resolution how far a value may be from the true one, as a share of it, whichever way, and
 *        all of them alike: it is taken from the difference, and added to the interval
 * @param level of the interval, within (0, 1)
 * @return not tested with fewer than two values in a group, or a value that is not above 0
 */
struct ovr_method_difference ovr_method_difference_of_amounts(const double *one, uint32_t n_one,
	const double *other, uint32_t n_other, double resolution, double level);

/**
 * Frames are counted in clusters of φ: the mean cluster that a lost frame is in, Σ squares / Σ
 * events. Or, where each group has three trials that differ by more than that explains, the
 * dispersion of the trials, whose own uncertainty widens the result as Student's t does.
 * @return not tested where nothing was lost, or nothing sent in a group
 */
struct ovr_method_difference ovr_method_difference_of_counts(
	const struct ovr_method_counts *one, const struct ovr_method_counts *other, double level);

/**
 * Correct n chances for their number (Holm): each is the chance that any of those as small or
 * smaller comes about where nothing differs.
 * @param[in,out] p NAN: not tested, and not counted
 */
void ovr_method_holm(double *p, uint32_t n);

/** @return the regularised incomplete beta function: chance that Beta(a, b) is at most x */
double ovr_method_beta(double a, double b, double x);

/** @return chance that |Student's t| with so many degrees of freedom is @p t or more */
double ovr_method_student(double t, double freedom);
