/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What the losses of a trial mean for TCP: the answer of `overrun tcp`. Plain data; the lists of
 * losses and of measured flows are owned by it.
 *
 * Real numbers that are not known are NAN.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "tcp_model/events.h"

/** Round-trip times at most. */
#define OVR_TCP_IMPACT_RTTS_MAX 8
/** Segment size that is assumed: of an MTU of 1500 with timestamps. Bytes. */
#define OVR_TCP_IMPACT_MSS     1448u
#define OVR_TCP_IMPACT_MSS_MIN 88u
#define OVR_TCP_IMPACT_MSS_MAX 65483u
/** Round-trip times that are accepted. */
#define OVR_TCP_IMPACT_RTT_MIN_NS UINT64_C(1000)
#define OVR_TCP_IMPACT_RTT_MAX_NS UINT64_C(60000000000)
/** By how much flows were off the prediction in trials, either way. */
#define OVR_TCP_IMPACT_SPREAD 0.3

struct ovr_tcp_flow;

/** Congestion control. */
enum ovr_tcp_impact_cc {
	OVR_TCP_IMPACT_CUBIC,
	OVR_TCP_IMPACT_RENO,
	OVR_TCP_IMPACT_BBR, /**< no formula gives its rate */
	OVR_TCP_IMPACT_CCS,
};

/** What is asked. */
struct ovr_tcp_impact_question {
	uint64_t rtt_ns[OVR_TCP_IMPACT_RTTS_MAX];
	uint32_t n_rtts;
	uint32_t mss;                  /**< payload of a segment, bytes */
	bool asks[OVR_TCP_IMPACT_CCS]; /**< algorithms that are listed */
};

/** Frames lost in a row, in order of start_ns. */
struct ovr_tcp_impact_loss {
	uint64_t start_ns, end_ns; /**< when the frames before and after them were sent */
	uint64_t frames;
	uint64_t first_frame; /**< of the trial's frames in their order; exact with one stream */
};

/** What was measured. */
struct ovr_tcp_impact_measured {
	uint64_t sent, lost;
	uint64_t duration_ns;
	uint64_t line_bps;  /**< 0: unknown */
	uint64_t n_periods; /**< loss periods, also those that are not in the list */
	struct ovr_tcp_impact_loss *loss;
	uint32_t n_losses, capacity;
	uint64_t unique, duplicate, reordered;
	uint64_t three_reordered; /**< arrivals that three later frames overtook: three duplicate ACKs */
	uint64_t extent_max;
	uint64_t late_time_max_ns;
	double latency_min_ns, latency_mean_ns; /**< of one direction */
};

/** The rate of a flow with one algorithm, payload. */
struct ovr_tcp_impact_rate {
	enum ovr_tcp_impact_cc cc;
	double bps;
	double low_bps, high_bps; /**< by the count of events and the spread; high NAN: no bound is known */
};

/** A flow, by one reading of the losses. */
struct ovr_tcp_impact_flow {
	enum ovr_tcp_model_reading reading;
	double events; /**< counted or expected in the trial */
	double events_per_s;
	double p, p_low, p_high;                /**< events by segments; low and high: Poisson, 95 % */
	double lost_each;                       /**< segments lost in an event */
	double window_segments;                 /**< mean window */
	bool is_line_limited;                   /**< the line is reached before loss limits the flow */
	double mathis_bps, pftk_bps, cubic_bps; /**< each formula alone at p, outages aside */
	struct ovr_tcp_impact_rate rate[OVR_TCP_IMPACT_CCS];
	uint32_t n_rates;
	double fast_ratio, rto_ratio; /**< of events, with SACK */
	double fast_without_sack_ratio, rto_without_sack_ratio;
	double spurious_per_s; /**< needless fast retransmits by reordering, at most */
	double mistaken_bps;   /**< CUBIC of a sender that takes these for losses */
};

/** All that depends on a round-trip time. */
struct ovr_tcp_impact_rtt {
	uint64_t rtt_ns;
	uint64_t rto_linux_ns, rto_rfc_ns; /**< first time-outs */
	uint64_t n_outages;                /**< loss periods that last as long as a time-out of Linux */
	uint64_t stalled_linux_ns, stalled_rfc_ns; /**< in which flows stand for them */
	double buffer_delay_ratio; /**< RFC 6349: mean latency above the least one, by the RTT */
	double window_bytes;       /**< that fills the line; NAN: line unknown */
	struct ovr_tcp_impact_flow flow[OVR_TCP_MODEL_READINGS];
};

/** The answer. */
struct ovr_tcp_impact {
	char file[256];        /**< the result's, as it was named */
	char tx[160], rx[160]; /**< its ports */
	/** why nothing can be said: all figures below are unknown. "": they are known */
	char unknown[OVR_ERR_TEXT_BYTES];
	struct ovr_tcp_impact_question question;
	struct ovr_tcp_impact_measured measured;
	/**
	 * nothing was lost, or not all loss periods are listed: p_high and low_bps are bounds, the
	 * rest of flows is unknown
	 */
	bool is_bound;
	double efficiency_ratio; /**< RFC 6349 */
	double tail_ratio;       /**< of transfers: those that lose one of their last three segments */
	double line_payload_bps; /**< that the line carries */
	struct ovr_tcp_impact_rtt rtt[OVR_TCP_IMPACT_RTTS_MAX];
	uint32_t n_rtts;
	/* flows of this kernel's TCP; none where nothing was measured */
	struct ovr_tcp_flow *flow; /**< result/tcp_flow.h; owned */
	uint32_t n_flows;
	char kernel[96];    /**< whose TCP it is, "Linux 6.12.1"; "" */
	char impaired[512]; /**< what the hop did in place of the trial's losses; "": nothing else */
};

/** @return "cubic", "reno", "bbr" */
const char *ovr_tcp_impact_cc_name(enum ovr_tcp_impact_cc cc);

/** @return a question with 1, 20 and 100 ms, the assumed segment size and all algorithms */
struct ovr_tcp_impact_question ovr_tcp_impact_usual(void);

/** Add a loss period, in any order. @return 0; -ENOMEM */
int ovr_tcp_impact_add(
	struct ovr_tcp_impact *impact, const struct ovr_tcp_impact_loss *loss, struct ovr_err *err);

/**
 * Answer the question from what was measured. Where `unknown` is set nothing else is.
 * @return 0; -ENOMEM
 */
int ovr_tcp_impact_close(struct ovr_tcp_impact *impact, struct ovr_err *err);

/**
 * The flow that is alone, at one round-trip time, with all algorithms.
 * @param impact answered, and not unknown
 * @return 0; -ENOMEM
 */
int ovr_tcp_impact_alone(const struct ovr_tcp_impact *impact, uint64_t rtt_ns,
	struct ovr_tcp_impact_flow *ret_flow, struct ovr_err *err);

/** Free the lists. Zeroed ones are allowed. */
void ovr_tcp_impact_done(struct ovr_tcp_impact *impact);
