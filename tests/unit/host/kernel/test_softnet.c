/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>

#include "kernel/readers.h"
#include "kernel_reading.h"

TestSuite(softnet, .init = reading_begin, .fini = reading_end);

/* CPU 1 is offline: the number is in a column of its own. */
Test(softnet, a_line_is_of_the_cpu_that_it_names)
{
	const struct ovr_kernel_counter *counter;

	cr_assert_eq(ovr_kernel_softnet_parse("0015434a 000003e7 00000000 00000000 00000000 00000000 "
					      "00000000 00000000 00000000 00000000 "
					      "00000000 00000000 00000000 00000000 00000000\n"
					      "00022152 00000001 00000000 00000000 00000000 00000000 "
					      "00000000 00000000 00000000 00000000 "
					      "00000000 00000000 00000002 00000000 00000000\n",
			     &reading),
		0);
	cr_assert_eq(snapshot.n, 2);
	assert_counter(OVR_KERNEL_SOFTNET, "cpu 0", "dropped", 999);
	assert_counter(OVR_KERNEL_SOFTNET, "cpu 2", "dropped", 1);
	counter = ovr_kernel_snapshot_find(&snapshot, "r", OVR_KERNEL_SOFTNET, "cpu 0", "dropped");
	cr_assert(counter->is_global);
	cr_assert_eq(counter->width_bits, 32);
	cr_assert_eq(counter->unit, OVR_KERNEL_SKB);
}

Test(softnet, an_older_kernel_numbers_by_lines)
{
	cr_assert_eq(ovr_kernel_softnet_parse(
			     "00000001 00000002 00000003\n00000001 ffffffff 00000003\n", &reading),
		0);
	assert_counter(OVR_KERNEL_SOFTNET, "cpu 0", "dropped", 2);
	assert_counter(OVR_KERNEL_SOFTNET, "cpu 1", "dropped", 4294967295);
}

Test(softnet, another_text_is_refused)
{
	cr_assert_eq(ovr_kernel_softnet_parse("", &reading), -EBADMSG);
	cr_assert_eq(ovr_kernel_softnet_parse("packets dropped\n", &reading), -EBADMSG);
	cr_assert_eq(ovr_kernel_softnet_parse("00000001\n", &reading), -EBADMSG);
}
