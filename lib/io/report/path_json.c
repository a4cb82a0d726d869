/* SPDX-License-Identifier: BSD-3-Clause */
/* A traced path for programs (overrun.path/1). */
#include <string.h>

#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_rows.h"
#include "report/json_tables.h"
#include "report/path.h"

#define HOP(member)   OVR_JSON_MEMBER(struct ovr_path_hop, member)
#define FAULT(member) OVR_JSON_MEMBER(struct ovr_path_fault, member)
#define PATH(member)  OVR_JSON_MEMBER(struct ovr_path, member)
#define MTU(member)   OVR_JSON_MEMBER(struct ovr_path_mtu, member)
#define LIMIT(member) OVR_JSON_MEMBER(struct ovr_path_limit, member)
#define ALL(member)   OVR_JSON_MEMBER(struct document, member)
#define FAR(member)   OVR_JSON_MEMBER(struct ovr_report_far, member)
#define AGENT(member) OVR_JSON_MEMBER(struct ovr_report_hop_agent, member)
#define TOLD_FAR      OVR_JSON_BY(struct ovr_report_far, is_told)

OVR_JSON_NAMED(static, states, ovr_path_state, ovr_path_state_name, 0, OVR_PATH_STATES);
OVR_JSON_NAMED(static, verdicts, ovr_path_verdict, ovr_path_verdict_name, 0, OVR_PATH_VERDICTS);
OVR_JSON_NAMED(static, faults, ovr_path_fault_kind, ovr_path_fault_name, 0, OVR_PATH_FAULTS);
OVR_JSON_NAMED(static, mtu_states, ovr_path_mtu_state, ovr_path_mtu_state_name, 0, OVR_PATH_MTU_STATES);
OVR_JSON_NAMED(static, protocols, ovr_probe_protocol, ovr_probe_protocol_name, 0, OVR_PROBE_PROTOCOLS);

/* A flow, or all of them. */
struct judged {
	uint16_t number, source;
	const struct ovr_path *path;
};

/* What is written. */
struct document {
	char target[OVR_REPORT_TARGET_BYTES], address[INET6_ADDRSTRLEN];
	enum ovr_probe_protocol protocol;
	uint16_t port;
	uint64_t interval_ns, wait_ns, seed, rounds_asked, rounds, unsent, uncounted, crowded, duplicates;
	uint64_t search_sent, search_missing;
	struct judged flow[OVR_PATH_FLOWS_MAX];
	bool is_one_at_a_time;
	uint32_t n_flows;
	const struct ovr_path *all;
	struct ovr_path_mtu mtu;
	bool has_far;
	struct ovr_report_far far;
	const struct ovr_report_hop_agent *hop_agent;
	uint32_t n_hop_agents;
};

/* The context of all tables. */
static const char *
address_at(const struct ovr_json_at *at, uint16_t number)
{
	return ((const struct ovr_trace *)at->context)->address[number];
}

static json_t *
addresses_of(const struct ovr_json_at *at)
{
	const struct ovr_path_hop *hop = at->object;
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < hop->n_addresses; i++)
		rc |= json_array_append_new(list, ovr_json_text(address_at(at, hop->address[i])));
	return ovr_json_finish(list, rc);
}

static json_t *
fault_address_of(const struct ovr_json_at *at)
{
	return ovr_json_text(address_at(at, ((const struct ovr_path_fault *)at->object)->address));
}

static json_t *
fault_place_of(const struct ovr_json_at *at)
{
	return ovr_json_text(ovr_report_path_place(((const struct ovr_path_fault *)at->object)->kind));
}

static json_t *
told_by_of(const struct ovr_json_at *at)
{
	const struct ovr_path_mtu *mtu = at->object;

	return mtu->told_by == 0 ? json_null() : ovr_json_text(address_at(at, mtu->told_by));
}

