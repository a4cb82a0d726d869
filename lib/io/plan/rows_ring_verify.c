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
	{ "shape", "its trials send smoothly" },
	{ "time", "its trials are as long as their overflows ask for" },
	{ "count", "it chooses how many frames are to be lost" },
	{ "on-full", "every frame has to reach the ring that overflows" },
	{ "catch-up", "its trials send smoothly" },
	{ "stall", "it stalls the receiver itself, in ways of which the loss is known" },
	{ "service", "it stalls the receiver itself, in ways of which the loss is known" },
	{ "max-loss", "it loses frames on purpose" },
	{ "rate-tolerance", "how many frames were lost is known at any rate" },
	{ "delta", "it counts losses, not the distances between them" },
	{ "interval", "it has no time series" },
	{ "series-rows", "it has no time series" },
	{ "event-gap", "it counts losses, not events" },
	{ "trial-id", "each of its trials has one of its own" },
	{ "csv", "it has no single time series; the JSON result has all trials" },
	{ "capture", "it loses frames on purpose" },
	{ "capture-frames", "it captures none" },
};

const struct ovr_plan_spec ovr_plan_spec_ring_verify = {
	.name = "ring verify",
	.noun = "a verification of counters",
	.takes_port = true,
	.fallback = fallbacks,
	.n_fallbacks = sizeof(fallbacks) / sizeof(fallbacks[0]),
	.refused = refused,
	.n_refused = sizeof(refused) / sizeof(refused[0]),
};
