/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A child process, and what it printed.
 *
 * It ends with its parent: it gets SIGTERM when the parent dies. When the program is asked to stop
 * (base/wait.h), the child is asked too, and waited for. Control thread.
 */
#pragma once

#include "base/err.h"

/** What a child process left. */
struct ovr_atlas_said {
	int code;  /**< exit code; 128 + the signal that ended it */
	char *out; /**< stdout, ended by a zero */
	char *err; /**< stderr, ended by a zero */
};

/**
 * Run a program, found in PATH, until it ends.
 * @param argv ended by NULL
 * @param[out] ret_said to be freed with ovr_atlas_said_done() on success
 * @return 0, whatever its exit code; -EINTR: the program was asked to stop; -ENOENT: there is no
 * such program; -errno
 */
int ovr_atlas_spawn(char *const argv[], struct ovr_atlas_said *ret_said, struct ovr_err *err);

/** Free it; once is enough, and twice allowed. */
void ovr_atlas_said_done(struct ovr_atlas_said *said);
