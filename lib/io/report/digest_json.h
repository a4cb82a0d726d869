/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A trial in short as JSON, and back: one of "trials" in a result, and what a sweep remembers of its finished cells.
 */
#pragma once

#include <jansson.h>

#include "base/err.h"
#include "result/digest.h"

/** @return a new object; NULL: no memory */
json_t *ovr_json_digest(const struct ovr_result_digest *digest);

/** @return a new list of them; NULL: no memory */
json_t *ovr_json_digests(const struct ovr_result_digest *digest, size_t n_digests);

/**
 * Read one back, as ovr_json_digest() made it; keys that are not a digest's are passed over. Numbers beyond 2^63
 * are null in JSON, and are not read back.
 * @return 0; -EINVAL: a key is missing or of another kind, which the sentence names. Untouched on failure
 */
int ovr_json_digest_read(const json_t *object, struct ovr_result_digest *ret_digest, struct ovr_err *err);
