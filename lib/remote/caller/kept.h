/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Files of halves that no result has: those of a trial that lost an end.
 *
 * They stand beside the JSON file of the result, as RESULT.half-HOST.json; without one in the
 * folder for states of this user, as half-TRIAL-HOST.json. Control thread.
 */
#pragma once

#include <limits.h>

#include <jansson.h>

#include "base/err.h"
#include "plan/plan.h"

/**
 * @param plan of the trial, with its id
 * @param host of the half; "": this one
 * @param half overrun.half/1
 * @param[out] ret_path where it is
 * @return 0; -ENOENT: this user has no folder for states; negative errno of the file
 */
int ovr_caller_keep(const struct ovr_plan *plan, const char *host, const json_t *half,
	char ret_path[static PATH_MAX], struct ovr_err *err);
