/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Pictures of a result as SVG, from plain data.
 *
 * Each picture is one <svg> element with a role, a title and a description, and a table of the same
 * figures for those who do not see it. Colours are variables of ovr_picture_css, which holds a
 * light, a dark and a printed set. Elements carry the figures that they show (data-frames,
 * data-place, data-part), so that a script and a test can read them.
 *
 * What is drawn is bounded whatever the number of points: a column of pixels shows the least and
 * the greatest of what falls into it. On a logarithmic axis zero has a band of its own. All texts
 * are escaped. The same data gives the same bytes.
 *
 * Functions write to a stream that the caller opened, and leave its errors to the caller. They
 * allocate nothing. Any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** What a picture is called. */
struct ovr_picture_head {
	const char *id;    /**< unique in the page: letters, digits, '-' */
	const char *title; /**< a few words */
	const char *about; /**< one sentence: what stands where */
};

/** Style of every picture: for <style>, in a page or within a picture that stands alone. */
extern const char ovr_picture_css[];
/** The hash of it in a content security policy: "sha256-…". */
extern const char ovr_picture_css_hash[];

/** Columns of a time axis, at most. */
#define OVR_PICTURE_BINS_MAX 240
/** Layers of a stack, at most. */
#define OVR_PICTURE_LAYERS_MAX 16

/* escape.c: texts */

/**
 * Write a text where markup is read: `&`, `<`, `>` and both quotes as entities, control characters
 * and what is no UTF-8 as U+FFFD.
 */
void ovr_picture_escape(FILE *out, const char *text);

/** @return bytes of the character there, if it is printable UTF-8 that XML allows; 0: it is not */
size_t ovr_picture_character_bytes(const char *text);

/** A cell of a table: `<td>` with the text escaped. */
void ovr_picture_cell(FILE *out, const char *text);

/** @return the class of style for a place of the ledger: one of a fixed set of words */
const char *ovr_picture_place_class(const char *place);

/* bars.c: a row for each place */

/** Whose frames a bar shows. */
enum ovr_picture_part {
	OVR_PICTURE_TOTAL,     /**< a sum of others: attempted, sent */
	OVR_PICTURE_REFUSED,   /**< of the attempted frames */
	OVR_PICTURE_LOST,      /**< of the sent frames */
	OVR_PICTURE_DELIVERED, /**< of the sent frames */
	OVR_PICTURE_BEFORE,    /**< before a change */
	OVR_PICTURE_AFTER,     /**< after it */
};

/** A bar. */
struct ovr_picture_bar {
	char name[112];
	char note[96]; /**< beside the figure in the table: a counter; may be empty */
	enum ovr_picture_part part;
	int64_t frames; /**< negative: a contradiction; drawn as zero, written as it is */
	bool is_range;  /**< frames is uncertain: */
	uint64_t min, max;
	const char *style; /**< ovr_picture_place_class() */
};

/** Bars from top to bottom, in the order of the path. */
struct ovr_picture_bars {
	struct ovr_picture_head head;
	const char *unit; /**< of what they count; NULL: frames */
	const struct ovr_picture_bar *bar;
	size_t n_bars;
};

/**
 * Draw bars.
 * @param is_log with a logarithmic axis, which shows one frame beside thousands of millions
 */
void ovr_picture_bars(const struct ovr_picture_bars *bars, bool is_log, FILE *out);
void ovr_picture_bars_table(const struct ovr_picture_bars *bars, FILE *out);

/* time.c: loss over time */

/** A layer of the stack. */
struct ovr_picture_layer {
	char name[64];
	const char *style;
	uint64_t frames[OVR_PICTURE_BINS_MAX];
};

/** An interval that a core did not poll in, or that a link was away in. */
struct ovr_picture_span {
	uint64_t start_ns, end_ns;
	bool is_injected; /**< of a stall: --stall asked for it */
};

/** Losses by time, stalls and outages below them on the same axis. */
struct ovr_picture_time {
	struct ovr_picture_head head;
	uint64_t end_ns; /**< the axis is from 0 to this; above 0 */
	uint32_t n_bins;
	bool is_known[OVR_PICTURE_BINS_MAX]; /**< false: nobody counted in this interval */
	const struct ovr_picture_layer *layer;
	size_t n_layers;
	const struct ovr_picture_span *stall, *outage;
	size_t n_stalls, n_outages;
};

void ovr_picture_time(const struct ovr_picture_time *time, FILE *out);
void ovr_picture_time_table(const struct ovr_picture_time *time, FILE *out);

/* dots.c: points over a plane */

/** How the values of an axis read. */
enum ovr_picture_unit {
	OVR_PICTURE_COUNT,
	OVR_PICTURE_PPS,
	OVR_PICTURE_NS,
	OVR_PICTURE_RATIO, /**< as per cent */
};

