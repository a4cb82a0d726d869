/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The ledger of a trial: its figures from the workers' counters, its accounts from the ports'.
 * Private to this module. Control thread only.
 */
#pragma once

#include "trial/phase.h"

/**
 * @return the figures of the workers' counters. Workers may run: arrivals are read before
 * transmissions, so that no frame counts as received and not as sent.
 * @param phase its counters
 * @param result its streams, total and impairments are filled in
 */
struct ovr_ledger_figures ovr_books_figures(
	const struct ovr_workers *workers, const struct ovr_phase *phase, const struct ovr_result *result);

/** Add every place where frames may have gone, with the counter that says how many. */
void ovr_books_add_accounts(
	const struct ovr_workers *workers, const struct ovr_phase *phase, struct ovr_ledger *ledger);

/**
 * Set the number of foreign frames that the receiver's counters can include, where it is known.
 * After the accounts were added.
 */
void ovr_books_bound_others(const struct ovr_port_counters *counters, struct ovr_ledger *ledger);
