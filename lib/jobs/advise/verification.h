/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Judgement of a verification trial of `ring advise`: lossless or not, by its stalls. Pure; a
 * finished result in, plain data out.
 */
#pragma once

#include "result/advice.h"

/**
 * Judge a trial of a size by its injected stalls that show something; three of them are needed.
 * A stall without loss shows that there was room if the frames came, nine tenths of those that
 * come in a stall as long as asked: a sender can have paused, or a burst have ended. One with
 * loss shows that there was none if it loses by the model when it lasts as long as asked; or
 * else if nothing disturbed it (disturbed/disturbed.h) and the host made it longer by a batch at
 * most. Of a receiver that serves no more than what arrives none shows anything; where that is
 * so within bursts, the bursts do (advise/bursts.h).
 *
 * Frames lost in no stall, and not while the ring drained after one that was excluded, show that
 * the ring is not enough, where they are more than one for each injected stall. Ring, attempt and
 * number are the caller's.
 */
struct ovr_result_advice_verification ovr_advise_verify(const struct ovr_result *result);
