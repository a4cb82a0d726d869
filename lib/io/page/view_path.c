/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "page/view.h"

/* The verdicts of a hop, by how a dot is drawn. */
static const char *
style_of(const char *verdict)
{
	if (strcmp(verdict, "no loss") == 0)
		return "pass";
	return strcmp(verdict, "loss starts here") == 0 || strcmp(verdict, "loss before") == 0 ? "loss"
											       : "void";
}

/* "7.30 % … 12.5 %" */
static struct ovr_view_text
interval_of(const json_t *hop)
{
	struct ovr_view_text text = { "" };

	snprintf(text.text, sizeof(text.text), "%.24s … %.24s",
		ovr_view_ratio(ovr_saved_real(hop, "missing_low_ratio")).text,
		ovr_view_ratio(ovr_saved_real(hop, "missing_high_ratio")).text);
	return text;
}

static void
add_hop(struct ovr_view *view, json_t *table, const json_t *hop)
{
	const json_t *address = json_array_get(ovr_get(hop, "addresses"), 0);
	bool is_answered = ovr_get_count(hop, "answered") > 0;

	ovr_view_row(view, table,
		(const char *[]){ ovr_view_count_at(hop, "ttl").text,
			address == NULL ? "???" : json_string_value(address),
			ovr_view_share(ovr_get_count(hop, "missing"), ovr_get_count(hop, "sent")).text,
			ovr_view_count_at(hop, "sent").text,
			is_answered ? ovr_view_time_at(hop, "last_ns").text : "",
			is_answered ? ovr_view_time_at(hop, "mean_ns").text : "",
			is_answered ? ovr_view_time_at(hop, "best_ns").text : "",
			is_answered ? ovr_view_time_at(hop, "worst_ns").text : "",
			is_answered ? ovr_view_time_at(hop, "stdev_ns").text : "",
			is_answered ? ovr_view_time_at(hop, "jitter_ns").text : "", interval_of(hop).text,
			ovr_view_ratio(ovr_saved_real(hop, "counted_ratio")).text,
			ovr_saved_text(hop, "verdict") });
}

static void
add_hops(struct ovr_view *view, const char *title, const json_t *path)
{
	static const char *const head[] = { "hop", "address", "Loss%", "Snt", "Last", "Avg", "Best", "Wrst",
		"StDev", "jitter", "95 % interval", "counts", "verdict", NULL };
	const json_t *hop;
	json_t *table = ovr_view_table(view, title,
		"counts: of a hop's missing answers what may be loss, the smallest share that it or a later "
		"hop misses.",
		head);
	size_t i;

	json_array_foreach(ovr_get(path, "hops"), i, hop) add_hop(view, table, hop);
}

static void
add_faults(struct ovr_view *view, const json_t *path)
{
	static const char *const head[] = { "fault", "told by", "hop", "answers", "place of the atlas",
		NULL };
	const json_t *fault;
	json_t *table;
	size_t i;

	if (ovr_saved_size(path, "faults") == 0)
		return;
	table = ovr_view_table(view, "Faults", "overrun reproduce PLACE shows each, and its cure.", head);
	json_array_foreach(ovr_get(path, "faults"), i, fault) ovr_view_row(view, table,
		(const char *[]){ ovr_saved_text(fault, "kind"), ovr_saved_text(fault, "address"),
			ovr_view_count_at(fault, "ttl").text, ovr_view_count_at(fault, "answers").text,
			ovr_saved_text(fault, "place") });
}

/* What the host of an agent lost while the path was traced. */
static void
add_agent(struct ovr_view *view, const json_t *agent)
{
	static const char *const head[] = { "place", "counter", "object", "lost", "unit", NULL };
	const json_t *lost = ovr_get(agent, "lost_there"), *place;
	char title[200], about[400];
	json_t *table;
	size_t i;

	snprintf(title, sizeof(title), "What host %.60s, hop %.20s, lost meanwhile",
		ovr_saved_text(agent, "host"),
		ovr_get_count(agent, "ttl") == 0 ? "unknown" : ovr_view_count_at(agent, "ttl").text);
	if (!json_is_object(lost))
		snprintf(about, sizeof(about), "unknown: %.300s", ovr_saved_text(agent, "lost"));
	else
		snprintf(about, sizeof(about),
			"Of all traffic there. At most %.30s of them are of this path: the answers that are "
			"missing at its hop and behind it.",
			ovr_view_count_at(agent, "ours_max").text);
	table = ovr_view_table(view, title, about, head);
	json_array_foreach(ovr_get(lost, "places"), i, place) ovr_view_row(view, table,
		(const char *[]){ ovr_saved_text(place, "place"), ovr_saved_text(place, "counter"),
			ovr_saved_text(place, "object"), ovr_view_count_at(place, "count").text,
			ovr_saved_text(place, "unit") });
}

