/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The losses of a saved result, to be repeated by a hop.
 */
#pragma once

#include "base/err.h"
#include "cable/draw.h"

/** Losses as frames by their order of sending. Zeroed: none. */
struct ovr_replay {
	struct ovr_wire_range *range;
	uint32_t n;
	uint64_t sent; /**< frames of the trial */
};

/**
 * Read them. Of several streams the order is that of times (report/tcp_impact.h), and exact to
 * the frame with one stream alone.
 * @param path of a result of run
 * @param[out] ret_replay the caller's: ovr_replay_done()
 * @return 0; -ENODATA: the result does not tell what was lost, or not all of it; -EINVAL: it is no
 * result of run; -ENOMEM; what ovr_saved_open() says
 */
int ovr_replay_read(const char *path, struct ovr_replay *ret_replay, struct ovr_err *err);

/** Free it. */
void ovr_replay_done(struct ovr_replay *replay);
