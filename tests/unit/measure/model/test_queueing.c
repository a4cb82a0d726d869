/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/queueing.h"

#include <criterion/criterion.h>
#include <math.h>

Test(queueing, mm1k_at_nine_tenths_of_what_is_served)
{
	cr_assert_float_eq(ovr_model_mm1k_loss(0.9, 32), 3.543e-3, 0.0005e-3);
	cr_assert_float_eq(ovr_model_mm1k_loss(0.9, 64), 1.180e-4, 0.0005e-4);
}

Test(queueing, mm1k_places_for_a_loss_of_a_millionth)
{
	cr_assert_eq(ovr_model_mm1k_places(0.5, 1e-6), 19);
	cr_assert_eq(ovr_model_mm1k_places(0.8, 1e-6), 55);
	cr_assert_eq(ovr_model_mm1k_places(0.9, 1e-6), 110);
	cr_assert_eq(ovr_model_mm1k_places(0.95, 1e-6), 211);
	cr_assert_eq(ovr_model_mm1k_places(0.99, 1e-6), 917);
}

Test(queueing, mm1k_at_saturation_loses_one_in_k_plus_one)
{
	cr_assert_float_eq(ovr_model_mm1k_loss(1, 1023), 1.0 / 1024, 1e-12);
}

Test(queueing, mm1k_above_saturation_loses_the_excess_however_many_places)
{
	cr_assert_float_eq(ovr_model_mm1k_loss(1.05, 512), 0.04762, 0.00001);
	cr_assert_float_eq(ovr_model_mm1k_loss(1.05, 65536), 0.04762, 0.00001);
	cr_assert_eq(ovr_model_mm1k_places(1.05, 1e-6), 0);
}

Test(queueing, md1k_with_two_places_has_a_closed_form)
{
	cr_assert_float_eq(ovr_model_md1k_loss(0.5, 2), 0.09627, 0.000005);
	cr_assert_float_eq(ovr_model_md1k_loss(0.9, 2), 0.23464, 0.000005);
	cr_assert_float_eq(ovr_model_md1k_loss(0.7, 2), 1 - 1 / (0.7 + exp(-0.7)), 1e-12);
}

Test(queueing, md1k_with_more_places)
{
	cr_assert_float_eq(ovr_model_md1k_loss(0.9, 8), 0.02726, 0.000005);
	cr_assert_float_eq(ovr_model_md1k_loss(0.9, 16), 0.00434, 0.000005);
}

/* Fewest places of sums in 80 digits. */
Test(queueing, md1k_places_for_a_loss_of_a_millionth)
{
	cr_assert_eq(ovr_model_md1k_places(0.5, 1e-6), 12);
	cr_assert_eq(ovr_model_md1k_places(0.8, 1e-6), 29);
	cr_assert_eq(ovr_model_md1k_places(0.9, 1e-6), 57);
	cr_assert_eq(ovr_model_md1k_places(0.95, 1e-6), 108);
	cr_assert_eq(ovr_model_md1k_places(1.05, 1e-6), 0);
}

Test(queueing, md1k_loses_less_than_mm1k)
{
	for (uint32_t k = 2; k <= 64; k *= 2)
		cr_assert_lt(ovr_model_md1k_loss(0.9, k), ovr_model_mm1k_loss(0.9, k), "%u places", k);
}

Test(queueing, md1k_above_saturation_loses_the_excess)
{
	cr_assert_float_eq(ovr_model_md1k_loss(1.05, 512), 0.04762, 0.00001);
}

Test(queueing, md1k_is_not_calculated_without_a_place_or_beyond_its_memory)
{
	cr_assert(isnan(ovr_model_md1k_loss(0.9, 0)));
	cr_assert(isnan(ovr_model_md1k_loss(0.9, 1025)));
}
