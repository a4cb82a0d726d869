/* SPDX-License-Identifier: BSD-3-Clause */
/* A traced path for people. */
#include "report/path.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report/figure.h"
#include "report/table.h"

#define CELL(row, column) (row)->cell[column], OVR_TABLE_CELL_BYTES
#define NS_PER_MS         1e6

/* What a table is of. */
struct shown {
	const struct ovr_report_path *report;
	const struct ovr_path *path;
};

void
ovr_report_path_judge(struct ovr_report_path *path)
{
	const struct ovr_trace *trace = path->trace;

	ovr_path_judge(trace->probe, trace->n_probes, OVR_PATH_ALL_FLOWS, &path->all);
	for (uint16_t i = 0; i < path->n_flows; i++)
		ovr_path_judge(trace->probe, trace->n_probes, i, &path->flow[i]);
	if (trace->crowded == 0)
		return;
	ovr_path_doubt(&path->all);
	for (uint16_t i = 0; i < path->n_flows; i++)
		ovr_path_doubt(&path->flow[i]);
}

/* The first hop that has one of some addresses. */
static uint16_t
ttl_of(const struct ovr_report_path *path, char *const *address, size_t n)
{
	for (uint32_t i = 0; i < path->all.n_hops; i++)
		for (uint32_t k = 0; k < path->all.hop[i].n_addresses; k++)
			for (size_t m = 0; m < n; m++)
				if (strcmp(path->trace->address[path->all.hop[i].address[k]], address[m]) ==
					0)
					return path->all.hop[i].ttl;
	return 0;
}

/* The probes whose TTL ends at a router, which answers most of them. */
static void
count_ended(const struct ovr_report_path *path, struct ovr_report_hop_agent *agent)
{
	const struct ovr_path_hop *hop = agent->ttl == 0 ? NULL : &path->all.hop[agent->ttl - 1u];
	const struct ovr_trace *trace = path->trace;

	if (hop == NULL || hop->is_destination || path->all.lengths_differ)
		return;
	for (uint32_t i = 0; i < trace->n_probes; i++) {
		bool is_here = trace->probe[i].ttl == agent->ttl;

		agent->ended_max += is_here;
		agent->ended_min += is_here && trace->probe[i].answer == OVR_PATH_HOP;
	}
	/* by the rule nothing is lost before it */
	if (hop->counted_ratio <= 0)
		agent->ended_min = agent->ended_max;
}

static uint64_t
less(uint64_t count, uint64_t by)
{
	return count > by ? count - by : 0;
}

/* Linux counts a packet whose TTL ends as an error of its header. */
static void
take_off_ended(struct ovr_report_hop_agent *agent)
{
	struct ovr_report_path_places *places = &agent->places;
	uint32_t n = 0;

	for (uint32_t i = 0; i < places->n_claims; i++) {
		struct ovr_kernel_claim claim = places->claim[i];

		if (strcmp(claim.counter, "Ip:InHdrErrors") == 0 ||
			strcmp(claim.counter, "Ip6InHdrErrors") == 0) {
			claim.frames_min = less(claim.frames_min, agent->ended_max);
			claim.frames_max = claim.frames = less(claim.frames_max, agent->ended_min);
		}
		if (claim.frames_max > 0)
			places->claim[n++] = claim;
	}
	places->n_claims = n;
}

void
ovr_report_path_place_agent(const struct ovr_report_path *path, struct ovr_report_hop_agent *agent,
	char *const *address, size_t n)
{
	agent->ttl = ttl_of(path, address, n);
	/* of those that are in no row it is not said where they were missing */
	agent->ours_max = path->trace->search_missing + path->trace->mtu.missing;
	for (uint32_t i = 0; i < path->all.n_hops; i++)
		if (path->all.hop[i].ttl >= agent->ttl)
			agent->ours_max += path->all.hop[i].missing;
	count_ended(path, agent);
	take_off_ended(agent);
}

