/* SPDX-License-Identifier: BSD-3-Clause */
/* Plans with some settings, frozen or refused. */
#pragma once

#include "plan/plan.h"

#include <string.h>

#include <criterion/criterion.h>

static inline struct ovr_plan
plan_with(const char *const *settings)
{
	struct ovr_plan plan;
	struct ovr_err err = { "" };

	ovr_plan_default(&plan);
	for (; settings[0] != NULL; settings += 2)
		cr_assert_eq(ovr_plan_set(&plan, settings[0], settings[1], &err), 0, "%s", err.text);
	return plan;
}

static inline struct ovr_plan
frozen(const char *const *settings)
{
	struct ovr_plan plan = plan_with(settings), again;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_freeze(&plan, &err), 0, "%s", err.text);
	again = plan;
	cr_assert_eq(ovr_plan_freeze(&again, &err), 0, "%s", err.text);
	cr_assert_eq(memcmp(&plan, &again, sizeof(plan)), 0, "freezing again changes it");
	return plan;
}

static inline void
refused(const char *const *settings, int code, const char *sentence)
{
	struct ovr_plan plan = plan_with(settings);
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_freeze(&plan, &err), code, "%s", err.text);
	cr_assert_str_eq(err.text, sentence);
}

#define FROZEN(...)                  frozen((const char *const[]){ __VA_ARGS__, NULL })
#define REFUSED(code, sentence, ...) refused((const char *const[]){ __VA_ARGS__, NULL }, code, sentence)
