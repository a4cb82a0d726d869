/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/plan_ring.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>

#include "plan/command.h"

static struct ovr_plan plan;
static struct ovr_result_plan_ring ring;
static struct ovr_err err;

static void
set(const char *key, const char *text)
{
	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), 0, "%s", err.text);
}

static void
begin(void)
{
	ovr_plan_default_for(OVR_PLAN_MODEL, &plan);
	set("margin", "1");
}

static void
calculate(void)
{
	cr_assert_eq(ovr_result_plan_ring(&plan, &ring, &err), 0, "%s", err.text);
}

static const struct ovr_result_ring_row *
row_of(uint32_t descriptors)
{
	for (uint32_t i = 0; i < ring.n_rows; i++)
		if (ring.row[i].descriptors == descriptors)
			return &ring.row[i];
	cr_assert_fail("no row of %u", descriptors);
	return NULL;
}

Test(plan_ring, a_stall_of_100_us_at_10g_takes_1490_descriptors_so_2048, .init = begin)
{
	set("stall", "100us/10ms");
	calculate();
	cr_assert_eq(ring.advice.slots, 1489);
	cr_assert_eq(ring.advice.least, 1490);
	cr_assert_eq(ring.advice.ring, 2048);
	set("held-back", "31");
	calculate();
	cr_assert_eq(ring.advice.least, 1521);
}

Test(plan_ring, the_table_tells_loss_per_stall_and_in_the_long_run, .init = begin)
{
	set("stall", "100us/10ms");
	calculate();
	cr_assert_float_eq(row_of(512)->lost_per_stall, 977.1, 0.05);
	cr_assert_float_eq(row_of(512)->loss_ratio, 0.006566, 0.0000005);
	cr_assert_float_eq(row_of(1024)->lost_per_stall, 465.1, 0.05);
	cr_assert_eq(row_of(2048)->lost_per_stall, 0);
	cr_assert_eq(row_of(2048)->loss_ratio, 0);
}

Test(plan_ring, the_table_has_the_buffer_time_of_each_size, .init = begin)
{
	set("line", "100G");
	set("size", "1518");
	calculate();
	cr_assert_float_eq(row_of(4096)->buffer_time_ns, 503.8e3, 50);
	cr_assert_eq(row_of(4096)->usable, 4095);
	cr_assert_eq(row_of(4096)->memory_bytes, 8388608);
}

Test(plan_ring, a_receiver_of_20_mpps_needs_390_us_from_stall_to_stall, .init = begin)
{
	set("stall", "100us/10ms");
	set("service", "20mpps");
	calculate();
	cr_assert_float_eq(ring.advice.drain_ns, 290.7e3, 50);
	cr_assert_float_eq(ring.advice.period_min_ns, 390.7e3, 50);
	cr_assert_float_eq(ring.advice.duty_max, 0.256, 0.0005);
}

Test(plan_ring, with_jitter_two_stalls_may_come_before_the_ring_has_drained, .init = begin)
{
	set("stall", "500us/10ms");
	set("service", "16mpps");
	calculate();
	cr_assert_eq(ring.advice.slots, 7442);
	cr_assert_eq(ring.advice.ring, 8192);
	cr_assert_eq(row_of(8192)->loss_ratio, 0);
	/* as close as 1 ms: two times 7,440.5, less 559.5 */
	set("stall", "500us/10ms,jitter=45%");
	calculate();
	cr_assert_eq(ring.advice.slots, 14323);
	cr_assert_eq(ring.advice.ring, 16384);
	cr_assert_eq(row_of(16384)->loss_ratio, 0);
	cr_assert(isnan(row_of(8192)->loss_ratio));
	cr_assert(isnan(row_of(1024)->loss_ratio));
	/* 511 have drained by then */
	cr_assert_float_eq(row_of(512)->loss_ratio, (7440.476 - 511) / 148809.52, 1e-8);
}

