/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Selects the injected stalls that can be compared with the ring model, and decides whether host
 * stalls invalidate the trial.
 *
 * A receiver that does not poll for T while frames come at λ loses max(0, λT − U) of them, U being
 * the slots of its ring (model/model.h). T is the stall as the receiver's log has it, λ what came
 * to the ring while sender and line ran: slots that were skipped in stalls of the one, or refused
 * in pauses of the other, are no part of it. Of T goes off the time that these took
 * (result/pauses.h). The model speaks of a ring that is empty when the stall begins, and of frames
 * that keep coming; where the machine itself got in the way, the stall is excluded. By rule, from
 * the logs of the cores alone, and counted:
 *
 *     rx      the ring had not been found empty since another stall of the same core, or lost frames in one that came before it
 *             was found empty
 *     tx      cores that send, or run the wire, stalled in it, and fewer frames came: so many fewer
 *             that it loses none where it would have lost some, or a tenth at most; or it is not
 *             known to twice a burst and a batch how many. Or one stalled so shortly before that
 *             the transmit ring still felt it, and the stall is one that loses frames
 *     log     a log of stalls or losses was full: nobody knows what else happened
 *     path    frames were lost before the ring too, so that a stall's losses are not the ring's alone
 *     slow    the receiver serves no more than what arrives, or had not emptied its ring without having stalled
 *
 * A ring was found empty when a poll brought less than it may (struct ovr_stall); what has come
 * since then is no backlog as long as it is one transmit burst, or one of each queue. A backlog is
 * that of the stalls since if they were no longer ago than the ring needs to drain: λT / (μ − λ)
 * for each, and U / (μ − λ) at most. Where no service rate is asked for, μ is taken to be twice the
 * arrivals, and at least a batch within --stall-min: a longer turn is a stall. A receiver that
 * needs longer is slow.
 *
 * A transmit ring feels a stall of L for Lρ / (1 − ρ), ρ being the load of the line, and no longer
 * than the line takes to send the whole ring: so long frames wait that were stamped before.
 *
 * For the same reason a stall that loses frames and in which sending ends is excluded (tx), where
 * the line's speed is known.
 *
 * The trial is excluded when frames were lost in host stalls of the receive cores, or in their wake
 * (host), when stalls were injected and none began while frames were sent (absent), and when not
 * one of those that did was undisturbed (overlapped: rx, tx, log, and some of them slow). Where the
 * receiver serves no more than what arrives, its ring is full all along, and loses frames in
 * whatever it meets: a host stall is charged with what came in it, nothing after it is, and the
 * trial is excluded only where that is more than a tenth of what was lost. One with an unread ring
 * whose port counts what it turns away cannot be disturbed: all that came to the ring came while
 * nobody polled, and is counted.
 *
 * Pure; a finished result in, plain data out.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "result/comparison.h"
#include "result/result.h"

/**
 * Judge one injected stall.
 * @param index into result->rx_stall; of cause OVR_STALL_INJECTED
 * @return false: it began when nothing was sent any more, and is no stall of the trial
 */
bool ovr_disturbed_stall(
	const struct ovr_result *result, uint64_t index, struct ovr_comparison_stall *ret_stall);

/** Judge a trial. */
struct ovr_comparison ovr_disturbed_trial(const struct ovr_result *result);

/**
 * @param comparison of @p result
 * @return lost frames per sent one by the model, from the plan, with the lengths of the compared
 * stalls and the rings' shares as they were; 0 … 1
 */
double ovr_disturbed_model_loss(const struct ovr_result *result, const struct ovr_comparison *comparison);
