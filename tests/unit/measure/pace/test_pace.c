/* SPDX-License-Identifier: BSD-3-Clause */
#include "pace/pace.h"

#include <criterion/criterion.h>

#define LINE_10G 10000000000u

/* A mix of one size, without the parser. */
static struct ovr_mix
mix_of(unsigned int n, const uint16_t *sizes)
{
	struct ovr_mix mix = { .length = (uint16_t)n, .n_sizes = (uint16_t)n, .step = 1 };

	for (unsigned int i = 0; i < n; i++) {
		mix.size[i] = sizes[i];
		mix.place[i] = (uint8_t)i;
	}
	return mix;
}

static struct ovr_pace_conf
line_rate(uint64_t duration_ns)
{
	return (struct ovr_pace_conf){
		.rate = { OVR_RATE_LINE, 1000000 },
		.line_bps = LINE_10G,
		.duration_ns = duration_ns,
		.backlog_max_ps = 2150400,
		.n_workers = 1,
	};
}

/* Everything that is due up to now_ps, sent. */
static uint64_t
send_due(struct ovr_pace *pace, uint64_t now_ps, unsigned int n_sizes)
{
	uint64_t n = 0;

	while (ovr_pace_is_due(pace, now_ps, (unsigned int)(n % n_sizes))) {
		ovr_pace_advance(pace, (unsigned int)(n % n_sizes));
		n++;
	}
	return n;
}

Test(pace, five_seconds_of_64_byte_frames_at_10g_are_74404761_frames)
{
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 64 });
	struct ovr_pace_conf conf = line_rate(5000000000);
	struct ovr_pace pace;

	cr_assert_eq(ovr_pace_init(&pace, &conf, &mix, NULL), 0);
	cr_assert_eq(pace.interval_ps[0], 67200);
	cr_assert_eq(send_due(&pace, UINT64_MAX / 2, 1), 74404761);
	cr_assert(ovr_pace_is_over(&pace, 0));
}

Test(pace, thirds_of_a_second_do_not_drift)
{
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 64 });
	struct ovr_pace_conf conf = {
		.rate = { OVR_RATE_PPS, 3000 }, .duration_ns = 3600000000000, .n_workers = 1
	};
	struct ovr_pace pace;

	cr_assert_eq(ovr_pace_init(&pace, &conf, &mix, NULL), 0);
	cr_assert_eq(send_due(&pace, UINT64_MAX / 2, 1), 10800);
	cr_assert_eq(pace.due_ps, 3600000000000000);
	cr_assert_eq(pace.due_rest, 0);
}

Test(pace, l2_rate_counts_the_frame_and_l1_rate_the_gap_too)
{
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 1518 });
	struct ovr_pace_conf l1 = { .rate = { OVR_RATE_L1_BPS, LINE_10G }, .n_workers = 1 };
	struct ovr_pace_conf l2 = { .rate = { OVR_RATE_L2_BPS, LINE_10G }, .n_workers = 1 };
	struct ovr_pace pace;

	cr_assert_eq(ovr_pace_init(&pace, &l1, &mix, NULL), 0);
	cr_assert_eq(pace.interval_ps[0], 1230400);
	cr_assert_eq(ovr_pace_init(&pace, &l2, &mix, NULL), 0);
	cr_assert_eq(pace.interval_ps[0], 1214400);
}

Test(pace, a_mix_in_bits_per_second_gives_each_size_its_own_interval)
{
	struct ovr_mix mix = mix_of(2, (uint16_t[]){ 64, 1518 });
	struct ovr_pace_conf conf = line_rate(0);
	struct ovr_pace pace;

	cr_assert_eq(ovr_pace_init(&pace, &conf, &mix, NULL), 0);
	ovr_pace_advance(&pace, 0);
	cr_assert_eq(pace.due_ps, 67200);
	ovr_pace_advance(&pace, 1);
	cr_assert_eq(pace.due_ps, 1297600);
}

Test(pace, nothing_is_due_before_its_time)
{
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 64 });
	struct ovr_pace_conf conf = line_rate(0);
	struct ovr_pace pace;

	cr_assert_eq(ovr_pace_init(&pace, &conf, &mix, NULL), 0);
	cr_assert_eq(send_due(&pace, 67199, 1), 1);
	cr_assert_eq(send_due(&pace, 67199, 1), 0);
	cr_assert_eq(send_due(&pace, 67200, 1), 1);
}

