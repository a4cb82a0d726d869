/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "support/expect_cases.h"

static struct ovr_cases cases;
static struct ovr_plan plan;
static const struct ovr_result_environment environment = { .overrun_version = "1.2.3" };

static void
begin(void)
{
	ovr_plan_default(&plan);
	ovr_cases_begin(&cases, &plan, &environment);
}

static void
end(void)
{
	ovr_cases_done(&cases);
}

TestSuite(tap, .init = begin, .fini = end);

Test(tap, it_begins_with_the_version_and_the_command)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ovr_plan_set(&plan, "rx", "wire:1,drop=1%", NULL);
	cr_assert_eq(ovr_cases_tap(&cases, out, NULL), 0);
	fclose(out);
	cr_expect_str_eq(text, "TAP version 14\n# overrun 1.2.3: overrun run --rx wire:1,drop=1%\n1..0\n");
	free(text);
}

/* clang-format off: literals, a line each */
Test(tap, each_outcome_has_its_line)
{
	ovr_cases_verdict(&cases, OVR_VERDICT_VOID, 1500500499, "stopped");
	ovr_cases_add(&cases, OVR_CASE_PASS, 0, "plain");
	ovr_cases_add(&cases, OVR_CASE_LOSS, 0, "loss");
	ovr_cases_say(&cases, "lost 1");
	ovr_cases_say(&cases, "rx.ring: 1 frame");
	ovr_cases_add(&cases, OVR_CASE_ASIDE, 0, "later");
	ovr_cases_say(&cases, "not done");
	expect_tap(&cases,
		"1..4\n"
		"not ok 1 - verdict # void\n"
		"  ---\n"
		"  message: \"stopped\"\n"
		"  severity: void\n"
		"  duration_ms: 1500.500\n"
		"  ...\n"
		"ok 2 - plain\n"
		"not ok 3 - loss\n"
		"  ---\n"
		"  message: \"lost 1\"\n"
		"  details:\n"
		"    - \"rx.ring: 1 frame\"\n"
		"  severity: loss\n"
		"  ...\n"
		"ok 4 - later # SKIP not done\n"
		"  ---\n"
		"  message: \"not done\"\n"
		"  ...\n");
}

Test(tap, no_name_is_a_directive_and_no_text_ends_its_quotes)
{
	ovr_cases_add(&cases, OVR_CASE_ASIDE, 0, "a # SKIP \\ b\nok 2");
	ovr_cases_say(&cases, "c # d \"e\" \\ \x1b \xff µ");
	expect_tap(&cases,
		"1..1\n"
		"ok 1 - a \\# SKIP \\\\ b\xef\xbf\xbdok 2 # SKIP c \\# d \"e\" \\\\ \xef\xbf\xbd "
		"\xef\xbf\xbd µ\n"
		"  ---\n"
		"  message: \"c # d \\\"e\\\" \\\\ \xef\xbf\xbd \xef\xbf\xbd µ\"\n"
		"  ...\n");
}
/* clang-format on */

Test(tap, what_cannot_be_written_is_an_error)
{
	FILE *full = fopen("/dev/full", "w");
	struct ovr_err err;

	ovr_cases_add(&cases, OVR_CASE_PASS, 0, "a");
	cr_expect_eq(ovr_cases_tap(&cases, full, &err), -EIO);
	cases.is_short = true;
	cr_expect_eq(ovr_cases_tap(&cases, full, &err), -ENOMEM);
	fclose(full);
}
