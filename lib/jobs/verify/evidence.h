/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Evidence of each counter: a reading of the interface and results in, a verification's counters
 * and verdict out. Private to this module. Pure.
 */
#pragma once

#include "nic/counters.h"
#include "result/result.h"
#include "result/verify.h"

/**
 * Take in the interface's counters that claim losses, moved or not, with what the table of drivers
 * says of them. Of the queues that are the port's; a counter's queue is the port's number of it.
 */
void ovr_verify_take_interface(struct ovr_result_verify *verify, const struct ovr_nic_counters *interface);

/**
 * Take in trial @p index, whose summary is there: what each counter added, and what was lost where
 * it counts. A trial that something else than its counters made void says nothing of them: then so
 * is the verification, and the reason is set.
 * @param interface a reading of it, for the queues of its counters; empty where the port is none
 */
void ovr_verify_take_trial(struct ovr_result_verify *verify, const struct ovr_nic_counters *interface,
	const struct ovr_result *result, uint32_t index);

/**
 * Whether a trial is to be repeated. One that something else than its counters made void is, once;
 * one whose counters claim more than was lost is, three times: what a ring turned away of others'
 * frames is counted too, and such frames come and go, while a counter that is wrong stays so.
 * @param attempt of this trial, from 1
 */
bool ovr_verify_is_to_repeat(const struct ovr_result *result, uint32_t attempt);

/**
 * Judges each counter, and sets the verdict, once all trials are in. Of a void verification no
 * counter is judged.
 */
void ovr_verify_judge(struct ovr_result_verify *verify);
