/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Change of the ring sizes of an interface, with a report of its effects.
 *
 * A driver may round the sizes, take its link down and up, and reset its counters. So the sizes are
 * read back, the link is waited for, and the counters are compared. The sizes before the first
 * change are saved beforehand, so that ovr_ring_restore() works after a crash at any moment.
 * Control thread; needs CAP_NET_ADMIN.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "ring/depth.h"
#include "undo/undo.h"

/** A size that is left as it is. */
#define OVR_RING_KEEP UINT32_MAX

/** What became of the link. */
enum ovr_ring_link {
	OVR_RING_LINK_DOWN,       /**< the interface is down: it was not waited for */
	OVR_RING_LINK_NO_CARRIER, /**< there was none before: it was not waited for */
	OVR_RING_LINK_NOT_WAITED, /**< no wait was asked for */
	OVR_RING_LINK_UP,         /**< it is there, and stayed */
	OVR_RING_LINK_LOST,       /**< it did not come back in time */
};

/** Names of reset counters that are kept. */
#define OVR_RING_COUNTERS_TOLD 4

/** A change that was made. Plain data. */
struct ovr_ring_change {
	char name[OVR_NIC_NAME_BYTES], driver[32];
	bool is_change; /**< false: it had these sizes already, and nothing was done */
	struct ovr_ring_sizes before, asked, took; /**< asked: all four, those not asked for as they were */
	bool is_saved;                             /**< ovr_ring_restore() has sizes to restore … */
	struct ovr_ring_sizes saved;               /**< … these */
	enum ovr_ring_link link;
	uint64_t waited_ns;       /**< until the link came */
	uint32_t timeout_ms;      /**< the longest it was to be waited for */
	uint32_t carrier_changes; /**< each time it went, and each time it came */
	bool counters_known;      /**< whether they could be read before and after */
	uint32_t n_counters, n_reset;
	char reset[OVR_RING_COUNTERS_TOLD][48]; /**< the first of them */
};

/**
 * Set ring sizes.
 * @param places NULL: the usual ones
 * @param asked sizes, or OVR_RING_KEEP
 * @param timeout_ms for the link; 0: do not wait
 * @param[out] ret_change also set for -ETIMEDOUT
 * @return 0; -ETIMEDOUT: they are set, but the link has not come back; -EOPNOTSUPP: no ring
 * control; -ERANGE: above the
 *         maximum, which the sentence has; -EPERM; -EBUSY: a living tester uses the interface;
 *         -ENODEV; -errno of the driver
 */
int ovr_ring_set(const struct ovr_undo_places *places, const char *name, const struct ovr_ring_sizes *asked,
	uint32_t timeout_ms, struct ovr_ring_change *ret_change, struct ovr_err *err);

/**
 * Set the saved sizes again, and remove the saved file once the driver took them.
 * @return as ovr_ring_set(); -ENOENT: nothing is saved; -EIO: the driver took other sizes than the
 * saved ones, which stay saved
 */
int ovr_ring_restore(const struct ovr_undo_places *places, const char *name, uint32_t timeout_ms,
	struct ovr_ring_change *ret_change, struct ovr_err *err);

/**
 * Compare sizes before and after a change. Pure.
 * @return whether they are the same
 */
bool ovr_ring_sizes_are_equal(const struct ovr_ring_sizes *one, const struct ovr_ring_sizes *other);
