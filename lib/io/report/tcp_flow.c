/* SPDX-License-Identifier: BSD-3-Clause */
/* Measured flows beside their prediction, as text. */
#include <math.h>

#include "report/figure.h"
#include "report/table.h"
#include "report/tcp_impact.h"
#include "result/tcp_flow.h"

static struct ovr_figure
count_text(uint64_t count)
{
	struct ovr_figure unknown = { "-" };

	return count == UINT64_MAX ? unknown : ovr_figure_count(count);
}

static struct ovr_figure
time_text(double ns)
{
	struct ovr_figure unknown = { "-" };

	return isfinite(ns) ? ovr_figure_time((uint64_t)ns) : unknown;
}

/* "20 ms cubic" */
static void
put_name(const struct ovr_tcp_flow *flow, char *cell)
{
	snprintf(cell, OVR_TABLE_CELL_BYTES, "%s %s",
		flow->rtt_asked_ns == 0 ? "path" : ovr_figure_time(flow->rtt_asked_ns).text,
		ovr_tcp_impact_cc_name(flow->cc));
}

static void
put_prediction(const struct ovr_tcp_flow *flow, char *cell)
{
	if (flow->cc == OVR_TCP_IMPACT_BBR)
		snprintf(cell, OVR_TABLE_CELL_BYTES, "no formula");
	else if (!isfinite(flow->predicted_bps) && isfinite(flow->low_bps))
		snprintf(cell, OVR_TABLE_CELL_BYTES, "%s at least", ovr_figure_si(flow->low_bps, "b/s").text);
	else if (!isfinite(flow->predicted_bps))
		snprintf(cell, OVR_TABLE_CELL_BYTES, "unknown");
	else
		snprintf(cell, OVR_TABLE_CELL_BYTES, "%s (%s … %s)",
			ovr_figure_si(flow->predicted_bps, "b/s").text,
			ovr_figure_si(flow->low_bps, "b/s").text,
			isfinite(flow->high_bps) ? ovr_figure_si(flow->high_bps, "b/s").text : "no bound");
}

static bool
rate_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct ovr_tcp_impact *impact = of;
	const struct ovr_tcp_flow *flow = &impact->flow[index];

	if (flow->unknown[0] != '\0')
		return false;
	put_name(flow, row->cell[0]);
	put_prediction(flow, row->cell[1]);
	snprintf(row->cell[2], sizeof(row->cell[2]), "%s", ovr_figure_si(flow->bps, "b/s").text);
	if (isfinite(flow->ratio))
		snprintf(row->cell[3], sizeof(row->cell[3]), "%.2f", flow->ratio);
	snprintf(row->cell[4], sizeof(row->cell[4]), "%s", count_text(flow->events).text);
	snprintf(row->cell[5], sizeof(row->cell[5]), "%s", time_text(flow->rtt_mean_ns).text);
	snprintf(row->cell[6], sizeof(row->cell[6]), "%s", ovr_figure_time(flow->counted_ns).text);
	return true;
}

/* "1 (0.9)" */
static void
put_timeouts(const struct ovr_tcp_flow *flow, char *cell)
{
	uint64_t timeouts = flow->counter[OVR_TCP_FLOW_TIMEOUTS];

	if (isfinite(flow->predicted_timeouts))
		snprintf(cell, OVR_TABLE_CELL_BYTES, "%s (%.1f)", count_text(timeouts).text,
			flow->predicted_timeouts);
	else
		snprintf(cell, OVR_TABLE_CELL_BYTES, "%s", count_text(timeouts).text);
}

static bool
repair_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct ovr_tcp_impact *impact = of;
	const struct ovr_tcp_flow *flow = &impact->flow[index];
	const uint64_t *counter = flow->counter;
	const uint64_t counts[] = {
		flow->has_hop
			? flow->hop.counts.kind[OVR_CABLE_DROP] + flow->hop.counts.kind[OVR_CABLE_QUEUE_FULL]
			: UINT64_MAX,
		counter[OVR_TCP_FLOW_RETRANSMITTED],
		counter[OVR_TCP_FLOW_FAST],
		counter[OVR_TCP_FLOW_SACK],
		0,
		counter[OVR_TCP_FLOW_DSACK],
		counter[OVR_TCP_FLOW_SPURIOUS_RTO],
		ovr_tcp_flow_undone(flow),
	};

	if (flow->unknown[0] != '\0')
		return false;
	put_name(flow, row->cell[0]);
	for (unsigned int i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		snprintf(row->cell[i + 1], sizeof(row->cell[0]), "%s", count_text(counts[i]).text);
	put_timeouts(flow, row->cell[5]);
	return true;
}

/* What the flows met, where it is not what their prediction is of. */
static void
print_met(const struct ovr_tcp_impact *impact, FILE *out)
{
	const struct ovr_tcp_impact_measured *measured = &impact->measured;

	if (impact->impaired[0] != '\0')
		fprintf(out, "  The hop did %s in place of the trial's losses, which the prediction is of.\n",
			impact->impaired);
	else if (impact->flow[0].rtt_asked_ns == 0)
		fprintf(out, "  They met the losses of the path; the prediction is of those of the trial.\n");
	else if (measured->reordered + measured->duplicate > 0)
		fprintf(out,
			"  The hop lost what the trial lost. It did not reorder or duplicate as in the "
			"trial: "
			"--impair does.\n");
}

void
ovr_report_tcp_flows(const struct ovr_tcp_impact *impact, FILE *out)
{
	static const struct ovr_table rates = {
		.column = { { "RTT, flow", false, 0 }, { "predicted", false, 0 }, { "measured", true, 0 },
			{ "ratio", true, 0 }, { "events", true, 0 }, { "mean RTT", true, 0 },
			{ "time", true, 0 } },
		.n_columns = 7,
		.gap = 2,
		.row = rate_row,
	};
	static const struct ovr_table repairs = {
		.column = { { "RTT, flow", false, 0 }, { "lost", true, 0 }, { "sent again", true, 0 },
			{ "fast", true, 0 }, { "SACK", true, 0 }, { "RTO (predicted)", true, 0 },
			{ "D-SACK", true, 0 }, { "spurious", true, 0 }, { "undone", true, 0 } },
		.n_columns = 9,
		.gap = 2,
		.row = repair_row,
	};

	if (impact->n_flows == 0)
		return;
	fprintf(out, "\n  Measured: flows of TCP of this kernel, %s; predicted at their mean RTT.\n",
		impact->kernel);
	print_met(impact, out);
	ovr_table_print(&rates, impact, impact->n_flows, out);
	ovr_table_print(&repairs, impact, impact->n_flows, out);
	for (uint32_t i = 0; i < impact->n_flows; i++) {
		char name[OVR_TABLE_CELL_BYTES];

		if (impact->flow[i].unknown[0] == '\0')
			continue;
		put_name(&impact->flow[i], name);
		fprintf(out, "\n  %s unknown: %s\n", name, impact->flow[i].unknown);
	}
}
