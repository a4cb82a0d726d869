/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Rules that select the injected stalls which can be compared with the ring model, and that exclude
 * a trial which host stalls invalidate.
 *
 * The model (model/model.h): a receiver that does not poll for T while frames arrive at λ loses
 * max(0, λT − U) of them, U being the slots of its ring. T is the length in the receiver's log,
 * less the time that pauses of senders and line took (result/pauses.h). λ is the arrival rate
 * while sender and line ran (result/arrivals.h): slots skipped in a sender's stall, or refused
 * in a pause of the line, do not count. The model assumes an empty ring at the start of the
 * stall and steady arrivals. A stall without these is excluded. The first rule of the table that
 * holds names the cause. The rules use the logs of the cores and the ledger alone.
 *
 *     cause   the stall is excluded because
 *     path    frames were lost elsewhere than in receive rings, so its loss is not the ring's alone
 *     log     a log of stalls or losses was full, so other disturbances are not known
 *     slow    --service lets the receiver serve no more than what arrives
 *     tx      senders or line paused in it, and that decides between loss and none, takes more than
 *             a tenth of T, or leaves open by more than twice a burst and a batch what arrived
 *     tx      frames still waited in a transmit ring when it began or when sending ended in it; only
 *             where a full line overflows the ring in T
 *     rx      it met a backlog of earlier stalls that the ring had not drained
 *     slow    it met a backlog without such stalls
 *     rx      a later stall lost frames before the ring had drained, or followed within --stall-min
 *             so that the losses of both look like one
 *
 * The receiver logs for each stall how old the backlog was that it met, and when the ring was next
 * found empty (struct ovr_stall). The arrivals of that age are no backlog where they are no more
 * than one transmit burst, or one of each queue. Two times are not logged, and are bounded: how
 * long a backlog can be an earlier stall's where no empty ring followed, and how long a pause of a
 * sender delays frames.
 *
 *     a receive ring drains in   λT / (μ − λ), T being U / λ at most. μ is --service, else 2λ. A
 *                                receiver that needs longer is slow
 *     a transmit ring drains in  Lρ / (1 − ρ) after a pause of L, and in the time that the line
 *                                takes for the whole ring at most. ρ is the load of the line
 *
 * The first rule that holds excludes a trial:
 *
 *     exclusion   the trial is excluded because
 *     host        receive rings lost frames in host stalls, or before their backlogs had drained
 *     absent      no injected stall began while frames were sent
 *     overlapped  every injected stall is excluded, for rx, tx or log, or for slow beside these
 *
 * In an overload (slow by --service) the ring is full all along: a host stall is charged with the
 * arrivals during it, the time after it with nothing, and `host` needs more than a tenth of the
 * loss. A ring that nobody reads and whose port counts drops is never excluded: all of its arrivals
 * are counted.
 *
 * Pure; a finished result in, plain data out; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "result/comparison.h"
#include "result/result.h"

/**
 * Judge one injected stall.
 * @param index into result->rx_stall; of cause OVR_STALL_INJECTED
 * @return false: it began after the end of sending, and does not belong to the trial
 */
bool ovr_disturbed_stall(
	const struct ovr_result *result, uint64_t index, struct ovr_comparison_stall *ret_stall);

/** @return the comparison of all stalls of a trial, and whether the trial is excluded */
struct ovr_comparison ovr_disturbed_trial(const struct ovr_result *result);

/**
 * @param comparison of @p result
 * @return lost frames per sent one by the model, 0 … 1. Load and period are the plan's, the stall's
 * length is the mean of the compared ones, and the rings' shares are as measured
 */
double ovr_disturbed_model_loss(const struct ovr_result *result, const struct ovr_comparison *comparison);
