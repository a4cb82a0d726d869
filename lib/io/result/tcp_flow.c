/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/tcp_flow.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* By their order in the enumeration. */
static const char *const counters[OVR_TCP_FLOW_COUNTERS] = {
	"Tcp:RetransSegs",
	"TcpExt:TCPTimeouts",
	"TcpExt:TCPFastRetrans",
	"TcpExt:TCPSlowStartRetrans",
	"TcpExt:TCPLostRetransmit",
	"TcpExt:TCPLossProbes",
	"TcpExt:TCPLossProbeRecovery",
	"TcpExt:TCPSackRecovery",
	"TcpExt:TCPRenoRecovery",
	"TcpExt:TCPDSACKRecv",
	"TcpExt:TCPSpuriousRTOs",
	"TcpExt:TCPFullUndo",
	"TcpExt:TCPPartialUndo",
	"TcpExt:TCPDSACKUndo",
	"TcpExt:TCPLossUndo",
	"TcpExt:TCPSACKReorder",
	"TcpExt:TCPRenoReorder",
	"TcpExt:TCPTSReorder",
};

const char *
ovr_tcp_flow_counter_name(enum ovr_tcp_flow_counter counter)
{
	return counters[counter];
}

struct ovr_tcp_flow
ovr_tcp_flow_unmeasured(enum ovr_tcp_impact_cc cc, uint64_t rtt_asked_ns)
{
	struct ovr_tcp_flow flow = {
		.cc = cc,
		.rtt_asked_ns = rtt_asked_ns,
		.bps = NAN,
		.rtt_mean_ns = NAN,
		.segments_sent = UINT64_MAX,
		.retransmitted = UINT64_MAX,
		.dsacks = UINT64_MAX,
		.reordered = UINT64_MAX,
		.predicted_bps = NAN,
		.low_bps = NAN,
		.high_bps = NAN,
		.ratio = NAN,
		.predicted_timeouts = NAN,
		.events = UINT64_MAX,
		.events_whole = UINT64_MAX,
	};

	for (int i = 0; i < OVR_TCP_FLOW_COUNTERS; i++)
		flow.counter[i] = UINT64_MAX;
	return flow;
}

int
ovr_tcp_flow_take_hop(struct ovr_tcp_flow *flow, const struct ovr_result_hop_way *way, struct ovr_err *err)
{
	struct ovr_cable_event *event = calloc(way->n_events + 1, sizeof(*event));

	if (event == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the events of a hop");
	if (way->n_events > 0)
		memcpy(event, way->event, way->n_events * sizeof(*event));
	flow->has_hop = true;
	flow->hop = *way;
	flow->hop.event = event;
	return 0;
}

static bool
is_loss(const struct ovr_cable_event *event)
{
	return event->kind == OVR_CABLE_DROP || event->kind == OVR_CABLE_QUEUE_FULL;
}

/* Loss events from one time to another; UINT64_MAX: the list is not complete. */
static uint64_t
count_events(const struct ovr_result_hop_way *hop, uint64_t from_ns, uint64_t to_ns, double rtt_ns)
{
	uint64_t n = 0, listed = 0, first_ns = 0;

	for (uint64_t i = 0; i < hop->n_events; i++) {
		const struct ovr_cable_event *event = &hop->event[i];

		if (!is_loss(event))
			continue;
		listed++;
		if (event->at_ns < from_ns || event->at_ns > to_ns)
			continue;
		if (n > 0 && (double)(event->at_ns - first_ns) <= rtt_ns)
			continue;
		n++;
		first_ns = event->at_ns;
	}
	return listed == hop->counts.kind[OVR_CABLE_DROP] + hop->counts.kind[OVR_CABLE_QUEUE_FULL]
		? n
		: UINT64_MAX;
}

static void
add_events(struct ovr_tcp_flow *flow, uint64_t end_ns)
{
	uint64_t begin_ns = end_ns > flow->counted_ns ? end_ns - flow->counted_ns : 0;

	flow->events = count_events(&flow->hop, begin_ns, end_ns, flow->rtt_mean_ns);
	flow->events_whole = count_events(&flow->hop, 0, UINT64_MAX, flow->rtt_mean_ns);
}

int
ovr_tcp_flow_close(
	struct ovr_tcp_flow *flow, const struct ovr_tcp_impact *impact, uint64_t end_ns, struct ovr_err *err)
{
	struct ovr_tcp_impact_flow predicted;
	const struct ovr_tcp_impact_rate *rate;
	int status;

	if (flow->unknown[0] != '\0')
		return 0;
	if (flow->counted_ns > 0)
		flow->bps = (double)flow->bytes * 8e9 / (double)flow->counted_ns;
	if (!isfinite(flow->rtt_mean_ns) || flow->rtt_mean_ns < (double)OVR_TCP_IMPACT_RTT_MIN_NS)
		return 0;
	if (flow->has_hop)
		add_events(flow, end_ns);
	status = ovr_tcp_impact_alone(impact, (uint64_t)flow->rtt_mean_ns, &predicted, err);
	if (status != 0)
		return status;
	rate = &predicted.rate[flow->cc];
	flow->predicted_bps = rate->bps;
	flow->low_bps = rate->low_bps;
	flow->high_bps = rate->high_bps;
	flow->ratio = flow->bps / rate->bps;
	if (flow->cc != OVR_TCP_IMPACT_BBR && flow->events_whole != UINT64_MAX)
		flow->predicted_timeouts = (double)flow->events_whole * predicted.rto_ratio;
	return 0;
}

/* A sum of counters; of one that is unknown it is, too. */
static uint64_t
sum_of(const struct ovr_tcp_flow *flow, enum ovr_tcp_flow_counter first, enum ovr_tcp_flow_counter last)
{
	uint64_t sum = 0;

	for (int i = (int)first; i <= (int)last; i++) {
		if (flow->counter[i] == UINT64_MAX)
			return UINT64_MAX;
		sum += flow->counter[i];
	}
	return sum;
}

uint64_t
ovr_tcp_flow_undone(const struct ovr_tcp_flow *flow)
{
	return sum_of(flow, OVR_TCP_FLOW_FULL_UNDO, OVR_TCP_FLOW_LOSS_UNDO);
}

uint64_t
ovr_tcp_flow_reordering(const struct ovr_tcp_flow *flow)
{
	return sum_of(flow, OVR_TCP_FLOW_SACK_REORDER, OVR_TCP_FLOW_TS_REORDER);
}

void
ovr_tcp_flow_done(struct ovr_tcp_flow *flow)
{
	free((void *)(uintptr_t)flow->hop.event);
	flow->hop.event = NULL;
	flow->hop.n_events = 0;
}
