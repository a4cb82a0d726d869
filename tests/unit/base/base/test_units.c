/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/units.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static char buf[OVR_UNITS_TEXT_BYTES];

static uint64_t
u64(const char *text)
{
	uint64_t value = 0;

	cr_assert_eq(ovr_units_parse_u64("--rxd", text, 0, UINT64_MAX, &value, NULL), 0, "%s", text);
	return value;
}

static uint64_t
duration(const char *text)
{
	uint64_t ns = 77;

	cr_assert_eq(ovr_units_parse_duration_ns("--time", text, &ns, NULL), 0, "%s", text);
	return ns;
}

static struct ovr_rate
rate(const char *text)
{
	struct ovr_rate rate = { 0, 0 };

	cr_assert_eq(ovr_units_parse_rate("--rate", text, &rate, NULL), 0, "%s", text);
	return rate;
}

static uint32_t
share(const char *text)
{
	uint32_t ppb = 77;

	cr_assert_eq(ovr_units_parse_share_ppb("--max-loss", text, &ppb, NULL), 0, "%s", text);
	return ppb;
}

static void
check_rate(const char *text, enum ovr_rate_unit unit, uint64_t value, const char *canonical)
{
	struct ovr_rate found = rate(text);
	struct ovr_rate again;

	cr_assert_eq(found.unit, unit, "%s: unit %d", text, found.unit);
	cr_assert_eq(found.value, value, "%s: %lu", text, found.value);
	cr_assert_str_eq(ovr_units_print_rate(buf, sizeof(buf), &found), canonical);
	again = rate(canonical);
	cr_assert(again.unit == unit && again.value == value, "%s does not read back", canonical);
}

static int
refused_rate(const char *text)
{
	struct ovr_rate found = { OVR_RATE_LINE, 7 };
	struct ovr_err err = { "" };
	int rc = ovr_units_parse_rate("--rate", text, &found, &err);

	cr_assert_neq(rc, 0, "%s was accepted", text);
	cr_assert(found.unit == OVR_RATE_LINE && found.value == 7, "the result was touched");
	cr_assert_eq(strncmp(err.text, "--rate: found \"", 15), 0, "%s", err.text);
	return rc;
}

Test(units, a_whole_number_is_read_with_its_suffix)
{
	cr_assert_eq(u64("0"), 0);
	cr_assert_eq(u64("1024"), 1024);
	cr_assert_eq(u64("64k"), 64000);
	cr_assert_eq(u64("1.5M"), 1500000);
	cr_assert_eq(u64("2G"), 2000000000);
	cr_assert_eq(u64("0001"), 1);
	cr_assert_eq(u64("18446744073709551615"), UINT64_MAX);
}

Test(units, a_number_out_of_range_is_refused_and_the_range_said)
{
	uint64_t value = 7;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_units_parse_u64("--rxd", "70000", 1, 65536, &value, &err), -ERANGE);
	cr_assert_str_eq(err.text, "--rxd: found \"70000\", accepted: 1 to 65536");
	cr_assert_eq(ovr_units_parse_u64("--rxd", "0", 1, 65536, &value, &err), -ERANGE);
	cr_assert_eq(ovr_units_parse_u64("--rxd", "65537", 1, 65536, &value, &err), -ERANGE);
	cr_assert_eq(ovr_units_parse_u64("n", "18446744073709551616", 0, UINT64_MAX, &value, &err), -ERANGE);
	cr_assert_eq(
		ovr_units_parse_u64("n", "100000000000000000000000000000000", 0, 9, &value, &err), -ERANGE);
	cr_assert_eq(value, 7);
	cr_assert_eq(ovr_units_parse_u64("--rxd", "65536", 1, 65536, &value, &err), 0);
	cr_assert_eq(value, 65536);
}

Test(units, what_is_no_whole_number_is_refused)
{
	static const char *const bad[] = { "", " ", "-1", "+1", "1 ", " 1", "1.5", "0x10", "1kk", "k", "1.",
		".5", "1e3", "1,000", "1.0.0k", "nan", "\xff" };
	uint64_t value = 7;
	struct ovr_err err;

	for (size_t i = 0; i < LENGTH(bad); i++) {
		cr_assert_eq(ovr_units_parse_u64("--rxd", bad[i], 0, UINT64_MAX, &value, &err), -EINVAL, "%s",
			bad[i]);
		cr_assert_eq(value, 7);
	}
	cr_assert_str_eq(
		err.text, "--rxd: found \"?\", accepted: a whole number from 0 to 18446744073709551615");
}

