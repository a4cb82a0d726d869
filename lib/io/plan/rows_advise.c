/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/specs.h"
#include "plan/values.h"

#define MEMBER(name) offsetof(struct ovr_plan, name)
#define ADVICE       "advice"
#define ONLY         (1u << OVR_PLAN_ADVISE)
#define NS_PER_MS    UINT64_C(1000000)

/* --margin stands with the rows of plan-ring. */
/* clang-format off */
static const struct ovr_plan_row rows[] = {
	{ "baseline", ADVICE, "TIME", "30s",
		"how long arrivals and stalls are monitored: the longer, the rarer the stalls that it rules out",
		ovr_plan_parse_duration, ovr_plan_print_duration, MEMBER(advise.baseline_ns), 100 * NS_PER_MS,
		OVR_PLAN_TIME_MAX_NS, ONLY },
	{ "confidence", ADVICE, "SHARE", "95%",
		"level of the bound on stalls that were not seen, 50% to 99.9999%",
		ovr_plan_parse_level, ovr_plan_print_share, MEMBER(advise.level_ppb), 500000000, 999999000, ONLY },
	{ "cover", ADVICE, "all|injected", "all",
		"size for all stalls that were seen, host stalls too, or for the injected ones alone",
		ovr_plan_parse_choice, ovr_plan_print_choice, MEMBER(advise.cover), 0, 0, ONLY },
};
/* clang-format on */

static const struct ovr_plan_fallback fallbacks[] = {
	{ "time", "1s" },
	{ "drain", "20ms" },
	{ "settle", "10ms" },
};

static const struct ovr_plan_refusal refused[] = {
	{ "path", "a device between the ports would hide which frames the ring has lost" },
	{ "rxd", "the ring is what is recommended" },
	{ "mbufs", "each of its trials needs as many as its ring" },
	{ "count", "its trials are as long as --baseline and --time say" },
	{ "on-full,catch-up", "a sender that waits or catches up is no steady load" },
	{ "max-loss,rate-tolerance", "its trials are judged by their stalls" },
	{ "csv", "it has no single time series" },
};

const struct ovr_plan_spec ovr_plan_spec_advise = {
	.name = "ring advise",
	.noun = "ring advise",
	.takes_port = true,
	.fallback = fallbacks,
	.n_fallbacks = sizeof(fallbacks) / sizeof(fallbacks[0]),
	.groups = OVR_PLAN_GROUP_DISTANCES | OVR_PLAN_GROUP_SERIES | OVR_PLAN_GROUP_ID |
		OVR_PLAN_GROUP_CAPTURE,
	.refused = refused,
	.n_refused = sizeof(refused) / sizeof(refused[0]),
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0]),
};
