/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Freezing of a plan with ports on other machines. Internal to plan.
 *
 * Checks what needs no device: those of another machine are checked by its agent.
 */
#pragma once

#include "plan/plan.h"

/**
 * Where a wire is on another machine and its other end was not named, name it there.
 * @return 0; -EINVAL
 */
int ovr_plan_complete_hosts(struct ovr_plan *plan, struct ovr_err *err);

/**
 * @return the plan with one of its senders and the receiver of that. Where there are several
 * receivers, the address of the next hop is open again, unless somebody set it: freezing took it
 * from the first one
 */
struct ovr_plan ovr_plan_of_pair(const struct ovr_plan *plan, uint32_t sender);

/**
 * Refuse what cannot be over several machines: a wire between them, files that only one of them
 * has, namespaces on the way, a port twice, senders without a receiver, receivers of several kinds,
 * more streams than frames can number; and whatever one of several pairs could not do alone. Part
 * of ovr_plan_freeze(), when everything else is frozen.
 * @return 0; -EINVAL, -ERANGE
 */
int ovr_plan_check_hosts(const struct ovr_plan *plan, struct ovr_err *err);
