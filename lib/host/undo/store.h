/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The folder of journals, and small files in it that are there whole or not at all.
 *
 * Internal to undo.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "undo/undo.h"

/** Longer than any file here. */
#define OVR_UNDO_FILE_BYTES 32768

/**
 * Open the folder and lock it: nobody else writes here, or puts back, until it is closed. What
 * somebody who died was writing is removed. A folder of ours that others may enter is closed to
 * them.
 * @param below a folder in it; "" for itself
 * @param make make it if it is not there
 * @return a file descriptor, to be closed by the caller; -ENOENT: it is not there, or this user has
 * no place for it;
 *         -EPERM: it belongs to somebody else; -EBUSY: somebody keeps it locked; -EINTR: the wait
 *         for that was
 *         interrupted; -errno
 */
int ovr_undo_store_open(
	const struct ovr_undo_places *places, const char *below, bool make, struct ovr_err *err);

/**
 * Read a whole file, ended by a zero.
 * @return 0; -E2BIG; -EPERM: somebody else than root and this user may have written it, or it is no
 * plain file; -errno
 */
int ovr_undo_store_read(int folder, const char *name, char *text, size_t size);

/**
 * Why a file cannot be heeded, in words. @param status what reading it returned; -EINVAL: what
 * parsing it did
 */
const char *ovr_undo_store_why(int status);

/**
 * Make a file and hold it: it is seen to be held until the descriptor is closed, or its process has
 * ended in whatever way, also from another PID namespace.
 * @return a file descriptor; -EEXIST; -errno
 */
int ovr_undo_store_create(int folder, const char *name);

/** @return whether a living process holds the file */
bool ovr_undo_store_is_held(int folder, const char *name);

/**
 * Write a file so that it stands there whole or not at all, also after a crash.
 * @param[in,out] held the descriptor of the older file, by which this process holds it, then that
 * of the new one; NULL:
 *        it is not held
 * @return 0; -errno
 */
int ovr_undo_store_write(int folder, const char *name, const char *text, size_t n, int *held);

/**
 * Append to a file that this process holds, and wait until it is on its file system. @return 0;
 * -errno
 */
int ovr_undo_store_append(int folder, int fd, const char *text, size_t n);

/**
 * Call @p visit with each file whose name ends in @p end, in the order of their names.
 * @return 0; -errno: the folder cannot be read; or what @p visit returned, which ends it
 */
int ovr_undo_store_each(int folder, const char *end,
	int (*visit)(void *context, int folder, const char *name), void *context);