Test(pace, three_workers_share_the_slots_of_one_schedule)
{
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 64 });
	uint64_t total = 0;

	for (uint16_t worker = 0; worker < 3; worker++) {
		struct ovr_pace_conf conf = line_rate(1000000000);
		struct ovr_pace pace;

		conf.n_workers = 3;
		conf.worker = worker;
		cr_assert_eq(ovr_pace_init(&pace, &conf, &mix, NULL), 0);
		cr_assert_eq(pace.due_ps, 67200u * worker);
		cr_assert_eq(pace.interval_ps[0], 201600);
		total += send_due(&pace, UINT64_MAX / 2, 1);
	}
	cr_assert_eq(total, 14880952);
}

Test(pace, a_stall_becomes_shortfall_but_for_the_backlog_of_one_burst)
{
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 64 });
	struct ovr_pace_conf conf = line_rate(0);
	struct ovr_pace pace;

	cr_assert_eq(ovr_pace_init(&pace, &conf, &mix, NULL), 0);
	cr_assert_not(ovr_pace_is_behind(&pace, 2150400));
	cr_assert(ovr_pace_is_behind(&pace, 100000000));
	/* 100 us are 1488.1 slots; 2.1504 us are 32 */
	cr_assert_eq(ovr_pace_skip(&pace, 100000000), 1456);
	cr_assert_eq(pace.shortfall, 1456);
	cr_assert_eq(send_due(&pace, 100000000, 1), 33);
	cr_assert_not(ovr_pace_is_behind(&pace, 100000000));
}

Test(pace, attempted_and_shortfall_add_up_to_the_schedule_through_any_stalls)
{
	struct ovr_mix mix = mix_of(3, (uint16_t[]){ 64, 594, 1518 });
	struct ovr_pace_conf conf = { .rate = { OVR_RATE_PPS, 3000000007 },
		.duration_ns = 100000000,
		.backlog_max_ps = 10000000,
		.n_workers = 1 };
	struct ovr_pace pace;
	struct ovr_rng rng;
	uint64_t now_ps = 0, sent = 0;

	ovr_rng_seed(&rng, 3, 0);
	cr_assert_eq(ovr_pace_init(&pace, &conf, &mix, NULL), 0);
	while (now_ps < 200000000000) {
		if (ovr_pace_is_behind(&pace, now_ps))
			ovr_pace_skip(&pace, now_ps);
		sent += send_due(&pace, now_ps, 3);
		now_ps += ovr_rng_below(&rng, 50) == 0 ? ovr_rng_below(&rng, 900000000) : 1000000;
	}
	cr_assert_gt(pace.shortfall, 1000);
	/* floor(3,000,000.007 pps for 0.1 s) */
	cr_assert_eq(sent + pace.shortfall, 300000);
}

Test(pace, catch_up_sends_everything_late)
{
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 64 });
	struct ovr_pace_conf conf = line_rate(1000000);
	struct ovr_pace pace;

	conf.catch_up = true;
	cr_assert_eq(ovr_pace_init(&pace, &conf, &mix, NULL), 0);
	cr_assert_not(ovr_pace_is_behind(&pace, 900000000));
	cr_assert_eq(send_due(&pace, 900000000, 1), 13393);
}

Test(pace, a_stall_beyond_the_end_counts_no_slot_after_it)
{
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 64 });
	struct ovr_pace_conf conf = line_rate(1000000);
	struct ovr_pace pace;

	cr_assert_eq(ovr_pace_init(&pace, &conf, &mix, NULL), 0);
	/*
	 * 1 ms holds 14880 slots; the backlog of one burst reaches back from 5 ms to after the end
	 */
	cr_assert_eq(ovr_pace_skip(&pace, 5000000000), 14880);
	cr_assert(ovr_pace_is_over(&pace, 0));
}

