/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/changes.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/changes_sample.h"

typedef int write_fn(const struct ovr_changes *changes, FILE *out, struct ovr_err *err);

static char *
written(write_fn *write, struct ovr_changes changes)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct ovr_err err = { "" };

	cr_assert_eq(write(&changes, out, &err), 0, "%s", err.text);
	fclose(out);
	ovr_changes_done(&changes);
	return text;
}

Test(changes, text_has_figures_differences_and_the_answer)
{
	char *text = written(ovr_report_changes_text, sample_changes());

	cr_assert_str_eq(text,
		"compare   run\n"
		"\n"
		"  A  base  3 results  a.json\n"
		"  B        4 results, 1 void and left out  b.json\n"
		"\n"
		"    figure                       A                        B  change\n"
		"    tx rate      10.00 Mpps ±0.1 %         9.70 Mpps ±0.1 %  -3 % (-3.36 % … -2.63 %)    "
		"worse: a regression, p 6.2e-06\n"
		"    latency p50     20.0 µs ±0.0 %           20.5 µs ±0.0 %  +2.5 % (-0.606 % … +5.7 %)  "
		"not shown, p 1\n"
		"    loss               0 of 3.00 M  0.1 % (3,003 of 3.00 M)  × ∞ (56.1 … ∞)              "
		"worse: a regression, p < 1e-12\n"
		"\n"
		"    account            A                        B  change\n"
		"    rx.ring  0 of 3.00 M  0.1 % (3,003 of 3.00 M)  × ∞\n"
		"\n"
		"    difference           A          B\n"
		"    plan         rxd     1024       256\n"
		"    environment  kernel  Linux 6.1  <script>|?[2J\n"
		"\n"
		"  B: more loss fits the smaller receive ring (1024 → 256 descriptors): the account rx.ring "
		"has 100.0 % of the change; but 1 other difference may be its cause too.\n"
		"\n"
		"2 regressions (level 99 %, 3 tests; tolerance 1 %, of loss 0 %).\n");
	free(text);
}

Test(changes, one_of_each_says_why_nothing_was_tested)
{
	char *text = written(ovr_report_changes_text, sample_changes_single());

	cr_assert_str_eq(text,
		"compare   run\n"
		"\n"
		"  A  base  1 result  a.json\n"
		"  B        1 result  b.json\n"
		"\n"
		"    figure             A            B  change\n"
		"    tx rate   10.00 Mpps   10.00 Mpps  -       not shown: one value in each\n"
		"    loss     0 of 1.00 M  0 of 1.00 M  -       none in either\n"
		"\n"
		"Nothing could be tested: no figure has enough trials in both groups (level 99 %, 0 tests; "
		"tolerance 1 %, of loss 0 %).\n");
	free(text);
}

Test(changes, markdown_has_the_same_cells_and_nothing_in_them_is_markup)
{
	char *text = written(ovr_report_changes_markdown, sample_changes());

	cr_assert_str_eq(text,
		"**2 regressions (level 99 %, 3 tests; tolerance 1 %, of loss 0 %).**\n"
		"\n"
		"- A: 3 results (base)\n"
		"- B: 4 results, 1 void and left out\n"
		"\n"
		"| figure | A | B | change | outcome |\n"
		"|---|---:|---:|---:|---|\n"
		"| tx rate | 10.00 Mpps ±0.1 % | 9.70 Mpps ±0.1 % | -3 % (-3.36 % … -2.63 %) | worse: a "
		"regression, p 6.2e-06 |\n"
		"| latency p50 | 20.0 µs ±0.0 % | 20.5 µs ±0.0 % | +2.5 % (-0.606 % … +5.7 %) | not shown, p "
		"1 |\n"
		"| loss | 0 of 3.00 M | 0.1 % (3,003 of 3.00 M) | × ∞ (56.1 … ∞) | worse: a regression, p "
		"\\< 1e-12 |\n"
		"\n"
		"| account | A | B | change | outcome |\n"
		"|---|---:|---:|---:|---|\n"
		"| rx.ring | 0 of 3.00 M | 0.1 % (3,003 of 3.00 M) | × ∞ |  |\n"
		"\n"
		"| difference | name | A | B |\n"
		"|---|---|---|---|\n"
		"| plan | rxd | 1024 | 256 |\n"
		"| environment | kernel | Linux 6.1 | \\<script\\>\\|?\\[2J |\n"
		"\n"
		"- B: more loss fits the smaller receive ring (1024 → 256 descriptors): the account rx.ring "
		"has 100.0 % of the change; but 1 other difference may be its cause too.\n");
	free(text);
}

Test(changes, json_has_every_figure_and_what_is_open_is_null)
{
	char *text = written(ovr_report_changes_json, sample_changes());
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	const json_t *loss = json_array_get(json_object_get(root, "figures"), 2);
	const json_t *change = json_array_get(json_object_get(loss, "changes"), 0);

	cr_assert_not_null(root);
	cr_assert_str_eq(json_string_value(json_object_get(loss, "figure")), "loss");
	cr_assert(json_is_null(json_object_get(change, "ratio")));
	cr_assert(json_is_null(json_object_get(change, "high")));
	cr_assert_gt(json_real_value(json_object_get(change, "low")), 10);
	cr_assert(json_is_true(json_object_get(change, "is_regression")));
	cr_assert_eq(json_integer_value(json_object_get(root, "regression")), 1);
	cr_assert_eq(json_array_size(json_object_get(root, "differences")), 2);
	json_decref(root);
	free(text);
}

Test(changes, values_have_their_units)
{
	char text[64];

	cr_assert_str_eq(
		ovr_report_changes_value(text, sizeof(text), OVR_CHANGES_PPS, 14.88e6), "14.88 Mpps");
	cr_assert_str_eq(ovr_report_changes_value(text, sizeof(text), OVR_CHANGES_NS, 68700), "68.7 µs");
	cr_assert_str_eq(ovr_report_changes_value(text, sizeof(text), OVR_CHANGES_RATIO, 0.00259), "0.259 %");
	cr_assert_str_eq(ovr_report_changes_value(text, sizeof(text), OVR_CHANGES_BPS, NAN), "-");
	cr_assert_str_eq(ovr_report_changes_value(text, sizeof(text), OVR_CHANGES_BPS, 2.32e9), "2.32 Gb/s");
}

/* A mean of three equal values is off by the last bit of a double. */
Test(changes, what_a_sum_of_doubles_is_off_by_is_no_change)
{
	struct ovr_changes changes = sample_changes();
	char *text;

	changes.figure[1].change[1].difference.ratio = 1 - 8.9e-16;
	text = written(ovr_report_changes_text, changes);
	cr_assert_null(strstr(text, "e-14"), "%s", text);
	cr_assert_not_null(strstr(text, "+0 % ("), "%s", text);
	free(text);
}
