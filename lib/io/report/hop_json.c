/* SPDX-License-Identifier: BSD-3-Clause */
/* What a hop did, for programs (overrun.hop/1). */
#include "report/hop.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"

#define HOP(member)   OVR_JSON_MEMBER(struct ovr_result_hop, member)
#define WAY(member)   OVR_JSON_MEMBER(struct ovr_result_hop_way, member)
#define EVENT(member) OVR_JSON_MEMBER(struct ovr_cable_event, member)

OVR_JSON_NAMED(static, kinds, ovr_cable_kind, ovr_cable_kind_name, 0, OVR_CABLE_KINDS);

static const struct ovr_json_row event_rows[] = {
	{ "kind", OVR_JSON_NAME, EVENT(kind), .names = &kinds },
	{ "frame", OVR_JSON_COUNT, EVENT(frame), "which one, from 0 in the order in which they came" },
	{ "at_ns", OVR_JSON_COUNT, EVENT(at_ns), "when it came, since the hop began" },
};

static const struct ovr_json_table event_table = OVR_JSON_TABLE(
	"event", struct ovr_cable_event, event_rows, "An impairment event");

static json_t *
events_of(const struct ovr_json_at *at)
{
	const struct ovr_result_hop_way *way = at->object;

	return ovr_json_list(&event_table, way->event, way->n_events, NULL);
}

static json_t *
late_mean(const struct ovr_json_at *at)
{
	const struct ovr_result_hop_way *way = at->object;

	return ovr_json_ratio(way->counts.late_ns, way->counts.delivered);
}

static const struct ovr_json_row way_rows[] = {
	{ "from", OVR_JSON_TEXT, WAY(from), .min = 1 },
	{ "to", OVR_JSON_TEXT, WAY(to), .min = 1 },
	{ "keys", OVR_JSON_TEXT, WAY(keys), "impairments as they were given; null: a clean cable",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "received", OVR_JSON_COUNT, WAY(counts.received),
		"frames as a cable carries them: what Linux had merged or not yet split counts split" },
	{ "received_bytes", OVR_JSON_COUNT, WAY(counts.received_bytes), "without FCS" },
	{ "delivered", OVR_JSON_COUNT, WAY(counts.delivered), "copies included" },
	{ "delivered_bytes", OVR_JSON_COUNT, WAY(counts.delivered_bytes) },
	{ "late_mean_ns", OVR_JSON_AMOUNT,
		.about = "by how much they left later than they should have; null: none left",
		.null = OVR_JSON_NULL_IF_SO, .value = late_mean },
	{ "left", OVR_JSON_COUNT, WAY(counts.left), "under way when the hop ended" },
	{ "counts", OVR_JSON_COUNTS, WAY(counts.kind),
		"impairment events; received + dup = delivered + drop + fcs + queue + left",
		.names = &kinds },
	{ "missed", OVR_JSON_COUNT, WAY(missed), "packets that came while the hop's buffer was full" },
	{ "not_split", OVR_JSON_COUNT, WAY(not_split), "packets of an unknown kind of segmentation" },
	{ "no_room", OVR_JSON_COUNT, WAY(no_room), "frames beyond those that can be under way" },
	{ "refused", OVR_JSON_COUNT, WAY(refused), "delivered frames that the interface did not take" },
	{ "events", OVR_JSON_LIST, .about = "in the order of time, up to list= of the keys",
		.value = events_of, .table = &event_table },
};

const struct ovr_json_table ovr_json_hop_way_table = OVR_JSON_TABLE(
	"way", struct ovr_result_hop_way, way_rows, "One direction");

static json_t *
ways_of(const struct ovr_json_at *at)
{
	const struct ovr_result_hop *hop = at->object;

	return ovr_json_list(&ovr_json_hop_way_table, hop->way, 2, NULL);
}

static const struct ovr_json_row rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.hop/1" },
	{ "command", OVR_JSON_FIXED, .fixed = "hop" },
	{ "void", OVR_JSON_TEXT, HOP(reason),
		"why the hop lost more than it should have, and the exit code is 2; null: it did not",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "seed", OVR_JSON_COUNT, HOP(seed), "of the way there; the way back draws from the next one" },
	{ "queue_frames", OVR_JSON_COUNT, HOP(queue_frames), "that wait for speed= at most" },
	{ "duration_ns", OVR_JSON_COUNT, HOP(duration_ns) },
	{ "ways", OVR_JSON_LIST, .about = "there and back", .value = ways_of,
		.table = &ovr_json_hop_way_table, .min = 2 },
};

const struct ovr_json_table ovr_json_hop_table = OVR_JSON_TABLE("hop", struct ovr_result_hop, rows,
	"What overrun hop --json writes: what an emulated cable between two interfaces did");

int
ovr_report_hop_json(const struct ovr_result_hop *hop, FILE *out, struct ovr_err *err)
{
	return ovr_json_write(ovr_json_object(&ovr_json_hop_table, hop, hop), out, err);
}
