/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Steps of a change of rings, for callers that keep the sizes before it themselves.
 *
 * Internal to ring.
 */
#pragma once

#include "ring/change.h"

/**
 * Checks whether these sizes may be set, without changing anything.
 * @param asked sizes, or OVR_RING_KEEP
 * @param[out] ret_facts the interface before
 * @param[out] ret_change before, asked, and whether that is a change
 * @return 0; what ovr_ring_set() refuses before anything is touched
 */
int ovr_ring_change_begin(const struct ovr_undo_places *places, const char *name,
	const struct ovr_ring_sizes *asked, struct ovr_nic_facts *ret_facts,
	struct ovr_ring_change *ret_change, struct ovr_err *err);

/**
 * Ask the driver, wait for the link, read back, compare the counters. What the rings were is noted
 * already.
 * @param facts the interface before
 * @param change begun; took, link and counters are set
 * @return 0; -ETIMEDOUT: they are set, but the link has not come back; -errno
 */
int ovr_ring_change_make(const struct ovr_nic_facts *facts, uint32_t timeout_ms,
	struct ovr_ring_change *change, struct ovr_err *err);

/**
 * Wait for the link, if there is one to wait for.
 * @param facts the interface before
 * @param change its link, waited_ns and timeout_ms are set
 * @return 0; -ETIMEDOUT; -errno
 */
int ovr_ring_follow_link(const struct ovr_nic_facts *facts, uint32_t timeout_ms,
	struct ovr_ring_change *change, struct ovr_err *err);
