/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/cpuset.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

static const char *
canonical(const char *text)
{
	static char buf[512];
	struct ovr_cpuset set;

	cr_assert_eq(ovr_cpuset_parse("--cores", text, &set, NULL), 0, "%s", text);
	return ovr_cpuset_print(buf, sizeof(buf), &set);
}

static int
refusal(const char *text)
{
	struct ovr_cpuset set = { .n_cpus = 7 };
	struct ovr_err err = { "" };
	int rc = ovr_cpuset_parse("--cores", text, &set, &err);

	cr_assert_neq(rc, 0, "%s was accepted", text);
	cr_assert_eq(set.n_cpus, 7, "the result was touched");
	cr_assert_eq(strncmp(err.text, "--cores: found", 14), 0, "%s", err.text);
	return rc;
}

Test(cpuset, ranges_and_numbers_are_kept_in_their_order)
{
	struct ovr_cpuset set;

	cr_assert_eq(ovr_cpuset_parse("--cores", "5,2-3,0", &set, NULL), 0);
	cr_assert_eq(set.n_cpus, 4);
	cr_assert_eq(set.cpu[0], 5);
	cr_assert_eq(set.cpu[1], 2);
	cr_assert_eq(set.cpu[2], 3);
	cr_assert_eq(set.cpu[3], 0);
}

Test(cpuset, neighbours_are_printed_as_a_range)
{
	cr_assert_str_eq(canonical("0"), "0");
	cr_assert_str_eq(canonical("2-3"), "2-3");
	cr_assert_str_eq(canonical("1,4,5,6"), "1,4-6");
	cr_assert_str_eq(canonical("5,2-3,0"), "5,2-3,0");
	cr_assert_str_eq(canonical("3,2,1"), "3,2,1");
	cr_assert_str_eq(canonical("007,1023"), "7,1023");
}

Test(cpuset, no_cpu_is_printed_as_nothing)
{
	struct ovr_cpuset set = { .n_cpus = 0 };
	char buf[8] = "x";

	cr_assert_str_eq(ovr_cpuset_print(buf, sizeof(buf), &set), "");
}

Test(cpuset, what_is_no_list_is_refused)
{
	static const char *const bad[] = { "", ",", "1,", ",1", "a", "1-", "-1", "3-2", "1 2", "1-2-3",
		"1024", "0-1024", "99999999999999999999", "1;2", "+1", "1,\xff" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(refusal(bad[i]), -EINVAL, "%s", bad[i]);
}

Test(cpuset, a_cpu_named_twice_is_refused)
{
	cr_assert_eq(refusal("1,1"), -EINVAL);
	cr_assert_eq(refusal("1-4,3"), -EINVAL);
}

Test(cpuset, sixty_four_cpus_fit_and_one_more_does_not)
{
	cr_assert_str_eq(canonical("0-63"), "0-63");
	cr_assert_eq(refusal("0-64"), -EINVAL);
	cr_assert_eq(refusal("0-1023"), -EINVAL);
}

Test(cpuset, a_short_buffer_is_not_overrun)
{
	struct ovr_cpuset set;
	char buf[8] = "1234567";

	cr_assert_eq(ovr_cpuset_parse("--cores", "100,102,104", &set, NULL), 0);
	cr_assert_str_eq(ovr_cpuset_print(buf, 4, &set), "100");
	cr_assert_eq(buf[4], '5');
}