/** An axis. */
struct ovr_picture_axis {
	const char *label; /**< without the unit */
	enum ovr_picture_unit unit;
	bool is_log; /**< with a band for zero */
};

/** A point. Values below 0 and what is not finite are not drawn. */
struct ovr_picture_dot {
	double x, y;
	const char *style; /**< "pass", "loss", "void", "model", or a place's class */
	char name[64];     /**< for the table */
};

/** A line at a value of x. */
struct ovr_picture_line {
	double x;
	const char *style; /**< "pass", "loss", "model" */
	char name[64];
};

/** Points, and lines that they are compared with. */
struct ovr_picture_dots {
	struct ovr_picture_head head;
	struct ovr_picture_axis x, y;
	const struct ovr_picture_dot *dot;
	size_t n_dots;
	const struct ovr_picture_line *line;
	size_t n_lines;
	bool has_diagonal; /**< the line y = x: everything arrived */
};

void ovr_picture_dots(const struct ovr_picture_dots *dots, FILE *out);
void ovr_picture_dots_table(const struct ovr_picture_dots *dots, FILE *out);

/* percentiles.c: a distribution */

/** Values in ascending order, each with how often it was. */
struct ovr_picture_bucket {
	double value;
	uint64_t count;
};

/** A distribution. */
struct ovr_picture_curve {
	char name[64];
	const struct ovr_picture_bucket *bucket;
	size_t n_buckets;
};

/** Curves that are told apart, by colour and in the legend. */
#define OVR_PICTURE_CURVES_MAX 4

/** Value by percentile, on the logarithm of 1/(1 − p). */
struct ovr_picture_percentiles {
	struct ovr_picture_head head;
	const char *label; /**< of the values, which are ns */
	const struct ovr_picture_curve *curve;
	size_t n_curves; /**< drawn are OVR_PICTURE_CURVES_MAX */
};

void ovr_picture_percentiles(const struct ovr_picture_percentiles *percentiles, FILE *out);
void ovr_picture_percentiles_table(const struct ovr_picture_percentiles *percentiles, FILE *out);

/* columns.c: how often, by powers of two */

/** Classes up to 2^k. */
#define OVR_PICTURE_POWERS 64

/** Two counts by class: class k holds the values of 2^(k-1)+1 … 2^k. */
struct ovr_picture_columns {
	struct ovr_picture_head head;
	const char *label; /**< of the x axis */
	const char *name[2];
	uint64_t count[2][OVR_PICTURE_POWERS];
};

void ovr_picture_columns(const struct ovr_picture_columns *columns, FILE *out);
void ovr_picture_columns_table(const struct ovr_picture_columns *columns, FILE *out);

/* grid.c: loss by two parameters */

/** Rows and columns of a grid, at most. */
#define OVR_PICTURE_GRID_MAX 24

/** A cell of the grid. */
struct ovr_picture_square {
	uint64_t sent, lost;    /**< of all its trials that count */
	uint32_t n, n_left_out; /**< trials that count, and void or excluded ones */
};

/** Loss by ring and stall, with the ring that the model asks for. */
struct ovr_picture_grid {
	struct ovr_picture_head head;
	uint64_t ring[OVR_PICTURE_GRID_MAX]; /**< ascending */
	uint32_t n_rings;
	char stall[OVR_PICTURE_GRID_MAX][64];
	/** descriptors that the model asks for at this stall; 0: unknown */
	double model[OVR_PICTURE_GRID_MAX];
	uint32_t n_stalls;
	struct ovr_picture_square square[OVR_PICTURE_GRID_MAX][OVR_PICTURE_GRID_MAX]; /**< [stall][ring] */
};

void ovr_picture_grid(const struct ovr_picture_grid *grid, FILE *out);
void ovr_picture_grid_table(const struct ovr_picture_grid *grid, FILE *out);

/* intervals.c: ratios and the intervals that they lie in */

/** Rows, at most. */
#define OVR_PICTURE_INTERVALS_MAX 40

/** A figure of a group as a multiple of the base's. */
struct ovr_picture_interval {
	char name[64];
	bool is_known;     /**< it was tested */
	double ratio;      /**< infinite: the base has none */
	double low, high;  /**< 0, infinite: open */
	const char *style; /**< "pass", "loss", "model", "calm" */
};

/** One below the other, on the logarithm of the ratio; the same is in the middle. */
struct ovr_picture_intervals {
	struct ovr_picture_head head;
	const struct ovr_picture_interval *interval;
	size_t n_intervals;
};

void ovr_picture_intervals(const struct ovr_picture_intervals *intervals, FILE *out);
void ovr_picture_intervals_table(const struct ovr_picture_intervals *intervals, FILE *out);
