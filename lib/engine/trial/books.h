/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The ledger of a trial: its figures from the workers' counters, its accounts from the ports'.
 * Private to this module. Control thread only.
 */
#pragma once

#include "trial/phase.h"

/**
 * What was counted, of workers that run as well: then no frame is seen to arrive that was not
 * seen to be sent.
 * @param phase its counters
 * @param result its streams, total and impairments are filled in
 */
struct ovr_ledger_figures ovr_books_figures(
	const struct ovr_workers *workers, const struct ovr_phase *phase, const struct ovr_result *result);

/** Add every place where frames may have gone, with the counter that says how many. */
void ovr_books_add_accounts(
	const struct ovr_workers *workers, const struct ovr_phase *phase, struct ovr_ledger *ledger);

/**
 * Set how many frames of others can have met the receiver's counters, where that is known. The
 * accounts are added.
 */
void ovr_books_bound_others(const struct ovr_port_counters *counters, struct ovr_ledger *ledger);
