/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * An end process: it carries out the half of a trial, or both halves, for another process that
 * conducts it by messages.
 *
 *     hello → expect → (EAL starts) → expected → [plan → (ports open, workers made) → prepared →
 *     armed → start → heartbeats → sent → half]… → close → (ports close) → closed
 *
 * EAL starts once, for all plans that are expected. Ports stay open from plan to plan. The engine
 * runs on the calling thread, and hears and says what there is between its ticks, so nothing else
 * uses the channel. When the other side is gone, sending stops at once and everything is undone.
 *
 * Control thread.
 */
#pragma once

#include <stdatomic.h>

#include "link/channel.h"

/**
 * Serve a session to its end.
 * @param channel stays the caller's
 * @param stop set by a signal handler: the session ends; also what ovr_wait_stop_by() was given
 * @return 0: it was closed; -EPIPE: the other side is gone; -EINTR: a signal; else what it could
 * not do. Ports are closed and EAL is stopped in any case
 */
int ovr_end_serve(struct ovr_channel *channel, const atomic_bool *stop, struct ovr_err *err);
