/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The tables of what every command writes as JSON: where the schemas and the page of keys begin.
 */
#pragma once

#include "report/json_rows.h"

/** What a result (overrun.result/1) of any command begins with. */
extern const struct ovr_json_table ovr_json_head_table;

/* What follows in the result of a command, each of the name of its command. */
extern const struct ovr_json_table ovr_json_run_table;
extern const struct ovr_json_table ovr_json_search_table;
extern const struct ovr_json_table ovr_json_back_to_back_table;
extern const struct ovr_json_table ovr_json_sweep_table;
extern const struct ovr_json_table ovr_json_selftest_table;
extern const struct ovr_json_table ovr_json_advice_table;
extern const struct ovr_json_table ovr_json_verify_table;

/* overrun.ring/1, by command. */
extern const struct ovr_json_table ovr_json_rings_table;
extern const struct ovr_json_table ovr_json_ring_changes_table;
extern const struct ovr_json_table ovr_json_plan_ring_table;

extern const struct ovr_json_table ovr_json_check_table;      /**< overrun.check/1 */
extern const struct ovr_json_table ovr_json_watch_table;      /**< overrun.watch/1 */
extern const struct ovr_json_table ovr_json_tcp_table;        /**< overrun.tcp/1 */
extern const struct ovr_json_table ovr_json_doctor_table;     /**< overrun.doctor/1 */
extern const struct ovr_json_table ovr_json_compare_table;    /**< overrun.compare/1 */
extern const struct ovr_json_table ovr_json_reproduce_table;  /**< overrun.reproduce/1 */
extern const struct ovr_json_table ovr_json_path_table;       /**< overrun.path/1 */
extern const struct ovr_json_table ovr_json_trend_table;      /**< overrun.trend/1 */
extern const struct ovr_json_table ovr_json_tcp_impact_table; /**< overrun.tcp-impact/1 */
extern const struct ovr_json_table ovr_json_tcp_flow_table;   /**< a measured flow of it */
extern const struct ovr_json_table ovr_json_half_table;       /**< overrun.half/1 */
extern const struct ovr_json_table ovr_json_hop_table;        /**< overrun.hop/1 */
extern const struct ovr_json_table ovr_json_hop_way_table;    /**< a direction of it */
