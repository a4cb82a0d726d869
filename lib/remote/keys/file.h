/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Files of keys: read whole, after a look at whose they are; written beside their name. Private to
 * this module.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/** Largest file that is read. */
#define OVR_KEYS_FILE_BYTES (1u << 20)

/** Who else may do what with a file. */
enum ovr_keys_others {
	OVR_KEYS_OTHERS_ANY,    /**< whatever they like */
	OVR_KEYS_OTHERS_READ,   /**< not write it; it is this user's or root's */
	OVR_KEYS_OTHERS_NOTHING /**< neither read nor write it; likewise */
};

/**
 * @param[out] ret_text with an end; the caller frees it; untouched on failure
 * @param[out] ret_size bytes without the end; NULL: a text with a NUL in it is refused
 * @return 0; -EACCES: others may do more; -EFBIG; -EINVAL: no regular file; negative errno of the
 *         file
 */
int ovr_keys_file_read(const char *path, enum ovr_keys_others others, char **ret_text, size_t *ret_size,
	struct ovr_err *err);

/**
 * Write, by way of another name in the same folder.
 * @param mode of the new file
 * @param may_replace whether a file of this name is replaced
 * @return 0; -EEXIST: it is there, and it stays; negative errno of the file. Nothing is left behind
 */
int ovr_keys_file_write(
	const char *path, const char *text, unsigned int mode, bool may_replace, struct ovr_err *err);
