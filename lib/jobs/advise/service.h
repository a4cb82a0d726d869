/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Arrival rates at the rings of `ring advise`, and the receiver's service rate. Pure; finished
 * results in, plain data out.
 */
#pragma once

#include "result/advice.h"

/**
 * What came to the rings, outside the sender's stalls, and within its bursts where it sends in
 * bursts. What a ring turned away came too: as the port counts it, and where it does not do so per
 * queue, by what the streams of the queue lost.
 * @param[out] question arrival_pps, total_pps and n_queues are set
 * @return 0; -ENODATA: nothing came
 */
int ovr_advise_arrivals_of(const struct ovr_result *result, struct ovr_method_question *question);

/**
 * What the receiver can take, from a trial that saturates it. While the host stalls it, it may lose
 * all that comes; one that lost a larger share than that, by more than a hundredth, was overrun.
 * @param baseline whose arrivals its share is of, and in which the host took time from it
 * @param[in,out] question monitored_ns is used; service_pps is set: of the busiest receiver, stalls
 * included, as if the fullest
 *        queue had it alone; INFINITY: none was overrun. So is host_share, of the same receiver,
 *        where one was
 */
struct ovr_result_advice_service ovr_advise_service_of(const struct ovr_result *saturation,
	const struct ovr_result *baseline, struct ovr_method_question *question);
