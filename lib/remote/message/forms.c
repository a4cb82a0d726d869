/* SPDX-License-Identifier: BSD-3-Clause */
#include "message/forms.h"

#include <errno.h>
#include <inttypes.h>

#include "frame/frame.h"

#define AT(member) offsetof(struct ovr_message, member)

static const char *const role_names[] = {
	[OVR_MESSAGE_TX] = "tx", [OVR_MESSAGE_RX] = "rx", [OVR_MESSAGE_BOTH] = "both", NULL
};
static const char *const state_names[] = {
	[OVR_MESSAGE_IDLE] = "idle",
	[OVR_MESSAGE_IS_PREPARED] = "prepared",
	[OVR_MESSAGE_IS_ARMED] = "armed",
	[OVR_MESSAGE_RUNNING] = "running",
	[OVR_MESSAGE_DRAINING] = "draining",
	[OVR_MESSAGE_REPORTING] = "reporting",
	NULL,
};

static const struct ovr_message_row hello_rows[] = {
	{ "protocol", OVR_MESSAGE_KIND_COUNT, AT(hello.protocol), 1, UINT32_MAX },
	{ "frame_version", OVR_MESSAGE_KIND_COUNT, AT(hello.frame_version), 1, UINT32_MAX },
	{ "overrun", OVR_MESSAGE_KIND_NAME, AT(hello.overrun) },
	{ "host", OVR_MESSAGE_KIND_NAME, AT(hello.host), .is_optional = true },
	{ "kernel", OVR_MESSAGE_KIND_NAME, AT(hello.kernel), .is_optional = true },
	{ "boot", OVR_MESSAGE_KIND_NAME, AT(hello.boot), .is_optional = true },
	{ "is_holder", OVR_MESSAGE_KIND_FLAG, AT(hello.is_holder), .is_optional = true },
	{ "watches", OVR_MESSAGE_KIND_FLAG, AT(hello.watches), .is_optional = true },
	{ NULL },
};
static const struct ovr_message_row expect_rows[] = {
	{ "role", OVR_MESSAGE_KIND_CHOICE, AT(expect.role), .names = role_names },
	{ "plans", OVR_MESSAGE_KIND_TEXTS, AT(expect.plans), 1, OVR_MESSAGE_TEXTS_MAX },
	{ NULL },
};
static const struct ovr_message_row expected_rows[] = {
	{ "cores", OVR_MESSAGE_KIND_NAME, AT(expected.cores) },
	{ "dpdk", OVR_MESSAGE_KIND_NAME, AT(expected.dpdk) },
	{ "facts", OVR_MESSAGE_KIND_OBJECT, AT(expected.facts), .is_optional = true },
	{ NULL },
};
static const struct ovr_message_row plan_rows[] = {
	{ "plan", OVR_MESSAGE_KIND_TEXT, AT(plan.plan) },
	{ "trial", OVR_MESSAGE_KIND_HEX, AT(plan.trial) },
	{ "xstats", OVR_MESSAGE_KIND_FLAG, AT(plan.xstats), .is_optional = true },
	{ NULL },
};
static const struct ovr_message_row prepared_rows[] = {
	{ "port", OVR_MESSAGE_KIND_NAME, AT(prepared.port) },
	{ "mac", OVR_MESSAGE_KIND_NAME, AT(prepared.mac), .is_optional = true },
	{ "line_bps", OVR_MESSAGE_KIND_COUNT, AT(prepared.line_bps), 0, OVR_MESSAGE_COUNT_MAX },
	{ "rings", OVR_MESSAGE_KIND_COUNT, AT(prepared.rings), 0, UINT32_MAX },
	{ "queues", OVR_MESSAGE_KIND_COUNT, AT(prepared.queues), 1, UINT16_MAX },
	{ "facts", OVR_MESSAGE_KIND_OBJECT, AT(prepared.facts), .is_optional = true },
	{ NULL },
};
static const struct ovr_message_row clock_rows[] = {
	{ "seq", OVR_MESSAGE_KIND_COUNT, AT(clock.seq), 0, UINT32_MAX },
	{ "t1", OVR_MESSAGE_KIND_COUNT, AT(clock.t1), 0, OVR_MESSAGE_COUNT_MAX },
	{ "t2", OVR_MESSAGE_KIND_COUNT, AT(clock.t2), 0, OVR_MESSAGE_COUNT_MAX, .is_optional = true },
	{ "t3", OVR_MESSAGE_KIND_COUNT, AT(clock.t3), 0, OVR_MESSAGE_COUNT_MAX, .is_optional = true },
	{ NULL },
};
static const struct ovr_message_row start_rows[] = {
	{ "epoch_ns", OVR_MESSAGE_KIND_COUNT, AT(start.epoch_ns), 0, OVR_MESSAGE_COUNT_MAX },
	{ NULL },
};
static const struct ovr_message_row heartbeat_rows[] = {
	{ "state", OVR_MESSAGE_KIND_CHOICE, AT(heartbeat.state), .names = state_names },
	{ "so_far", OVR_MESSAGE_KIND_OBJECT, AT(heartbeat.so_far), .is_optional = true },
	{ NULL },
};
static const struct ovr_message_row sent_rows[] = {
	{ "of", OVR_MESSAGE_KIND_COUNTS, AT(sent.of), 1, OVR_FRAME_STREAMS_MAX },
	{ NULL },
};
static const struct ovr_message_row half_rows[] = {
	{ "half", OVR_MESSAGE_KIND_OBJECT, AT(half.half) },
	{ "is_checkpoint", OVR_MESSAGE_KIND_FLAG, AT(half.is_checkpoint), .is_optional = true },
	{ NULL },
};
static const struct ovr_message_row interface_rows[] = {
	{ "name", OVR_MESSAGE_KIND_NAME, AT(interface.name) },
	{ "reading", OVR_MESSAGE_KIND_OBJECT, AT(interface.reading), .is_optional = true },
	{ NULL },
};
static const struct ovr_message_row error_rows[] = {
	{ "text", OVR_MESSAGE_KIND_SENTENCE, AT(error.text) },
	{ "is_final", OVR_MESSAGE_KIND_FLAG, AT(error.is_final), .is_optional = true },
	{ NULL },
};
static const struct ovr_message_row closed_rows[] = {
	{ "notes", OVR_MESSAGE_KIND_TEXTS, AT(closed.notes), 0, OVR_MESSAGE_TEXTS_MAX, .is_optional = true },
	{ NULL },
};
static const struct ovr_message_row path_rows[] = {
	{ "reflect", OVR_MESSAGE_KIND_NAME, AT(path.reflect), .is_optional = true },
	{ "key", OVR_MESSAGE_KIND_COUNT, AT(path.key), 0, UINT32_MAX, .is_optional = true },
	{ "pps", OVR_MESSAGE_KIND_COUNT, AT(path.pps), 0, UINT32_MAX, .is_optional = true },
	{ "has_places", OVR_MESSAGE_KIND_FLAG, AT(path.has_places), .is_optional = true },
	{ NULL },
};
static const struct ovr_message_row watching_rows[] = {
	{ "reflect", OVR_MESSAGE_KIND_NAME, AT(watching.reflect), .is_optional = true },
	{ "addresses", OVR_MESSAGE_KIND_TEXTS, AT(watching.addresses), 0, OVR_MESSAGE_ADDRESSES_MAX,
		.is_optional = true },
	{ NULL },
};
static const struct ovr_message_row seen_rows[] = {
	{ "arrived", OVR_MESSAGE_KIND_TEXT, AT(seen.arrived), .is_optional = true },
	{ "duplicates", OVR_MESSAGE_KIND_COUNT, AT(seen.duplicates), 0, OVR_MESSAGE_COUNT_MAX,
		.is_optional = true },
	{ "reordered", OVR_MESSAGE_KIND_COUNT, AT(seen.reordered), 0, OVR_MESSAGE_COUNT_MAX,
		.is_optional = true },
	{ "unanswered", OVR_MESSAGE_KIND_COUNT, AT(seen.unanswered), 0, OVR_MESSAGE_COUNT_MAX,
		.is_optional = true },
	{ "full", OVR_MESSAGE_KIND_COUNT, AT(seen.full), 0, OVR_MESSAGE_COUNT_MAX, .is_optional = true },
	{ "dropped", OVR_MESSAGE_KIND_COUNT, AT(seen.dropped), 0, OVR_MESSAGE_COUNT_MAX,
		.is_optional = true },
	{ "is_dropped_known", OVR_MESSAGE_KIND_FLAG, AT(seen.is_dropped_known), .is_optional = true },
	{ "is_list_short", OVR_MESSAGE_KIND_FLAG, AT(seen.is_list_short), .is_optional = true },
	{ "places", OVR_MESSAGE_KIND_OBJECT, AT(seen.places), .is_optional = true },
	{ NULL },
};
static const struct ovr_message_row no_rows[] = { { NULL } };

