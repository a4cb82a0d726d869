/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * An agent that ssh starts on another machine for one session, with this process at its standard
 * input and output. Whom ssh lets in may use every port there.
 *
 * ssh is the user's own, with its configuration and keys; it may not ask for a password, since
 * nobody would answer. Control thread.
 */
#pragma once

#include <sys/types.h>

#include "link/channel.h"

/**
 * @param login "root@rack-b", as ovr_host_name_parse() accepts it
 * @param name of the host, for sentences; lent until the channel is closed
 * @param[out] ret_pid of ssh; ovr_ssh_stop() ends it
 * @return 0; -errno
 */
int ovr_ssh_start(const char *login, const char *name, pid_t *ret_pid, struct ovr_channel **ret_channel,
	struct ovr_err *err);

/**
 * Wait for the end of an ssh whose channel was closed: the agent there ends with its input. After
 * 5 s it is ended.
 */
void ovr_ssh_stop(pid_t pid);
