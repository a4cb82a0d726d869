/* SPDX-License-Identifier: BSD-3-Clause */
#include "fitness_ask.h"

#include <criterion/criterion.h>

const struct ovr_fitness_check *
fitness_ask(const struct ovr_fitness_facts *facts, const char *id, enum ovr_fitness_outcome outcome)
{
	static struct ovr_fitness_report report;
	const struct ovr_fitness_check *check;

	ovr_fitness_judge(facts, &report);
	check = ovr_fitness_check_of(&report, id);
	cr_assert_not_null(check, "no rule %s", id);
	cr_assert_eq(check->outcome, outcome, "%s is %s: %s", id, ovr_fitness_outcome_name(check->outcome),
		check->evidence);
	return check;
}

void
fitness_finds(const struct ovr_fitness_facts *facts, const char *id, enum ovr_fitness_weight weight,
	const char *evidence, const char *fix, const char *undo)
{
	const struct ovr_fitness_check *check = fitness_ask(facts, id, OVR_FITNESS_FOUND);

	cr_assert_eq(check->weight, weight, "%s is %s", id, ovr_fitness_weight_name(check->weight));
	cr_assert_str_eq(check->evidence, evidence, "%s", check->evidence);
	cr_assert_str_eq(check->fix, fix, "%s", check->fix);
	cr_assert_str_eq(check->undo, undo, "%s", check->undo);
}
