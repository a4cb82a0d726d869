/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file The metric that names the program. Private to this module.
 */
#pragma once

#include "metrics/metrics.h"

/** overrun_build_info. @param command "run" */
void ovr_metrics_put_build(
	struct ovr_exposition *exposition, const char *command, const struct ovr_metrics_build *build);
