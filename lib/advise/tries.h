/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Did a ring hold when `ring advise` tried it? Pure; a finished result in, plain data out.
 */
#pragma once

#include "result/advice.h"

/**
 * Judge a trial of a size by its stalls on purpose. One that the rule of result/disturbed.h sets aside, or that the host made
 * longer, counts only where the disturbance cannot have made the difference: nothing was lost though the receiver stalled for
 * longer, or, though the sender paused for a twentieth of it at most; or frames were lost that the stall on purpose alone loses
 * by the model. Frames lost in no stall, and not while the ring drained behind one that was set aside, show that the ring is not
 * enough, where they are more than one for each stall on purpose. Ring, attempt and number are the caller's.
 */
struct ovr_result_advice_try ovr_advise_try_of(const struct ovr_result *result);
