/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Hugepage files that EAL leaves behind when its process is killed, found by their names.
 *
 * Hugepage files are looked for at the top of each mounted hugetlbfs, where EAL puts them unless
 * --huge-dir names a folder below it.
 *
 * Internal to undo.
 */
#pragma once

#include <sys/types.h>

#include "undo/undo.h"

/** What was removed at one place. */
struct ovr_undo_eal_removed {
	unsigned int n_files; /**< those of other users, and locked ones, stay */
	pid_t pid;            /**< whose they were; 0: of several processes */
};

/**
 * Parses the name of a hugepage file, "overrun1234map_0".
 * @return the pid of its owner; 0: it is no such name
 */
pid_t ovr_undo_eal_hugepage_of(const char *name);

/**
 * Remove hugepage files below one mount.
 * @param pid of this process; 0: of all dead ones
 */
void ovr_undo_eal_clean_hugepages(const char *mount, pid_t pid, struct ovr_undo_eal_removed *ret_removed);

/** Call @p visit with each place where a hugetlbfs is mounted. */
void ovr_undo_eal_each_mount(
	const char *mounts, void (*visit)(void *context, const char *mount), void *context);
