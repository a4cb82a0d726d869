/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Arithmetic model of a receive ring: slots that a stall needs, frames lost with fewer, and loads
 * for which no ring is enough.
 *
 * A ring of U usable slots is filled at the arrival rate λ, and emptied at the service rate μ by a
 * receiver that stalls for T once in a period P. Rates are of one ring, in frames/s;
 * ovr_model_queue_pps() gives the rate of a queue from the rate of the link, the number of queues
 * and their imbalance. A service rate of INFINITY means that the receiver is far faster than the
 * arrivals. Times are in ns. All functions are pure and may be called from any thread. RFC 9004
 * section 6 is the same arithmetic solved for the burst: ovr_model_burst_frames(). No count is
 * above 2^63.
 */
#pragma once

#include <stdint.h>

/** A load of one ring. */
struct ovr_model_load {
	double arrival_pps; /**< λ; > 0 */
	double service_pps; /**< μ, while the receiver polls; > 0; INFINITY: without a limit */
	double stall_ns;    /**< T; ≥ 0; 0: it never stalls */
	double period_ns;   /**< P, from one stall to the next; > T; INFINITY: one stall */
};

/**
 * @return slots of @p descriptors that can hold a frame: one is always free, up to @p held_back
 * wait for their return
 */
uint32_t ovr_model_usable(uint32_t descriptors, uint32_t held_back);

/**
 * @return descriptors of which @p slots are usable: the inverse of ovr_model_usable().
 * @param slots 0 … 2^63
 */
uint64_t ovr_model_descriptors(uint64_t slots, uint32_t held_back);

/** @return the next power of two that is at least @p n; 1 for 0; UINT64_MAX above 2^63 */
uint64_t ovr_model_power_of_two(uint64_t n);

/** @return the largest power of two below @p n; 0: there is none */
uint64_t ovr_model_power_below(uint64_t n);

/** @return slots that a stall needs if nothing is to be lost and the ring was empty before: ⌈λT⌉ */
uint64_t ovr_model_slots(double arrival_pps, double stall_ns);

/** @return the longest stall without loss: U / λ */
double ovr_model_buffer_time_ns(double slots, double arrival_pps);

/** @return frames lost in one stall of a ring that was empty before: max(0, λT − U), contiguous */
double ovr_model_lost_per_stall(double arrival_pps, double stall_ns, double slots);

/**
 * @return frames lost in each period, in the long run: λT − min(U, (μ − λ)(P − T)), never below 0.
 * Between two stalls the receiver catches up by its spare rate, and by no more than the ring
 * holds. Without stalls, in a time of P: (λ − μ)P.
 */
double ovr_model_lost_per_period(const struct ovr_model_load *load, double slots);

/**
 * @return lost frames per arrived one, in the long run; with one stall only the loss of an
 * overload: max(0, 1 − μ/λ)
 */
double ovr_model_loss_ratio(const struct ovr_model_load *load, double slots);

/** @return how long the backlog of a stall takes to drain: λT / (μ − λ); INFINITY: it never does */
double ovr_model_drain_ns(const struct ovr_model_load *load);

/**
 * @return the shortest period at which the backlog is gone before the next stall: Tμ / (μ − λ);
 * INFINITY: none
 */
double ovr_model_period_min_ns(const struct ovr_model_load *load);

/**
 * @return the largest share of the time that stalls may take, whatever the ring: 1 − λ/μ; 0: an
 * overload
 */
double ovr_model_duty_max(double arrival_pps, double service_pps);

/** @return the share of frames that a lasting overload loses with any ring: max(0, 1 − μ/λ) */
double ovr_model_overload(double arrival_pps, double service_pps);

/** @return by how long a ring delays the loss of an overload: U / (λ − μ); INFINITY: no overload */
double ovr_model_overload_after_ns(double slots, double arrival_pps, double service_pps);

/**
 * @return the mean service of a receiver that stalls: μ(1 − T/P); a lasting load above it is an
 * overload
 */
double ovr_model_mean_service_pps(const struct ovr_model_load *load);

/**
 * @return drain time of the backlog of traffic that arrived at λ for T_on, in the pause after it:
 * (λ − μ) T_on / μ
 */
double ovr_model_burst_drain_ns(double arrival_pps, double service_pps, double on_ns);

/** @return the largest share of the time for which such traffic may come: μ / λ, at most 1 */
double ovr_model_burst_duty_max(double arrival_pps, double service_pps);

/** @return the longest burst without loss, in frames: U / (1 − μ/λ); INFINITY if μ ≥ λ */
double ovr_model_burst_frames(double slots, double arrival_pps, double service_pps);

/**
 * @param imbalance β: the fullest queue's share over the mean one; 1 … n_queues
 * @return the arrival rate of the fullest queue: βλ / Q
 */
double ovr_model_queue_pps(double arrival_pps, uint32_t n_queues, double imbalance);

/**
 * @return queues at which the fullest one gets no more than @p queue_pps: ⌈βλ / queue_pps⌉; 0: no
 * number of them
 */
uint32_t ovr_model_queues_for(double arrival_pps, double queue_pps, double imbalance);

/** @return bytes of memory that a port's rings use in turn: queues × descriptors × buffer */
uint64_t ovr_model_memory_bytes(uint32_t descriptors, uint32_t n_queues, uint32_t buffer_bytes);

/** @return the largest ring whose buffers stay within @p cache_bytes: cache / (queues × buffer) */
uint64_t ovr_model_descriptors_in(uint64_t cache_bytes, uint32_t n_queues, uint32_t buffer_bytes);

/**
 * @return the part of a last-level cache that devices write to: @p ways of @p n_ways; Intel's
 * default is 2 of 11 (20, 12)
 */
uint64_t ovr_model_ddio_bytes(uint64_t llc_bytes, uint32_t ways, uint32_t n_ways);
