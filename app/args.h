/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Command lines of the commands that have no plan: options of a table, and words between them.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

/** An option. Tables end with one without a name. */
struct app_arg {
	const char *name;    /**< "json": the option is --json */
	const char *metavar; /**< of its value; NULL: it takes none */
	const char *help;
};

/** A command line that is being read. */
struct app_args {
	const char *command; /**< "watch", "ring set": for sentences, and for the help that they name */
	const struct app_arg *table; /**< its options */
	int argc;
	char **argv;
	int at; /**< next word; begin with 1 */
};

/** One piece of it. */
struct app_word {
	const struct app_arg *option; /**< NULL: a word that is no option */
	const char *text;             /**< the option's value, NULL if it takes none; the word itself */
};

/**
 * Take the next piece: --name VALUE, --name=VALUE, --name, or a word.
 * @pre args->at < args->argc
 * @return 0; -EINVAL: no option of this command (the nearest one is named), a value is missing, or
 * one is too many
 */
int app_args_next(struct app_args *args, struct app_word *ret_word, struct ovr_err *err);

/**
 * The value of an option that is one of some words, which its metavar names: "auto|screen|line".
 * @param[out] ret_value its place among them, from 0
 * @return 0; -EINVAL
 */
int app_args_choice(
	const char *command, const struct app_word *word, unsigned int *ret_value, struct ovr_err *err);

/** The options, a line each. */
void app_args_help(const struct app_arg *table, FILE *out);

/**
 * @return whether there is a word at @p at that can be an option's value: with two dashes it is an
 * option itself
 */
bool app_is_value(int argc, char *const *argv, int at);

/** Refuse an option without its value. @return -EINVAL */
int app_refuse_missing(const char *command, const char *name, const char *metavar, struct ovr_err *err);

/** Refuse a word. @return -EINVAL */
int app_refuse_option(const char *command, const char *word, const char *nearest, struct ovr_err *err);