static const struct ovr_json_row limit_rows[] = {
	{ "burst", OVR_JSON_COUNT, LIMIT(burst), "answers before the first one missing" },
	{ "interval_ns", OVR_JSON_COUNT, LIMIT(interval_ns), "then at most one answer in each" },
};

static const struct ovr_json_table limit_table = OVR_JSON_TABLE(
	"path_limit", struct ovr_path_limit, limit_rows, "A limit of answers, recognised by its rhythm");

static const struct ovr_json_row hop_rows[] = {
	{ "ttl", OVR_JSON_COUNT, HOP(ttl), "of its probes; the destination's have this one or a larger one" },
	{ "is_destination", OVR_JSON_BOOL, HOP(is_destination),
		"the destination, or what lies behind the last hop that answers" },
	{ "addresses", OVR_JSON_LIST, .about = "that answered", .value = addresses_of, .item = OVR_JSON_TEXT,
		.min_item = 1 },
	{ "sent", OVR_JSON_COUNT, HOP(sent), "probes whose answer has come or is no longer waited for" },
	{ "answered", OVR_JSON_COUNT, HOP(answered), "by this hop; a rejection is neither this nor missing" },
	{ "missing", OVR_JSON_COUNT, HOP(missing) },
	{ "missing_ratio", OVR_JSON_SHARE, HOP(missing), "of sent",
		.whole = offsetof(struct ovr_path_hop, sent) },
	{ "missing_low_ratio", OVR_JSON_RATIO, HOP(missing_ratio.low), "95 %, Wilson" },
	{ "missing_high_ratio", OVR_JSON_RATIO, HOP(missing_ratio.high) },
	{ "counted_ratio", OVR_JSON_RATIO, HOP(counted_ratio),
		"of its missing answers what counts as loss at most: the smallest share that it or a later "
		"hop misses; null: none of them answers",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "counted_low_ratio", OVR_JSON_RATIO, HOP(counted.low), "95 %, Wilson" },
	{ "counted_high_ratio", OVR_JSON_RATIO, HOP(counted.high) },
	{ "verdict", OVR_JSON_NAME, HOP(state), .names = &states },
	{ "starts_after_ttl", OVR_JSON_COUNT, HOP(starts_after),
		"the last hop before this one that misses less by more than chance, 0: this host; loss "
		"starts between them. null: it does not start here",
		.null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "last_ns", OVR_JSON_COUNT, HOP(last_ns), "round-trip time; null: no answer",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "mean_ns", OVR_JSON_AMOUNT, HOP(mean_ns), .null = OVR_JSON_NULL_IF_ZERO },
	{ "best_ns", OVR_JSON_COUNT, HOP(best_ns), .null = OVR_JSON_NULL_IF_ZERO },
	{ "worst_ns", OVR_JSON_COUNT, HOP(worst_ns), .null = OVR_JSON_NULL_IF_ZERO },
	{ "stdev_ns", OVR_JSON_AMOUNT, HOP(stdev_ns), "of the sample; 0 for fewer than two answers" },
	{ "jitter_ns", OVR_JSON_AMOUNT, HOP(jitter_ns),
		"mean difference of answers next to each other; 0 for fewer than two" },
	{ "limit", OVR_JSON_OBJECT, HOP(limit), "of its answers; null: none was recognised",
		OVR_JSON_BY(struct ovr_path_hop, limit.is_found), .table = &limit_table },
};

static const struct ovr_json_table hop_table = OVR_JSON_TABLE(
	"path_hop", struct ovr_path_hop, hop_rows, "A hop, or the destination");

static const struct ovr_json_row fault_rows[] = {
	{ "kind", OVR_JSON_NAME, FAULT(kind), .names = &faults },
	{ "address", OVR_JSON_TEXT, .about = "of the router or host that told", .value = fault_address_of },
	{ "ttl", OVR_JSON_COUNT, FAULT(ttl), "smallest of the probes that showed it" },
	{ "period", OVR_JSON_COUNT, FAULT(period), "loop: hops until the router comes again; else 0" },
	{ "answers", OVR_JSON_COUNT, FAULT(n), "that showed it" },
	{ "place", OVR_JSON_TEXT, .about = "of the atlas, with its cause and cure", .value = fault_place_of,
		.min = 1 },
};

