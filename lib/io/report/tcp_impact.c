/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/tcp_impact.h"

#include <errno.h>
#include <math.h>

#include "report/figure.h"
#include "tcp_model/rate.h"

static const char *
plural(uint64_t n)
{
	return ovr_figure_plural(n);
}

/* "12.3 %", "1.00e-05" where a percentage has no digits for it. */
static struct ovr_figure
share_text(double share)
{
	struct ovr_figure figure = { "unknown" };

	if (isfinite(share) && share != 0 && share < 5e-5)
		snprintf(figure.text, sizeof(figure.text), "%.1e", share);
	else if (isfinite(share))
		snprintf(figure.text, sizeof(figure.text), "%.3g %%", 100 * share);
	return figure;
}

static struct ovr_figure
number_text(double number)
{
	struct ovr_figure figure = { "unknown" };

	if (isfinite(number))
		snprintf(figure.text, sizeof(figure.text), "%.3g", number);
	return figure;
}

static struct ovr_figure
rate_text(double bps)
{
	struct ovr_figure figure = { "unknown" };

	return isfinite(bps) ? ovr_figure_si(bps, "b/s") : figure;
}

static void
print_head(const struct ovr_tcp_impact *impact, FILE *out)
{
	fprintf(out, "tcp   %s   %s → %s   MSS %u B\n\n", impact->file, impact->tx, impact->rx,
		impact->question.mss);
}

static void
print_measured(const struct ovr_tcp_impact *impact, FILE *out)
{
	const struct ovr_tcp_impact_measured *measured = &impact->measured;

	fprintf(out, "  lost        %s of %s frames (%s) in %s loss period%s, %s of them with their times\n",
		ovr_figure_count(measured->lost).text, ovr_figure_count(measured->sent).text,
		ovr_figure_ratio(measured->lost, measured->sent).text,
		ovr_figure_count(measured->n_periods).text, plural(measured->n_periods),
		ovr_figure_count(measured->n_losses).text);
	fprintf(out, "  reordered   %s, %s of them by 3 frames or more: each of these looks like a loss\n",
		ovr_figure_count(measured->reordered).text, ovr_figure_count(measured->three_reordered).text);
	fprintf(out, "  duplicate   %s: reported by D-SACK, no loss event\n",
		ovr_figure_count(measured->duplicate).text);
	fprintf(out, "  efficiency  %s of segments are not sent again (RFC 6349)\n",
		share_text(impact->efficiency_ratio).text);
	if (impact->tail_ratio > 0)
		fprintf(out,
			"  tail        %s of transfers lose one of their last three segments, and wait for a "
			"timer\n",
			share_text(impact->tail_ratio).text);
	if (isfinite(impact->line_payload_bps))
		fprintf(out, "  line        carries %s of payload\n",
			rate_text(impact->line_payload_bps).text);
	if (measured->lost == 0)
		fprintf(out,
			"  bound       no loss in %s frames: p is at most 3 in so many (95 %%), and rates "
			"are "
			"lower bounds\n",
			ovr_figure_count(measured->sent).text);
	else if (impact->is_bound)
		fprintf(out,
			"  bound       %s loss periods are not listed: each counts as an event (shared: each "
			"frame), and rates are lower bounds\n",
			ovr_figure_count(measured->n_periods - measured->n_losses).text);
}

static void
print_rate(const struct ovr_tcp_impact *impact, const struct ovr_tcp_impact_flow *flow,
	const struct ovr_tcp_impact_rate *rate, FILE *out)
{
	fprintf(out, "      %-6s ", ovr_tcp_impact_cc_name(rate->cc));
	if (rate->cc == OVR_TCP_IMPACT_BBR) {
		fprintf(out, "unknown: its rate follows the bottleneck, and no formula has it from loss\n");
		return;
	}
	if (impact->is_bound && isfinite(rate->low_bps)) {
		fprintf(out, "%s at least\n", rate_text(rate->low_bps).text);
		return;
	}
	if (!isfinite(rate->bps)) {
		fprintf(out, "unknown: more than %.0f %% of segments begin a loss event\n",
			100 * OVR_TCP_MODEL_P_MAX);
		return;
	}
	fprintf(out, "%s (%s … %s)%s\n", rate_text(rate->bps).text, rate_text(rate->low_bps).text,
		isfinite(rate->high_bps) ? rate_text(rate->high_bps).text : "no bound",
		flow->is_line_limited ? ", all that the line carries" : "");
}

