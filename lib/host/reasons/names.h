/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Names of the drop reasons. Their numbers differ from kernel to kernel, so the names are read from
 * the running one. Internal to reasons.
 */
#pragma once

#include <stdint.h>

#include "reasons/reasons.h"

/** A reason. */
struct ovr_reasons_name {
	uint32_t number;
	char text[OVR_REASONS_NAME_BYTES]; /**< without prefix: "NO_SOCKET" */
};

/** The reasons of a kernel. Zeroed memory is an empty list; it is owned by it. */
struct ovr_reasons_names {
	uint32_t n, capacity;
	struct ovr_reasons_name *name;
};

/**
 * Add one.
 * @param text "SKB_DROP_REASON_NO_SOCKET", or without the prefix
 * @return 0; -ENOMEM
 */
int ovr_reasons_names_add(struct ovr_reasons_names *names, uint32_t number, const char *text);

/**
 * Take them from the format file of the tracepoint, whose last line says what each number is
 * printed as: `{ 3, "NO_SOCKET" }`.
 * @return 0; -EBADMSG: it has no list after "reason"; -ENOMEM
 */
int ovr_reasons_names_parse(struct ovr_reasons_names *names, const char *format);

/** @return the reason; NULL: there is none of that name */
const struct ovr_reasons_name *ovr_reasons_names_find(
	const struct ovr_reasons_names *names, const char *text);

/** Write the name of a number; of one without a name the number itself: "0x20003". */
void ovr_reasons_names_print(
	const struct ovr_reasons_names *names, uint32_t number, char ret_text[OVR_REASONS_NAME_BYTES]);

/** Free the list, which is empty then. */
void ovr_reasons_names_done(struct ovr_reasons_names *names);
