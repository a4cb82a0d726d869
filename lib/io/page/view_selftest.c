/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "page/view.h"

#define CURVES_MAX 4

static void
add_limits(struct ovr_view *view)
{
	static const char *const head[] = { "", "rate", "on the line", NULL };
	static const char *const rows[][2] = { { "sending alone", "send" },
		{ "receiving and checking alone", "check" }, { "sustained without loss", "sustained" } };
	const json_t *selftest = ovr_get(view->root, "selftest"), *stall;
	json_t *table = ovr_view_table(view, "What the tester itself can do here", "", head);
	size_t i;

	for (i = 0; i < 3; i++)
		ovr_view_row(view, table,
			(const char *[]){ rows[i][0],
				ovr_view_si_at(ovr_get(selftest, rows[i][1]), "rate_pps", "pps").text,
				ovr_view_si_at(ovr_get(selftest, rows[i][1]), "l1_bps", "b/s").text });
	table = ovr_view_table(view, "Stalls of the cores", "",
		(const char *const[]){ "direction", "CPU", "stalls", "stalled", "longest", NULL });
	json_array_foreach(ovr_get(selftest, "stalls"), i, stall) ovr_view_row(view, table,
		(const char *[]){ ovr_saved_text(stall, "direction"), ovr_view_count_at(stall, "cpu").text,
			ovr_view_count_at(stall, "stalls").text,
			ovr_view_ratio(ovr_saved_real(stall, "stalled_ratio")).text,
			ovr_view_time_at(stall, "longest_stall_ns").text });
}

/* Latency of the trials that confirm a rate or saturate the tester, the latest of each load. */
static void
draw_latency(struct ovr_view *view)
{
	const json_t *trials = ovr_get(view->root, "trials");
	struct ovr_picture_curve *curve = ovr_view_keep(view, CURVES_MAX, sizeof(*curve));
	struct ovr_view_picture *picture;
	size_t n = 0;

	if (curve == NULL)
		return;
	for (size_t i = json_array_size(trials); i > 0 && n < CURVES_MAX; i--) {
		const json_t *trial = json_array_get(trials, i - 1);
		char name[64];
		size_t k = 0;

		snprintf(name, sizeof(name), "%.20s at %.30s", ovr_saved_text(trial, "purpose"),
			ovr_view_si_at(trial, "trial.tx_rate_pps", "pps").text);
		while (k < n && strcmp(curve[k].name, name) != 0)
			k++;
		if (k < n || !ovr_view_curve(view, ovr_get(trial, "trial.latency_ns"), &curve[n]))
			continue;
		memcpy(curve[n++].name, name, sizeof(name));
	}
	if (n == 0)
		return;
	picture = ovr_view_picture(view, OVR_VIEW_PERCENTILES, sizeof(struct ovr_picture_percentiles),
		"latency", "Latency by percentile",
		"Time from sending to arrival, by the share of the frames that took no longer, for the last "
		"loads tried.");
	if (picture == NULL)
		return;
	picture->of.percentiles->label = "latency";
	picture->of.percentiles->curve = curve;
	picture->of.percentiles->n_curves = n;
}

void
ovr_view_selftest(struct ovr_view *view)
{
	add_limits(view);
	draw_latency(view);
}
