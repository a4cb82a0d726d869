/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Plans of the trials of a selftest, made from its own plan.
 *
 * A selftest takes the options of a run without load, schedule, length, loss limit and injected
 * stalls: it finds the load itself and measures the tester. Pure; plans in, plans out.
 */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "plan/plan.h"

/**
 * Check the plan of a selftest and freeze it.
 * @return 0; -EINVAL: an option that a selftest does not have is not at its default, the wire
 * impairs, or there are several senders; what ovr_plan_freeze() refuses. @p plan is untouched on
 * failure
 */
int ovr_selftest_plan_freeze(struct ovr_plan *plan, struct ovr_err *err);

/**
 * @return the speed of the line in bit/s that trials at a rate run on, as far as the plan tells it;
 * 0: only the device will
 */
uint64_t ovr_selftest_line_bps(const struct ovr_plan_ports *ports);

/*
 * The trials' plans, frozen. Each returns 0, or what ovr_plan_freeze() refuses. n_tx, n_workers:
 * transmit workers (at most), and all workers (at least), that EAL has cores for.
 */

/** Stamp and hand over as fast as it goes, to a device that throws everything away. */
int ovr_selftest_plan_send(
	const struct ovr_plan *plan, uint16_t n_tx, struct ovr_plan *ret_plan, struct ovr_err *err);

/**
 * Overrun the receiver: over a ring without any line where its queues allow that, else over the
 * fastest line.
 */
int ovr_selftest_plan_check(const struct ovr_plan *plan, uint16_t n_tx, uint16_t n_workers,
	struct ovr_plan *ret_plan, struct ovr_err *err);

/** Both at once: send on the plan's own ports as fast as it goes. */
int ovr_selftest_plan_saturation(
	const struct ovr_plan *plan, uint16_t n_tx, struct ovr_plan *ret_plan, struct ovr_err *err);

/** Send @p pps on the plan's own ports. */
int ovr_selftest_plan_sustain(
	const struct ovr_plan *plan, double pps, struct ovr_plan *ret_plan, struct ovr_err *err);
