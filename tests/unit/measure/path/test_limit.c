/* SPDX-License-Identifier: BSD-3-Clause */
#include "path/limit.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/rng.h"

#define MS UINT64_C(1000000)

/* A bucket of 6 tokens, one more each second, under probes 10 ms apart. */
Test(limit, six_at_once_then_one_a_second_is_a_limit)
{
	struct ovr_path_rhythm rhythm = { 0 };
	struct ovr_path_limit limit;

	for (uint64_t i = 0; i < 600; i++)
		ovr_path_rhythm_add(&rhythm, i * 10 * MS, i < 6 || i % 100 == 0);
	limit = ovr_path_rhythm_limit(&rhythm);
	cr_assert(limit.is_found);
	cr_assert_eq(limit.burst, 6);
	cr_assert_eq(limit.interval_ns, 1000 * MS);
	cr_assert_float_eq(ovr_path_rhythm_rate(&rhythm), 100, 1e-9);
}

/* The probe that finds the token comes up to a probe later. */
Test(limit, probes_need_not_be_regular)
{
	struct ovr_path_rhythm rhythm = { 0 };
	uint64_t token_ns = 0;
	struct ovr_rng rng;

	ovr_rng_seed(&rng, 1, 0);
	for (uint64_t i = 0; i < 600; i++) {
		uint64_t sent_ns = i * 10 * MS + ovr_rng_below(&rng, 9 * MS);
		bool is_answered = sent_ns >= token_ns;

		/* what is left of a token stays in the bucket */
		if (is_answered)
			token_ns += 1000 * MS;
		ovr_path_rhythm_add(&rhythm, sent_ns, is_answered);
	}
	cr_assert(ovr_path_rhythm_limit(&rhythm).is_found);
}

/* The first probe was lost, and waited for. */
Test(limit, a_pause_of_the_sender_is_no_matter)
{
	struct ovr_path_rhythm rhythm = { 0 };
	struct ovr_path_limit limit;

	ovr_path_rhythm_add(&rhythm, 0, true);
	for (uint64_t i = 0; i < 600; i++)
		ovr_path_rhythm_add(&rhythm, (200 + i) * 10 * MS, i < 5 || i % 100 == 0);
	limit = ovr_path_rhythm_limit(&rhythm);
	cr_assert(limit.is_found);
	cr_assert_eq(limit.burst, 6);
	cr_assert_eq(limit.interval_ns, 1000 * MS);
}

/* The bucket of 6 that fills while the sender is held up, for 2.3 s in every 6 s. */
Test(limit, answers_that_were_saved_up_meanwhile_are_of_the_rhythm)
{
	struct ovr_path_rhythm rhythm = { 0 };
	uint64_t last_ns = 0, together = 0, together_max = 0;
	struct ovr_path_limit limit;
	double tokens = 6;

	for (uint64_t i = 0; i < 1200; i++) {
		uint64_t sent_ns = i * 50 * MS + i / 74 * 2300 * MS;
		bool is_answered;

		tokens = fmin(6, tokens + (double)(sent_ns - last_ns) / 1e9);
		is_answered = tokens >= 1;
		tokens -= is_answered;
		together = is_answered ? together + 1 : 0;
		if (i > 74 && together > together_max)
			together_max = together;
		ovr_path_rhythm_add(&rhythm, sent_ns, is_answered);
		last_ns = sent_ns;
	}
	cr_assert_geq(together_max, 2);
	limit = ovr_path_rhythm_limit(&rhythm);
	cr_assert(limit.is_found);
	cr_assert_float_eq((double)limit.interval_ns, 1e9, 3e7);
}

/* As many as a limit leaves, two in a row, and nobody was held up. */
Test(limit, answers_in_a_row_without_a_pause_are_none)
{
	struct ovr_path_rhythm rhythm = { 0 };

	for (uint64_t i = 0; i < 600; i++)
		ovr_path_rhythm_add(&rhythm, i * 10 * MS, i % 20 < 2);
	cr_assert_not(ovr_path_rhythm_limit(&rhythm).is_found);
}

/* Nine of ten lost at random: as many answers as a limit leaves, without its rhythm. */
Test(limit, random_loss_is_none)
{
	for (uint64_t seed = 0; seed < 100; seed++) {
		struct ovr_path_rhythm rhythm = { 0 };
		struct ovr_rng rng;

		ovr_rng_seed(&rng, seed, 0);
		for (uint64_t i = 0; i < 600; i++)
			ovr_path_rhythm_add(&rhythm, i * 10 * MS, ovr_rng_below(&rng, 10) == 0);
		cr_assert_not(ovr_path_rhythm_limit(&rhythm).is_found, "seed %d", (int)seed);
	}
}

Test(limit, every_tenth_one_missing_is_none)
{
	struct ovr_path_rhythm rhythm = { 0 };

	for (uint64_t i = 0; i < 600; i++)
		ovr_path_rhythm_add(&rhythm, i * 10 * MS, i % 10 != 0);
	cr_assert_not(ovr_path_rhythm_limit(&rhythm).is_found);
}

Test(limit, every_other_one_missing_may_be_loss)
{
	struct ovr_path_rhythm rhythm = { 0 };

	for (uint64_t i = 0; i < 600; i++)
		ovr_path_rhythm_add(&rhythm, i * 10 * MS, i % 2 == 0);
	cr_assert_not(ovr_path_rhythm_limit(&rhythm).is_found);
}

Test(limit, three_answers_are_too_few)
{
	struct ovr_path_rhythm rhythm = { 0 };

	for (uint64_t i = 0; i < 320; i++)
		ovr_path_rhythm_add(&rhythm, i * 10 * MS, i < 6 || i % 100 == 0);
	cr_assert_not(ovr_path_rhythm_limit(&rhythm).is_found);
}
