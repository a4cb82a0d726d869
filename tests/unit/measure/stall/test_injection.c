/* SPDX-License-Identifier: BSD-3-Clause */
#include "stall/injection.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

static struct ovr_stall_plan
parsed(const char *text)
{
	struct ovr_stall_plan plan = { .length_ns = 7, .period_ns = 7, .jitter_ppb = 7 };

	cr_assert_eq(ovr_stall_plan_parse("--stall", text, &plan, NULL), 0, "%s", text);
	return plan;
}

static void
check_print(const char *text, const char *canonical)
{
	struct ovr_stall_plan plan = parsed(text);
	char buf[128];

	cr_assert_str_eq(ovr_stall_plan_print(buf, sizeof(buf), &plan), canonical);
}

Test(injection, a_plan_has_length_period_and_jitter)
{
	struct ovr_stall_plan plan = parsed("200us/10ms,jitter=10%");

	cr_assert_eq(plan.length_ns, 200000);
	cr_assert_eq(plan.period_ns, 10000000);
	cr_assert_eq(plan.jitter_ppb, 100000000);
}

Test(injection, none_is_never)
{
	struct ovr_stall_plan plan = parsed("none");
	struct ovr_stall_injection injection;

	cr_assert_eq(plan.length_ns, 0);
	cr_assert_eq(plan.period_ns, 0);
	cr_assert_eq(plan.jitter_ppb, 0);
	ovr_stall_injection_init(&injection, &plan, 1, 0);
	cr_assert_eq(injection.next_ns, UINT64_MAX);
}

Test(injection, a_plan_is_printed_as_it_is_parsed)
{
	check_print("none", "none");
	check_print("200us/10ms", "200us/10ms");
	check_print("0.2ms/0.01s,jitter=10%", "200us/10ms,jitter=10%");
	check_print("1ns/1h,jitter=0%", "1ns/1h");
}

Test(injection, what_is_no_plan_is_refused)
{
	static const char *const bad[] = { "", "/", "200us", "200us/", "/10ms", "200us/10", "200us/10ms,",
		"200us/10ms,10%", "200us/10ms,jitter=", "200us/10ms,jitter=101%",
		"200us/10ms,jitter=1%,jitter=1%", "200us/10ms/1s", "200us,jitter=1%", "0/10ms", "10ms/10ms",
		"11ms/10ms", "0/0",
		"1111111111111111111111111111111111111111111111111111111111111111111111111111111111us/10ms" };
	struct ovr_stall_plan plan = { .length_ns = 7, .period_ns = 7, .jitter_ppb = 7 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ovr_err err = { "" };

		cr_assert_eq(ovr_stall_plan_parse("--stall", bad[i], &plan, &err), -EINVAL, "%s", bad[i]);
		cr_assert_eq(strncmp(err.text, "--stall: ", 9), 0, "%s", err.text);
		cr_assert_not_null(strstr(err.text, "found \""), "%s", err.text);
		cr_assert_not_null(strstr(err.text, "accepted: "), "%s", err.text);
	}
	cr_assert(plan.length_ns == 7 && plan.period_ns == 7 && plan.jitter_ppb == 7);
}

Test(injection, jitter_that_lets_two_stalls_meet_is_refused)
{
	struct ovr_stall_plan plan;

	/* The first ends by 12 ms + 6 ms, the second starts from 20 ms - 2 ms. */
	cr_assert_eq(ovr_stall_plan_parse("--stall", "6ms/10ms,jitter=20%", &plan, NULL), -EINVAL);
	cr_assert_eq(ovr_stall_plan_parse("--stall", "5999us/10ms,jitter=20%", &plan, NULL), 0);
	cr_assert_eq(ovr_stall_plan_parse("--stall", "1ns/9223372036854775807ns,jitter=50%", &plan, NULL),
		-EINVAL);
}

Test(injection, the_nth_stall_starts_at_n_periods_and_lasts_from_now)
{
	struct ovr_stall_plan plan = parsed("200us/10ms");
	struct ovr_stall_injection injection;

	ovr_stall_injection_init(&injection, &plan, 1, 0);
	cr_assert_eq(injection.n, 0);
	cr_assert_eq(injection.next_ns, 10000000);
	cr_assert_eq(ovr_stall_injection_begin(&injection, 10000300), 10200300);
	cr_assert_eq(injection.n, 1);
	cr_assert_eq(injection.next_ns, 20000000);
	cr_assert_eq(ovr_stall_injection_begin(&injection, 20000001), 20200001);
	cr_assert_eq(injection.next_ns, 30000000);
}

