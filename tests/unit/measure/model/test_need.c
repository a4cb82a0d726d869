/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/need.h"

#include <criterion/criterion.h>
#include <math.h>

#define MS 1e6
#define US 1e3

/* Bursts of 2,000 frames at 4,000/s, half a second apart, served at 2,500/s. */
static struct ovr_model_profile
bursts(void)
{
	return (struct ovr_model_profile){ .load = { 4000, 2500, 0, INFINITY },
		.apart_ns = INFINITY,
		.burst_frames = 2000,
		.gap_ns = 500 * MS };
}

Test(need, a_burst_that_comes_faster_than_it_is_served_needs_what_is_left_of_it)
{
	struct ovr_model_profile profile = bursts();

	/* 1,249 are served when the last one comes */
	cr_assert_eq(ovr_model_need(&profile), 751);
	cr_assert_eq(ovr_model_profile_mean_pps(&profile), 2000);
}

Test(need, a_stall_within_a_burst_adds_what_is_not_served_meanwhile)
{
	struct ovr_model_profile profile = bursts();

	profile.load.stall_ns = 10 * MS;
	profile.load.period_ns = profile.apart_ns = 1000 * MS;
	/* 25 services fewer */
	cr_assert_eq(ovr_model_need(&profile), 776);
	/* five of them in one burst */
	profile.load.period_ns = profile.apart_ns = 110 * MS;
	cr_assert_eq(ovr_model_need(&profile), 876);
}

Test(need, bursts_whose_gaps_are_too_short_pile_up)
{
	struct ovr_model_profile profile = bursts();

	profile.gap_ns = 300 * MS;
	cr_assert_eq(ovr_model_need(&profile), OVR_MODEL_NEED_NONE, "2,500 frames/s on average");
	profile.gap_ns = 301 * MS;
	cr_assert_eq(ovr_model_need(&profile), 751, "each is served before the next one comes");
}

Test(need, the_frame_in_service_has_a_slot)
{
	struct ovr_model_profile profile = { .load = { 1e6, 2e6, 1023 * US, 100 * MS },
		.apart_ns = 100 * MS };

	cr_assert_eq(ovr_model_need(&profile), 1024);
	profile.load.service_pps = INFINITY;
	cr_assert_eq(ovr_model_need(&profile), 1023);
}

Test(need, two_stalls_that_jitter_brings_together_add_up)
{
	struct ovr_model_profile profile = { .load = { 1e9 / 67.2, 16e6, 500 * US, 10 * MS },
		.apart_ns = 1 * MS };

	/* 22,322.4 have come 1.5 ms and a service later, and 8,000 are served */
	cr_assert_eq(ovr_model_need(&profile), 14323);
	profile.apart_ns = 10 * MS;
	cr_assert_eq(ovr_model_need(&profile), 7442);
}

Test(need, an_overload_has_none_and_an_idle_receiver_one)
{
	struct ovr_model_profile profile = { .load = { 1e6, 1e6, 0, INFINITY } };

	cr_assert_eq(ovr_model_need(&profile), OVR_MODEL_NEED_NONE);
	profile.load.service_pps = 1.1e6;
	cr_assert_eq(ovr_model_need(&profile), 1);
	profile.load.stall_ns = 1 * MS;
	profile.load.period_ns = profile.apart_ns = 10 * MS;
	cr_assert_eq(ovr_model_need(&profile), OVR_MODEL_NEED_NONE, "0.99 Mpps with its stalls");
}

Test(need, random_arrivals_need_about_what_m_d_1_k_says)
{
	struct ovr_model_profile profile = { .load = { 0.744e6, 1e6, 0, INFINITY } };
	uint64_t need = ovr_model_need_random(&profile, 1e-6);

	/* M/D/1/23 loses one in a million; the bound is no tighter than that */
	cr_assert_geq(need, 23);
	cr_assert_leq(need, 28);
	profile.load.stall_ns = 1 * MS;
	profile.load.period_ns = profile.apart_ns = 100 * MS;
	need = ovr_model_need_random(&profile, 1e-6);
	/* 744 in a stall, and five standard deviations of 27 */
	cr_assert_geq(need, 744 + 4 * 27);
	cr_assert_leq(need, 744 + 7 * 27);
	profile.load.service_pps = 0.7e6;
	cr_assert_eq(ovr_model_need_random(&profile, 1e-6), OVR_MODEL_NEED_NONE);
}
