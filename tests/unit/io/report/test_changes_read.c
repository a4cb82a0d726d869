/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From results to what changed: generated repeats with noise, in seeded sets. What is there is
 * found, and nothing else.
 */
#include "report/changes_read.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/back_to_back.h"
#include "report/search.h"
#include "report/selftest.h"
#include "report/sweep.h"
#include "support/back_to_back_sample.h"
#include "support/repeat_sample.h"
#include "support/search_sample.h"
#include "support/selftest_sample.h"
#include "support/sweep_sample.h"

#define SETS 20

static const struct ovr_changes options = { .level = 0.99, .tolerance = 0.01 };

static void
add(struct ovr_changes *changes, uint32_t group, const struct sample_repeat *repeat)
{
	struct ovr_saved saved = sample_repeat(repeat);
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_changes_read(changes, group, "r.json", &saved, &err), 0, "%s", err.text);
	ovr_saved_close(&saved);
}

/* n repeats of each plan, of seeds of their own. */
static struct ovr_changes
compared(struct sample_repeat base, struct sample_repeat other, unsigned int n, uint64_t seed)
{
	struct ovr_changes changes = options;
	struct ovr_err err = { "" };

	for (unsigned int i = 0; i < n; i++) {
		base.seed = seed * 1000 + i;
		other.seed = seed * 1000 + 500 + i;
		add(&changes, 0, &base);
		add(&changes, 1, &other);
	}
	cr_assert_eq(ovr_changes_close(&changes, &err), 0, "%s", err.text);
	return changes;
}

static const struct ovr_changes_figure *
figure(const struct ovr_changes *changes, const char *name)
{
	for (uint32_t i = 0; i < changes->n_figures; i++)
		if (strcmp(changes->figure[i].name, name) == 0)
			return &changes->figure[i];
	cr_assert_fail("no figure is called %s", name);
	return NULL;
}

static enum ovr_changes_outcome
outcome(const struct ovr_changes *changes, const char *name)
{
	return figure(changes, name)->change[1].outcome;
}

Test(changes_read, ten_repeats_of_one_plan_show_no_change_in_20_of_20_sets, .timeout = 60)
{
	unsigned int n_quiet = 0;

	for (uint64_t seed = 1; seed <= SETS; seed++) {
		struct sample_repeat repeat = sample_repeat_default(0);
		struct ovr_changes changes = compared(repeat, repeat, 10, seed);

		cr_assert_eq(changes.n_tests, 4); /* tx rate, loss, two latencies */
		n_quiet += changes.n_shown == 0 && changes.n_regressions == 0;
		ovr_changes_done(&changes);
	}
	cr_assert_eq(n_quiet, SETS, "%u of %u", n_quiet, SETS);
}

Test(changes_read, a_sender_slower_by_2_percent_is_found_with_10_repeats_and_not_with_2, .timeout = 60)
{
	struct sample_repeat base = sample_repeat_default(0), slower = base;
	unsigned int n_ten = 0, n_two = 0, n_others = 0;

	slower.rate_pps *= 0.98;
	for (uint64_t seed = 1; seed <= SETS; seed++) {
		struct ovr_changes ten = compared(base, slower, 10, seed);
		struct ovr_changes two = compared(base, slower, 2, seed);

		n_ten += outcome(&ten, "tx rate") == OVR_CHANGES_WORSE;
		n_two += two.n_shown;
		n_others += ten.n_shown - (outcome(&ten, "tx rate") == OVR_CHANGES_WORSE);
		/* what is shown is a regression: it is beyond the tolerance of 1 % */
		cr_assert_eq(ten.n_regressions, ten.n_shown);
		ovr_changes_done(&ten);
		ovr_changes_done(&two);
	}
	cr_assert_geq(n_ten, 15, "%u of %u", n_ten, SETS);
	cr_assert_eq(n_two, 0, "%u of %u", n_two, SETS);
	cr_assert_eq(n_others, 0, "%u", n_others);
}

Test(changes_read, the_interval_holds_the_true_change, .timeout = 60)
{
	struct sample_repeat base = sample_repeat_default(0), slower = base;
	unsigned int n_held = 0;

	slower.rate_pps *= 0.98;
	for (uint64_t seed = 1; seed <= SETS; seed++) {
		struct ovr_changes changes = compared(base, slower, 5, seed);
		const struct ovr_method_difference *found =
			&figure(&changes, "tx rate")->change[1].difference;

		n_held += found->low < 0.98 && 0.98 < found->high;
		ovr_changes_done(&changes);
	}
	cr_assert_geq(n_held, SETS - 1, "%u of %u", n_held, SETS);
}

