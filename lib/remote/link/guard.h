/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Who may connect: answers libzmq's questions about keys (ZAP, ZeroMQ's RFC 27). Private to this
 * module.
 */
#pragma once

#include "keys/authorized.h"

/** Zeroed memory asks nobody, and lets nobody in. */
struct ovr_guard {
	void *socket; /**< NULL: there are no keys */
	const struct ovr_authorized *authorized;
	void (*refused)(void *refused_context, const char *sentence);
	void *refused_context;
};

/** From here on each caller of @p context needs a key of the list. @return 0; negative errno */
int ovr_guard_open(struct ovr_guard *guard, void *context, const struct ovr_authorized *authorized,
	void (*refused)(void *refused_context, const char *sentence), void *refused_context);

/** Answer what was asked. Never waits. */
void ovr_guard_answer(struct ovr_guard *guard);

void ovr_guard_close(struct ovr_guard *guard);
