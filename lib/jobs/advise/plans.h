/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Plans of the trials of `ring advise`, made from its own plan. Pure; plans in, plans out.
 */
#pragma once

#include "base/err.h"
#include "method/advise.h"
#include "plan/plan.h"

/**
 * Ring of a trial that saturates the receiver: small, so that few frames are left in it at the end.
 */
#define OVR_ADVISE_SATURATION_RING 1024u

/**
 * Check the plan and freeze it. Where the port that receives is an end of the wire and nothing is
 * said of the one that sends, that is the other end.
 * @return 0; -EINVAL: a row that it refuses, an unread stall, no port that sends, --cover injected
 * without --stall; what
 *         ovr_plan_freeze() refuses. @p plan is untouched on failure
 */
int ovr_advise_plan_freeze(struct ovr_plan *plan, struct ovr_err *err);

/** @return the largest ring that a trial on this port may ask for, before the port is asked */
uint32_t ovr_advise_ring_limit(const struct ovr_plan_ports *ports);

/*
 * The trials' plans, frozen, of the command OVR_PLAN_RUN. Each returns 0, or what ovr_plan_freeze()
 * refuses.
 */

/** The load as asked, with the largest ring, for --baseline. */
int ovr_advise_plan_baseline(
	const struct ovr_plan *plan, uint32_t ring, struct ovr_plan *ret_plan, struct ovr_err *err);

/** As much as goes, without injected stalls, for --time. */
int ovr_advise_plan_saturation(
	const struct ovr_plan *plan, uint32_t ring_max, struct ovr_plan *ret_plan, struct ovr_err *err);

/**
 * The load as asked with the stalls that verify a recommendation, without jitter, for --time or as
 * long as eight of them take.
 * @param attempt from 1
 */
int ovr_advise_plan_verification(const struct ovr_plan *plan, const struct ovr_method_advice *advice,
	uint32_t ring, uint32_t attempt, struct ovr_plan *ret_plan, struct ovr_err *err);
