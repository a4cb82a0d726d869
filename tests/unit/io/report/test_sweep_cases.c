/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/sweep.h"

#include <criterion/criterion.h>

#include "support/expect_cases.h"
#include "support/sweep_sample.h"

static struct ovr_result_sweep sweep;
static struct ovr_cases cases;

Test(sweep_cases, a_cell_that_lost_frames_fails_nothing_where_another_ring_loses_none)
{
	sample_sweep_falling(&sweep);
	ovr_report_sweep_cases(&sweep, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..4\n"
		"ok 1 - verdict\n"
		"ok 2 - a ring loses nothing: size 64, rate 100%, burst 32, rxq 1, stall "
		"100us/10ms,jitter=10%\n"
		"  ---\n"
		"  message: \"smallest lossless ring 1,024: none of 1,000,000 frames was lost\"\n"
		"  ...\n"
		"ok 3 - cell: rxd 512, size 64, rate 100%, burst 32, rxq 1, stall 100us/10ms,jitter=10%\n"
		"  ---\n"
		"  message: \"sent 1,000,000, lost 5,000\"\n"
		"  ...\n"
		"ok 4 - cell: rxd 1024, size 64, rate 100%, burst 32, rxq 1, stall 100us/10ms,jitter=10%\n"
		"  ---\n"
		"  message: \"sent 1,000,000, lost 0\"\n"
		"  ...\n");
	/* clang-format on */
	ovr_result_sweep_done(&sweep);
}

Test(sweep_cases, a_curve_that_is_not_done_is_not_judged)
{
	sample_sweep_stopped(&sweep);
	ovr_report_sweep_cases(&sweep, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..4\n"
		"not ok 1 - verdict # void\n"
		"  ---\n"
		"  message: \"stopped, 1 of 2 cells\"\n"
		"  severity: void\n"
		"  ...\n"
		"not ok 2 - a ring loses nothing: size 64, rate 100%, burst 32, rxq 1, stall "
		"100us/10ms,jitter=10% # void\n"
		"  ---\n"
		"  message: \"unknown or none: each undisturbed cell lost frames\"\n"
		"  severity: void\n"
		"  ...\n"
		"ok 3 - cell: rxd 512, size 64, rate 100%, burst 32, rxq 1, stall 100us/10ms,jitter=10%\n"
		"  ---\n"
		"  message: \"sent 1,000,000, lost 5,000\"\n"
		"  ...\n"
		"ok 4 - cell: rxd 1024, size 64, rate 100%, burst 32, rxq 1, stall 100us/10ms,jitter=10% "
		"# SKIP not done\n"
		"  ---\n"
		"  message: \"not done\"\n"
		"  ...\n");
	/* clang-format on */
	ovr_result_sweep_done(&sweep);
}

Test(sweep_cases, void_and_excluded_cells_are_skipped_with_the_reason)
{
	sample_sweep_mixed(&sweep);
	ovr_report_sweep_cases(&sweep, &cases);
	/* clang-format off: a literal per line */
	expect_tap(&cases,
		"1..6\n"
		"ok 1 - verdict\n"
		"ok 2 - a ring loses nothing: size 64, rate 100%, burst 32, rxq 1, stall "
		"100us/10ms,jitter=10%\n"
		"  ---\n"
		"  message: \"smallest lossless ring 4,096: none of 1,000,000 frames was lost\"\n"
		"  ...\n"
		"ok 3 - cell: rxd 512, size 64, rate 100%, burst 32, rxq 1, stall 100us/10ms,jitter=10% "
		"# SKIP void\n"
		"  ---\n"
		"  message: \"void\"\n"
		"  details:\n"
		"    - \"sent 211,948, lost 69,785\"\n"
		"  ...\n"
		"ok 4 - cell: rxd 1024, size 64, rate 100%, burst 32, rxq 1, stall 100us/10ms,jitter=10% "
		"# SKIP excluded: frames were lost in host stalls\n"
		"  ---\n"
		"  message: \"excluded: frames were lost in host stalls\"\n"
		"  details:\n"
		"    - \"sent 1,000,000, lost 4,297\"\n"
		"  ...\n"
		"ok 5 - cell: rxd 2048, size 64, rate 100%, burst 32, rxq 1, stall 100us/10ms,jitter=10%\n"
		"  ---\n"
		"  message: \"sent 1,000,000, lost 250,000\"\n"
		"  ...\n"
		"ok 6 - cell: rxd 4096, size 64, rate 100%, burst 32, rxq 1, stall 100us/10ms,jitter=10%\n"
		"  ---\n"
		"  message: \"sent 1,000,000, lost 0\"\n"
		"  ...\n");
	/* clang-format on */
	ovr_result_sweep_done(&sweep);
}
