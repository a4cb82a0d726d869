/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The parts of a result as tables of JSON, and what every command's result has in common. Functions
 * return a new value, or NULL without memory.
 *
 * Internal to report.
 */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "base/err.h"
#include "report/json_rows.h"
#include "result/result.h"

/**
 * Significant digits of a real number: more than any measurement has, less than binary fractions
 * show.
 */
#define OVR_JSON_DIGITS 12

/* json.c: a result, and what it is made of */

/** What a result of any command begins with. */
struct ovr_json_head {
	const char *command;
	enum ovr_ledger_verdict verdict;
	json_t *reasons; /**< a list; ovr_json_answer() takes it */
	const struct ovr_plan *plan;
	const struct ovr_result_environment *environment;
};

extern const struct ovr_json_table ovr_json_environment_table;
extern const struct ovr_json_table ovr_json_trial_table; /**< of a struct ovr_result, its context too */

json_t *ovr_json_plan(const struct ovr_plan *plan);
json_t *ovr_json_reasons(const struct ovr_ledger *ledger);
json_t *ovr_json_trial(const struct ovr_result *result);
/** @return a list of that one reason, or of none where it is "" */
json_t *ovr_json_reason(const char *reason);
/** @return a command's result: the head, and the keys of its answer, whose context it is too */
json_t *ovr_json_answer(
	const struct ovr_json_head *head, const struct ovr_json_table *table, const void *answer);
/** The whole of a trial's result. */
json_t *ovr_json_result(const struct ovr_result *result, const char *command);
/** Write it and give it back; NULL: there was no memory for it. @return 0; -EIO, -ENOMEM */
int ovr_json_write(json_t *root, FILE *out, struct ovr_err *err);

/* json_streams.c: what the sequence numbers tell */

/** Arrivals, loss and reordering of a stream, or of all of them; made by ovr_json_account(). */
extern const struct ovr_json_table ovr_json_account_table;
extern const struct ovr_json_table ovr_json_total_table; /**< of a struct ovr_result */
extern const struct ovr_json_table ovr_json_stream_table;
extern const struct ovr_json_table ovr_json_size_table;
extern const struct ovr_json_table ovr_json_loss_period_table; /**< in the context of their result */

json_t *ovr_json_account(const struct ovr_seq_account *account, uint64_t sent);

/* json_cores.c: what the cores and the clock tell */

extern const struct ovr_json_table ovr_json_queue_table;
extern const struct ovr_json_table ovr_json_worker_table;
extern const struct ovr_json_table ovr_json_stalls_table; /**< of a struct ovr_result */
extern const struct ovr_json_table ovr_json_sample_table;
extern const struct ovr_json_table ovr_json_hist_table; /**< made by ovr_json_hist() */

/** @param at its member points to a distribution, or is NULL: null */
json_t *ovr_json_hist(const struct ovr_json_at *at);

/* json_soak.c: what a long trial tells */

extern const struct ovr_json_table ovr_json_outages_table;     /**< in the context of their result */
extern const struct ovr_json_table ovr_json_loss_events_table; /**< made by ovr_json_loss_events() */

/** @param at a struct ovr_result */
json_t *ovr_json_loss_events(const struct ovr_json_at *at);

/* json_hosts.c: the hosts of a trial over several */

extern const struct ovr_json_table ovr_json_host_table;
extern const struct ovr_json_table ovr_json_pair_table;     /**< made by ovr_json_pairs_of_hosts() */
extern const struct ovr_json_table ovr_json_receiver_table; /**< in the context of its result */
extern const struct ovr_json_table ovr_json_astray_table;   /**< in the context of its result */
extern const struct ovr_json_table ovr_json_clock_table;

/** @param at of a struct ovr_result */
json_t *ovr_json_pairs_of_hosts(const struct ovr_json_at *at);

/* watch_json.c, path_places.c: what the kernel of a namespace or of a host lost */

extern const struct ovr_json_table ovr_json_place_loss_table; /**< of a struct ovr_kernel_claim */
extern const struct ovr_json_table ovr_json_path_places_table;

/* json_ledger.c: what the counters tell */

extern const struct ovr_json_table ovr_json_ledger_table; /**< in the context of its result */
