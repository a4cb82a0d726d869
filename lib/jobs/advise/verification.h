/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Judgement of a verification trial of `ring advise`: lossless or not, by its stalls. Pure; a
 * finished result in, plain data out.
 */
#pragma once

#include "result/advice.h"

/**
 * Judge a trial of one ring size by its compared injected stalls; at least three are needed. A
 * stall is compared
 *
 * - without loss, if at least nine tenths of the frames that a stall of the asked length brings did
 *   arrive: less can be due to a sender that paused, or to the end of a burst;
 * - with loss, if the model has a loss for the asked length; or if nothing disturbed the stall
 *   (disturbed/disturbed.h) and the host prolonged it by a batch at most.
 *
 * No stall is compared where the receiver serves no more than what arrives. Where that holds within
 * bursts, the bursts are compared instead (advise/bursts.h).
 *
 * Losses outside stalls, and not while the ring drained after an excluded one, show that the ring
 * is not enough if they are more than one frame for each injected stall. The caller sets ring,
 * attempt and number.
 */
struct ovr_result_advice_verification ovr_advise_verify(const struct ovr_result *result);
