/* SPDX-License-Identifier: BSD-3-Clause */
#include "fitness/lists.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "support/tree.h"

TestSuite(lists, .init = tree_make, .fini = tree_remove);

Test(lists, a_file_is_a_list)
{
	struct fit_list list;

	tree_put("sys/a/list", "0-3,8\n");
	cr_assert(fit_list_read(tree_root(), &list, "sys/%s/list", "a"));
	cr_assert_str_eq(list.text, "0-3,8");
	cr_assert_eq(CPU_COUNT(&list.set), 5);
}

Test(lists, an_empty_file_is_an_empty_list)
{
	struct fit_list list;

	tree_put("sys/list", "\n");
	cr_assert(fit_list_read(tree_root(), &list, "sys/list"));
	cr_assert_eq(CPU_COUNT(&list.set), 0);
}

Test(lists, what_is_not_there_is_unknown)
{
	struct fit_list list;

	cr_assert_not(fit_list_read(tree_root(), &list, "sys/list"));
	cr_assert_str_eq(list.text, "");
}

/* Cut within its last number, a list would name another CPU. */
Test(lists, one_that_is_longer_than_its_room_is_unknown)
{
	char text[4 * OVR_FITNESS_LIST_BYTES] = "0";
	struct fit_list list;

	for (int cpu = 2; cpu < 200; cpu += 2)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), ",%d", cpu);
	tree_put("sys/list", text);
	cr_assert_not(fit_list_read(tree_root(), &list, "sys/list"));
	cr_assert_str_eq(list.text, "");
	cr_assert_eq(CPU_COUNT(&list.set), 0);
}
