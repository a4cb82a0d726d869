/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/report.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "support/result_sample.h"

/* @return the JSON of @p result as text, to be freed */
static char *
text_of(const struct ovr_result *result)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_json(result, "run", out, NULL), 0);
	fclose(out);
	return text;
}

/* @return the JSON of @p result, read back; the result is freed */
static json_t *
json_of(struct ovr_result *result)
{
	char *text = text_of(result);
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	cr_assert_not_null(root);
	free(text);
	sample_free(result);
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
in_trial(const json_t *root, const char *key)
{
	return json_object_get(json_object_get(root, "trial"), key);
}

Test(json, begins_with_schema_command_verdict_and_reasons)
{
	struct ovr_result *result = sample_loss();
	char *text = text_of(result);
	static const char expected[] =
		"{\n"
		"  \"schema\": \"overrun.result/1\",\n"
		"  \"command\": \"run\",\n"
		"  \"verdict\": \"loss\",\n"
		"  \"exit_code\": 1,\n"
		"  \"reasons\": [\n"
		"    \"lost 192,884 of 74,404,761 frames: 0.259 % is above the limit of 0 %\"\n"
		"  ],\n"
		"  \"plan\": {\n";

	cr_assert_eq(strncmp(text, expected, sizeof(expected) - 1), 0, "%.*s", (int)sizeof(expected), text);
	cr_assert_str_eq(text + strlen(text) - 3, "\n}\n");
	free(text);
	sample_free(result);
}

Test(json, a_pass_has_no_reasons)
{
	json_t *root = json_of(sample_pass());

	assert_same(json_object_get(root, "verdict"), "\"pass\"");
	assert_same(json_object_get(root, "exit_code"), "0");
	assert_same(json_object_get(root, "reasons"), "[]");
	json_decref(root);
}

/* A value of the trial, or of an object in it. */
static void
assert_in_trial(const json_t *root, const char *object, const char *key, const char *expected)
{
	const json_t *trial = json_object_get(root, "trial");

	assert_same(json_object_get(object == NULL ? trial : json_object_get(trial, object), key), expected);
}

Test(json, without_the_receivers_figures_loss_is_null_and_never_zero)
{
	struct ovr_result *result = sample_pass();
	json_t *root;

	result->ledger.figures.receiver_unknown = true;
	root = json_of(result);
	assert_in_trial(root, "ledger", "sent", "74404761");
	assert_in_trial(root, "ledger", "unique", "null");
	assert_in_trial(root, "ledger", "received", "null");
	assert_in_trial(root, "ledger", "lost", "null");
	assert_in_trial(root, "ledger", "unexplained", "null");
	assert_in_trial(root, NULL, "total", "null");
	assert_in_trial(root, NULL, "loss_events", "null");
	assert_in_trial(root, NULL, "scheduled", "74404761");
	json_decref(root);
}

Test(json, without_the_senders_figures_what_was_sent_is_null)
{
	struct ovr_result *result = sample_pass();
	json_t *root;

	result->ledger.figures.sender_unknown = true;
	root = json_of(result);
	assert_in_trial(root, "ledger", "sent", "null");
	assert_in_trial(root, "ledger", "unique", "74404761");
	assert_in_trial(root, "ledger", "lost", "null");
	assert_in_trial(root, NULL, "scheduled", "null");
	assert_in_trial(root, NULL, "duration_ns", "null");
	json_decref(root);
}

Test(json, a_void_trial_has_all_its_reasons)
{
	json_t *root = json_of(sample_void());

	assert_same(json_object_get(root, "verdict"), "\"void\"");
	assert_same(json_object_get(root, "exit_code"), "2");
	assert_same(json_object_get(root, "reasons"),
		"[\"counters claim 200 frames more than were lost\","
		" \"the sender attempted 74,404,761 of 80,000,000 scheduled frames: the shortfall of 6.994 % "
		"is above "
		"the tolerance of 5 %\"]");
	json_decref(root);
}

Test(json, the_ledger_holds_every_figure_and_account)
{
	json_t *root = json_of(sample_impaired());

	assert_same(in_trial(root, "ledger"),
		"{\"attempted\": 1000500, \"refused\": 500, \"sent\": 1000000, \"received\": 998040,"
		" \"unique\": 997998, \"duplicate\": 25, \"reordered\": 20, \"late\": 2, \"corrupt\": 5,"
		" \"stale\": 3, \"foreign\": 7, \"merged\": 0, \"astray\": 0, \"lost\": 2002, \"explained\": "
		"2002, "
		"\"unexplained\": 0,"
		" \"copies\": 34, \"tx_port_sent\": null, \"rx_port_received\": null, \"queues_received\": "
		"null,"
		" \"accounts\": ["
		"{\"place\": \"tx.ring\", \"port\": \"wire:0\", \"queue\": 0, \"frames\": 500,"
		" \"counter\": \"tx_q0_refused\", \"source\": \"worker\","
		" \"why\": \"TX ring full: for a time more was attempted than the line took\", \"aliases\": "
		"\"\"},"
		"{\"place\": \"path\", \"port\": \"wire:1\", \"queue\": null, \"frames\": 1000,"
		" \"counter\": \"wire_dropped\", \"source\": \"wire\","
		" \"why\": \"the wire, on purpose: drop=0.1%,dup=0.006%\", \"aliases\": \"\"},"
		"{\"place\": \"rx.errors\", \"port\": \"wire:1\", \"queue\": null, \"frames\": 4,"
		" \"counter\": \"rx_fcs_errors\", \"source\": \"wire\","
		" \"why\": \"damaged: dropped by the receive port\", \"aliases\": \"\"},"
		"{\"place\": \"rx.ring\", \"port\": \"wire:1\", \"queue\": 2, \"frames\": 0,"
		" \"counter\": \"rx_q2_missed\", \"source\": \"wire\", \"why\": \"\", \"aliases\": \"\"},"
		"{\"place\": \"rx.ring\", \"port\": \"wire:1\", \"queue\": 3, \"frames\": 1000,"
		" \"counter\": \"rx_q3_missed\", \"source\": \"wire\","
		" \"why\": \"no stall: core 2 takes fewer frames than arrive; ring buffer time 20.4 ms\", "
		"\"aliases\": \"\"},"
		"{\"place\": \"rx.corrupt\", \"port\": \"wire:1\", \"queue\": null, \"frames\": 5,"
		" \"counter\": \"corrupt\", \"source\": \"worker\","
		" \"why\": \"arrived damaged under a good FCS: their numbers are missing\", \"aliases\": "
		"\"\"},"
		"{\"place\": \"rx.late\", \"port\": \"wire:1\", \"queue\": null, \"frames\": 2,"
		" \"counter\": \"late\", \"source\": \"worker\","
		" \"why\": \"arrived after they had been given up as lost\", \"aliases\": \"\"}]}");
	json_decref(root);
}

Test(json, counters_that_count_an_accounts_frames_again_are_its_aliases)
{
	struct ovr_result *result = sample_impaired();
	json_t *root, *account;

	snprintf(result->ledger.account[1].aliases, sizeof(result->ledger.account[1].aliases),
		"Udp:InErrors 183");
	root = json_of(result);
	account = json_array_get(json_object_get(in_trial(root, "ledger"), "accounts"), 1);
	cr_assert_str_eq(json_string_value(json_object_get(account, "aliases")), "Udp:InErrors 183");
	json_decref(root);
}

Test(json, unexplained_keeps_its_sign)
{
	json_t *root = json_of(sample_void());

	assert_same(json_object_get(in_trial(root, "ledger"), "lost"), "100");
	assert_same(json_object_get(in_trial(root, "ledger"), "explained"), "300");
	assert_same(json_object_get(in_trial(root, "ledger"), "unexplained"), "-200");
	json_decref(root);
}

Test(json, the_course_of_the_trial_has_units_in_its_keys)
{
	json_t *root = json_of(sample_void());

	assert_same(in_trial(root, "trial_id"), "\"0x0deadbee\"");
	assert_same(in_trial(root, "warmup_ns"), "100000000");
	assert_same(in_trial(root, "duration_ns"), "5000000000");
	assert_same(in_trial(root, "line_bps"), "10000000000");
	assert_same(in_trial(root, "line_paused_ns"), "null");
	assert_same(in_trial(root, "planned_pps"), "14880952.381");
	assert_same(in_trial(root, "tx_rate_pps"), "14880952.2");
	assert_same(in_trial(root, "rx_rate_pps"), "14880932.2");
	assert_same(in_trial(root, "l1_bps"), "9999999878.4");
	assert_same(in_trial(root, "l2_bps"), "7619047526.4");
	assert_same(in_trial(root, "scheduled"), "80000000");
	assert_same(in_trial(root, "shortfall"), "5595239");
	assert_same(in_trial(root, "shortfall_in_stalls"), "5000000");
	assert_same(in_trial(root, "shortfall_pool"), "239");
	assert_same(in_trial(root, "pacing_error_ppm"), "1.5");
	assert_same(in_trial(root, "clock_ppm"), "-0.25");
	assert_same(in_trial(root, "capture"), "null");
	json_decref(root);
}

Test(json, rings_are_as_asked_and_as_set)
{
	struct ovr_result *result = sample_pass();
	json_t *root;

	result->plan.ports.rxd = 1000;
	result->txd_set = 0;
	root = json_of(result);
	assert_same(in_trial(root, "rings"),
		"{\"rxd\": {\"asked\": 1000, \"set\": 1024, \"read_back\": true}, "
		"\"txd\": {\"asked\": 1024, \"set\": null, \"read_back\": false}}");
	json_decref(root);
}

Test(json, a_ring_that_the_device_does_not_tell_is_as_its_driver_was_given_it)
{
	struct ovr_result *result = sample_pass();
	json_t *root;

	result->plan.ports.rxd = 1000;
	result->rxd_is_given = true;
	root = json_of(result);
	assert_same(in_trial(root, "rings"),
		"{\"rxd\": {\"asked\": 1000, \"set\": 1024, \"read_back\": false}, "
		"\"txd\": {\"asked\": 1024, \"set\": 1024, \"read_back\": true}}");
	json_decref(root);
}

Test(json, a_rate_that_is_no_number_is_null)
{
	struct ovr_result *result = sample_pass();
	json_t *root;

	result->rx_pps = 0.0 / (double)result->full_waits;
	root = json_of(result);
	assert_same(in_trial(root, "rx_rate_pps"), "null");
	json_decref(root);
}

Test(json, all_streams_together_in_the_terms_of_the_rfcs)
{
	json_t *root = json_of(sample_impaired());

	assert_same(in_trial(root, "total"),
		"{\"sent\": 1000000, \"arrivals\": 998025, \"unique\": 997998, \"duplicate\": 25,"
		" \"duplicate_fraction\": 2.50501504011e-05, \"replicated\": 24,"
		" \"replicated_rate\": 2.40481443851e-05, \"late\": 2,"
		" \"loss\": {\"frames\": 2002, \"ratio\": 0.002002, \"head\": 1, \"tail\": 3, \"periods\": "
		"1907,"
		" \"longest\": 64, \"min_distance\": 1, \"noticeable\": 0, \"noticeable_rate\": 0.0, "
		"\"lengths\": []},"
		" \"reorder\": {\"frames\": 20, \"ratio\": 2.00401203209e-05, \"extent_max\": 12,"
		" \"extent_sum\": 90, \"late_time_max_ns\": 61000, \"late_time_sum_ns\": 0, "
		"\"beyond_memory\": 0,"
		" \"exactly_n\": [[1, 9], [3, 6], [12, 5]], \"runs\": 0, \"run_sum\": 0, \"run_square\": "
		"0}}");
	json_decref(root);
}

Test(json, lengths_of_loss_periods_are_given_by_their_upper_ends)
{
	json_t *root = json_of(sample_loss());

	assert_same(json_object_get(json_object_get(in_trial(root, "total"), "loss"), "lengths"),
		"[[512, 1], [16384, 3], [32768, 6], [65536, 1]]");
	json_decref(root);
}

Test(json, a_stream_on_no_single_queue_and_without_arrivals_says_so)
{
	json_t *root = json_of(sample_impaired());
	const json_t *first = json_array_get(in_trial(root, "streams"), 0);
	const json_t *second = json_array_get(in_trial(root, "streams"), 1);

	cr_assert_eq(json_array_size(in_trial(root, "streams")), 2);
	assert_same(json_object_get(first, "stream"), "0");
	assert_same(json_object_get(first, "queue"), "3");
	assert_same(json_object_get(first, "sent"), "500000");
	assert_same(json_object_get(second, "stream"), "1");
	assert_same(json_object_get(second, "queue"), "null");
	assert_same(json_object_get(second, "queues_seen"), "2");
	assert_same(json_object_get(second, "first_seq"), "null");
	assert_same(json_object_get(second, "duplicate_fraction"), "null");
	json_decref(root);
}

Test(json, a_loss_period_has_its_times_and_its_stall)
{
	json_t *root = json_of(sample_loss());

	assert_same(json_array_get(in_trial(root, "loss_periods"), 1),
		"{\"stream\": 0, \"worker\": 0, \"first_seq\": 11905784, \"frames\": 9392,"
		" \"before_tx_ns\": 800068817, \"after_tx_ns\": 800700000, \"after_rx_ns\": 800700800, "
		"\"stall\": 1}");
	json_decref(root);
}

Test(json, a_loss_period_at_the_tail_has_no_end)
{
	struct ovr_result *result = sample_loss();
	json_t *root;

	result->period_stall[10] = UINT32_MAX;
	root = json_of(result);
	assert_same(json_array_get(in_trial(root, "loss_periods"), 10),
		"{\"stream\": 0, \"worker\": 0, \"first_seq\": 65477204, \"frames\": 41210,"
		" \"before_tx_ns\": 4400068817, \"after_tx_ns\": null, \"after_rx_ns\": null, \"stall\": "
		"null}");
	json_decref(root);
}

Test(json, a_loss_period_has_no_stall_that_cannot_have_cost_it)
{
	struct ovr_result *result = sample_loss();
	json_t *root;

	result->rx_stall[9].explained = 0;
	root = json_of(result);
	assert_same(json_object_get(json_array_get(in_trial(root, "loss_periods"), 9), "stall"), "null");
	assert_same(json_object_get(json_array_get(in_trial(root, "loss_periods"), 8), "stall"), "8");
	json_decref(root);
}

Test(json, a_stall_has_its_length_and_its_cause)
{
	json_t *root = json_of(sample_loss());

	assert_same(json_array_get(json_object_get(in_trial(root, "stalls"), "rx"), 0),
		"{\"worker\": 0, \"cpu\": 1, \"start_ns\": 400000000, \"length_ns\": 90000, "
		"\"run_queue_ns\": 80000,"
		" \"switches\": 1, \"cause\": \"preempted\", \"frames\": 315, \"explained_frames\": 315,"
		" \"backlog_ns\": 0,"
		" \"drained_ns\": 400105000}");
	assert_same(json_object_get(in_trial(root, "stalls"), "tx"), "[]");
	json_decref(root);
}

Test(json, a_stall_that_never_drained_and_one_of_a_sender_say_so)
{
	struct ovr_result *result = sample_loss();
	json_t *root;

	result->rx_stall[0].drained_ns = UINT64_MAX;
	root = json_of(result);
	assert_same(json_object_get(
			    json_array_get(json_object_get(in_trial(root, "stalls"), "rx"), 0), "drained_ns"),
		"null");
	json_decref(root);
	root = json_of(sample_void());
	assert_same(json_array_get(json_object_get(in_trial(root, "stalls"), "tx"), 0),
		"{\"worker\": 0, \"cpu\": 0, \"start_ns\": 1000000000, \"length_ns\": 334000000, "
		"\"run_queue_ns\": 0, \"switches\": 0, \"cause\": \"unknown\", \"frames\": 5000000,"
		" \"explained_frames\": null, \"backlog_ns\": null, \"drained_ns\": null}");
	json_decref(root);
}

Test(json, a_worker_has_its_core_its_gaps_and_what_linux_counted)
{
	json_t *root = json_of(sample_loss());
	const json_t *sender = json_array_get(in_trial(root, "workers"), 0);

	assert_same(json_array_get(in_trial(root, "workers"), 1),
		"{\"direction\": \"rx\", \"worker\": 0, \"cpu\": 1, \"numa_node\": 0, \"loops\": 9000000,"
		" \"stalls\": 14, \"stalls_kept\": 11, \"stalled_ns\": 14500000, \"longest_stall_ns\": "
		"2840000,"
		" \"gap_ns\": {\"count\": 9000000, \"min\": 60, \"mean\": 63.4710377778, \"max\": 2840000,"
		" \"p50\": 60, \"p90\": 60, \"p99\": 60, \"p99_9\": 60, \"p99_99\": 60,"
		" \"buckets\": [[60, 8999989], [2818048, 11]]},"
		" \"kernel\": {\"involuntary_switches\": 12, \"run_queue_ns\": 9600000, \"steal_ns\": "
		"10000000,"
		" \"interrupts\": 1250, \"busiest_interrupt\": \"LOC Local timer interrupts\","
		" \"busiest_interrupts\": 1240}, \"host\": null,"
		" \"loss_match\": {\"periods\": 11, \"matched_periods\": 11, \"matched_frames\": 192884,"
		" \"stalls\": 11, \"shortest_ns\": 90000, \"longest_ns\": 2840000}}");
	assert_same(json_object_get(sender, "gap_ns"), "null");
	assert_same(json_object_get(sender, "kernel"), "null");
	assert_same(json_object_get(sender, "loss_match"), "null");
	json_decref(root);
}

Test(json, an_empty_distribution_has_no_percentiles)
{
	struct ovr_result *result = sample_loss();
	json_t *root;

	*result->latency_ns = (struct ovr_hist){ 0 };
	root = json_of(result);
	assert_same(in_trial(root, "latency_ns"),
		"{\"count\": 0, \"min\": null, \"mean\": null, \"max\": null, \"p50\": null, \"p90\": null,"
		" \"p99\": null, \"p99_9\": null, \"p99_99\": null, \"buckets\": []}");
	json_decref(root);
}

Test(json, a_queue_has_only_the_counters_of_its_direction)
{
	json_t *root = json_of(sample_impaired());

	assert_same(json_array_get(in_trial(root, "queues"), 0),
		"{\"direction\": \"tx\", \"queue\": 0, \"worker\": 0, \"cpu\": 0, \"frames\": 1000000, "
		"\"bytes\": 0,"
		" \"refused\": 500, \"missed\": null, \"polls\": 0, \"empty_polls\": 0, \"host\": null}");
	assert_same(json_array_get(in_trial(root, "queues"), 4),
		"{\"direction\": \"rx\", \"queue\": 3, \"worker\": 1, \"cpu\": 2, \"frames\": 249510,"
		" \"bytes\": 197362410, \"refused\": null, \"missed\": 1000, \"polls\": 1000000,"
		" \"empty_polls\": 900000, \"host\": null}");
	json_decref(root);
}

Test(json, the_series_has_an_object_per_interval)
{
	json_t *root = json_of(sample_loss());

	assert_same(json_array_get(in_trial(root, "series"), 1),
		"{\"start_ns\": 1000000000, \"end_ns\": 2500000000, \"attempted\": 22321428, \"refused\": 28,"
		" \"sent\": 22321400, \"shortfall\": 3, \"received\": 22321400, \"unique\": 22321399, "
		"\"missed\": 0,"
		" \"sent_bytes\": 1428569600, \"received_bytes\": 1428569600,"
		" \"link_lost\": false, \"rx_queues\": [{\"received\": 22321400, \"missed\": 0}]}");
	json_decref(root);
}

Test(json, sizes_impairments_capture_and_notes_are_listed)
{
	json_t *root = json_of(sample_impaired());

	assert_same(in_trial(root, "sizes"),
		"[{\"size\": 64, \"sent\": 500000, \"lost\": 1500},"
		" {\"size\": 1518, \"sent\": 500000, \"lost\": 502}]");
	assert_same(in_trial(root, "impairment_events"),
		"{\"counts\": {\"drop\": 1000, \"dup\": 34, \"reorder\": 20, \"fcs\": 4, \"corrupt\": 5},"
		" \"list\": [{\"kind\": \"drop\", \"stream\": 0, \"seq\": 17},"
		" {\"kind\": \"reorder\", \"stream\": 3, \"seq\": 40}, {\"kind\": \"dup\", \"stream\": 1, "
		"\"seq\": 99}]}");
	assert_same(
		in_trial(root, "capture"), "{\"file\": \"loss.pcap\", \"frames\": 4000, \"left_out\": 120}");
	assert_same(in_trial(root, "notes"), "[\"core 2 is on NUMA node 1, its port on node 0\"]");
	json_decref(root);
}

Test(json, counters_of_the_kernel_are_listed_with_their_meaning)
{
	json_t *root = json_of(sample_kernel());

	assert_same(in_trial(root, "counters"),
		"[{\"port\": \"netdev:eth1\", \"counter\": \"rx_queue_2_drops\", \"source\": \"veth\", "
		"\"queue\": 2,"
		" \"added\": 1234, \"was_reset\": false, \"kind\": \"loss\", \"place\": \"rx.ring\","
		" \"frames_min\": 1234, \"frames_max\": 1234,"
		" \"trust\": \"exact\", \"remark\": \"\"},"
		" {\"port\": \"netdev:eth1\", \"counter\": \"rx_dropped\", \"source\": \"link\", \"queue\": "
		"null,"
		" \"added\": 1234, \"was_reset\": false, \"kind\": \"alias\", \"place\": \"rx.ring\","
		" \"frames_min\": 0, \"frames_max\": 0,"
		" \"trust\": \"unverified\", \"remark\": \"of the driver's\"},"
		" {\"port\": \"netdev:eth0\", \"counter\": \"time_squeeze\", \"source\": \"softnet\","
		" \"queue\": null, \"added\": 7, \"was_reset\": true, \"kind\": \"other\", \"place\": null,"
		" \"frames_min\": 0, \"frames_max\": 0,"
		" \"trust\": \"exact\", \"remark\": \"\"}]");
	json_decref(root);
}

Test(json, bytes_that_are_no_text_become_question_marks)
{
	struct ovr_result *result = sample_pass();
	json_t *root;

	memcpy(result->environment.cpu_model, "Core\xae 9", sizeof("Core\xae 9"));
	root = json_of(result);
	assert_same(json_object_get(json_object_get(root, "environment"), "cpu_model"), "\"Core? 9\"");
	json_decref(root);
}

/* A JSON object of texts is a plan file. */
Test(json, the_plan_in_a_result_is_the_plan_that_was_carried_out)
{
	struct ovr_result *result = sample_impaired();
	char *expected = ovr_plan_print(&result->plan);
	json_t *root = json_of(result);
	char *text = json_dumps(json_object_get(root, "plan"), JSON_INDENT(2));
	struct ovr_plan plan;
	struct ovr_err err = { "" };
	char *found;

	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_load_text(&plan, "result", text, strlen(text), &err), 0, "%s", err.text);
	found = ovr_plan_print(&plan);
	cr_assert_str_eq(found, expected);
	free(found);
	free(text);
	free(expected);
	json_decref(root);
}

