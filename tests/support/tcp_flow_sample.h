/* SPDX-License-Identifier: BSD-3-Clause */
/* Flows that were measured beside the prediction of a sample. */
#pragma once

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "result/tcp_flow.h"

/* A flow of CUBIC through a hop, and one of BBR that the kernel refuses. @param impact answered */
static inline void
sample_flows(struct ovr_tcp_impact *impact)
{
	const struct ovr_cable_event event[] = { { OVR_CABLE_DROP, 1000, 2000000000 },
		{ OVR_CABLE_DROP, 1001, 2000100000 }, { OVR_CABLE_REORDER, 1500, 2500000000 } };
	struct ovr_result_hop_way way = { "ovr1a", "ovr1b", "drop=1%",
		.counts = { .received = 5000,
			.delivered = 4998,
			.kind = { [OVR_CABLE_DROP] = 2, [OVR_CABLE_REORDER] = 1 } },
		.event = event, .n_events = 3, .balances = true };
	struct ovr_err err = { "" };
	struct ovr_tcp_flow *flow;

	impact->flow = calloc(2, sizeof(*impact->flow));
	cr_assert_not_null(impact->flow);
	snprintf(impact->kernel, sizeof(impact->kernel), "Linux 6.12.1");
	impact->n_flows = 2;
	flow = &impact->flow[0];
	*flow = ovr_tcp_flow_unmeasured(OVR_TCP_IMPACT_CUBIC, 20000000);
	flow->omitted_ns = 1000000000;
	flow->counted_ns = 10000000000;
	flow->bytes = 6250000;
	flow->rtt_mean_ns = 21.5e6;
	flow->rtt_min_ns = 20000000;
	flow->segments_sent = 5000;
	flow->retransmitted = 2;
	flow->dsacks = flow->reordered = 0;
	for (int i = 0; i < OVR_TCP_FLOW_COUNTERS; i++)
		flow->counter[i] = (uint64_t)i;
	flow->counter[OVR_TCP_FLOW_RENO_REORDER] = UINT64_MAX;
	cr_assert_eq(ovr_tcp_flow_take_hop(flow, &way, &err), 0);
	cr_assert_eq(ovr_tcp_flow_close(flow, impact, 11000000000, &err), 0);
	flow[1] = ovr_tcp_flow_unmeasured(OVR_TCP_IMPACT_BBR, 20000000);
	snprintf(flow[1].unknown, sizeof(flow[1].unknown),
		"the kernel refuses bbr: No such file or directory");
}