Test(plan_ring, an_overload_with_jitter_is_one_of_stalls_at_their_period, .init = begin)
{
	set("stall", "500us/10ms,jitter=5%");
	set("service", "15.5mpps");
	set("rxd", "6000");
	calculate();
	/* 14.725 Mpps on average; the shortest gap drains 5,262 frames, the longest 6,500 */
	cr_assert_eq(ring.advice.kind, OVR_METHOD_ADVICE_OVERLOAD);
	cr_assert_float_eq(row_of(8192)->loss_ratio, 0.01048, 0.000005);
	cr_assert(isnan(row_of(6000)->loss_ratio));
	cr_assert_float_eq(row_of(4096)->loss_ratio, (7440.476 - 4095) / 148809.52, 1e-8);
}

Test(plan_ring, four_queues_at_100g_with_an_imbalance_of_1_25_take_931_slots_for_20_us, .init = begin)
{
	set("line", "100G");
	set("rxq", "4");
	set("imbalance", "1.25");
	set("stall", "20us/1ms");
	calculate();
	cr_assert_float_eq(ring.question.arrival_pps, 46.50e6, 0.005e6);
	cr_assert_eq(ring.advice.slots, 931);
	cr_assert_eq(ring.advice.ring, 1024);
	cr_assert_eq(row_of(1024)->memory_bytes, 8388608);
}

Test(plan_ring, a_margin_of_half_as_much_again_takes_the_next_size, .init = begin)
{
	set("stall", "100us/10ms");
	set("margin", "1.5");
	calculate();
	cr_assert_eq(ring.advice.slots, 2234);
	cr_assert_eq(ring.advice.ring, 4096);
}

Test(plan_ring, a_service_below_the_arrivals_is_an_overload_with_every_ring, .init = begin)
{
	set("rate", "1.05mpps");
	set("service", "1mpps");
	calculate();
	cr_assert_eq(ring.advice.kind, OVR_METHOD_ADVICE_OVERLOAD);
	cr_assert_eq(ring.advice.ring, 0);
	cr_assert_eq(ring.advice.n_queues, 2);
	cr_assert_float_eq(row_of(128)->loss_ratio, 0.04762, 0.000005);
	cr_assert_float_eq(row_of(8192)->loss_ratio, 0.04762, 0.000005);
}

Test(plan_ring, the_service_of_the_receiver_is_shared_by_its_queues, .init = begin)
{
	set("rxq", "4");
	set("rate", "4mpps");
	set("service", "8mpps");
	calculate();
	cr_assert_eq(ring.question.service_pps, 2e6);
	cr_assert_eq(ring.advice.kind, OVR_METHOD_ADVICE_RING);
	set("imbalance", "2");
	calculate();
	cr_assert_eq(ring.advice.kind, OVR_METHOD_ADVICE_OVERLOAD);
	cr_assert_eq(ring.advice.n_queues, 5);
}

Test(plan_ring, the_ring_that_is_named_has_its_row_in_order, .init = begin)
{
	set("rxd", "1000");
	calculate();
	cr_assert_eq(ring.n_rows, 8);
	cr_assert_eq(ring.row[3].descriptors, 1000);
	cr_assert_eq(ring.row[4].descriptors, 1024);
	set("rxd", "1024");
	calculate();
	cr_assert_eq(ring.n_rows, 7);
	set("rxd", "64");
	calculate();
	cr_assert_eq(ring.row[0].descriptors, 64);
	set("rxd", "65535");
	calculate();
	cr_assert_eq(ring.row[7].descriptors, 65535);
}

Test(plan_ring, the_table_reaches_beyond_the_recommendation, .init = begin)
{
	set("stall", "1500us/100ms");
	calculate();
	cr_assert_eq(ring.advice.ring, 32768);
	cr_assert_eq(row_of(65536)->lost_per_stall, 0);
	cr_assert_leq(ring.n_rows, OVR_RESULT_PLAN_RING_ROWS_MAX);
}

Test(plan_ring, a_line_of_800g_is_calculated, .init = begin)
{
	set("line", "800G");
	calculate();
	cr_assert_float_eq(ring.question.total_pps, 1190476190.5, 1);
}

/* 4,000 frames/s in bursts of 2,000, half a second apart, of which 2,500 are served in a second. */
static void
set_bursts(void)
{
	set("rate", "4kpps");
	set("shape", "burst=2000,gap=500ms");
	set("service", "2500pps");
}