Test(json, a_full_disk_is_an_error_with_a_sentence)
{
	struct ovr_result *result = sample_pass();
	struct ovr_err err = { "" };
	FILE *out = fopen("/dev/full", "w");

	cr_assert_eq(ovr_report_json(result, "run", out, &err), -EIO);
	cr_assert_str_eq(err.text, "the JSON result cannot be written: No space left on device");
	fclose(out);
	sample_free(result);
}

/* How many allocations succeed before one fails, and how many blocks are in use. */
static long allocations_left;
static long blocks_in_use;

static void *
allocate(size_t size)
{
	if (allocations_left-- <= 0)
		return NULL;
	blocks_in_use++;
	return malloc(size);
}

static void
release(void *block)
{
	if (block != NULL)
		blocks_in_use--;
	free(block);
}

Test(json, whichever_allocation_fails_the_error_is_said_and_nothing_leaks)
{
	struct ovr_result *result = sample_impaired();
	FILE *out = fopen("/dev/null", "w");
	long n = 0;
	int rc;

	json_set_alloc_funcs(allocate, release);
	do {
		struct ovr_err err = { "" };

		allocations_left = n++;
		rc = ovr_report_json(result, "run", out, &err);
		cr_assert_eq(
			blocks_in_use, 0, "%ld blocks left when allocation %ld failed", blocks_in_use, n);
		cr_assert(rc == 0 || rc == -ENOMEM || rc == -EIO);
		cr_assert_eq(rc == 0, err.text[0] == '\0');
	} while (rc != 0);
	cr_assert_gt(n, 500);
	fclose(out);
	sample_free(result);
}

