/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Loss of a queue of K places with random arrivals: one server, Poisson arrivals at the share ρ of
 * what it can serve; K counts the frame in service.
 *
 * This loss sets the smallest ring near saturation when there are no stalls. Pure; any thread.
 */
#pragma once

#include <stdint.h>

/**
 * Most places for which ovr_model_md1k_loss() is calculated: its sums are kept in memory of the
 * stack.
 */
#define OVR_MODEL_MD1K_MAX 1024

/**
 * @return M/M/1/K, service times exponential: (1 − ρ)ρ^K / (1 − ρ^(K+1)), 1/(K+1) at ρ = 1; @p rho
 * > 0
 */
double ovr_model_mm1k_loss(double rho, uint32_t k);

/**
 * @return the fewest places with which M/M/1/K loses at most @p loss; 0 < loss < 1; 0: none has
 * that, since ρ ≥ 1
 */
uint32_t ovr_model_mm1k_places(double rho, double loss);

/**
 * M/D/1/K, service times all the same: the stationary distribution after each departure, solved
 * step by step.
 * @param k 1 … OVR_MODEL_MD1K_MAX
 * @return share of frames lost; NaN for another k
 */
double ovr_model_md1k_loss(double rho, uint32_t k);

/**
 * @return the fewest places with which M/D/1/K loses at most @p loss, 10^-9 < loss < 1; 0: none has
 * that, since ρ ≥ 1, or M/M/1/K
 *         needs more than OVR_MODEL_MD1K_MAX
 */
uint32_t ovr_model_md1k_places(double rho, double loss);
