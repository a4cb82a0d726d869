/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/tcp_flow.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#define MS UINT64_C(1000000)
#define S  (1000 * MS)

/* 100 s at 1,000 frames/s, one of 100 lost: 6.51 Mb/s at 20 ms */
static struct ovr_tcp_impact
one_percent(void)
{
	struct ovr_tcp_impact impact = {
		.question = { .rtt_ns = { 20 * MS }, .n_rtts = 1, .mss = 1448, .asks = { true } },
		.measured = { .sent = 100000,
			.lost = 1000,
			.unique = 99000,
			.n_periods = 1000,
			.duration_ns = 100 * S,
			.latency_min_ns = NAN,
			.latency_mean_ns = NAN },
	};
	struct ovr_err err;

	for (uint64_t i = 0; i < 1000; i++) {
		struct ovr_tcp_impact_loss loss = { i * 100 * MS, (i * 100 + 2) * MS, 1, i * 100 };

		cr_assert_eq(ovr_tcp_impact_add(&impact, &loss, &err), 0);
	}
	cr_assert_eq(ovr_tcp_impact_close(&impact, &err), 0);
	return impact;
}

/* A flow of 10 s behind 1 s, whose hop dropped at these times. */
static struct ovr_tcp_flow
measured(const uint64_t *drop_ms, uint64_t n, enum ovr_tcp_impact_cc cc)
{
	struct ovr_tcp_flow flow = ovr_tcp_flow_unmeasured(cc, 20 * MS);
	struct ovr_result_hop_way way = { .n_events = n };
	struct ovr_cable_event event[16] = { 0 };
	struct ovr_err err;

	for (uint64_t i = 0; i < n; i++)
		event[i] = (struct ovr_cable_event){ OVR_CABLE_DROP, i, drop_ms[i] * MS };
	way.event = event;
	way.counts.kind[OVR_CABLE_DROP] = n;
	flow.counted_ns = 10 * S;
	flow.bytes = 6250000;
	flow.rtt_mean_ns = 20 * MS;
	cr_assert_eq(ovr_tcp_flow_take_hop(&flow, &way, &err), 0);
	return flow;
}

#define DROPS(...) (const uint64_t[]){ __VA_ARGS__ }, sizeof((uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t)

static void
close_it(struct ovr_tcp_flow *flow)
{
	struct ovr_tcp_impact impact = one_percent();
	struct ovr_err err;

	cr_assert_eq(ovr_tcp_flow_close(flow, &impact, 11 * S, &err), 0);
	ovr_tcp_impact_done(&impact);
}

Test(tcp_flow, rate_and_prediction_are_beside_each_other)
{
	struct ovr_tcp_flow flow = measured(DROPS(2000), OVR_TCP_IMPACT_CUBIC);

	close_it(&flow);
	cr_expect_float_eq(flow.bps, 5e6, 1);
	cr_expect_float_eq(flow.predicted_bps, 6.5063e6, 1e3);
	cr_expect_float_eq(flow.ratio, 5 / 6.5063, 1e-3);
	cr_expect_lt(flow.low_bps, flow.predicted_bps);
	cr_expect_gt(flow.high_bps, flow.predicted_bps);
	ovr_tcp_flow_done(&flow);
}

/* Twice the time, half the rate. */
Test(tcp_flow, the_prediction_is_of_the_round_trip_time_that_was_measured)
{
	struct ovr_tcp_flow flow = measured(DROPS(2000), OVR_TCP_IMPACT_RENO);

	flow.rtt_mean_ns = 40 * MS;
	close_it(&flow);
	cr_expect_float_eq(flow.predicted_bps, 6.5063e6 / 2, 1e3);
	ovr_tcp_flow_done(&flow);
}

