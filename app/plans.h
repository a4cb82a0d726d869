/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What the commands that carry out a plan do with it before they do.
 */
#pragma once

#include "base/err.h"
#include "plan/plan.h"

/** Check the plan of a command and freeze it. @return 0; negative errno with the sentence */
typedef int app_freeze(struct ovr_plan *plan, struct ovr_err *err);

/**
 * Freeze a plan as its command does. Where its frames come from a capture, it takes their sizes
 * before, and a stream for each of them where none were asked for.
 * @return 0; what ovr_capture_templates_read(), ovr_capture_templates_mix() and @p freeze refuse
 */
int app_plan_freeze(struct ovr_plan *plan, app_freeze *freeze, struct ovr_err *err);

/** Print the effective plan on stdout. @return the exit code */
int app_plan_print(const struct ovr_plan *plan, struct ovr_err *err);
