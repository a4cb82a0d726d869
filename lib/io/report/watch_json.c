/* SPDX-License-Identifier: BSD-3-Clause */
/* An interval as a line of JSON (overrun.watch/1). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/figure.h"
#include "report/json_names.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"
#include "report/json_rows.h"
#include "report/watch.h"

#define MOVED(member)     OVR_JSON_MEMBER(struct ovr_nic_moved, member)
#define INTERFACE(member) OVR_JSON_MEMBER(struct interface, member)
#define LOSS(member)      OVR_JSON_MEMBER(struct ovr_kernel_claim, member)

static const struct ovr_json_row counter_rows[] = {
	{ "name", OVR_JSON_TEXT, MOVED(counter.name), "as its source has it", .min = 1 },
	{ "source", OVR_JSON_NAME, MOVED(counter.source),
		"ip -s link, ethtool -S, tc -s qdisc, netdev queue statistics, softnet_stat",
		.names = &ovr_json_sources },
	{ "queue", OVR_JSON_COUNT, MOVED(counter.queue), "null: of the whole interface or host",
		.null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "added", OVR_JSON_COUNT, MOVED(change.added),
		"in the interval; where it was reset, a lower bound" },
	{ "was_reset", OVR_JSON_BOOL, MOVED(change.was_reset) },
	{ "kind", OVR_JSON_NAME, MOVED(meaning.kind),
		"loss: the account; alias: the same frames as another counter; other: in no account",
		.names = &ovr_json_loss_kinds },
	{ "place", OVR_JSON_NAME, MOVED(meaning.place), "the account; null: none",
		.null = OVR_JSON_NULL_IF_NONE, .names = &ovr_json_places },
	{ "trust", OVR_JSON_NAME, MOVED(meaning.trust), .names = &ovr_json_trusts },
	{ "remark", OVR_JSON_STRING, MOVED(meaning.remark), "for people; may be empty" },
};

static const struct ovr_json_table counter_table = OVR_JSON_TABLE("counter", struct ovr_nic_moved,
	counter_rows, "A counter that tells of loss, or is named like it, and moved or was reset");

/* What of a count is written: itself and its rate; not where it was reset. */
struct change {
	uint64_t added;
	double per_s;
};

/* An interface in an interval. */
struct interface {
	char host[128], name[OVR_NIC_NAME_BYTES], driver[32], duplex[8];
	uint32_t speed_mbps, carrier_changes, n_reset, n_moved;
	uint64_t ns;
	struct change rx_packets, tx_packets, rx_bytes, tx_bytes;
	double ifutil_percent, line_percent; /* negative: not known */
	struct ovr_nic_moved *moved;
};

static const struct ovr_json_names duplexes = { .n = 2, .text = { "full", "half" } };

static json_t *
duplex_of(const struct ovr_json_at *at)
{
	const struct interface *interface = at->object;

	return interface->duplex[0] == '\0' ? json_null() : ovr_json_text(interface->duplex);
}

static const struct ovr_json_row interface_rows[] = {
	{ "host", OVR_JSON_TEXT, INTERFACE(host), "that has it; null: the one that watches",
		.null = OVR_JSON_NULL_IF_ZERO, .is_added = true },
	{ "name", OVR_JSON_TEXT, INTERFACE(name), .min = 1 },
	{ "driver", OVR_JSON_TEXT, INTERFACE(driver), "as ethtool -i says", .null = OVR_JSON_NULL_IF_ZERO },
	{ "speed_mbps", OVR_JSON_COUNT, INTERFACE(speed_mbps), "Mb/s; null: unknown",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "duplex", OVR_JSON_NAME, .null = OVR_JSON_NULL_IF_SO, .value = duplex_of, .names = &duplexes },
	{ "interval_ns", OVR_JSON_COUNT, INTERFACE(ns),
		"as it was measured for this interface; of a total, the sum" },
	{ "rx_packets", OVR_JSON_COUNT, INTERFACE(rx_packets.added),
		"frames in the interval; null: the counter was reset", .null = OVR_JSON_NULL_IF_NONE },
	{ "rx_packets_per_s", OVR_JSON_AMOUNT, INTERFACE(rx_packets.per_s), .null = OVR_JSON_NULL_IF_NONE },
	{ "tx_packets", OVR_JSON_COUNT, INTERFACE(tx_packets.added), .null = OVR_JSON_NULL_IF_NONE },
	{ "tx_packets_per_s", OVR_JSON_AMOUNT, INTERFACE(tx_packets.per_s), .null = OVR_JSON_NULL_IF_NONE },
	{ "rx_bytes", OVR_JSON_COUNT, INTERFACE(rx_bytes.added), "without FCS",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "rx_bytes_per_s", OVR_JSON_AMOUNT, INTERFACE(rx_bytes.per_s), .null = OVR_JSON_NULL_IF_NONE },
	{ "tx_bytes", OVR_JSON_COUNT, INTERFACE(tx_bytes.added), .null = OVR_JSON_NULL_IF_NONE },
	{ "tx_bytes_per_s", OVR_JSON_AMOUNT, INTERFACE(tx_bytes.per_s), .null = OVR_JSON_NULL_IF_NONE },
	{ "ifutil_percent", OVR_JSON_AMOUNT, INTERFACE(ifutil_percent),
		"bytes as share of the speed, as sar has it; null: unknown", .null = OVR_JSON_NULL_IF_NONE },
	{ "line_percent", OVR_JSON_AMOUNT, INTERFACE(line_percent),
		"the same with FCS, preamble and gap: 24 bytes more for each frame",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "carrier_changes", OVR_JSON_COUNT, INTERFACE(carrier_changes),
		"how often the carrier went or came" },
	{ "counters_reset", OVR_JSON_COUNT, INTERFACE(n_reset), "of any kind" },
	{ "counters", OVR_JSON_LIST, OVR_JSON_VECTOR(struct interface, moved, n_moved),
		.table = &counter_table },
};

