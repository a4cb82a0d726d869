/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Agents of a traced path: the one at its far end, which sends probes back and lists them, and
 * those of hosts on the way, which read what their kernels lose meanwhile.
 *
 *     open → watch → (trace, and listen once in a while) → seen → close
 *
 * An agent that is lost while the path is traced is no failure: what it would have told is unknown.
 * Control thread.
 */
#pragma once

#include "caller/ends.h"
#include "path/arrivals.h"
#include "report/path_places.h"

/** Most hosts on the way. */
#define OVR_ON_PATH_HOPS_MAX 16

/** What is asked of whom. Lent. */
struct ovr_on_path_conf {
	const char *hosts; /**< file of hosts; "": the one in the folder of keys */
	const char *far;   /**< its agent's host, without `host:`; NULL: nobody is asked to reflect */
	const char *hop[OVR_ON_PATH_HOPS_MAX]; /**< likewise; the far host may be one of them */
	uint32_t n_hops;
};

/** An agent, and what it said. */
struct ovr_on_path_agent {
	struct ovr_end_place *place; /**< in the ends below */
	bool is_far, is_hop;
	struct ovr_message watching;           /**< with its addresses */
	struct ovr_message seen;               /**< of type OVR_MESSAGE_SEEN once it came */
	char gone[OVR_MESSAGE_SENTENCE_BYTES]; /**< why it is lost, a clause; "": it is there */
};

/** All of them; the far one comes first. Zeroed memory has none. */
struct ovr_on_path {
	struct ovr_ends ends;
	struct ovr_on_path_agent agent[OVR_ON_PATH_HOPS_MAX + 1];
	uint32_t n;
};

/**
 * Connect to them, and say hello.
 * @return 0; what ovr_ends_reach() returns; -EINVAL: a host twice, or no host's name; -EPROTO,
 * -EPIPE and others with what an agent said. Then none is connected
 */
int ovr_on_path_open(const struct ovr_on_path_conf *conf, struct ovr_on_path *on_path, struct ovr_err *err);

/**
 * The address at which a host is reached, as the far end of a path.
 * @return 0; -ENOENT: only ssh knows it
 */
int ovr_on_path_far_address(
	const struct ovr_on_path *on_path, char *ret_address, size_t size, struct ovr_err *err);

/**
 * Begin: from now on the far end answers, and hosts on the way have read their counters.
 * @param reflect ADDRESS:PORT for the far end; port 0: any free one
 * @param key of the probes
 * @param pps probes a second to the far end
 * @return 0; negative errno and what an agent said
 */
int ovr_on_path_watch(
	struct ovr_on_path *on_path, const char *reflect, uint32_t key, uint64_t pps, struct ovr_err *err);

/** Take signs of life, which are not to pile up. Does not wait. */
void ovr_on_path_listen(struct ovr_on_path *on_path);

/** End it, and take what the agents have seen. */
void ovr_on_path_seen(struct ovr_on_path *on_path);

/** Close all, and free what they said. */
void ovr_on_path_close(struct ovr_on_path *on_path);
