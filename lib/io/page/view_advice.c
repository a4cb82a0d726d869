/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>
#include <string.h>

#include "page/view.h"

static void
add_recommendation(struct ovr_view *view)
{
	static const char *const head[] = { "", "", NULL };
	const json_t *advice = ovr_get(view->root, "advice");
	const char *command = ovr_saved_text(advice, "command");
	json_t *table = ovr_view_table(view, "Recommendation", "", head);
	struct {
		const char *name;
		struct ovr_view_text value;
	} rows[] = {
		{ "receive ring", ovr_view_count_at(advice, "ring") },
		{ "next smaller ring, which is to lose", ovr_view_count_at(advice, "below") },
		{ "buffer time of the ring", ovr_view_time_at(advice, "model.buffer_time_ns") },
		{ "longest stall that it is made for", ovr_view_time_at(advice, "model.target_stall_ns") },
		{ "longest host stall seen", ovr_view_time_at(advice, "host_longest_ns") },
		{ "arrival rate of the fullest queue", ovr_view_si_at(advice, "model.arrival_pps", "pps") },
		{ "frames sent in the baseline", ovr_view_count_at(advice, "baseline.sent") },
		{ "of these lost", ovr_view_count_at(advice, "baseline.lost") },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ovr_view_row(view, table, (const char *[]){ rows[i].name, rows[i].value.text });
	if (command[0] != '\0')
		ovr_view_row(view, table, (const char *[]){ "command that sets it", command });
}

static void
add_verifications(struct ovr_view *view)
{
	static const char *const head[] = { "ring", "attempt", "outcome", "stalls compared", "with loss",
		"lost", "model", NULL };
	const json_t *verification;
	json_t *table = ovr_view_table(view, "Verification", "", head);
	size_t i;

	json_array_foreach(ovr_get(view->root, "advice.verifications"), i, verification)
		ovr_view_row(view, table,
			(const char *[]){ ovr_view_count_at(verification, "ring").text,
				ovr_view_count_at(verification, "attempt").text,
				ovr_saved_text(verification, "outcome"),
				ovr_view_count_at(verification, "compared_stalls").text,
				ovr_view_count_at(verification, "lossy_stalls").text,
				ovr_view_count_at(verification, "lost").text,
				ovr_view_rounded_at(verification, "model").text });
}

static void
draw_verifications(struct ovr_view *view)
{
	const json_t *verifications = ovr_get(view->root, "advice.verifications"), *verification;
	struct ovr_picture_dot *dot = ovr_view_keep(view, 2 * json_array_size(verifications), sizeof(*dot));
	struct ovr_picture_line *line = ovr_view_keep(view, 2, sizeof(*line));
	struct ovr_view_picture *picture;
	struct ovr_picture_dots *dots;
	size_t i, n = 0;

	if (dot == NULL || line == NULL || json_array_size(verifications) == 0)
		return;
	picture = ovr_view_picture(view, OVR_VIEW_DOTS, sizeof(*dots), "verification", "Frames lost by ring",
		"Verification trials: frames lost in the compared stalls; hollow where the host disturbed "
		"the trial; "
		"a blue ring is what the model says.");
	if (picture == NULL)
		return;
	json_array_foreach(verifications, i, verification)
	{
		const char *outcome = ovr_saved_text(verification, "outcome");
		double ring = ovr_saved_real(verification, "ring");

		dot[n] = (struct ovr_picture_dot){ ring, ovr_saved_real(verification, "lost"),
			strcmp(outcome, "excluded") == 0                   ? "void"
				: ovr_get_count(verification, "lost") == 0 ? "pass"
									   : "loss",
			"" };
		snprintf(dot[n].name, sizeof(dot[n].name), "attempt %.30s, %.20s",
			ovr_view_count_at(verification, "attempt").text, outcome);
		n++;
		if (strcmp(outcome, "excluded") != 0)
			dot[n++] = (struct ovr_picture_dot){ ring, ovr_saved_real(verification, "model"),
				"model", "model" };
	}
	dots = picture->of.dots;
	dots->dot = dot;
	dots->n_dots = n;
	dots->x = (struct ovr_picture_axis){
		.label = "descriptors of the ring", .unit = OVR_PICTURE_COUNT, .is_log = true
	};
	dots->y = (struct ovr_picture_axis){
		.label = "frames lost", .unit = OVR_PICTURE_COUNT, .is_log = true
	};
	if (isfinite(ovr_saved_real(view->root, "advice.ring"))) {
		line[0] = (struct ovr_picture_line){ ovr_saved_real(view->root, "advice.ring"), "pass", "" };
		snprintf(line[0].name, sizeof(line[0].name), "recommended: %.40s",
			ovr_view_count_at(view->root, "advice.ring").text);
		dots->line = line;
		dots->n_lines = 1;
	}
}

void
ovr_view_advice(struct ovr_view *view)
{
	add_recommendation(view);
	add_verifications(view);
	draw_verifications(view);
}
