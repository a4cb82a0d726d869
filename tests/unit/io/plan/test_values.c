/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/values.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

static struct ovr_plan plan;

static void
set(const char *key, const char *text)
{
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), 0, "%s", err.text);
}

/* The value is read, and printed as @p canonical. */
static void
check(const char *key, const char *text, const char *canonical)
{
	const struct ovr_plan_row *row = ovr_plan_row_of(key);
	char value[OVR_PLAN_VALUE_BYTES];

	set(key, text);
	cr_assert_str_eq(row->print(row, &plan, value, sizeof(value)), canonical, "%s: %s", key, value);
}

static void
refuse(const char *key, const char *text, int code, const char *sentence)
{
	struct ovr_plan before = plan;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), code, "%s: %s", key, text);
	cr_assert_str_eq(err.text, sentence);
	cr_assert_eq(memcmp(&plan, &before, sizeof(plan)), 0, "the plan was touched");
}

Test(values, numbers_of_every_width_keep_their_bounds)
{
	ovr_plan_default(&plan);
	check("rxd", "65536", "65536");
	cr_assert_eq(plan.ports.rxd, 65536);
	check("rxd", "1", "1");
	refuse("rxd", "0", -ERANGE, "rxd: found \"0\", accepted: 1 to 65536");
	refuse("rxd", "65537", -ERANGE, "rxd: found \"65537\", accepted: 1 to 65536");
	check("txd", "1k", "1000");
	check("rxq", "256", "256");
	cr_assert_eq(plan.ports.rxq, 256);
	refuse("txq", "257", -ERANGE, "txq: found \"257\", accepted: 1 to 256");
	check("burst", "512", "512");
	refuse("burst", "513", -ERANGE, "burst: found \"513\", accepted: 1 to 512");
	check("seed", "9223372032559808512", "9223372032559808512");
	cr_assert_eq(plan.trial.seed, UINT64_C(9223372032559808512));
	check("delta", "1", "1");
	check("capture-frames", "1048576", "1048576");
	check("series-rows", "131072", "131072");
}

Test(values, auto_leaves_a_number_open)
{
	ovr_plan_default(&plan);
	check("streams", "65536", "65536");
	cr_assert_eq(plan.frames.streams, 65536);
	check("streams", "auto", "auto");
	cr_assert_eq(plan.frames.streams, 0);
	refuse("streams", "0", -ERANGE, "streams: found \"0\", accepted: 1 to 65536");
	check("mbufs", "4096", "4096");
	cr_assert_eq(plan.ports.mbufs, 4096);
}

Test(values, none_is_no_limit)
{
	ovr_plan_default(&plan);
	check("count", "1m", "1000000");
	cr_assert_eq(plan.load.count, 1000000);
	check("count", "none", "none");
	cr_assert_eq(plan.load.count, 0);
	check("count", "281474976710655", "281474976710655");
	refuse("count", "281474976710656", -ERANGE,
		"count: found \"281474976710656\", accepted: 1 to 281474976710655");
}

Test(values, a_window_is_a_power_of_two)
{
	ovr_plan_default(&plan);
	check("window", "64", "64");
	check("window", "67108864", "67108864");
	cr_assert_eq(plan.receiver.window, 67108864);
	refuse("window", "1000", -EINVAL,
		"window: found \"1000\", accepted: a power of two from 64 to 67108864, or auto");
	refuse("window", "32", -ERANGE, "window: found \"32\", accepted: 64 to 67108864");
}

Test(values, times_keep_their_bounds)
{
	ovr_plan_default(&plan);
	check("interval", "10ms", "10ms");
	cr_assert_eq(plan.trial.interval_ns, 10000000);
	refuse("interval", "9ms", -ERANGE, "interval: found \"9ms\", accepted: 10ms to 1h");
	check("drain", "0", "0");
	cr_assert_eq(plan.trial.drain_ns, 0);
	check("warmup", "1.5s", "1500ms");
	check("settle", "1h", "1h");
	check("stall-min", "1us", "1us");
	check("stall-min", "auto", "auto");
	cr_assert_eq(plan.trial.stall_min_ns, 0);
	refuse("stall-min", "0", -ERANGE, "stall-min: found \"0\", accepted: 1ns to 1h");
	check("tmax", "500ms", "500ms");
}

