/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "page/view.h"

/* Sizes with a picture of their own; all are in the table. */
#define SIZES_DRAWN 12
#define GOALS_MAX   4

static struct ovr_view_text
goal_name(double loss_ratio)
{
	struct ovr_view_text text = { "" };

	if (loss_ratio == 0)
		snprintf(text.text, sizeof(text.text), "NDR");
	else if (loss_ratio == 0.005)
		snprintf(text.text, sizeof(text.text), "PDR 0.5 %%");
	else
		snprintf(text.text, sizeof(text.text), "PDR %.40s", ovr_view_ratio(loss_ratio).text);
	return text;
}

/* The answer as RFC 2544 section 26.1 has it: a rate, its share of the line, its bounds. */
static struct ovr_view_text
answer_text(const json_t *answer)
{
	struct ovr_view_text text = { "" };
	const char *end = ovr_saved_text(answer, "end");

	if (!isfinite(ovr_saved_real(answer, "lower_pps")))
		snprintf(text.text, sizeof(text.text), "none (%.40s)", end);
	else
		snprintf(text.text, sizeof(text.text), "%s%.60s%s", strcmp(end, "at-least") == 0 ? "≥ " : "",
			ovr_view_si_at(answer, "lower_pps", "pps").text,
			strcmp(end, "open") == 0 ? " (open)" : "");
	return text;
}

/* "815 ns, p99 4.59 ms": at the load of an answer. */
static struct ovr_view_text
latency_text(const json_t *answer)
{
	struct ovr_view_text text = { "unknown" };
	const json_t *latency = ovr_get(answer, "latency_ns");

	if (latency != NULL)
		snprintf(text.text, sizeof(text.text), "%.30s, p99 %.30s",
			ovr_view_time_at(latency, "p50").text, ovr_view_time_at(latency, "p99").text);
	return text;
}

static void
add_throughput(struct ovr_view *view)
{
	const json_t *search = ovr_get(view->root, "search"), *goals = ovr_get(search, "goals"), *size;
	const char *head[OVR_VIEW_COLUMNS_MAX + 1] = { "frame size", "theoretical maximum" };
	struct ovr_view_text heads[GOALS_MAX], latency_head;
	size_t n_goals = json_array_size(goals) < GOALS_MAX ? json_array_size(goals) : GOALS_MAX;
	json_t *table;
	size_t n = 2, i;

	for (size_t k = 0; k < n_goals; k++) {
		heads[k] = goal_name(ovr_saved_real(json_array_get(goals, k), "loss_ratio"));
		head[n++] = heads[k].text;
		head[n++] = "of maximum";
	}
	if (n_goals > 0) {
		snprintf(latency_head.text, sizeof(latency_head.text), "latency at %.40s", heads[0].text);
		head[n++] = latency_head.text;
	}
	head[n++] = "tester limit";
	head[n] = "ended by";
	table = ovr_view_table(view, "Throughput by frame size (RFC 2544 section 26.1)",
		"Loads of one direction in sent frames per second.", head);
	json_array_foreach(ovr_get(search, "sizes"), i, size)
	{
		const char *cells[OVR_VIEW_COLUMNS_MAX];
		struct ovr_view_text text[OVR_VIEW_COLUMNS_MAX];
		const char *reason = ovr_saved_text(size, "reason");
		size_t at = 0;

		cells[at++] = ovr_saved_text(size, "size");
		text[at] = ovr_view_si_at(size, "line_pps", "pps");
		for (size_t k = 0; k < n_goals; k++) {
			const json_t *answer = json_array_get(ovr_get(size, "answers"), k);

			text[++at] = answer_text(answer);
			text[++at] = ovr_view_ratio(ovr_saved_real(answer, "line_ratio"));
		}
		if (n_goals > 0)
			text[++at] = latency_text(json_array_get(ovr_get(size, "answers"), 0));
		text[++at] = ovr_view_si_at(size, "tester_limit.tx_rate_pps", "pps");
		for (size_t k = 1; k <= at; k++)
			cells[k] = text[k].text;
		cells[++at] = reason[0] != '\0' ? reason : ovr_saved_text(size, "stop");
		ovr_view_row(view, table, cells);
	}
}

