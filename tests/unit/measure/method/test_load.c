/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/load.h"

#include <criterion/criterion.h>
#include <math.h>

/* The example of RFC 2285 section 3.6 */
static const struct ovr_method_point rfc_2285[] = { { 14880, 7400 }, { 13880, 8472 }, { 12880, 12880 } };

Test(load, rfc_2285_the_forwarding_rate_at_maximum_offered_load_is_7400)
{
	cr_assert_eq(ovr_method_frmol(rfc_2285, 3), 7400);
}

Test(load, rfc_2285_the_maximum_forwarding_rate_is_12880)
{
	cr_assert_eq(ovr_method_mfr(rfc_2285, 3), 12880);
}

Test(load, trials_may_come_in_any_order)
{
	static const struct ovr_method_point point[] = { { 13880, 8472 }, { 12880, 12880 }, { 14880, 7400 } };

	cr_assert_eq(ovr_method_frmol(point, 3), 7400);
	cr_assert_eq(ovr_method_mfr(point, 3), 12880);
}

Test(load, of_several_trials_at_the_maximum_the_worst_counts)
{
	static const struct ovr_method_point point[] = { { 14880, 7500 }, { 14880, 7400 }, { 14880, 7600 } };

	cr_assert_eq(ovr_method_frmol(point, 3), 7400);
	cr_assert_eq(ovr_method_mfr(point, 3), 7600);
}

Test(load, without_a_trial_there_is_no_rate)
{
	cr_assert(isnan(ovr_method_frmol(NULL, 0)));
	cr_assert(isnan(ovr_method_mfr(NULL, 0)));
}
