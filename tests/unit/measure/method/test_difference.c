/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/difference.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/rng.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

/* Losses that come one by one. */
static struct ovr_method_counts
alone(double events, double of)
{
	return (struct ovr_method_counts){ .events = events, .of = of, .squares = events, .n_trials = 1 };
}

static void
assert_near(double found, double expected)
{
	cr_assert(fabs(found - expected) <= 1e-4 * fabs(expected), "found %.8g, expected %.8g", found,
		expected);
}

Test(difference, beta_and_student_are_those_of_tables)
{
	assert_near(ovr_method_beta(2, 2, 0.5), 0.5);
	/* eight heads or more of ten */
	assert_near(ovr_method_beta(8, 3, 0.5), 56.0 / 1024);
	cr_assert_eq(ovr_method_beta(3, 4, 0), 0);
	cr_assert_eq(ovr_method_beta(3, 4, 1), 1);
	assert_near(ovr_method_student(12.7062, 1), 0.05);
	assert_near(ovr_method_student(2.22814, 10), 0.05);
	assert_near(ovr_method_student(2.87844, 18), 0.01);
	cr_assert_eq(ovr_method_student(0, 5), 1);
	cr_assert_eq(ovr_method_student(INFINITY, 5), 0);
}

Test(difference, amounts_differ_by_welch_on_their_logarithms)
{
	static const double one[] = { 10.0, 10.1, 9.9, 10.05 }, other[] = { 10.4, 10.6, 10.5 };
	struct ovr_method_difference found = ovr_method_difference_of_amounts(
		one, N(one), other, N(other), 0, 0.95);

	assert_near(found.ratio, 1.0486861);
	assert_near(found.p, 0.0021265037);
	assert_near(found.low, 1.0288657);
	assert_near(found.high, 1.0688883);
}

Test(difference, what_cannot_be_resolved_is_taken_from_a_difference)
{
	static const double one[] = { 10.0, 10.1, 9.9, 10.05 }, other[] = { 10.4, 10.6, 10.5 };
	struct ovr_method_difference found = ovr_method_difference_of_amounts(
		one, N(one), other, N(other), 0.03, 0.95);

	assert_near(found.p, 0.05918492);
	assert_near(found.low, 1.0288657 / 1.03);
	assert_near(found.high, 1.0688883 * 1.03);
	found = ovr_method_difference_of_amounts(one, N(one), other, N(other), 0.06, 0.95);
	cr_assert_eq(found.p, 1);
}

/* Percentiles of one bucket are equal; those of the next differ by no more than a bucket. */
Test(difference, equal_values_in_neighbouring_buckets_are_no_difference)
{
	static const double one[] = { 64, 64, 64 }, other[] = { 66, 66, 66 };

	cr_assert_eq(ovr_method_difference_of_amounts(one, 3, other, 3, 1.0 / 32, 0.95).p, 1);
	cr_assert_eq(ovr_method_difference_of_amounts(one, 3, other, 3, 0, 0.95).p, 0);
	cr_assert_eq(ovr_method_difference_of_amounts(one, 3, one, 3, 0, 0.95).p, 1);
}

Test(difference, one_amount_in_a_group_shows_nothing)
{
	static const double one[] = { 1, 1.01, 0.99 }, other[] = { 2 }, none[] = { 0, 1 };
	struct ovr_method_difference found = ovr_method_difference_of_amounts(one, 3, other, 1, 0, 0.95);

	cr_assert(isnan(found.p) && isnan(found.ratio));
	cr_assert(found.low == 0 && isinf(found.high));
	cr_assert(isnan(ovr_method_difference_of_amounts(one, 3, none, 2, 0, 0.95).p));
}

/* The example of R's poisson.test, and its interval: 11 of 800 against 21 of 3011. */
Test(difference, counts_differ_by_the_exact_test_of_two_poisson_counts)
{
	struct ovr_method_counts one = alone(21, 3011), other = alone(11, 800);
	struct ovr_method_difference found = ovr_method_difference_of_counts(&one, &other, 0.95);

	assert_near(found.ratio, 1.971488);
	assert_near(found.low, 0.8584264);
	assert_near(found.high, 4.277266);
}

