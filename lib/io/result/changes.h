/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What changed between groups of trials: a base, and others that are held against it.
 *
 * A figure is one thing that trials have a value of. Repeats of a group give its noise: amounts
 * (rates, latencies) differ by Welch's t, frames lost of frames sent by their counts
 * (method/difference.h), and the chances of all figures of all groups are corrected for their
 * number. A change is shown where the corrected chance is below 1 − level. It is a regression where
 * it is for the worse and its size beyond the tolerance.
 *
 * Filled in by whoever reads results (report/changes_read.h), then closed once. Control thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "method/difference.h"

/** Groups, the base included. */
#define OVR_CHANGES_GROUPS_MAX 16

/** Bytes of a name, and of a sentence. */
#define OVR_CHANGES_NAME_BYTES 192
#define OVR_CHANGES_TEXT_BYTES 512

/** Of what a figure is. */
enum ovr_changes_unit {
	OVR_CHANGES_PPS,
	OVR_CHANGES_BPS,
	OVR_CHANGES_NS,
	OVR_CHANGES_FRAMES,
	OVR_CHANGES_RATIO, /**< frames of frames: counts, every other unit is of an amount */
	OVR_CHANGES_UNITS,
};

/** What is said of a figure in a group, held against the base. */
enum ovr_changes_outcome {
	OVR_CHANGES_UNTESTED,  /**< a group has too few values, or nothing was lost in either */
	OVR_CHANGES_NOT_SHOWN, /**< by these trials; the interval says what it may still be */
	OVR_CHANGES_BETTER,
	OVR_CHANGES_WORSE,
	OVR_CHANGES_OTHER, /**< of a figure that is neither good nor bad */
	OVR_CHANGES_OUTCOMES,
};

/** Which way a figure is good. */
enum ovr_changes_good { OVR_CHANGES_LOWER, OVR_CHANGES_HIGHER, OVR_CHANGES_NEITHER };

/** A figure in one trial. */
struct ovr_changes_value {
	uint32_t group;
	double amount;   /**< not of a ratio */
	uint64_t events; /**< of a ratio: frames lost */
	uint64_t of;     /**< … of frames sent */
	double squares;  /**< … Σ (frames of a cluster)² */
};

/** A figure in a group. */
struct ovr_changes_side {
	uint32_t n;          /**< trials */
	double value;        /**< mean of the amounts, or share of all frames; NAN: none */
	double spread;       /**< standard deviation of a trial's value, as a share of the mean; NAN: n < 2 */
	uint64_t events, of; /**< of a ratio: over all trials */
};

/** A figure in a group, held against the base. */
struct ovr_changes_change {
	struct ovr_method_difference difference;
	double p_corrected; /**< for the number of tests; NAN: not tested */
	enum ovr_changes_outcome outcome;
	bool is_regression;
};

/** A figure. */
struct ovr_changes_figure {
	char name[OVR_CHANGES_NAME_BYTES]; /**< "tx rate", "loss", "size 64: NDR" */
	enum ovr_changes_unit unit;
	enum ovr_changes_good good;
	bool is_account;   /**< context: frames of an account, of those sent; it is not tested */
	double resolution; /**< of an amount: how far it may be from the true one, as a share of it */
	struct ovr_changes_value *value;
	uint32_t n_values, capacity;
	struct ovr_changes_side side[OVR_CHANGES_GROUPS_MAX];
	struct ovr_changes_change change[OVR_CHANGES_GROUPS_MAX]; /**< of the base: not used */
};

/** Where a property comes from. */
enum ovr_changes_source {
	OVR_CHANGES_PLAN,
	OVR_CHANGES_ENVIRONMENT,
	OVR_CHANGES_RING,
	OVR_CHANGES_PORT,
	OVR_CHANGES_SOURCES,
};

/** A property of the trials that may be why figures differ. */
struct ovr_changes_property {
	enum ovr_changes_source source;
	char name[64];
	char *value[OVR_CHANGES_GROUPS_MAX]; /**< as text; "a, b" where trials differ; NULL: unknown */
	bool differs;                        /**< between groups */
};

/** A group. */
struct ovr_changes_group {
	uint32_t n_results; /**< documents */
	uint32_t n_void;    /**< of these: void, left out */
	char **file;        /**< their names, n_results of them */
	uint32_t n_files, capacity;
};

/** A sentence on a group: what its differences explain, and what they do not. */
struct ovr_changes_finding {
	uint32_t group;
	char text[OVR_CHANGES_TEXT_BYTES];
};

/** All of it. Zeroed, with the options, before the first value. */
struct ovr_changes {
	/* options */
	double level;          /**< of a shown change, and of intervals: 0.99 */
	double tolerance;      /**< of amounts, as a share: 0.01 */
	double loss_tolerance; /**< of ratios, added to the base's */
	/* what was compared */
	char command[32]; /**< of every result: "run", "search" */
	uint32_t n_groups;
	struct ovr_changes_group group[OVR_CHANGES_GROUPS_MAX];
	struct ovr_changes_figure *figure;
	uint32_t n_figures, figures_capacity;
	struct ovr_changes_property *property;
	uint32_t n_properties, properties_capacity;
	/* by ovr_changes_close() */
	uint32_t n_tests; /**< figures of groups that were tested */
	uint32_t n_shown, n_regressions;
	struct ovr_changes_finding *finding;
	uint32_t n_findings, findings_capacity;
};

/** @return "B" of group 1 */
const char *ovr_changes_group_name(uint32_t group);

/** @return "pps", "bps", "ns", "frames", "ratio" */
const char *ovr_changes_unit_name(enum ovr_changes_unit unit);

/** @return "untested", "not shown", "better", "worse", "changed" */
const char *ovr_changes_outcome_name(enum ovr_changes_outcome outcome);

/** @return "plan", "environment", "ring", "port" */
const char *ovr_changes_source_name(enum ovr_changes_source source);

/**
 * The figure of that name, made where there is none: as the given one, without values.
 * @return NULL: no memory. It may move when another one is made
 */
struct ovr_changes_figure *ovr_changes_figure_of(
	struct ovr_changes *changes, const struct ovr_changes_figure *like);

/** Add a value to a figure. @return 0; -ENOMEM */
int ovr_changes_add(struct ovr_changes *changes, const struct ovr_changes_figure *like,
	const struct ovr_changes_value *value, struct ovr_err *err);

/** Say a property of a result in a group. @return 0; -ENOMEM */
int ovr_changes_note(struct ovr_changes *changes, uint32_t group, enum ovr_changes_source source,
	const char *name, const char *value, struct ovr_err *err);

/** Calculate sides, changes, differences and findings. @return 0; -ENOMEM */
int ovr_changes_close(struct ovr_changes *changes, struct ovr_err *err);

/**
 * @return whether a property of a group is another one than the base's. A source that the documents
 * of one of both do not speak of at all, as older ones do not of ports, is unknown: no difference
 */
bool ovr_changes_differs(
	const struct ovr_changes *changes, const struct ovr_changes_property *property, uint32_t group);

/** Free what it owns. Zeroed and half filled ones are allowed. */
void ovr_changes_done(struct ovr_changes *changes);
