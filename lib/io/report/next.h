/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Next steps after a verdict that is not pass: whose stalls they were, what helps, and the command
 * that shows the ring rather than the host.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "result/result.h"

/** Print the lines, or none where there is nothing to advise. @return 0; -EIO */
int ovr_report_next(const struct ovr_result *result, FILE *out, struct ovr_err *err);
