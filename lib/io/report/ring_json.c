/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/json_rows.h"
#include "report/json_names.h"
#include "report/json_put.h"
#include "report/json_tables.h"
#include "report/ring.h"

#define SIZES(member)  OVR_JSON_MEMBER(struct ovr_ring_sizes, member)
#define BUFFER(member) OVR_JSON_MEMBER(struct buffer_time, member)
#define VIEW(member)   OVR_JSON_MEMBER(struct ovr_ring_view, member)
#define CHANGE(member) OVR_JSON_MEMBER(struct ovr_ring_change, member)

static const struct ovr_json_row sizes_rows[] = {
	{ "rx", OVR_JSON_COUNT, SIZES(rx) },
	{ "rx_mini", OVR_JSON_COUNT, SIZES(rx_mini) },
	{ "rx_jumbo", OVR_JSON_COUNT, SIZES(rx_jumbo) },
	{ "tx", OVR_JSON_COUNT, SIZES(tx) },
};

static const struct ovr_json_table sizes_table = OVR_JSON_TABLE(
	"sizes", struct ovr_ring_sizes, sizes_rows, NULL);

/* How long so many usable descriptors last, by frame size. */
struct buffer_time {
	uint64_t small_ns, large_ns;
};

static const struct ovr_json_row buffer_rows[] = {
	{ "64", OVR_JSON_COUNT, BUFFER(small_ns) },
	{ "1518", OVR_JSON_COUNT, BUFFER(large_ns) },
};

static const struct ovr_json_table buffer_table = OVR_JSON_TABLE("buffer_time", struct buffer_time,
	buffer_rows, "buffer time in ns at line rate, by frame size; null: line or ring unknown");

static json_t *
buffer_time(const struct ovr_json_at *at)
{
	const struct ovr_ring_view *view = at->object;
	const uint32_t *usable = at->member;
	const struct buffer_time time = {
		ovr_ring_buffer_time_ns(*usable, 64, view->line_bps),
		ovr_ring_buffer_time_ns(*usable, 1518, view->line_bps),
	};

	return ovr_json_object(&buffer_table, &time, NULL);
}

static bool
is_timed(const struct ovr_json_at *at)
{
	const struct ovr_ring_view *view = at->object;

	return view->known && view->line_bps != 0;
}

static const struct ovr_json_row limit_rows[] = {
	{ "rx_min", OVR_JSON_COUNT, VIEW(rx_min), .null = OVR_JSON_NULL_IF_ZERO },
	{ "tx_min", OVR_JSON_COUNT, VIEW(tx_min), .null = OVR_JSON_NULL_IF_ZERO },
	{ "rx_align", OVR_JSON_COUNT, VIEW(rx_align), "a size is a multiple of this",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "tx_align", OVR_JSON_COUNT, VIEW(tx_align), .null = OVR_JSON_NULL_IF_ZERO },
};

static const struct ovr_json_table limits_table = OVR_JSON_TABLE(
	"limits", struct ovr_ring_view, limit_rows, "null: the device does not tell");

static const struct ovr_json_names speeds = {
	.n = 4,
	.text = { "unknown", "made up", "device", "given" },
};

#define KNOWN(flag) OVR_JSON_BY(struct ovr_ring_view, flag)

static const struct ovr_json_row view_rows[] = {
	{ "name", OVR_JSON_TEXT, VIEW(name), .min = 1 },
	{ "driver", OVR_JSON_TEXT, VIEW(driver), "empty: the system does not tell" },
	{ "state", OVR_JSON_TEXT, VIEW(state), "of an interface: up, down, …; else empty" },
	{ "line_bps", OVR_JSON_COUNT, VIEW(line_bps), "null: unknown", .null = OVR_JSON_NULL_IF_ZERO },
	{ "line_from", OVR_JSON_NAME, VIEW(speed), "made up: by a virtual device", .names = &speeds },
	{ "rx_queues", OVR_JSON_COUNT, VIEW(n_rxq) },
	{ "ring_control", OVR_JSON_BOOL, VIEW(known), "the sizes are known, and can be asked for" },
	{ "maximum", OVR_JSON_OBJECT, VIEW(maximum), KNOWN(known), .table = &sizes_table },
	{ "current", OVR_JSON_OBJECT, VIEW(current), KNOWN(known), .table = &sizes_table },
	{ "saved", OVR_JSON_OBJECT, VIEW(saved), "what ring restore brings back; null: nothing",
		KNOWN(is_saved), .table = &sizes_table },
	{ "limits", OVR_JSON_OBJECT, .table = &limits_table },
	{ "usable", OVR_JSON_COUNT, VIEW(usable), "descriptors of the receive ring that hold frames",
		KNOWN(known) },
	{ "usable_at_maximum", OVR_JSON_COUNT, VIEW(usable_max), KNOWN(known) },
	{ "usable_is_verified", OVR_JSON_BOOL, VIEW(usable_is_verified),
		"seen with this driver; else the most that can be" },
	{ "buffer_time_ns", OVR_JSON_OBJECT, .offset = offsetof(struct ovr_ring_view, usable),
		.is_known = is_timed, .value = buffer_time, .table = &buffer_table },
	{ "buffer_time_at_maximum_ns", OVR_JSON_OBJECT, .offset = offsetof(struct ovr_ring_view, usable_max),
		.is_known = is_timed, .value = buffer_time, .table = &buffer_table },
};