static const struct ovr_json_table fault_table = OVR_JSON_TABLE(
	"path_fault", struct ovr_path_fault, fault_rows, "What is wrong with a path besides loss");

static const struct ovr_json_names directions = {
	.n = 5,
	.text = { "unknown", "none", "there", "back", "both" },
};

static json_t *
direction_of(const struct ovr_json_at *at)
{
	const struct ovr_path *path = at->object;
	int direction = !path->has_direction
		? 0
		: 1 + (path->forward_missing > 0) + 2 * (path->backward_missing > 0);

	return ovr_json_name(&directions, direction);
}

static const struct ovr_json_row path_rows[] = {
	{ "verdict", OVR_JSON_NAME, PATH(verdict), .names = &verdicts },
	{ "is_reached", OVR_JSON_BOOL, PATH(is_reached), "the destination has answered" },
	{ "direction", OVR_JSON_NAME,
		.about = "in which the destination's missing answers were lost, as a reflector at the end "
			 "counted; unknown: there is none, or it was reordered",
		.value = direction_of, .names = &directions },
	{ "is_listed", OVR_JSON_BOOL, PATH(is_listed),
		"the direction is by an agent's list of what came, exact, and none is undirected" },
	{ "there_missing", OVR_JSON_COUNT, PATH(forward_missing), "lost on the way there",
		OVR_JSON_BY(struct ovr_path, has_direction) },
	{ "back_missing", OVR_JSON_COUNT, PATH(backward_missing), "lost on the way back",
		OVR_JSON_BY(struct ovr_path, has_direction) },
	{ "undirected_missing", OVR_JSON_COUNT, PATH(undirected_missing),
		"after the reflector's last answer, there or back",
		OVR_JSON_BY(struct ovr_path, has_direction) },
	{ "hops", OVR_JSON_LIST, OVR_JSON_ARRAY(struct ovr_path, hop, n_hops), .table = &hop_table },
	{ "faults", OVR_JSON_LIST, OVR_JSON_ARRAY(struct ovr_path, fault, n_faults), .table = &fault_table },
};

static const struct ovr_json_table path_table = OVR_JSON_TABLE(
	"path_judged", struct ovr_path, path_rows, NULL);

static const struct ovr_json_row judged_rows[] = {
	{ "flow", OVR_JSON_COUNT, OVR_JSON_MEMBER(struct judged, number), "from 1" },
	{ "source", OVR_JSON_COUNT, OVR_JSON_MEMBER(struct judged, source), "port, of ICMP the identifier" },
	{ "path", OVR_JSON_OBJECT, OVR_JSON_MEMBER(struct judged, path), .is_pointer = true,
		.table = &path_table },
};

static const struct ovr_json_table judged_table = OVR_JSON_TABLE(
	"path_flow", struct judged, judged_rows, "A flow: probes of one 5-tuple");

static const struct ovr_json_row mtu_rows[] = {
	{ "state", OVR_JSON_NAME, MTU(state),
		"own: the own interface's passes; told: a router told of a smaller one; black hole: larger "
		"packets are missing and nobody tells; unknown: not looked for, or too few answers",
		.names = &mtu_states },
	{ "own_bytes", OVR_JSON_COUNT, MTU(own_bytes), "of the own interface; sizes are of IP packets",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "passes_bytes", OVR_JSON_COUNT, MTU(passes_bytes), "the largest size that was answered",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "fails_bytes", OVR_JSON_COUNT, MTU(fails_bytes), "the smallest size that was not",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "told_by", OVR_JSON_TEXT, .about = "the router that told of the last step", .value = told_by_of,
		.null = OVR_JSON_NULL_IF_SO },
	{ "told_ttl", OVR_JSON_COUNT, MTU(told_ttl), "its hop; null: none of the hops that answer",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "reached_ttl", OVR_JSON_COUNT, MTU(reached_ttl),
		"black hole: the last hop that answers packets of fails_bytes; else 0" },
	{ "sent", OVR_JSON_COUNT, MTU(sent), "probes of the search, in no row of a hop" },
	{ "missing", OVR_JSON_COUNT, MTU(missing), "of them without an answer" },
};

