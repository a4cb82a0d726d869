/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Flows of this kernel's TCP, one after the other, beside what is predicted for them.
 *
 * They go through a lab: two hosts and a hop between them (atlas/lab.h), which needs root, or over
 * a path that is there. The lab is in the journal before it is made, and removed at the end.
 *
 *     for each --rtt and --cc: hop up → counters → flow → counters → hop down → prediction
 *
 * Control thread.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cable/draw.h"
#include "plan/wire_conf.h"
#include "result/tcp_impact.h"

/** Segments that a lab carries: of an MTU of 9000. Bytes of payload. */
#define OVR_FLOWS_MSS_MAX 8948u
/** Longest round-trip time of a lab: a hop delays by a second at most, each way. */
#define OVR_FLOWS_RTT_MAX_NS UINT64_C(2000000000)
/** Times that are accepted for a flow. */
#define OVR_FLOWS_TIME_MIN_NS UINT64_C(100000000)
#define OVR_FLOWS_TIME_MAX_NS UINT64_C(3600000000000)

/** What is asked. Texts are the caller's. */
struct ovr_flows_conf {
	uint64_t time_ns;    /**< that is counted of each flow, behind slow start */
	const char *tx, *rx; /**< tcp: ports of a path that is there; both NULL: a lab */
	/* of the lab */
	struct ovr_wire_conf line;      /**< what the hop does to data, half the round trip aside */
	const char *keys;               /**< the same as text; "": nothing */
	struct ovr_cable_replay replay; /**< besides: losses of the result */
	uint64_t seed;
	/** called before each flow; NULL: nobody listens */
	void (*say)(uint32_t number, uint32_t n, const struct ovr_tcp_flow *flow, uint64_t time_ns);
};

/**
 * Measure.
 * @param impact answered, and not unknown; gets the flows. Those that cannot be measured say why
 * @param stop set by a signal handler to stop early
 * @return 0; -EINTR: stopped; -EPERM, -EOPNOTSUPP: no lab can be made here; -EINVAL: ports that are
 * none of TCP, or have more than one connection, or say which congestion control; -ENOMEM; -errno
 */
int ovr_flows_measure(const struct ovr_flows_conf *conf, struct ovr_tcp_impact *impact,
	const atomic_bool *stop, struct ovr_err *err);