static const struct ovr_json_table view_table = OVR_JSON_TABLE("port", struct ovr_ring_view, view_rows, NULL);

/* The objects that are written: views or changes, and how many. */
struct ports {
	const struct ovr_ring_view *view;
	uint32_t n;
};

struct changes {
	const char *command;
	const struct ovr_ring_change *change;
	uint32_t n;
};

static const struct ovr_json_row ports_rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.ring/1" },
	{ "command", OVR_JSON_FIXED, .fixed = "ring show" },
	{ "ports", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ports, view, n), .table = &view_table, .min = 1 },
};

const struct ovr_json_table ovr_json_rings_table = OVR_JSON_TABLE(
	"ring show", struct ports, ports_rows, NULL);

int
ovr_report_rings_json(const struct ovr_ring_view *view, uint32_t n_views, FILE *out, struct ovr_err *err)
{
	const struct ports ports = { view, n_views };

	return ovr_json_dump(ovr_json_object(&ovr_json_rings_table, &ports, NULL), JSON_INDENT(2), out, err);
}

static const struct ovr_json_names links = {
	.n = 5,
	.text = { "down", "no carrier", "not waited for", "up", "lost" },
};

static const struct ovr_json_row link_rows[] = {
	{ "state", OVR_JSON_NAME, CHANGE(link), .names = &links },
	{ "waited_ns", OVR_JSON_COUNT, CHANGE(waited_ns) },
	{ "carrier_changes", OVR_JSON_COUNT, CHANGE(carrier_changes), "null: the counters cannot be read",
		OVR_JSON_BY(struct ovr_ring_change, counters_known) },
};

static const struct ovr_json_table link_table = OVR_JSON_TABLE(
	"link", struct ovr_ring_change, link_rows, "What became of the link");

static const struct ovr_json_row counters_rows[] = {
	{ "compared", OVR_JSON_COUNT, CHANGE(n_counters) },
	{ "reset", OVR_JSON_COUNT, CHANGE(n_reset) },
	{ "first_names", OVR_JSON_LIST, OVR_JSON_ARRAY(struct ovr_ring_change, reset, n_reset),
		.item = OVR_JSON_TEXT, .min_item = 1 },
};

static const struct ovr_json_table counters_table = OVR_JSON_TABLE(
	"counters", struct ovr_ring_change, counters_rows, "Counters that the change reset");

static bool
has_counters(const struct ovr_json_at *at)
{
	const struct ovr_ring_change *change = at->object;

	return change->is_change && change->counters_known;
}

static const struct ovr_json_row change_rows[] = {
	{ "name", OVR_JSON_TEXT, CHANGE(name), .min = 1 },
	{ "driver", OVR_JSON_TEXT, CHANGE(driver) },
	{ "changed", OVR_JSON_BOOL, CHANGE(is_change), "false: the rings had these sizes already" },
	{ "before", OVR_JSON_OBJECT, CHANGE(before), .table = &sizes_table },
	{ "asked", OVR_JSON_OBJECT, CHANGE(asked), .table = &sizes_table },
	{ "took", OVR_JSON_OBJECT, CHANGE(took), "as read back; a driver may round", .table = &sizes_table },
	{ "saved", OVR_JSON_OBJECT, CHANGE(saved), "what ring restore brings back; null: nothing",
		OVR_JSON_BY(struct ovr_ring_change, is_saved), .table = &sizes_table },
	{ "link", OVR_JSON_OBJECT, .about = "null: nothing was changed",
		OVR_JSON_BY(struct ovr_ring_change, is_change), .table = &link_table },
	{ "counters", OVR_JSON_OBJECT, .about = "null: nothing was changed, or the counters cannot be read",
		.is_known = has_counters, .table = &counters_table },
};

static const struct ovr_json_table change_table = OVR_JSON_TABLE(
	"change", struct ovr_ring_change, change_rows, NULL);

static const struct ovr_json_row changes_rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.ring/1" },
	{ "command", OVR_JSON_STRING, OVR_JSON_MEMBER(struct changes, command) },
	{ "changes", OVR_JSON_LIST, OVR_JSON_VECTOR(struct changes, change, n), .table = &change_table,
		.min = 1 },
};

const struct ovr_json_table ovr_json_ring_changes_table = OVR_JSON_TABLE(
	"ring set", struct changes, changes_rows, NULL);

int
ovr_report_ring_changes_json(const struct ovr_ring_change *change, uint32_t n_changes, const char *command,
	FILE *out, struct ovr_err *err)
{
	const struct changes changes = { command, change, n_changes };

	return ovr_json_dump(
		ovr_json_object(&ovr_json_ring_changes_table, &changes, NULL), JSON_INDENT(2), out, err);
}
