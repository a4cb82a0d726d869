/* SPDX-License-Identifier: BSD-3-Clause */
#include "pci/read.h"

#include <limits.h>
#include <string.h>

#include <criterion/criterion.h>

#include "support/tree.h"

TestSuite(read, .init = tree_make, .fini = tree_remove);

Test(read, a_line_comes_without_its_end)
{
	char line[16];

	tree_put("sys/a", "first\nsecond\n");
	cr_assert(pci_read_line(line, sizeof(line), tree_root(), "sys/%s", "a"));
	cr_assert_str_eq(line, "first");
}

Test(read, what_is_not_there_or_empty_has_no_line)
{
	char line[16] = "before";

	tree_put("sys/empty", "");
	cr_assert_not(pci_read_line(line, sizeof(line), tree_root(), "sys/absent"));
	cr_assert_str_eq(line, "");
	cr_assert_not(pci_read_line(line, sizeof(line), tree_root(), "sys/empty"));
}

Test(read, a_number_is_decimal_or_hexadecimal)
{
	tree_put("sys/decimal", "-1\n");
	tree_put("sys/hexadecimal", "0x020000\n");
	tree_put("sys/word", "none\n");
	cr_assert_eq(pci_read_number(7, tree_root(), "sys/decimal"), -1);
	cr_assert_eq(pci_read_number(7, tree_root(), "sys/hexadecimal"), 0x20000);
	cr_assert_eq(pci_read_number(7, tree_root(), "sys/word"), 7);
	cr_assert_eq(pci_read_number(7, tree_root(), "sys/absent"), 7);
}

Test(read, a_link_gives_the_last_part_of_what_it_points_to)
{
	char name[16];

	tree_link("sys/driver", "../../../bus/pci/drivers/ixgbe");
	tree_link("sys/short", "ixgbe");
	cr_assert(pci_read_link(name, sizeof(name), tree_root(), "sys/driver"));
	cr_assert_str_eq(name, "ixgbe");
	cr_assert(pci_read_link(name, sizeof(name), tree_root(), "sys/short"));
	cr_assert_str_eq(name, "ixgbe");
	cr_assert_not(pci_read_link(name, sizeof(name), tree_root(), "sys/absent"));
	cr_assert_str_eq(name, "");
}

static bool
collect(const char *name, void *context)
{
	strcat(context, name);
	strcat(context, " ");
	return strcmp(name, "c") != 0;
}

Test(read, names_come_in_order_until_the_caller_has_enough)
{
	char names[64] = "";

	tree_put("sys/d", "");
	tree_put("sys/b", "");
	tree_put("sys/c", "");
	tree_put("sys/a", "");
	tree_put("sys/.hidden", "");
	pci_each_name(tree_root(), "sys", collect, names);
	cr_assert_str_eq(names, "a b c ");
	names[0] = '\0';
	pci_each_name(tree_root(), "absent", collect, names);
	cr_assert_str_eq(names, "");
}

Test(read, a_path_that_is_too_long_is_not_there)
{
	static char name[PATH_MAX + 8];
	char line[16];

	memset(name, 'a', sizeof(name) - 1);
	cr_assert_not(pci_exists(tree_root(), "sys/%s", name));
	cr_assert_not(pci_read_line(line, sizeof(line), tree_root(), "sys/%s", name));
	cr_assert_not(pci_read_link(line, sizeof(line), tree_root(), "sys/%s", name));
	cr_assert_eq(pci_read_number(5, tree_root(), "sys/%s", name), 5);
}
