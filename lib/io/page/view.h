/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What stands on a page, before it has a form: words, tables and pictures of one result.
 *
 * Functions that add to a view keep the first lack of memory in it, and do nothing after that.
 * Internal to page.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/units.h"
#include "picture/picture.h"
#include "report/saved.h"

#define OVR_VIEW_PICTURES_MAX 24
#define OVR_VIEW_COLUMNS_MAX  13

/** Which picture it is, and thereby the type of its data. */
enum ovr_view_kind {
	OVR_VIEW_BARS,
	OVR_VIEW_TIME,
	OVR_VIEW_DOTS,
	OVR_VIEW_PERCENTILES,
	OVR_VIEW_COLUMNS,
	OVR_VIEW_GRID,
	OVR_VIEW_INTERVALS,
};

/** A picture. */
struct ovr_view_picture {
	enum ovr_view_kind kind;
	char id[48];
	char about[400];
	union {
		void *data; /**< the view's, as all of its parts are */
		struct ovr_picture_bars *bars;
		struct ovr_picture_time *time;
		struct ovr_picture_dots *dots;
		struct ovr_picture_percentiles *percentiles;
		struct ovr_picture_columns *columns;
		struct ovr_picture_grid *grid;
		struct ovr_picture_intervals *intervals;
	} of;
};

/** A result as it is shown. */
struct ovr_view {
	const json_t *root;
	const char *name;    /**< of the file */
	unsigned int number; /**< of the result on the page, from 1 */
	const char *command, *verdict;
	const char *word; /**< what stands for the verdict */
	json_t *reasons;  /**< of it: texts */
	char heading[280];
	json_t *tables;      /**< list of { "title", "about", "head": [text], "rows": [[text]] } */
	json_t *environment; /**< such a list, of one table or none: it stands after the pictures */
	struct ovr_view_picture picture[OVR_VIEW_PICTURES_MAX];
	size_t n_pictures;
	char *repeat; /**< the command line; "" where the result has no plan */
	void **kept;  /**< memory of pictures */
	size_t n_kept;
	bool is_short_of_memory;
};

/* view.c: parts of a view */

/** Begin a view. @return 0; -EINVAL: its command has no page; -ENOMEM */
int ovr_view_make(struct ovr_view *view, const char *name, const json_t *root, unsigned int number,
	struct ovr_err *err);
void ovr_view_done(struct ovr_view *view);

/** "2025-01-31T12:00:00Z, AMD EPYC, Linux 6.1.0; path between the ports: direct" */
struct ovr_view_origin {
	char text[400];
};
/** @return when and where it ran, as far as the result tells */
struct ovr_view_origin ovr_view_origin(const struct ovr_view *view);

/**
 * Give the first of several views a picture of all latencies, where two or more have some, a curve
 * for each load.
 */
void ovr_view_gather_latency(struct ovr_view *view, size_t n);

/** @return zeroed memory that is freed with the view; NULL: no memory, and the view knows */
void *ovr_view_keep(struct ovr_view *view, size_t n, size_t size);

/** Add a reason of the verdict. */
void ovr_view_reason(struct ovr_view *view, const char *text);

/** Begin a table. @param head NULL ends it. @return it; NULL: no memory */
json_t *ovr_view_table(struct ovr_view *view, const char *title, const char *about, const char *const *head);
/** Add a row. @param cells as many as the table has columns */
void ovr_view_row(struct ovr_view *view, json_t *table, const char *const *cells);

/**
 * Add a picture.
 * @param size of its data
 * @param head of the data, to be filled with what follows. It is at the beginning of each kind
 * @return the picture with zeroed data; NULL: no memory, or no room
 */
struct ovr_view_picture *ovr_view_picture(struct ovr_view *view, enum ovr_view_kind kind, size_t size,
	const char *id, const char *title, const char *about);

/* get.c: values of a checked document, besides those of report/saved.h */

/** @return the value at a path, "trial.ledger.sent"; NULL: there is none, or it is null */
const json_t *ovr_get(const json_t *root, const char *path);
/** @return the count there; 0: none, or below 0 */
uint64_t ovr_get_count(const json_t *root, const char *path);
/** @return the whole number there; 0: none */
int64_t ovr_get_whole(const json_t *root, const char *path);

/** A number as text within the expression that makes it. */
struct ovr_view_text {
	char text[OVR_UNITS_TEXT_BYTES + 32];
};
struct ovr_view_text ovr_view_count(uint64_t value);
struct ovr_view_text ovr_view_signed(int64_t value);
/** "12.5 Mpps"; "unknown" for what is not finite */
struct ovr_view_text ovr_view_si(double value, const char *unit);
struct ovr_view_text ovr_view_time(double ns);
/** "0.259 %": part of whole; "unknown" for a share of nothing */
struct ovr_view_text ovr_view_share(uint64_t part, uint64_t whole);
struct ovr_view_text ovr_view_ratio(double ratio);
/** The same of what a path holds; "unknown" where it is null. */
struct ovr_view_text ovr_view_count_at(const json_t *root, const char *path);
/**
 * A number that may be a range, "-2 … 5": of KEY, or from KEY_min to KEY_max where those are there
 * and differ.
 */
struct ovr_view_text ovr_view_range_at(const json_t *root, const char *key);
/** @return what such a number of unexplained frames means; "" for zero, and where it is unknown */
const char *ovr_view_why_unexplained(const json_t *root, const char *key);
/** A number that counts things: "1,000". */
struct ovr_view_text ovr_view_rounded_at(const json_t *root, const char *path);
struct ovr_view_text ovr_view_si_at(const json_t *root, const char *path, const char *unit);
struct ovr_view_text ovr_view_time_at(const json_t *root, const char *path);

/* repeat.c */

/** @return the command line that repeats the plan, the caller's; ""; NULL: no memory */
char *ovr_view_repeat(const json_t *root);

/* What each command's result shows: view_COMMAND.c */

void ovr_view_run(struct ovr_view *view);
/** Add the senders and the hosts of a trial over several hosts; nothing where there are none. */
void ovr_view_hosts(struct ovr_view *view);
void ovr_view_search(struct ovr_view *view);
void ovr_view_sweep(struct ovr_view *view);
void ovr_view_burst(struct ovr_view *view);
void ovr_view_advice(struct ovr_view *view);
void ovr_view_selftest(struct ovr_view *view);
void ovr_view_verify(struct ovr_view *view);
void ovr_view_compare(struct ovr_view *view);
void ovr_view_reproduce(struct ovr_view *view);
void ovr_view_path(struct ovr_view *view);
void ovr_view_tcp(struct ovr_view *view);
void ovr_view_trend(struct ovr_view *view);

/** What `overrun tcp` answered (overrun.tcp-impact/1), and the flows that it measured. */
void ovr_view_tcp_measured(struct ovr_view *view);

/** Add what the losses of a trial mean for TCP (overrun.result/1 of run). */
void ovr_view_tcp_impact(struct ovr_view *view);

/**
 * Add the distribution of a histogram as a curve.
 * @param hist its JSON
 * @return whether it has values
 */
bool ovr_view_curve(struct ovr_view *view, const json_t *hist, struct ovr_picture_curve *ret_curve);
