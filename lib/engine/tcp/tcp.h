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

#include "base/err.h"
#include "plan/plan.h"
#include "result/tcp.h"

/**
 * Carry out a trial.
 * @param plan frozen, with tcp ports; for this call
 * @param stop set by a signal handler to stop early: the result says so. May be NULL
 * @param[out] ret_result closed; the caller's, for ovr_result_tcp_done(), also after a failure
 * @return 0; -EPERM: a namespace cannot be entered; -ENOENT; -EADDRINUSE and others of socket(2)
 */
int ovr_tcp_run(const struct ovr_plan *plan, const atomic_bool *stop, struct ovr_result_tcp *ret_result,
	struct ovr_err *err);
