/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A flow of this kernel's TCP, measured beside what is predicted for it. Plain data; the list of
 * impairment events is owned by it.
 *
 * Real numbers that are not known are NAN, counts UINT64_MAX.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cable/cable.h"
#include "result/hop.h"
#include "result/tcp_impact.h"

/** Counters of the sender's network namespace (/proc/net/netstat, /proc/net/snmp). */
enum ovr_tcp_flow_counter {
	OVR_TCP_FLOW_RETRANSMITTED, /**< segments sent again, by whatever means */
	OVR_TCP_FLOW_TIMEOUTS,      /**< retransmission timers that expired */
	OVR_TCP_FLOW_FAST,          /**< segments of fast retransmit and fast recovery */
	OVR_TCP_FLOW_SLOW_START,    /**< segments sent again after a time-out */
	OVR_TCP_FLOW_LOST_AGAIN,    /**< segments sent again that were lost, too */
	OVR_TCP_FLOW_PROBES,        /**< tail loss probes (RFC 8985) */
	OVR_TCP_FLOW_PROBES_WORKED, /**< of them: repaired a loss */
	OVR_TCP_FLOW_SACK,          /**< recoveries with SACK */
	OVR_TCP_FLOW_RENO,          /**< recoveries without */
	OVR_TCP_FLOW_DSACK,         /**< D-SACKs that came: a segment had arrived twice */
	OVR_TCP_FLOW_SPURIOUS_RTO,  /**< time-outs that F-RTO recognised as needless (RFC 5682) */
	OVR_TCP_FLOW_FULL_UNDO,     /**< reductions undone, as all was sent again in vain, … */
	OVR_TCP_FLOW_PARTIAL_UNDO,  /**< … as some of it was */
	OVR_TCP_FLOW_DSACK_UNDO,    /**< … by D-SACKs */
	OVR_TCP_FLOW_LOSS_UNDO,     /**< … after a time-out */
	OVR_TCP_FLOW_SACK_REORDER,  /**< reordering recognised by SACK, … */
	OVR_TCP_FLOW_RENO_REORDER,  /**< … by duplicate ACKs */
	OVR_TCP_FLOW_TS_REORDER,    /**< … by timestamps */
	OVR_TCP_FLOW_COUNTERS,
};

/** The flow. */
struct ovr_tcp_flow {
	enum ovr_tcp_impact_cc cc;
	uint64_t rtt_asked_ns;            /**< of the hop's delays together; 0: the path's own */
	char unknown[OVR_ERR_TEXT_BYTES]; /**< why it was not measured; "": it was */
	/* what was measured */
	uint64_t omitted_ns; /**< slow start, which rate and round trip leave out */
	uint64_t counted_ns; /**< of the rate, behind it */
	uint64_t bytes;      /**< payload that was read meanwhile */
	double bps;
	double rtt_mean_ns; /**< smoothed round-trip times of the sender meanwhile */
	uint64_t rtt_min_ns;
	/* of the whole flow: TCP_INFO of the sender, and the counters of its namespace */
	uint64_t segments_sent, retransmitted;
	uint64_t dsacks;    /**< tcpi_dsack_dups */
	uint64_t reordered; /**< tcpi_reord_seen */
	uint64_t counter[OVR_TCP_FLOW_COUNTERS];
	/* what is predicted at the mean round-trip time that was measured */
	double predicted_bps, low_bps, high_bps;
	double ratio; /**< measured by predicted rate */
	double predicted_timeouts;
	/* the hop on its way; of a path that was there nothing is known of it */
	bool has_hop;
	struct ovr_result_hop_way hop; /**< of the data */
	uint64_t events;               /**< loss events of the counted time, by the hop's list */
	uint64_t events_whole;         /**< of the whole flow */
};

/** @return "TcpExt:TCPTimeouts" */
const char *ovr_tcp_flow_counter_name(enum ovr_tcp_flow_counter counter);

/** @return a flow of which nothing is known */
struct ovr_tcp_flow ovr_tcp_flow_unmeasured(enum ovr_tcp_impact_cc cc, uint64_t rtt_asked_ns);

/**
 * Take what the hop did, its list of events copied.
 * @return 0; -ENOMEM
 */
int ovr_tcp_flow_take_hop(
	struct ovr_tcp_flow *flow, const struct ovr_result_hop_way *way, struct ovr_err *err);

/**
 * Calculate the rate and put the prediction beside it: the flow that is alone (tcp_model/events.h),
 * at the round-trip time that was measured. Loss events are counted in the hop's list: drops
 * further apart than that time from the first of them.
 * @param impact of the result, answered
 * @param end_ns when the counted time ended, since the hop began
 * @return 0; -ENOMEM
 */
int ovr_tcp_flow_close(
	struct ovr_tcp_flow *flow, const struct ovr_tcp_impact *impact, uint64_t end_ns, struct ovr_err *err);

/** @return how often the sender undid a reduction; UINT64_MAX: unknown */
uint64_t ovr_tcp_flow_undone(const struct ovr_tcp_flow *flow);

/** @return how often it recognised reordering; UINT64_MAX: unknown */
uint64_t ovr_tcp_flow_reordering(const struct ovr_tcp_flow *flow);

/** Free the list. */
void ovr_tcp_flow_done(struct ovr_tcp_flow *flow);
