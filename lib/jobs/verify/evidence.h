/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Evidence for and against each counter. A reading of the interface and results of trials go in,
 * the verification's counters and verdict come out. Private to this module. Pure.
 */
#pragma once

#include "nic/counters.h"
#include "result/result.h"
#include "result/verify.h"

/**
 * Add the interface's counters of losses, moved or not, with their meanings in the table of
 * drivers. Counters of queues that the port does not use are left out; queues are numbered as the
 * port's.
 */
void ovr_verify_take_interface(struct ovr_result_verify *verify, const struct ovr_nic_counters *interface);

/**
 * Add trial @p index, whose summary is there: what each counter added, and how many frames were
 * lost where it counts. A trial that is void for another reason than its counters makes the
 * verification void, and sets its reason.
 * @param interface a reading of it, for the queues of its counters; empty where the port is none
 */
void ovr_verify_take_trial(struct ovr_result_verify *verify, const struct ovr_nic_counters *interface,
	const struct ovr_result *result, uint32_t index);

/**
 * Whether a trial is to be repeated. A trial that is void for another reason than its counters is
 * repeated once. One whose counters claim more than was lost is repeated three times: the ring's
 * counter also has frames of others, which vary between trials; a counter error does not. One that
 * lost nothing, though the first trial did, is repeated three times: the host may have kept the
 * sender from filling the ring.
 * @param verify with the trials before this one
 * @param attempt of this trial, from 1
 */
bool ovr_verify_is_to_repeat(
	const struct ovr_result_verify *verify, const struct ovr_result *result, uint32_t attempt);

/**
 * Judges each counter, and sets the verdict, once all trials are in. Of a void verification no
 * counter is judged.
 */
void ovr_verify_judge(struct ovr_result_verify *verify);
