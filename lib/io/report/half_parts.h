/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What both ends of a half have, as tables of JSON. Internal to report.
 */
#pragma once

#include "plan/plan.h"
#include "report/json_rows.h"

/** Most events of a list of loss events. */
#define OVR_HALF_EVENTS_MAX 16384

/** Most workers of an end, the wire's own one included. */
#define OVR_HALF_WORKERS_MAX (OVR_PLAN_WORKERS_MAX + 1)

extern const struct ovr_json_table ovr_half_end_table;         /**< of a struct ovr_half */
extern const struct ovr_json_table ovr_half_hist_table;        /**< of a struct ovr_hist */
extern const struct ovr_json_table ovr_half_seq_account_table; /**< of a struct ovr_seq_account */
extern const struct ovr_json_table ovr_half_account_table;     /**< of a struct ovr_ledger_account */
extern const struct ovr_json_table ovr_half_counter_table;     /**< of a struct ovr_result_counter */
