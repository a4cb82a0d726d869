/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Judgement of a verification trial by its bursts, for receivers that serve less than what arrives
 * within a burst. Each stall meets a backlog there, so stalls cannot be compared with the model.
 *
 * A burst is one sample: the frames lost in it, and the time that host stalls took from sender and
 * receiver meanwhile. It is compared if it filled the ring: senders held back at most a twentieth
 * of its frames, plus as many as host stalls kept the receiver from serving. Its losses count in
 * two cases. The burst alone, with the frames that were held back, overruns the ring. Or more
 * frames were lost than the host stalls can have cost: the arrivals during them, and the frames
 * that the receiver would have served after the burst before. Where it is unknown in which burst
 * frames were lost, all bursts are one sample.
 *
 * Pure; a finished result in, plain data out.
 */
#pragma once

#include <stdbool.h>

#include "result/advice.h"

/** @return whether a receiver of the trial serves no more than what comes within a burst */
bool ovr_advise_is_by_bursts(const struct ovr_result *result);

/** Judge such a trial. Ring, attempt and number are the caller's. */
struct ovr_result_advice_verification ovr_advise_verify_bursts(const struct ovr_result *result);