Test(pace, bursts_are_followed_by_their_gap)
{
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 64 });
	struct ovr_pace_conf conf = line_rate(0);
	struct ovr_pace pace;

	conf.shape = OVR_PACE_BURST;
	conf.burst_frames = 4;
	conf.gap_ns = 1000;
	cr_assert_eq(ovr_pace_init(&pace, &conf, &mix, NULL), 0);
	cr_assert_eq(send_due(&pace, 201600, 1), 4);
	cr_assert_eq(pace.due_ps, 4 * 67200 + 1000000);
	cr_assert_eq(send_due(&pace, 4 * 67200 + 999999, 1), 0);
	cr_assert_eq(send_due(&pace, 4 * 67200 + 1000000, 1), 1);
	cr_assert_float_eq(ovr_pace_mean_pps(&conf, &mix), 4 / (4 * 67.2e-9 + 1e-6), 1);
}

Test(pace, skipped_bursts_are_counted_slot_by_slot)
{
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 64 });
	struct ovr_pace_conf conf = line_rate(0);
	struct ovr_pace pace;

	conf.shape = OVR_PACE_BURST;
	conf.burst_frames = 10;
	conf.gap_ns = 328;
	conf.backlog_max_ps = 0;
	cr_assert_eq(ovr_pace_init(&pace, &conf, &mix, NULL), 0);
	/* a burst and its gap last 1000 ns: 100 whole ones in 100 us */
	cr_assert_eq(ovr_pace_skip(&pace, 100000000), 1000);
	cr_assert_eq(pace.due_ps, 100000000);
	cr_assert_eq(pace.burst_left, 10);
}

Test(pace, poisson_keeps_the_mean_and_the_seed)
{
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 64 });
	struct ovr_pace_conf conf = { .rate = { OVR_RATE_PPS, 1000000000 },
		.duration_ns = 1000000000,
		.shape = OVR_PACE_POISSON,
		.seed = 7,
		.backlog_max_ps = 1000000,
		.n_workers = 1 };
	struct ovr_pace a, b;
	uint64_t n;

	cr_assert_eq(ovr_pace_init(&a, &conf, &mix, NULL), 0);
	cr_assert_eq(ovr_pace_init(&b, &conf, &mix, NULL), 0);
	n = send_due(&a, UINT64_MAX / 2, 1);
	cr_assert_eq(n, send_due(&b, UINT64_MAX / 2, 1));
	/* 1,000,000 expected, standard deviation 1000 */
	cr_assert_geq(n, 995000);
	cr_assert_leq(n, 1005000);
}

Test(pace, a_share_of_an_unknown_line_is_refused)
{
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 64 });
	struct ovr_pace_conf conf = { .rate = { OVR_RATE_LINE, 950000 }, .n_workers = 1 };
	struct ovr_pace pace;
	struct ovr_err err;

	cr_assert_lt(ovr_pace_init(&pace, &conf, &mix, &err), 0);
	cr_assert_neq(strstr(err.text, "--line"), NULL);
}

/* 812,743 frames of 1518 bytes are 9.99999 Gb/s on the line and 9.86995 Gb/s of frames. */
Test(pace, bits_per_second_say_whether_preamble_and_gap_count)
{
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 1518 });
	struct ovr_pace_conf conf = line_rate(0);

	conf.rate = (struct ovr_rate){ OVR_RATE_L1_BPS, 9999990000 };
	cr_expect_float_eq(ovr_pace_mean_pps(&conf, &mix), 812743, .5);
	conf.rate = (struct ovr_rate){ OVR_RATE_L2_BPS, 9869950000 };
	cr_expect_float_eq(ovr_pace_mean_pps(&conf, &mix), 812743, .5);
}

/* A line's mean rate of frames of 64 bytes, at so many millionths of it. */
static double
line_share_pps(uint64_t line_bps, uint64_t millionths)
{
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 64 });
	struct ovr_pace_conf conf = line_rate(0);

	conf.line_bps = line_bps;
	conf.rate.value = millionths;
	return ovr_pace_mean_pps(&conf, &mix);
}

/* RFC 8239 section 2: a test at line rate runs at 99.98 % of it. */
Test(pace, rfc_8239_line_rate_within_clock_tolerance)
{
	cr_expect_float_eq(line_share_pps(10000000000, 999800), 14877976.19, .005);
	cr_expect_float_eq(line_share_pps(100000000000, 999800), 148779761.9, .05);
}

