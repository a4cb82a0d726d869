/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/model.h"

#include <criterion/criterion.h>
#include <math.h>

/* Frames/s of 64 bytes at 10G, 100G; of 1518 bytes at 100G. */
#define PPS_10G        (1e10 / 8 / 84)
#define PPS_100G       (1e11 / 8 / 84)
#define PPS_100G_LARGE (1e11 / 8 / 1538)

/* 100 µs at 10G */
Test(model, a_stall_of_100_us_needs_1489_slots_and_a_ring_of_2048)
{
	cr_assert_eq(ovr_model_slots(PPS_10G, 100e3), 1489);
	cr_assert_eq(ovr_model_descriptors(1489, 0), 1490);
	cr_assert_eq(ovr_model_power_of_two(1490), 2048);
	cr_assert_eq(ovr_model_power_below(1490), 1024);
}

Test(model, one_slot_less_loses_up_to_one_frame)
{
	cr_assert_float_eq(ovr_model_lost_per_stall(PPS_10G, 100e3, 1488), 0.095, 0.001);
	cr_assert_eq(ovr_model_lost_per_stall(PPS_10G, 100e3, 1489), 0);
}

Test(model, batches_of_32_lose_up_to_31_more)
{
	/* of 1488 slots up to 31 wait for their return; 1520 are enough */
	uint32_t usable = ovr_model_usable(1489, 31);

	cr_assert_eq(usable, 1457);
	cr_assert_float_eq(ovr_model_lost_per_stall(PPS_10G, 100e3, usable), 31.1, 0.01);
	cr_assert_eq(ovr_model_lost_per_stall(PPS_10G, 100e3, ovr_model_usable(1521, 31)), 0);
	cr_assert_eq(ovr_model_descriptors(1489, 31), 1521);
}

/* The same stall every 10 ms */
static struct ovr_model_load
stall_of_100_us(void)
{
	return (struct ovr_model_load){
		.arrival_pps = PPS_10G, .service_pps = INFINITY, .stall_ns = 100e3, .period_ns = 10e6
	};
}

Test(model, loss_per_stall_and_ratio_of_rings_of_512_1024_and_2048)
{
	struct ovr_model_load load = stall_of_100_us();

	cr_assert_float_eq(ovr_model_lost_per_stall(PPS_10G, 100e3, 511), 977.1, 0.05);
	cr_assert_float_eq(ovr_model_loss_ratio(&load, 511), 0.006566, 0.0000005);
	cr_assert_float_eq(ovr_model_lost_per_stall(PPS_10G, 100e3, 1023), 465.1, 0.05);
	cr_assert_float_eq(ovr_model_loss_ratio(&load, 1023), 0.003125, 0.0000005);
	cr_assert_eq(ovr_model_loss_ratio(&load, 2047), 0);
}

Test(model, stalls_that_rings_last_at_10g)
{
	cr_assert_float_eq(ovr_model_buffer_time_ns(ovr_model_usable(512, 0), PPS_10G), 34.34e3, 5);
	cr_assert_float_eq(ovr_model_buffer_time_ns(ovr_model_usable(512, 32), PPS_10G), 32.19e3, 5);
	cr_assert_float_eq(ovr_model_buffer_time_ns(ovr_model_usable(1024, 0), PPS_10G), 68.75e3, 5);
	cr_assert_float_eq(ovr_model_buffer_time_ns(ovr_model_usable(2048, 0), PPS_10G), 137.6e3, 50);
	cr_assert_float_eq(ovr_model_buffer_time_ns(ovr_model_usable(4096, 0), PPS_10G), 275.2e3, 50);
}

Test(model, buffer_time_of_a_ring_of_4096_at_100g)
{
	cr_assert_float_eq(ovr_model_buffer_time_ns(ovr_model_usable(4096, 0), PPS_100G), 27.5e3, 50);
	cr_assert_float_eq(ovr_model_buffer_time_ns(ovr_model_usable(4096, 0), PPS_100G_LARGE), 503.8e3, 50);
}

