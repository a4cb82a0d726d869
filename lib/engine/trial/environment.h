/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Description of the host that a trial runs on. Private to this module.
 */
#pragma once

#include "clock/clock.h"
#include "env/cpu_map.h"
#include "result/result.h"

/** Describe this machine and moment. */
void ovr_environment_read(const struct ovr_cpu_map_host *host, const struct ovr_clock *clock,
	struct ovr_result_environment *ret_environment);