void
ovr_report_path_done(struct ovr_report_path *path)
{
	for (uint32_t i = 0; i < path->n_hop_agents; i++)
		ovr_report_path_places_done(&path->hop_agent[i].places);
	path->n_hop_agents = 0;
}

int
ovr_report_path_verdict(const struct ovr_report_path *path)
{
	static const int code[OVR_PATH_VERDICTS] = {
		[OVR_PATH_PASSES] = 0,
		[OVR_PATH_LOSES] = 1,
		[OVR_PATH_UNDECIDED] = 2,
	};

	return code[path->all.verdict];
}

const char *
ovr_report_path_place(enum ovr_path_fault_kind kind)
{
	static const char *const place[OVR_PATH_FAULTS] = {
		[OVR_PATH_FAULT_NO_ROUTE] = "no-route",
		[OVR_PATH_FAULT_NO_NEIGHBOUR] = "arp-queue",
		[OVR_PATH_FAULT_PROHIBITED] = "firewall-drop",
		[OVR_PATH_FAULT_LOOP] = "ttl",
		[OVR_PATH_FAULT_TWO_ANSWERS] = "ip-conflict",
		[OVR_PATH_FAULT_OTHER_HOST] = "ip-conflict",
		[OVR_PATH_FAULT_DETOUR] = "ttl",
	};

	return place[kind];
}

/* Round-trip times in ms with four digits, as ping has them. */
static void
put_ms(struct ovr_table_row *row, unsigned int column, double ns)
{
	double ms = ns / NS_PER_MS;

	snprintf(CELL(row, column), "%.*f", ms < 9.9995 ? 3 : ms < 99.995 ? 2 : 1, ms);
}

static const char *
address_of(const struct shown *shown, uint32_t row)
{
	const struct ovr_path_hop *hop = &shown->path->hop[row];

	if (hop->n_addresses > 0)
		return shown->report->trace->address[hop->address[0]];
	return hop->is_destination ? shown->report->address : "???";
}

/* mtr's columns */
static bool
time_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct shown *shown = of;
	const struct ovr_path_hop *hop = &shown->path->hop[index];

	snprintf(CELL(row, 0), "%u", hop->ttl);
	snprintf(CELL(row, 1), "%s", address_of(shown, index));
	if (hop->n_addresses > 1)
		snprintf(CELL(row, 1), "%s +%u", address_of(shown, index), hop->n_addresses - 1);
	if (hop->sent == 0)
		return true;
	snprintf(CELL(row, 2), "%.1f%%", 100 * (double)hop->missing / (double)hop->sent);
	snprintf(CELL(row, 3), "%" PRIu64, hop->sent);
	if (hop->answered == 0)
		return true;
	put_ms(row, 4, (double)hop->last_ns);
	put_ms(row, 5, hop->mean_ns);
	put_ms(row, 6, (double)hop->best_ns);
	put_ms(row, 7, (double)hop->worst_ns);
	put_ms(row, 8, hop->stdev_ns);
	return true;
}

/* "8.2 to 13.6 %" */
static void
put_interval(struct ovr_table_row *row, unsigned int column, const struct ovr_method_interval *interval)
{
	snprintf(CELL(row, column), "%.2f to %.2f %%", 100 * interval->low, 100 * interval->high);
}

static bool
verdict_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct shown *shown = of;
	const struct ovr_path_hop *hop = &shown->path->hop[index];

	snprintf(CELL(row, 0), "%u", hop->ttl);
	snprintf(CELL(row, 1), "%s", address_of(shown, index));
	snprintf(CELL(row, 2), "%s", ovr_figure_count(hop->answered).text);
	snprintf(CELL(row, 3), "%s", ovr_figure_count(hop->missing).text);
	if (hop->sent > 0)
		put_interval(row, 4, &hop->missing_ratio);
	if (isnan(hop->counted_ratio))
		snprintf(CELL(row, 5), "-");
	else
		snprintf(CELL(row, 5), "%.2f %%", 100 * hop->counted_ratio);
	if (hop->answered > 1)
		put_ms(row, 6, hop->jitter_ns);
	snprintf(CELL(row, 7), "%s", ovr_path_state_name(hop->state));
	return true;
}