Test(json, every_stream_of_the_most_there_can_be_is_listed)
{
	struct ovr_result *result = sample_pass();
	json_t *root;

	free(result->stream);
	result->n_streams = OVR_FRAME_STREAMS_MAX;
	result->stream = calloc(result->n_streams, sizeof(*result->stream));
	cr_assert_not_null(result->stream);
	for (uint32_t i = 0; i < result->n_streams; i++)
		result->stream[i] = (struct ovr_result_stream){ .stream = (uint16_t)i, .queue = -1 };
	root = json_of(result);
	cr_assert_eq(json_array_size(in_trial(root, "streams")), 65536);
	json_decref(root);
}

Test(json, loss_events_have_dates_a_rate_and_the_worst_first)
{
	json_t *root = json_of(sample_soak());
	const json_t *events = in_trial(root, "loss_events");

	cr_assert_eq(json_integer_value(json_object_get(events, "count")), 3);
	cr_assert_eq(json_integer_value(json_object_get(events, "gap_ns")), 1000000000);
	cr_assert_eq(json_real_value(json_object_get(events, "per_hour")), 0.125);
	cr_assert_float_eq(json_real_value(json_object_get(events, "per_hour_low95")), 0.02578, 1e-5);
	cr_assert_float_eq(json_real_value(json_object_get(events, "per_hour_high95")), 0.36530, 1e-5);
	cr_assert(json_is_null(json_object_get(events, "loss_ratio_high95")));
	assert_same(json_object_get(events, "first"),
		"{\"start_ns\": 3600000000000, \"end_ns\": 3600000010000, \"start_utc\": "
		"\"2025-01-31T13:00:00.250Z\","
		" \"periods\": 1, \"frames\": 10}");
	assert_same(json_object_get(events, "last"),
		"{\"start_ns\": 72000000000000, \"end_ns\": 72000000200000, \"start_utc\": "
		"\"2025-02-01T08:00:00.250Z\","
		" \"periods\": 1, \"frames\": 100}");
	cr_assert_eq(json_array_size(json_object_get(events, "worst")), 3);
	cr_assert_eq(json_integer_value(
			     json_object_get(json_array_get(json_object_get(events, "worst"), 0), "frames")),
		900);
	json_decref(root);
}

