/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Names of enumerations as values of JSON. Internal to report.
 */
#pragma once

#include "report/json_rows.h"

extern const struct ovr_json_names ovr_json_places;
extern const struct ovr_json_names ovr_json_verdicts;
extern const struct ovr_json_names ovr_json_halves;
extern const struct ovr_json_names ovr_json_impairments;
extern const struct ovr_json_names ovr_json_causes;
extern const struct ovr_json_names ovr_json_counter_kinds;
extern const struct ovr_json_names ovr_json_loss_kinds; /**< all but traffic */
extern const struct ovr_json_names ovr_json_trusts;
extern const struct ovr_json_names ovr_json_sources;
extern const struct ovr_json_names ovr_json_worths;
extern const struct ovr_json_names ovr_json_sides; /**< of a bool is_tx */
/** Of a worker: 0 rx, 1 tx, 2 wire. */
extern const struct ovr_json_names ovr_json_directions;
extern const struct ovr_json_names ovr_json_sustains;
extern const struct ovr_json_names ovr_json_exclusions;
extern const struct ovr_json_names ovr_json_exclusion_causes; /**< causes, of stalls that are excluded */

/** @return the number of a worker's direction among ovr_json_directions */
int ovr_json_direction(bool is_tx, bool is_wire);
