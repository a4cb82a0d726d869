/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Where a command's result goes: the files of --json, --csv, --junit and --tap, and stdout.
 * Control thread.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "output.h"
#include "plan/plan.h"
#include "report/cases.h"

/** Write a result. @return 0; negative errno with the sentence */
typedef int app_write(const void *result, FILE *out, struct ovr_err *err);

/**
 * A function of the file that has app_write's type, from one that takes a result by its own type: a
 * function is called by no other type than its own.
 */
#define APP_WRITE(name, function)                                           \
	static int name(const void *result, FILE *out, struct ovr_err *err) \
	{                                                                   \
		return function(result, out, err);                          \
	}

/** List the test cases of a result. */
typedef void app_list_cases(const void *result, struct ovr_cases *cases);

/** The same of one that lists them. */
#define APP_CASES(name, function)                                     \
	static void name(const void *result, struct ovr_cases *cases) \
	{                                                             \
		function(result, cases);                              \
	}

/** The forms of a result. */
struct app_report {
	app_write *text; /**< for people, on stdout unless a file takes its place there */
	app_write *json;
	app_write *csv;        /**< NULL: it has none, and its plan refuses --csv */
	app_list_cases *cases; /**< of --junit and --tap */
};

/** Files that every command may have; one that has more puts its own after them. */
enum { APP_REPORT_JSON, APP_REPORT_CSV, APP_REPORT_JUNIT, APP_REPORT_TAP, APP_REPORT_OUTPUTS };

/**
 * Open the files that the plan names: what cannot be written is found out before the trials.
 * @param[out] outputs APP_REPORT_OUTPUTS of them; the caller calls app_report_drop() in any case
 * @return 0; what app_output_open() refuses
 */
int app_report_open(struct app_output *outputs, const struct ovr_plan *plan, struct ovr_err *err);

/**
 * Write all that was asked for: files first, for a reader of stdout may be slow, or leave. The text
 * comes out even where a file cannot be written.
 * @param outputs n_outputs of them, finished here; the first APP_REPORT_OUTPUTS are those of
 * app_report_open()
 * @return 0; negative errno
 */
int app_report_write(const struct app_report *report, const void *result, struct app_output *outputs,
	size_t n_outputs, struct ovr_err *err);

/** Drop all of them. Zeroed and finished ones are allowed. */
void app_report_drop(struct app_output *outputs, size_t n_outputs);
