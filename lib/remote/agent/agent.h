/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What a host does for a caller: a session at a time, within limits, and nothing left of it.
 *
 *     caller ⇄ agent ⇄ end process (end/spawn.h), which opens the ports
 *
 * Callers that only watch counters are answered beside the session (agent/watchers.h).
 *
 * The agent has no EAL. It answers hello and clock, checks each plan against its limits
 * (agent/limits.h), hands everything else on, and beats once a second in its own name. Whatever
 * ends a session (the caller closes it or is gone, the end process died, this process was stopped
 * for seconds) leads to idle through restoring: the end process undoes its changes, and what it
 * could not undo is recovered from its journal. Control thread.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

#include "agent/kept.h"
#include "agent/limits.h"
#include "link/link.h"

/** How an agent works. Plain data, lent. */
struct ovr_agent_conf {
	struct ovr_agent_limits limits;
	struct ovr_agent_kept kept;    /**< from ovr_agent_kept_open() */
	struct ovr_listener *listener; /**< where callers come from; NULL: channel is the caller */
	struct ovr_channel *channel;   /**< the one caller, where there is no listener; stays the caller's */
	bool is_once;                  /**< end after the first session */
	bool is_held;                  /**< serve only as long as a job's first host holds the connection */
	const char *end_program;       /**< see ovr_end_conf; NULL: the program that runs */
	/** told a line of each session and of each refusal */
	void (*log)(void *context, const char *line);
	void *context;
	const atomic_bool *stop; /**< set by a signal handler: end the session, restore, and return */
};

/** An agent of a job that nobody holds after this time is over. */
#define OVR_AGENT_HELD_MS 60000

/**
 * Serve callers until it is asked to stop, the one session is over, or the job that holds it is.
 * @return 0; negative errno: callers can no longer be heard
 */
int ovr_agent_run(const struct ovr_agent_conf *conf, struct ovr_err *err);
