/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/command.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

static struct ovr_plan plan;
static struct ovr_err err;

/* Every command: its plan without options is one that it takes itself. */
Test(command, no_command_refuses_its_own_defaults)
{
	for (unsigned int command = 0; command < OVR_PLAN_COMMANDS; command++) {
		ovr_plan_default_for((enum ovr_plan_command)command, &plan);
		cr_assert_eq(plan.command, command);
		cr_assert_eq(ovr_plan_refuse_changed(&plan, &err), 0, "%s", err.text);
	}
}

static void
names_rows_of_the_trial(const char *command, const char *keys)
{
	char text[256], *rest = text, *key;

	cr_assert_lt(strlen(keys), sizeof(text));
	strcpy(text, keys);
	while ((key = strsep(&rest, ",")) != NULL) {
		cr_assert_not_null(ovr_plan_row_of(key), "%s: %s", command, key);
		cr_assert_eq(ovr_plan_row_of(key)->only, 0, "%s: %s", command, key);
	}
}

/* A refusal or a default that names no row would be none. */
Test(command, what_a_command_says_of_rows_is_said_of_rows_that_it_has)
{
	for (unsigned int command = 0; command < OVR_PLAN_COMMANDS; command++) {
		const struct ovr_plan_spec *spec = ovr_plan_spec_of((enum ovr_plan_command)command);

		for (size_t i = 0; i < spec->n_refused; i++)
			names_rows_of_the_trial(spec->name, spec->refused[i].keys);
		if (spec->takes != NULL)
			names_rows_of_the_trial(spec->name, spec->takes);
		ovr_plan_default(&plan);
		plan.command = (enum ovr_plan_command)command;
		for (size_t i = 0; i < spec->n_fallbacks; i++)
			cr_assert_eq(ovr_plan_set(&plan, spec->fallback[i].key, spec->fallback[i].text, &err),
				0, "%s", err.text);
		for (size_t i = 0; i < spec->n_rows; i++)
			cr_assert_neq(
				spec->row[i].only & 1u << command, 0, "%s: %s", spec->name, spec->row[i].key);
	}
}

Test(command, a_key_stands_for_one_row)
{
	const struct ovr_plan_row *row;

	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++)
		cr_assert_eq(ovr_plan_row_of(row->key), row, "%s stands twice", row->key);
}

Test(command, a_run_takes_every_row_of_a_trial_and_its_own_and_none_of_other_commands)
{
	const struct ovr_plan_row *row;

	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++)
		cr_assert_eq(ovr_plan_takes(OVR_PLAN_RUN, row),
			row->only == 0 || row->only == 1u << OVR_PLAN_RUN, "%s", row->key);
}

Test(command, a_refusal_names_the_row_the_value_the_default_and_the_reason)
{
	ovr_plan_default_for(OVR_PLAN_SELFTEST, &plan);
	cr_assert_eq(ovr_plan_set(&plan, "rate", "5mpps", &err), 0);
	cr_assert_eq(ovr_plan_refuse_changed(&plan, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"rate: found 5mpps for a selftest, accepted: 100%, its default, since the rate is what a "
		"selftest looks for");
}

Test(command, a_row_of_another_command_is_not_set)
{
	static const struct ovr_plan_row row = {
		.key = "goals", .metavar = "LIST", .only = 1u << OVR_PLAN_SELFTEST
	};

	ovr_plan_default(&plan);
	cr_assert_eq(ovr_plan_set_row(&plan, &row, "ndr", &err), -ENOENT);
	cr_assert_str_eq(err.text, "goals: found ndr for a run, accepted: for selftest");
}

/* A key is one word of a list, not the beginning of one. */
Test(command, a_list_has_the_keys_that_it_names)
{
	cr_expect(ovr_plan_is_among("capture,capture-frames", "capture"));
	cr_expect(ovr_plan_is_among("capture,capture-frames", "capture-frames"));
	cr_expect_not(ovr_plan_is_among("capture-frames,rate", "capture"));
	cr_expect_not(ovr_plan_is_among("rate-tolerance", "rate"));
	cr_expect_not(ovr_plan_is_among("rate", "rate-tolerance"));
}

static void
refused(enum ovr_plan_command command, const char *key, const char *text, const char *sentence)
{
	ovr_plan_default_for(command, &plan);
	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), 0, "%s", err.text);
	cr_expect_not(ovr_plan_takes(command, ovr_plan_row_of(key)));
	cr_expect_eq(ovr_plan_refuse_changed(&plan, &err), -EINVAL);
	cr_expect_str_eq(err.text, sentence);
}

Test(command, options_of_a_single_trial_are_refused_in_groups_with_one_reason)
{
	refused(OVR_PLAN_SWEEP, "event-gap", "2s",
		"event-gap: found 2s for a sweep, accepted: 1s, its default, since it counts losses, not the "
		"distances between them");
	refused(OVR_PLAN_SEARCH, "series-rows", "16",
		"series-rows: found 16 for a search, accepted: 2048, its default, since it has no time "
		"series");
	refused(OVR_PLAN_SELFTEST, "csv", "f",
		"csv: found f for a selftest, accepted: none, its default, since it has no single time "
		"series; the JSON result has all trials");
	refused(OVR_PLAN_BURST, "trial-id", "0x7",
		"trial-id: found 0x00000007 for a burst search, accepted: auto, its default, since each of "
		"its trials has one of its own");
	refused(OVR_PLAN_ADVISE, "capture-frames", "5",
		"capture-frames: found 5 for ring advise, accepted: 4096, its default, since it loses frames "
		"on purpose");
	cr_expect_not(ovr_plan_takes(OVR_PLAN_SWEEP, ovr_plan_row_of("delta")));
	cr_expect_not(ovr_plan_takes(OVR_PLAN_SWEEP, ovr_plan_row_of("interval")));
	cr_expect_not(ovr_plan_takes(OVR_PLAN_SWEEP, ovr_plan_row_of("capture")));
	/* a group that a command does not name is taken */
	cr_expect(ovr_plan_takes(OVR_PLAN_SELFTEST, ovr_plan_row_of("interval")));
	cr_expect(ovr_plan_takes(OVR_PLAN_SWEEP, ovr_plan_row_of("csv")));
}

Test(command, a_reason_of_the_commands_own_goes_before_that_of_the_others)
{
	refused(OVR_PLAN_MODEL, "seed", "2",
		"seed: found 2 for plan-ring, accepted: 1, its default, since nothing in it is random");
	refused(OVR_PLAN_MODEL, "via", "netns=a",
		"via: found netns=a for plan-ring, accepted: none, its default, since nothing is sent");
	cr_expect(ovr_plan_takes(OVR_PLAN_MODEL, ovr_plan_row_of("stall")));
	cr_expect(ovr_plan_takes(OVR_PLAN_MODEL, ovr_plan_row_of("margin")));
}
