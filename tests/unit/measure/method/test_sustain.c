/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/sustain.h"

#include <criterion/criterion.h>

/* A million slots, all kept, all arrived. */
static struct ovr_method_sustain_figures
clean(void)
{
	return (struct ovr_method_sustain_figures){ .scheduled = 1000000, .sent = 1000000 };
}

Test(sustain, a_trial_without_any_fault_is_sustained)
{
	struct ovr_method_sustain_figures f = clean();

	cr_assert_eq(ovr_method_sustain_judge(&f), OVR_METHOD_SUSTAIN_YES);
	cr_assert_not(ovr_method_sustain_deserves_retry(&f));
}

Test(sustain, what_is_missed_or_lost_in_stalls_does_not_count)
{
	struct ovr_method_sustain_figures f = clean();

	f.shortfall = f.shortfall_in_stalls = 150000;
	f.lost = f.lost_in_stalls = 50000;
	f.stalled_ppm = 150000;
	cr_assert_eq(ovr_method_sustain_judge(&f), OVR_METHOD_SUSTAIN_YES);
}

Test(sustain, half_a_percent_of_the_schedule_may_be_missed_outside_stalls)
{
	struct ovr_method_sustain_figures f = clean();

	f.shortfall = 7000;
	f.shortfall_in_stalls = 2000;
	cr_assert_eq(ovr_method_sustain_missed(&f), 5000);
	cr_assert_eq(ovr_method_sustain_judge(&f), OVR_METHOD_SUSTAIN_YES);
	f.shortfall = 7001;
	cr_assert_eq(ovr_method_sustain_judge(&f), OVR_METHOD_SUSTAIN_MISSED);
}

Test(sustain, a_refused_frame_is_a_missed_slot)
{
	struct ovr_method_sustain_figures f = clean();

	f.shortfall = 2000;
	f.refused = 3001;
	cr_assert_eq(ovr_method_sustain_missed(&f), 5001);
	cr_assert_eq(ovr_method_sustain_judge(&f), OVR_METHOD_SUSTAIN_REFUSED);
}

Test(sustain, one_frame_in_ten_thousand_may_be_lost_outside_stalls)
{
	struct ovr_method_sustain_figures f = clean();

	f.lost = 1100;
	f.lost_in_stalls = 1000;
	cr_assert_eq(ovr_method_sustain_lost(&f), 100);
	cr_assert_eq(ovr_method_sustain_judge(&f), OVR_METHOD_SUSTAIN_YES);
	f.lost = 1101;
	cr_assert_eq(ovr_method_sustain_judge(&f), OVR_METHOD_SUSTAIN_LOST);
}

Test(sustain, a_core_stalled_for_more_than_a_fifth_of_the_time_shows_nothing)
{
	struct ovr_method_sustain_figures f = clean();

	f.stalled_ppm = 200000;
	cr_assert_eq(ovr_method_sustain_judge(&f), OVR_METHOD_SUSTAIN_YES);
	f.stalled_ppm = 200001;
	cr_assert_eq(ovr_method_sustain_judge(&f), OVR_METHOD_SUSTAIN_STALLED);
}

Test(sustain, a_trial_that_sent_nothing_sustains_nothing)
{
	struct ovr_method_sustain_figures f = { 0 };

	cr_assert_eq(ovr_method_sustain_judge(&f), OVR_METHOD_SUSTAIN_STALLED);
}

Test(sustain, a_missed_rate_is_tried_again_when_a_core_was_stalled_for_more_than_a_hundredth)
{
	struct ovr_method_sustain_figures f = clean();

	f.lost = 200;
	f.stalled_ppm = 10000;
	cr_assert_not(ovr_method_sustain_deserves_retry(&f));
	f.stalled_ppm = 10001;
	cr_assert(ovr_method_sustain_deserves_retry(&f));
	f.lost = 0;
	cr_assert_not(ovr_method_sustain_deserves_retry(&f));
}

/* A tester that sustains up to so much, and no more. */
static unsigned int
search_up_to(struct ovr_method_sustain_search *search, double capacity_pps)
{
	unsigned int n = 0;

	while (search->next_pps != 0) {
		cr_assert_lt(n++, 17);
		ovr_method_sustain_take(search, search->next_pps <= capacity_pps);
	}
	return n;
}

Test(sustain, a_search_bisects_between_what_was_sustained_and_what_was_missed)
{
	struct ovr_method_sustain_search search;
	static const double expected[] = { 40e6, 30e6, 35e6, 32.5e6, 33.75e6, 34.375e6, 33.75e6 };

	ovr_method_sustain_begin(&search, 40e6, 100e6);
	for (unsigned int i = 0; i < 7; i++) {
		cr_assert_eq(search.next_pps, expected[i], "trial %u at %g", i, search.next_pps);
		cr_assert_eq(search.confirms, i == 6);
		ovr_method_sustain_take(&search, search.next_pps <= 34e6);
	}
	cr_assert_eq(search.next_pps, 0);
	cr_assert_eq(search.answer_pps, 33.75e6);
	cr_assert_eq(search.missed_pps, 34.375e6);
	cr_assert_eq(search.n_rates, 6);
	cr_assert_eq(search.n_confirms, 1);
	cr_assert_not(ovr_method_sustain_is_at_limit(&search));
}

