/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The public keys that an agent answers: one in a line, and a comment behind it. Empty lines and
 * lines that begin with # are skipped.
 *
 * Control thread.
 */
#pragma once

#include "keys/keys.h"

/** Most keys of a file. */
#define OVR_AUTHORIZED_MAX 4096

/** A key, and whose it is. */
struct ovr_authorized_key {
	struct ovr_key key;
	char comment[OVR_KEY_COMMENT_BYTES]; /**< without control characters; may be "" */
};

/** Keys in the order of the file. Zeroed memory is an empty list. */
struct ovr_authorized {
	struct ovr_authorized_key *key;
	size_t n;
};

/**
 * Read the file. Others than its owner must not be able to write it.
 * @param[out] ret_authorized untouched on failure; else ovr_authorized_done() frees it
 * @return 0; -EINVAL: a line is none, and the sentence names its number; -EACCES; negative errno of
 *         the file
 */
int ovr_authorized_load(const char *path, struct ovr_authorized *ret_authorized, struct ovr_err *err);

/** Read its text. @param what for sentences: the file's name. @return as above */
int ovr_authorized_read(
	const char *what, const char *text, struct ovr_authorized *ret_authorized, struct ovr_err *err);

/** @return the entry of this key; NULL: it is not authorized */
const struct ovr_authorized_key *ovr_authorized_of(
	const struct ovr_authorized *authorized, const struct ovr_key *key);

/** Free the list. NULL is allowed. */
void ovr_authorized_done(struct ovr_authorized *authorized);
