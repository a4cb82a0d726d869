/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/specs.h"
#include "plan/values.h"

#define MEMBER(name) offsetof(struct ovr_plan, back_to_back.name)
#define SEARCH       "search"
#define BURST        (1u << OVR_PLAN_BURST)

/* clang-format off */
static const struct ovr_plan_row rows[] = {
	{ "burst-max", SEARCH, "TIME|N", "1s",
		"longest burst to try, up to 30s at line rate, or in frames; a search that ends there is void",
		ovr_plan_parse_burst_max, ovr_plan_print_burst_max, 0, 1, OVR_PLAN_COUNT_MAX, BURST },
	{ "burst-step", SEARCH, "N", "1",
		"frames to which a search finds the longest burst",
		ovr_plan_parse_u64, ovr_plan_print_u64, MEMBER(step_frames), 1, OVR_PLAN_COUNT_MAX, BURST },
	{ "throughput", SEARCH, "RATE", "auto",
		"what the receiving side forwards without loss; auto: what it forwarded while bursts were draining",
		ovr_plan_parse_rate_or_word, ovr_plan_print_rate_or_word, MEMBER(throughput), 0, 0, BURST },
	{ "actual-rate", SEARCH, "RATE", "none",
		"tell the buffer time at this rate of interest, below the throughput, too",
		ovr_plan_parse_rate_or_word, ovr_plan_print_rate_or_word, MEMBER(actual), 0, 0, BURST },
};
/* clang-format on */

/*
 * RFC 2544 section 26.4: 50 times; RFC 9004 section 5: from idle, and 2 s of rest after each burst.
 */
static const struct ovr_plan_fallback fallbacks[] = {
	{ "repeats", "50" },
	{ "attempts", "1" },
	{ "warmup", "0" },
	{ "drain", "2s" },
	{ "settle", "1ms" },
};

/* What it does not have, and why. */
static const struct ovr_plan_refusal refused[] = {
	{ "rate", "a burst goes at line rate" },
	{ "shape", "a burst has the shortest gaps that there are" },
	{ "time,count", "a burst is as long as the search asks for" },
	{ "on-full", "a burst is attempted until the port has taken all of it" },
	{ "catch-up,rate-tolerance", "a burst with gaps is repeated" },
	{ "max-loss", "the longest burst without any loss is looked for" },
};

const struct ovr_plan_spec ovr_plan_spec_burst = {
	.name = "burst",
	.noun = "a burst search",
	.fallback = fallbacks,
	.n_fallbacks = sizeof(fallbacks) / sizeof(fallbacks[0]),
	.groups = OVR_PLAN_GROUP_DISTANCES | OVR_PLAN_GROUP_SERIES | OVR_PLAN_GROUP_ID |
		OVR_PLAN_GROUP_CAPTURE | OVR_PLAN_GROUP_CSV,
	.refused = refused,
	.n_refused = sizeof(refused) / sizeof(refused[0]),
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0]),
};