/* A row of its latency for each answer. */
static void
add_latencies(struct ovr_view *view, json_t *table, const json_t *size)
{
	const json_t *answer;
	size_t i;

	json_array_foreach(ovr_get(size, "answers"), i, answer)
	{
		const json_t *latency = ovr_get(answer, "latency_ns");

		if (ovr_get(answer, "lower_pps") == NULL)
			continue;
		ovr_view_row(view, table,
			(const char *[]){ ovr_saved_text(size, "size"),
				goal_name(ovr_saved_real(answer, "loss_ratio")).text,
				ovr_view_si_at(answer, "lower_pps", "pps").text,
				ovr_view_time_at(latency, "min").text, ovr_view_time_at(latency, "p50").text,
				ovr_view_time_at(latency, "p99").text, ovr_view_time_at(latency, "max").text,
				ovr_view_count_at(latency, "trials").text });
	}
}

/* A curve has no answers, and other searches may have found none. */
static bool
has_answers(const struct ovr_view *view)
{
	const json_t *size, *answer;
	size_t i, k;

	json_array_foreach(ovr_get(view->root, "search.sizes"), i, size) json_array_foreach(
		ovr_get(size, "answers"), k, answer) if (ovr_get(answer, "lower_pps") != NULL) return true;
	return false;
}

static void
add_latency(struct ovr_view *view)
{
	static const char *const head[] = { "frame size", "goal", "load", "min", "median", "p99", "max",
		"trials", NULL };
	const json_t *size;
	json_t *table;
	size_t i;

	if (!has_answers(view))
		return;
	table = ovr_view_table(view, "Latency at the found loads (RFC 2544 section 26.2)",
		"Median and p99 are the means of those of the trials at that load. A burst has one clock "
		"reading on either side.",
		head);
	json_array_foreach(ovr_get(view->root, "search.sizes"), i, size) add_latencies(view, table, size);
}

static void
add_effort(struct ovr_view *view)
{
	static const char *const head[] = { "frame size", "trials", "short", "void",
		"lost in stalls of our own receiver", NULL };
	const json_t *size;
	json_t *table = ovr_view_table(view, "Trials", "", head);
	size_t i;

	json_array_foreach(ovr_get(view->root, "search.sizes"), i, size) ovr_view_row(view, table,
		(const char *[]){ ovr_saved_text(size, "size"), ovr_view_count_at(size, "trials").text,
			ovr_view_count_at(size, "short").text, ovr_view_count_at(size, "void").text,
			ovr_view_count_at(size, "own_receiver.lost_in_host_stalls").text });
}

/* RFC 2544's picture: throughput over frame size, with what the medium carries. */
static void
draw_sizes(struct ovr_view *view)
{
	const json_t *sizes = ovr_get(view->root, "search.sizes"), *size, *answer;
	struct ovr_picture_dot *dot = ovr_view_keep(
		view, json_array_size(sizes) * (GOALS_MAX + 1), sizeof(*dot));
	struct ovr_view_picture *picture;
	struct ovr_picture_dots *dots;
	size_t i, k, n = 0;

	if (json_array_size(sizes) < 2 || dot == NULL)
		return;
	picture = ovr_view_picture(view, OVR_VIEW_DOTS, sizeof(*dots), "sizes", "Throughput by frame size",
		"The highest rates within each loss ratio (green: nothing lost, red: within a ratio), and "
		"what the "
		"line carries of each size (blue).");
	if (picture == NULL)
		return;
	json_array_foreach(sizes, i, size)
	{
		/* of a mix there is no one size */
		double bytes = 0;
		const char *text = ovr_saved_text(size, "size");

		for (const char *at = text; *at >= '0' && *at <= '9' && bytes < 1e5; at++)
			bytes = bytes * 10 + (*at - '0');
		if (text[strspn(text, "0123456789")] != '\0')
			continue;
		dot[n] = (struct ovr_picture_dot){ bytes, ovr_saved_real(size, "line_pps"), "model",
			"theoretical maximum" };
		n++;
		json_array_foreach(ovr_get(size, "answers"), k, answer)
		{
			if (k >= GOALS_MAX)
				break;
			dot[n] = (struct ovr_picture_dot){ bytes, ovr_saved_real(answer, "lower_pps"),
				ovr_saved_real(answer, "loss_ratio") == 0 ? "pass" : "loss", "" };
			snprintf(dot[n].name, sizeof(dot[n].name), "%.60s",
				goal_name(ovr_saved_real(answer, "loss_ratio")).text);
			n++;
		}
	}
	dots = picture->of.dots;
	dots->dot = dot;
	dots->n_dots = n;
	dots->x = (struct ovr_picture_axis){ .label = "frame size in bytes with FCS",
		.unit = OVR_PICTURE_COUNT };
	dots->y = (struct ovr_picture_axis){ .label = "throughput", .unit = OVR_PICTURE_PPS, .is_log = true };
}

