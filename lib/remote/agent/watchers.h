/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Callers that watch interfaces of this host: they ask for counters and for nothing else, beside
 * the session of another caller and without one of their own.
 *
 *     hello with watches → interface … → close
 *
 * Control thread.
 */
#pragma once

#include <stdbool.h>

#include "agent/limits.h"
#include "link/channel.h"

/** Most of them at a time. */
#define OVR_AGENT_WATCHERS_MAX 8

/** The callers that watch. Zeroed but for what the agent fills in. */
struct ovr_agent_watchers {
	/* filled in by the agent, lent */
	const struct ovr_agent_limits *limits;
	void (*log)(void *context, const char *line); /**< told a line of each that comes and leaves */
	void *context;
	/* who is there */
	struct ovr_channel *channel[OVR_AGENT_WATCHERS_MAX];
	uint32_t n;
};

/**
 * Take in a caller, or refuse it with a sentence.
 * @param channel taken over
 * @param hello what it said
 */
void ovr_agent_watchers_add(
	struct ovr_agent_watchers *watchers, struct ovr_channel *channel, const struct ovr_message *hello);

/** Answer one message of each that has said something, so that none of them holds up a session. */
void ovr_agent_watchers_hear(struct ovr_agent_watchers *watchers);

/** Refuse all of them. @param why a sentence */
void ovr_agent_watchers_end(struct ovr_agent_watchers *watchers, const char *why);
