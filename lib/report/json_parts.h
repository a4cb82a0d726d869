/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The parts of a result as JSON values. Each function returns a new value, or NULL without memory.
 *
 * Internal to report.
 */
#pragma once

#include <jansson.h>

#include "result/result.h"

/* json_streams.c: what the sequence numbers tell */

/** One account of a stream, or of all of them: arrivals, loss and reordering. */
json_t *ovr_json_total(const struct ovr_seq_account *account, uint64_t sent);
json_t *ovr_json_streams(const struct ovr_result *result);
json_t *ovr_json_sizes(const struct ovr_result *result);
json_t *ovr_json_loss_periods(const struct ovr_result *result);

/* json_cores.c: what the cores and the clock tell */

json_t *ovr_json_queues(const struct ovr_result *result);
json_t *ovr_json_workers(const struct ovr_result *result);
json_t *ovr_json_stalls(const struct ovr_result *result);
/** @return null for no histogram */
json_t *ovr_json_hist(const struct ovr_hist *hist);
json_t *ovr_json_series(const struct ovr_result *result);

/* json_ledger.c: what the counters tell */

json_t *ovr_json_ledger(const struct ovr_result *result);
