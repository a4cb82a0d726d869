/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Reasons for which a trial is void besides its books, and notes on how it went. Private to this
 * module. Control thread only.
 */
#pragma once

#include "trial/phase.h"

/**
 * Make the ledger, which is still open, void for each fault that there is, and note what is odd.
 */
void ovr_faults_find(
	const struct ovr_workers *workers, const struct ovr_phase *phase, struct ovr_result *result);

/** Note why accounts of a closed ledger are ranges, where some are. */
void ovr_faults_note_ranges(struct ovr_result *result);