Test(injection, jitter_moves_starts_to_both_sides_and_never_further)
{
	struct ovr_stall_plan plan = parsed("100ns/1us,jitter=10%");
	struct ovr_stall_injection injection;
	uint64_t earliest = 1000, latest = 0;

	ovr_stall_injection_init(&injection, &plan, 1, 0);
	for (uint64_t n = 1; n <= 20000; n++) {
		uint64_t moved = injection.next_ns + 500 - n * 1000;

		if (moved < earliest)
			earliest = moved;
		if (moved > latest)
			latest = moved;
		ovr_stall_injection_begin(&injection, injection.next_ns);
	}
	cr_assert_eq(earliest, 400);
	cr_assert_eq(latest, 600);
}

Test(injection, the_same_seed_and_sequence_give_the_same_starts_and_others_do_not)
{
	struct ovr_stall_plan plan = parsed("10us/1ms,jitter=20%");
	struct ovr_stall_injection one, same, other;

	ovr_stall_injection_init(&one, &plan, 5, 2);
	ovr_stall_injection_init(&same, &plan, 5, 2);
	ovr_stall_injection_init(&other, &plan, 5, 3);
	cr_assert_eq(one.next_ns, same.next_ns);
	cr_assert_neq(one.next_ns, other.next_ns);
}

Test(injection, a_period_near_the_end_of_time_does_not_wrap)
{
	struct ovr_stall_plan plan = parsed("1ns/9223372036854775807ns");
	struct ovr_stall_injection injection;

	ovr_stall_injection_init(&injection, &plan, 1, 0);
	ovr_stall_injection_begin(&injection, 0);
	cr_assert_eq(injection.next_ns, 18446744073709551614u);
	ovr_stall_injection_begin(&injection, 0);
	cr_assert_eq(injection.next_ns, UINT64_MAX);
}

Test(injection, starts_that_a_held_up_core_missed_are_passed_over)
{
	struct ovr_stall_plan plan = { .length_ns = 200, .period_ns = 1000 };
	struct ovr_stall_injection injection;

	ovr_stall_injection_init(&injection, &plan, 1, 0);
	cr_assert_eq(injection.next_ns, 1000);
	cr_assert_eq(ovr_stall_injection_begin(&injection, 5900), 6100);
	cr_assert_eq(injection.next_ns, 7000);
}

/*
 * As --stall 1ns/2ns asks for: stepping from start to start would take longer than the time that
 * passes meanwhile.
 */
Test(injection, starts_that_were_missed_are_skipped_in_one_step, .timeout = 60)
{
	struct ovr_stall_plan plan = parsed("1ns/2ns");
	struct ovr_stall_plan jittered = parsed("1ns/10ns,jitter=20%");
	struct ovr_stall_injection injection;

	ovr_stall_injection_init(&injection, &plan, 1, 0);
	cr_assert_eq(ovr_stall_injection_begin(&injection, 1000000000000000001u), 1000000000000000002u);
	cr_assert_eq(injection.next_ns, 1000000000000000002u);
	ovr_stall_injection_init(&injection, &jittered, 1, 0);
	ovr_stall_injection_begin(&injection, 1000000000000000000u);
	cr_assert_geq(injection.next_ns, 1000000000000000001u);
	cr_assert_leq(injection.next_ns, 1000000000000000012u);
}

Test(injection, an_unread_ring_is_left_alone_from_the_start_until_all_is_sent)
{
	struct ovr_stall_plan plan = parsed("unread");
	struct ovr_stall_injection injection;

	cr_assert(plan.unread);
	cr_assert_eq(plan.length_ns, 0);
	check_print("unread", "unread");
	ovr_stall_injection_init(&injection, &plan, 1, 0);
	cr_assert_eq(injection.next_ns, 0);
	cr_assert_eq(ovr_stall_injection_begin(&injection, 17), UINT64_MAX);
	cr_assert_eq(injection.next_ns, UINT64_MAX, "it does not come again");
	cr_assert_eq(injection.n, 1);
}
