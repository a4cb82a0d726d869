/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Freezing of a plan with udp ports, whose host's stack makes headers and has no rings.
 * Internal to plan.
 */
#pragma once

#include "plan/plan.h"

/**
 * Complete and check what udp ports decide: the other side where only one was named, the version
 * of IP, the queues, the neighbour that frames go to. Calling it again changes nothing.
 * @return 0; -EINVAL or -ERANGE
 */
int ovr_plan_freeze_sockets(struct ovr_plan *plan, struct ovr_err *err);