Test(units, a_duration_is_exact_to_the_nanosecond)
{
	cr_assert_eq(duration("0"), 0);
	cr_assert_eq(duration("500ns"), 500);
	cr_assert_eq(duration("200us"), 200000);
	cr_assert_eq(duration("67.2us"), 67200);
	cr_assert_eq(duration("5\u00b5s"), 5000);
	cr_assert_eq(duration("10MS"), 10000000);
	cr_assert_eq(duration("1.5s"), 1500000000);
	cr_assert_eq(duration("0.000000001s"), 1);
	cr_assert_eq(duration("1.000000000000s"), 1000000000);
	cr_assert_eq(duration("3m"), 180000000000);
	cr_assert_eq(duration("1h"), 3600000000000);
	cr_assert_eq(duration("9223372036854775807ns"), INT64_MAX);
}

Test(units, a_duration_without_unit_or_finer_than_a_nanosecond_is_refused)
{
	static const char *const bad[] = { "", "5", "s", "00", "-1s", "5 s", "1.5ns", "5sec", "1s1s",
		"0.0000000001s", "1d", "5\xc2", "1e3s" };
	uint64_t ns = 7;

	for (size_t i = 0; i < LENGTH(bad); i++)
		cr_assert_eq(ovr_units_parse_duration_ns("--time", bad[i], &ns, NULL), -EINVAL, "%s", bad[i]);
	cr_assert_eq(ovr_units_parse_duration_ns("--time", "9223372036854775808ns", &ns, NULL), -ERANGE);
	cr_assert_eq(ovr_units_parse_duration_ns("--time", "2562048h", &ns, NULL), -ERANGE);
	cr_assert_eq(
		ovr_units_parse_duration_ns("--time", "99999999999999999999999999s", &ns, NULL), -ERANGE);
	cr_assert_eq(ns, 7);
}

Test(units, a_duration_is_printed_in_its_shortest_exact_form)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} cases[] = { { 0, "0" }, { 1, "1ns" }, { 200000, "200us" }, { 1500000000, "1500ms" },
		{ 5000000000, "5s" }, { 90000000000, "90s" }, { 180000000000, "3m" }, { 7200000000000, "2h" },
		{ 1000000001, "1000000001ns" }, { INT64_MAX, "9223372036854775807ns" } };

	for (size_t i = 0; i < LENGTH(cases); i++) {
		cr_assert_str_eq(ovr_units_print_duration_ns(buf, sizeof(buf), cases[i].ns), cases[i].text);
		cr_assert_eq(duration(buf), cases[i].ns);
	}
}

Test(units, a_rate_keeps_its_layer_and_every_digit)
{
	check_rate("14.88mpps", OVR_RATE_PPS, 14880000000, "14.88mpps");
	check_rate("14.880952380Mpps", OVR_RATE_PPS, 14880952380, "14.88095238mpps");
	check_rate("0.5pps", OVR_RATE_PPS, 500, "0.5pps");
	check_rate("0.001pps", OVR_RATE_PPS, 1, "0.001pps");
	check_rate("999pps", OVR_RATE_PPS, 999000, "999pps");
	check_rate("1000PPS", OVR_RATE_PPS, 1000000, "1kpps");
	check_rate("10gpps", OVR_RATE_PPS, 10000000000000, "10gpps");
	check_rate("10gbps", OVR_RATE_L1_BPS, 10000000000, "10gbps");
	check_rate("10gbps-l1", OVR_RATE_L1_BPS, 10000000000, "10gbps");
	check_rate("1tbps", OVR_RATE_L1_BPS, 1000000000000, "1000gbps");
	check_rate("1234567890bps", OVR_RATE_L1_BPS, 1234567890, "1.23456789gbps");
	check_rate("9gbps-L2", OVR_RATE_L2_BPS, 9000000000, "9gbps-l2");
	check_rate("12345kbps-l2", OVR_RATE_L2_BPS, 12345000, "12.345mbps-l2");
	check_rate("95%", OVR_RATE_LINE, 950000, "95%");
	check_rate("99.98%", OVR_RATE_LINE, 999800, "99.98%");
	check_rate("0.0001%", OVR_RATE_LINE, 1, "0.0001%");
	check_rate("1000%", OVR_RATE_LINE, 10000000, "1000%");
}