static const struct ovr_json_table interface_table = OVR_JSON_TABLE(
	"interface", struct interface, interface_rows, NULL);

static struct change
change_of(const struct ovr_nic_change *change, uint64_t ns)
{
	return (struct change){
		.added = change->was_reset ? UINT64_MAX : change->added,
		.per_s = change->was_reset || ns == 0 ? NAN : ovr_figure_rate(change->added, ns),
	};
}

static double
percent_of(const struct ovr_report_watched *watched, uint32_t frame_bytes)
{
	double percent = ovr_nic_interval_load_percent(watched->interval, watched->facts, frame_bytes);

	return percent < 0 ? NAN : percent;
}

static json_t *
interface_of(const struct ovr_report_watched *watched)
{
	const struct ovr_nic_interval *interval = watched->interval;
	const struct ovr_nic_facts *facts = watched->facts;
	struct interface interface = {
		.speed_mbps = facts->speed_mbps,
		.carrier_changes = interval->carrier_changes,
		.n_reset = interval->n_reset,
		.n_moved = interval->n,
		.ns = interval->ns,
		.rx_packets = change_of(&interval->rx_packets, interval->ns),
		.tx_packets = change_of(&interval->tx_packets, interval->ns),
		.rx_bytes = change_of(&interval->rx_bytes, interval->ns),
		.tx_bytes = change_of(&interval->tx_bytes, interval->ns),
		.ifutil_percent = percent_of(watched, 0),
		.line_percent = percent_of(watched, OVR_NIC_LINE_BYTES),
		.moved = interval->moved,
	};

	if (watched->host != NULL)
		snprintf(interface.host, sizeof(interface.host), "%s", watched->host);
	memcpy(interface.name, facts->name, sizeof(interface.name));
	memcpy(interface.driver, facts->driver, sizeof(interface.driver));
	memcpy(interface.duplex, facts->duplex, sizeof(interface.duplex));
	return ovr_json_object(&interface_table, &interface, NULL);
}

OVR_JSON_NAMED(static, units, ovr_kernel_unit, ovr_kernel_unit_name, 0, OVR_KERNEL_UNITS);
OVR_JSON_NAMED(static, layers, ovr_kernel_layer, ovr_kernel_layer_name, 0, OVR_KERNEL_LAYERS);

static const struct ovr_json_names scopes = { .n = 2, .text = { "netns", "host" } };

static const struct ovr_json_row loss_rows[] = {
	{ "netns", OVR_JSON_TEXT, LOSS(netns), "as it was named; \"\": the program's own" },
	{ "place", OVR_JSON_NAME, LOSS(place), "the account", .names = &ovr_json_places },
	{ "count", OVR_JSON_COUNT, LOSS(frames_max), "in the interval; of a range the largest" },
	{ "count_min", OVR_JSON_COUNT, LOSS(frames_min),
		"below count where counters disagree how many of them are here" },
	{ "unit", OVR_JSON_NAME, LOSS(unit),
		"what is counted: frames, packets of the kernel (skb), segments of TCP, datagrams, "
		"or a mixture (other); counts of different units do not add",
		.names = &units },
	{ "scope", OVR_JSON_NAME, LOSS(is_of_host),
		"host: the counter is of the whole host; it may count what another namespace lost, or "
		"another loss of the list, and is not to be added",
		.names = &scopes },
	{ "layer", OVR_JSON_NAME, LOSS(layer), "who counts", .names = &layers },
	{ "source", OVR_JSON_TEXT, LOSS(source), "the layer, of a driver its name", .min = 1 },
	{ "counter", OVR_JSON_TEXT, LOSS(counter), "the owner, as its layer names it", .min = 1 },
	{ "object", OVR_JSON_TEXT, LOSS(object), "what counted: an interface, a queueing discipline, a rule",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "aliases", OVR_JSON_TEXT, LOSS(aliases),
		"counters that moved and have these again, with what they added; sockets that dropped",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "why", OVR_JSON_TEXT, LOSS(why), "for people; may be empty" },
};

