/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/advise.h"

#include <criterion/criterion.h>
#include <math.h>

#define US     UINT64_C(1000)
#define MS     UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)

/*
 * One queue at 1 Mpps, rings of 1 to 65536 without a descriptor kept free, bursts of 32, monitored
 * for half a minute.
 */
static struct ovr_method_question
one_queue(void)
{
	return (struct ovr_method_question){
		.arrival_pps = 1e6,
		.total_pps = 1e6,
		.n_queues = 1,
		.service_pps = 10e6,
		.monitored_ns = 30 * SECOND,
		.margin = 1.5,
		.level = 0.95,
		.slack = 64,
		.ring_min = 1,
		.ring_max = 65536,
	};
}

static struct ovr_method_advice
advise(const struct ovr_method_question *question)
{
	struct ovr_method_advice advice;

	ovr_method_advise(question, &advice);
	return advice;
}

Test(advise, a_profile_of_500_us_at_1_mpps_with_half_as_much_again_takes_a_ring_of_1024)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.injected_ns = 500 * US;
	question.injected_period_ns = 10 * MS;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_RING);
	cr_assert_eq(advice.target_stall_ns, 500 * US);
	cr_assert_eq(advice.slots, 752 + 64);
	cr_assert_eq(advice.least, 816);
	cr_assert_eq(advice.ring, 1024);
	cr_assert_eq(advice.below, 512);
	cr_assert_float_eq(advice.buffer_time_ns, 1024e3, 1);
	cr_assert_float_eq(advice.buffer_time_max_ns, 65536e3, 1);
	cr_assert_float_eq(advice.duty, 0.05, 1e-12);
	cr_assert_float_eq(advice.duty_max, 0.9, 1e-12);
	/* 500 frames at 9 Mpps */
	cr_assert_float_eq(advice.drain_ns, 55555.6, 0.1);
}

Test(advise, bursts_of_4_kpps_served_at_2500_pps_take_750_slots_before_any_stall)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.arrival_pps = question.total_pps = 4000;
	question.service_pps = 2500;
	question.burst_frames = 2000;
	question.gap_ns = 500 * (double)MS;
	question.injected_ns = 10 * MS;
	question.injected_period_ns = SECOND;
	question.cover_injected = true;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_RING);
	cr_assert_eq(advice.burst_slots, 751);
	/* 25 more for the stall, half as many again, and two bursts of the sender */
	cr_assert_eq(advice.slots, 776 + 13 + 64);
	cr_assert_eq(advice.ring, 1024);
	cr_assert_eq(advice.below, 512);
	/*
	 * the ring below loses frames in each burst, so the stall is that of the profile with its
	 * margin; and a ninth for pauses
	 */
	cr_assert_eq(advice.verification_stall_ns, 16666666);
}

Test(advise, its_trial_has_the_stall_that_the_ring_was_made_for)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.injected_ns = 500 * US;
	question.injected_period_ns = 10 * MS;
	advice = advise(&question);
	/* 500 us and half as much again; nine tenths of this are 750 us */
	cr_assert_eq(advice.verification_stall_ns, 833333);
	cr_assert_eq(advice.verification_period_ns, 10 * MS);
	question.injected_period_ns = 1 * MS;
	cr_assert_eq(advise(&question).verification_period_ns, 3333334);
}

Test(advise, a_ring_below_that_might_just_hold_the_stall_is_verified_with_one_that_it_cannot)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.margin = 1;
	question.injected_ns = 500 * US; /* 500 and a batch are more than 512 */
	question.injected_period_ns = SECOND;
	advice = advise(&question);
	cr_assert_eq(advice.ring, 1024);
	cr_assert_eq(advice.verification_stall_ns, (512 + 64) * US * 10 / 9);
	question.injected_ns = 600 * US;
	cr_assert_eq(advise(&question).verification_stall_ns, 600 * US * 10 / 9);
}

Test(advise, a_trial_is_no_longer_than_its_ring_has_room_for)
{
	struct ovr_method_question question = one_queue();

	/*
	 * 900 us and half as much again, and a batch: 1,414 of 1,500 frames; nine tenths of 1,436
	 * us are 1,292
	 */
	question.ring_max = 1500;
	question.injected_ns = 900 * US;
	question.injected_period_ns = SECOND;
	cr_assert_eq(advise(&question).verification_stall_ns, (1500 - 64) * US);
	/* where frames come at random, it leaves room for those that come together */
	question.ring_max = 65536;
	question.random_loss = 1e-6;
	cr_assert_eq(advise(&question).ring, 2048);
	cr_assert_leq(advise(&question).verification_stall_ns, 1500 * US);
}

