/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/tcp_impact.h"

#include <criterion/criterion.h>
#include <math.h>

#define MS UINT64_C(1000000)
#define S  (1000 * MS)

static void
assert_near(double found, double expected)
{
	cr_assert(fabs(found - expected) <= 1e-3 * fabs(expected), "found %.9g, expected %.9g", found,
		expected);
}

/* 100 s at 1,000 frames/s; a loss of that many frames every 100 ms. */
static struct ovr_tcp_impact
lossy(uint64_t frames)
{
	struct ovr_tcp_impact impact = {
		.question = { .rtt_ns = { 20 * MS }, .n_rtts = 1, .mss = 1448, .asks = { true, true, true } },
		.measured = { .sent = 100000,
			.duration_ns = 100 * S,
			.latency_min_ns = NAN,
			.latency_mean_ns = NAN },
	};
	struct ovr_err err;

	for (uint64_t i = 0; i < 1000; i++) {
		struct ovr_tcp_impact_loss loss = { i * 100 * MS, (i * 100 + frames + 1) * MS, frames,
			i * 100 };

		cr_assert_eq(ovr_tcp_impact_add(&impact, &loss, &err), 0);
	}
	impact.measured.n_periods = 1000;
	impact.measured.lost = 1000 * frames;
	impact.measured.unique = 100000 - 1000 * frames;
	return impact;
}

static void
close_it(struct ovr_tcp_impact *impact)
{
	struct ovr_err err;

	cr_assert_eq(ovr_tcp_impact_close(impact, &err), 0);
}

/* Mathis 7.09 Mb/s; RFC 5348 has 0.0890216 s for 1 s of RTT, so 561.66 segments/s */
Test(tcp_impact, one_percent_at_20_ms_is_6_51_Mbps_for_reno_and_cubic)
{
	struct ovr_tcp_impact impact = lossy(1);
	const struct ovr_tcp_impact_flow *alone = &impact.rtt[0].flow[OVR_TCP_MODEL_ALONE];

	close_it(&impact);
	assert_near(alone->p, 0.01);
	assert_near(alone->mathis_bps, 7.09e6);
	assert_near(alone->pftk_bps, 6.5063e6);
	assert_near(alone->rate[OVR_TCP_IMPACT_CUBIC].bps, 6.5063e6);
	assert_near(alone->rate[OVR_TCP_IMPACT_RENO].bps, 6.5063e6);
	cr_assert(isnan(alone->rate[OVR_TCP_IMPACT_BBR].bps), "bbr has no formula");
	ovr_tcp_impact_done(&impact);
}

/* five times the frames, the same events */
Test(tcp_impact, bursts_are_events_not_frames)
{
	struct ovr_tcp_impact single = lossy(1), bursts = lossy(5);

	close_it(&single);
	close_it(&bursts);
	assert_near(bursts.rtt[0].flow[OVR_TCP_MODEL_ALONE].rate[0].bps,
		single.rtt[0].flow[OVR_TCP_MODEL_ALONE].rate[0].bps);
	assert_near(bursts.rtt[0].flow[OVR_TCP_MODEL_ALONE].lost_each, 5);
	assert_near(bursts.efficiency_ratio, 0.95);
	ovr_tcp_impact_done(&single);
	ovr_tcp_impact_done(&bursts);
}

Test(tcp_impact, the_range_has_the_count_of_events_and_the_spread)
{
	struct ovr_tcp_impact impact = lossy(1);
	const struct ovr_tcp_impact_flow *alone = &impact.rtt[0].flow[OVR_TCP_MODEL_ALONE];

	close_it(&impact);
	/* 1,000 events: 939.0 … 1063.9 */
	assert_near(alone->p_low, 0.00939);
	assert_near(alone->p_high, 0.010639);
	/* PFTK there: 6.2744 and 6.7486 Mb/s */
	assert_near(alone->rate[0].low_bps, 6.2744e6 * 0.7);
	assert_near(alone->rate[0].high_bps, 6.7486e6 * 1.3);
	ovr_tcp_impact_done(&impact);
}