/* 500 ms is slow start, 11.5 s the drain. The first drop of an event opens 20 ms. */
Test(tcp_flow, drops_within_a_round_trip_are_one_event_and_those_beside_the_time_none)
{
	struct ovr_tcp_flow flow = measured(
		DROPS(500, 2000, 2001, 2020, 2021, 2030, 3000, 11500), OVR_TCP_IMPACT_CUBIC);

	close_it(&flow);
	cr_expect_eq(flow.events, 3);
	cr_expect_eq(flow.events_whole, 5);
	cr_expect_gt(flow.predicted_timeouts, 0);
	cr_expect_lt(flow.predicted_timeouts, 5);
	ovr_tcp_flow_done(&flow);
}

Test(tcp_flow, of_a_list_that_is_cut_off_no_events_are_known)
{
	struct ovr_tcp_flow flow = measured(DROPS(2000, 3000), OVR_TCP_IMPACT_CUBIC);

	flow.hop.counts.kind[OVR_CABLE_DROP] = 3;
	close_it(&flow);
	cr_expect_eq(flow.events, UINT64_MAX);
	cr_expect_eq(flow.events_whole, UINT64_MAX);
	cr_expect(isnan(flow.predicted_timeouts));
	cr_expect_float_eq(flow.predicted_bps, 6.5063e6, 1e3);
	ovr_tcp_flow_done(&flow);
}

Test(tcp_flow, bbr_is_measured_only)
{
	struct ovr_tcp_flow flow = measured(DROPS(2000), OVR_TCP_IMPACT_BBR);

	close_it(&flow);
	cr_expect_float_eq(flow.bps, 5e6, 1);
	cr_expect(isnan(flow.predicted_bps) && isnan(flow.ratio) && isnan(flow.predicted_timeouts));
	cr_expect_eq(flow.events, 1);
	ovr_tcp_flow_done(&flow);
}

Test(tcp_flow, what_was_not_measured_is_unknown)
{
	struct ovr_tcp_flow flow = ovr_tcp_flow_unmeasured(OVR_TCP_IMPACT_CUBIC, 0);

	snprintf(flow.unknown, sizeof(flow.unknown), "no such kernel");
	close_it(&flow);
	cr_expect(isnan(flow.bps) && isnan(flow.predicted_bps));
	cr_expect_eq(flow.events, UINT64_MAX);
	cr_expect_eq(ovr_tcp_flow_undone(&flow), UINT64_MAX);
	ovr_tcp_flow_done(&flow);
}

Test(tcp_flow, sums_are_of_all_kinds_and_of_an_unknown_one_unknown)
{
	struct ovr_tcp_flow flow = ovr_tcp_flow_unmeasured(OVR_TCP_IMPACT_CUBIC, 0);

	for (int i = 0; i < OVR_TCP_FLOW_COUNTERS; i++)
		flow.counter[i] = 1;
	cr_expect_eq(ovr_tcp_flow_undone(&flow), 4);
	cr_expect_eq(ovr_tcp_flow_reordering(&flow), 3);
	flow.counter[OVR_TCP_FLOW_LOSS_UNDO] = UINT64_MAX;
	cr_expect_eq(ovr_tcp_flow_undone(&flow), UINT64_MAX);
	cr_expect_eq(ovr_tcp_flow_reordering(&flow), 3);
}

Test(tcp_flow, each_counter_is_named_after_its_mib)
{
	cr_expect_str_eq(ovr_tcp_flow_counter_name(OVR_TCP_FLOW_RETRANSMITTED), "Tcp:RetransSegs");
	cr_expect_str_eq(ovr_tcp_flow_counter_name(OVR_TCP_FLOW_TIMEOUTS), "TcpExt:TCPTimeouts");
	cr_expect_str_eq(ovr_tcp_flow_counter_name(OVR_TCP_FLOW_DSACK), "TcpExt:TCPDSACKRecv");
	cr_expect_str_eq(ovr_tcp_flow_counter_name(OVR_TCP_FLOW_LOSS_UNDO), "TcpExt:TCPLossUndo");
	cr_expect_str_eq(ovr_tcp_flow_counter_name(OVR_TCP_FLOW_TS_REORDER), "TcpExt:TCPTSReorder");
}
