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
 * What the receive cores did in the baseline. The log of a core holds so many stalls; where one was
 * full, stalls were watched for until its last one alone. The longest of all is known even then,
 * and is a host stall where it is longer than the injected ones.
 * @param[out] host_ns host stalls while frames were sent; room for result->n_rx_stalls and
 * result->n_workers
 * @param[out] ret_baseline n_host is how many they are
 */
void ovr_advise_baseline_of(
	const struct ovr_result *result, uint64_t *host_ns, struct ovr_result_advice_baseline *ret_baseline);

/**
 * No ring is larger than what the port made of the largest one, which it was asked for.
 * @param[out] question ring_max is lowered
 */
void ovr_advise_bound_ring(const struct ovr_result *baseline, struct ovr_method_question *question);
