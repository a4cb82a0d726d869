/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/search.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/search_sample.h"

static char *
text_of(struct ovr_result_search *search)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);

	cr_assert_eq(ovr_report_search_text(search, out, NULL), 0);
	fclose(out);
	sample_search_free(search);
	return text;
}

static void
assert_has(const char *text, const char *line)
{
	cr_assert_not_null(strstr(text, line), "no \"%s\" in:\n%s", line, text);
}

Test(search, an_answer_stands_with_its_bounds_its_width_and_what_came_through)
{
	char *text = text_of(sample_search_found());

	assert_has(text,
		"\n  ceiling      2,000,000 fps    1.34 Gb/s L1   13.44 % of line   the line; of it "
		"1,000,000 fps came "
		"through\n");
	assert_has(text,
		"\n  ndr            990,000 fps   665.3 Mb/s L1   6.653 % of line   below 1,004,000 fps "
		"(width 1.394 %, "
		"of the loads as asked for 0.3984 %); conditional throughput 990,000 fps\n");
	assert_has(text,
		"\n  pdr          2,000,000 fps    1.34 Gb/s L1   13.44 % of line   at least: no higher load "
		"was tried; "
		"conditional throughput 1,990,000 fps\n");
	assert_has(text,
		"\n  FRMOL        1,000,000 fps   forwarded at the maximum offered load; 1,010,000 fps at "
		"any (MFR)\n");
	assert_has(text, "\n  PASS\n");
	free(text);
}

Test(search, each_load_stands_with_its_trials_and_its_bound_for_each_goal)
{
	char *text = text_of(sample_search_found());

	assert_has(text,
		"\n             load         achieved  trials   lossy          lost    of sent  own stalls"
		"        ndr        pdr\n"
		"    1,004,000 fps    1,003,000 fps      11      11        11,000    0.100 %    13.636 %"
		"      upper      lower\n"
		"    1,000,000 fps      990,000 fps      11       0             0        0 %           -"
		"      lower      lower\n");
	free(text);
}

Test(search, what_is_irregular_or_our_own_is_told)
{
	char *text = text_of(sample_search_found());

	assert_has(text,
		"22 trials at a load in 30.0 s; irregular: 1 of a sender that fell short by more than 5 %");
	assert_has(text, "and 0 void, which count for nothing and were repeated.");
	assert_has(text,
		"Own receiver: 4 of 11 lossy trials lost frames in stalls of our receive cores that nobody "
		"asked for, "
		"1,500\n  of 11,000 frames");
	free(text);
}

Test(search, an_upper_bound_that_our_own_stalls_made_says_so)
{
	char *text = text_of(sample_search_found());

	assert_has(text,
		"conditional throughput 990,000 fps\n"
		"             of the 11,000 frames lost there 13.636 % in stalls of our own receive cores: "
		"the "
		"device may take more\n"
		"  pdr ");
	free(text);
	text = text_of(sample_search_curve());
	cr_assert_null(strstr(text, "lost there"));
	free(text);
}

/* 512 frames in a second */
Test(search, what_the_receive_rings_hide_is_told)
{
	struct ovr_result_search *search = sample_search_found();
	char *text;

	search->plan.rxd = 256;
	search->plan.rxq = 2;
	text = text_of(search);
	assert_has(text,
		"  Receive rings of 512 frames hide an overload below 512 fps for a trial of 1.00 s: an "
		"answer may "
		"be that much\n  above what our receiver keeps up with.\n");
	free(text);
}

Test(search, all_attributes_of_the_goals_and_the_discarded_warm_up_are_told)
{
	char *text = text_of(sample_search_found());

	assert_has(text,
		"  Goal pdr: loss ratio 0.5 %, trials of 1.00 s (the first ones 1.00 s), duration sum 21.0 "
		"s, exceed "
		"ratio 50 %, width 0.5 %.\n");
	assert_has(text, "  A warm-up trial at the highest load was made first and discarded.");
	assert_has(text, "  Not as RFC 2544: trials of 1.00 s (60 s where they decide)");
	free(text);
}

Test(search, where_there_is_no_answer_a_reason_stands_and_no_load)
{
	char *text = text_of(sample_search_none());

	assert_has(text, "\n  reason     nothing that wire:0 sent arrived at wire:1: no load was tried\n");
	assert_has(
		text, "\n  LOSS: size 64: nothing that wire:0 sent arrived at wire:1: no load was tried\n");
	cr_assert_null(strstr(text, "conditional"));
	cr_assert_null(strstr(text, "FRMOL"));
	free(text);
}

Test(search, a_binary_search_tells_its_attempts_and_what_passed_at_a_repetition)
{
	char *text = text_of(sample_search_void());

	assert_has(text, "0 of 0 decided loads passed at a repetition only.");
	assert_has(text, "2 attempts at a lossy load");
	assert_has(text,
		"\n  A load that the device takes, but that loses by chance in one trial of five, fails with "
		"4 %.\n");
	assert_has(text, "\n  VOID: search: stopped by a signal\n");
	free(text);
}

Test(search, a_curve_is_its_loads)
{
	char *text = text_of(sample_search_curve());

	assert_has(text,
		"    2,000,000 fps    2,000,000 fps      11      11     1,000,000   50.000 %         0 %\n");
	assert_has(text, "  Steps of 10 % of the highest load, down to two successive loads without loss.\n");
	cr_assert_null(strstr(text, "Goal"));
	free(text);
}

Test(search, a_stream_that_takes_nothing_is_an_error)
{
	struct ovr_result_search *search = sample_search_found();
	FILE *full = fopen("/dev/full", "w");
	struct ovr_err err;

	cr_assert_eq(ovr_report_search_text(search, full, &err), -EIO);
	fclose(full);
	sample_search_free(search);
}