static void
print_tables(const struct shown *shown, FILE *out)
{
	static const struct ovr_table times = {
		.column = { { "Hop", true, 0 }, { "Address", false, 15 }, { "Loss%", true, 6 },
			{ "Snt", true, 4 }, { "Last", true, 6 }, { "Avg", true, 6 }, { "Best", true, 6 },
			{ "Wrst", true, 6 }, { "StDev", true, 6 } },
		.n_columns = 9,
		.gap = 2,
		.row = time_row,
	};
	static const struct ovr_table verdicts = {
		.column = { { "Hop", true, 0 }, { "Address", false, 15 }, { "answered", true, 0 },
			{ "missing", true, 0 }, { "95 % interval", true, 0 }, { "counts", true, 0 },
			{ "jitter", true, 0 }, { "verdict", false, 0 } },
		.n_columns = 8,
		.gap = 2,
		.row = verdict_row,
	};

	ovr_table_print(&times, shown, shown->path->n_hops, out);
	ovr_table_print(&verdicts, shown, shown->path->n_hops, out);
}

static const char *
before_of(const struct shown *shown, int32_t ttl, char text[64])
{
	if (ttl == 0)
		return "this host";
	snprintf(text, 64, "hop %d (%s)", ttl, address_of(shown, (uint32_t)ttl - 1));
	return text;
}

static void
print_unplaced(const struct ovr_path *path, FILE *out)
{
	if (path->lengths_differ && path->verdict == OVR_PATH_LOSES)
		fprintf(out, "ways of different length: where loss starts is with each flow\n");
	else if (path->verdict == OVR_PATH_LOSES)
		fprintf(out,
			"too few answers are missing to say where they are lost: more rounds (--count)\n");
}

static void
print_direction(const struct shown *shown, FILE *out)
{
	const struct ovr_path *path = shown->path;

	if (path->is_listed)
		fprintf(out, "direction: host %s lists what came: ", shown->report->far.host);
	else
		fprintf(out, "direction: the reflector tells: ");
	fprintf(out, "%s lost on the way there, %s on the way back",
		ovr_figure_count(path->forward_missing).text, ovr_figure_count(path->backward_missing).text);
	if (path->undirected_missing > 0)
		fprintf(out, "; %s after its last answer, there or back",
			ovr_figure_count(path->undirected_missing).text);
	fputc('\n', out);
}

static void
print_starts(const struct shown *shown, FILE *out)
{
	const struct ovr_path *path = shown->path;
	bool is_placed = false;
	char before[64];

	for (uint32_t i = 0; i < path->n_hops; i++) {
		if (path->hop[i].state != OVR_PATH_LOSS_STARTS)
			continue;
		fprintf(out, "loss %s between %s and hop %u (%s): %.2f %% (95 %%: %.2f to %.2f %%)\n",
			is_placed ? "grows" : "starts", before_of(shown, path->hop[i].starts_after, before),
			i + 1, address_of(shown, i), 100 * path->hop[i].counted_ratio,
			100 * path->hop[i].counted.low, 100 * path->hop[i].counted.high);
		is_placed = true;
	}
	if (is_placed && !path->has_direction)
		fprintf(out, "direction: not known; there, or on the way back from there%s\n",
			shown->report->has_far ? "" : ". One end alone cannot tell");
	else if (!is_placed)
		print_unplaced(path, out);
	if (path->has_direction)
		print_direction(shown, out);
}

