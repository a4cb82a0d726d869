/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Which processes and network namespaces are alive?
 *
 * Internal to undo.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "undo/journal.h"

/** Who is the calling process, and in which network namespace is the calling thread? @return 0; -errno */
int ovr_undo_process_self(struct ovr_undo_owner *ret_self, struct ovr_err *err);

/**
 * Does the process live? A zombie does not.
 * @param start when it started, as in struct ovr_undo_owner; 0: any process of that pid
 */
bool ovr_undo_process_lives(pid_t pid, uint64_t start);

/** Is it the same network namespace? */
bool ovr_undo_netns_is_same(const struct ovr_undo_owner *one, const struct ovr_undo_owner *other);

/**
 * Does a network namespace with this inode exist: does a process live in it, hold it open, or have it mounted?
 * @return 1; 0; -EACCES: it was not found, but there are processes that may not be looked into
 */
int ovr_undo_netns_exists(uint64_t inode);
