/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/specs.h"

#include "plan/values.h"

#define FRAMES "frames" /* goes on where the rows of every trial end */
#define HALF   (1u << OVR_PLAN_HALF)

/* What the caller of a trial over several hosts tells one of them, and no user. */
/* clang-format off */
static const struct ovr_plan_row rows[] = {
	{ "stream-first", FRAMES, "N", "0",
		"number of the first stream of this end",
		ovr_plan_parse_u32, ovr_plan_print_u32, offsetof(struct ovr_plan, frames.stream_first), 0, OVR_FRAME_STREAMS_MAX - 1, HALF },
	{ "streams-own", FRAMES, "N", "0",
		"streams of this receiver, of those of all; 0: all of them",
		ovr_plan_parse_u32, ovr_plan_print_u32, offsetof(struct ovr_plan, frames.streams_own), 0, OVR_FRAME_STREAMS_MAX, HALF },
};
/* clang-format on */

const struct ovr_plan_spec ovr_plan_spec_half = {
	.name = "end",
	.noun = "a half of a trial",
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0]),
};