/* A receiver of 20 Mpps */
Test(model, drain_period_and_duty_after_a_stall)
{
	struct ovr_model_load load = { PPS_10G, 20e6, 100e3, INFINITY };

	cr_assert_float_eq(ovr_model_drain_ns(&load), 290.7e3, 50);
	cr_assert_float_eq(ovr_model_period_min_ns(&load), 390.7e3, 50);
	cr_assert_float_eq(ovr_model_duty_max(PPS_10G, 20e6), 0.256, 0.0005);
}

Test(model, a_stall_that_comes_before_the_drain_is_over_is_an_overload_with_any_ring)
{
	struct ovr_model_load load = { PPS_10G, 20e6, 100e3, 390.8e3 };

	cr_assert_eq(ovr_model_lost_per_period(&load, 1489), 0);
	load.period_ns = 300e3;
	/* in 300 µs come 4464.3, and 200 µs are time for 4000 */
	cr_assert_float_eq(ovr_model_lost_per_period(&load, 1489), 464.3, 0.05);
	cr_assert_float_eq(ovr_model_lost_per_period(&load, 1000000), 464.3, 0.05);
	cr_assert_float_eq(ovr_model_mean_service_pps(&load), 20e6 * 2 / 3, 1);
	cr_assert_float_eq(ovr_model_loss_ratio(&load, 4096),
		ovr_model_overload(PPS_10G, ovr_model_mean_service_pps(&load)), 1e-9);
}

Test(model, an_overload_of_5_percent_loses_4_762_percent_with_every_ring)
{
	struct ovr_model_load load = { 1.05e6, 1e6, 0, 10e6 };

	cr_assert_float_eq(ovr_model_overload(1.05e6, 1e6), 0.04762, 0.000005);
	cr_assert_float_eq(ovr_model_loss_ratio(&load, 64), 0.04762, 0.000005);
	cr_assert_float_eq(ovr_model_loss_ratio(&load, 65536), 0.04762, 0.000005);
}

Test(model, a_larger_ring_only_puts_the_loss_of_an_overload_off)
{
	cr_assert_float_eq(ovr_model_overload_after_ns(1000, 1.05e6, 1e6), 20e6, 1);
	cr_assert(isinf(ovr_model_overload_after_ns(1000, 1e6, 1e6)));
	cr_assert_eq(ovr_model_overload(1e6, 1e6), 0);
}

Test(model, in_an_overload_no_drain_ends)
{
	struct ovr_model_load load = { 1.05e6, 1e6, 100e3, 10e6 };

	cr_assert(isinf(ovr_model_drain_ns(&load)));
	cr_assert(isinf(ovr_model_period_min_ns(&load)));
	cr_assert_eq(ovr_model_duty_max(1.05e6, 1e6), 0);
}

Test(model, a_receiver_as_fast_as_the_arrivals_gets_nothing_back)
{
	struct ovr_model_load load = { 1e6, 1e6, 100e3, 10e6 };

	cr_assert_float_eq(ovr_model_lost_per_period(&load, 4096), 100, 1e-9);
}

/* 100 µs at 10G into a receiver of 12 Mpps */
Test(model, a_burst_of_100_us_needs_289_slots_and_24_us_to_drain)
{
	cr_assert_geq(ovr_model_overload_after_ns(289, PPS_10G, 12e6), 100e3);
	cr_assert_lt(ovr_model_overload_after_ns(288, PPS_10G, 12e6), 100e3);
	cr_assert_float_eq(ovr_model_burst_drain_ns(PPS_10G, 12e6, 100e3), 24.0e3, 50);
	cr_assert_float_eq(ovr_model_burst_duty_max(PPS_10G, 12e6), 0.8064, 0.00005);
}

Test(model, a_burst_slower_than_the_receiver_needs_no_slot)
{
	cr_assert(isinf(ovr_model_overload_after_ns(0, 10e6, 12e6)));
	cr_assert_eq(ovr_model_burst_drain_ns(10e6, 12e6, 100e3), 0);
	cr_assert(isinf(ovr_model_burst_frames(1023, 10e6, 12e6)));
}

/* A store of 4,095 and a server of 12 Mpps */
Test(model, the_longest_burst_of_a_store)
{
	cr_assert_float_eq(ovr_model_burst_frames(4095, PPS_10G, 12e6), 21151.9, 0.1);
	cr_assert_float_eq(ovr_model_burst_frames(511, PPS_10G, 12e6), 2639.5, 0.1);
}

