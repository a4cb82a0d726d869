/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * From saved results to what changed between them: the figures of each command, and the properties
 * that may be why they differ. Control thread.
 */
#pragma once

#include "report/saved.h"
#include "result/changes.h"

/**
 * Add a result to a group. One that is void is named, and its figures are left out. Results of a
 * group are repeats: of one plan, but for its seed, trial id and files.
 * @param path for sentences, and kept
 * @return 0; -EINVAL: a document without figures, of another command than those before it, or of
 *         another plan than those of its group; -ENOMEM
 */
int ovr_changes_read(struct ovr_changes *changes, uint32_t group, const char *path,
	const struct ovr_saved *saved, struct ovr_err *err);

/** @return "run, search, …": of what commands results can be compared */
const char *ovr_changes_commands(char *text, size_t size);
