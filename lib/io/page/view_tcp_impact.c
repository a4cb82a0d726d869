/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "page/view.h"
#include "report/tcp_impact.h"

/* "5.21 Mb/s (3.65 … 6.80)", or what is known of it. */
static struct ovr_view_text
rate_text(const struct ovr_tcp_impact *impact, const struct ovr_tcp_impact_rate *rate)
{
	struct ovr_view_text text = { "unknown" };

	if (impact->is_bound && isfinite(rate->low_bps))
		snprintf(text.text, sizeof(text.text), "%.40s at least",
			ovr_view_si(rate->low_bps, "b/s").text);
	else if (isfinite(rate->bps))
		snprintf(text.text, sizeof(text.text), "%.20s (%.20s … %.20s)",
			ovr_view_si(rate->bps, "b/s").text, ovr_view_si(rate->low_bps, "b/s").text,
			isfinite(rate->high_bps) ? ovr_view_si(rate->high_bps, "b/s").text : "no bound");
	return text;
}

static void
add_flow(struct ovr_view *view, json_t *table, const struct ovr_tcp_impact *impact,
	const struct ovr_tcp_impact_rtt *rtt, const struct ovr_tcp_impact_flow *flow)
{
	char p[64], time_out[64];

	snprintf(p, sizeof(p), "%s%.50s", impact->is_bound ? "at most " : "",
		ovr_view_ratio(impact->is_bound ? flow->p_high : flow->p).text);
	snprintf(time_out, sizeof(time_out), "%.50s", ovr_view_ratio(flow->rto_ratio).text);
	ovr_view_row(view, table,
		(const char *[]){ ovr_view_time((double)rtt->rtt_ns).text,
			ovr_tcp_model_reading_name(flow->reading), p,
			rate_text(impact, &flow->rate[OVR_TCP_IMPACT_CUBIC]).text,
			rate_text(impact, &flow->rate[OVR_TCP_IMPACT_RENO]).text, time_out,
			ovr_view_time((double)rtt->stalled_linux_ns).text });
}

void
ovr_view_tcp_impact(struct ovr_view *view)
{
	static const char *const head[] = { "RTT", "flow", "loss events of segments", "CUBIC", "Reno",
		"ended by a time-out", "stalled in outages", NULL };
	const struct ovr_tcp_impact_question question = ovr_tcp_impact_usual();
	struct ovr_tcp_impact impact = { 0 };
	struct ovr_err err;
	json_t *table;

	if (ovr_tcp_impact_of(view->root, view->name, &question, &impact, &err) != 0) {
		view->is_short_of_memory = true;
		return;
	}
	table = ovr_view_table(view, "What it means for TCP",
		"A long flow by formulas (overrun tcp). shared: the flow is one in this load, and losses "
		"follow time; alone: it is all that the path carries, and losses follow frames.",
		head);
	if (impact.unknown[0] != '\0')
		ovr_view_row(view, table, (const char *[]){ "unknown", "", "", impact.unknown, "", "", "" });
	for (uint32_t i = 0; i < impact.n_rtts; i++)
		for (int reading = 0; reading < OVR_TCP_MODEL_READINGS; reading++)
			add_flow(view, table, &impact, &impact.rtt[i], &impact.rtt[i].flow[reading]);
	ovr_tcp_impact_done(&impact);
}
