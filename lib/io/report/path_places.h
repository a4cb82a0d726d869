/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What the kernel of a host on a path lost while the path was traced, as its agent read it: for the
 * agent's message and for the report.
 */
#pragma once

#include <jansson.h>

#include "base/err.h"
#include "kernel/rules.h"

/** Places of one host, of all traffic there. Zeroed: none; the lists are owned by it. */
struct ovr_report_path_places {
	struct ovr_kernel_claim *claim;
	uint32_t n_claims;
	char (*note)[OVR_KERNEL_NOTE_BYTES]; /**< what is unknown, one sentence each */
	uint32_t n_notes;
};

/** @return a new object; NULL: no memory */
json_t *ovr_report_path_places_json(const struct ovr_report_path_places *places);

/**
 * Read an object that came from another host. Its texts are plain then.
 * @param[out] ret_places untouched on failure; else ovr_report_path_places_done() frees its lists
 * @return 0; -EINVAL: it is none, with a sentence; -ENOMEM
 */
int ovr_report_path_places_read(
	const json_t *object, struct ovr_report_path_places *ret_places, struct ovr_err *err);

/** Free the lists. */
void ovr_report_path_places_done(struct ovr_report_path_places *places);
