/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * One trial over TCP connections of this host's own stack, from its plan to its result.
 *
 *     listen → connect → write records, and read them → drain → read both ends and the counters
 *
 * Sender and receiver are a thread each, the caller is the control thread. Both ends are sockets of
 * this process, each in its network namespace. No device of DPDK takes part, and EAL need not run.
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "plan/plan.h"
#include "result/tcp.h"

/** What is seen of the first connection while it sends. Counts beyond the kernel's are 0. */
struct ovr_tcp_watch {
	uint64_t omit_ns;    /**< in: from its beginning nothing is counted for so long */
	uint64_t counted_ns; /**< behind that, until sending ended; 0: it ended before */
	uint64_t end_ns;     /**< CLOCK_MONOTONIC, when it ended */
	uint64_t bytes;      /**< that the receiver read meanwhile, of all connections */
	/* TCP_INFO, every 10 ms meanwhile */
	uint64_t n_samples;
	double rtt_sum_us; /**< of the smoothed round-trip times */
	/* TCP_INFO after the drain, of the whole connection */
	uint64_t rtt_min_us;
	uint64_t segments_sent, retransmitted;
	uint64_t dsacks;    /**< D-SACKs that came */
	uint64_t reordered; /**< how often reordering was recognised */
};

/**
 * Carry out a trial.
 * @param plan frozen, with tcp ports; for this call
 * @param stop set by a signal handler to stop early: the result says so. May be NULL
 * @param watch filled in meanwhile; NULL: nobody looks
 * @param[out] ret_result closed; the caller's, for ovr_result_tcp_done(), also after a failure
 * @return 0; -EPERM: a namespace cannot be entered; -ENOENT; -EADDRINUSE and others of socket(2)
 */
int ovr_tcp_run(const struct ovr_plan *plan, const atomic_bool *stop, struct ovr_tcp_watch *watch,
	struct ovr_result_tcp *ret_result, struct ovr_err *err);
