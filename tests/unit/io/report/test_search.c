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
		"\n  tester limit   2,000,000 pps    1.34 Gb/s L1   13.44 % of line\n"
		"               the most that was sent where the line's rate was asked for; 1,000,000 pps of "
		"it "
		"came through\n");
	assert_has(text,
		"\n  ndr              990,000 pps   665.3 Mb/s L1   6.653 % of line\n"
		"               below 1,004,000 pps (width 1.394 %, of the intended loads 0.3984 %)\n"
		"               conditional throughput 990,000 pps\n"
		"               of the 11,000 frames lost there 13.636 % in host stalls of our receive "
		"cores:\n"
		"               the device may take more\n"
		"               latency at 990,000 pps: min 491 ns, p50 815 ns, p99 4.59 µs,\n"
		"               max 20.0 µs; 11 trials\n");
	assert_has(text,
		"\n  pdr            2,000,000 pps    1.34 Gb/s L1   13.44 % of line\n"
		"               at least: no higher load was tried\n"
		"               conditional throughput 1,990,000 pps\n");
	assert_has(text,
		"\n  FRMOL          1,000,000 pps   mean forwarded at the maximum offered load;\n"
		"               1,010,000 pps at any (MFR)\n");
	assert_has(text, "\n  PASS\n");
	free(text);
}

Test(search, each_load_stands_with_its_trials_and_its_bound_for_each_goal)
{
	char *text = text_of(sample_search_found());

	assert_has(text,
		"\n           load      sent pps trials  lossy        lost  of sent host stalls       ndr"
		"       pdr\n"
		"      1,004,000     1,003,000     11     11      11,000  0.100 %    13.636 %     upper"
		"     lower\n"
		"      1,000,000       990,000     11      0           0      0 %           -     lower"
		"     lower\n");
	free(text);
}

Test(search, what_is_irregular_or_our_own_is_told)
{
	char *text = text_of(sample_search_found());

	assert_has(text,
		"22 trials at a load in 30.0 s; irregular: 1 of a sender that fell short by more than 5 %");
	assert_has(text, "and 0 void, which count for nothing and were repeated.");
	assert_has(text,
		"Own receiver: 4 of 11 lossy trials lost frames in host stalls of our receive "
		"cores, 1,500 of 11,000 frames");
	free(text);
}

Test(search, an_upper_bound_that_our_host_stalls_made_says_so)
{
	char *text = text_of(sample_search_found());

	assert_has(text,
		"conditional throughput 990,000 pps\n"
		"               of the 11,000 frames lost there 13.636 % in host stalls of our receive "
		"cores:\n"
		"               the device may take more\n"
		"               latency at 990,000 pps: ");
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

	search->plan.ports.rxd = 256;
	search->plan.ports.rxq = 2;
	text = text_of(search);
	assert_has(text,
		"  Receive rings of 512 frames hide an overload below 512 pps for a trial of 1.00 s: an "
		"answer may be that much above what our receiver keeps up with.\n");
	free(text);
}

Test(search, all_attributes_of_the_goals_and_the_discarded_warm_up_are_told)
{
	char *text = text_of(sample_search_found());

	assert_has(text,
		"  Goal pdr: loss ratio 0.5 %, trials of 1.00 s (the first ones 1.00 s), duration sum 21.0 "
		"s, exceed ratio 50 %, width 0.5 %.\n");
	assert_has(text, "  A warm-up trial at the highest load was made first and discarded.");
	assert_has(text, "  Not as RFC 2544: trials of 1.00 s (60 s where they decide)");
	free(text);
}

