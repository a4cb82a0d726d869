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

/* A refusal or a default that names no row would be none. */
Test(command, what_a_command_says_of_rows_is_said_of_rows_that_it_has)
{
	for (unsigned int command = 0; command < OVR_PLAN_COMMANDS; command++) {
		const struct ovr_plan_spec *spec = ovr_plan_spec_of((enum ovr_plan_command)command);

		for (size_t i = 0; i < spec->n_refused; i++) {
			cr_assert_not_null(ovr_plan_row_of(spec->refused[i].key), "%s: %s", spec->name,
				spec->refused[i].key);
			cr_assert_eq(ovr_plan_row_of(spec->refused[i].key)->only, 0);
		}
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