const struct ovr_json_table ovr_json_place_loss_table = OVR_JSON_TABLE("place_loss", struct ovr_kernel_claim,
	loss_rows, "A place that lost something, and the counter's claim");

/* What is written: the end of an interval, or of all, and what was watched. */
struct line {
	bool is_total;
	uint64_t at_unix_ns;
	const struct ovr_report_watched *watched;
	uint32_t n_watched;
	const struct ovr_report_places *places;
};

static const struct ovr_json_names records = { .n = 2, .text = { "interval", "total" } };

static json_t *
interfaces_of(const struct ovr_json_at *at)
{
	const struct line *line = at->object;
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < line->n_watched; i++)
		rc |= json_array_append_new(list, interface_of(&line->watched[i]));
	return ovr_json_finish(list, rc);
}

static const struct ovr_report_places *
places_at(const struct ovr_json_at *at)
{
	return ((const struct line *)at->object)->places;
}

static bool
has_places(const struct ovr_json_at *at)
{
	return places_at(at) != NULL;
}

static json_t *
netns_of(const struct ovr_json_at *at)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < places_at(at)->n_netns; i++)
		rc |= json_array_append_new(list, ovr_json_text(places_at(at)->netns[i]));
	return ovr_json_finish(list, rc);
}

static json_t *
places_ns_of(const struct ovr_json_at *at)
{
	return ovr_json_count(places_at(at)->ns);
}

static json_t *
places_of(const struct ovr_json_at *at)
{
	return ovr_json_list(
		&ovr_json_place_loss_table, places_at(at)->claims->claim, places_at(at)->claims->n, NULL);
}

static json_t *
unknown_of(const struct ovr_json_at *at)
{
	return ovr_json_texts(
		(const char *)places_at(at)->note, places_at(at)->n_notes, OVR_KERNEL_NOTE_BYTES);
}

static json_t *
unknown_more_of(const struct ovr_json_at *at)
{
	return ovr_json_count(places_at(at)->n_notes_beyond);
}

static const struct ovr_json_row line_rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.watch/1" },
	{ "record", OVR_JSON_NAME, OVR_JSON_MEMBER(struct line, is_total), .names = &records },
	{ "at_unix_ns", OVR_JSON_COUNT, OVR_JSON_MEMBER(struct line, at_unix_ns), "the end of the interval" },
	{ "interfaces", OVR_JSON_LIST, .about = "those that were named", .value = interfaces_of,
		.table = &interface_table },
	{ "netns", OVR_JSON_LIST,
		.about = "with --all-places: the namespaces, as they were named; \"\": the program's own",
		.value = netns_of, .is_there = has_places, .item = OVR_JSON_TEXT, .min = 1 },
	{ "places_ns", OVR_JSON_COUNT,
		.about = "the interval of their places, as it was measured; of a total, the sum",
		.value = places_ns_of, .is_there = has_places },
	{ "places", OVR_JSON_LIST, .about = "those that lost something", .value = places_of,
		.is_there = has_places, .table = &ovr_json_place_loss_table },
	{ "unknown", OVR_JSON_LIST,
		.about = "what became unknown in the interval, a sentence each; in the total, all of them",
		.value = unknown_of, .is_there = has_places, .item = OVR_JSON_TEXT, .min_item = 1 },
	{ "unknown_more", OVR_JSON_COUNT, .about = "of a total: further ones that were not kept",
		.value = unknown_more_of, .is_there = has_places },
};

const struct ovr_json_table ovr_json_watch_table = OVR_JSON_TABLE("watch", struct line, line_rows,
	"A line of overrun watch --json: an interval, or at the end the total of all");

int
ovr_report_watch_json(const char *record, uint64_t at_unix_ns, const struct ovr_report_watched *watched,
	uint32_t n_watched, const struct ovr_report_places *places, FILE *out, struct ovr_err *err)
{
	const struct line line = { strcmp(record, "total") == 0, at_unix_ns, watched, n_watched, places };

	return ovr_json_dump(ovr_json_object(&ovr_json_watch_table, &line, NULL), JSON_COMPACT, out, err);
}
