/* SPDX-License-Identifier: BSD-3-Clause */
#include "fitness/stat.h"

#include <criterion/criterion.h>

Test(stat, steal_is_the_eighth_column_and_guest_time_is_not_counted_twice)
{
	struct fit_ticks ticks;

	cr_assert(fit_ticks_parse("cpu  100 20 30 400 5 6 7 80 90 10", &ticks));
	cr_assert_eq(ticks.all, 648);
	cr_assert_eq(ticks.stolen, 80);
}

Test(stat, another_line_is_not_the_sum_of_the_cpus)
{
	struct fit_ticks ticks;

	cr_assert_not(fit_ticks_parse("cpu0 100 20 30 400 5 6 7 80 90 10", &ticks));
	cr_assert_not(fit_ticks_parse("intr 1", &ticks));
	cr_assert_not(fit_ticks_parse("", &ticks));
}

Test(stat, a_kernel_without_steal_does_not_tell_it)
{
	struct fit_ticks ticks;

	cr_assert_not(fit_ticks_parse("cpu  100 20 30 400 5 6 7", &ticks));
}

Test(stat, a_list_has_ranges_and_single_cpus)
{
	cpu_set_t set;

	cr_assert(fit_list_parse("0-2,5,1023", &set));
	cr_assert_eq(CPU_COUNT(&set), 5);
	cr_assert(CPU_ISSET(1, &set) && CPU_ISSET(5, &set) && CPU_ISSET(1023, &set));
	cr_assert_not(CPU_ISSET(3, &set));
}

Test(stat, an_empty_list_has_no_cpu)
{
	cpu_set_t set;

	cr_assert(fit_list_parse("", &set));
	cr_assert_eq(CPU_COUNT(&set), 0);
}

Test(stat, what_is_no_list_is_refused)
{
	static const char *const wrong[] = { "-1", "a", "1-", "3-1", "1;2", "1024", "0-1024", " 1" };
	cpu_set_t set;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		cr_assert_not(fit_list_parse(wrong[i], &set), "%s", wrong[i]);
}

Test(stat, softnet_is_added_up_in_hexadecimal)
{
	int64_t dropped = 1, squeezed = 2;

	cr_assert(fit_softnet_add("0300233b 0000000a 00000010 00000000", &dropped, &squeezed));
	cr_assert_eq(dropped, 11);
	cr_assert_eq(squeezed, 18);
	cr_assert_not(fit_softnet_add("0300233b", &dropped, &squeezed));
	cr_assert_eq(dropped, 11);
}
