/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/selftest.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "report/selftest_parts.h"
#include "support/selftest_sample.h"

/* clang-format off: a literal per line of the report */
static const char sustained_text[] =
	"selftest   wire:0 → wire:1   64 B   burst 32   rings tx 1024 rx 1024   3 trials of 250 ms   seed 1\n"
	"\n"
	"  send       133.0 Mpps     89.38 Gb/s L1   stamped, and taken by vdev:net_null0\n"
	"  check      116.0 Mpps     77.95 Gb/s L1   taken from vdev:net_ring0, where 12.5 % found no room\n"
	"  sustain    60.00 Mpps     40.32 Gb/s L1   confirmed; at 61.50 Mpps the receiver lost "
	"0.050 %\n"
	"\n"
	"  lines    10G: yes (403 % of line)   25G: yes (161 % of line)   40G: yes (101 % of line)   100G: "
	"no (40.3 % of line)   200G: no (20.2 % of line)   400G: no (10.1 % of line)\n"
	"\n"
	"  core 0   sends 133.0 Mpps (stalled 1.25 %); in 2.00 s 1,200 stalls (600/s, 1.5 %), longest 250 "
	"µs\n"
	"  core 1   checks 116.0 Mpps (stalled 2 %); in 2.00 s 1 stall (0.5/s, 0.05 %), longest 1.00 ms: "
	"60,000 frames at the sustained rate, a ring of 65,536\n"
	"  clock    off by -0.25 ppm at most within a trial\n"
	"\n"
	"  Sustained: outside stalls at most 0.5 % of the slots missed and 0.01 % of the frames lost, no "
	"core "
	"stalled for more than 20 % of the time. 7 rates tried, 1 confirmation, a second attempt where a "
	"core was "
	"stalled for over 1 %.\n"
	"\n"
	"  PASS\n";

static const char none_text[] =
	"selftest   wire:0 → wire:1   64 B   burst 32   rings tx 1024 rx 1024   1 trial of 250 ms   seed 1\n"
	"\n"
	"  send       133.0 Mpps     89.38 Gb/s L1   stamped, and taken by vdev:net_null0\n"
	"  check      116.0 Mpps     77.95 Gb/s L1   at least: no more came from vdev:net_ring0\n"
	"  sustain          none   at 500.0 kpps a core was stalled for 31 % of the time\n"
	"\n"
	"  core 0   sends 133.0 Mpps (stalled 1.25 %); in 2.00 s 1,200 stalls (600/s, 1.5 %), longest 250 "
	"µs\n"
	"  core 1   checks 116.0 Mpps (stalled 2 %); in 2.00 s 1 stall (0.5/s, 0.05 %), longest 1.00 ms\n"
	"  clock    off by -0.25 ppm at most within a trial\n"
	"\n"
	"  Sustained: outside stalls at most 0.5 % of the slots missed and 0.01 % of the frames lost, no "
	"core "
	"stalled for more than 20 % of the time. 12 rates tried, 0 confirmations, a second attempt where a "
	"core was "
	"stalled for over 1 %.\n"
	"\n"
	"  LOSS: no rate is sustained, down to 0.5 mpps\n";

static const char void_text[] =
	"selftest   wire:0 → wire:1   64 B   burst 32   rings tx 1024 rx 1024   1 trial of 250 ms   seed 1\n"
	"\n"
	"  clock    off by 0 ppm at most within a trial\n"
	"\n"
	"  VOID: send: stopped by a signal after 0.100 s\n";

