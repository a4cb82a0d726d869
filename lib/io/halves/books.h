/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The ledger of a trial: its figures and its accounts from both halves. Private to this module.
 * Pure.
 */
#pragma once

#include "halves/halves.h"

/** @param result its streams and total are filled in */
struct ovr_ledger_figures ovr_half_figures(const struct ovr_halves *halves, const struct ovr_result *result);

/** Add every place where frames may have gone, with the counter that says how many. */
void ovr_half_book(const struct ovr_halves *halves, struct ovr_ledger *ledger);

/**
 * Set the number of foreign frames that the receiver's counters can include, where it is known.
 * After the accounts were added.
 */
void ovr_half_bound_others(const struct ovr_half_common *common, struct ovr_ledger *ledger);
