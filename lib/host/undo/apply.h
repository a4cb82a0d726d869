/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Reversal of one recorded change of the host.
 *
 * Internal to undo.
 */
#pragma once

#include "undo/journal.h"

/** What came of it. */
enum ovr_undo_outcome {
	OVR_UNDO_NOTHING, /**< it is as it was, or the interface is not there any more: there is nothing to say */
	OVR_UNDO_RESTORED, /**< put back */
	OVR_UNDO_KEPT,     /**< somebody else wants it otherwise: left as it is, for good */
};

/**
 * Put it back, in the network namespace of the calling thread.
 * @param[out] ret_outcome and @param[out] words what came of it: "eth0: promiscuity cleared", ""
 * for OVR_UNDO_NOTHING
 * @return 0; -errno: it could not be put back, and may be tried again
 */
int ovr_undo_apply(const struct ovr_undo_places *places, const struct ovr_undo_change *change,
	enum ovr_undo_outcome *ret_outcome, char *words, size_t size, struct ovr_err *err);
