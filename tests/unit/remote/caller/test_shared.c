/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/shared.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#define N(array) (uint32_t)(sizeof(array) / sizeof((array)[0]))

static char text[256];

Test(shared, ends_of_one_machine_on_one_cpu_are_named)
{
	const struct ovr_shared_end end[] = {
		{ "host r", "boot-a", "1" },
		{ "host s", "boot-a", "0" },
		{ "host t", "boot-b", "0" },
		{ "host u", "boot-a", "0,2" },
	};

	cr_assert_str_eq(ovr_shared_print(text, sizeof(text), end, N(end), 0),
		"host s, host u: 2 ends of one machine share CPU 0: each stands still while another runs "
		"(taskset "
		"-c LIST overrun serve)");
	/* said once */
	for (uint32_t i = 1; i < N(end); i++)
		cr_assert_str_empty(ovr_shared_print(text, sizeof(text), end, N(end), i));
}

Test(shared, each_machine_has_a_sentence)
{
	const struct ovr_shared_end end[] = {
		{ "host a", "one", "0-3" },
		{ "host b", "other", "4" },
		{ "host c", "one", "2-3,7" },
		{ "host d", "other", "4" },
	};

	cr_assert_not_null(strstr(ovr_shared_print(text, sizeof(text), end, N(end), 0), "share CPU 2-3:"));
	cr_assert_not_null(
		strstr(ovr_shared_print(text, sizeof(text), end, N(end), 1), "host b, host d: 2 ends"));
}

Test(shared, what_is_not_known_is_not_shared)
{
	const struct ovr_shared_end end[] = {
		{ "host a", "", "0" },
		{ "host b", "", "0" },
		{ "host c", "one", "" },
		{ "host d", "one", "" },
		{ "host e", "two", "no list" },
		{ "host f", "two", "no list" },
		{ "host g", "three", "0" },
	};

	for (uint32_t i = 0; i < N(end); i++)
		cr_assert_str_empty(ovr_shared_print(text, sizeof(text), end, N(end), i));
}

Test(shared, many_ends_are_counted_and_some_named)
{
	static struct ovr_shared_end end[65];
	static char name[65][100];

	for (uint32_t i = 0; i < N(end); i++) {
		snprintf(name[i], sizeof(name[i]), "host %060u", i);
		end[i] = (struct ovr_shared_end){ name[i], "one",
			"0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30" };
	}
	ovr_shared_print(text, sizeof(text), end, N(end), 0);
	cr_assert_not_null(strstr(text, ": 65 ends of one machine share CPU 0,2,"));
	cr_assert_not_null(strstr(text, "overrun serve)"));
}