Test(changes_read, a_smaller_ring_is_named_and_the_loss_as_its_effect, .timeout = 60)
{
	struct sample_repeat base = sample_repeat_default(0), smaller = base;

	smaller.rxd = 256;
	smaller.clusters = 30;
	smaller.frames = 1500;
	for (uint64_t seed = 1; seed <= SETS; seed++) {
		struct ovr_changes changes = compared(base, smaller, 5, seed);

		cr_assert_eq(outcome(&changes, "loss"), OVR_CHANGES_WORSE, "set %u: p %g", (unsigned int)seed,
			figure(&changes, "loss")->change[1].p_corrected);
		cr_assert(figure(&changes, "loss")->change[1].is_regression);
		cr_assert_eq(changes.n_findings, 1);
		cr_assert_eq(changes.finding[0].group, 1);
		cr_assert_str_eq(changes.finding[0].text,
			"more loss is an effect of the smaller receive ring (1024 → 256 descriptors): the "
			"account rx.ring has 100.0 % of the change, and no other difference was found");
		ovr_changes_done(&changes);
	}
}

Test(changes_read, one_trial_each_shows_a_loss_by_its_clusters_and_nothing_else)
{
	struct sample_repeat base = sample_repeat_default(0), lossy = base;
	struct ovr_changes changes;

	base.clusters = 0.001;
	lossy.clusters = 100;
	changes = compared(base, lossy, 1, 1);
	cr_assert_eq(outcome(&changes, "loss"), OVR_CHANGES_WORSE);
	cr_assert_eq(outcome(&changes, "tx rate"), OVR_CHANGES_UNTESTED);
	cr_assert_eq(outcome(&changes, "latency p50"), OVR_CHANGES_UNTESTED);
	cr_assert_eq(changes.n_tests, 1);
	ovr_changes_done(&changes);
	/* as many frames, in one cluster */
	lossy.clusters = 2;
	lossy.frames = 25000;
	changes = compared(base, lossy, 1, 1);
	cr_assert_gt(figure(&changes, "loss")->side[1].events, 1000);
	cr_assert_eq(outcome(&changes, "loss"), OVR_CHANGES_NOT_SHOWN);
	cr_assert_gt(figure(&changes, "loss")->change[1].difference.p, 0.2);
	ovr_changes_done(&changes);
}

Test(changes_read, other_differences_leave_the_cause_open)
{
	struct sample_repeat base = sample_repeat_default(1), smaller = base;
	struct ovr_changes changes = options;
	struct ovr_saved saved;
	struct ovr_err err = { "" };

	smaller.rxd = 256;
	smaller.clusters = 100;
	add(&changes, 0, &base);
	saved = sample_repeat(&smaller);
	json_object_set_new(json_object_get(saved.root, "environment"), "kernel", json_string("Linux 6.6"));
	json_object_set_new(
		json_object_get(json_object_get(json_object_get(saved.root, "trial"), "ports"), "rx"),
		"firmware", json_string("0x2"));
	cr_assert_eq(ovr_changes_read(&changes, 1, "b.json", &saved, &err), 0, "%s", err.text);
	ovr_saved_close(&saved);
	cr_assert_eq(ovr_changes_close(&changes, &err), 0);
	cr_assert_eq(changes.n_findings, 1);
	cr_assert_str_eq(changes.finding[0].text,
		"more loss fits the smaller receive ring (1024 → 256 descriptors): the account rx.ring has "
		"100.0 % of the change; but 2 other differences may be its cause too");
	cr_assert_eq(changes.property[changes.n_properties - 1].source, OVR_CHANGES_PORT);
	cr_assert_str_eq(changes.property[changes.n_properties - 1].name, "rx firmware");
	cr_assert_null(changes.property[changes.n_properties - 1].value[0]);
	cr_assert_str_eq(changes.property[changes.n_properties - 1].value[1], "0x2");
	ovr_changes_done(&changes);
}

Test(changes_read, of_ports_that_an_older_document_does_not_have_nothing_is_said_to_differ)
{
	struct sample_repeat base = sample_repeat_default(1), smaller = base;
	struct ovr_changes changes = options;
	struct ovr_saved saved = sample_repeat(&base);
	struct ovr_err err = { "" };

	smaller.rxd = 256;
	smaller.clusters = 100;
	json_object_del(json_object_get(saved.root, "trial"), "ports");
	cr_assert_eq(ovr_changes_read(&changes, 0, "a.json", &saved, &err), 0, "%s", err.text);
	ovr_saved_close(&saved);
	add(&changes, 1, &smaller);
	cr_assert_eq(ovr_changes_close(&changes, &err), 0);
	for (uint32_t i = 0; i < changes.n_properties; i++)
		cr_assert(!changes.property[i].differs || changes.property[i].source != OVR_CHANGES_PORT,
			"%s", changes.property[i].name);
	cr_assert_eq(changes.n_findings, 1);
	cr_assert_str_eq(changes.finding[0].text,
		"more loss is an effect of the smaller receive ring (1024 → 256 descriptors): the account "
		"rx.ring has 100.0 % of the change, and no other difference was found, but the drivers of "
		"one of both are not known");
	ovr_changes_done(&changes);
}

