/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/report.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "support/result_sample.h"

static void
count(void *context)
{
	++*(unsigned int *)context;
}

static json_t *
loads(char *text)
{
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	cr_assert_not_null(root, "%s", text);
	free(text);
	return root;
}

/* The same result both ways. @return how often the gentle one rested */
static unsigned int
compare(struct ovr_result *result)
{
	unsigned int n_rests = 0;
	struct ovr_report_rest rest = { count, &n_rests };
	char *gentle = NULL, *plain = NULL;
	size_t gentle_size, plain_size;
	FILE *out = open_memstream(&gentle, &gentle_size);
	json_t *one, *other;

	cr_assert_eq(ovr_report_json_running(result, "run", out, &rest, NULL), 0);
	fclose(out);
	out = open_memstream(&plain, &plain_size);
	cr_assert_eq(ovr_report_json(result, "run", out, NULL), 0);
	fclose(out);
	one = loads(gentle);
	other = loads(plain);
	cr_assert(json_equal(one, other));
	json_decref(one);
	json_decref(other);
	sample_free(result);
	return n_rests;
}

Test(json_running, it_is_the_same_object)
{
	compare(sample_loss());
	compare(sample_impaired());
	compare(sample_soak());
}

Test(json_running, a_trial_without_a_series_is_the_same_too)
{
	cr_assert_eq(compare(sample_pass()), 2);
}

/* 41 rows: a rest for each four, and two for the rest of the object. */
Test(json_running, it_rests_between_rows)
{
	struct ovr_result *result = sample_pass();

	result->sample = calloc(41, sizeof(*result->sample));
	result->n_samples = 41;
	for (uint32_t i = 0; i < 41; i++)
		result->sample[i] = (struct ovr_result_sample){
			.start_ns = i, .end_ns = i + 1, .sent = 7 * i, .n_rxq = 2
		};
	cr_assert_eq(compare(result), 12);
}

Test(json_running, a_full_device_is_an_error)
{
	struct ovr_result *result = sample_pass();
	unsigned int n_rests = 0;
	struct ovr_report_rest rest = { count, &n_rests };
	FILE *out = fopen("/dev/full", "w");
	struct ovr_err err;

	cr_assert_eq(ovr_report_json_running(result, "run", out, &rest, &err), -EIO);
	fclose(out);
	sample_free(result);
}