Test(advise, bursts_overrun_the_ring_below_though_a_twentieth_is_kept_back)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	/* 41,008 frames at 932 kpps for 739.682: 8,463 slots, 6,413 with a twentieth less */
	question.arrival_pps = question.total_pps = 932000;
	question.service_pps = 739682;
	question.burst_frames = 41008;
	question.gap_ns = 44 * (double)MS;
	question.injected_ns = 468 * US;
	question.injected_period_ns = 16 * MS;
	question.cover_injected = true;
	advice = advise(&question);
	cr_assert_eq(advice.burst_slots, 8463);
	cr_assert_eq(advice.ring, 16384);
	cr_assert_eq(advice.below, 4096);
}

Test(advise, every_trial_can_tell_its_ring_from_the_one_below)
{
	struct ovr_method_question question = one_queue();

	for (uint64_t us = 1; us < 40000; us = us + us / 7 + 1) {
		struct ovr_method_advice advice;
		double frames;

		question.injected_ns = us * US;
		question.injected_period_ns = SECOND;
		advice = advise(&question);
		frames = (double)advice.verification_stall_ns / 1e3;
		cr_assert_leq(frames + 64, advice.ring + 0.01, "%g in %u", frames, advice.ring);
		cr_assert_geq(frames, advice.below + 63.99, "%g in %u", frames, advice.below);
	}
}

Test(advise, without_any_stall_a_few_batches_are_enough)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice = advise(&question);

	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_RING);
	cr_assert_eq(advice.target_stall_ns, 0);
	cr_assert_eq(advice.ring, 256);
	cr_assert_eq(advice.ring_injected, 0);
	cr_assert_eq(advice.ring_all, 256);
}

Test(advise, the_longest_host_stall_decides_where_it_is_longer_than_the_profile)
{
	static const uint64_t host_ns[] = { 20 * US, 3 * MS, 700 * US };
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.host_ns = host_ns;
	question.n_host = 3;
	question.injected_ns = 500 * US;
	question.injected_period_ns = SECOND;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_RING);
	cr_assert_eq(advice.host_longest_ns, 3 * MS);
	cr_assert_eq(advice.target_stall_ns, 3 * MS);
	cr_assert_eq(advice.slots, 4502 + 64);
	cr_assert_eq(advice.ring, 8192);
	cr_assert_eq(advice.ring_injected, 1024);
	cr_assert_eq(advice.ring_all, 8192);
	cr_assert_eq(advice.n_host_beyond, 0);
}

Test(advise, for_the_profile_alone_host_stalls_are_told_and_not_covered)
{
	static const uint64_t host_ns[] = { 3 * MS, 200 * MS };
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.host_ns = host_ns;
	question.n_host = 2;
	question.injected_ns = 500 * US;
	question.injected_period_ns = SECOND;
	question.cover_injected = true;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_RING);
	cr_assert_eq(advice.ring, 1024);
	cr_assert_eq(advice.ring_all, 0);
	cr_assert_eq(advice.n_host_beyond, 1);
	cr_assert_eq(advice.host_longest_ns, 200 * MS);
}

Test(advise, host_stalls_longer_than_any_ring_are_the_hosts_to_fix)
{
	static const uint64_t host_ns[] = { 1 * MS, 50 * MS, 3 * MS };
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.host_ns = host_ns;
	question.n_host = 3;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_HOST);
	cr_assert_eq(advice.n_host_beyond, 1);
	cr_assert_eq(advice.host_longest_ns, 50 * MS);
	cr_assert_eq(advice.ring_all, 0);
	/* what a ring can last, it is made to last */
	cr_assert_eq(advice.target_stall_ns, 3 * MS);
	cr_assert_eq(advice.ring, 8192);
}

