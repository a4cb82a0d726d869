/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Counters of interfaces of other machines, asked of their agents again and again: without a plan,
 * a frame or a session, beside whatever an agent does.
 *
 * Control thread.
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

#include "report/interface.h"

/** Most machines of one observer. */
#define OVR_OBSERVE_HOSTS_MAX 64

/** Who asks. */
struct ovr_observe;

/**
 * Reach the agents.
 * @param host @p n names as in `host:NAME/…`, 1 … OVR_OBSERVE_HOSTS_MAX, none twice
 * @param hosts the file of hosts; "": the usual one
 * @param stop set by a signal handler: do not wait any longer; lent
 * @param[out] ret_observe the caller calls ovr_observe_close()
 * @return 0; -EINTR: stop; what ovr_ends_reach() and ovr_conduct_greet() return; -ENOMEM
 */
int ovr_observe_open(const char *const *host, uint32_t n, const char *hosts, const atomic_bool *stop,
	struct ovr_observe **ret_observe, struct ovr_err *err);

/**
 * Read an interface.
 * @param host its number in the list
 * @param name "eth1"
 * @param[out] ret_interface the caller calls ovr_interface_done(). Untouched on failure
 * @return 0; -EINTR: stop; negative errno and what the agent said
 */
int ovr_observe_read(struct ovr_observe *observe, uint32_t host, const char *name,
	struct ovr_interface *ret_interface, struct ovr_err *err);

/** Take leave of the agents. NULL is allowed. */
void ovr_observe_close(struct ovr_observe *observe);
