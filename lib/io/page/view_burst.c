/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "page/view.h"

static void
add_lengths(struct ovr_view *view)
{
	static const char *const head[] = { "", "", NULL };
	const json_t *answer = ovr_get(view->root, "back_to_back");
	json_t *table = ovr_view_table(
		view, "Back-to-back frames (RFC 2544 section 26.4, RFC 9004)", "", head);
	struct {
		const char *name;
		struct ovr_view_text value;
	} rows[] = {
		{ "frame size", ovr_view_count_at(answer, "size") },
		{ "line carries at most", ovr_view_si_at(answer, "max_pps", "pps") },
		{ "longest burst without loss, average in frames",
			ovr_view_rounded_at(answer, "frames.average") },
		{ "least", ovr_view_count_at(answer, "frames.min") },
		{ "most", ovr_view_count_at(answer, "frames.max") },
		{ "standard deviation", ovr_view_rounded_at(answer, "frames.deviation") },
		{ "searches with an answer", ovr_view_count_at(answer, "frames.repeats") },
		{ "throughput", ovr_view_si_at(answer, "throughput.rate_pps", "pps") },
		{ "buffer time, implied", ovr_view_time(ovr_saved_real(answer, "buffer.implied_s") * 1e9) },
		{ "buffer time, corrected",
			ovr_view_time(ovr_saved_real(answer, "buffer.corrected_s") * 1e9) },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ovr_view_row(view, table, (const char *[]){ rows[i].name, rows[i].value.text });
}

static void
add_deviations(struct ovr_view *view)
{
	static const char *const head[] = { "deviations from the standards", NULL };
	const json_t *deviations = ovr_get(view->root, "back_to_back.deviations"), *deviation;
	json_t *table;
	size_t i;

	if (json_array_size(deviations) == 0)
		return;
	table = ovr_view_table(view, "Deviations", "", head);
	json_array_foreach(deviations, i, deviation)
		ovr_view_row(view, table, (const char *[]){ json_string_value(deviation) });
}

static void
draw_bursts(struct ovr_view *view)
{
	const json_t *trials = ovr_get(view->root, "trials"), *trial;
	struct ovr_picture_dot *dot = ovr_view_keep(view, json_array_size(trials), sizeof(*dot));
	struct ovr_picture_line *line = ovr_view_keep(view, 1, sizeof(*line));
	struct ovr_view_picture *picture;
	struct ovr_picture_dots *dots;
	size_t i, n = 0;

	if (dot == NULL || line == NULL || json_array_size(trials) == 0)
		return;
	picture = ovr_view_picture(view, OVR_VIEW_DOTS, sizeof(*dots), "bursts",
		"Frames that arrived of each burst",
		"Each trial as a dot: green where the whole burst arrived, red where not, hollow where it "
		"was "
		"disturbed. On the dashed line everything arrived.");
	if (picture == NULL)
		return;
	json_array_foreach(trials, i, trial)
	{
		bool is_sound = strcmp(ovr_saved_text(trial, "outcome"), "sound") == 0;

		dot[n] = (struct ovr_picture_dot){ ovr_saved_real(trial, "frames"),
			ovr_saved_real(trial, "summary.unique"),
			!is_sound                                ? "void"
				: ovr_saved_bool(trial, "whole") ? "pass"
								 : "loss",
			"" };
		snprintf(dot[n].name, sizeof(dot[n].name), "search %.30s, %.20s",
			ovr_view_count_at(trial, "search").text, ovr_saved_text(trial, "outcome"));
		n++;
	}
	dots = picture->of.dots;
	dots->dot = dot;
	dots->n_dots = n;
	dots->has_diagonal = true;
	dots->x = (struct ovr_picture_axis){
		.label = "frames of the burst", .unit = OVR_PICTURE_COUNT, .is_log = true
	};
	dots->y = (struct ovr_picture_axis){
		.label = "frames that arrived", .unit = OVR_PICTURE_COUNT, .is_log = true
	};
	if (isfinite(ovr_saved_real(view->root, "back_to_back.frames.average"))) {
		line->x = ovr_saved_real(view->root, "back_to_back.frames.average");
		line->style = "pass";
		snprintf(line->name, sizeof(line->name), "average without loss: %.35s",
			ovr_view_rounded_at(view->root, "back_to_back.frames.average").text);
		dots->line = line;
		dots->n_lines = 1;
	}
}

void
ovr_view_burst(struct ovr_view *view)
{
	add_lengths(view);
	add_deviations(view);
	draw_bursts(view);
}