Test(plan_ring, bursts_faster_than_the_service_fill_the_ring_without_any_stall, .init = begin)
{
	set_bursts();
	calculate();
	cr_assert_eq(ring.advice.kind, OVR_METHOD_ADVICE_RING);
	cr_assert_eq(ring.advice.burst_slots, 751);
	cr_assert_eq(ring.advice.slots, 751);
	cr_assert_eq(ring.advice.ring, 1024);
	cr_assert_eq(row_of(1024)->loss_ratio, 0);
	/* of 2,000 frames 1,250 are served meanwhile, and 511 wait */
	cr_assert_float_eq(row_of(512)->loss_ratio, (750 - 511) / 2000.0, 1e-9);
	set("stall", "10ms/1s");
	calculate();
	cr_assert_eq(ring.advice.slots, 776);
	cr_assert(isnan(row_of(512)->loss_ratio));
	/* the margin is on what stalls add */
	set("margin", "2");
	calculate();
	cr_assert_eq(ring.advice.slots, 801);
}

Test(plan_ring, bursts_are_no_overload_while_their_mean_is_served, .init = begin)
{
	set_bursts();
	set("shape", "burst=2000,gap=300ms");
	calculate();
	cr_assert_eq(ring.advice.kind, OVR_METHOD_ADVICE_OVERLOAD);
	cr_assert_eq(ring.advice.n_queues, 2);
	set("shape", "smooth");
	calculate();
	cr_assert_eq(ring.advice.kind, OVR_METHOD_ADVICE_OVERLOAD);
}

Test(plan_ring, a_margin_of_1_at_a_boundary_has_a_slot_for_the_frame_in_service, .init = begin)
{
	set("rate", "1mpps");
	set("service", "2mpps");
	set("stall", "1023us/100ms");
	calculate();
	cr_assert_eq(ring.advice.slots, 1024);
	cr_assert_eq(ring.advice.least, 1025);
	cr_assert_eq(ring.advice.ring, 2048);
}

Test(plan_ring, random_arrivals_take_more_than_smooth_ones, .init = begin)
{
	set("rate", "1mpps");
	set("service", "2mpps");
	set("stall", "1ms/100ms");
	set("shape", "poisson");
	calculate();
	/* 1,000 in a stall, give or take 32 */
	cr_assert_gt(ring.advice.slots, 1000 + 4 * 32);
	cr_assert_lt(ring.advice.slots, 1000 + 7 * 32);
	cr_assert(isnan(row_of(8192)->loss_ratio));
}

static void
refused(int status, const char *sentence)
{
	cr_assert_eq(ovr_result_plan_ring(&plan, &ring, &err), status);
	cr_assert_str_eq(err.text, sentence);
}

Test(plan_ring, what_it_cannot_use_is_refused_with_the_reason, .init = begin)
{
	set("count", "5");
	refused(-EINVAL, "count: found 5 for plan-ring, accepted: none, its default, since nothing is sent");
}

Test(plan_ring, an_unread_ring_is_no_stall_to_size_for, .init = begin)
{
	set("stall", "unread");
	refused(-EINVAL,
		"stall: found unread for plan-ring, accepted: none, or a length and a period, as in "
		"200us/10ms");
}

Test(plan_ring, an_imbalance_beyond_the_queues_is_refused, .init = begin)
{
	set("rxq", "2");
	set("imbalance", "2.5");
	refused(-ERANGE, "imbalance: found 2.5 for 2 queues, accepted: 1 to 2, where one queue gets all");
}

Test(plan_ring, more_than_the_line_carries_is_refused, .init = begin)
{
	set("rate", "15mpps");
	refused(-ERANGE,
		"rate: found 15mpps, more than a 10G line carries of frames of 64 bytes, accepted: up to "
		"100%");
}

Test(plan_ring, a_line_must_be_named, .init = begin)
{
	set("line", "auto");
	refused(-EINVAL,
		"line: found auto for plan-ring, accepted: a speed, since there is no port to ask, "
		"as in 100G");
}