static const struct ovr_json_table mtu_table = OVR_JSON_TABLE(
	"path_mtu", struct ovr_path_mtu, mtu_rows, NULL);

static const struct ovr_json_row far_rows[] = {
	{ "host", OVR_JSON_TEXT, FAR(host), "as it was named", .min = 1 },
	{ "lost", OVR_JSON_TEXT, FAR(gone), "why it tells nothing; null: it does",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "duplicates", OVR_JSON_COUNT, FAR(duplicates), "probes that came again", TOLD_FAR },
	{ "reordered", OVR_JSON_COUNT, FAR(reordered),
		"probes that came after one of their flow that was sent later", TOLD_FAR },
	{ "socket_dropped", OVR_JSON_COUNT, FAR(dropped),
		"datagrams that the full receive buffer of its reflector dropped: they are missing, and lost "
		"on the way there; null: unknown",
		OVR_JSON_BY(struct ovr_report_far, is_dropped_known) },
	{ "unanswered", OVR_JSON_COUNT, FAR(unanswered), "probes that came, whose answer it did not send",
		TOLD_FAR },
	{ "full", OVR_JSON_COUNT, FAR(full), "probes of flows that it had no room for", TOLD_FAR },
	{ "back_duplicates", OVR_JSON_COUNT, FAR(back_duplicates), "answers that were copied on the way back",
		TOLD_FAR },
	{ "back_reordered", OVR_JSON_COUNT, FAR(back_reordered),
		"answers that came after one of their flow that was sent later", TOLD_FAR },
};

static const struct ovr_json_table far_table = OVR_JSON_TABLE("path_far_end", struct ovr_report_far, far_rows,
	"The agent at the far end, and what it tells besides the fate of each probe");

static const struct ovr_json_row hop_agent_rows[] = {
	{ "host", OVR_JSON_TEXT, AGENT(host), "as it was named", .min = 1 },
	{ "lost", OVR_JSON_TEXT, AGENT(gone), "why it tells nothing; null: it does",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "ttl", OVR_JSON_COUNT, AGENT(ttl), "the first hop with an address of this host; null: none",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "ours_max", OVR_JSON_COUNT, AGENT(ours_max),
		"of all that it lost, at most so many were of this path: answers missing at its hop and "
		"behind it" },
	{ "ended_min", OVR_JSON_COUNT, AGENT(ended_min),
		"probes whose TTL ended there, as meant; Linux counts them in Ip:InHdrErrors, from which "
		"they are taken off" },
	{ "ended_max", OVR_JSON_COUNT, AGENT(ended_max), "the same with those that may not have come there" },
	{ "lost_there", OVR_JSON_OBJECT, AGENT(places),
		"what its kernel lost meanwhile; null: it tells nothing",
		OVR_JSON_BY(struct ovr_report_hop_agent, is_told), .table = &ovr_json_path_places_table },
};

static const struct ovr_json_table hop_agent_table = OVR_JSON_TABLE(
	"path_hop_agent", struct ovr_report_hop_agent, hop_agent_rows, "The agent of a host on the way");

