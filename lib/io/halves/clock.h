/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Times of halves whose clocks are not one: what is taken off, and what is still known. Private to
 * this module. Pure.
 */
#pragma once

#include "halves/hosts.h"

/**
 * Make times since the trial's epoch of those of a host that are early_ns too large. Times from one
 * clock to the other are left: ovr_half_clock_join().
 */
void ovr_half_clock_correct(struct ovr_half_host *host);

/**
 * Correct times from the clocks of a receiver's senders to its own (latency, transit), and say how
 * sure they are. Called for each receiver.
 * @param to index of the receiver
 * @param receiver its half; its latency may be freed
 * @param[in,out] result clock has is_shared at first, and gets the largest bound; latency_unknown
 */
void ovr_half_clock_join(const struct ovr_half_host *host, uint32_t n_hosts, uint32_t to,
	struct ovr_half_receiver *receiver, struct ovr_result *result);

/**
 * A latency that is not known better than its median is unknown, and so is one that is not known
 * of every receiver.
 * @param receiver half of all receivers; its latency may be freed
 */
void ovr_half_clock_judge(struct ovr_half_receiver *receiver, struct ovr_result *result);
