/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Freezing of a plan with tcp ports, which sends records in connections instead of frames.
 */
#pragma once

#include "plan/plan.h"

/** @return whether one of the ports at least is a tcp port */
bool ovr_plan_has_tcp(const struct ovr_plan_ports *ports);

/**
 * Check that the command takes tcp ports, where the plan has one. A plan of a cell is one of `run`
 * and says nothing of the command that it is of.
 * @return 0; -EINVAL
 */
int ovr_plan_check_tcp_command(const struct ovr_plan *plan, struct ovr_err *err);

/**
 * Check and complete: both ports are tcp, the size is one size (1448 bytes where none was asked
 * for), the rate is in records per second or none, the time is set, and nothing is asked for that
 * connections do not have. Calling it again changes nothing.
 * @return 0; -EINVAL or -ERANGE
 */
int ovr_plan_freeze_tcp(struct ovr_plan *plan, struct ovr_err *err);