/* What the far end tells beside losses. */
static void
print_far(const struct ovr_report_far *far, FILE *out)
{
	if (!far->is_told) {
		fprintf(out, "host %s tells nothing: %s\n", far->host, far->gone);
		return;
	}
	if (far->duplicates + far->reordered + far->back_duplicates + far->back_reordered > 0)
		fprintf(out,
			"host %s: on the way there %s came twice, %s out of order; on the way back %s twice, "
			"%s out of order\n",
			far->host, ovr_figure_count(far->duplicates).text,
			ovr_figure_count(far->reordered).text, ovr_figure_count(far->back_duplicates).text,
			ovr_figure_count(far->back_reordered).text);
	if (far->dropped > 0)
		fprintf(out,
			"host %s: the full receive buffer of its reflector dropped %s, which are among those "
			"lost on the way there\n",
			far->host, ovr_figure_count(far->dropped).text);
	if (far->unanswered + far->full > 0)
		fprintf(out, "host %s did not send %s answers, which are among those lost on the way back\n",
			far->host, ovr_figure_count(far->unanswered + far->full).text);
}

/* "12", or of a range "5 to 12" */
static void
print_count(uint64_t min, uint64_t max, FILE *out)
{
	if (min != max)
		fprintf(out, "%s to ", ovr_figure_count(min).text);
	fprintf(out, "%s", ovr_figure_count(max).text);
}

static void
print_claim(const struct ovr_report_hop_agent *agent, const struct ovr_kernel_claim *claim, FILE *out)
{
	uint64_t ours = claim->frames_max < agent->ours_max ? claim->frames_max : agent->ours_max;

	fprintf(out, "  %s: %s%s%s %s ", ovr_ledger_place_name(claim->place),
		ovr_kernel_layer_name(claim->layer), claim->object[0] == '\0' ? "" : " ", claim->object,
		claim->counter);
	print_count(claim->frames_min, claim->frames_max, out);
	fprintf(out, " (%s)", ovr_kernel_unit_name(claim->unit));
	if (claim->is_of_host)
		fprintf(out, " of the whole host");
	if (ours == 0)
		fprintf(out, "; none of them is of this path\n");
	else
		fprintf(out, "; 0 to %s of them are of this path\n", ovr_figure_count(ours).text);
}

static void
print_hop_agent(const struct shown *shown, const struct ovr_report_hop_agent *agent, FILE *out)
{
	fprintf(out, "host %s", agent->host);
	if (!agent->is_told) {
		fprintf(out, " tells nothing: %s\n", agent->gone);
		return;
	}
	if (agent->ttl != 0)
		fprintf(out, " (hop %u, %s)", agent->ttl, address_of(shown, agent->ttl - 1u));
	else
		fprintf(out, " (no hop has an address of it)");
	if (agent->places.n_claims == 0)
		fprintf(out, ": no counter of loss moved\n");
	else
		fprintf(out, " lost meanwhile, of all traffic there:\n");
	for (uint32_t i = 0; i < agent->places.n_claims; i++)
		print_claim(agent, &agent->places.claim[i], out);
	for (uint32_t i = 0; i < agent->places.n_notes; i++)
		fprintf(out, "  unknown: %s\n", agent->places.note[i]);
}

static void
print_agents(const struct shown *shown, FILE *out)
{
	const struct ovr_report_path *report = shown->report;

	if (report->has_far)
		print_far(&report->far, out);
	for (uint32_t i = 0; i < report->n_hop_agents; i++)
		print_hop_agent(shown, &report->hop_agent[i], out);
}

static void
print_limits(const struct shown *shown, FILE *out)
{
	for (uint32_t i = 0; i < shown->path->n_hops; i++) {
		const struct ovr_path_limit *limit = &shown->path->hop[i].limit;

		if (limit->is_found)
			fprintf(out, "hop %u (%s) limits its answers: %u at once, then one per %s\n", i + 1,
				address_of(shown, i), limit->burst, ovr_figure_time(limit->interval_ns).text);
	}
}