static void
draw_hops(struct ovr_view *view, const json_t *path)
{
	const json_t *hops = ovr_get(path, "hops"), *hop;
	struct ovr_picture_dot *dot = ovr_view_keep(view, 2 * json_array_size(hops), sizeof(*dot));
	struct ovr_view_picture *picture;
	size_t i, n = 0;

	if (dot == NULL || json_array_size(hops) == 0)
		return;
	picture = ovr_view_picture(view, OVR_VIEW_DOTS, sizeof(struct ovr_picture_dots), "hops",
		"Missing answers by hop",
		"The share that each hop misses (green: no loss, red: loss, hollow: limited or unknown), and "
		"what counts of it (a blue ring).");
	if (picture == NULL)
		return;
	json_array_foreach(hops, i, hop)
	{
		double ttl = (double)ovr_get_count(hop, "ttl");
		double counted = ovr_saved_real(hop, "counted_ratio");
		const char *verdict = ovr_saved_text(hop, "verdict");

		dot[n] = (struct ovr_picture_dot){ ttl, ovr_saved_real(hop, "missing_ratio"),
			style_of(verdict), "" };
		snprintf(dot[n].name, sizeof(dot[n].name), "hop %.20s: %.30s",
			ovr_view_count_at(hop, "ttl").text, verdict);
		n++;
		if (isfinite(counted))
			dot[n++] = (struct ovr_picture_dot){ ttl, counted, "model", "counts" };
	}
	picture->of.dots->x = (struct ovr_picture_axis){ "hop", OVR_PICTURE_COUNT, false };
	picture->of.dots->y = (struct ovr_picture_axis){ "missing answers", OVR_PICTURE_RATIO, false };
	picture->of.dots->dot = dot;
	picture->of.dots->n_dots = n;
}

static void
say_direction(struct ovr_view *view, const json_t *path)
{
	char text[200] = "direction: not known; one end alone cannot tell";

	if (strcmp(ovr_saved_text(path, "direction"), "unknown") != 0)
		snprintf(text, sizeof(text), "%.30s lost on the way there, %.30s on the way back",
			ovr_view_count_at(path, "there_missing").text,
			ovr_view_count_at(path, "back_missing").text);
	ovr_view_reason(view, text);
}

static void
say_mtu(struct ovr_view *view)
{
	const json_t *mtu = ovr_get(view->root, "mtu");
	const char *state = ovr_saved_text(mtu, "state");
	char text[200];

	if (strcmp(state, "unknown") == 0)
		return;
	if (strcmp(state, "black hole") == 0)
		snprintf(text, sizeof(text), "MTU black hole: %.30s bytes are missing from hop %.20s on",
			ovr_view_count_at(mtu, "fails_bytes").text,
			ovr_view_count_at(mtu, "reached_ttl").text);
	else
		snprintf(text, sizeof(text), "MTU %.30s bytes", ovr_view_count_at(mtu, "passes_bytes").text);
	ovr_view_reason(view, text);
}

void
ovr_view_path(struct ovr_view *view)
{
	const json_t *together = ovr_get(view->root, "together"), *flow;
	const char *verdict = ovr_saved_text(together, "verdict");
	char text[200];
	size_t i;

	view->verdict = strcmp(verdict, "no loss") == 0 ? "pass"
		: strcmp(verdict, "loss") == 0          ? "loss"
							: "void";
	view->word = verdict;
	snprintf(view->heading, sizeof(view->heading), "overrun path: %.100s (%.50s), %.10s",
		ovr_saved_text(view->root, "target"), ovr_saved_text(view->root, "address"),
		ovr_saved_text(view->root, "protocol"));
	snprintf(text, sizeof(text), "%.30s rounds of %.30s, %.30s flow%s",
		ovr_view_count_at(view->root, "rounds").text,
		ovr_view_time_at(view->root, "interval_ns").text,
		ovr_view_count(ovr_saved_size(view->root, "flows")).text,
		ovr_saved_size(view->root, "flows") == 1 ? "" : "s");
	ovr_view_reason(view, text);
	if (strcmp(verdict, "loss") == 0)
		say_direction(view, together);
	say_mtu(view);
	add_hops(view, ovr_saved_size(view->root, "flows") == 1 ? "Hops" : "Hops, all flows together",
		together);
	add_faults(view, together);
	json_array_foreach(ovr_get(view->root, "hop_agents"), i, flow) add_agent(view, flow);
	draw_hops(view, together);
	if (ovr_saved_size(view->root, "flows") == 1)
		return;
	json_array_foreach(ovr_get(view->root, "flows"), i, flow)
	{
		snprintf(text, sizeof(text), "Flow %" PRIu64 ", source %" PRIu64, ovr_get_count(flow, "flow"),
			ovr_get_count(flow, "source"));
		add_hops(view, text, ovr_get(flow, "path"));
	}
}
