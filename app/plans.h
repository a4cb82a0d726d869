/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What the commands that carry out a plan do with it before they do.
 */
#pragma once

#include "base/err.h"
#include "plan/plan.h"

/**
 * A plan whose frames come from a capture takes their sizes, and a stream for each of them where
 * none were asked for.
 * @return 0; what ovr_capture_templates_read() and _mix() refuse
 */
int app_plan_take_templates(struct ovr_plan *plan, struct ovr_err *err);

/** Print the effective plan on stdout. @return the exit code */
int app_plan_print(const struct ovr_plan *plan, struct ovr_err *err);
