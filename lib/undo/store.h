/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The folder of journals, and small files in it that are there whole or not at all.
 *
 * Internal to undo.
 */
#pragma once

#include <stddef.h>

#include "undo/undo.h"

/** Longer than any file here. */
#define OVR_UNDO_FILE_BYTES 32768

/**
 * Open the folder and lock it: nobody else writes here, or puts back, until it is closed. What somebody who died was writing is
 * removed.
 * @param below a folder in it; "" for itself
 * @param make make it if it is not there
 * @return a file descriptor, to be closed by the caller; -ENOENT: it is not there, or this user has no place for it;
 *         -EPERM: it belongs to somebody else; -EBUSY: somebody keeps it locked; -errno
 */
int ovr_undo_store_open(
	const struct ovr_undo_places *places, const char *below, bool make, struct ovr_err *err);

/** Read a whole file, ended by a zero. @return 0; -E2BIG; -errno */
int ovr_undo_store_read(int folder, const char *name, char *text, size_t size);

/** Write a file so that it stands there whole or not at all, also after a crash. @return 0; -errno */
int ovr_undo_store_write(int folder, const char *name, const char *text, size_t n);

/** Append to a file, or make it, and wait until it is on its file system. @return 0; -errno */
int ovr_undo_store_append(int folder, const char *name, const char *text, size_t n);

/**
 * Call @p visit with each file whose name ends in @p end, in the order of their names.
 * @return 0; -errno: the folder cannot be read; or what @p visit returned, which ends it
 */
int ovr_undo_store_each(int folder, const char *end,
	int (*visit)(void *context, int folder, const char *name), void *context);
