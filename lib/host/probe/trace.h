/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Rounds of probes to every hop of a path.
 *
 * First the distance of the destination is found, four hops at a time. Each round then sends a
 * probe to each hop of each flow, evenly over the round and in an order of its own: in a fixed
 * order, a periodic loss hits the same probe again and again. At the end, where it was asked for,
 * probes that may not be fragmented find the MTU. Every probe is in the books.
 *
 * A flow whose answers do not say which probe they are of (UDP, and a router that quotes 8 bytes)
 * sends on only when its last probe was answered or given up, as TCP always does. Probes that were
 * under way when this was found are not counted. One thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "path/mtu.h"
#include "path/path.h"
#include "probe/probe.h"

#define OVR_TRACE_ADDRESSES_MAX 1024

struct ovr_trace;

/** How a path is traced. */
struct ovr_trace_conf {
	struct ovr_probe_conf probe;
	uint64_t interval_ns; /**< of a round: each hop gets a probe per flow */
	uint64_t wait_ns;     /**< for an answer, at the end and of what sends one at a time */
	uint64_t count;       /**< rounds; 0: until the program is asked to stop */
	uint64_t seed;        /**< of the orders */
	uint8_t ttl_max;      /**< hops at most, up to OVR_PATH_TTL_MAX */
	bool find_mtu;        /**< not with TCP */
	void (*on_round)(void *context, const struct ovr_trace *trace); /**< NULL: nobody looks on */
	void *context;
};

/** What came of it. Plain data but for the lists. */
struct ovr_trace {
	struct ovr_path_probe *probe; /**< in the order of sending */
	uint32_t n_probes, capacity;
	char address[OVR_TRACE_ADDRESSES_MAX][INET6_ADDRSTRLEN]; /**< by the numbers of probes; 0: "" */
	uint16_t n_addresses;
	uint64_t rounds;
	uint16_t source[OVR_PATH_FLOWS_MAX]; /**< port, of ICMP the identifier */
	uint64_t unsent;                     /**< probes that the own host did not send */
	int unsent_error;                    /**< why, of the latest one: -errno; 0: all were sent */
	uint64_t uncounted;                  /**< probes whose answers could not be told apart */
	uint64_t crowded;                    /**< times that answers may have been dropped by the own host */
	uint64_t duplicates;                 /**< answers beyond the first one of a probe */
	uint64_t back_duplicates;            /**< of them, that were copied on the way back */
	uint64_t back_reordered; /**< answers of a reflector after one that it sent later; not of copies */
	uint64_t search_sent, search_missing; /**< probes that looked for the distance, in no row */
	bool is_one_at_a_time; /**< a flow sends on only when its last probe is answered or given up */
	struct ovr_path_mtu mtu;
};

/**
 * Trace a path. Ends early when the program is asked to stop: what was found counts.
 * @param[out] trace zeroed; ovr_trace_done() frees it, after failure too
 * @return 0; as ovr_probe_open(); -ENOMEM; the errno of sending, if the own host has sent none
 */
int ovr_trace_run(const struct ovr_trace_conf *conf, struct ovr_trace *trace, struct ovr_err *err);

/** Free the lists. */
void ovr_trace_done(struct ovr_trace *trace);