Test(search, where_there_is_no_answer_a_reason_stands_and_no_load)
{
	char *text = text_of(sample_search_none());

	assert_has(text, "\n  reason       nothing that wire:0 sent arrived at wire:1: no load was tried\n");
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

	assert_has(text, "      2,000,000     2,000,000     11     11   1,000,000 50.000 %         0 %\n");
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

/* What RFC 2544 §26.1 asks for is the first thing that is seen, a row for each size. */
Test(search, the_answers_of_a_size_stand_in_one_row_before_all_else)
{
	struct ovr_result_search *search = sample_search_found();
	struct ovr_result_search_size *size = &search->size[1];
	char *text;

	search->n_sizes = 2;
	snprintf(size->size, sizeof(size->size), "1518");
	size->mean_bytes = 1518;
	size->n_loads = 1;
	size->load = calloc(1, sizeof(*size->load));
	size->answer[0] = (struct ovr_method_answer){ OVR_METHOD_BELOW, 0, 2000, 0, 0, 0 };
	size->answer[1] = (struct ovr_method_answer){ OVR_METHOD_OPEN, 1000, 2000, 1000, 0.5, 0.5 };
	text = text_of(search);
	assert_has(text,
		"frames per second that were sent\n"
		"\n"
		"          size  theoretical            ndr % of it        below            pdr % of it"
		"        below\n"
		"            64   14,880,952        990,000   6.653    1,004,000    ≥ 2,000,000   13.44"
		"            -\n"
		"          1518            -           none       -        2,000         1,000*       -"
		"        2,000\n"
		"  in pps; theoretical: the rate of the line at that size; below: the upper bound\n"
		"  ≥ no higher load was tried: the tester, or --max-rate, is the limit\n"
		"  * irregular: the bounds are not as narrow as required\n");
	free(text);
}

/* "ndr none" is known; a search that ended early knows nothing. */
Test(search, what_is_not_known_is_not_none)
{
	struct ovr_result_search *search = sample_search_found();
	char *text;

	search->size[0].answer[0] = (struct ovr_method_answer){ OVR_METHOD_OPEN, 0, 0, 0, 0, 0 };
	text = text_of(search);
	assert_has(text, "\n  ndr                  unknown\n");
	cr_assert_null(strstr(text, "none"));
	free(text);
}

Test(search, the_verdict_has_the_reason_of_every_size)
{
	struct ovr_result_search *search = sample_search_none();
	char *text;

	search->n_sizes = 2;
	snprintf(search->size[1].size, sizeof(search->size[1].size), "512");
	snprintf(search->size[1].reason, sizeof(search->size[1].reason), "another reason");
	snprintf(search->reason, sizeof(search->reason),
		"2 of 2 sizes have no answer as narrow as required: 64, 512");
	text = text_of(search);
	assert_has(text,
		"\n  LOSS: 2 of 2 sizes have no answer as narrow as required: 64, 512\n"
		"    size 64: nothing that wire:0 sent arrived at wire:1: no load was tried\n"
		"    size 512: another reason\n");
	free(text);
}

static char *
csv_of(struct ovr_result_search *search)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);

	cr_assert_eq(ovr_report_search_csv(search, out, NULL), 0);
	fclose(out);
	sample_search_free(search);
	return text;
}

Test(search, csv_has_a_row_for_each_size_and_goal)
{
	char *text = csv_of(sample_search_found());

	cr_assert_str_eq(text,
		"size,mean_bytes,theoretical_pps,goal_loss_ratio,end,lower_pps,upper_pps,theoretical_ratio,"
		"width_ratio,conditional_throughput_pps,tester_limit_pps,frmol_pps,mfr_pps,trials,reason,"
		"latency_p50_ns,latency_p99_ns\n"
		"\"64\",64,14880952.381,0,found,990000,1004000,0.066528,0.0139442231076,990000,2000000,"
		"1000000,1010000,22,\"\",815,4590.5\n"
		"\"64\",64,14880952.381,0.005,at-least,2000000,,0.1344,,1990000,2000000,1000000,1010000,22,"
		"\"\",815,4590.5\n");
	free(text);
	text = csv_of(sample_search_curve());
	assert_has(text, "\"64\",64,14880952.381,2000000,2000000,1000000,11,2000000,1000000,0.5\n");
	free(text);
}
