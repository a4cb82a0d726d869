/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Number of the frames lost in receive rings that stalls of the receivers explain. Pure; owner: who
 * fills in the result.
 *
 * A frame that was lost during a stall was not necessarily lost because of it: a receiver that
 * serves less than what arrives loses frames all the time. A stall of length T explains at most
 * max(0, λT − free) frames. λ is the arrival rate, within a burst where the plan sends bursts; free
 * is the number of free slots when the stall began. The free slots follow from the stalls before
 * and from --service. Without --service, all arrivals since the rings were last found empty may
 * have been in them. The free slots are known to within one receive batch and one burst; a full
 * ring has none. Losses that no stall explains are an overload where --service makes the receiver
 * serve no more than what arrives; else their cause is unknown.
 */
#pragma once

#include "result/result.h"

/**
 * Fill in how many frames each receive stall explains, and reduce each receive worker's match to
 * these frames, stalls and periods. To be called once, when queues, stalls and loss periods of the
 * result are complete.
 */
void ovr_result_explain(struct ovr_result *result);
