/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Options of a command: its own defaults, its own rows, and the options that it refuses.
 *
 * `overrun run` takes every row of the trial. A command that carries out many trials varies some of
 * them itself, or cannot do anything sensible with them: those it refuses, with the reason, where
 * they are not at their default. Each command says all of this in one file, rows_COMMAND.c.
 */
#pragma once

#include <stddef.h>

#include "plan/plan.h"

/** Where a command's default is not a trial's. */
struct ovr_plan_fallback {
	const char *key, *text;
};

/** A row of the trial that a command does not take. */
struct ovr_plan_refusal {
	const char *key, *why; /**< why: a clause after "since" */
};

/** A command. */
struct ovr_plan_spec {
	const char *name; /**< "selftest" */
	const char *noun; /**< "a selftest", for sentences */
	bool takes_port;  /**< the port that receives stands after the name, before the options */
	const struct ovr_plan_fallback *fallback;
	size_t n_fallbacks;
	const struct ovr_plan_refusal *refused;
	size_t n_refused;
	const struct ovr_plan_row *row; /**< its own; NULL: none. Each has the command's bit in `only` */
	size_t n_rows;
};

/** @return what a command says of itself */
const struct ovr_plan_spec *ovr_plan_spec_of(enum ovr_plan_command command);

/** The plan of a command without options. */
void ovr_plan_default_for(enum ovr_plan_command command, struct ovr_plan *plan);

/** @return whether a plan of that command has the row: it is the trial's, or the command's own */
bool ovr_plan_has(enum ovr_plan_command command, const struct ovr_plan_row *row);

/** @return whether the row is one of the command's options: it has it, and does not refuse it */
bool ovr_plan_takes(enum ovr_plan_command command, const struct ovr_plan_row *row);

/**
 * Set the value of a row.
 * @return 0; -ENOENT: only other commands have it; what the row's parser returns
 */
int ovr_plan_set_row(
	struct ovr_plan *plan, const struct ovr_plan_row *row, const char *text, struct ovr_err *err);

/**
 * Refuse what has no say beside a list: the single value that the list stands for, where it is not
 * at its default, and --sizes beside a capture's own.
 * @return 0; -EINVAL: "sizes: found beside --size 512, accepted: one of both"
 */
int ovr_plan_check_lists(const struct ovr_plan *plan, struct ovr_err *err);

/**
 * Refuse what the plan's command does not take and what is not at its default.
 * @return 0; -EINVAL
 */
int ovr_plan_refuse_changed(const struct ovr_plan *plan, struct ovr_err *err);
