/* SPDX-License-Identifier: BSD-3-Clause */
#include "stall/core.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

Test(core, the_difference_names_the_busiest_interrupt)
{
	static struct ovr_stall_core before, after;
	struct ovr_stall_core_delta delta;

	before = (struct ovr_stall_core){ .known = true,
		.steal_ns = 10000000,
		.n_lines = 2,
		.interrupts = { 100, 5 },
		.name = { "LOC Local timer interrupts", "24 eth" } };
	after = before;
	after.steal_ns = 30000000;
	after.interrupts[0] = 103;
	after.interrupts[1] = 45;
	delta = ovr_stall_core_subtract(&after, &before);
	cr_assert(delta.known);
	cr_assert_eq(delta.steal_ns, 20000000);
	cr_assert_eq(delta.interrupts, 43);
	cr_assert_eq(delta.busiest, 40);
	cr_assert_str_eq(delta.busiest_name, "24 eth");
}

Test(core, an_unknown_reading_makes_the_difference_unknown)
{
	static struct ovr_stall_core before, after;

	after.known = true;
	cr_assert_not(ovr_stall_core_subtract(&after, &before).known);
}

Test(core, stolen_time_that_stepped_back_is_unknown_and_not_2_to_the_64)
{
	static struct ovr_stall_core before = { .known = true, .steal_ns = 30000000 };
	static struct ovr_stall_core after = { .known = true, .steal_ns = 10000000 };
	struct ovr_stall_core_delta delta = ovr_stall_core_subtract(&after, &before);

	cr_assert_not(delta.known);
	cr_assert_eq(delta.steal_ns, 0);
}

Test(core, cpu_0_of_this_machine_has_interrupts)
{
	static struct ovr_stall_core core;

	ovr_stall_core_read(0, &core);
	if (!core.known)
		cr_skip_test("no /proc/interrupts or /proc/stat");
	cr_assert_gt(core.n_lines, 0);
	cr_assert_neq(core.name[0][0], '\0');
}

Test(core, a_cpu_that_is_not_there_is_unknown)
{
	static struct ovr_stall_core core;

	ovr_stall_core_read(9999, &core);
	cr_assert_not(core.known);
}

Test(core, a_thread_that_sleeps_is_not_switched_against_its_will_more_than_it_runs)
{
	struct ovr_stall_thread thread;
	struct timespec nap = { 0, 1000000 };

	ovr_stall_thread_begin(&thread);
	if (!thread.known)
		cr_skip_test("no schedstat");
	nanosleep(&nap, NULL);
	ovr_stall_thread_end(&thread);
	cr_assert(thread.known);
	cr_assert_lt(thread.involuntary_switches, 1000);
}
