/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Arrivals at the receive rings of a trial, and the service rates of their receivers. Rates are
 * those while frames arrive: without the sender's stalls and the line's pauses, and within a burst
 * where the plan sends bursts. Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"
#include "result/result.h"

/** What the rings of one receiver are filled with. */
struct ovr_arrivals {
	double pps;       /**< λ of all of them */
	double worst_pps; /**< of the fullest */
	double slots;     /**< U of each */
	uint16_t n_queues;
};

/**
 * @return what came to a ring: taken from it, or turned away. Where the port does not count per
 * queue, nobody was turned away
 */
uint64_t ovr_arrivals_at(const struct ovr_result_queue *queue);

/** @return the rate within a burst of the plan, over its mean rate; ≥ 1; 1: it sends no bursts */
double ovr_arrivals_peak(const struct ovr_result *result);

/** @return the rate in frames/s of which @p frames came to a ring in this trial */
double ovr_arrivals_pps(const struct ovr_result *result, uint64_t frames);

/**
 * @return of the time between two instants since the trial's epoch, what lies within bursts; all of
 * it without bursts
 */
double ovr_arrivals_on_ns(const struct ovr_result *result, uint64_t from_ns, uint64_t to_ns);

/** @return usable slots of each ring */
double ovr_arrivals_slots(const struct ovr_result *result);

/** @return of the rings of a receiver; @param worker its number among the receivers */
struct ovr_arrivals ovr_arrivals_of(const struct ovr_result *result, uint16_t worker);

/** @return what --service lets each receiver serve, in frames/s; INFINITY: it was not asked for */
double ovr_arrivals_service_pps(const struct ovr_result *result);

/**
 * @return whether --service lets a receiver serve no more than what comes to its rings: with
 * bursts, while one lasts
 */
bool ovr_arrivals_is_slow(const struct ovr_result *result, const struct ovr_arrivals *arrivals);

/**
 * @return frames that may come at once at a rate: a gap of the sender's that is shorter than a
 * stall is none
 */
double ovr_arrivals_tx_burst(const struct ovr_result *result, double pps);

/**
 * @return how far apart what a stall has lost and what it should lose may lie: what comes at once,
 * and a batch of each ring
 */
double ovr_arrivals_grain(const struct ovr_result *result, const struct ovr_arrivals *arrivals);

/**
 * @return frames/s of the trial's mean size that the line carries; INFINITY: its speed is not known
 */
double ovr_arrivals_line_pps(const struct ovr_result *result);

/** @return slots of one transmit ring */
double ovr_arrivals_tx_ring(const struct ovr_result *result);

/**
 * @param queue into result->queue; one that receives
 * @return the load of its ring, without stalls: its arrivals while sender and line ran, and its
 * share of what its receiver serves
 */
struct ovr_model_load ovr_arrivals_load(const struct ovr_result *result, uint32_t queue);
