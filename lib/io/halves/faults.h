/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Reasons for which a trial is void besides its books, and notes on how it went. Private to this
 * module. Pure.
 */
#pragma once

#include "halves/halves.h"

/** Void the open ledger for each fault that is found, and note what is unusual. */
void ovr_half_find_faults(const struct ovr_halves *halves, struct ovr_result *result);

/** Note why accounts of a closed ledger are ranges, where some are. */
void ovr_half_note_ranges(struct ovr_result *result);