/* 3 in 100,000 at most: p 2.996e-5, PFTK 129.57 Mb/s, CUBIC less, 30 % off */
Test(tcp_impact, no_loss_gives_a_lower_bound_of_the_rate)
{
	struct ovr_tcp_impact impact = lossy(1);
	const struct ovr_tcp_impact_flow *flow = &impact.rtt[0].flow[OVR_TCP_MODEL_SHARED];

	impact.measured.n_losses = 0;
	impact.measured.n_periods = impact.measured.lost = 0;
	close_it(&impact);
	cr_assert(impact.is_bound);
	assert_near(flow->p_high, 2.9957e-5);
	assert_near(flow->rate[OVR_TCP_IMPACT_RENO].low_bps, 129.57e6 * 0.7);
	cr_assert(isnan(flow->rate[OVR_TCP_IMPACT_RENO].bps));
	cr_assert(isnan(flow->p));
	ovr_tcp_impact_done(&impact);
}

/* One loss in ten frames: the bound of a count of one is 5.57, and p is a share all the same. */
Test(tcp_impact, the_share_of_segments_that_begin_an_event_is_one_at_most)
{
	const struct ovr_tcp_impact_loss loss = { 5 * MS, 7 * MS, 1, 5 };
	struct ovr_tcp_impact impact = lossy(1);
	struct ovr_err err;

	ovr_tcp_impact_done(&impact);
	impact = (struct ovr_tcp_impact){ .question = impact.question, .measured = impact.measured };
	cr_assert_eq(ovr_tcp_impact_add(&impact, &loss, &err), 0);
	impact.measured.sent = 10;
	impact.measured.duration_ns = 10 * MS;
	impact.measured.n_periods = impact.measured.lost = 1;
	impact.measured.unique = 9;
	close_it(&impact);
	for (int i = 0; i < 2; i++)
		cr_assert(impact.rtt[0].flow[i].p_high <= 1, "%g", impact.rtt[0].flow[i].p_high);
	ovr_tcp_impact_done(&impact);
}

Test(tcp_impact, loss_periods_that_are_not_listed_leave_a_bound)
{
	struct ovr_tcp_impact impact = lossy(1);

	impact.measured.n_losses = 10;
	close_it(&impact);
	cr_assert(impact.is_bound);
	assert_near(impact.rtt[0].flow[0].p_high, 0.010533);
	ovr_tcp_impact_done(&impact);
}

/* one of 1 s in 100 s: time-outs after 220, 660 and 1,540 ms, or after 1 s */
Test(tcp_impact, an_outage_stops_a_flow_until_its_next_retransmission)
{
	struct ovr_tcp_impact impact = lossy(1);

	impact.measured.loss[999] = (struct ovr_tcp_impact_loss){ 50 * S + MS, 51 * S + MS, 1000, 50001 };
	impact.measured.lost += 999;
	close_it(&impact);
	cr_assert_eq(impact.rtt[0].n_outages, 1);
	cr_assert_eq(impact.rtt[0].stalled_linux_ns, 1540 * MS);
	cr_assert_eq(impact.rtt[0].stalled_rfc_ns, 1 * S);
	ovr_tcp_impact_done(&impact);
}

/* Eight streams of 125 frames/s each lose all that they send for 2 s; one more outage follows. */
Test(tcp_impact, what_all_streams_lose_at_one_time_is_one_outage)
{
	struct ovr_tcp_impact impact = lossy(1);
	struct ovr_err err;

	impact.measured.n_losses = 0;
	for (uint64_t i = 0; i < 9; i++) {
		uint64_t start_ns = i < 8 ? 10 * S + i * MS : 20 * S;
		struct ovr_tcp_impact_loss loss = { start_ns, start_ns + 2 * S, 250, start_ns / MS };

		cr_assert_eq(ovr_tcp_impact_add(&impact, &loss, &err), 0);
	}
	impact.measured.n_periods = 9;
	impact.measured.lost = 9 * 250;
	close_it(&impact);
	cr_assert_eq(impact.rtt[0].n_outages, 2);
	/* 220 ms, 440, 880, 1760 */
	cr_assert_eq(impact.rtt[0].stalled_linux_ns, 2 * 3300 * MS);
	/* 1 s, 2 s */
	cr_assert_eq(impact.rtt[0].stalled_rfc_ns, 2 * 3 * S);
	ovr_tcp_impact_done(&impact);
}

