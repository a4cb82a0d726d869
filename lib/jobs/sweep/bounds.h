/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Check that the receiving port can have each ring of a sweep, before the first trial.
 *
 * The bounds of the kernel's sockets and of the wire are known from the plan, those of DPDK's
 * devices when EAL runs. Control thread.
 */
#pragma once

#include "port/describe.h"
#include "result/sweep.h"

/**
 * Compare the cells that are not done with a device's bounds: ring size and number of receive
 * queues.
 * @return 0; -ERANGE, with the cell's name
 */
int ovr_sweep_fits(
	const struct ovr_result_sweep *sweep, const struct ovr_port_bounds *bounds, struct ovr_err *err);

/**
 * The same with the bounds that the sweep's receiving port tells. EAL runs.
 * @return 0, also for a port that is no device of DPDK's own; -ERANGE; what ovr_port_describe()
 * returns
 */
int ovr_sweep_check_port(const struct ovr_result_sweep *sweep, struct ovr_err *err);
