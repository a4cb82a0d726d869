/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/specs.h"

/* Short trials at a rate that any receiver takes: only what finds no room is lost. */
static const struct ovr_plan_fallback fallbacks[] = {
	{ "rate", "100kpps" },
	{ "rxd", "256" },
	{ "warmup", "0" },
	{ "drain", "50ms" },
	{ "settle", "20ms" },
};

/* What it does not have, and why. */
static const struct ovr_plan_refusal refused[] = {
	{ "path", "what is lost between the ports would be held against their counters" },
	{ "shape,catch-up", "its trials send smoothly" },
	{ "time", "its trials are as long as their overflows ask for" },
	{ "count", "it chooses how many frames are to be lost" },
	{ "on-full", "every frame has to reach the ring that overflows" },
	{ "stall,service", "it stalls the receiver itself, in ways of which the loss is known" },
	{ "max-loss", "it loses frames on purpose" },
	{ "rate-tolerance", "how many frames were lost is known at any rate" },
};

const struct ovr_plan_spec ovr_plan_spec_ring_verify = {
	.name = "ring verify",
	.noun = "a verification of counters",
	.takes_port = true,
	.fallback = fallbacks,
	.n_fallbacks = sizeof(fallbacks) / sizeof(fallbacks[0]),
	.groups = OVR_PLAN_GROUP_DISTANCES | OVR_PLAN_GROUP_SERIES | OVR_PLAN_GROUP_ID |
		OVR_PLAN_GROUP_CAPTURE | OVR_PLAN_GROUP_CSV,
	.refused = refused,
	.n_refused = sizeof(refused) / sizeof(refused[0]),
};
