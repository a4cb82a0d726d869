/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/specs.h"

#include "plan/values.h"

#define GRID  "grid"
#define SWEEP (1u << OVR_PLAN_SWEEP)
#define BURST (1u << OVR_PLAN_BURST)

/* What a sweep changes of a run's defaults: it has many trials. */
static const struct ovr_plan_fallback fallbacks[] = {
	{ "warmup", "10ms" },
	{ "drain", "10ms" },
	{ "settle", "1ms" },
};

/* What it does not have, and why. */
static const struct ovr_plan_refusal refused[] = {
	{ "max-loss", "a ring loses nothing or it loses" },
};

/* clang-format off */
static const struct ovr_plan_row rows[] = {
	{ "rings", GRID, "LIST", "auto",
		"ring sizes: 256,1024,3000, or 64..8192 for 64 and its doubles up to 8192; auto: --rxd",
		ovr_plan_parse_rings, ovr_plan_print_rings, 0, 1, 65536, SWEEP },
	{ "sizes", GRID, "LIST", "auto",
		"frame sizes, each in trials of its own: 64,512,imix, or rfc2544 for its seven; auto: --size",
		ovr_plan_parse_sizes, ovr_plan_print_sizes, 0, 0, 0, SWEEP | 1u << OVR_PLAN_SEARCH },
	{ "rates", GRID, "LIST", "auto",
		"loads: 50%,100%; auto: --rate",
		ovr_plan_parse_rates, ovr_plan_print_rates, 0, 0, 0, SWEEP },
	{ "bursts", GRID, "LIST", "auto",
		"bursts: 8,32; auto: --burst",
		ovr_plan_parse_bursts, ovr_plan_print_bursts, 0, 1, 512, SWEEP },
	{ "queues", GRID, "LIST", "auto",
		"receive queues: 1,2,4; auto: --rxq",
		ovr_plan_parse_queues, ovr_plan_print_queues, 0, 1, OVR_PLAN_QUEUES_MAX, SWEEP },
	{ "stalls", GRID, "LIST", "auto",
		"pauses of the receiver: none,100us/10ms,1ms/20ms,jitter=10%; auto: --stall",
		ovr_plan_parse_stalls, ovr_plan_print_stalls, 0, 0, 0, SWEEP },
	{ "repeats", GRID, "N", "1",
		"how often each cell of the grid is measured, or the longest burst is searched for",
		ovr_plan_parse_u32, ovr_plan_print_u32, offsetof(struct ovr_plan, repetition.repeats), 1, 1000, SWEEP | BURST },
	{ "state", GRID, "FILE", "none",
		"keep each finished cell there; where the file exists, the sweep that it is of goes on",
		ovr_plan_parse_file, ovr_plan_print_file, offsetof(struct ovr_plan, sweep.state), 0, 0, SWEEP },
};
/* clang-format on */

const struct ovr_plan_spec ovr_plan_spec_sweep = {
	.name = "sweep",
	.noun = "a sweep",
	.fallback = fallbacks,
	.n_fallbacks = sizeof(fallbacks) / sizeof(fallbacks[0]),
	.groups = OVR_PLAN_GROUP_DISTANCES | OVR_PLAN_GROUP_SERIES | OVR_PLAN_GROUP_ID |
		OVR_PLAN_GROUP_CAPTURE,
	.refused = refused,
	.n_refused = sizeof(refused) / sizeof(refused[0]),
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0]),
};