/* Of 100,000 ends 50,002 have a lost frame among their last three. */
Test(tcp_impact, one_outage_of_half_the_trial_is_at_the_tail_of_half_the_transfers)
{
	struct ovr_tcp_impact impact = lossy(1), by_chance = lossy(1);

	impact.measured.n_losses = impact.measured.n_periods = 1;
	impact.measured.loss[0].frames = impact.measured.lost = 50000;
	close_it(&impact);
	close_it(&by_chance);
	assert_near(impact.tail_ratio, 0.50002);
	assert_near(by_chance.tail_ratio, 0.029701);
	ovr_tcp_impact_done(&impact);
	ovr_tcp_impact_done(&by_chance);
}

/* A flow of one segment in 100 frames loses one of ten: each is in another period of 10 frames. */
Test(tcp_impact, periods_that_are_not_listed_are_bound_by_their_frames_where_losses_follow_time)
{
	struct ovr_tcp_impact impact = lossy(10);

	impact.measured.n_losses = 10;
	close_it(&impact);
	cr_assert(impact.is_bound);
	/* 1,000 periods: 1,052.6 at most */
	assert_near(impact.rtt[0].flow[OVR_TCP_MODEL_ALONE].p_high, 0.010526);
	assert_near(impact.rtt[0].flow[OVR_TCP_MODEL_SHARED].p_high, 0.10526);
	ovr_tcp_impact_done(&impact);
}

/* 60 s of RTT: a window meets hundreds of losses, and a retransmission is lost as well. */
Test(tcp_impact, a_sender_without_sack_waits_for_the_timer_no_less_often)
{
	struct ovr_tcp_impact impact = lossy(1);
	const struct ovr_tcp_impact_flow *alone = &impact.rtt[0].flow[OVR_TCP_MODEL_ALONE];

	impact.question.rtt_ns[0] = 60 * S;
	close_it(&impact);
	cr_assert_gt(alone->rto_ratio, 0.5);
	cr_assert_geq(alone->rto_without_sack_ratio, alone->rto_ratio);
	cr_assert_float_eq(alone->fast_without_sack_ratio + alone->rto_without_sack_ratio, 1, 1e-12);
	ovr_tcp_impact_done(&impact);
}

Test(tcp_impact, the_line_limits_what_loss_does_not)
{
	struct ovr_tcp_impact impact = lossy(1);

	/* 1538 B on the line carry 1448 */
	impact.measured.line_bps = 1000000;
	close_it(&impact);
	assert_near(impact.line_payload_bps, 1e6 * 1448 / 1538);
	assert_near(impact.rtt[0].flow[OVR_TCP_MODEL_ALONE].rate[0].bps, 1e6 * 1448 / 1538);
	cr_assert(impact.rtt[0].flow[OVR_TCP_MODEL_ALONE].is_line_limited);
	ovr_tcp_impact_done(&impact);
}

Test(tcp_impact, more_loss_than_the_formulas_hold_for_is_unknown)
{
	struct ovr_tcp_impact impact = lossy(1);

	/* one in five begins an event */
	impact.measured.sent = 5000;
	close_it(&impact);
	cr_assert(isnan(impact.rtt[0].flow[OVR_TCP_MODEL_ALONE].rate[0].bps));
	ovr_tcp_impact_done(&impact);
}

Test(tcp_impact, overtaken_arrivals_are_needless_fast_retransmits)
{
	struct ovr_tcp_impact impact = lossy(1);
	const struct ovr_tcp_impact_flow *alone = &impact.rtt[0].flow[OVR_TCP_MODEL_ALONE];

	impact.measured.three_reordered = impact.measured.reordered = 2970; /* of 99,000 */
	impact.measured.late_time_max_ns = 3 * MS;
	close_it(&impact);
	assert_near(alone->spurious_per_s, 0.03 * 6.5063e6 / 8 / 1448);
	/* p 0.01 + 0.03: RFC 5348 has 0.225097 s for 1 s of RTT */
	assert_near(alone->mistaken_bps, 8 * 1448 / (0.02 * 0.225097));
	/* 3 ms hold no three segments of a flow of 612/s */
	cr_assert_eq(impact.rtt[0].flow[OVR_TCP_MODEL_SHARED].spurious_per_s, 0);
	ovr_tcp_impact_done(&impact);
}

Test(tcp_impact, what_is_unknown_has_no_figures)
{
	struct ovr_tcp_impact impact = { .unknown = "the result is void" };

	close_it(&impact);
	cr_assert_eq(impact.n_rtts, 0);
}
