/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A channel over stdin and stdout, as ssh connects them with another host.
 *
 * A channel is one socket; a thread carries bytes between it and the two. It ends with either side.
 */
#pragma once

#include <pthread.h>

#include "link/channel.h"

/** The channel, and what carries it. */
struct app_stdio {
	struct ovr_channel *channel;
	int fd; /* the thread's end of the socket pair */
	pthread_t thread;
};

/**
 * @param[out] ret_stdio lives as long as the program
 * @return 0; -errno, and nothing is open
 */
int app_stdio_open(struct app_stdio *ret_stdio, struct ovr_err *err);

/** Close, and let out what was sent, for a second at most. */
void app_stdio_close(struct app_stdio *stdio);