static const char limit_text[] =
	"selftest   wire:0 → wire:1   1518 B   queues tx 1 rx 4   burst 32   rings tx 1024 rx 1024   1 trial "
	"of 250 ms   seed 1\n"
	"\n"
	"  send       133.0 Mpps      1.64 Tb/s L1   stamped, and taken by vdev:net_null0\n"
	"  check      116.0 Mpps      1.43 Tb/s L1   taken from vdev:net_ring0, where 12.5 % found no room\n"
	"  sustain    812.7 kpps     10.00 Gb/s L1   confirmed; at least: no higher rate was to be "
	"tried\n"
	"\n"
	"  lines    10G: yes (100 % of line)   25G: no (40 % of line)   40G: no (25 % of line)\n"
	"\n"
	"  core 0   sends 133.0 Mpps (stalled 1.25 %); in 2.00 s 1,200 stalls (600/s, 1.5 %), longest 250 "
	"µs\n"
	"  core 1   checks 116.0 Mpps (stalled 2 %); in 2.00 s 1 stall (0.5/s, 0.05 %), longest 1.00 ms: "
	"5,000 frames at the sustained rate, a ring of 4,096\n"
	"  core 2   checks 116.0 Mpps (stalled 2 %); in 2.00 s 1 stall (0.5/s, 0.05 %), longest 1.00 ms: "
	"5,000 frames at the sustained rate, a ring of 4,096\n"
	"  core 3   wire; in 2.00 s 0 stalls (0/s, 0 %), longest 0 ns\n"
	"  clock    off by -0.25 ppm at most within a trial\n"
	"\n"
	"  Sustained: outside stalls at most 0.5 % of the slots missed and 0.01 % of the frames lost, no "
	"core "
	"stalled for more than 20 % of the time. 1 rate tried, 1 confirmation, a second attempt where a core "
	"was "
	"stalled for over 1 %.\n"
	"\n"
	"  PASS\n";

/* clang-format on */

static void
assert_text(struct ovr_result_selftest *selftest, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_selftest_text(selftest, out, NULL), 0);
	fclose(out);
	cr_assert_str_eq(text, expected, "found\n%s", text);
	free(text);
	sample_selftest_free(selftest);
}

Test(selftest, the_limits_the_lines_they_suffice_for_and_the_stalls_are_one_screen)
{
	assert_text(sample_selftest_sustained(), sustained_text);
}

Test(selftest, without_a_sustained_rate_it_says_why_and_tells_no_number)
{
	assert_text(sample_selftest_none(), none_text);
}

Test(selftest, a_void_one_tells_its_reason_and_no_figures)
{
	assert_text(sample_selftest_void(), void_text);
}

Test(selftest, a_limit_that_is_sustained_is_at_least_that_and_every_core_has_its_line)
{
	assert_text(sample_selftest_limit(), limit_text);
}

Test(selftest, each_of_a_cores_rings_is_the_smallest_power_of_two_that_holds_its_share)
{
	static struct ovr_result_selftest selftest = { .n_cores = 2, .plan.ports.rxq = 1 };
	struct ovr_result_core *rx = &selftest.core[1];

	selftest.core[0].is_tx = true;
	cr_assert_eq(ovr_selftest_ring_for(&selftest, rx), 0);
	rx->longest_frames = 1;
	cr_assert_eq(ovr_selftest_ring_for(&selftest, rx), 1);
	rx->longest_frames = 4096;
	cr_assert_eq(ovr_selftest_ring_for(&selftest, rx), 4096);
	rx->longest_frames = 4097;
	cr_assert_eq(ovr_selftest_ring_for(&selftest, rx), 8192);
	selftest.plan.ports.rxq = 3;
	cr_assert_eq(ovr_selftest_ring_for(&selftest, rx), 2048);
	selftest.core[0].longest_frames = 4097;
	cr_assert_eq(ovr_selftest_ring_for(&selftest, &selftest.core[0]), 0);
}

Test(selftest, a_full_disk_is_an_error_with_a_sentence)
{
	struct ovr_result_selftest *selftest = sample_selftest_sustained();
	struct ovr_err err = { "" };
	FILE *out = fopen("/dev/full", "w");

	cr_assert_eq(ovr_report_selftest_text(selftest, out, &err), -EIO);
	cr_assert_str_eq(err.text, "the report cannot be written: No space left on device");
	fclose(out);
	sample_selftest_free(selftest);
}
