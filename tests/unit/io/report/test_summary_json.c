/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/summary_json.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "support/result_sample.h"

static struct ovr_result_summary summary, again;
static struct ovr_err err;

static void
make(void)
{
	struct ovr_result *result = sample_loss();

	summary = ovr_result_summary_of(result);
	summary.number = 7;
	summary.attempt = 2;
	snprintf(summary.label, sizeof(summary.label), "ring 512, again");
	sample_free(result);
}

TestSuite(summary_json, .init = make);

Test(summary_json, a_summary_has_the_figures_of_its_trial)
{
	cr_assert_eq(summary.sent, 74404761);
	cr_assert_eq(summary.unique, 74211877);
	cr_assert_eq(summary.lost, 192884);
	cr_assert_eq(summary.unexplained, 0);
	cr_assert_eq(summary.frames_at[OVR_PLACE_RX_RING], 192884);
	cr_assert_eq(summary.verdict, OVR_VERDICT_LOSS);
	cr_assert_eq(summary.rx.n, 14);
	cr_assert_eq(summary.rx.total_ns, 14500000);
	cr_assert_eq(summary.rx.longest_ns, 2840000);
	cr_assert_eq(summary.rx.n_injected, 0);
	cr_assert_str_eq(summary.size, "64");
	cr_assert_str_eq(summary.rate, "100%");
	cr_assert_str_eq(summary.stall, "none");
	cr_assert_eq(summary.rxd, 1024);
}

Test(summary_json, latency_is_that_of_the_trial_and_unknown_where_nothing_arrived)
{
	struct ovr_result *result = sample_loss();
	json_t *object = ovr_json_summary(&summary);
	const json_t *latency = json_object_get(object, "latency_ns");

	cr_assert_eq(summary.latency.count, result->latency_ns->count);
	cr_assert_eq((uint64_t)json_integer_value(json_object_get(latency, "p50")),
		ovr_hist_percentile(result->latency_ns, 50));
	cr_assert_eq((uint64_t)json_integer_value(json_object_get(latency, "p99")),
		ovr_hist_percentile(result->latency_ns, 99));
	cr_assert_eq((uint64_t)json_integer_value(json_object_get(latency, "min")), result->latency_ns->min);
	cr_assert_eq((uint64_t)json_integer_value(json_object_get(latency, "max")), result->latency_ns->max);
	json_decref(object);
	result->latency_ns->count = 0;
	summary = ovr_result_summary_of(result);
	object = ovr_json_summary(&summary);
	cr_assert(json_is_null(json_object_get(object, "latency_ns")));
	json_decref(object);
	sample_free(result);
}

Test(summary_json, a_summary_of_an_older_version_has_no_latency)
{
	json_t *object = ovr_json_summary(&summary);

	json_object_del(object, "latency_ns");
	cr_assert_eq(ovr_json_summary_read(object, &again, &err), 0, "%s", err.text);
	cr_assert_eq(again.latency.count, 0);
	cr_assert_eq(again.sent, summary.sent);
	json_decref(object);
}

Test(summary_json, what_a_hop_lost_is_on_the_path)
{
	struct ovr_result *result = sample_loss();

	ovr_ledger_add(&result->ledger, OVR_PLACE_RX_IP, "hop:r1", -1, 40, "IpExt:InNoRoutes", "netstat")
		->is_of_hop = true;
	summary = ovr_result_summary_of(result);
	cr_assert_eq(summary.frames_at[OVR_PLACE_PATH], 40);
	cr_assert_eq(summary.frames_at[OVR_PLACE_RX_IP], 0);
	sample_free(result);
}

Test(summary_json, what_was_written_is_read_back)
{
	json_t *object = ovr_json_summary(&summary);

	cr_assert_eq(ovr_json_summary_read(object, &again, &err), 0, "%s", err.text);
	cr_assert_eq(again.number, 7);
	cr_assert_eq(again.attempt, 2);
	cr_assert_str_eq(again.label, "ring 512, again");
	cr_assert_eq(again.frames_at[OVR_PLACE_RX_RING], 192884);
	cr_assert_eq(again.latency.p99_ns, summary.latency.p99_ns);
	json_decref(object);
	/* and is written as before, every key */
	object = ovr_json_summary(&summary);
	cr_assert(json_equal(object, ovr_json_summary(&again)));
	cr_assert_eq(json_integer_value(json_object_get(object, "lost")), 192884);
	cr_assert_eq(json_integer_value(json_object_get(json_object_get(object, "asked"), "rxd")), 1024);
	cr_assert_eq(json_integer_value(json_object_get(json_object_get(object, "rx_stalls"), "longest_ns")),
		2840000);
	json_decref(object);
}

Test(summary_json, what_is_no_summary_is_refused_and_nothing_is_changed)
{
	json_t *object = ovr_json_summary(&summary);

	again = summary;
	json_object_set_new(object, "sent", json_integer(-1));
	cr_assert_eq(ovr_json_summary_read(object, &again, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"trial: \"sent\" is missing or of another kind, accepted: what a result of this version has");
	json_object_set_new(object, "sent", json_integer(1));
	json_object_set_new(object, "verdict", json_string("maybe"));
	cr_assert_eq(ovr_json_summary_read(object, &again, &err), -EINVAL);
	json_object_set_new(object, "verdict", json_string("pass"));
	json_object_set_new(json_object_get(object, "asked"), "rxq", json_integer(65536));
	cr_assert_eq(ovr_json_summary_read(object, &again, &err), -EINVAL);
	json_object_del(object, "asked");
	cr_assert_eq(ovr_json_summary_read(object, &again, &err), -EINVAL);
	cr_assert_eq(memcmp(&again, &summary, sizeof(summary)), 0);
	json_decref(object);
}