Test(units, a_rate_of_nothing_or_beyond_the_limits_is_refused)
{
	static const char *const out[] = { "0pps", "0%", "0.0gbps", "10.000000000001gpps",
		"1.000000000001tbps", "1000.0001%", "99999999999999999999gbps", "11gpps" };

	for (size_t i = 0; i < LENGTH(out); i++)
		cr_assert_eq(refused_rate(out[i]), -ERANGE, "%s", out[i]);
}

Test(units, what_is_no_rate_is_refused)
{
	static const char *const bad[] = { "", "fast", "10", "10g", "10 gbps", "-5%", "5%%", "1gbps-l3",
		"1tpps", "0.0001pps", "0.5bps", "0.00001%", "pps", "%", "1..5pps", "95%\n" };

	for (size_t i = 0; i < LENGTH(bad); i++)
		cr_assert_eq(refused_rate(bad[i]), -EINVAL, "%s", bad[i]);
}

Test(units, a_share_is_exact_to_a_thousand_millionth)
{
	cr_assert_eq(share("0"), 0);
	cr_assert_eq(share("0%"), 0);
	cr_assert_eq(share("0.5%"), 5000000);
	cr_assert_eq(share("0.1%"), 1000000);
	cr_assert_eq(share("0.0000001%"), 1);
	cr_assert_eq(share("100%"), 1000000000);
	cr_assert_str_eq(ovr_units_print_share_ppb(buf, sizeof(buf), 5000000), "0.5%");
	cr_assert_str_eq(ovr_units_print_share_ppb(buf, sizeof(buf), 0), "0%");
	cr_assert_str_eq(ovr_units_print_share_ppb(buf, sizeof(buf), 1), "0.0000001%");
	cr_assert_str_eq(ovr_units_print_share_ppb(buf, sizeof(buf), 1000000000), "100%");
}

Test(units, every_tenth_power_of_a_share_reads_back)
{
	for (uint32_t ppb = 1; ppb < 1000000000; ppb = ppb * 10 + ppb % 7)
		cr_assert_eq(share(ovr_units_print_share_ppb(buf, sizeof(buf), ppb)), ppb, "%s", buf);
}

Test(units, a_share_beyond_all_or_below_the_grain_is_refused)
{
	uint32_t ppb = 7;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_units_parse_share_ppb("--max-loss", "110%", &ppb, &err), -ERANGE);
	cr_assert_eq(ovr_units_parse_share_ppb("--max-loss", "100.1%", &ppb, &err), -ERANGE);
	cr_assert_str_eq(err.text, "--max-loss: found \"100.1%\", accepted: 0% to 100%");
	cr_assert_eq(ovr_units_parse_share_ppb("--max-loss", "0.00000001%", &ppb, &err), -EINVAL);
	cr_assert_eq(ovr_units_parse_share_ppb("--max-loss", "-1%", &ppb, &err), -EINVAL);
	cr_assert_eq(ovr_units_parse_share_ppb("--max-loss", "", &ppb, &err), -EINVAL);
	cr_assert_eq(ovr_units_parse_share_ppb("--max-loss", "1k", &ppb, &err), -EINVAL);
	cr_assert_eq(ppb, 7);
}

Test(units, factors_read_back)
{
	static const struct {
		const char *text;
		uint64_t ppm;
	} cases[] = { { "1", 1000000 }, { "1.5", 1500000 }, { "1.000001", 1000001 }, { "16", 16000000 } };

	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint64_t ppm = 0;

		cr_assert_eq(
			ovr_units_parse_factor_ppm("margin", cases[i].text, 1000000, 16000000, &ppm, NULL),
			0);
		cr_assert_eq(ppm, cases[i].ppm);
		cr_assert_str_eq(ovr_units_print_factor_ppm(buf, sizeof(buf), ppm), cases[i].text);
	}
}

