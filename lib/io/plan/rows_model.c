/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/specs.h"
#include "plan/values.h"

#define MEMBER(name) offsetof(struct ovr_plan, name)
#define SIZING       "sizing"
#define ONLY         (1u << OVR_PLAN_MODEL)
#define BOTH         (ONLY | 1u << OVR_PLAN_ADVISE)
#define MILLION      1000000u

/* clang-format off */
static const struct ovr_plan_row rows[] = {
	{ "margin", SIZING, "FACTOR", "1.5",
		"the ring is to last so many times the longest stall",
		ovr_plan_parse_factor, ovr_plan_print_factor, MEMBER(margin_ppm), MILLION, 100 * MILLION, BOTH },
	{ "imbalance", SIZING, "FACTOR", "1",
		"what the fullest queue gets over the mean one; few flows: up to the number of queues",
		ovr_plan_parse_factor, ovr_plan_print_factor, MEMBER(model.imbalance_ppm), MILLION,
		OVR_PLAN_QUEUES_MAX * MILLION, ONLY },
	{ "held-back", SIZING, "N", "0",
		"descriptors that a driver gives back in batches only, as its rx_free_thresh; one more is always free",
		ovr_plan_parse_u32, ovr_plan_print_u32, MEMBER(model.held_back), 0, 65536, ONLY },
	{ "buffer", SIZING, "BYTES", "2048",
		"memory behind each descriptor",
		ovr_plan_parse_u32, ovr_plan_print_u32, MEMBER(model.buffer_bytes), 64, 65536, ONLY },
};
/* clang-format on */

static const struct ovr_plan_fallback fallbacks[] = {
	{ "line", "10G" },
};

static const struct ovr_plan_refusal refused[] = {
	{ "rx", "it calculates for any port" },
	{ "txd,txq", "it sizes receive rings" },
	{ "templates,ip,vlan,src-mac,dst-mac", "only the sizes of frames count" },
	{ "streams", "what they do to the queues is said by --imbalance" },
	{ "series-rows,csv", "it has no time series" },
	{ "junit,tap", "it has no trial" },
	{ "max-loss", "a ring is enough if it loses nothing" },
	{ "seed", "nothing in it is random" },
};

const struct ovr_plan_spec ovr_plan_spec_model = {
	.name = "plan-ring",
	.noun = "plan-ring",
	.fallback = fallbacks,
	.n_fallbacks = sizeof(fallbacks) / sizeof(fallbacks[0]),
	.refused = refused,
	.n_refused = sizeof(refused) / sizeof(refused[0]),
	.takes = "line,rxd,rxq,size,rate,shape,stall,service,json,quiet",
	.why_others = "nothing is sent",
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0]),
};
