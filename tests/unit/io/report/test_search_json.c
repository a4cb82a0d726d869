/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>

#include "report/search.h"
#include "support/search_sample.h"

static json_t *
json_of(struct ovr_result_search *search)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);
	json_t *root;

	cr_assert_eq(ovr_report_search_json(search, out, NULL), 0);
	fclose(out);
	root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	cr_assert_not_null(root);
	free(text);
	sample_search_free(search);
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

static json_t *
size_of(const json_t *root, const char *key)
{
	json_t *sizes = json_object_get(json_object_get(root, "search"), "sizes");

	return json_object_get(json_array_get(sizes, 0), key);
}

Test(search_json, every_attribute_of_a_goal_is_told)
{
	json_t *root = json_of(sample_search_found());

	assert_same(json_array_get(json_object_get(json_object_get(root, "search"), "goals"), 1),
		"{\"loss_ratio\": 0.005, \"final_trial_ns\": 1000000000, \"duration_sum_ns\": 21000000000,"
		" \"initial_trial_ns\": 1000000000, \"exceed_ratio\": 0.5, \"width_ratio\": 0.005}");
	json_decref(root);
}

Test(search_json, an_answer_at_the_tester_limit_has_no_upper_bound)
{
	json_t *root = json_of(sample_search_found());
	json_t *answer = json_array_get(size_of(root, "answers"), 1);

	assert_same(json_object_get(answer, "end"), "\"at-least\"");
	assert_same(json_object_get(answer, "lower_pps"), "2000000.0");
	assert_same(json_object_get(answer, "upper_pps"), "null");
	assert_same(json_object_get(answer, "width_ratio"), "null");
	assert_same(json_object_get(answer, "conditional_throughput_pps"), "1990000.0");
	assert_same(json_object_get(answer, "l1_bps"), "1344000000.0");
	json_decref(root);
}

Test(search_json, trials_that_count_for_nothing_or_elsewhere_are_marked)
{
	json_t *root = json_of(sample_search_found());

	cr_assert_eq(json_array_size(json_object_get(root, "trials")), 4);
	assert_same(json_object_get(json_object_get(root, "search"), "warm_up_trials"), "[1]");
	assert_same(json_object_get(json_object_get(root, "search"), "irregular_trials"),
		"[{\"number\": 4, \"why\": \"short\", \"intended_pps\": 1e6, \"counts_at_pps\": 1e6}]");
	json_decref(root);
	root = json_of(sample_search_void());
	assert_same(json_object_get(json_object_get(root, "search"), "irregular_trials"),
		"[{\"number\": 2, \"why\": \"void\", \"intended_pps\": 2e6, \"counts_at_pps\": null}]");
	json_decref(root);
}

Test(search_json, our_own_receivers_losses_are_told)
{
	json_t *root = json_of(sample_search_found());

	assert_same(size_of(root, "own_receiver"),
		"{\"lossy_trials\": 11, \"lossy_trials_in_host_stalls\": 4, \"lost\": 11000,"
		" \"lost_in_host_stalls\": 1500}");
	json_decref(root);
}

Test(search_json, where_no_load_was_tried_there_is_a_reason_and_no_number)
{
	json_t *root = json_of(sample_search_none());

	assert_same(
		size_of(root, "reason"), "\"nothing that wire:0 sent arrived at wire:1: no load was tried\"");
	assert_same(size_of(root, "answers"), "[]");
	assert_same(size_of(root, "loads"), "[]");
	assert_same(size_of(root, "frmol_pps"), "null");
	assert_same(json_object_get(root, "exit_code"), "1");
	json_decref(root);
}

Test(search_json, a_curve_has_loads_and_no_goals)
{
	json_t *root = json_of(sample_search_curve());
	json_t *load = json_array_get(size_of(root, "loads"), 1);

	assert_same(json_object_get(json_object_get(root, "search"), "goals"), "[]");
	assert_same(size_of(root, "curve_complete"), "true");
	cr_assert_eq(json_array_size(size_of(root, "loads")), 3);
	assert_same(json_object_get(load, "tester_limit_ratio"), "0.9");
	assert_same(json_object_get(load, "loss_ratio"), "0.0");
	json_decref(root);
}
