/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Drop reasons beside the kernel's counters: they own what no counter has, and confirm the
 * rest. Private to this module. Control thread only.
 */
#pragma once

#include "kernel/rules.h"
#include "reasons/reasons.h"
#include "halves/halves.h"

/** The reasons that were counted while a trial ran. Zeroed memory is a witness that saw nothing. */
struct ovr_witness {
	struct ovr_reasons *reasons; /**< NULL: there is none */
	struct ovr_reasons_reading reading;
	char missing[OVR_RESULT_NOTE_BYTES]; /**< why there is none; "" */
};

/** Begin to count the drops of a trial's frames in the namespaces of its path. It may fail; then
 * the witness is missing. */
void ovr_witness_begin(
	struct ovr_witness *witness, uint32_t trial_id, const struct ovr_kernel_side *side, uint32_t n_sides);

/** Take what was counted. */
void ovr_witness_end(struct ovr_witness *witness);

/**
 * The trial's frames of which reasons confirm a counter of a namespace.
 * @param counter as the rules of reasons name it: "softnet:dropped"
 * @param[out] ret_frames how many; 0 if unknown
 * @return whether that is known to the frame
 */
bool ovr_witness_saw(
	const struct ovr_witness *witness, const char *netns, const char *counter, uint64_t *ret_frames);

/** Free what it owns. */
void ovr_witness_done(struct ovr_witness *witness);

/**
 * Add the accounts of frames that only their drop reason tells of, and notes: that the witness is
 * missing, or that it differs from a counter that was claimed.
 * @param tx_label, rx_label of the ports at the ends
 * @return 0; -ENOMEM
 */
int ovr_witness_book(const struct ovr_witness *witness, const struct ovr_kernel_side *side, uint32_t n_sides,
	const struct ovr_kernel_claims *claims, const char *tx_label, const char *rx_label,
	struct ovr_half_common *common);
