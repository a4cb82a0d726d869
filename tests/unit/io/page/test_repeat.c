/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "page/view.h"

static void
expect(const char *command, json_t *plan, const char *line)
{
	json_t *root = json_pack("{s:s, s:o}", "command", command, "plan", plan);
	char *text = ovr_view_repeat(root);

	cr_expect_str_eq(text, line);
	free(text);
	json_decref(root);
}

Test(repeat, what_differs_from_a_default_is_named)
{
	expect("run",
		json_pack("{s:s, s:s, s:s, s:s}", "tx", "wire:0", "rate", "1mpps", "rxd", "512", "json",
			"x.json"),
		"overrun run --rxd 512 --rate 1mpps");
}

Test(repeat, a_word_that_a_shell_would_read_is_quoted)
{
	expect("run", json_pack("{s:s}", "rx", "wire:1;reboot $(x) 'y'"),
		"overrun run --rx 'wire:1;reboot $(x) '\\''y'\\'''");
}

Test(repeat, a_switch_has_no_value)
{
	expect("run", json_pack("{s:s}", "catch-up", "true"), "overrun run --catch-up");
}

Test(repeat, the_port_of_a_verb_stands_after_it)
{
	expect("ring advise", json_pack("{s:s, s:s}", "rx", "netdev:eth1", "rate", "1mpps"),
		"overrun ring advise netdev:eth1 --rate 1mpps");
}

Test(repeat, a_result_without_a_plan_has_no_command)
{
	expect("watch", json_null(), "");
}
