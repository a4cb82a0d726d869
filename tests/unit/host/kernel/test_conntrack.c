/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>

#include "kernel/readers.h"
#include "kernel_reading.h"
#include "support/message.h"

TestSuite(conntrack, .init = reading_begin, .fini = reading_end);

/* What Linux 6.18 sent of CPU 1; insert_failed, drop and early_drop are made 9, 69 and 3. */
static const char cpu_1[] =
	"640000000401020001000000bb5d00000000000108000200000000000800040000000000080008000000000008000900"
	"0000000908000a000000004508000b000000000308000c000000000008000d000000000008000e000000000008000f00"
	"00000000";

Test(conntrack, a_cpu_has_its_counters)
{
	const struct ovr_kernel_counter *counter;

	cr_assert_eq(ovr_kernel_conntrack_parse(message_of(cpu_1), &reading), 0);
	assert_counter(OVR_KERNEL_CONNTRACK, "cpu 1", "insert_failed", 9);
	assert_counter(OVR_KERNEL_CONNTRACK, "cpu 1", "drop", 69);
	assert_counter(OVR_KERNEL_CONNTRACK, "cpu 1", "early_drop", 3);
	assert_counter(OVR_KERNEL_CONNTRACK, "cpu 1", "invalid", 0);
	counter = ovr_kernel_snapshot_find(&snapshot, "r", OVR_KERNEL_CONNTRACK, "cpu 1", "drop");
	cr_assert_eq(counter->width_bits, 32);
	cr_assert_eq(counter->unit, OVR_KERNEL_SKB);
	cr_assert_not(counter->is_global);
}

Test(conntrack, another_message_is_refused)
{
	struct nlmsghdr message = { .nlmsg_len = sizeof(message), .nlmsg_type = 3 };

	cr_assert_eq(ovr_kernel_conntrack_parse(&message, &reading), -EBADMSG);
}