/* 100 ns for a poll and 50 ns for a frame; polls of 4 serve 4 frames in 300 ns */
Test(model, polls_of_4_lose_a_tenth_of_10g)
{
	cr_assert_float_eq(ovr_model_overload(PPS_10G, 4 / 300e-9), 0.104, 0.0005);
}

Test(model, four_queues_with_an_imbalance_of_1_25_at_100g_need_931_slots_for_20_us)
{
	double queue_pps = ovr_model_queue_pps(PPS_100G, 4, 1.25);

	cr_assert_float_eq(queue_pps, 46.50e6, 0.005e6);
	cr_assert_eq(ovr_model_slots(queue_pps, 20e3), 931);
}

Test(model, queues_that_a_slow_receiver_needs)
{
	cr_assert_eq(ovr_model_queues_for(PPS_100G, 20e6, 1), 8);
	cr_assert_eq(ovr_model_queues_for(PPS_100G, 20e6, 1.25), 10);
	cr_assert_eq(ovr_model_queues_for(1e6, 20e6, 1), 1);
	cr_assert_eq(ovr_model_queues_for(20e6, 20e6, 2), 2);
	cr_assert_eq(ovr_model_queues_for(1e6, 0, 1), 0);
}

Test(model, a_whole_number_of_frames_needs_no_slot_more)
{
	cr_assert_eq(ovr_model_slots(1e6, 300e3), 300);
	cr_assert_eq(ovr_model_slots(3e6, 1e3 / 3), 1);
	cr_assert_eq(ovr_model_slots(1e6, 0), 0);
	cr_assert_eq(ovr_model_slots(1e6, 300.001e3), 301);
}

Test(model, powers_of_two_around_a_size)
{
	cr_assert_eq(ovr_model_power_of_two(0), 1);
	cr_assert_eq(ovr_model_power_of_two(1024), 1024);
	cr_assert_eq(ovr_model_power_of_two(1025), 2048);
	cr_assert_eq(ovr_model_power_below(1024), 512);
	cr_assert_eq(ovr_model_power_below(1025), 1024);
	cr_assert_eq(ovr_model_power_below(1), 0);
}

Test(model, counts_end_at_2_to_the_63)
{
	/* 1.19 Gpps for two million hours */
	cr_assert_eq(ovr_model_slots(8e11 / 8 / 84, 2e6 * 3600e9), UINT64_C(8571428562857143296));
	cr_assert_eq(ovr_model_slots(8e11 / 8 / 84, 2e7 * 3600e9), UINT64_C(1) << 63);
	cr_assert_eq(ovr_model_slots(INFINITY, 1), UINT64_C(1) << 63);
	cr_assert_eq(ovr_model_power_of_two(UINT64_C(1) << 63), UINT64_C(1) << 63);
	cr_assert_eq(ovr_model_power_of_two((UINT64_C(1) << 63) + 1), UINT64_MAX);
	cr_assert_eq(ovr_model_power_below(UINT64_C(1) << 63), UINT64_C(1) << 62);
	cr_assert_eq(ovr_model_power_below(UINT64_MAX), UINT64_C(1) << 63);
}

Test(model, a_ring_of_one_descriptor_has_no_usable_slot)
{
	cr_assert_eq(ovr_model_usable(1, 0), 0);
	cr_assert_eq(ovr_model_usable(32, 32), 0);
	cr_assert_eq(ovr_model_usable(0, 0), 0);
}

/* Section 4.5 */
Test(model, sixteen_rings_of_1024_are_more_than_a_cache_of_22_mib)
{
	cr_assert_float_eq(ovr_model_memory_bytes(1024, 16, 1500) / 1048576.0, 23.4, 0.05);
	cr_assert_float_eq(ovr_model_memory_bytes(128, 16, 1500) / 1048576.0, 2.93, 0.005);
}

Test(model, two_ways_of_eleven_of_a_cache_of_22_mib_are_4_mib_and_hold_rings_of_174)
{
	cr_assert_eq(ovr_model_ddio_bytes(22 * 1048576, 2, 11), 4 * 1048576);
	cr_assert_eq(ovr_model_ddio_bytes(39000000, 2, 12), 6500000);
	cr_assert_eq(ovr_model_descriptors_in(4 * 1048576, 16, 1500), 174);
}
