/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * From the trials of `ring advise` to the figures that an advice is made of. Pure; finished results in, plain data out.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "result/advice.h"

/** @return whether a receive stall is the host's own: nobody asked for it, or the host made it longer than asked */
bool ovr_advise_is_own(const struct ovr_result *result, const struct ovr_stall *stall);

/**
 * What the receive cores did in the soak. The log of a core holds so many stalls; where one was full, stalls were watched for
 * until its last one alone. The longest of all is known even then, and is an own one where it is longer than those asked for.
 * @param[out] own_ns the host's own stalls while frames were sent; room for result->n_rx_stalls and result->n_workers
 * @param[out] ret_soak n_own is how many they are
 */
void ovr_advise_soak_of(
	const struct ovr_result *result, uint64_t *own_ns, struct ovr_result_advice_soak *ret_soak);

/** No ring is larger than what the port made of the largest one, which it was asked for. @param[out] question ring_max is lowered */
void ovr_advise_bound_ring(const struct ovr_result *soak, struct ovr_method_question *question);

/**
 * What came to the rings, outside the sender's stalls, and within its bursts where it sends in bursts. What a ring turned away
 * came too: as the port counts it, and where it does not do so per queue, by what the streams of the queue lost.
 * @param[out] question arrival_fps, total_fps and n_queues are set
 * @return 0; -ENODATA: nothing came
 */
int ovr_advise_arrivals_of(const struct ovr_result *result, struct ovr_method_question *question);

/**
 * What the receiver can take, from a trial that floods it. While the host stalls it, it may lose all that comes; one that lost a
 * larger share than that, by more than a hundredth, was overrun.
 * @param soak whose arrivals its share is of, and in which the host took time from it
 * @param[in,out] question watched_ns is used; service_fps is set: of the busiest receiver, stalls included, as if the fullest
 *        queue had it alone; INFINITY: none was overrun. So is own_share, of the same receiver, where one was
 */
struct ovr_result_advice_service ovr_advise_service_of(
	const struct ovr_result *flood, const struct ovr_result *soak, struct ovr_method_question *question);

/**
 * Judge a trial of a size by its stalls on purpose. One that the rule of result/disturbed.h sets aside, or that the host made
 * longer, counts only where the disturbance cannot have made the difference: nothing was lost though the receiver stalled for
 * longer, or, though the sender paused for a twentieth of it at most; or frames were lost that the stall on purpose alone loses
 * by the model. Frames lost in no stall, and not while the ring drained behind one that was set aside, show that the ring is not
 * enough, where they are more than one for each stall on purpose. Ring, attempt and number are the caller's.
 */
struct ovr_result_advice_try ovr_advise_try_of(const struct ovr_result *result);