Test(values, a_time_to_send_is_open_unlimited_or_a_time)
{
	ovr_plan_default(&plan);
	cr_assert_eq(plan.load.time_ns, OVR_PLAN_TIME_AUTO);
	check("time", "60s", "1m");
	cr_assert_eq(plan.load.time_ns, 60000000000);
	check("time", "none", "none");
	cr_assert_eq(plan.load.time_ns, 0);
	check("time", "auto", "auto");
	cr_assert_eq(plan.load.time_ns, UINT64_MAX);
	check("time", "72h", "72h");
	refuse("time", "0", -ERANGE, "time: found \"0\", accepted: 1ns to 72h");
	refuse("time", "73h", -ERANGE, "time: found \"73h\", accepted: 1ns to 72h");
}

Test(values, a_service_is_none_or_frames_per_second)
{
	ovr_plan_default(&plan);
	check("service", "5mpps", "5mpps");
	cr_assert_eq(plan.receiver.service.value, 5000000000);
	refuse("service", "10gbps", -EINVAL,
		"service: found \"10gbps\", accepted: none, or frames per second up to 10gpps, as in 5mpps");
	check("service", "none", "none");
	cr_assert_eq(plan.receiver.service.value, 0);
	cr_assert_eq(plan.receiver.service.unit, OVR_RATE_PPS);
	check("rate", "9.5gbps-l2", "9.5gbps-l2");
	cr_assert_eq(plan.load.rate.unit, OVR_RATE_L2_BPS);
}

Test(values, shares_and_speeds_are_kept)
{
	ovr_plan_default(&plan);
	check("max-loss", "0.10%", "0.1%");
	cr_assert_eq(plan.trial.max_loss_ppb, 1000000);
	check("rate-tolerance", "100%", "100%");
	cr_assert_eq(plan.trial.tolerance_ppb, 1000000000);
	check("line", "25g", "25G");
	cr_assert_eq(plan.ports.line_bps, 25000000000);
	check("line", "auto", "auto");
	cr_assert_eq(plan.ports.line_bps, 0);
}

Test(values, a_choice_is_one_of_its_words)
{
	ovr_plan_default(&plan);
	check("path", "dut", "dut");
	cr_assert_eq(plan.ports.path, OVR_PATH_DUT);
	check("path", "direct", "direct");
	cr_assert_eq(plan.ports.path, OVR_PATH_DIRECT);
	check("on-full", "wait", "wait");
	cr_assert_eq(plan.load.on_full, OVR_ON_FULL_WAIT);
	check("numa", "strict", "strict");
	cr_assert_eq(plan.host.numa, OVR_NUMA_STRICT);
	refuse("path", "direct|dut", -EINVAL, "path: found \"direct|dut\", accepted: direct|dut");
	refuse("path", "du", -EINVAL, "path: found \"du\", accepted: direct|dut");
	refuse("path", "dutt", -EINVAL, "path: found \"dutt\", accepted: direct|dut");
}

Test(values, a_switch_is_true_or_false)
{
	ovr_plan_default(&plan);
	check("quiet", "true", "true");
	cr_assert(plan.output.quiet);
	check("quiet", "Off", "false");
	cr_assert_not(plan.output.quiet);
	check("catch-up", "YES", "true");
	refuse("catch-up", "1", -EINVAL, "catch-up: found \"1\", accepted: true or false");
}

Test(values, a_file_is_a_printable_name_or_none)
{
	char path[257];

	ovr_plan_default(&plan);
	memset(path, 'x', sizeof(path));
	path[255] = '\0';
	check("json", path, path);
	path[255] = 'x';
	path[256] = '\0';
	refuse("json", path, -ERANGE, "json: found a name of 256 bytes, accepted: at most 255");
	check("json", "a b.json", "a b.json");
	cr_assert_str_eq(plan.output.json, "a b.json");
	cr_assert_eq(plan.output.json[254], '\0', "the rest of the longer name is still there");
	check("json", "none", "none");
	cr_assert_str_eq(plan.output.json, "");
	refuse("csv", "a\nb", -EINVAL,
		"csv: found \"a?b\", accepted: none, or a file name in printable UTF-8");
}

Test(values, a_trial_id_is_a_number_of_32_bits_and_not_zero)
{
	static const char *const bad[] = { "0x0", "0x", "0", "4294967296", "0x123456789", "0x12g", "x1",
		"0x-1", "0x 1", "-0x1" };

	ovr_plan_default(&plan);
	check("trial-id", "0xBeef", "0x0000beef");
	cr_assert_eq(plan.trial.id, 0xbeef);
	check("trial-id", "305419896", "0x12345678");
	check("trial-id", "0xffffffff", "0xffffffff");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(ovr_plan_set(&plan, "trial-id", bad[i], NULL), -EINVAL, "%s", bad[i]);
	cr_assert_eq(plan.trial.id, 0xffffffff);
	check("trial-id", "auto", "auto");
	cr_assert_eq(plan.trial.id, 0);
}
