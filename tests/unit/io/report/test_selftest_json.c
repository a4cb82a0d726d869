/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "report/selftest.h"
#include "support/selftest_sample.h"

static json_t *
json_of(struct ovr_result_selftest *selftest)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	json_t *root;

	cr_assert_eq(ovr_report_selftest_json(selftest, out, NULL), 0);
	fclose(out);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	cr_assert_not_null(root);
	free(text);
	sample_selftest_free(selftest);
	return root;
}

static void
assert_same(const json_t *found, const char *expected)
{
	json_t *value = json_loads(expected, JSON_DECODE_ANY, NULL);

	cr_assert_not_null(value, "the expectation is no JSON: %s", expected);
	cr_assert(json_equal(found, value), "found %s\nexpected %s",
		json_dumps(found, JSON_ENCODE_ANY | JSON_REAL_PRECISION(12)), expected);
	json_decref(value);
}

static const json_t *
answer(const json_t *root, const char *key)
{
	return json_object_get(json_object_get(root, "selftest"), key);
}

Test(selftest_json, both_ends_have_their_rate_in_total_and_of_each_core)
{
	json_t *root = json_of(sample_selftest_sustained());

	assert_same(answer(root, "send"),
		"{\"rate_pps\": 133e6, \"l1_bps\": 89376000000.0, \"port\": \"vdev:net_null0\","
		" \"cores\": [{\"cpu\": 0, \"rate_pps\": 133e6, \"stalled_ratio\": 0.0125}]}");
	assert_same(answer(root, "check"),
		"{\"rate_pps\": 116e6, \"l1_bps\": 77952000000.0, \"port\": \"vdev:net_ring0\","
		" \"overrun_ratio\": 0.125, \"at_least\": false,"
		" \"cores\": [{\"cpu\": 1, \"rate_pps\": 116e6, \"stalled_ratio\": 0.02}]}");
	json_decref(root);
}

Test(selftest_json, the_sustained_rate_says_how_it_was_found_and_which_lines_it_suffices_for)
{
	json_t *root = json_of(sample_selftest_sustained());
	json_t *sustained = (json_t *)answer(root, "sustained");

	/* 60 / 148.8 */
	assert_same(json_array_get(json_object_get(sustained, "lines"), 4),
		"{\"line_bps\": 100000000000, \"line_ratio\": 0.4032, \"sustained\": false}");
	assert_same(json_array_get(json_object_get(sustained, "lines"), 3),
		"{\"line_bps\": 40000000000, \"line_ratio\": 1.008, \"sustained\": true}");
	cr_assert_eq(json_array_size(json_object_get(sustained, "lines")), 7);
	json_object_del(sustained, "lines");
	cr_assert_float_eq(json_number_value(json_object_get(sustained, "width_ratio")), 0.0243902, 1e-7);
	json_object_del(sustained, "width_ratio");
	assert_same(sustained,
		"{\"rate_pps\": 60e6, \"l1_bps\": 40320000000.0, \"at_least\": false, \"limit_pps\": 133e6,"
		" \"missed_pps\": 61.5e6, \"missed_by\": \"lost\", \"line_bps\": 400000000000,"
		" \"pacing_error_ppm\": 1.5, \"rates\": 7, \"confirmations\": 1,"
		" \"tolerances\": {\"missed_ratio\": 0.005, \"lost_ratio\": 0.0001, \"stalled_ratio\": 0.2,"
		" \"retry_stalled_ratio\": 0.01}}");
	json_decref(root);
}

Test(selftest_json, the_longest_stall_of_a_receive_core_asks_for_a_ring)
{
	json_t *root = json_of(sample_selftest_sustained());

	assert_same(answer(root, "stalls"),
		"[{\"direction\": \"tx\", \"cpu\": 0, \"monitored_ns\": 2000000000, \"stalls\": 1200,"
		" \"stalled_ns\": 30000000, \"stalled_ratio\": 0.015, \"longest_stall_ns\": 250000,"
		" \"longest_stall_frames\": 15000, \"ring_for_longest_stall\": null},"
		" {\"direction\": \"rx\", \"cpu\": 1, \"monitored_ns\": 2000000000, \"stalls\": 1,"
		" \"stalled_ns\": 1000000, \"stalled_ratio\": 0.0005, \"longest_stall_ns\": 1000000,"
		" \"longest_stall_frames\": 60000, \"ring_for_longest_stall\": 65536}]");
	assert_same(answer(root, "clock_ppm"), "-0.25");
	json_decref(root);
}

