/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * From the command line to a plan: the rows of the plan's table are the options.
 */
#pragma once

#include <stdio.h>

#include "app.h"

/** What a command line says besides the plan. */
struct app_options {
	struct ovr_plan plan;
	bool dry_run;
	char **eal; /**< arguments after "--", NULL at the end; points into argv */
};

/**
 * Read the options of a command: the rows of its plan. What it does not take of a trial is read all
 * the same: whether it stands at its default is for ovr_plan_refuse_changed() to say. The files
 * named by --plan are read first, in their order, then the options: what stands on the command line
 * wins wherever it stands.
 * @return 0; negative errno with the sentence in @p err
 */
int app_options_parse(int argc, char **argv, enum ovr_plan_command command, struct app_options *ret_options,
	struct ovr_err *err);

/** The options that a command takes, section by section, with their defaults. */
void app_options_help(enum ovr_plan_command command, FILE *out);

/** The same as a roff list. */
void app_options_man(enum ovr_plan_command command, FILE *out);
