/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Halves of a plan: what each machine is told to do of a trial over several.
 *
 * A half is a plan of the command OVR_PLAN_HALF. It names its own port as its machine calls it, and
 * the other one as elsewhere:PORT. It names no files, since these are the caller's. As text
 * (ovr_plan_print()) it is read back by ovr_plan_load_text() to the same plan.
 */
#pragma once

#include "plan/plan.h"

/** Which end a half is of. */
enum ovr_plan_end {
	OVR_PLAN_END_TX,
	OVR_PLAN_END_RX,
	OVR_PLAN_END_BOTH, /**< both ports are of one machine */
};

/**
 * Make the half of one end.
 *
 * Each of N senders has the plan's streams, rate, time and count; sender i has the streams from
 * i × streams on, and a seed of its own. Where its frames are not a socket's, i is added to the
 * fifth byte of their source address. A receiver's half has the streams of all, and says which of
 * them are its own senders'. Receiver j of several, where it is neither a NIC nor a socket, has a
 * destination address of its own: j is added to its fifth byte.
 * @param trial frozen, with trial.id
 * @param number of the sender or receiver, from 0
 * @param dst_mac address of the receiving NIC, where the plan leaves it open; NULL: unknown
 * @param[out] ret_half frozen; untouched on failure
 * @return 0; what ovr_plan_freeze() refuses
 */
int ovr_plan_half(const struct ovr_plan *trial, enum ovr_plan_end end, uint32_t number,
	const uint8_t *dst_mac, struct ovr_plan *ret_half, struct ovr_err *err);