static const struct ovr_json_row rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.path/1" },
	{ "command", OVR_JSON_FIXED, .fixed = "path" },
	{ "target", OVR_JSON_TEXT, ALL(target), "as it was named", .min = 1 },
	{ "address", OVR_JSON_TEXT, ALL(address), .min = 1 },
	{ "protocol", OVR_JSON_NAME, ALL(protocol), .names = &protocols },
	{ "port", OVR_JSON_COUNT, ALL(port), "of the destination; null: icmp",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "interval_ns", OVR_JSON_COUNT, ALL(interval_ns), "of a round: a probe per hop and flow" },
	{ "wait_ns", OVR_JSON_COUNT, ALL(wait_ns), "for an answer" },
	{ "seed", OVR_JSON_COUNT, ALL(seed), "of the order in each round" },
	{ "rounds_asked", OVR_JSON_COUNT, ALL(rounds_asked), "null: until it was interrupted",
		.null = OVR_JSON_NULL_IF_ZERO },
	{ "rounds", OVR_JSON_COUNT, ALL(rounds) },
	{ "together", OVR_JSON_OBJECT, ALL(all), "all flows", .is_pointer = true, .table = &path_table },
	{ "flows", OVR_JSON_LIST, OVR_JSON_ARRAY(struct document, flow, n_flows), .table = &judged_table,
		.min = 1 },
	{ "mtu", OVR_JSON_OBJECT, ALL(mtu), .table = &mtu_table },
	{ "far_end", OVR_JSON_OBJECT, ALL(far), "null: no agent was asked to be it",
		OVR_JSON_BY(struct document, has_far), .table = &far_table },
	{ "hop_agents", OVR_JSON_LIST, OVR_JSON_VECTOR(struct document, hop_agent, n_hop_agents),
		.table = &hop_agent_table },
	{ "unsent", OVR_JSON_COUNT, ALL(unsent), "probes that this host did not send; in no row" },
	{ "uncounted", OVR_JSON_COUNT, ALL(uncounted),
		"probes whose answers could not be told apart; in no row" },
	{ "crowded", OVR_JSON_COUNT, ALL(crowded),
		"times that a receive buffer of this host was nearly full; not 0: missing answers are "
		"unknown" },
	{ "is_one_at_a_time", OVR_JSON_BOOL, ALL(is_one_at_a_time),
		"a router quotes too little to say which probe it answers; each flow waited for its answer" },
	{ "duplicates", OVR_JSON_COUNT, ALL(duplicates), "answers beyond the first one of a probe" },
	{ "search_sent", OVR_JSON_COUNT, ALL(search_sent), "probes that looked for the distance; in no row" },
	{ "search_missing", OVR_JSON_COUNT, ALL(search_missing), "of them without an answer" },
};

const struct ovr_json_table ovr_json_path_table = OVR_JSON_TABLE("path", struct document, rows,
	"What overrun path --json writes: probes of each hop, and what the missing answers mean");

int
ovr_report_path_json(const struct ovr_report_path *path, FILE *out, struct ovr_err *err)
{
	const struct ovr_trace *trace = path->trace;
	struct document document = {
		.protocol = path->protocol,
		.port = path->port,
		.interval_ns = path->interval_ns,
		.wait_ns = path->wait_ns,
		.seed = path->seed,
		.rounds_asked = path->rounds_asked,
		.rounds = trace->rounds,
		.unsent = trace->unsent,
		.uncounted = trace->uncounted,
		.crowded = trace->crowded,
		.is_one_at_a_time = trace->is_one_at_a_time,
		.duplicates = trace->duplicates,
		.search_sent = trace->search_sent,
		.search_missing = trace->search_missing,
		.n_flows = path->n_flows,
		.all = &path->all,
		.mtu = trace->mtu,
		.has_far = path->has_far,
		.far = path->far,
		.hop_agent = path->hop_agent,
		.n_hop_agents = path->n_hop_agents,
	};

	memcpy(document.target, path->target, sizeof(document.target));
	memcpy(document.address, path->address, sizeof(document.address));
	for (uint16_t i = 0; i < path->n_flows; i++)
		document.flow[i] = (struct judged){ (uint16_t)(i + 1), trace->source[i], &path->flow[i] };
	return ovr_json_dump(
		ovr_json_object(&ovr_json_path_table, &document, trace), JSON_INDENT(2), out, err);
}
