/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Places of network namespaces that lost something in an interval, a line for each: how many, of
 * what, where, by which counter, and which other counters have the same ones.
 *
 * A count is in the unit of its counter; counts of different units do not add. One that two
 * counters disagree about is a range. A place in parentheses is a counter of the whole host: what
 * it counted may be of another namespace, or in another line, and does not add either.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "kernel/rules.h"

/** What the namespaces lost. */
struct ovr_report_places {
	const char *const *netns; /**< "": the program's own */
	uint32_t n_netns;
	uint64_t ns;
	const struct ovr_kernel_claims *claims;
	/** what became unknown in it: one sentence each; of a total, all of them */
	const char (*note)[OVR_KERNEL_NOTE_BYTES];
	uint32_t n_notes;
	uint32_t n_notes_beyond; /**< of a total: further ones that were not kept */
};

/** What is watched, and what of it cannot be read; the claims are not used. @return 0; -EIO */
int ovr_report_places_begin(const struct ovr_report_places *places, FILE *out, struct ovr_err *err);

/** The line of headings. @param when its first word, "12:00:01" @return 0; -EIO */
int ovr_report_places_headings(const char *when, FILE *out, struct ovr_err *err);

/**
 * A line for every place, or one that says that no counter moved; below them what is unknown.
 * @param when first word of each line, "12:00:02" or "Total:"
 * @param is_terminal whether lines may be in bold
 * @return 0; -EIO
 */
int ovr_report_places_rows(const char *when, const struct ovr_report_places *places, bool is_terminal,
	FILE *out, struct ovr_err *err);
