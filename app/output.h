/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Files that appear whole or not at all.
 *
 * A file is written under another name beside its own and takes its name when it is complete, so that a trial that cannot be run
 * neither leaves half a file nor costs an older one. "-" and /dev/stdout are stdout; what is no regular file itself (a pipe, a
 * terminal, a link) keeps its name and is written in place. What is unfinished is removed if the process exits.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"

/** A file under way. Zeroed: none. */
struct app_output {
	FILE *file;       /**< NULL: nothing is to be written */
	const char *what; /**< "json", for sentences */
	const char *path; /**< the caller's; outlives this */
	char *temporary;  /**< to be renamed, or removed; NULL: none */
	bool is_durable; /**< set by the caller: on the disk before it has its name, which outlives the host */
	bool is_in_place; /**< written under its own name; then temporary is a file that was made for it */
};

/** Open it, before the trial. An empty @p path opens nothing. @return 0; negative errno */
int app_output_open(struct app_output *output, const char *what, const char *path, struct ovr_err *err);

/** All is written: hand it to the kernel, and find out whether that takes it. @return 0; negative errno */
int app_output_complete(struct app_output *outputs, size_t n_outputs, struct ovr_err *err);

/**
 * They are complete: give each its name, once all of them can have theirs.
 * @return 0; negative errno: one could not be written, and nothing new is left
 */
int app_output_finish(struct app_output *outputs, size_t n_outputs, struct ovr_err *err);

/** Forget it. Harmless when it is finished or was never opened. */
void app_output_drop(struct app_output *output);

/** Can a file of that name be written, when the time comes? An empty @p path can. @return 0; negative errno */
int app_output_probe(const char *what, const char *path, struct ovr_err *err);
