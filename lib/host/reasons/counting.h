/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Counting of drop reasons with perf, with one counter for each reason and CPU. The counts are of
 * the whole host and do not distinguish whose an skb is. Internal to reasons.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

/** Running counters. */
struct ovr_reasons_counting;

/**
 * Begin to count the reasons that rules name (reasons/rules.h) and this kernel has.
 * @param tracefs where tracefs is mounted; NULL: at its usual places
 * @return 0; -ENOENT: tracefs is not mounted, or the kernel has no such tracepoint; -EACCES,
 * -EPERM; -EMFILE: more counters than files may be open; -ENOMEM; -errno
 */
int ovr_reasons_counting_open(
	const char *tracefs, struct ovr_reasons_counting **ret_counting, struct ovr_err *err);

/** Reasons that are counted. */
uint32_t ovr_reasons_counting_n(const struct ovr_reasons_counting *counting);

/**
 * Read the counter of one.
 * @param index below their number
 * @param[out] ret_reason its name, owned by @p counting
 * @return 0; -errno
 */
int ovr_reasons_counting_read(const struct ovr_reasons_counting *counting, uint32_t index,
	const char **ret_reason, uint64_t *ret_events, struct ovr_err *err);

/** End counting, and free it. NULL is allowed. */
void ovr_reasons_counting_close(struct ovr_reasons_counting *counting);
