/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Options of a command: its own defaults, its own rows, and the options that it refuses.
 *
 * `overrun run` takes every row of the trial. A command that carries out many trials varies some of
 * them itself, or cannot do anything sensible with them: those it refuses, with the reason, where
 * they are not at their default. Options that commands with many trials have no use for are groups,
 * each with its reason; what has a reason of the command's own is named by key. Each command says
 * all of this in one file, rows_COMMAND.c.
 */
#pragma once

#include <stddef.h>

#include "plan/plan.h"

/** Where a command's default is not a trial's. */
struct ovr_plan_fallback {
	const char *key, *text;
};

/** Options of a single trial, in groups, a bit each; command.c has their keys and reasons. */
enum ovr_plan_group {
	OVR_PLAN_GROUP_DISTANCES = 1u << 0, /**< how far losses are apart */
	OVR_PLAN_GROUP_SERIES = 1u << 1,    /**< its time series */
	OVR_PLAN_GROUP_CSV = 1u << 2,       /**< the file of that series */
	OVR_PLAN_GROUP_ID = 1u << 3,        /**< its number */
	OVR_PLAN_GROUP_CAPTURE = 1u << 4,   /**< the frames around its losses */
};

/** Rows of the trial that a command does not take. */
struct ovr_plan_refusal {
	const char *keys; /**< those with one reason: "stall,service" */
	const char *why;  /**< a clause after "since" */
};

/** A command. */
struct ovr_plan_spec {
	const char *name; /**< "selftest" */
	const char *noun; /**< "a selftest", for sentences */
	bool takes_port;  /**< the port that receives stands after the name, before the options */
	const struct ovr_plan_fallback *fallback;
	size_t n_fallbacks;
	uint32_t groups; /**< that it does not take: bits of ovr_plan_group */
	/** What it does not take for reasons of its own, which go before a group's. */
	const struct ovr_plan_refusal *refused;
	size_t n_refused;
	/** The rows of the trial that it takes, all others are refused: "rate,size"; NULL: all. */
	const char *takes;
	const char *why_others;         /**< why it refuses those; only beside `takes` */
	const struct ovr_plan_row *row; /**< its own; NULL: none. Each has the command's bit in `only` */
	size_t n_rows;
};

/** @return what a command says of itself */
const struct ovr_plan_spec *ovr_plan_spec_of(enum ovr_plan_command command);

/** The plan of a command without options. */
void ovr_plan_default_for(enum ovr_plan_command command, struct ovr_plan *plan);

/** @return whether a plan of that command has the row: it is the trial's, or the command's own */
bool ovr_plan_has(enum ovr_plan_command command, const struct ovr_plan_row *row);

/** @return whether a key stands in a list: "stall,service" */
bool ovr_plan_is_among(const char *keys, const char *key);

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

/**
 * Refuse every row but some that is not at its default.
 * @param keys those that are taken: "tx,rx,size"
 * @param noun of whom, @param why the sentence of a refusal says so
 * @return 0; -EINVAL
 */
int ovr_plan_refuse_all_but(const struct ovr_plan *plan, const char *keys, const char *noun, const char *why,
	struct ovr_err *err);
