/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/mix.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct ovr_mix
mix_of(const char *text)
{
	struct ovr_err err = { "" };
	struct ovr_mix mix;

	cr_assert_eq(ovr_mix_parse("--size", text, &mix, &err), 0, "%s", err.text);
	return mix;
}

/* The sizes of the first n frames of a stream. */
static void
expect_sizes(const struct ovr_mix *mix, uint16_t stream, const unsigned int *size, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		cr_expect_eq(mix->size[ovr_mix_index(mix, i, stream)], size[i], "frame %u", i);
}

static void
expect_refused(const char *text, int code)
{
	struct ovr_err err = { "" };
	struct ovr_mix mix = { .length = 77 };

	cr_expect_eq(ovr_mix_parse("--size", text, &mix, &err), code, "'%s' gave another code", text);
	cr_expect_eq(mix.length, 77, "'%s' changed the result", text);
	cr_expect_eq(strncmp(err.text, "--size: ", 8), 0, "'%s' gave the sentence '%s'", text, err.text);
}

Test(mix, one_size_is_a_mix_of_one_place)
{
	struct ovr_mix mix = mix_of("64");

	cr_assert_eq(mix.length, 1);
	cr_assert_eq(mix.step, 1);
	cr_assert_eq(mix.n_sizes, 1);
	cr_assert_eq(mix.size[0], 64);
	cr_assert_str_eq(mix.text, "64");
}

Test(mix, a_list_takes_one_frame_of_each_in_turn)
{
	struct ovr_mix mix = mix_of("64,1518,128,64");

	expect_sizes(&mix, 0, (unsigned int[]){ 64, 1518, 128, 64, 64, 1518, 128, 64 }, 8);
	cr_assert_eq(mix.n_sizes, 3);
	cr_assert_str_eq(mix.text, "64,1518,128,64");
}

Test(mix, weights_are_spread_evenly)
{
	struct ovr_mix mix = mix_of("64:7,594:4,1518");

	expect_sizes(&mix, 0, (unsigned int[]){ 64, 594, 64, 64, 594, 64, 1518, 64, 594, 64, 594, 64 }, 12);
	cr_assert_eq(mix.length, 12);
	cr_assert_str_eq(mix.text, "64:7,594:4,1518:1");
}

Test(mix, smooth_round_robin_of_5_1_1_is_the_published_order)
{
	struct ovr_mix mix = mix_of("64:5,128:1,256:1");

	expect_sizes(&mix, 0, (unsigned int[]){ 64, 64, 128, 64, 256, 64, 64 }, 7);
}

Test(mix, imix_is_seven_four_one_of_64_570_1518)
{
	struct ovr_mix mix = mix_of("imix");
	uint64_t count[3] = { 0 };

	ovr_mix_count(&mix, 0, 0, 12, count);
	cr_assert_str_eq(mix.text, "64:7,570:4,1518:1");
	cr_assert_eq(count[0], 7);
	cr_assert_eq(count[1], 4);
	cr_assert_eq(count[2], 1);
}

Test(mix, a_genome_keeps_its_exact_order)
{
	struct ovr_mix mix = mix_of("abcdefghia");

	expect_sizes(&mix, 0, (unsigned int[]){ 64, 128, 256, 512, 1024, 1280, 1518, 2112, 9000, 64 }, 10);
	cr_assert_eq(mix.n_sizes, 9);
	cr_assert_str_eq(mix.text, "abcdefghia");
}

Test(mix, means_and_rates_are_those_of_the_method_sheet)
{
	static const struct {
		const char *text;
		double mean, pps_10g, pps_100g;
	} row[] = {
		{ "imix", 353.833, 3343736, 33437360 },
		{ "64:28,570:16,1518:4", 353.833, 3343736, 33437360 },
		{ "64:7,594:4,1518:1", 361.833, 3273680, 32736796 },
		{ "64:7,576:4,1518:1", 355.833, 3325942, 33259423 },
		{ "aaafg", 598, 2022653.7, 20226537 },
		{ "aaaaaaaddddg", 334.5, 3526093, 35260930 },
	};

	for (unsigned int i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct ovr_mix mix = mix_of(row[i].text);

		cr_expect(fabs(ovr_mix_mean(&mix) - row[i].mean) < 0.0005, "%s: mean %f", row[i].text,
			ovr_mix_mean(&mix));
		cr_expect(fabs(ovr_mix_line_pps(&mix, 10000000000) - row[i].pps_10g) < 1, "%s at 10G: %f",
			row[i].text, ovr_mix_line_pps(&mix, 10000000000));
		cr_expect(fabs(ovr_mix_line_pps(&mix, 100000000000) - row[i].pps_100g) < 1, "%s at 100G: %f",
			row[i].text, ovr_mix_line_pps(&mix, 100000000000));
	}
}

