/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Answers that an agent and an end process give alike: who they are, and what time it is.
 *
 * Any thread.
 */
#pragma once

#include <stdint.h>

#include "link/channel.h"

/** @return ns of CLOCK_MONOTONIC, the clock that all times of a session are on */
uint64_t ovr_end_now_ns(void);

/** Fill in a hello of this host and of this program. */
void ovr_end_hello_fill(struct ovr_message *ret_hello);

/**
 * @param hello of the other side
 * @return 0; -EPROTO: it speaks another protocol, or its frames are laid out differently
 */
int ovr_end_hello_check(const struct ovr_message *hello, struct ovr_err *err);

/**
 * Answer a question for the time.
 * @param heard_ns when it was received
 * @return what ovr_channel_send() returns
 */
int ovr_end_clock_answer(struct ovr_channel *channel, const struct ovr_message *question, uint64_t heard_ns,
	struct ovr_err *err);

/** Send an error. @return what ovr_channel_send() returns */
int ovr_end_error_send(struct ovr_channel *channel, const char *text, bool is_final, struct ovr_err *err);
