/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The ledger of a trial: its figures and its accounts from both halves. Private to this module.
 * Pure.
 */
#pragma once

#include "halves/halves.h"

/** Names of what workers count: frames that were refused, and arrivals that are no good. */
#define OVR_HALF_SOCKET_REFUSED "EAGAIN, ENOBUFS"
#define OVR_HALF_PORT_REFUSED   "tx_burst refused"
#define OVR_HALF_IS_CORRUPT     "checksum or length wrong"
#define OVR_HALF_IS_LATE        "beyond window or tmax"

/** @param halves with the streams of the receiver */
struct ovr_ledger_figures ovr_half_figures(const struct ovr_halves *halves);

/** @return the limits of a plan's verdict */
struct ovr_ledger_limits ovr_half_limits(const struct ovr_plan *plan);

/** Add every place where frames may have gone, with the counter that says how many. */
void ovr_half_book(const struct ovr_halves *halves, struct ovr_ledger *ledger);

/**
 * Set the number of foreign frames that the receiver's counters can include, where it is known.
 * After the accounts were added.
 */
void ovr_half_bound_others(const struct ovr_half_common *common, struct ovr_ledger *ledger);
