/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Journal of a sweep: its finished cells, so that a sweep that ended early can continue.
 *
 * The file has lines of JSON. The first identifies the journal (schema, version, plan without its
 * outputs); each other line is a finished cell. A line is on its file system before the next cell
 * begins. After a crash or a power cut the last line may be incomplete; its cell is measured again.
 * One process at a time may use a journal.
 */
#pragma once

#include "base/err.h"
#include "result/sweep.h"

/** A journal. */
struct ovr_sweep_state {
	int fd; /**< -1: none is kept */
	const char *path;
};

/**
 * Open the journal that the sweep's plan names, or make it, and take the cells that it has into @p
 * sweep. One of another plan that has no cell yet is written anew.
 * @param sweep from ovr_result_sweep_init(); outlives the journal
 * @return 0; -EINVAL: it is another sweep's, or no journal; -EBUSY: another process has it;
 * negative errno
 */
int ovr_sweep_state_open(struct ovr_sweep_state *state, struct ovr_result_sweep *sweep, struct ovr_err *err);

/** Note a finished cell. @return 0; -ENOMEM, negative errno */
int ovr_sweep_state_add(struct ovr_sweep_state *state, const struct ovr_result_sweep *sweep, uint32_t index,
	struct ovr_err *err);

/** Close it; it stays where it is. */
void ovr_sweep_state_close(struct ovr_sweep_state *state);
