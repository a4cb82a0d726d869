/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Holds the agents of a job: a connection to each, for as long as the job lasts. An agent whose
 * connection is gone ends, whether the job was over or its first host was lost.
 *
 * Control thread.
 */
#pragma once

#include "keys/hosts.h"
#include "link/link.h"

struct ovr_hold;

/** How long an agent may take to answer. */
#define OVR_HOLD_WAIT_MS 30000

/**
 * Connect to all of them, and wait until each has answered.
 * @param keys of the caller, whom they know
 * @param host @p n of them; copied
 * @param[out] ret_hold ovr_hold_release() ends it
 * @return 0; -EPIPE, -ETIMEDOUT: one is not reached, and the sentence names it; -EPROTO: it has
 *         another version; what ovr_channel_connect() returns. Then none is held
 */
int ovr_hold_take(const struct ovr_keys *keys, const struct ovr_host *host, uint32_t n,
	struct ovr_hold **ret_hold, struct ovr_err *err);

/**
 * Look for an agent that is gone, without waiting. Each is told of once.
 * @param[out] ret_why "2 (10.0.0.2:40231): the connection is lost"
 * @return whether there is one
 */
bool ovr_hold_lost(struct ovr_hold *hold, char *ret_why, size_t size);

/** Let go of all: they end. NULL is allowed. */
void ovr_hold_release(struct ovr_hold *hold);
