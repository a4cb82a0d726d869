/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/plan.h"

#include <stdint.h>
#include <string.h>

#include <criterion/criterion.h>

Test(rows, every_default_is_read_and_printed_as_it_stands_in_the_table)
{
	const struct ovr_plan_row *row;
	struct ovr_plan plan;

	ovr_plan_default(&plan);
	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++) {
		char value[OVR_PLAN_VALUE_BYTES];
		struct ovr_err err = { "" };

		cr_assert_eq(row->parse(row, row->fallback, &plan, &err), 0, "%s", err.text);
		cr_assert_str_eq(row->print(row, &plan, value, sizeof(value)), row->fallback, "%s: %s",
			row->key, value);
	}
}

Test(rows, those_of_a_trial_stand_first_and_then_those_of_the_commands)
{
	size_t n = 0;

	cr_assert_str_eq(ovr_plan_row_at(0)->key, "tx");
	while (ovr_plan_row_at(n)->only == 0)
		n++;
	cr_assert_str_eq(ovr_plan_row_at(n - 1)->key, "quiet");
	for (; ovr_plan_row_at(n) != NULL; n++)
		cr_assert_neq(ovr_plan_row_at(n)->only, 0);
	cr_assert_null(ovr_plan_row_at(n + 1));
	cr_assert_null(ovr_plan_row_at(SIZE_MAX));
}

Test(rows, every_key_leads_to_its_own_row)
{
	const struct ovr_plan_row *row;

	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++)
		cr_assert_eq(ovr_plan_row_of(row->key), row, "%s stands twice", row->key);
	cr_assert_null(ovr_plan_row_of("ratee"));
	cr_assert_null(ovr_plan_row_of(""));
}

Test(rows, sections_follow_one_another)
{
	static const char *const sections[] = { "ports", "frames", "load", "receiver", "host", "trial",
		"output" };
	const struct ovr_plan_row *row;
	size_t n = 0;

	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++)
		if (row->only == 0 && strcmp(row->section, sections[n]) != 0)
			cr_assert_str_eq(row->section, sections[++n], "%s", row->key);
	cr_assert_eq(n, 6);
}

Test(rows, an_empty_text_is_no_value)
{
	const struct ovr_plan_row *row;
	struct ovr_plan plan;

	ovr_plan_default(&plan);
	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++) {
		struct ovr_plan before = plan;

		cr_assert_neq(row->parse(row, "", &plan, NULL), 0, "%s takes an empty text", row->key);
		cr_assert_eq(memcmp(&plan, &before, sizeof(plan)), 0, "%s changed the plan", row->key);
	}
}

Test(rows, help_is_one_line)
{
	const struct ovr_plan_row *row;

	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++) {
		cr_assert(strlen(row->help) > 5 && strlen(row->help) < 110, "%s", row->key);
		cr_assert_null(strchr(row->help, '\n'), "%s", row->key);
	}
}
