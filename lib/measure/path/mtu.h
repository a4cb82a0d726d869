/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The MTU of a path, and where on it a larger packet ends. Pure; plain data.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** What probes that may not be fragmented have shown. */
enum ovr_path_mtu_state {
	OVR_PATH_MTU_UNKNOWN,    /**< not asked for, or nothing was shown: too few answers */
	OVR_PATH_MTU_OWN,        /**< the own interface's MTU passes */
	OVR_PATH_MTU_TOLD,       /**< a router has told of a smaller one, and that one passes */
	OVR_PATH_MTU_BLACK_HOLE, /**< larger packets are missing, and nobody tells */
	OVR_PATH_MTU_STATES,
};

/** Sizes are of IP packets. */
struct ovr_path_mtu {
	enum ovr_path_mtu_state state;
	uint32_t own_bytes;    /**< MTU of the interface that probes leave by */
	uint32_t passes_bytes; /**< the largest size that was answered; 0: none */
	uint32_t fails_bytes;  /**< the smallest one that was not; 0: none */
	uint16_t told_by;      /**< address of the router that told of the last step; 0: none did */
	uint16_t told_ttl;     /**< its hop; 0: it is none of the hops that answer */
	/** BLACK_HOLE: the last hop that a packet of fails_bytes reached; 0: the own host */
	uint16_t reached_ttl;
	uint64_t sent, missing; /**< probes, of any size; they are not in the hops' rows */
};

/** Sizes of a pass of the search. */
#define OVR_PATH_MTU_SIZES 12

/**
 * Sizes to try next, between what passes and what fails.
 * @return how many; 0: they are next to each other
 */
uint32_t ovr_path_mtu_sizes(const struct ovr_path_mtu *mtu, uint32_t ret_bytes[OVR_PATH_MTU_SIZES]);

/**
 * How many missing answers in a row show that a size does not pass, where smaller probes miss some
 * too: by chance they would be once in a thousand.
 * @param missing_ratio of smaller ones, at most
 * @return 3 or more; 0: more than OVR_PATH_MTU_TRIES
 */
uint32_t ovr_path_mtu_tries(double missing_ratio);

#define OVR_PATH_MTU_TRIES 20

/** @return "unknown", "own", "told", "black hole" */
const char *ovr_path_mtu_state_name(enum ovr_path_mtu_state state);
