/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A plan as the command line that repeats it. Pure; any thread.
 */
#pragma once

#include <stdio.h>

#include "plan/command.h"

/**
 * @param buf room for a value
 * @return the text of a row; NULL: it has none
 */
typedef const char *ovr_plan_value_of(
	const void *context, const struct ovr_plan_row *row, char buf[OVR_PLAN_VALUE_BYTES]);

/**
 * Print "overrun run --rate 1mpps": every option that is not at the command's default, quoted for a
 * shell. Left out is what is written and shown where, and what freezing a plan
 * decides anew.
 */
void ovr_plan_print_command_line(
	FILE *out, enum ovr_plan_command command, ovr_plan_value_of *value_of, const void *context);

/** @return the same of a plan, malloc'ed; NULL: no memory */
char *ovr_plan_command_line(const struct ovr_plan *plan);
