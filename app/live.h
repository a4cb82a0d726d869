/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What those see who look on while a command's trials run: the screen of a terminal, and the
 * metrics of --metrics.
 *
 *     app_live_open → app_live_start → { app_live_trial → app_live_reading … → app_live_over } … →
 *     app_live_close
 *
 * The control thread writes; whoever looks on gets a copy. Workers take no part. Without anybody
 * who looks on, app_live_is_wanted() is false and nothing needs to be read.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "live/live.h"
#include "plan/plan.h"

struct app_live;

/**
 * Prepare what a plan asks for: take addresses, find out what the terminal can show.
 * @return 0; as app_metrics_listen(); -ENOTTY: a screen was asked for, and cannot be had; -ENOMEM
 */
int app_live_open(const struct ovr_plan *plan, struct app_live **ret_live, struct ovr_err *err);

/**
 * @return what is shown: OVR_SHOW_SCREEN; OVR_SHOW_LINE, where stderr is a terminal or a line was
 * asked for; OVR_SHOW_NONE; OVR_SHOW_AUTO: nothing was asked for, and stderr is no terminal
 */
enum ovr_plan_show app_live_show(const struct app_live *live);

/** @return whether anybody needs readings */
bool app_live_is_wanted(const struct app_live *live);

/**
 * Show it from now on.
 * @param n_planned trials; 0: nobody knows
 * @param at_most_ns that all of them take; 0: unknown
 * @param cpu of the workers, @p n_cpus of them
 * @return 0; -EAGAIN; -ENOTTY
 */
int app_live_start(struct app_live *live, uint32_t n_planned, uint64_t at_most_ns, const uint16_t *cpu,
	uint16_t n_cpus, struct ovr_err *err);

/** A trial begins. @param number from 1 */
void app_live_trial(struct app_live *live, uint32_t number, const char *label);

/** What it has counted so far. */
void app_live_reading(struct app_live *live, const struct ovr_live_reading *reading);

/** It is over. @param result NULL: it could not be run */
void app_live_over(struct app_live *live, const struct ovr_result *result);

/** End all of it. NULL is allowed. */
void app_live_close(struct app_live *live);
