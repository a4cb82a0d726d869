/* SPDX-License-Identifier: BSD-3-Clause */
/** @file `overrun run` with tcp ports: a trial without devices, and so without EAL. */
#pragma once

#include "output.h"
#include "plan/plan.h"

/**
 * Carry out a trial over TCP connections, and write its result.
 * @param eal arguments for EAL, ended by NULL: there must be none
 * @param outputs those of app_report_open()
 * @return the exit code; with APP_EXIT_CANNOT the sentence is in @p err
 */
int app_run_tcp(
	const struct ovr_plan *plan, char *const *eal, struct app_output *outputs, struct ovr_err *err);
