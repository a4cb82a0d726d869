/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Freezing of a plan with udp ports, whose host's stack makes headers and has no rings.
 * Internal to plan.
 */
#pragma once

#include "plan/plan.h"

/**
 * Where only one side is named and is a socket, name the other end of its address.
 * @return 0; -EINVAL
 */
int ovr_plan_complete_sockets(struct ovr_plan *plan, struct ovr_err *err);

/**
 * Check two ports that are sockets: one version of IP, and one namespace for a loopback address.
 * @return 0; -EINVAL
 */
int ovr_plan_check_sockets(const struct ovr_plan *plan, struct ovr_err *err);

/**
 * Complete and check what udp ports decide: the version of IP, the queues, the neighbour that
 * frames go to. Calling it again changes nothing.
 * @return 0; -EINVAL or -ERANGE
 */
int ovr_plan_freeze_sockets(struct ovr_plan *plan, struct ovr_err *err);
