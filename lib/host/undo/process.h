/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Liveness of processes and network namespaces.
 *
 * Internal to undo.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "undo/journal.h"

/**
 * Reads the identity of the calling process: its pid, its PID namespace, and the calling thread's
 * network namespace. @return 0; -errno
 */
int ovr_undo_process_self(struct ovr_undo_owner *ret_self, struct ovr_err *err);

/**
 * Whether a process of that pid lives. A zombie does not. Those of other PID namespaces are not
 * seen.
 */
bool ovr_undo_process_lives(pid_t pid);

/** @return whether it is the same process */
bool ovr_undo_process_is_same(const struct ovr_undo_owner *one, const struct ovr_undo_owner *other);

/** @return whether it is the same network namespace */
bool ovr_undo_netns_is_same(const struct ovr_undo_owner *one, const struct ovr_undo_owner *other);

#define OVR_UNDO_NAMESPACES_MAX 1024

/** The network namespaces that there are. */
struct ovr_undo_namespaces {
	uint32_t n;
	struct ovr_undo_namespace {
		uint64_t inode;
		char path[120]; /**< opens it; "": there is no such path */
	} one[OVR_UNDO_NAMESPACES_MAX];
	/** there may be more: processes that may not be looked into, or no room */
	bool is_incomplete;
};

/**
 * Find all network namespaces that a process lives in, holds open, or has mounted. Looks into every
 * process. One that may not be looked into makes the list incomplete, but for process 1: who starts
 * all others is not the last one in a namespace.
 */
void ovr_undo_namespaces_find(struct ovr_undo_namespaces *ret_namespaces);

/**
 * Whether the namespace of a process, alive or dead, exists. Where this process may, it is entered
 * to compare its cookie.
 * @return 1; 0; -EACCES: it was not found, but the list is incomplete
 */
int ovr_undo_namespaces_has(const struct ovr_undo_namespaces *namespaces, const struct ovr_undo_owner *owner);
