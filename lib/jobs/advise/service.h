/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Arrival rates at the rings of `ring advise`, and the receiver's service rate. Pure; finished
 * results in, plain data out.
 */
#pragma once

#include "result/advice.h"

/**
 * Calculate the arrival rates at the rings, without the sender's stalls, and within bursts where it
 * sends bursts. Frames that a ring had no room for are arrivals too: as the port counts them, or,
 * if it does not count per queue, as the streams of the queue lost them.
 * @param[out] question arrival_pps, total_pps and n_queues are set
 * @return 0; -ENODATA: nothing arrived
 */
int ovr_advise_arrivals_of(const struct ovr_result *result, struct ovr_method_question *question);

/**
 * Calculate the receiver's service rate from a trial that saturates it. During host stalls it may
 * lose all arrivals. A receiver whose lost share exceeds the share of that time by more than 0.01
 * was overrun.
 * @param baseline the trial whose arrivals and host stalls give the shares
 * @param[in,out] question monitored_ns is used; service_pps is set: of the busiest receiver, stalls
 * included, as if the fullest
 *        queue had it alone; INFINITY: none was overrun. So is host_share, of the same receiver,
 *        where one was
 */
struct ovr_result_advice_service ovr_advise_service_of(const struct ovr_result *saturation,
	const struct ovr_result *baseline, struct ovr_method_question *question);
