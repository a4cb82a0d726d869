/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Files that appear whole or not at all: the one writer of everything that a command writes for its
 * user.
 *
 * A file is written under a temporary name beside its own, and takes its own name when it is
 * complete. A trial that cannot be run thus neither leaves half a file nor costs an older one. A
 * symbolic link stays one: the file that it leads to is replaced. "-" and every name of where
 * stdout goes are the page (page.h). A pipe, a device and a descriptor (/dev/stderr, /dev/fd/3) are
 * written as they are.
 *
 * Who writes to a file notices no error: the first one is kept, and ends app_output_finish().
 * Temporary files go when the process exits, and with the signals of app_output_guard().
 *
 * Thread: the control thread alone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"

/** A file that is being written. It stays where it is until it is dropped. Zeroed: none. */
struct app_output {
	FILE *file;       /**< NULL: nothing is to be written */
	const char *what; /**< "json", for sentences */
	const char *path; /**< the caller's; outlives this */
	char *own_name;   /**< the name that it will have, links followed; NULL: it has its own */
	char *temporary;  /**< the name that it has until then; NULL: none */
	int fd;
	int code;        /**< the first error of writing, an errno; 0: none */
	bool is_stdout;  /**< it replaces the text there; known after app_output_finish() too */
	bool is_durable; /**< set by the caller: it is on the disk before it takes its name */
};

/**
 * Open what the user named, before the trial. Nothing waits: a pipe needs a reader.
 * @param path "": opens nothing
 * @return 0; negative errno
 */
int app_output_open(struct app_output *output, const char *what, const char *path, struct ovr_err *err);

/**
 * Whether what a command reads is another file than what it writes. "-", "" and NULL are none.
 * @param command for the sentence
 * @return 0; -EINVAL
 */
int app_output_check_apart(const char *command, const char *read, const char *written, struct ovr_err *err);

/**
 * Open a file whose name the user did not choose. What is there must be a regular file: nothing
 * else is replaced, and no link is followed.
 * @return 0; negative errno
 */
int app_output_open_derived(
	struct app_output *output, const char *what, const char *path, struct ovr_err *err);

/**
 * All is written: give each file its name, once all of them are complete, and drop them. Outputs to
 * stdout are left to app_page_end().
 * @return 0; negative errno: one could not be written, and each older file is as it was. Where only
 *         taking a name failed, those before it have theirs
 */
int app_output_finish(struct app_output *outputs, size_t n_outputs, struct ovr_err *err);

/** Close it and remove its temporary file. Harmless once finished, and if never opened. */
void app_output_drop(struct app_output *output);

/**
 * Let signals that end the process remove temporary files first: SIGINT, SIGTERM, SIGQUIT and,
 * unless it is ignored (nohup), SIGHUP. Until app_signals_open().
 */
void app_output_guard(void);