Test(json, no_loss_has_no_event_and_a_bound)
{
	json_t *root = json_of(sample_pass());
	const json_t *events = in_trial(root, "loss_events");

	cr_assert_eq(json_integer_value(json_object_get(events, "count")), 0);
	cr_assert_eq(json_integer_value(json_object_get(events, "gap_ns")), 1000000000);
	cr_assert(json_is_null(json_object_get(events, "first")));
	cr_assert(json_is_null(json_object_get(events, "last")));
	cr_assert_float_eq(json_real_value(json_object_get(events, "loss_ratio_high95")), 4.026e-8, 1e-11);
	json_decref(root);
}

Test(json, outages_have_the_looks_that_saw_them)
{
	json_t *root = json_of(sample_soak());

	assert_same(in_trial(root, "outages"),
		"{\"count\": 2, \"list\": [{\"port\": \"wire:1\", \"up_until_ns\": 43200000000000,"
		" \"up_until_utc\": \"2025-02-01T00:00:00.250Z\", \"down_from_ns\": 43201000000000,"
		" \"down_until_ns\": 43203000000000, \"up_again_ns\": 43204000000000,"
		" \"at_least_ns\": 2000000000, \"at_most_ns\": 4000000000},"
		" {\"port\": \"wire:1\", \"up_until_ns\": 50000000000000,"
		" \"up_until_utc\": \"2025-02-01T01:53:20.250Z\", \"down_from_ns\": null,"
		" \"down_until_ns\": null, \"up_again_ns\": 50001000000000,"
		" \"at_least_ns\": 0, \"at_most_ns\": 1000000000}]}");
	json_decref(root);
}

Test(json, ports_have_their_drivers_and_firmware)
{
	json_t *root = json_of(sample_kernel());

	assert_same(in_trial(root, "ports"),
		"{\"tx\": {\"port\": \"netdev:eth0\", \"dpdk_driver\": \"net_af_packet\", \"driver\": "
		"\"veth\", "
		"\"driver_version\": \"1.0\", \"firmware\": null}, "
		"\"rx\": {\"port\": \"netdev:eth1\", \"dpdk_driver\": \"net_af_xdp\", \"driver\": \"ixgbe\", "
		"\"driver_version\": \"6.1.0\", \"firmware\": \"0x18b30001\"}}");
	json_decref(root);
}
