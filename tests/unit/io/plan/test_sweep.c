/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/sweep.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "plan/command.h"

static struct ovr_plan plan, trial;
static struct ovr_err err;

static void
set(const char *key, const char *text)
{
	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), 0, "%s", err.text);
}

static void
arrange(void)
{
	ovr_plan_default_for(OVR_PLAN_SWEEP, &plan);
}

static void
assert_refused(const char *sentence)
{
	cr_assert_eq(ovr_plan_sweep_check(&plan, &err), -EINVAL);
	cr_assert_str_eq(err.text, sentence);
}

TestSuite(sweep, .init = arrange);

Test(sweep, without_lists_it_is_the_plans_own_trial)
{
	struct ovr_method_grid grid = ovr_plan_sweep_grid(&plan);

	set("rxd", "512");
	set("stall", "unread");
	cr_assert_eq(ovr_method_grid_cells(&grid), 1);
	cr_assert_eq(ovr_plan_sweep_cell(&plan, 0, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.command, OVR_PLAN_RUN);
	cr_assert_eq(trial.ports.rxd, 512);
	cr_assert(trial.receiver.stall.unread);
	cr_assert_eq(trial.load.time_ns, 250000000);
}

Test(sweep, a_cell_is_the_plan_with_its_values_and_a_seed_of_its_own)
{
	struct ovr_method_grid grid;
	struct ovr_plan other;

	set("rings", "64..256");
	set("sizes", "64,512");
	set("rates", "10%,20%");
	set("bursts", "8,16");
	set("queues", "1,2");
	set("stalls", "none,100us/10ms");
	set("repeats", "2");
	set("json", "result.json");
	grid = ovr_plan_sweep_grid(&plan);
	cr_assert_eq(ovr_method_grid_cells(&grid), 192);
	/* the last cell of the first repeat */
	cr_assert_eq(ovr_plan_sweep_cell(&plan, 95, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.ports.rxd, 256);
	cr_assert_str_eq(trial.frames.size.text, "512");
	cr_assert_eq(trial.load.rate.value, 200000);
	cr_assert_eq(trial.ports.burst, 16);
	cr_assert_eq(trial.ports.rxq, 2);
	cr_assert_eq(trial.receiver.stall.length_ns, 100000);
	cr_assert_eq(trial.output.json[0], '\0');
	cr_assert_eq(trial.frames.streams, 32, "computed for its own queues");
	cr_assert_eq(ovr_plan_sweep_cell(&plan, 95 + 96, &other, &err), 0);
	cr_assert_neq(trial.trial.seed, other.trial.seed);
	other.trial.seed = trial.trial.seed;
	cr_assert_eq(memcmp(&trial, &other, sizeof(trial)), 0, "repeats differ in their seeds alone");
}

Test(sweep, a_label_says_what_is_varied)
{
	char label[256];

	set("rings", "64");
	set("stalls", "100us/10ms");
	cr_assert_eq(ovr_plan_sweep_cell(&plan, 0, &trial, &err), 0);
	cr_assert_str_eq(ovr_plan_sweep_label(&trial, label, sizeof(label)),
		"rxd 64, size 64, rate 100%, burst 32, rxq 1, stall 100us/10ms");
}

Test(sweep, a_cell_that_cannot_be_is_named)
{
	set("queues", "1,4");
	set("streams", "2");
	cr_assert_eq(ovr_plan_sweep_check(&plan, &err), -EINVAL);
	cr_assert_not_null(
		strstr(err.text, "cell \"rxd 1024, size 64, rate 100%, burst 32, rxq 4, stall none\": "),
		"%s", err.text);
	set("streams", "4");
	cr_assert_eq(ovr_plan_sweep_check(&plan, &err), 0, "%s", err.text);
}

Test(sweep, a_stall_that_does_not_end_within_its_trial_is_refused)
{
	set("stalls", "none,1ms/249ms");
	cr_assert_eq(ovr_plan_sweep_check(&plan, &err), 0, "%s", err.text);
	set("stalls", "none,1ms/500ms");
	assert_refused(
		"cell \"rxd 1024, size 64, rate 100%, burst 32, rxq 1, stall 1ms/500ms\": stall: found "
		"1ms/500ms in trials of 250ms, accepted: --time 501ms or longer, so that a stall ends in "
		"each");
	set("time", "501ms");
	cr_assert_eq(ovr_plan_sweep_check(&plan, &err), 0, "%s", err.text);
	set("time", "none");
	set("count", "1000");
	cr_assert_eq(ovr_plan_sweep_check(&plan, &err), 0, "how long frames take depends on the line");
}

/* As of a run: a count ends a trial, and no time that nobody asked for. */
Test(sweep, a_count_is_sent_whole_or_refused)
{
	set("count", "1000000");
	cr_assert_eq(ovr_plan_sweep_cell(&plan, 0, &trial, &err), 0, "%s", err.text);
	cr_assert_eq(trial.load.time_ns, 0);
	set("rates", "1kpps,1pps");
	cr_assert_eq(ovr_plan_sweep_check(&plan, &err), -ERANGE);
	cr_assert_str_eq(err.text,
		"cell \"rxd 1024, size 64, rate 1pps, burst 32, rxq 1, stall none\": count: found 1000000, "
		"which takes 277.8 h to send and outlasts the 48 bits of time in each frame, accepted: up to "
		"259200 (72 h) at this rate and shape, or a time as well");
	set("time", "1s");
	cr_assert_eq(ovr_plan_sweep_check(&plan, &err), 0, "%s", err.text);
}

Test(sweep, what_a_sweep_does_not_have_is_refused)
{
	set("trial-id", "0x7");
	assert_refused(
		"trial-id: found 0x00000007 for a sweep, accepted: auto, its default, since each of its "
		"trials has one of its own");
	set("trial-id", "auto");
	set("max-loss", "1%");
	assert_refused(
		"max-loss: found 1% for a sweep, accepted: 0%, its default, since a ring loses nothing or "
		"it loses");
}

/* Before anything that the plan of a cell lacks. */
Test(sweep, a_tcp_port_is_refused_in_the_words_of_other_commands)
{
	set("rx", "tcp:127.0.0.1:9");
	assert_refused("tx wire:0 and rx tcp:127.0.0.1:9: found a tcp port for a command with many trials, "
		       "accepted: it for overrun run alone");
}

Test(sweep, an_option_whose_list_is_given_too_is_refused)
{
	static const struct {
		const char *list, *values, *single, *value, *sentence;
	} pair[] = {
		{ "rings", "64..1024", "rxd", "4096",
			"rings: found beside --rxd 4096, accepted: one of both" },
		{ "sizes", "64", "size", "512", "sizes: found beside --size 512, accepted: one of both" },
		{ "rates", "10%", "rate", "20%", "rates: found beside --rate 20%, accepted: one of both" },
		{ "bursts", "8", "burst", "16", "bursts: found beside --burst 16, accepted: one of both" },
		{ "queues", "1", "rxq", "2", "queues: found beside --rxq 2, accepted: one of both" },
		{ "stalls", "none", "stall", "unread",
			"stalls: found beside --stall unread, accepted: one of both" },
	};

	for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++) {
		arrange();
		set(pair[i].list, pair[i].values);
		cr_assert_eq(ovr_plan_sweep_check(&plan, &err), 0, "%s", err.text);
		set(pair[i].single, pair[i].value);
		assert_refused(pair[i].sentence);
		set(pair[i].list, "auto");
		cr_assert_eq(ovr_plan_sweep_check(&plan, &err), 0, "%s", err.text);
	}
}

Test(sweep, a_captures_frames_have_sizes_of_their_own)
{
	set("templates", "frames.pcap");
	cr_assert_eq(ovr_plan_sweep_check(&plan, &err), 0, "%s", err.text);
	set("sizes", "64,512");
	assert_refused(
		"sizes: found beside --templates, whose frames have sizes of their own, accepted: one of "
		"both");
}

Test(sweep, a_file_serves_one_purpose)
{
	set("json", "x");
	set("csv", "x");
	assert_refused("json and csv: found \"x\" for both, accepted: a file for each");
	set("csv", "none");
	set("state", "x");
	assert_refused("json and state: found \"x\" for both, accepted: a file for each");
	set("json", "-");
	set("csv", "-");
	assert_refused("json and csv: found \"-\" for both, accepted: a file for each");
	set("csv", "x");
	assert_refused("csv and state: found \"x\" for both, accepted: a file for each");
	set("csv", "cells.csv");
	cr_assert_eq(ovr_plan_sweep_check(&plan, &err), 0, "%s", err.text);
	set("state", "-");
	assert_refused("state: found \"-\", accepted: a file's name, since a journal is read again");
}

Test(sweep, more_cells_than_can_be_kept_are_refused)
{
	set("rings", "64..8192");
	set("rates", "10%,20%,30%,40%");
	set("bursts", "8,16,32,64");
	set("repeats", "1000");
	cr_assert_eq(ovr_plan_sweep_check(&plan, &err), -ERANGE);
	cr_assert_str_eq(err.text, "grid: found 128000 cells, accepted: at most 100000");
}