Test(units, a_factor_out_of_range_or_with_a_unit_is_refused)
{
	struct ovr_err err = { "" };
	uint64_t ppm = 7;

	cr_assert_eq(ovr_units_parse_factor_ppm("margin", "0.9", 1000000, 16000000, &ppm, &err), -ERANGE);
	cr_assert_str_eq(err.text, "margin: found \"0.9\", accepted: a factor from 1 to 16, as in 1.5");
	cr_assert_eq(ovr_units_parse_factor_ppm("margin", "16.1", 1000000, 16000000, &ppm, &err), -ERANGE);
	cr_assert_eq(ovr_units_parse_factor_ppm("margin", "150%", 1000000, 16000000, &ppm, &err), -EINVAL);
	cr_assert_eq(
		ovr_units_parse_factor_ppm("margin", "1.0000001", 1000000, 16000000, &ppm, &err), -EINVAL);
	cr_assert_eq(ovr_units_parse_factor_ppm("margin", "", 1000000, 16000000, &ppm, &err), -EINVAL);
	cr_assert_eq(ppm, 7);
}

Test(units, every_line_speed_reads_back)
{
	static const struct {
		const char *text;
		uint64_t bps;
	} cases[] = { { "10M", 10000000 }, { "100M", 100000000 }, { "1G", 1000000000 },
		{ "2.5G", 2500000000 }, { "5G", 5000000000 }, { "10G", 10000000000 }, { "25G", 25000000000 },
		{ "40G", 40000000000 }, { "50G", 50000000000 }, { "100G", 100000000000 },
		{ "200G", 200000000000 }, { "400G", 400000000000 }, { "800G", 800000000000 } };

	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint64_t bps = 0;

		cr_assert_eq(ovr_units_parse_line_bps("--line", cases[i].text, &bps, NULL), 0, "%s",
			cases[i].text);
		cr_assert_eq(bps, cases[i].bps);
		cr_assert_str_eq(ovr_units_print_line_bps(buf, sizeof(buf), bps), cases[i].text);
	}
}

Test(units, other_line_speeds_are_refused)
{
	static const char *const bad[] = { "", "3g", "10", "1000", "10gbps", "2.50001g", "g", "0g", "10 g" };
	uint64_t bps = 7;

	for (size_t i = 0; i < LENGTH(bad); i++)
		cr_assert_eq(ovr_units_parse_line_bps("--line", bad[i], &bps, NULL), -EINVAL, "%s", bad[i]);
	cr_assert_eq(bps, 7);
	cr_assert_eq(ovr_units_parse_line_bps("--line", "1000m", &bps, NULL), 0);
	cr_assert_eq(bps, 1000000000);
}

Test(units, counts_have_a_separator_every_three_digits)
{
	cr_assert_str_eq(ovr_units_print_count(buf, sizeof(buf), 0), "0");
	cr_assert_str_eq(ovr_units_print_count(buf, sizeof(buf), 999), "999");
	cr_assert_str_eq(ovr_units_print_count(buf, sizeof(buf), 1000), "1,000");
	cr_assert_str_eq(ovr_units_print_count(buf, sizeof(buf), 74404761), "74,404,761");
	cr_assert_str_eq(ovr_units_print_count(buf, sizeof(buf), UINT64_MAX), "18,446,744,073,709,551,615");
}

Test(units, signed_counts_keep_their_sign_to_the_last_number)
{
	cr_assert_str_eq(ovr_units_print_signed(buf, sizeof(buf), -1024), "-1,024");
	cr_assert_str_eq(ovr_units_print_signed(buf, sizeof(buf), 1024), "1,024");
	cr_assert_str_eq(ovr_units_print_signed(buf, sizeof(buf), 0), "0");
	cr_assert_str_eq(ovr_units_print_signed(buf, sizeof(buf), INT64_MIN), "-9,223,372,036,854,775,808");
}