Test(mix, smallest_and_largest_are_found_wherever_they_stand)
{
	struct ovr_mix mix = mix_of("512,64,9216,128");

	cr_assert_eq(ovr_mix_min(&mix), 64);
	cr_assert_eq(ovr_mix_max(&mix), 9216);
}

Test(mix, a_stream_starts_the_sequence_at_its_own_place)
{
	struct ovr_mix mix = mix_of("64,128,256");

	expect_sizes(&mix, 2, (unsigned int[]){ 256, 64, 128, 256 }, 4);
	expect_sizes(&mix, 65535, (unsigned int[]){ 64, 128, 256, 64 }, 4);
}

Test(mix, with_step_0_a_stream_stays_at_its_place)
{
	struct ovr_mix mix = mix_of("64,128,256");

	mix.step = 0;
	expect_sizes(&mix, 4, (unsigned int[]){ 128, 128, 128, 128 }, 4);
}

Test(mix, counting_a_range_equals_walking_it)
{
	struct ovr_mix mix = mix_of("aabaffc");

	for (uint16_t step = 0; step < 2; step++) {
		mix.step = step;
		for (uint64_t first = 281474976710000; first < 281474976710009; first++) {
			for (uint64_t n = 0; n < 30; n++) {
				uint64_t counted[4] = { 0 }, walked[4] = { 0 };

				ovr_mix_count(&mix, 5, first, n, counted);
				for (uint64_t seq = first; seq < first + n; seq++)
					walked[ovr_mix_index(&mix, seq, 5)]++;
				cr_assert_arr_eq(counted, walked, sizeof(walked));
			}
		}
	}
}

Test(mix, counting_adds_to_what_is_there)
{
	struct ovr_mix mix = mix_of("64,128");
	uint64_t count[2] = { 100, 200 };

	ovr_mix_count(&mix, 0, 1, 4000000000001, count);
	cr_assert_eq(count[0], 100 + 2000000000000);
	cr_assert_eq(count[1], 200 + 2000000000001);
}

Test(mix, canonical_text_is_read_back_as_the_same_mix)
{
	static const char *const text[] = { "64", "64,128,1518", "64:7,594:4,1518", "imix", "aaaafg",
		"0064:1,0128" };

	for (unsigned int i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		struct ovr_mix once = mix_of(text[i]);
		struct ovr_mix twice = mix_of(once.text);

		cr_expect_eq(memcmp(&once, &twice, sizeof(once)), 0, "%s became %s", text[i], once.text);
	}
}

Test(mix, the_longest_list_fits)
{
	char text[1024] = "";
	size_t used = 0;
	struct ovr_mix mix;

	/* 64 sizes with 256 places, as many weights of two digits as possible */
	for (unsigned int i = 0; i < 64; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%u:%u", i == 0 ? "" : ",",
			9000 + i,
			i < 21            ? 10
				: i == 21 ? 4
					  : 1);
	mix = mix_of(text);
	cr_assert_eq(mix.length, 256);
	cr_assert_eq(mix.n_sizes, 64);
	cr_assert_str_eq(mix.text, text);
}

Test(mix, bad_forms_are_refused_with_a_sentence)
{
	static const char *const text[] = { "", ",", "64,", ",64", "64,,128", "64:", "64:0", "64:x", "64:7:4",
		"64 ", " 64", "-64", "64.0", "0x40", "64;128", "aaz", "aA", "imixx", "A", "a1", "64a" };

	for (unsigned int i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		expect_refused(text[i], -EINVAL);
}

Test(mix, sizes_outside_64_to_9216_are_refused)
{
	mix_of("64");
	mix_of("9216");
	expect_refused("63", -ERANGE);
	expect_refused("9217", -ERANGE);
	expect_refused("0", -ERANGE);
	expect_refused("64,128,65600", -ERANGE);
	expect_refused("4294967360", -ERANGE);
	expect_refused("99999999999999999999999999", -ERANGE);
	expect_refused("aaj", -ERANGE);
}

Test(mix, more_than_256_places_or_64_sizes_are_refused)
{
	char text[1024] = "64";
	size_t used = 2;

	cr_assert_eq(mix_of("64:255,128").length, 256);
	expect_refused("64:256,128", -EINVAL);
	expect_refused("64:4294967297", -EINVAL);
	for (unsigned int i = 1; i < 65; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, ",%u", 64 + i);
	expect_refused(text, -EINVAL);
	memset(text, 'a', 257);
	text[257] = '\0';
	expect_refused(text, -EINVAL);
	text[256] = '\0';
	cr_assert_eq(mix_of(text).length, 256);
}
