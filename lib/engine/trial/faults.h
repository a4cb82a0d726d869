/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Reasons for which a trial is void besides its books, and notes on how it went. Private to this
 * module. Control thread only.
 */
#pragma once

#include "trial/phase.h"

/**
 * Void the open ledger for each fault that is found, and note what is unusual.
 */
void ovr_faults_find(
	const struct ovr_workers *workers, const struct ovr_phase *phase, struct ovr_result *result);

/** Note why accounts of a closed ledger are ranges, where some are. */
void ovr_faults_note_ranges(struct ovr_result *result);
