/* SPDX-License-Identifier: BSD-3-Clause */
/* The hosts of a trial over several as JSON: who they are, and what each sender lost. */
#include "report/beyond.h"
#include "report/json_names.h"
#include "report/json_parts.h"
#include "report/json_put.h"

#define HOST(member)  OVR_JSON_MEMBER(struct ovr_result_host, member)
#define PAIR(member)  OVR_JSON_MEMBER(struct pair, member)
#define CLOCK(member) OVR_JSON_MEMBER(struct ovr_result_clock, member)

static const struct ovr_json_names roles = { .n = 3, .text = { "tx", "rx", "both" } };

static json_t *
role_of(const struct ovr_json_at *at)
{
	const struct ovr_result_host *host = at->object;

	return ovr_json_name(&roles, host->is_sender ? 2 * host->is_receiver : 1);
}

static bool
is_checkpoint(const struct ovr_json_at *at)
{
	const struct ovr_result_host *host = at->object;

	return host->half == OVR_RESULT_HALF_CHECKPOINT;
}

static bool
has_sent(const struct ovr_json_at *at)
{
	const struct ovr_result_host *host = at->object;

	return host->is_sender && host->half != OVR_RESULT_HALF_NONE;
}

static const struct ovr_json_row host_rows[] = {
	{ "name", OVR_JSON_TEXT, HOST(name) },
	{ "role", OVR_JSON_NAME, .about = "the ends that it has", .value = role_of, .names = &roles },
	{ "port", OVR_JSON_TEXT, HOST(port), "of both ends the sender's" },
	{ "ring", OVR_JSON_COUNT, HOST(ring), "descriptors of each ring; null: unknown",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "dpdk_driver", OVR_JSON_TEXT, HOST(device.dpdk_driver), "of that port; empty: unknown",
		.is_added = true },
	{ "driver", OVR_JSON_TEXT, HOST(device.driver),
		"of a kernel interface, as ethtool -i has it; null: none", .null = OVR_JSON_NULL_IF_ZERO,
		.is_added = true },
	{ "driver_version", OVR_JSON_TEXT, HOST(device.driver_version), "null: it does not tell",
		.null = OVR_JSON_NULL_IF_ZERO, .is_added = true },
	{ "firmware", OVR_JSON_TEXT, HOST(device.firmware), "null: it does not tell",
		.null = OVR_JSON_NULL_IF_ZERO, .is_added = true },
	{ "half", OVR_JSON_NAME, HOST(half),
		"how much came of its half; checkpoint: what was known when it was last heard of",
		.names = &ovr_json_halves },
	{ "why", OVR_JSON_TEXT, HOST(why), "if it is not whole; else empty" },
	{ "until_ns", OVR_JSON_COUNT, HOST(until_ns), "of a checkpoint: what it is as of; else null",
		.is_known = is_checkpoint },
	{ "overrun_version", OVR_JSON_TEXT, HOST(overrun_version), "empty: unknown, like the next two" },
	{ "dpdk_version", OVR_JSON_TEXT, HOST(dpdk_version) },
	{ "kernel", OVR_JSON_TEXT, HOST(kernel) },
	{ "clock_offset_ns", OVR_JSON_WHOLE, HOST(clock_offset_ns),
		"its clock less the caller's, in the middle of the trial; null: not known",
		OVR_JSON_BY(struct ovr_result_host, clock_known) },
	{ "clock_bound_ns", OVR_JSON_COUNT, HOST(clock_bound_ns), "which is no further off",
		OVR_JSON_BY(struct ovr_result_host, clock_known) },
	{ "sent", OVR_JSON_COUNT, HOST(sent), "of a checkpoint: by then; null: unknown, or no sender",
		.is_known = has_sent },
};

const struct ovr_json_table ovr_json_host_table = OVR_JSON_TABLE(
	"host", struct ovr_result_host, host_rows, "A host of a trial over several");

/* A sender, and the receiver of its frames. */
struct pair {
	char sender[64], receiver[64];
	struct ovr_result_host host;
	int64_t lost, before_min, before_max, beyond_min, beyond_max;
};

static json_t *
loss_ratio(const struct ovr_json_at *at)
{
	const struct pair *pair = at->object;

	return pair->host.loss_known && pair->lost >= 0
		? ovr_json_ratio((uint64_t)pair->lost, pair->host.sent)
		: json_null();
}

#define KNOWN OVR_JSON_BY(struct pair, host.loss_known)

