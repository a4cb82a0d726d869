/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Last checkpoint of a half, on disk: it outlives the caller, the end process and the agent.
 *
 * A file for each trial, `half-NONCE-TRIAL-HOST-PID.json`, replaced whole by each checkpoint:
 * agents of one session may share a folder, on one host or on a file system of several. It is
 * removed once the caller has the half. What a lost session left stays, up to a number of files of
 * each host. Control thread.
 */
#pragma once

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** Files of lost sessions that stay, the latest of this host. */
#define OVR_AGENT_KEPT_MAX 16

/** The file of the trial under way. Zeroed: there is none. */
struct ovr_agent_kept {
	/** one that was named is there; another one is made for the first file */
	char folder[PATH_MAX - 192];
	char host[65];       /**< this host's name, as a part of a file's name */
	char path[PATH_MAX]; /**< "": nothing is kept of this trial */
};

/**
 * Choose the folder: @p folder or, where it is NULL, `$XDG_STATE_HOME/overrun`, else
 * `/var/lib/overrun` for root, else `$HOME/.local/state/overrun`.
 * @return 0; -ENAMETOOLONG; -ENOENT: this user has no such place; -ENOTDIR: @p folder cannot be
 *   made or written
 */
int ovr_agent_kept_open(const char *folder, struct ovr_agent_kept *ret_kept, struct ovr_err *err);

/**
 * Keep a checkpoint in place of the one before.
 * @param trial number of the trial in its session, from 1
 * @return 0; -errno, and the one before is still there
 */
int ovr_agent_kept_write(struct ovr_agent_kept *kept, uint64_t nonce, uint32_t trial, const char *text,
	size_t n, struct ovr_err *err);

/**
 * @return the kept checkpoint as malloc'ed text; NULL: there is none, or it cannot be read
 */
char *ovr_agent_kept_read(const struct ovr_agent_kept *kept);

/** The caller has the half: remove the file. */
void ovr_agent_kept_drop(struct ovr_agent_kept *kept);

/** The caller does not have it: leave the file, and remove those too old. */
void ovr_agent_kept_leave(struct ovr_agent_kept *kept);