/* Ethernet's clocks are within 100 ppm. */
Test(pace, a_gigabit_line_of_64_byte_frames_carries_1487946_to_1488244_per_second)
{
	cr_expect_float_eq(line_share_pps(1000000000, 999900), 1487946.4, .05);
	cr_expect_float_eq(line_share_pps(1000000000, 1000100), 1488244.0, .05);
	cr_expect_float_eq(
		line_share_pps(1000000000, 1000001) - line_share_pps(1000000000, 1000000), 1.488, .0005);
}

Test(pace, a_clock_100_ppm_fast_has_89286_frames_too_many_after_a_minute)
{
	double line = line_share_pps(10000000000, 1000000);

	cr_expect_float_eq(60 * (line_share_pps(10000000000, 1000100) - line), 89286, .5);
	/* 200 ppm fill a store of 4,095 frames in 1.376 s */
	cr_expect_float_eq(4095 / (line_share_pps(10000000000, 1000200) - line), 1.376, .0005);
}

/*
 * Slots taken together, up to `max` at a time, and one by one, at times `step_ps` apart: the
 * schedules stay the same.
 */
static void
expect_take_like_advance(struct ovr_rate rate, enum ovr_pace_shape shape, uint64_t step_ps, uint32_t max)
{
	struct ovr_pace_conf conf = { .rate = rate,
		.line_bps = 10000000000,
		.shape = shape,
		.burst_frames = 7,
		.gap_ns = 3000,
		.seed = 5,
		.duration_ns = 3000000,
		.n_workers = 1 };
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 64 });
	struct ovr_pace taken, advanced;
	uint64_t n_taken = 0, n_advanced = 0;

	cr_assert_eq(ovr_pace_init(&taken, &conf, &mix, NULL), 0);
	cr_assert_eq(ovr_pace_init(&advanced, &conf, &mix, NULL), 0);
	for (uint64_t now_ps = 0; now_ps < 4000000000; now_ps += step_ps) {
		n_taken += ovr_pace_take(&taken, now_ps, max);
		for (uint32_t i = 0; i < max && ovr_pace_is_due(&advanced, now_ps, 0); i++, n_advanced++)
			ovr_pace_advance(&advanced, 0);
		cr_assert_eq(n_taken, n_advanced, "at %ju ps", (uintmax_t)now_ps);
		cr_assert_eq(taken.due_ps, advanced.due_ps);
		cr_assert_eq(taken.due_rest, advanced.due_rest);
	}
	cr_assert_gt(n_taken, 0);
}

Test(pace, slots_taken_together_are_those_taken_one_by_one)
{
	const struct ovr_rate line = { OVR_RATE_LINE, 1000000 }, odd = { OVR_RATE_PPS, 14880952381 };

	/* fewer due than may be taken, about as many, and always more */
	expect_take_like_advance(line, OVR_PACE_SMOOTH, 100000, 32);
	expect_take_like_advance(line, OVR_PACE_SMOOTH, 2150401, 32);
	expect_take_like_advance(line, OVR_PACE_SMOOTH, 40000000, 32);
	expect_take_like_advance(odd, OVR_PACE_SMOOTH, 2150400, 32);
	expect_take_like_advance(odd, OVR_PACE_SMOOTH, 90000000, 512);
	expect_take_like_advance(odd, OVR_PACE_SMOOTH, 1000, 1);
	expect_take_like_advance(odd, OVR_PACE_BURST, 500000, 32);
	expect_take_like_advance(odd, OVR_PACE_POISSON, 500000, 32);
}

Test(pace, nothing_is_taken_where_nothing_may_be)
{
	struct ovr_pace_conf conf = { .rate = { OVR_RATE_PPS, 1000000000 },
		.line_bps = 10000000000,
		.duration_ns = 10000,
		.n_workers = 1 };
	struct ovr_mix mix = mix_of(1, (uint16_t[]){ 64 });
	struct ovr_pace pace;

	/* ten slots of 1 us end within 10 us */
	cr_assert_eq(ovr_pace_init(&pace, &conf, &mix, NULL), 0);
	cr_assert_eq(ovr_pace_take(&pace, 5000000, 0), 0);
	cr_assert_eq(ovr_pace_take(&pace, 50000000, 4096), 10);
	cr_assert_eq(ovr_pace_take(&pace, 50000000, 4096), 0);
}
