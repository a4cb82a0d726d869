/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/specs.h"

#include "plan/values.h"

#define RUN    (1u << OVR_PLAN_RUN)
#define DAY_NS UINT64_C(86400000000000)

/* What no other command has: one trial that may last for days. */
/* clang-format off */
static const struct ovr_plan_row rows[] = {
	{ "checkpoint", OVR_PLAN_SECTION_OUTPUT, "TIME", "1m",
		"how often to write the result so far to FILE.partial, where json names a file; 0: never",
		ovr_plan_parse_duration, ovr_plan_print_duration, offsetof(struct ovr_plan, output.checkpoint_ns), 0, DAY_NS, RUN },
};
/* clang-format on */

const struct ovr_plan_spec ovr_plan_spec_run = {
	.name = "run",
	.noun = "a run",
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0]),
};
