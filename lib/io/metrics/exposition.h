/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The text of metrics: families, samples, labels, and what has to be escaped.
 *
 * Two formats: Prometheus' text format 0.0.4, and OpenMetrics 1.0.0, in which a family of counters
 * has its name without "_total" and "# EOF" ends the text. A family is begun before its samples,
 * and each family once. Errors of writing stay in the stream (ferror()). Any thread.
 * Sources: prometheus.io/docs/instrumenting/exposition_formats, OpenMetrics 1.0.0.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** A format of the text. */
enum ovr_exposition_format {
	OVR_EXPOSITION_PROMETHEUS,
	OVR_EXPOSITION_OPENMETRICS,
};

/** What a family's values are. */
enum ovr_exposition_type {
	OVR_EXPOSITION_COUNTER,
	OVR_EXPOSITION_GAUGE,
	OVR_EXPOSITION_HISTOGRAM,
};

/** A text under way. Fields are the module's. */
struct ovr_exposition {
	FILE *out;
	enum ovr_exposition_format format;
	const char *name; /**< of the family */
	enum ovr_exposition_type type;
};

/** A label. Any bytes may stand in its value: what is not UTF-8 is written as "?". */
struct ovr_exposition_label {
	const char *name;
	const char *value; /**< NULL: the sample does not have it */
};

/** @return the value of Content-Type */
const char *ovr_exposition_type_of(enum ovr_exposition_format format);

/**
 * Begin a family.
 * @param name static; of a counter without "_total"
 * @param help one sentence
 */
void ovr_exposition_begin(
	struct ovr_exposition *exposition, const char *name, enum ovr_exposition_type type, const char *help);

/** A sample that is a whole number: of a counter or a gauge. */
void ovr_exposition_count(struct ovr_exposition *exposition, const struct ovr_exposition_label *label,
	size_t n_labels, uint64_t value);

/** A sample of a counter or a gauge. What is no finite number is left out. */
void ovr_exposition_value(struct ovr_exposition *exposition, const struct ovr_exposition_label *label,
	size_t n_labels, double value);

/**
 * A sample of a histogram of nanoseconds, in seconds.
 * @param cell cell k counts values of 2^(k-1) to 2^k - 1 ns; @p n_cells of them
 * @param first, last a bucket for each cell from first to last: its upper end is exactly that of
 *        the cell. Smaller values are in the first bucket, larger ones in "+Inf" alone
 * @param sum_s of all values, in seconds
 */
void ovr_exposition_histogram(struct ovr_exposition *exposition, const struct ovr_exposition_label *label,
	size_t n_labels, const uint64_t *cell, unsigned int n_cells, unsigned int first, unsigned int last,
	double sum_s);

/** End the text. */
void ovr_exposition_end(struct ovr_exposition *exposition);