Test(changes_read, an_option_that_an_older_plan_does_not_have_is_at_its_default)
{
	struct sample_repeat repeat = sample_repeat_default(1);
	struct ovr_changes changes = options;
	struct ovr_saved saved = sample_repeat(&repeat);
	struct ovr_err err = { "" };

	json_object_del(json_object_get(saved.root, "plan"), "via");
	cr_assert_eq(ovr_changes_read(&changes, 0, "a.json", &saved, &err), 0, "%s", err.text);
	ovr_saved_close(&saved);
	saved = sample_repeat(&repeat);
	json_object_set_new(json_object_get(saved.root, "plan"), "live", json_string("none"));
	cr_assert_eq(ovr_changes_read(&changes, 1, "b.json", &saved, &err), 0, "%s", err.text);
	ovr_saved_close(&saved);
	cr_assert_eq(ovr_changes_close(&changes, &err), 0);
	for (uint32_t i = 0; i < changes.n_properties; i++)
		cr_assert(!changes.property[i].differs, "%s", changes.property[i].name);
	ovr_changes_done(&changes);
}

Test(changes_read, a_loss_elsewhere_is_not_laid_to_the_ring)
{
	struct sample_repeat base = sample_repeat_default(1), smaller = base;
	struct ovr_changes changes = options;
	struct ovr_saved saved;
	struct ovr_err err = { "" };

	smaller.rxd = 256;
	smaller.clusters = 100;
	add(&changes, 0, &base);
	saved = sample_repeat(&smaller);
	json_object_set_new(
		json_array_get(
			json_object_get(
				json_object_get(json_object_get(saved.root, "trial"), "ledger"), "accounts"),
			1),
		"place", json_string("path"));
	cr_assert_eq(ovr_changes_read(&changes, 1, "b.json", &saved, &err), 0, "%s", err.text);
	ovr_saved_close(&saved);
	cr_assert_eq(ovr_changes_close(&changes, &err), 0);
	cr_assert_eq(changes.n_findings, 1);
	cr_assert(strstr(changes.finding[0].text, "loss is not explained by the receive ring") != NULL, "%s",
		changes.finding[0].text);
	ovr_changes_done(&changes);
}

Test(changes_read, losses_of_streams_at_one_time_are_one_cluster)
{
	struct sample_repeat base = sample_repeat_default(1);
	struct ovr_changes changes = options;
	struct ovr_saved saved = sample_repeat(&base);
	json_t *periods = json_object_get(json_object_get(saved.root, "trial"), "loss_periods");
	json_t *period = json_deep_copy(json_array_get(periods, 0));
	struct ovr_err err = { "" };

	json_array_clear(periods);
	for (unsigned int i = 0; i < 4; i++) {
		json_t *copy = json_deep_copy(period);

		/* three at once, and one later */
		json_object_set_new(copy, "frames", json_integer(10));
		json_object_set_new(copy, "before_tx_ns", json_integer(i == 3 ? 5000 : 1000 + i));
		json_object_set_new(copy, "after_tx_ns", json_integer(i == 3 ? 6000 : 2000));
		json_array_append_new(periods, copy);
	}
	json_decref(period);
	json_object_set_new(
		json_object_get(json_object_get(saved.root, "trial"), "ledger"), "lost", json_integer(40));
	cr_assert_eq(ovr_changes_read(&changes, 0, "a.json", &saved, &err), 0, "%s", err.text);
	cr_assert_eq(figure(&changes, "loss")->value[0].squares, 30 * 30 + 10 * 10);
	ovr_saved_close(&saved);
	ovr_changes_done(&changes);
}

static void
assert_refused(struct ovr_changes *changes, const struct ovr_saved *saved, const char *sentence)
{
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_changes_read(changes, 0, "b.json", saved, &err), -EINVAL);
	cr_assert_str_eq(err.text, sentence);
}