Test(advise, where_every_host_stall_is_longer_than_any_buffer_time_there_is_no_ring)
{
	static const uint64_t host_ns[] = { 50 * MS, 200 * MS };
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.host_ns = host_ns;
	question.n_host = 2;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_HOST);
	cr_assert_eq(advice.n_host_beyond, 2);
	cr_assert_eq(advice.target_stall_ns, 0);
	cr_assert_eq(advice.ring, 0);
	cr_assert_eq(advice.below, 0);
	cr_assert_eq(advice.verification_stall_ns, 0);
	/* a profile is lasted all the same */
	question.injected_ns = 500 * US;
	question.injected_period_ns = 10 * MS;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_HOST);
	cr_assert_eq(advice.ring, 1024);
}

Test(advise, a_profile_longer_than_any_ring_takes_more_queues)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.ring_max = 4096;
	question.injected_ns = 5 * MS;
	question.injected_period_ns = 100 * MS;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_PORT);
	cr_assert_eq(advice.ring, 0);
	cr_assert_eq(advice.verification_stall_ns, 0);
	/* 4032 slots last 7.5 ms at 537.6 kpps */
	cr_assert_eq(advice.n_queues, 2);
}

Test(advise, bursts_that_no_ring_holds_are_told_from_stalls_that_none_holds)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.ring_max = 2048;
	question.injected_ns = 5 * MS;
	question.injected_period_ns = 100 * MS;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_PORT);
	cr_assert_not(ovr_method_advise_is_full_unstalled(&question, &advice));
	/* 11,136 frames at 192 kpps for 125.49 */
	question.arrival_pps = question.total_pps = 192000;
	question.service_pps = 125490;
	question.burst_frames = 11136;
	question.gap_ns = 58 * (double)MS;
	question.injected_ns = 10 * US;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_PORT);
	cr_assert_eq(advice.burst_slots, 3859);
	cr_assert(ovr_method_advise_is_full_unstalled(&question, &advice));
}

Test(advise, a_receiver_slower_than_the_arrivals_is_an_overload_with_any_ring)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.service_pps = 0.8e6;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_OVERLOAD);
	cr_assert_eq(advice.ring, 0);
	cr_assert_float_eq(advice.overload, 0.2, 1e-12);
	cr_assert_eq(advice.n_queues, 2);
	question.service_pps = 1e6;
	cr_assert_eq(advise(&question).kind, OVR_METHOD_ADVICE_OVERLOAD);
	question.service_pps = 1.01e6;
	cr_assert_eq(advise(&question).kind, OVR_METHOD_ADVICE_RING);
}

Test(advise, stalls_that_leave_too_little_time_are_an_overload)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.service_pps = 1.2e6;
	question.injected_ns = 2 * MS;
	question.injected_period_ns = 10 * MS;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_OVERLOAD);
	/* a mean of 0.96 Mpps */
	cr_assert_float_eq(advice.overload, 0.04, 1e-12);
	cr_assert_float_eq(advice.duty_max, 1 - 1 / 1.2, 1e-12);
	question.injected_period_ns = 20 * MS;
	cr_assert_eq(advise(&question).kind, OVR_METHOD_ADVICE_RING);
}

/* 500 us in 10 ms: at 0.8 Mpps of 1 an empty ring drains within 2 ms. */
Test(advise, stalls_that_jitter_brings_close_together_take_a_ring_for_what_the_first_one_leaves)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.arrival_pps = question.total_pps = 0.8e6;
	question.service_pps = 1e6;
	question.margin = 1;
	question.injected_ns = 500 * US;
	question.injected_period_ns = 10 * MS;
	/* from start to start 2.5 ms, which is just enough */
	question.injected_jitter = 0.375;
	advice = advise(&question);
	cr_assert_float_eq(advice.injected_spacing_ns, 2.5e6, 1e-3);
	cr_assert_float_eq(advice.injected_effective_ns, 500e3, 1e-3);
	cr_assert_eq(advice.slots, 401 + 64);
	cr_assert_eq(advice.ring, 512);
	/* 1 ms: of the 400 frames of the first one 100 have drained */
	question.injected_jitter = 0.45;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_RING);
	cr_assert_eq(advice.target_stall_ns, 500 * US);
	cr_assert_float_eq(advice.injected_effective_ns, 875e3, 1e-3);
	cr_assert_eq(advice.slots, 701 + 64);
	cr_assert_eq(advice.ring, 1024);
	cr_assert_eq(advice.ring_injected, 1024);
	cr_assert_eq(advice.verification_stall_ns, 972222);
	/* the drain is that of one */
	cr_assert_float_eq(advice.drain_ns, 2e6, 1);
	/* the margin is on both */
	question.margin = 2;
	cr_assert_eq(advise(&question).slots, 1402 + 64);
}

