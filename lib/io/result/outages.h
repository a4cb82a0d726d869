/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Times in which a link was down, to the resolution of the polls of its state.
 *
 * A poll reads whether the link is up and, where the kernel counts it, how often it came or went,
 * so that outages between two polls are counted as well. The length of an outage is known to within
 * the time between polls. It lasted at least from the first poll that found the link down to the
 * last one, and at most from the last poll before it to the first one after it.
 *
 * Bounded: the first OVR_OUTAGES_MAX − 1 and the latest are kept, all are counted. Pure; nothing is
 * allocated.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Outages that are kept. */
#define OVR_OUTAGES_MAX 64

/** One outage. Times since the epoch. */
struct ovr_outage {
	char port[48];          /**< "netdev:eth0" */
	uint64_t up_until_ns;   /**< the last look before it: the link was up then, or came up after it */
	bool was_seen;          /**< a look found it; false: it went and came back between two looks */
	uint64_t down_from_ns;  /**< if so, the first one that did … */
	uint64_t down_until_ns; /**< … and the last one */
	bool is_over;           /**< a later look found that the link had come up */
	uint64_t up_again_ns;   /**< if so, the first one that did */
};

/** A port's link as the last look found it. The module's. */
struct ovr_outages_port {
	bool is_up;
	uint32_t changes;
	uint64_t looked_at_ns;
	uint32_t open; /**< 1 + the place of its outage while it is down; 0: it is up, or never was */
};

/** The outages of two ports. Zeroed memory is none. Plain data. */
struct ovr_outages {
	struct ovr_outage outage[OVR_OUTAGES_MAX];
	uint32_t n_kept;
	uint64_t n; /**< all */
	struct ovr_outages_port port[2];
};

/** How a look found a link. */
struct ovr_outages_look {
	bool is_up;
	uint32_t changes; /**< how often it came or went; 0 where nobody counts */
};

/** The first look at a port's link. @param port 0 or 1 */
void ovr_outages_begin(
	struct ovr_outages *outages, unsigned int port, const struct ovr_outages_look *look, uint64_t now_ns);

/**
 * A further look.
 * @param label of the port
 * @return whether the link is down, or was since the last look
 */
bool ovr_outages_look(struct ovr_outages *outages, unsigned int port, const char *label,
	const struct ovr_outages_look *look, uint64_t now_ns);

/** @return how long it lasted at least */
uint64_t ovr_outage_at_least_ns(const struct ovr_outage *outage);

/** @return how long it lasted at most; UINT64_MAX: it is not over */
uint64_t ovr_outage_at_most_ns(const struct ovr_outage *outage);