Test(sustain, a_guess_that_is_sustained_is_raised_by_a_quarter_up_to_the_limit)
{
	struct ovr_method_sustain_search search;

	ovr_method_sustain_begin(&search, 10e6, 14e6);
	ovr_method_sustain_take(&search, true);
	cr_assert_eq(search.next_pps, 12.5e6);
	ovr_method_sustain_take(&search, true);
	cr_assert_eq(search.next_pps, 14e6);
	ovr_method_sustain_take(&search, true);
	cr_assert(search.confirms);
	cr_assert_eq(search.next_pps, 14e6);
	ovr_method_sustain_take(&search, true);
	cr_assert_eq(search.answer_pps, 14e6);
	cr_assert_eq(search.missed_pps, 0);
	cr_assert(ovr_method_sustain_is_at_limit(&search));
}

Test(sustain, a_guess_beyond_the_limit_begins_at_the_limit)
{
	struct ovr_method_sustain_search search;

	ovr_method_sustain_begin(&search, 40e6, 14e6);
	cr_assert_eq(search.next_pps, 14e6);
	cr_assert_eq(search_up_to(&search, 20e6), 2);
	cr_assert_eq(search.answer_pps, 14e6);
}

Test(sustain, an_answer_that_is_not_confirmed_gives_way_to_one_lower_by_the_width)
{
	struct ovr_method_sustain_search search;

	ovr_method_sustain_begin(&search, 10e6, 10e6);
	ovr_method_sustain_take(&search, true);
	cr_assert(search.confirms);
	ovr_method_sustain_take(&search, false);
	cr_assert_float_eq(search.next_pps, 9.7e6, 1);
	cr_assert_eq(search.missed_pps, 10e6);
	ovr_method_sustain_take(&search, true);
	cr_assert_eq(search.next_pps, 0);
	cr_assert_float_eq(search.answer_pps, 9.7e6, 1);
	cr_assert_eq(search.n_confirms, 2);
	cr_assert_not(ovr_method_sustain_is_at_limit(&search));
}

Test(sustain, each_failed_confirmation_lowers_the_rate_by_more_and_the_fifth_ends_without_an_answer)
{
	struct ovr_method_sustain_search search;
	static const double expected[] = { 10e6, 9.7e6, 8.73e6, 6.5475e6, 3.27375e6 };

	ovr_method_sustain_begin(&search, 10e6, 10e6);
	ovr_method_sustain_take(&search, true);
	for (unsigned int i = 0; i < 5; i++) {
		cr_assert_float_eq(
			search.next_pps, expected[i], 1, "confirmation %u at %g", i, search.next_pps);
		ovr_method_sustain_take(&search, false);
	}
	cr_assert_eq(search.next_pps, 0);
	cr_assert_eq(search.answer_pps, 0);
	cr_assert_eq(ovr_method_sustain_width(&search), 0);
}

Test(sustain, the_width_is_that_between_the_answer_and_what_was_missed)
{
	struct ovr_method_sustain_search search;

	ovr_method_sustain_begin(&search, 10e6, 10e6);
	ovr_method_sustain_take(&search, true);
	ovr_method_sustain_take(&search, false);
	ovr_method_sustain_take(&search, false);
	ovr_method_sustain_take(&search, true);
	cr_assert_float_eq(search.answer_pps, 8.73e6, 1);
	cr_assert_float_eq(search.missed_pps, 9.7e6, 1);
	cr_assert_float_eq(ovr_method_sustain_width(&search), 0.1, 1e-9);
}

Test(sustain, a_tester_that_sustains_nothing_ends_after_twelve_rates_without_an_answer)
{
	struct ovr_method_sustain_search search;

	ovr_method_sustain_begin(&search, 10e6, 10e6);
	cr_assert_eq(search_up_to(&search, 0), 12);
	cr_assert_eq(search.answer_pps, 0);
	cr_assert_eq(search.sustained_pps, 0);
	/* 10 Mpps · 0.75² · 0.5^9 */
	cr_assert_float_eq(search.missed_pps, 10986.3, 0.1);
}

Test(sustain, a_search_that_is_over_takes_nothing_more)
{
	struct ovr_method_sustain_search search;

	ovr_method_sustain_begin(&search, 10e6, 10e6);
	search_up_to(&search, 20e6);
	ovr_method_sustain_take(&search, false);
	cr_assert_eq(search.answer_pps, 10e6);
}

Test(sustain, any_capacity_is_found_to_three_percent_within_thirteen_trials)
{
	for (double capacity = 0.5e6; capacity < 45e6; capacity += 0.7e6) {
		struct ovr_method_sustain_search search;

		ovr_method_sustain_begin(&search, 10e6, 40e6);
		search_up_to(&search, capacity);
		cr_assert_leq(search.answer_pps, capacity);
		if (capacity >= 40e6)
			cr_assert_eq(search.answer_pps, 40e6);
		else
			cr_assert_geq(
				search.answer_pps, capacity * 0.96, "%g of %g", search.answer_pps, capacity);
	}
}
