/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Is a JSON value what the rows of a table write? The check of the published schema, from the same
 * rows, and of bounds besides, so that who reads the value can rely on its keys.
 *
 *     key      each is there, and no other one is; optional keys are there together, or not at all;
 *              an added key may be missing (json_rows.h)
 *     null     only where a row can write it
 *     numbers  whole where the row is, in the row's range, and in what its member holds; reals
 *              within OVR_JSON_REAL_MAX, so that sums and squares of them stay finite
 *     texts    one of the row's names; no longer than the member holds, or OVR_JSON_TEXT_MAX
 *     lists    as long as a row allows, and each element is checked
 *
 * Texts may hold any character but NUL: who prints one makes it plain or escapes it.
 *
 * Internal to report. Any thread.
 */
#pragma once

#include <jansson.h>

#include "base/err.h"
#include "report/json_rows.h"

/** No real number of a document is larger, nor smaller than its negative. */
#define OVR_JSON_REAL_MAX 1e24

/** Longest text whose row has no member that bounds it, in bytes. */
#define OVR_JSON_TEXT_MAX 8192

/** Most keys of a plan, and the longest name of one. */
#define OVR_JSON_PLAN_KEYS_MAX  256
#define OVR_JSON_PLAN_KEY_BYTES 64

/**
 * @param table the tables whose keys stand in the object together
 * @return 0; -EINVAL: the sentence begins with the path of the key, as in
 * "trial.ledger.accounts[2].place"
 */
int ovr_json_check(
	const struct ovr_json_table *const *table, size_t n_tables, const json_t *value, struct ovr_err *err);
