/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/rng.h"

#include <criterion/criterion.h>

Test(rng, state_1_2_3_4_gives_the_published_sequence)
{
	struct ovr_rng rng = { { 1, 2, 3, 4 } };

	cr_assert_eq(ovr_rng_u64(&rng), 11520);
	cr_assert_eq(ovr_rng_u64(&rng), 0);
	cr_assert_eq(ovr_rng_u64(&rng), 1509978240);
	cr_assert_eq(ovr_rng_u64(&rng), 1215971899390074240);
}

Test(rng, a_seed_and_a_sequence_give_the_same_numbers_on_every_machine)
{
	struct ovr_rng rng;

	ovr_rng_seed(&rng, 1, 0);
	cr_assert_eq(ovr_rng_u64(&rng), 0xef75d62a19ba94ed);
	cr_assert_eq(ovr_rng_u64(&rng), 0x8e9490536375f270);
	ovr_rng_seed(&rng, 1, 1);
	cr_assert_eq(ovr_rng_u64(&rng), 0x309714ec38d33b4c);
	ovr_rng_seed(&rng, 0, 0);
	cr_assert_eq(ovr_rng_u64(&rng), 0xfb5405f7bd79c540);
}

Test(rng, below_takes_the_high_bits)
{
	struct ovr_rng rng;

	ovr_rng_seed(&rng, 1, 0);
	cr_assert_eq(ovr_rng_below(&rng, 256), 0xef);
	cr_assert_eq(ovr_rng_below(&rng, 1), 0);
}

Test(rng, below_ten_gives_every_digit_about_as_often)
{
	struct ovr_rng rng;
	unsigned int n[10] = { 0 };

	ovr_rng_seed(&rng, 7, 3);
	for (int i = 0; i < 100000; i++)
		n[ovr_rng_below(&rng, 10)]++;
	for (int i = 0; i < 10; i++)
		cr_assert(n[i] > 9600 && n[i] < 10400, "digit %d: %u of 100000", i, n[i]);
}

Test(rng, unit_takes_the_high_53_bits_of_a_number_below_one)
{
	struct ovr_rng rng;

	ovr_rng_seed(&rng, 1, 0);
	cr_assert_eq(ovr_rng_unit(&rng), 8425260265453394.0 / 9007199254740992.0);
}

Test(rng, exponential_numbers_have_mean_one_and_variance_one)
{
	struct ovr_rng rng;
	double sum = 0, squares = 0;

	ovr_rng_seed(&rng, 1, 9);
	for (int i = 0; i < 100000; i++) {
		double x = ovr_rng_exponential(&rng);

		cr_assert(x >= 0);
		sum += x;
		squares += x * x;
	}
	cr_assert_float_eq(sum / 100000, 1.0, 0.02);
	cr_assert_float_eq(squares / 100000, 2.0, 0.1);
}