Test(changes_read, what_is_no_repeat_is_refused)
{
	struct sample_repeat repeat = sample_repeat_default(1);
	struct ovr_changes changes = options;
	struct ovr_saved saved;

	add(&changes, 0, &repeat);
	repeat.rxd = 512;
	saved = sample_repeat(&repeat);
	assert_refused(&changes, &saved,
		"b.json: plan.rxd: found \"512\" after \"1024\" in group A, accepted: repeats of one plan in "
		"a "
		"group");
	saved.name = "doctor";
	saved.command = "doctor";
	assert_refused(&changes, &saved,
		"b.json: found a result of doctor, accepted: of run, search, burst, sweep, selftest, run "
		"over "
		"tcp");
	saved.name = "result";
	saved.command = "search";
	assert_refused(&changes, &saved,
		"b.json: found a result of search after one of run, accepted: results of one command");
	ovr_saved_close(&saved);
	ovr_changes_done(&changes);
}

Test(changes_read, a_void_result_is_named_and_left_out)
{
	struct sample_repeat repeat = sample_repeat_default(1);
	struct ovr_changes changes = options;
	struct ovr_saved saved = sample_repeat(&repeat);
	struct ovr_err err = { "" };

	json_object_set_new(saved.root, "verdict", json_string("void"));
	cr_assert_eq(ovr_changes_read(&changes, 0, "a.json", &saved, &err), 0, "%s", err.text);
	cr_assert_eq(changes.group[0].n_void, 1);
	cr_assert_str_eq(changes.group[0].file[0], "a.json");
	cr_assert_eq(changes.n_figures, 0);
	ovr_saved_close(&saved);
	ovr_changes_done(&changes);
}

/* The changes of a document with itself; text is what was written to it, and is freed. */
static struct ovr_changes
with_itself(char *text)
{
	struct ovr_changes changes = options;
	struct ovr_saved saved;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_saved_parse(text, strlen(text), &saved, &err), 0, "%s", err.text);
	for (uint32_t group = 0; group < 2; group++)
		cr_assert_eq(ovr_changes_read(&changes, group, "r.json", &saved, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_changes_close(&changes, &err), 0);
	cr_assert_eq(changes.n_shown, 0);
	ovr_saved_close(&saved);
	free(text);
	return changes;
}

Test(changes_read, a_search_has_a_figure_for_each_size_and_goal)
{
	struct ovr_result_search *search = sample_search_found();
	struct ovr_changes changes;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_search_json(search, out, NULL), 0);
	fclose(out);
	sample_search_free(search);
	changes = with_itself(text);
	cr_assert_eq(changes.n_figures, 2);
	cr_assert_float_eq(figure(&changes, "size 64: rate without loss")->side[1].value, 990e3, 1);
	cr_assert_float_eq(figure(&changes, "size 64: rate within 0.5 % of loss")->side[1].value, 2e6, 1);
	ovr_changes_done(&changes);
}

Test(changes_read, the_searches_of_a_burst_are_its_repeats)
{
	struct ovr_result_back_to_back *burst = sample_back_to_back_found();
	struct ovr_changes changes;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_back_to_back_json(burst, out, NULL), 0);
	fclose(out);
	sample_back_to_back_free(burst);
	changes = with_itself(text);
	cr_assert_geq(figure(&changes, "longest burst")->side[0].n, 2);
	cr_assert_eq(outcome(&changes, "longest burst"), OVR_CHANGES_NOT_SHOWN);
	ovr_changes_done(&changes);
}

Test(changes_read, a_selftest_has_its_rates)
{
	struct ovr_result_selftest *selftest = sample_selftest_sustained();
	struct ovr_changes changes;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_selftest_json(selftest, out, NULL), 0);
	fclose(out);
	sample_selftest_free(selftest);
	changes = with_itself(text);
	cr_assert_eq(changes.n_figures, 3);
	cr_assert_float_eq(figure(&changes, "rate sustained")->side[0].value, 60e6, 1);
	ovr_changes_done(&changes);
}

Test(changes_read, a_sweep_has_a_figure_for_each_combination)
{
	struct ovr_result_sweep sweep;
	struct ovr_changes changes;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	sample_sweep_falling(&sweep);
	cr_assert_eq(ovr_report_sweep_json(&sweep, out, NULL), 0);
	fclose(out);
	ovr_result_sweep_done(&sweep);
	changes = with_itself(text);
	cr_assert_eq(changes.n_figures, 2);
	cr_assert_eq(
		figure(&changes,
			"rxd 512, burst 32, rxq 1, size 64, rate 100%, stall 100us/10ms,jitter=10%: loss")
			->side[1]
			.events,
		5000);
	ovr_changes_done(&changes);
}
