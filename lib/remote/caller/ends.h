/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The ends that a plan has, and how each of them is reached: a process of this machine, the agent
 * of a host that the file of hosts names, an agent at an address, or one that ssh starts.
 *
 * Control thread.
 */
#pragma once

#include "caller/conduct.h"
#include "caller/control.h"
#include "end/spawn.h"
#include "keys/hosts.h"
#include "link/link.h"
#include "plan/senders.h"

/** Senders, and as many receivers. */
#define OVR_ENDS_MAX OVR_CONDUCT_ENDS_MAX

/** Where one end is. */
struct ovr_end_place {
	enum ovr_message_role role;
	uint32_t number;                      /**< of the sender or receiver, from 0 */
	uint32_t receiver;                    /**< place of the receiver of its frames; of that its own */
	char host[OVR_PORT_HOST_BYTES];       /**< "": this machine */
	char name[OVR_PORT_HOST_BYTES + 8];   /**< for sentences: "host rack-b", "this host" */
	char address[OVR_HOST_ADDRESS_BYTES]; /**< HOST[:PORT] of its agent, once reached; "": ssh's */
	struct ovr_end process;               /**< of this machine */
	pid_t ssh;                            /**< that leads to another machine; 0: none does */
	struct ovr_channel *channel;          /**< NULL: not reached yet */
};

/** The ends of a plan; receivers come first, in their order. Zeroed memory has none. */
struct ovr_ends {
	struct ovr_end_place place[OVR_ENDS_MAX];
	uint32_t n, n_receivers; /**< in all, and of these receivers */
	struct ovr_link *link;   /**< NULL: no end is on the network */
	char *control; /**< the ways to other machines that are known, with commas between; NULL: none */
};

/**
 * Which ends a plan has: one for both its ports where it has two of one machine; one for each else.
 * @param plan frozen
 * @return 0; -EINVAL: an agent would have to be two ends
 */
int ovr_ends_of(const struct ovr_plan_ports *ports, struct ovr_ends *ret_ends, struct ovr_err *err);

/**
 * Add the agent of another machine, which is no end of a trial.
 * @param host its name, without `host:`
 * @param[out] ret_place in the list
 * @return 0; -EINVAL: no name of a machine; -E2BIG
 */
int ovr_ends_add(
	struct ovr_ends *ends, const char *host, struct ovr_end_place **ret_place, struct ovr_err *err);

/**
 * Reach all of them: start local ends, connect to agents.
 * @param hosts the file of hosts; "": the one in the folder of keys
 * @return 0; -ENOENT: a name that the file does not have, or no file; what ovr_hosts_load(),
 *   ovr_keys_load(), ovr_channel_connect() and ovr_end_start() return. Then none is reached
 */
int ovr_ends_reach(struct ovr_ends *ends, const char *hosts, struct ovr_err *err);

/**
 * Close all channels, and end what was started here.
 * @return whether local ends ended by themselves
 */
bool ovr_ends_leave(struct ovr_ends *ends);
