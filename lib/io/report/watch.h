/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Activity of interfaces in an interval: a table in the manner of `sar -n DEV`, or a line of JSON.
 *
 * Rates are of the interval as it was measured. kB are of 1,024 bytes and %ifutil is of frames
 * without FCS, as sar has them; %line counts what a frame costs on the line (FCS, preamble and gap,
 * 24 bytes more). Both are of the faster direction, or of both together at half duplex; "-" and
 * null: the speed is unknown, or a counter was reset.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "nic/interval.h"
#include "nic/nic.h"
#include "report/watch_places.h"

/** Around a whole line that a terminal shows in bold. */
#define OVR_REPORT_BOLD_ON  "\033[1m"
#define OVR_REPORT_BOLD_OFF "\033[0m"

/** One interface and what it did. */
struct ovr_report_watched {
	const struct ovr_nic_facts *facts;
	const struct ovr_nic_interval *interval;
	const char *label; /**< how it is called here: "rack2/eth1"; NULL: as the facts have it */
	const char *host;  /**< that has it; NULL, "": this one */
};

/** What is watched: a line per interface. @return 0; -EIO */
int ovr_report_watch_begin(
	const struct ovr_report_watched *watched, uint32_t n_watched, FILE *out, struct ovr_err *err);

/** The two lines of headings. @param when first word of the first, "12:00:01" @return 0; -EIO */
int ovr_report_watch_headings(const char *when, FILE *out, struct ovr_err *err);

/**
 * A row per interface and, below it, a line for every counter that tells of loss and moved: frames,
 * account (in parentheses for the alias of another counter; "-" for what is in no account), trust,
 * name.
 * @param when first word of the row, "12:00:02" or "Average:"
 * @param is_terminal whether booked losses may be in bold
 * @return 0; -EIO
 */
int ovr_report_watch_rows(const char *when, const struct ovr_report_watched *watched, uint32_t n_watched,
	bool is_terminal, FILE *out, struct ovr_err *err);

/**
 * One object and a newline; docs/reference/watch.schema.json describes it.
 * @param record "interval", or "total" for all intervals together
 * @param at_unix_ns the end of the interval
 * @param places of namespaces; NULL: they are not watched
 * @return 0; -EIO; -ENOMEM
 */
int ovr_report_watch_json(const char *record, uint64_t at_unix_ns, const struct ovr_report_watched *watched,
	uint32_t n_watched, const struct ovr_report_places *places, FILE *out, struct ovr_err *err);
