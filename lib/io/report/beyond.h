/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What a sender lost beyond its own host. Internal to report.
 */
#pragma once

#include "result/result.h"

/**
 * A loss that no counter explains may have been on the sender's host all the same: not everything
 * there is counted, as what the queue of a neighbour drops in a namespace.
 * @param host a sender whose loss is known
 * @return so many frames at least, of those on the path and at the receiver
 */
static inline int64_t
ovr_report_beyond_min(const struct ovr_result *result, const struct ovr_result_host *host)
{
	int64_t most = (int64_t)(host->lost - host->lost_before_max);
	int64_t unexplained = result->ledger.unexplained;
	int64_t most_uncounted = most < unexplained ? most : unexplained;

	return most_uncounted > 0 ? most - most_uncounted : most;
}
