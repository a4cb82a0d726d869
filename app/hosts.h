/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Who carries out the trials of a command: this process, or the ends of other machines.
 */
#pragma once

#include "caller/caller.h"

/**
 * @param eal arguments for EAL of the command line, which has none where no device is opened here
 * @param[out] ret_caller ovr_caller_close() ends it; NULL: all ports are of this machine
 * @param[out] ret_runner for the series; NULL likewise
 * @return 0; -EINVAL; what ovr_caller_open() returns
 */
int app_hosts_open(const struct ovr_plan *plan, char *const *eal, struct ovr_caller **ret_caller,
	const struct ovr_series_runner **ret_runner, struct ovr_err *err);