static void
print_fault(const struct shown *shown, const struct ovr_path_fault *fault, FILE *out)
{
	const char *by = shown->report->trace->address[fault->address];
	const char *to = shown->report->address;

	switch (fault->kind) {
	case OVR_PATH_FAULT_NO_ROUTE:
		fprintf(out, "no route: %s has none to %s", by, to);
		break;
	case OVR_PATH_FAULT_NO_NEIGHBOUR:
		fprintf(out, "no neighbour: %s asks for the address of the next host towards %s in vain", by,
			to);
		break;
	case OVR_PATH_FAULT_PROHIBITED:
		fprintf(out, "prohibited: %s rejects the probes", by);
		break;
	case OVR_PATH_FAULT_LOOP:
		fprintf(out, "loop: %s comes again every %u hops, from hop %u on", by, fault->period,
			fault->ttl);
		break;
	case OVR_PATH_FAULT_OTHER_HOST:
		fprintf(out,
			"other host: probes that did not come to host %s were answered from %s: another host "
			"has its address",
			shown->report->far.host, by);
		break;
	case OVR_PATH_FAULT_DETOUR:
		fprintf(out,
			"detour: %s answers at hop %u, where the destination did: the way there has become "
			"longer, or a loop",
			by, fault->ttl);
		break;
	default:
		fprintf(out,
			"two answers: the port of %s is open, and closed; two hosts may have its address, or "
			"its service has begun or ended meanwhile",
			to);
	}
	fprintf(out, " (%" PRIu64 " answer%s; overrun reproduce %s)\n", fault->n, ovr_figure_plural(fault->n),
		ovr_report_path_place(fault->kind));
}

static void
print_mtu(const struct ovr_report_path *report, FILE *out)
{
	const struct ovr_path_mtu *mtu = &report->trace->mtu;

	switch (mtu->state) {
	case OVR_PATH_MTU_OWN:
		fprintf(out, "MTU: %u bytes, as of the own interface\n", mtu->passes_bytes);
		break;
	case OVR_PATH_MTU_TOLD:
		fprintf(out, "MTU: %u bytes, told by %s", mtu->passes_bytes,
			report->trace->address[mtu->told_by]);
		if (mtu->told_ttl != 0)
			fprintf(out, " (hop %u)", mtu->told_ttl);
		fprintf(out, "; the own interface has %u\n", mtu->own_bytes);
		break;
	case OVR_PATH_MTU_BLACK_HOLE:
		fprintf(out,
			"MTU: black hole: %u bytes pass, %u bytes are missing and nobody tells; they get as "
			"far as %s %u (overrun reproduce mtu)\n",
			mtu->passes_bytes, mtu->fails_bytes, mtu->reached_ttl == 0 ? "this host, hop" : "hop",
			mtu->reached_ttl);
		break;
	default:
		if (mtu->sent > 0)
			fprintf(out, "MTU: unknown: too few answers\n");
	}
}

static void
print_verdict(const struct shown *shown, FILE *out)
{
	const struct ovr_path *path = shown->path;
	const struct ovr_path_hop *end = path->n_hops == 0 ? NULL : &path->hop[path->n_hops - 1];
	bool is_doubtful = shown->report->trace->crowded > 0;

	fprintf(out, "verdict: %s", ovr_path_verdict_name(path->verdict));
	if (end == NULL)
		fprintf(out, ": no probe was answered or given up\n");
	else if (path->verdict == OVR_PATH_PASSES)
		fprintf(out, ": the destination answers all of %s probes; loss is below %.2f %% (95 %%)\n",
			ovr_figure_count(end->sent).text, 100 * end->missing_ratio.high);
	else if (path->verdict == OVR_PATH_LOSES)
		fprintf(out, ": the destination misses %s of %s answers: %.2f %% (95 %%: %.2f to %.2f %%)\n",
			ovr_figure_count(end->missing).text, ovr_figure_count(end->sent).text,
			100 * (double)end->missing / (double)end->sent, 100 * end->missing_ratio.low,
			100 * end->missing_ratio.high);
	else if (end->sent == 0)
		fprintf(out, ": it ended before a probe of a round was sent to the destination\n");
	else if (end->answered + end->missing < end->sent)
		fprintf(out, ": others answered %s of %s probes in the destination's place; %s are missing\n",
			ovr_figure_count(end->sent - end->answered - end->missing).text,
			ovr_figure_count(end->sent).text, ovr_figure_count(end->missing).text);
	else if (end->answered == 0)
		fprintf(out,
			": the destination does not answer; that is no loss. Another protocol or port "
			"may be answered (--udp, --icmp, --tcp, --port)\n");
	else if (is_doubtful)
		fprintf(out, ": %s answers are missing, and this host may have dropped them\n",
			ovr_figure_count(end->missing).text);
	else if (end->limit.is_found)
		fprintf(out,
			": the destination answers once in %s at most, and %s answers are missing; a --rate "
			"below that tells loss from its limit\n",
			ovr_figure_time(end->limit.interval_ns).text, ovr_figure_count(end->missing).text);
	else
		fprintf(out,
			": the destination's answers are ICMP errors, or limited, and %s are missing; "
			"probe a port that answers, with --icmp, or once a second\n",
			ovr_figure_count(end->missing).text);
}