#define SMALL_BYTES (64u << 10)
#define LARGE_BYTES (1u << 20)

const struct ovr_message_form ovr_message_forms[OVR_MESSAGE_TYPES] = {
	[OVR_MESSAGE_HELLO] = { "hello", SMALL_BYTES, hello_rows },
	[OVR_MESSAGE_EXPECT] = { "expect", LARGE_BYTES, expect_rows },
	[OVR_MESSAGE_EXPECTED] = { "expected", SMALL_BYTES, expected_rows },
	[OVR_MESSAGE_PLAN] = { "plan", LARGE_BYTES, plan_rows },
	[OVR_MESSAGE_PREPARED] = { "prepared", SMALL_BYTES, prepared_rows },
	[OVR_MESSAGE_CLOCK] = { "clock", SMALL_BYTES, clock_rows },
	[OVR_MESSAGE_ARMED] = { "armed", SMALL_BYTES, no_rows },
	[OVR_MESSAGE_START] = { "start", SMALL_BYTES, start_rows },
	[OVR_MESSAGE_HEARTBEAT] = { "heartbeat", 256u << 10, heartbeat_rows },
	/* as many streams as there may be, with numbers of 19 digits */
	[OVR_MESSAGE_SENT] = { "sent", OVR_MESSAGE_TO_AGENT_BYTES, sent_rows },
	[OVR_MESSAGE_STOP] = { "stop", SMALL_BYTES, no_rows },
	[OVR_MESSAGE_HALF] = { "half", OVR_MESSAGE_TO_CALLER_BYTES, half_rows },
	/* a NIC has thousands of counters at most */
	[OVR_MESSAGE_INTERFACE] = { "interface", LARGE_BYTES, interface_rows },
	[OVR_MESSAGE_CLOSE] = { "close", SMALL_BYTES, no_rows },
	[OVR_MESSAGE_CLOSED] = { "closed", SMALL_BYTES, closed_rows },
	[OVR_MESSAGE_ERROR] = { "error", SMALL_BYTES, error_rows },
	[OVR_MESSAGE_PATH] = { "path", SMALL_BYTES, path_rows },
	[OVR_MESSAGE_WATCHING] = { "watching", SMALL_BYTES, watching_rows },
	/* OVR_PATH_NUMBERS_MAX / 4 digits, and places */
	[OVR_MESSAGE_SEEN] = { "seen", OVR_MESSAGE_TO_CALLER_BYTES, seen_rows },
};

const struct ovr_message_row ovr_message_nonce_row = { "nonce", OVR_MESSAGE_KIND_HEX, AT(nonce) };

int
ovr_message_check_length(const struct ovr_message_row *row, size_t n, struct ovr_err *err)
{
	if (n >= row->min && n <= row->max)
		return 0;
	return ovr_err_set(err, -EBADMSG, "%s found %zu entries, accepted: %" PRIu64 " to %" PRIu64, row->key,
		n, row->min, row->max);
}

int
ovr_message_check_size(enum ovr_message_type type, size_t size, struct ovr_err *err)
{
	if (size <= ovr_message_forms[type].bytes_max)
		return 0;
	return ovr_err_set(err, -EMSGSIZE, "message %s: found %zu bytes, accepted: %zu at most",
		ovr_message_forms[type].name, size, ovr_message_forms[type].bytes_max);
}

const char *
ovr_message_state_name(enum ovr_message_state state)
{
	return state_names[state];
}
