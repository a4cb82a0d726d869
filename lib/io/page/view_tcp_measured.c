/* SPDX-License-Identifier: BSD-3-Clause */
/* What `overrun tcp` answered, and the flows that it measured. */
#include <math.h>
#include <string.h>

#include "page/view.h"

/* "5.21 Mb/s (3.65 … 6.80)", or what is known of it. */
static struct ovr_view_text
range_of(const json_t *rate, const char *key)
{
	double bps = ovr_saved_real(rate, key), low = ovr_saved_real(rate, "low_bps"),
	       high = ovr_saved_real(rate, "high_bps");
	struct ovr_view_text text = { "unknown" };

	if (strcmp(ovr_saved_text(rate, "algorithm"), "bbr") == 0)
		snprintf(text.text, sizeof(text.text), "no formula");
	else if (isfinite(bps) && isfinite(low))
		snprintf(text.text, sizeof(text.text), "%.20s (%.20s … %.20s)", ovr_view_si(bps, "b/s").text,
			ovr_view_si(low, "b/s").text,
			isfinite(high) ? ovr_view_si(high, "b/s").text : "no bound");
	else if (isfinite(low))
		snprintf(text.text, sizeof(text.text), "%.20s at least", ovr_view_si(low, "b/s").text);
	return text;
}

/* "20 ms cubic" */
static struct ovr_view_text
name_of(const json_t *flow)
{
	struct ovr_view_text text;
	bool is_asked = ovr_saved_is_known(flow, "rtt_asked_ns");

	snprintf(text.text, sizeof(text.text), "%.20s %.20s",
		is_asked ? ovr_view_time_at(flow, "rtt_asked_ns").text : "path",
		ovr_saved_text(flow, "algorithm"));
	return text;
}

static void
add_predictions(struct ovr_view *view)
{
	static const char *const head[] = { "RTT", "flow", "algorithm", "rate", NULL };
	const json_t *rtt, *flow, *rate;
	json_t *table = ovr_view_table(view, "Predicted rates",
		"A long flow by formulas. shared: one in the load of the trial, losses follow time; alone: "
		"all "
		"that the path carries, losses follow frames.",
		head);
	size_t i, k, m;

	json_array_foreach(ovr_get(view->root, "rtts"), i, rtt) json_array_foreach(ovr_get(rtt, "flows"), k,
		flow) json_array_foreach(ovr_get(flow, "rates"), m, rate) ovr_view_row(view, table,
		(const char *[]){ ovr_view_time_at(rtt, "rtt_ns").text, ovr_saved_text(flow, "reading"),
			ovr_saved_text(rate, "algorithm"), range_of(rate, "bps").text });
}

static void
add_flow(struct ovr_view *view, json_t *table, const json_t *flow)
{
	char ratio[32] = "";

	if (ovr_saved_text(flow, "unknown")[0] != '\0') {
		ovr_view_row(view, table,
			(const char *[]){
				name_of(flow).text, ovr_saved_text(flow, "unknown"), "", "", "", "", "" });
		return;
	}
	if (isfinite(ovr_saved_real(flow, "rate_ratio")))
		snprintf(ratio, sizeof(ratio), "%.2f", ovr_saved_real(flow, "rate_ratio"));
	ovr_view_row(view, table,
		(const char *[]){ name_of(flow).text, range_of(flow, "predicted_bps").text,
			ovr_view_si_at(flow, "bps", "b/s").text, ratio,
			ovr_view_count_at(flow, "events").text, ovr_view_time_at(flow, "rtt_mean_ns").text,
			ovr_view_time_at(flow, "counted_ns").text });
}

/* A counter of a flow, by its name. */
static struct ovr_view_text
counter_of(const json_t *flow, const char *name)
{
	const json_t *counter;
	size_t i;

	json_array_foreach(
		ovr_get(flow, "counters"), i, counter) if (strcmp(ovr_saved_text(counter, "name"), name) ==
		0) return ovr_view_count_at(counter, "count");
	return (struct ovr_view_text){ "unknown" };
}

static void
add_counters(struct ovr_view *view)
{
	static const char *const head[] = { "flow", "lost in the hop", "TCPTimeouts", "predicted",
		"TCPFastRetrans", "TCPSackRecovery", "TCPLostRetransmit", "TCPDSACKRecv", "TCPSpuriousRTOs",
		"TCPFullUndo", "TCPDSACKUndo", "TCPLossUndo", "TCPSACKReorder", NULL };
	json_t *table = ovr_view_table(view, "What the senders did",
		"Counters of the sender's network namespace over the whole flow, and the time-outs that were "
		"predicted.",
		head);
	const json_t *flow;
	size_t i;

	json_array_foreach(ovr_get(view->root, "flows"), i, flow)
	{
		char timeouts[32] = "unknown";

		if (isfinite(ovr_saved_real(flow, "predicted_timeouts")))
			snprintf(timeouts, sizeof(timeouts), "%.1f",
				ovr_saved_real(flow, "predicted_timeouts"));
		ovr_view_row(view, table,
			(const char *[]){ name_of(flow).text, ovr_view_count_at(flow, "hop.counts.drop").text,
				counter_of(flow, "TcpExt:TCPTimeouts").text, timeouts,
				counter_of(flow, "TcpExt:TCPFastRetrans").text,
				counter_of(flow, "TcpExt:TCPSackRecovery").text,
				counter_of(flow, "TcpExt:TCPLostRetransmit").text,
				counter_of(flow, "TcpExt:TCPDSACKRecv").text,
				counter_of(flow, "TcpExt:TCPSpuriousRTOs").text,
				counter_of(flow, "TcpExt:TCPFullUndo").text,
				counter_of(flow, "TcpExt:TCPDSACKUndo").text,
				counter_of(flow, "TcpExt:TCPLossUndo").text,
				counter_of(flow, "TcpExt:TCPSACKReorder").text });
	}
}

void
ovr_view_tcp_measured(struct ovr_view *view)
{
	static const char *const head[] = { "flow", "predicted", "measured", "ratio", "loss events",
		"mean RTT", "time", NULL };
	const char *unknown = ovr_saved_text(view->root, "unknown");
	const char *impaired = ovr_saved_text(view->root, "impaired");
	char about[720];
	const json_t *flow;
	json_t *table;
	size_t i;

	view->verdict = unknown[0] == '\0' ? "pass" : "void";
	view->word = unknown[0] == '\0' ? "answered" : "unknown";
	snprintf(view->heading, sizeof(view->heading), "overrun tcp: %.50s, %.50s → %.50s",
		ovr_saved_text(view->root, "file"), ovr_saved_text(view->root, "tx"),
		ovr_saved_text(view->root, "rx"));
	if (unknown[0] != '\0')
		ovr_view_reason(view, unknown);
	snprintf(about, sizeof(about),
		"TCP of the kernel, after slow start, beside what is predicted at its mean round-trip time.");
	if (impaired[0] != '\0')
		snprintf(about + strlen(about), sizeof(about) - strlen(about),
			" The hop did %.511s in place of the trial's losses, which the prediction is of.",
			impaired);
	table = ovr_view_table(view, "Measured flows", about, head);
	json_array_foreach(ovr_get(view->root, "flows"), i, flow) add_flow(view, table, flow);
	add_counters(view);
	add_predictions(view);
}
