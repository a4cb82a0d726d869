/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/specs.h"
#include "plan/values.h"

#define MEMBER(name) offsetof(struct ovr_plan, name)
#define SIZING       "sizing"
#define ONLY         (1u << OVR_PLAN_MODEL)
#define BOTH         (ONLY | 1u << OVR_PLAN_ADVISE)
#define MILLION      1000000u
#define NOTHING_SENT "nothing is sent"

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
	{ "tx", NOTHING_SENT },
	{ "rx", "it calculates for any port" },
	{ "path", NOTHING_SENT },
	{ "force", NOTHING_SENT },
	{ "txd", "it sizes receive rings" },
	{ "txq", "it sizes receive rings" },
	{ "burst", NOTHING_SENT },
	{ "mbufs", NOTHING_SENT },
	{ "link-timeout", NOTHING_SENT },
	{ "link-settle", NOTHING_SENT },
	{ "templates", "only the sizes of frames count" },
	{ "ip", "only the sizes of frames count" },
	{ "vlan", "only the sizes of frames count" },
	{ "src-mac", "only the sizes of frames count" },
	{ "dst-mac", "only the sizes of frames count" },
	{ "gateway", NOTHING_SENT },
	{ "streams", "what they do to the queues is said by --imbalance" },
	{ "time", NOTHING_SENT },
	{ "count", NOTHING_SENT },
	{ "on-full", NOTHING_SENT },
	{ "catch-up", NOTHING_SENT },
	{ "window", NOTHING_SENT },
	{ "tmax", NOTHING_SENT },
	{ "delta", NOTHING_SENT },
	{ "cores", NOTHING_SENT },
	{ "numa", NOTHING_SENT },
	{ "warmup", NOTHING_SENT },
	{ "drain", NOTHING_SENT },
	{ "settle", NOTHING_SENT },
	{ "stall-min", NOTHING_SENT },
	{ "interval", NOTHING_SENT },
	{ "series-rows", "it has no time series" },
	{ "event-gap", NOTHING_SENT },
	{ "max-loss", "a ring is enough if it loses nothing" },
	{ "rate-tolerance", NOTHING_SENT },
	{ "seed", "nothing in it is random" },
	{ "trial-id", NOTHING_SENT },
	{ "csv", "it has no time series" },
	{ "capture", NOTHING_SENT },
	{ "capture-frames", NOTHING_SENT },
};

const struct ovr_plan_spec ovr_plan_spec_model = {
	.name = "plan-ring",
	.noun = "plan-ring",
	.fallback = fallbacks,
	.n_fallbacks = sizeof(fallbacks) / sizeof(fallbacks[0]),
	.refused = refused,
	.n_refused = sizeof(refused) / sizeof(refused[0]),
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0]),
};