static void
print_path(const struct shown *shown, FILE *out)
{
	print_tables(shown, out);
	fputc('\n', out);
	print_starts(shown, out);
	print_limits(shown, out);
	for (uint32_t i = 0; i < shown->path->n_faults; i++)
		print_fault(shown, &shown->path->fault[i], out);
}

static void
print_head(const struct ovr_report_path *report, FILE *out)
{
	fprintf(out, "%s", report->target);
	if (strcmp(report->target, report->address) != 0)
		fprintf(out, " (%s)", report->address);
	fprintf(out, "   %s", ovr_probe_protocol_name(report->protocol));
	if (report->port != 0)
		fprintf(out, " port %u", report->port);
	fprintf(out, "   %s round%s of %s", ovr_figure_count(report->trace->rounds).text,
		ovr_figure_plural(report->trace->rounds), ovr_figure_time(report->interval_ns).text);
	if (report->rounds_asked != 0 && report->trace->rounds < report->rounds_asked)
		fprintf(out, " (of %s, interrupted)", ovr_figure_count(report->rounds_asked).text);
	if (report->n_flows > 1)
		fprintf(out, "   %u flows", report->n_flows);
	fprintf(out, "   seed %" PRIu64 "\n", report->seed);
}

static void
print_doubts(const struct ovr_trace *trace, FILE *out)
{
	if (trace->uncounted > 0)
		fprintf(out,
			"%s probes are not counted: a router quotes too little of them to say which it "
			"answers; --icmp shows it\n",
			ovr_figure_count(trace->uncounted).text);
	if (trace->crowded > 0)
		fprintf(out,
			"this host did not take answers in time: %s times a receive buffer was nearly full, "
			"and may have dropped some; a lower --rate, or fewer flows\n",
			ovr_figure_count(trace->crowded).text);
	if (trace->unsent > 0)
		fprintf(out, "%s probes were not sent by this host (%s), and are not counted\n",
			ovr_figure_count(trace->unsent).text,
			trace->unsent_error == -EPERM ? "its own firewall drops them"
						      : strerror(-trace->unsent_error));
	if (trace->duplicates > 0)
		fprintf(out, "%s answers came twice\n", ovr_figure_count(trace->duplicates).text);
}

int
ovr_report_path_text(const struct ovr_report_path *report, FILE *out, struct ovr_err *err)
{
	const struct shown all = { report, &report->all };

	print_head(report, out);
	for (uint16_t i = 0; i < report->n_flows && report->n_flows > 1; i++) {
		const struct shown one = { report, &report->flow[i] };

		fprintf(out, "\nflow %u, %s %u\n", i + 1u,
			report->protocol == OVR_PROBE_ICMP ? "identifier" : "source port",
			report->trace->source[i]);
		print_path(&one, out);
		print_verdict(&one, out);
	}
	if (report->n_flows > 1)
		fprintf(out, "\nall flows together\n");
	print_path(&all, out);
	print_agents(&all, out);
	print_doubts(report->trace, out);
	print_mtu(report, out);
	print_verdict(&all, out);
	if (ferror(out))
		return ovr_err_set(err, -EIO, "the path cannot be written");
	return 0;
}
