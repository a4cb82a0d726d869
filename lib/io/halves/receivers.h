/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The books of each of several receivers with its senders, and frames that came to another one.
 * Private to this module. Pure.
 */
#pragma once

#include "base/err.h"
#include "halves/halves.h"

/**
 * Close the books of each receiver, before its halves become part of all. What does not balance
 * there voids the trial.
 * @param[in,out] group halves of each receiver with its senders, in the order of the hosts; an
 * account of frames that went astray is added
 * @param[in,out] result with its hosts; gets receivers and astray
 * @return 0; -ENOMEM
 */
int ovr_half_receivers_book(
	struct ovr_halves *group, uint32_t n_groups, struct ovr_result *result, struct ovr_err *err);
