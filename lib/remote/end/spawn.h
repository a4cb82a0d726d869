/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * An end process of this host: start, and stop with everything undone.
 *
 * It is this program again (`overrun end --fd N`), in a process group of its own, so that Ctrl-C
 * asks who conducts the trial and not the end as well. It ends by itself, and undoes its changes,
 * when its parent is gone or is stopped. Control thread.
 */
#pragma once

#include <spawn.h>
#include <stdbool.h>
#include <sys/types.h>

#include "link/channel.h"

/** How to start it. Zeroed memory: as this program is. */
struct ovr_end_conf {
	const char *program; /**< NULL: the program that runs */
	const char *caller;  /**< other hosts, by their addresses: its OVERRUN_CALLER; NULL: none */
};

/** An end process. Zeroed: there is none. */
struct ovr_end {
	pid_t pid; /**< 0: there is none, or it has ended */
	struct ovr_channel *channel;
};

/**
 * Give a child the signals that a program expects, since ours are caught and some are ignored or
 * blocked, and a process group of its own, so that no terminal interrupts it.
 * @param[in,out] attributes initialised
 * @return 0; errno
 */
int ovr_end_set_signals(posix_spawnattr_t *attributes);

/**
 * Start one.
 * @param[out] ret_end the caller calls ovr_end_stop()
 * @return 0; -errno
 */
int ovr_end_start(const struct ovr_end_conf *conf, struct ovr_end *ret_end, struct ovr_err *err);

/**
 * Look whether it has ended, without waiting.
 * @param[out] ret_why if so, a clause: "it was ended by signal 9", "it ended with code 0"
 * @return whether it has; end->pid is 0 then
 */
bool ovr_end_has_ended(struct ovr_end *end, char *ret_why, size_t size);

/**
 * Stop it: SIGTERM, by which it undoes its changes, also where it was stopped; after 3 s SIGKILL,
 * after which its journal has to be recovered. Waits for its end, and closes the channel. Harmless
 * where there is none.
 * @return whether it ended by itself
 */
bool ovr_end_stop(struct ovr_end *end);
