/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * How a TCP sender recovers from losses: by fast retransmit, or by its retransmission timer.
 *
 * Three duplicate acknowledgments start a fast retransmit (RFC 5681 §3.2). Each segment of the
 * window that arrives after a lost one makes a duplicate acknowledgment, so that a window with
 * fewer than three such segments waits for the timer (RTO). A sender with SACK (RFC 2018, 6675)
 * repairs all losses of a window in one round trip; without it, one in each (RFC 6582). A
 * retransmission that is lost as well waits for the timer. The timer doubles each time that it
 * expires (RFC 6298 §5.5).
 *
 * Newer senders repair some of these without the timer: RACK and TLP (RFC 8985).
 *
 * Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Duplicate acknowledgments that start a fast retransmit. */
#define OVR_TCP_MODEL_DUPLICATE_ACKS 3u
/** First time-out before there is a round trip (RFC 6298 §2.1), and the least one (§2.4). */
#define OVR_TCP_MODEL_RTO_RFC_NS UINT64_C(1000000000)
/** Linux adds at least this much to the round-trip time. */
#define OVR_TCP_MODEL_RTO_LINUX_NS UINT64_C(200000000)
/** No time-out is longer: Linux; RFC 6298 §2.5 allows 60 s and more. */
#define OVR_TCP_MODEL_RTO_MAX_NS UINT64_C(120000000000)

/** What a sender does about the losses of one window. */
struct ovr_tcp_model_recovery {
	uint32_t duplicate_acks; /**< that the first loss causes */
	uint32_t fast;           /**< segments that fast retransmit and fast recovery repair … */
	uint32_t round_trips;    /**< … within so many */
	uint32_t timed_out;      /**< segments that wait for the timer */
};

/**
 * @param in_flight segments from the first lost one on, which included, ≥ @p lost
 * @param lost of these, ≥ 1
 * @return what becomes of them, if no retransmission is lost
 */
struct ovr_tcp_model_recovery ovr_tcp_model_recover(uint32_t in_flight, uint32_t lost, bool has_sack);

/**
 * Share of loss events that end in a time-out: fewer than three of the window's later segments
 * arrive, or one of the retransmissions is lost.
 * @param window segments in flight at the loss, ≥ 1
 * @param loss_ratio of single segments
 * @param lost_each segments lost in an event, ≥ 1
 */
double ovr_tcp_model_rto_share(double window, double loss_ratio, double lost_each);

/**
 * The same of a sender without SACK, by PFTK (Padhye et al. 1998, eq. 24): the losses of a round
 * trip go on to its end.
 */
double ovr_tcp_model_rto_share_without_sack(double window, double loss_ratio);

/** @return the least time-out at a round-trip time without jitter, as Linux sets it */
uint64_t ovr_tcp_model_rto_linux_ns(uint64_t rtt_ns);

/** @return the n-th time-out in a row, n from 0: 1, 2, 4 … s for a first one of 1 s */
uint64_t ovr_tcp_model_backed_off_ns(uint64_t rto_ns, unsigned int n);

/**
 * @param outage_ns how long nothing gets through, from the lost segment on
 * @return how long the flow stands still: until the first retransmission after the outage. 0 for no
 * outage
 */
uint64_t ovr_tcp_model_stall_ns(uint64_t outage_ns, uint64_t rto_ns);