Test(units, si_prefixes_leave_three_or_four_digits)
{
	static const struct {
		double value;
		const char *unit;
		const char *text;
	} cases[] = { { 14880952, "pps", "14.88 Mpps" }, { 14880952, "", "14.88 M" }, { 999, "", "999" },
		{ 1500, "", "1.50 k" }, { 1e10, "", "10.00 G" }, { 0, "pps", "0 pps" },
		{ 0.5, "pps", "0.500 pps" }, { 2.5, "pps", "2.50 pps" }, { 999960, "bps", "1.00 Mbps" },
		{ 123456, "bps", "123.5 kbps" }, { 1000, "", "1.00 k" }, { -1500, "", "-1.50 k" },
		{ 99996, "", "100.0 k" }, { 1e21, "", "1000.0 E" } };

	for (size_t i = 0; i < LENGTH(cases); i++)
		cr_assert_str_eq(
			ovr_units_print_si(buf, sizeof(buf), cases[i].value, cases[i].unit), cases[i].text);
}

Test(units, si_of_what_is_no_number_ends)
{
	cr_assert_str_eq(ovr_units_print_si(buf, 4, NAN, ""), "nan");
	ovr_units_print_si(buf, sizeof(buf), INFINITY, "pps");
	cr_assert_eq(strncmp(buf, "inf", 3), 0, "%s", buf);
}

Test(units, times_for_people_have_three_or_four_digits)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} cases[] = { { 0, "0 ns" }, { 120, "120 ns" }, { 999, "999 ns" }, { 1000, "1.00 \u00b5s" },
		{ 68700, "68.7 \u00b5s" }, { 9995, "10.0 \u00b5s" }, { 9994, "9.99 \u00b5s" },
		{ 99950, "100 \u00b5s" }, { 999499, "999 \u00b5s" }, { 999500, "1.00 ms" },
		{ 2840000, "2.84 ms" }, { 5000000000, "5.00 s" }, { 999499999999, "999 s" },
		{ 1200000000000, "20.0 min" }, { 5999000000000, "100.0 min" }, { 6000000000000, "1.67 h" },
		{ 86400000000000, "24.0 h" }, { 259200000000000, "72.0 h" } };

	for (size_t i = 0; i < LENGTH(cases); i++)
		cr_assert_str_eq(ovr_units_print_time(buf, sizeof(buf), cases[i].ns), cases[i].text);
}

/* 0.001 may be meant as a ratio or as percent, 5 as seconds or as milliseconds: nobody guesses. */
Test(units, a_number_without_a_unit_is_refused_for_every_quantity_that_has_units)
{
	struct ovr_err err;
	struct ovr_rate rate;
	uint64_t value;
	uint32_t ppb;

	cr_expect_eq(ovr_units_parse_duration_ns("time", "5", &value, &err), -EINVAL);
	cr_expect_str_eq(err.text,
		"time: found \"5\" without a unit, accepted: it with ns, us, ms, s, m or h, as in 5s");
	cr_expect_eq(ovr_units_parse_share_ppb("max-loss", "0.001", &ppb, &err), -EINVAL);
	cr_expect_str_eq(err.text,
		"max-loss: found \"0.001\" without a unit, accepted: a share in percent, as in 0.001%");
	cr_expect_eq(ovr_units_parse_share_ppb("max-loss", "1", &ppb, &err), -EINVAL);
	cr_expect_eq(ovr_units_parse_rate("rate", "5", &rate, &err), -EINVAL);
	cr_expect_str_eq(err.text,
		"rate: found \"5\" without a unit, accepted: it with pps, kpps, mpps, gpps (frames), bps, "
		"kbps, "
		"mbps, gbps (with preamble and gap; -l2 after it: without) or % (of the line), as in "
		"14.88mpps or 95%");
	/* not a tenth of what was meant */
	cr_expect_eq(ovr_units_parse_rate("rate", "10MBps", &rate, &err), -EINVAL);
	cr_expect_str_eq(err.text,
		"rate: found \"10MBps\", where B means bytes; accepted: bits, as in 8mbps for 1 MB/s");
	cr_expect_eq(ovr_units_parse_rate("rate", "1GBps-l2", &rate, &err), -EINVAL);
	cr_expect_eq(ovr_units_parse_rate("rate", "10MBPS", &rate, &err), 0);
	cr_expect_eq(ovr_units_parse_line_bps("line", "10", &value, &err), -EINVAL);
	/* nothing of anything is nothing */
	cr_expect_eq(ovr_units_parse_duration_ns("time", "0", &value, &err), 0);
	cr_expect_eq(ovr_units_parse_share_ppb("max-loss", "0", &ppb, &err), 0);
}
