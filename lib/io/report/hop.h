/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What a hop did, as text and JSON.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "result/hop.h"

/** A table of both directions. @return 0; -EIO */
int ovr_report_hop_text(const struct ovr_result_hop *hop, FILE *out, struct ovr_err *err);

/** JSON (overrun.hop/1; docs/reference/hop.schema.json). @return 0; -EIO, -ENOMEM */
int ovr_report_hop_json(const struct ovr_result_hop *hop, FILE *out, struct ovr_err *err);
