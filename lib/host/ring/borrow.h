/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Rings of an interface, changed for the duration of a trial.
 *
 * The sizes before the change are in a journal of this process (undo/undo.h) before the driver is
 * asked. If the process is killed, the next one restores them. Sizes that `ring set` has saved
 * (undo/saved.h) are not touched. Control thread; needs CAP_NET_ADMIN.
 */
#pragma once

#include "ring/change.h"

/** Rings that are changed until they are given back. */
struct ovr_ring_loan;

/**
 * Set ring sizes for a while.
 * @param places NULL: the usual ones
 * @param asked sizes, or OVR_RING_KEEP
 * @param timeout_ms for the link; 0: do not wait
 * @param[out] ret_loan the caller's, to be ended by ovr_ring_give_back(); also where the sizes were
 * these already
 * @param[out] ret_change what came of it; nothing is saved in the sense of ovr_ring_restore()
 * @return 0; what ovr_ring_set() returns, and what ovr_undo_note() does: then, -ETIMEDOUT included,
 * the rings were put back
 */
int ovr_ring_borrow(const struct ovr_undo_places *places, const char *name,
	const struct ovr_ring_sizes *asked, uint32_t timeout_ms, struct ovr_ring_loan **ret_loan,
	struct ovr_ring_change *ret_change, struct ovr_err *err);

/**
 * Put back what the rings were, and wait for the link. Rings that somebody else has changed since
 * stay.
 * @param loan freed; NULL is allowed
 * @param timeout_ms for the link; 0: do not wait
 * @return 0; -ETIMEDOUT: they are back, but the link is not; -errno: they could not be put back,
 * and the next process tries again
 */
int ovr_ring_give_back(struct ovr_ring_loan *loan, uint32_t timeout_ms, struct ovr_err *err);