static const struct ovr_json_row pair_rows[] = {
	{ "sender", OVR_JSON_TEXT, PAIR(sender) },
	{ "receiver", OVR_JSON_TEXT, PAIR(receiver) },
	{ "stream_first", OVR_JSON_COUNT, PAIR(host.stream_first), "first of its streams" },
	{ "streams", OVR_JSON_COUNT, PAIR(host.n_streams) },
	{ "sent", OVR_JSON_COUNT, PAIR(host.sent), "null: unknown",
		OVR_JSON_BY(struct pair, host.sent_known) },
	{ "unique", OVR_JSON_COUNT, PAIR(host.unique), "null: unknown, like all that follow", KNOWN },
	{ "lost", OVR_JSON_WHOLE, PAIR(lost), "sent − unique, of its streams alone", KNOWN },
	{ "loss_ratio", OVR_JSON_RATIO, .value = loss_ratio },
	{ "lost_before_min", OVR_JSON_WHOLE, PAIR(before_min),
		"of these: in accounts of the sender's own host, at least", KNOWN },
	{ "lost_before_max", OVR_JSON_WHOLE, PAIR(before_max), "at most", KNOWN },
	{ "lost_beyond_min", OVR_JSON_WHOLE, PAIR(beyond_min),
		"and on the path and at the receiver, which its senders share, at least", KNOWN },
	{ "lost_beyond_max", OVR_JSON_WHOLE, PAIR(beyond_max), "at most", KNOWN },
	{ "share", OVR_JSON_RATIO, PAIR(host.share), "of all frames that arrived, at any receiver",
		.null = OVR_JSON_NULL_IF_NONE },
};

const struct ovr_json_table ovr_json_pair_table = OVR_JSON_TABLE(
	"pair", struct pair, pair_rows, "What a receiver got of one of its senders, and what was lost");

json_t *
ovr_json_pairs_of_hosts(const struct ovr_json_at *at)
{
	const struct ovr_result *result = at->object;
	json_t *list;
	int rc = 0;

	if (result->n_hosts == 0)
		return json_null();
	list = json_array();
	for (uint32_t i = 0; i < result->n_hosts; i++) {
		const struct ovr_result_host *host = &result->host[i];
		struct pair pair = { .host = *host,
			.lost = (int64_t)host->lost,
			.before_min = (int64_t)host->lost_before_min,
			.before_max = (int64_t)host->lost_before_max,
			.beyond_min = ovr_report_beyond_min(result, host),
			.beyond_max = (int64_t)(host->lost - host->lost_before_min) };

		if (!host->is_sender)
			continue;
		snprintf(pair.sender, sizeof(pair.sender), "%s", host->name);
		snprintf(pair.receiver, sizeof(pair.receiver), "%s", result->host[host->receiver].name);
		rc |= json_array_append_new(list, ovr_json_object(&ovr_json_pair_table, &pair, NULL));
	}
	return ovr_json_finish(list, rc);
}

/* The books of a receiver with its senders. */
static json_t *
receiver_name(const struct ovr_json_at *at)
{
	const struct ovr_result_receiver *receiver = at->object;
	const struct ovr_result *result = at->context;

	return ovr_json_text(result->host[receiver->host].name);
}

static const struct ovr_json_row receiver_rows[] = {
	{ "receiver", OVR_JSON_TEXT, .about = "its host", .value = receiver_name },
	{ "ledger", OVR_JSON_OBJECT, OVR_JSON_MEMBER(struct ovr_result_receiver, ledger),
		.table = &ovr_json_ledger_table },
};

const struct ovr_json_table ovr_json_receiver_table = OVR_JSON_TABLE("receiver", struct ovr_result_receiver,
	receiver_rows, "One of several receivers, and its books with its senders");

static json_t *
astray_sender(const struct ovr_json_at *at)
{
	const struct ovr_result_astray *astray = at->object;
	const struct ovr_result *result = at->context;

	return ovr_json_text(result->host[astray->sender].name);
}

static json_t *
astray_receiver(const struct ovr_json_at *at)
{
	const struct ovr_result_astray *astray = at->object;
	const struct ovr_result *result = at->context;

	return ovr_json_text(result->host[astray->receiver].name);
}

static const struct ovr_json_row astray_rows[] = {
	{ "sender", OVR_JSON_TEXT, .about = "host that sent them", .value = astray_sender },
	{ "receiver", OVR_JSON_TEXT, .about = "host where they arrived, which is not their receiver",
		.value = astray_receiver },
	{ "frames", OVR_JSON_COUNT, OVR_JSON_MEMBER(struct ovr_result_astray, frames),
		"foreign there; lost or not on the way to their own receiver, as its numbers tell" },
};

const struct ovr_json_table ovr_json_astray_table = OVR_JSON_TABLE("astray_frames", struct ovr_result_astray,
	astray_rows, "Frames of a sender that arrived at another receiver than its own");

static const struct ovr_json_row clock_rows[] = {
	{ "is_shared", OVR_JSON_BOOL, CLOCK(is_shared), "both ends read one clock" },
	{ "offset_ns", OVR_JSON_WHOLE, CLOCK(offset_ns),
		"the receiver's less the first sender's; null: one clock, or not known",
		OVR_JSON_BY(struct ovr_result_clock, is_known) },
	{ "bound_ns", OVR_JSON_COUNT, CLOCK(bound_ns),
		"latency is no further off, of any sender; null: one clock, or not known",
		OVR_JSON_BY(struct ovr_result_clock, is_known) },
};

const struct ovr_json_table ovr_json_clock_table = OVR_JSON_TABLE("clock", struct ovr_result_clock,
	clock_rows, "The clocks that times from a sender to the receiver are of");