Test(advise, jitter_makes_no_overload_and_none_less)
{
	struct ovr_method_question question = one_queue();

	question.service_pps = 1.2e6;
	question.injected_ns = 2 * MS;
	question.injected_period_ns = 20 * MS;
	question.injected_jitter = 0.4;
	cr_assert_eq(advise(&question).kind, OVR_METHOD_ADVICE_RING);
	question.injected_period_ns = 10 * MS;
	question.injected_jitter = 0.1;
	cr_assert_eq(advise(&question).kind, OVR_METHOD_ADVICE_OVERLOAD);
	cr_assert_float_eq(advise(&question).overload, 0.04, 1e-12);
	/* a receiver without a limit drains at once */
	question.service_pps = INFINITY;
	cr_assert_float_eq(advise(&question).injected_effective_ns, 2e6, 1e-3);
}

Test(advise, host_stalls_that_leave_too_little_time_are_an_overload)
{
	static const uint64_t host_ns[] = { 150 * US, 150 * US };
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	/* 150 us in every 500: a mean of 0.84 Mpps */
	question.service_pps = 1.2e6;
	question.host_ns = host_ns;
	question.n_host = 2;
	question.host_share = 0.3;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_OVERLOAD);
	cr_assert_eq(advice.ring, 0);
	cr_assert_float_eq(advice.overload, 0.16, 1e-12);
	cr_assert_eq(advice.n_queues, 2);
	question.host_share = 0.1;
	cr_assert_eq(advise(&question).kind, OVR_METHOD_ADVICE_RING);
	/* beside a profile of as much */
	question.injected_ns = 1 * MS;
	question.injected_period_ns = 10 * MS;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_OVERLOAD);
	cr_assert_float_eq(advice.overload, 0.04, 1e-12);
	/* which alone leaves time enough */
	question.cover_injected = true;
	cr_assert_eq(advise(&question).kind, OVR_METHOD_ADVICE_RING);
}

Test(advise, queues_that_would_be_enough_keep_the_imbalance_that_was_seen)
{
	struct ovr_method_question question = one_queue();

	/* four queues, the fullest with twice its share */
	question.n_queues = 4;
	question.total_pps = 2e6;
	question.service_pps = 0.5e6;
	cr_assert_eq(advise(&question).n_queues, 9);
	question.service_pps = 0.51e6;
	cr_assert_eq(advise(&question).n_queues, 8);
}

Test(advise, a_largest_ring_that_is_no_power_of_two_is_recommended_where_the_next_power_is_too_large)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.ring_max = 8160;
	question.injected_ns = 4 * MS;
	question.injected_period_ns = SECOND;
	advice = advise(&question);
	cr_assert_eq(advice.slots, 6002 + 64);
	cr_assert_eq(advice.ring, 8160);
	cr_assert_eq(advice.below, 4096);
	cr_assert_eq(advice.verification_stall_ns, 6 * MS * 10 / 9);
}

/*
 * virtio: rings of up to 256, one descriptor kept free; two bursts of 64, and what the driver holds
 * back
 */
static struct ovr_method_question
small_rings(void)
{
	struct ovr_method_question question = one_queue();

	question.slack = 192;
	question.kept_free = 1;
	question.ring_max = 256;
	return question;
}

Test(advise, a_ring_of_few_batches_covers_a_short_stall)
{
	static const uint64_t host_ns[] = { 20 * US, 41 * US };
	struct ovr_method_question question = small_rings();
	struct ovr_method_advice advice;

	question.host_ns = host_ns;
	question.n_host = 2;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_RING);
	cr_assert_eq(advice.n_host_beyond, 0);
	cr_assert_eq(advice.ring, 256);
	cr_assert_eq(advice.slots, 255);
	cr_assert_eq(advice.least, 256);
	/* 63 frames and 192 are what it holds; 128 could hold that stall too */
	cr_assert_eq(advice.verification_stall_ns, 63 * US);
	cr_assert_eq(advice.below, 0);
}

