/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Descriptions of the commands' options, each from its rows_COMMAND.c.
 * Internal to plan.
 */
#pragma once

#include "plan/command.h"

extern const struct ovr_plan_spec ovr_plan_spec_run;
extern const struct ovr_plan_spec ovr_plan_spec_selftest;
extern const struct ovr_plan_spec ovr_plan_spec_model;
extern const struct ovr_plan_spec ovr_plan_spec_sweep;
extern const struct ovr_plan_spec ovr_plan_spec_search;
extern const struct ovr_plan_spec ovr_plan_spec_advise;
extern const struct ovr_plan_spec ovr_plan_spec_burst;
extern const struct ovr_plan_spec ovr_plan_spec_ring_verify;
extern const struct ovr_plan_spec ovr_plan_spec_half;
