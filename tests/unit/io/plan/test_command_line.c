/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/command_line.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static struct ovr_plan plan;

static void
expect(const char *line)
{
	char *text = ovr_plan_command_line(&plan);

	cr_expect_str_eq(text, line);
	free(text);
}

Test(command_line, what_differs_from_a_default_is_named_and_files_are_not)
{
	ovr_plan_default_for(OVR_PLAN_RUN, &plan);
	expect("overrun run");
	ovr_plan_set(&plan, "rate", "1mpps", NULL);
	ovr_plan_set(&plan, "catch-up", "true", NULL);
	ovr_plan_set(&plan, "json", "a", NULL);
	ovr_plan_set(&plan, "csv", "b", NULL);
	ovr_plan_set(&plan, "junit", "c", NULL);
	ovr_plan_set(&plan, "tap", "d", NULL);
	ovr_plan_set(&plan, "metrics", "9100", NULL);
	expect("overrun run --rate 1mpps --catch-up");
}

Test(command_line, a_verb_s_port_stands_first_and_a_shell_reads_each_word_as_it_is)
{
	ovr_plan_default_for(OVR_PLAN_ADVISE, &plan);
	snprintf(plan.ports.rx.text, sizeof(plan.ports.rx.text), "netdev:eth1");
	expect("overrun ring advise netdev:eth1");
	snprintf(plan.ports.rx.text, sizeof(plan.ports.rx.text), "a 'b'");
	expect("overrun ring advise 'a '\\''b'\\'''");
}