Test(advise, what_is_beyond_a_ring_of_few_batches_is_so_by_its_own_length)
{
	static const uint64_t host_ns[] = { 43 * US };
	struct ovr_method_question question = small_rings();
	struct ovr_method_advice advice;

	/* 64.5 frames and 192 are more than 255 */
	question.host_ns = host_ns;
	question.n_host = 1;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_HOST);
	cr_assert_eq(advice.n_host_beyond, 1);
	question.n_host = 0;
	question.injected_ns = 43 * US;
	question.injected_period_ns = 10 * MS;
	cr_assert_eq(advise(&question).kind, OVR_METHOD_ADVICE_PORT);
}

Test(advise, a_ring_that_is_smaller_than_its_batches_is_recommended_without_any_stall)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.slack = 1088;
	question.ring_max = 1024;
	advice = advise(&question);
	cr_assert_eq(advice.kind, OVR_METHOD_ADVICE_RING);
	cr_assert_eq(advice.ring, 1024);
	cr_assert_eq(advice.below, 0);
	cr_assert_eq(advice.verification_stall_ns, 512 * US);
}

Test(advise, a_ring_whose_power_below_cannot_be_told_from_it_is_verified_against_the_next)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	/* a stall that 1024 and a batch of 64 do not hold, but this ring less a batch does */
	question.ring_max = 1152;
	question.injected_ns = 660 * US;
	question.injected_period_ns = 10 * MS;
	advice = advise(&question);
	cr_assert_eq(advice.ring, 1152);
	cr_assert_eq(advice.below, 1024);
	question.ring_max = 1151;
	advice = advise(&question);
	cr_assert_eq(advice.ring, 1151);
	cr_assert_eq(advice.below, 512);
}

Test(advise, no_ring_is_smaller_than_the_ports_smallest)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.ring_min = 512;
	advice = advise(&question);
	cr_assert_eq(advice.ring, 512);
	cr_assert_eq(advice.below, 0);
}

Test(advise, a_descriptor_that_is_kept_free_is_added)
{
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice;

	question.arrival_pps = question.total_pps = 1e10 / 8 / 84;
	question.service_pps = INFINITY;
	question.margin = 1;
	question.slack = 0;
	question.kept_free = 1;
	question.injected_ns = 100 * US;
	question.injected_period_ns = SECOND;
	advice = advise(&question);
	cr_assert_eq(advice.slots, 1489);
	cr_assert_eq(advice.least, 1490);
	cr_assert_eq(advice.ring, 2048);
	cr_assert_eq(advice.below, 1024);
	cr_assert_eq(ovr_method_advise_usable(&question, 2048), 2047);
	cr_assert_float_eq(advice.buffer_time_ns, 137.56e3, 5);
}

Test(advise, half_a_minute_without_longer_stalls_shows_360_an_hour_at_most)
{
	static const uint64_t host_ns[] = { 1 * MS, 60 * MS };
	struct ovr_method_question question = one_queue();
	struct ovr_method_advice advice = advise(&question);

	cr_assert_float_eq(advice.longer_per_hour, 359.5, 0.1);
	question.host_ns = host_ns;
	question.n_host = 2;
	advice = advise(&question);
	cr_assert_float_eq(advice.longer_per_hour, 359.5, 0.1);
	/* one was beyond any ring: 4.74 in half a minute */
	cr_assert_float_eq(advice.beyond_per_hour, 569.3, 0.1);
}

Test(advise, what_was_not_monitored_shows_nothing)
{
	struct ovr_method_question question = one_queue();

	question.monitored_ns = 0;
	cr_assert(isnan(advise(&question).longer_per_hour));
	cr_assert(isnan(advise(&question).beyond_per_hour));
}

Test(advise, kinds_have_names)
{
	cr_assert_str_eq(ovr_method_advice_kind_name(OVR_METHOD_ADVICE_RING), "ring");
	cr_assert_str_eq(ovr_method_advice_kind_name(OVR_METHOD_ADVICE_HOST), "host");
	cr_assert_str_eq(ovr_method_advice_kind_name(OVR_METHOD_ADVICE_PORT), "port");
	cr_assert_str_eq(ovr_method_advice_kind_name(OVR_METHOD_ADVICE_OVERLOAD), "overload");
}
