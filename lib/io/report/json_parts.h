/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The parts of a result as JSON values. Each function returns a new value, or NULL without memory.
 *
 * Internal to report.
 */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "base/err.h"
#include "result/result.h"

/**
 * Significant digits of a real number: more than any measurement has, less than binary fractions
 * show.
 */
#define OVR_JSON_DIGITS 12

/* json.c: a result, and what it is made of */

json_t *ovr_json_plan(const struct ovr_plan *plan);
json_t *ovr_json_reasons(const struct ovr_ledger *ledger);
json_t *ovr_json_trial(const struct ovr_result *result);
/** @return a list of that one reason, or of none where it is "" */
json_t *ovr_json_reason(const char *reason);
/** What a result of any command begins with. Takes @p reasons. */
json_t *ovr_json_head(const char *command, enum ovr_ledger_verdict verdict, json_t *reasons,
	const struct ovr_plan *plan, const struct ovr_result_environment *environment);
/** The whole of it. */
json_t *ovr_json_result(const struct ovr_result *result, const char *command);
/** Write it and give it back; NULL: there was no memory for it. @return 0; -EIO, -ENOMEM */
int ovr_json_write(json_t *root, FILE *out, struct ovr_err *err);

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
/** One row of the series. */
json_t *ovr_json_sample(const struct ovr_result_sample *sample);

/* json_soak.c: what a long trial tells */

json_t *ovr_json_loss_events(const struct ovr_result *result);
json_t *ovr_json_outages(const struct ovr_result *result);

/* json_ledger.c: what the counters tell */

json_t *ovr_json_ledger(const struct ovr_result *result);
