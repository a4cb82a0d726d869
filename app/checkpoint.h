/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The result so far of a trial that runs, in a file beside that of its result: FILE.partial.
 *
 * It is whole at any time, on the disk, and at most one checkpoint old; it goes when the result has
 * its own name, and so does one that an earlier run left there. It stays where a trial is killed,
 * or its result cannot be written. There is none where the result goes to stdout, a pipe or a
 * device.
 */
#pragma once

#include "base/err.h"
#include "plan/plan.h"
#include "result/result.h"

/** Zeroed: none. */
struct app_checkpoint {
	char *path; /**< FILE.partial; NULL: none */
	uint32_t n_written;
	uint32_t n_failed;
	uint64_t longest_ns;    /**< that writing one took, rests included */
	struct ovr_err failure; /**< the first one */
};

/** Checks that a checkpoint file, if one is wanted, can be written. @return 0; negative errno */
int app_checkpoint_begin(struct app_checkpoint *checkpoint, const struct ovr_plan *plan, struct ovr_err *err);

/** Write one. What goes wrong is remembered: the trial goes on. */
void app_checkpoint_write(struct app_checkpoint *checkpoint, const struct ovr_result *so_far);

/** The trial is over: say in its result how many were written, how fast, and what went wrong. */
void app_checkpoint_note(const struct app_checkpoint *checkpoint, struct ovr_result *result);

/**
 * The result has its name: a file of that name is removed, whoever wrote it. Nothing where there
 * was to be none.
 */
void app_checkpoint_remove(struct app_checkpoint *checkpoint);

/** Free what it owns; the file stays. Zeroed ones are allowed. */
void app_checkpoint_done(struct app_checkpoint *checkpoint);
