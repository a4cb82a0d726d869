/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A finished result as text for people, JSON for programs and CSV for plots.
 *
 * The formats are promises: docs/reference/result.schema.json (`overrun.result/1`) and
 * docs/explanation/method.md describe them. The functions write to a stream that the caller opened
 * and read nothing but the result. Any thread.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "report/cases.h"
#include "result/result.h"

/**
 * The text of the README's example: a header line, the frame counts, where they went, and why.
 * @return 0; -EIO
 */
int ovr_report_text(const struct ovr_result *result, FILE *out, struct ovr_err *err);

/** One JSON object, indented by two. @param command "run" @return 0; -EIO, -ENOMEM */
int ovr_report_json(const struct ovr_result *result, const char *command, FILE *out, struct ovr_err *err);

/** Who lets others have the core for a while. */
struct ovr_report_rest {
	void (*rest)(void *context);
	void *context;
};

/**
 * The same object in one line, with a rest after each small piece of work: for a trial that still
 * runs.
 * @return 0; -EIO, -ENOMEM
 */
int ovr_report_json_running(const struct ovr_result *result, const char *command, FILE *out,
	const struct ovr_report_rest *rest, struct ovr_err *err);

/** A header line and a row per interval. @return 0; -EIO */
int ovr_report_csv(const struct ovr_result *result, FILE *out, struct ovr_err *err);

/**
 * The live line: rates of the latest interval, missed frames per queue, and a bar for the time
 * gone.
 * @param columns width of the terminal; the line is cut to it
 * @param elapsed_ns, total_ns how far the trial is (total 0: unknown)
 * @return @p buf, without a newline
 */
const char *ovr_report_live(char *buf, size_t size, unsigned int columns,
	const struct ovr_result_sample *sample, uint64_t elapsed_ns, uint64_t total_ns);

/**
 * Its checks: that nothing disturbed the trial, that the books balance, that it was sent at the
 * planned rate, and that the loss is within the limit. The last one names the accounts that own it.
 */
void ovr_report_cases(const struct ovr_result *result, struct ovr_cases *cases);