static void
print_flow(const struct ovr_tcp_impact *impact, const struct ovr_tcp_impact_flow *flow, FILE *out)
{
	fprintf(out, "    %-7s ", ovr_tcp_model_reading_name(flow->reading));
	if (impact->is_bound)
		fprintf(out, "p at most %s\n", share_text(flow->p_high).text);
	else
		fprintf(out, "p %s (%s … %s), %s events/s, %s segments lost in each\n",
			share_text(flow->p).text, share_text(flow->p_low).text, share_text(flow->p_high).text,
			number_text(flow->events_per_s).text, number_text(flow->lost_each).text);
	for (uint32_t i = 0; i < flow->n_rates; i++)
		print_rate(impact, flow, &flow->rate[i], out);
	if (impact->is_bound)
		return;
	fprintf(out, "      %-6s Mathis %s, PFTK %s, CUBIC's function %s\n", "by",
		rate_text(flow->mathis_bps).text, rate_text(flow->pftk_bps).text,
		rate_text(flow->cubic_bps).text);
	fprintf(out, "      %-6s fast retransmit %s, time-out %s of events; without SACK %s, %s\n", "repair",
		share_text(flow->fast_ratio).text, share_text(flow->rto_ratio).text,
		share_text(flow->fast_without_sack_ratio).text,
		share_text(flow->rto_without_sack_ratio).text);
	if (flow->spurious_per_s > 0)
		fprintf(out,
			"      %-6s up to %s needless fast retransmits/s; if the sender takes them for "
			"losses: "
			"%s\n",
			"order", number_text(flow->spurious_per_s).text, rate_text(flow->mistaken_bps).text);
}

static void
print_rtt(const struct ovr_tcp_impact *impact, const struct ovr_tcp_impact_rtt *rtt, FILE *out)
{
	fprintf(out, "\n  RTT %s   time-outs from %s (Linux), %s (RFC 6298), doubled each time\n",
		ovr_figure_time(rtt->rtt_ns).text, ovr_figure_time(rtt->rto_linux_ns).text,
		ovr_figure_time(rtt->rto_rfc_ns).text);
	if (rtt->n_outages > 0)
		fprintf(out,
			"    outages %s that outlast a time-out: no progress for %s (Linux), %s (RFC 6298)\n",
			ovr_figure_count(rtt->n_outages).text, ovr_figure_time(rtt->stalled_linux_ns).text,
			ovr_figure_time(rtt->stalled_rfc_ns).text);
	if (isfinite(rtt->window_bytes))
		fprintf(out, "    window  %s B fill the line",
			ovr_figure_count((uint64_t)rtt->window_bytes).text);
	else
		fprintf(out, "    window  unknown, as the line is");
	if (isfinite(rtt->buffer_delay_ratio))
		fprintf(out, "; buffer delay %s of the RTT (RFC 6349)",
			share_text(rtt->buffer_delay_ratio).text);
	fputc('\n', out);
	for (int reading = 0; reading < OVR_TCP_MODEL_READINGS; reading++)
		print_flow(impact, &rtt->flow[reading], out);
}

int
ovr_report_tcp_impact_text(const struct ovr_tcp_impact *impact, FILE *out, struct ovr_err *err)
{
	print_head(impact, out);
	if (impact->unknown[0] != '\0')
		fprintf(out, "  unknown: %s\n", impact->unknown);
	else
		print_measured(impact, out);
	for (uint32_t i = 0; i < impact->n_rtts; i++)
		print_rtt(impact, &impact->rtt[i], out);
	if (impact->n_rtts > 0)
		fprintf(out,
			"\n  One long flow. shared: it is one in the measured load, and losses follow time; "
			"alone: it is all\n  that the path carries, and losses follow frames.\n");
	ovr_report_tcp_flows(impact, out);
	return ferror(out) ? ovr_err_set(err, -EIO, "the text cannot be written") : 0;
}
