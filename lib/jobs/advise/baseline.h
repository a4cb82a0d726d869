/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What did the receive cores do in the baseline of `ring advise`? Pure; a finished result in, plain data out.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "result/advice.h"

/** @return whether a receive stall is the host's own: nobody asked for it, or the host made it longer than asked */
bool ovr_advise_is_own(const struct ovr_result *result, const struct ovr_stall *stall);

/**
 * What the receive cores did in the baseline. The log of a core holds so many stalls; where one was full, stalls were monitored
 * until its last one alone. The longest of all is known even then, and is an own one where it is longer than those asked for.
 * @param[out] own_ns the host's own stalls while frames were sent; room for result->n_rx_stalls and result->n_workers
 * @param[out] ret_baseline n_own is how many they are
 */
void ovr_advise_baseline_of(
	const struct ovr_result *result, uint64_t *own_ns, struct ovr_result_advice_baseline *ret_baseline);

/** No ring is larger than what the port made of the largest one, which it was asked for. @param[out] question ring_max is lowered */
void ovr_advise_bound_ring(const struct ovr_result *baseline, struct ovr_method_question *question);
