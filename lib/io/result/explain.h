/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Number of the frames lost in receive rings that stalls of the receivers explain. Pure; owner: who
 * fills in the result.
 *
 * That a frame was lost while a core stalled does not make the stall its cause: a receiver that
 * serves less than what comes loses frames all the time. A stall of T can have cost no more than
 * what its rings had no room for: max(0, λT − free), λ being the rate while frames come, within a
 * burst where the plan sends bursts, and free the slots that were free when it began. How many
 * these were follows from the stalls before it and from --service; where no service was asked
 * for, everything that came since the rings were last found empty may have been in them. Free
 * slots are known to a batch that is taken and a burst that comes at once, but a ring that was
 * full has none. What no stall explains came of an overload, if --service lets a receiver serve
 * no more than what comes, or has no known cause.
 */
#pragma once

#include "result/result.h"

/**
 * Fill in what each receive stall explains, and let each receive worker's match tell of these
 * frames, stalls and periods alone. To be called once, when queues, stalls and loss periods of the
 * result are complete.
 */
void ovr_result_explain(struct ovr_result *result);
