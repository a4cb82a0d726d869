/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Explanation of an account in one sentence, from the stalls and the loss periods.
 *
 * Internal to report.
 */
#pragma once

#include <stddef.h>

#include "result/result.h"

/** Room for any sentence. */
#define OVR_WHY_BYTES 256

/**
 * @return @p buf with the account's own `why`, or if that is empty what the result tells; may be ""
 */
const char *ovr_report_why(
	char *buf, size_t size, const struct ovr_result *result, const struct ovr_ledger_account *account);

/** What unexplained means. @return "" for zero */
const char *ovr_report_why_unexplained(int64_t unexplained);
