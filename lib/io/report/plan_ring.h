/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Output of plan-ring, as text and JSON.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "result/plan_ring.h"

/** The recommendation, what comes of stalls, and a table of sizes. @return 0; -EIO */
int ovr_report_plan_ring_text(const struct ovr_result_plan_ring *ring, FILE *out, struct ovr_err *err);

/** One JSON object, "schema": "overrun.ring/1". @return 0; -EIO, -ENOMEM */
int ovr_report_plan_ring_json(const struct ovr_result_plan_ring *ring, FILE *out, struct ovr_err *err);