Test(selftest_json, every_trial_says_what_it_was_for_and_how_it_was_judged)
{
	json_t *root = json_of(sample_selftest_sustained());
	json_t *trial = json_array_get(json_object_get(root, "trials"), 1);

	cr_assert_eq(json_array_size(json_object_get(root, "trials")), 3);
	cr_assert_not_null(json_object_get(json_object_get(trial, "trial"), "ledger"));
	cr_assert_str_eq(json_string_value(json_object_get(json_object_get(trial, "plan"), "size")), "64");
	json_object_del(trial, "trial");
	json_object_del(trial, "plan");
	assert_same(trial,
		"{\"purpose\": \"sustain\", \"intended_pps\": 61.5e6, \"attempt\": 1, \"outcome\": \"lost\","
		" \"missed_outside_stalls\": 0, \"lost_outside_stalls\": 8000, \"stalled_ratio\": 0.008,"
		" \"verdict\": \"pass\", \"reasons\": []}");
	trial = json_array_get(json_object_get(root, "trials"), 0);
	assert_same(json_object_get(trial, "intended_pps"), "null");
	assert_same(json_object_get(trial, "outcome"), "null");
	json_decref(root);
}

Test(selftest_json, without_a_sustained_rate_there_is_a_reason_and_no_number)
{
	json_t *root = json_of(sample_selftest_none());

	assert_same(json_object_get(root, "command"), "\"selftest\"");
	assert_same(json_object_get(root, "verdict"), "\"loss\"");
	assert_same(json_object_get(root, "exit_code"), "1");
	assert_same(json_object_get(root, "reasons"), "[\"no rate is sustained, down to 0.5 mpps\"]");
	assert_same(json_object_get(answer(root, "sustained"), "rate_pps"), "null");
	assert_same(json_object_get(answer(root, "sustained"), "lines"), "[]");
	assert_same(json_object_get(answer(root, "sustained"), "missed_by"), "\"stalled\"");
	json_decref(root);
}

Test(selftest_json, what_a_void_one_did_not_come_to_is_null)
{
	json_t *root = json_of(sample_selftest_void());

	assert_same(json_object_get(root, "exit_code"), "2");
	assert_same(answer(root, "send"), "null");
	assert_same(answer(root, "check"), "null");
	assert_same(answer(root, "sustained"), "null");
	json_decref(root);
}

Test(selftest_json, a_rate_that_is_the_limit_is_at_least_that)
{
	json_t *root = json_of(sample_selftest_limit());

	assert_same(json_object_get(answer(root, "sustained"), "at_least"), "true");
	assert_same(json_object_get(answer(root, "sustained"), "missed_pps"), "null");
	assert_same(json_object_get(answer(root, "sustained"), "missed_by"), "null");
	assert_same(json_object_get(answer(root, "sustained"), "width_ratio"), "null");
	/* two queues share what arrives at a core */
	assert_same(
		json_object_get(json_array_get(answer(root, "stalls"), 1), "ring_for_longest_stall"), "4096");
	assert_same(json_object_get(json_array_get(answer(root, "stalls"), 3), "direction"), "\"wire\"");
	json_decref(root);
}

Test(selftest_json, a_full_disk_is_an_error_with_a_sentence)
{
	struct ovr_result_selftest *selftest = sample_selftest_sustained();
	struct ovr_err err = { "" };
	FILE *out = fopen("/dev/full", "w");

	cr_assert_eq(ovr_report_selftest_json(selftest, out, &err), -EIO);
	cr_assert_str_eq(err.text, "the JSON result cannot be written: No space left on device");
	fclose(out);
	sample_selftest_free(selftest);
}
