/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Files that appear whole or not at all.
 *
 * A file is written under another name beside its own and takes its name when it is complete, so that a trial that cannot be run
 * neither leaves half a file nor costs an older one. "-" is stdout; what is no regular file (a pipe, a terminal) is written as it is.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"

/** A file under way. Zeroed: none. */
struct app_output {
	FILE *file;       /**< NULL: nothing is to be written */
	const char *what; /**< "json", for sentences */
	const char *path; /**< the caller's; outlives this */
	char *temporary;  /**< NULL: written in place */
};

/** Open it, before the trial. An empty @p path opens nothing. @return 0; negative errno */
int app_output_open(struct app_output *output, const char *what, const char *path, struct ovr_err *err);

/** It is complete: give it its name. @return 0; negative errno: it could not be written, and nothing is left */
int app_output_finish(struct app_output *output, struct ovr_err *err);

/** Forget it. Harmless when it is finished or was never opened. */
void app_output_drop(struct app_output *output);

/** Can a file of that name be written, when the time comes? An empty @p path can. @return 0; negative errno */
int app_output_probe(const char *what, const char *path, struct ovr_err *err);
