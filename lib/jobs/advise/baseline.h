/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Stalls of the receive cores in the baseline trial of `ring advise`. Pure; a finished result in,
 * plain data out.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "result/advice.h"

/**
 * @return whether a receive stall is a host stall: it was not injected, or the host made it longer
 */
bool ovr_advise_is_host(const struct ovr_result *result, const struct ovr_stall *stall);

/**
 * Summarise the stalls of the receive cores in the baseline. The log of a core is bounded: where
 * one was full, stalls count as monitored until its last entry only. The longest stall is known
 * even then; it is a host stall if it is longer than the injected ones.
 * @param[out] host_ns host stalls while frames were sent; room for result->n_rx_stalls and
 * result->n_workers
 * @param[out] ret_baseline n_host is how many they are
 */
void ovr_advise_baseline_of(
	const struct ovr_result *result, uint64_t *host_ns, struct ovr_result_advice_baseline *ret_baseline);

/**
 * Lower ring_max to the ring that the port took when it was asked for the largest one.
 * @param[in,out] question its ring_max
 */
void ovr_advise_bound_ring(const struct ovr_result *baseline, struct ovr_method_question *question);
