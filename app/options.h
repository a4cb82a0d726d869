/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * From the command line to a plan: the rows of the plan's table are the options.
 */
#pragma once

#include <stdio.h>

#include "app.h"

/** A command whose options are the rows of a plan: all of them, or those that make sense for it. */
struct app_option_set {
	const char *command; /**< "run" */
	void (*defaults)(struct ovr_plan *plan);
	bool (*takes)(const char *key); /**< is the row one of its options? NULL: every row is */
};

/** What a command line says besides the plan. */
struct app_options {
	struct ovr_plan plan;
	bool dry_run;
	bool help;
	char **eal; /**< arguments behind "--", NULL at the end; points into argv */
};

/**
 * Read the options of a command. What it does not take is read all the same: whether it stands at its default is for the
 * command to say. The files named by --plan are read first, in their order, then the options: what stands on
 * the command line wins wherever it stands.
 * @return 0; negative errno with the sentence in @p err
 */
int app_options_parse(int argc, char **argv, const struct app_option_set *set,
	struct app_options *ret_options, struct ovr_err *err);

/** The options that a command takes, section by section, with their defaults. */
void app_options_help(const struct app_option_set *set, FILE *out);

/** The same as a roff list. */
void app_options_man(const struct app_option_set *set, FILE *out);
