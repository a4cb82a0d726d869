/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Judgement of a verification trial by its bursts, for receivers that serve less than what arrives
 * within a burst: each stall finds a backlog there, so that stalls show nothing.
 *
 * A burst is the sample: the frames that were lost in it, the time that the host took from sender
 * and receiver while it lasted. It counts where the ring was filled: the sender kept back no more
 * than a twentieth, beside what the host kept the receiver from serving. Frames lost in it count
 * where the burst alone, with all that was kept back, overruns the ring; or where they are more
 * than the host's stalls can have cost, which is what came in them, and what would have been served
 * after the burst before. Where nobody knows in which burst frames were lost, all of them are one.
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