Test(difference, none_against_some_is_a_matter_of_how_many_clusters)
{
	struct ovr_method_counts none = alone(0, 1e6), some = alone(10, 1e6);
	struct ovr_method_difference found = ovr_method_difference_of_counts(&none, &some, 0.95);

	/* ten of ten in the one half of two */
	assert_near(found.p, 2.0 / 1024);
	cr_assert(isinf(found.ratio) && isinf(found.high) && found.low > 1);
	/* the same frames in one cluster */
	some.squares = 100;
	found = ovr_method_difference_of_counts(&none, &some, 0.95);
	assert_near(found.p, 1);
	cr_assert(found.low < 1);
	found = ovr_method_difference_of_counts(&some, &none, 0.95);
	assert_near(found.p, 1);
	cr_assert_eq(found.ratio, 0);
	cr_assert_eq(found.low, 0);
}

Test(difference, no_loss_at_all_is_not_tested)
{
	struct ovr_method_counts none = alone(0, 1e6), nothing = alone(0, 0), some = alone(3, 1e6);

	cr_assert(isnan(ovr_method_difference_of_counts(&none, &none, 0.95).p));
	cr_assert(isnan(ovr_method_difference_of_counts(&some, &nothing, 0.95).p));
}

Test(difference, trials_that_differ_among_themselves_make_a_difference_smaller)
{
	struct ovr_method_counts one = alone(100, 1e6), other = alone(160, 1e6);
	double p = ovr_method_difference_of_counts(&one, &other, 0.95).p;

	cr_assert_lt(p, 0.001);
	one.n_trials = other.n_trials = 5;
	one.chi_square = other.chi_square = 40; /* ten times that of Poisson: (40 + 40) / 8 */
	cr_assert_gt(ovr_method_difference_of_counts(&one, &other, 0.95).p, 0.2);
	/* with two trials each nobody knows */
	one.n_trials = other.n_trials = 2;
	assert_near(ovr_method_difference_of_counts(&one, &other, 0.95).p, p);
}

Test(difference, interval_and_chance_agree)
{
	struct ovr_method_counts one = alone(40, 1e6), other = alone(70, 1.2e6);

	one.n_trials = other.n_trials = 4;
	for (int i = 0; i < 2; i++) {
		struct ovr_method_difference found = ovr_method_difference_of_counts(&one, &other, 0.95);
		struct ovr_method_difference edge = ovr_method_difference_of_counts(
			&one, &other, 1 - found.p);

		/* at the level of its own chance the interval ends at 1 */
		assert_near(edge.low, 1);
		one.chi_square = other.chi_square = 9;
	}
}

Test(difference, holm_multiplies_from_the_smallest_up)
{
	double p[] = { 0.01, 0.04, NAN, 0.03, 0.005, 0.9 };

	ovr_method_holm(p, N(p));
	assert_near(p[4], 0.025);
	assert_near(p[0], 0.04);
	assert_near(p[3], 0.09);
	assert_near(p[1], 0.09); /* 0.08 alone: never below a smaller one's */
	assert_near(p[5], 0.9);
	cr_assert(isnan(p[2]));
}

static double
normal(struct ovr_rng *rng)
{
	return sqrt(2 * ovr_rng_exponential(rng)) * cos(2 * M_PI * ovr_rng_unit(rng));
}

/* Where nothing differs, p is below a level no more often than the level says. */
Test(difference, chances_are_as_small_as_they_say)
{
	struct ovr_rng rng;
	unsigned int n_amounts = 0, n_counts = 0, n = 4000;

	ovr_rng_seed(&rng, 1, 0);
	for (unsigned int i = 0; i < n; i++) {
		double one[4], other[6];
		struct ovr_method_counts counts[2] = { 0 };

		for (unsigned int j = 0; j < 4; j++)
			one[j] = exp(0.01 * normal(&rng));
		for (unsigned int j = 0; j < 6; j++)
			other[j] = exp(0.03 * normal(&rng));
		n_amounts += ovr_method_difference_of_amounts(one, 4, other, 6, 0, 0.95).p < 0.05;
		/* clusters of 1 to 1000 frames, 8 on average in a trial */
		for (unsigned int g = 0; g < 2; g++) {
			double when = ovr_rng_exponential(&rng);

			counts[g].of = 1e6;
			counts[g].n_trials = 1;
			for (; when < 8; when += ovr_rng_exponential(&rng)) {
				double frames = (double)(1 + ovr_rng_below(&rng, 1000));

				counts[g].events += frames;
				counts[g].squares += frames * frames;
			}
		}
		n_counts += ovr_method_difference_of_counts(&counts[0], &counts[1], 0.95).p < 0.05;
	}
	cr_assert(n_amounts > n / 40 && n_amounts < n * 6 / 100, "%u of %u", n_amounts, n);
	cr_assert(n_counts < n * 6 / 100, "%u of %u", n_counts, n);
}
