/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/specs.h"

/* What a selftest changes of a run's defaults. */
static const struct ovr_plan_fallback fallbacks[] = {
	{ "time", "250ms" },
	{ "warmup", "10ms" },
	{ "drain", "10ms" },
	{ "settle", "1ms" },
};

/* What it does not have, and why. */
static const struct ovr_plan_refusal refused[] = {
	{ "path", "a device between the ports would be measured, not the tester" },
	{ "rate", "the rate is what a selftest looks for" },
	{ "shape", "it sends smoothly at each rate" },
	{ "count", "its trials are as long as --time says" },
	{ "on-full", "what the port refuses is part of the answer" },
	{ "catch-up", "what the sender misses is part of the answer" },
	{ "stall", "the stalls of the host itself are measured" },
	{ "service", "the receiver itself is measured" },
	{ "max-loss,rate-tolerance", "its own tolerances stand in its report" },
};

const struct ovr_plan_spec ovr_plan_spec_selftest = {
	.name = "selftest",
	.noun = "a selftest",
	.fallback = fallbacks,
	.n_fallbacks = sizeof(fallbacks) / sizeof(fallbacks[0]),
	.groups = OVR_PLAN_GROUP_CSV | OVR_PLAN_GROUP_ID | OVR_PLAN_GROUP_CAPTURE,
	.refused = refused,
	.n_refused = sizeof(refused) / sizeof(refused[0]),
};