/* A dot for each load, where its trials are not listed. @return dots */
static size_t
add_loads(const json_t *size, struct ovr_picture_dot *dot, size_t room)
{
	const json_t *load;
	size_t i, n = 0;

	json_array_foreach(ovr_get(size, "loads"), i, load)
	{
		if (n == room)
			break;
		dot[n] = (struct ovr_picture_dot){ ovr_saved_real(load, "achieved_pps"),
			ovr_saved_real(load, "loss_ratio"),
			ovr_get_count(load, "lost") == 0 ? "pass" : "loss", "" };
		snprintf(dot[n].name, sizeof(dot[n].name), "%.30s trials",
			ovr_view_count_at(load, "trials").text);
		n++;
	}
	return n;
}

static void
draw_load(struct ovr_view *view, const json_t *size, size_t index)
{
	const json_t *trials = ovr_get(view->root, "trials"), *trial, *answer;
	size_t room = json_array_size(trials) + ovr_saved_size(size, "loads");
	struct ovr_picture_dot *dot = ovr_view_keep(view, room, sizeof(*dot));
	struct ovr_picture_line *line = ovr_view_keep(view, GOALS_MAX + 1, sizeof(*line));
	struct ovr_view_picture *picture;
	struct ovr_picture_dots *dots;
	size_t i, n = 0, n_lines = 0;
	char id[32], title[96], *kept;

	snprintf(id, sizeof(id), "load-%zu", index);
	snprintf(title, sizeof(title), "Loss against load, frames of %.40s", ovr_saved_text(size, "size"));
	kept = ovr_view_keep(view, sizeof(title), 1);
	if (dot == NULL || line == NULL || kept == NULL)
		return;
	memcpy(kept, title, sizeof(title));
	picture = ovr_view_picture(view, OVR_VIEW_DOTS, sizeof(*dots), id, kept,
		"Each trial as a dot: green without loss, red with loss, hollow where it does not count.");
	if (picture == NULL)
		return;
	json_array_foreach(trials, i, trial)
	{
		uint64_t sent = ovr_get_count(trial, "sent");
		bool is_void = strcmp(ovr_saved_text(trial, "verdict"), "void") == 0;

		if (strcmp(ovr_saved_text(trial, "asked.size"), ovr_saved_text(size, "size")) != 0 ||
			sent == 0)
			continue;
		dot[n] = (struct ovr_picture_dot){ ovr_saved_real(trial, "tx_rate_pps"),
			(double)ovr_get_count(trial, "lost") / (double)sent,
			is_void                                     ? "void"
				: ovr_get_count(trial, "lost") == 0 ? "pass"
								    : "loss",
			"" };
		snprintf(dot[n].name, sizeof(dot[n].name), "trial %.30s%s",
			ovr_view_count_at(trial, "number").text, is_void ? ", void" : "");
		n++;
	}
	n = n > 0 ? n : add_loads(size, dot, room);
	json_array_foreach(ovr_get(size, "answers"), i, answer)
	{
		if (i >= GOALS_MAX || !isfinite(ovr_saved_real(answer, "lower_pps")))
			continue;
		line[n_lines].x = ovr_saved_real(answer, "lower_pps");
		line[n_lines].style = ovr_saved_real(answer, "loss_ratio") == 0 ? "pass" : "loss";
		snprintf(line[n_lines].name, sizeof(line[n_lines].name), "%.40s: %.20s",
			goal_name(ovr_saved_real(answer, "loss_ratio")).text, answer_text(answer).text);
		n_lines++;
	}
	dots = picture->of.dots;
	dots->dot = dot;
	dots->n_dots = n;
	dots->line = line;
	dots->n_lines = n_lines;
	dots->x = (struct ovr_picture_axis){ .label = "sent load", .unit = OVR_PICTURE_PPS };
	dots->y =
		(struct ovr_picture_axis){ .label = "loss ratio", .unit = OVR_PICTURE_RATIO, .is_log = true };
}

void
ovr_view_search(struct ovr_view *view)
{
	const json_t *size;
	size_t i;

	add_throughput(view);
	add_latency(view);
	add_effort(view);
	draw_sizes(view);
	json_array_foreach(ovr_get(view->root, "search.sizes"), i, size) if (i < SIZES_DRAWN)
		draw_load(view, size, i + 1);
}
