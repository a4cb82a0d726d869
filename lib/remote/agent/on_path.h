/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What an agent does while its caller traces a path: at the far end it sends probes back and lists
 * them, on a host of the way it reads what the kernel loses, before and after.
 *
 * The reflector has a thread of its own, with all signals blocked. Everything else is of the
 * control thread.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "kernel/live.h"
#include "message/message.h"
#include "plan/listen.h"
#include "probe/reflect.h"

/** A path that is traced. Zeroed: none is. */
struct ovr_agent_on_path {
	struct ovr_reflector *reflector; /**< NULL: nothing is reflected */
	pthread_t thread;
	bool has_thread;
	atomic_bool stop;
	struct ovr_reflected reflected; /**< the thread's until it has ended */
	struct ovr_kernel_live live;
	bool has_places;
};

/**
 * Begin what the caller asks for, within limits that are checked already.
 * @param where of the reflector; ip_version 0: none
 * @param[out] ret_watching the answer, whose content ovr_message_done() frees; untouched on failure
 * @return 0; negative errno with a sentence, and nothing has begun
 */
int ovr_agent_on_path_begin(struct ovr_agent_on_path *on_path, const struct ovr_message *path,
	const struct ovr_listen *where, struct ovr_message *ret_watching, struct ovr_err *err);

/**
 * End it, and tell what was seen.
 * @param[out] ret_seen the answer, whose content ovr_message_done() frees; untouched on failure
 * @return 0; negative errno with a sentence. Nothing goes on in either case
 */
int ovr_agent_on_path_end(
	struct ovr_agent_on_path *on_path, struct ovr_message *ret_seen, struct ovr_err *err);

/** End it without an answer. */
void ovr_agent_on_path_drop(struct ovr_agent_on_path *on_path);
