/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>

#include "counters_of.h"
#include "nic/sources.h"

static struct ovr_nic_counters counters;

static void
done(void)
{
	ovr_nic_counters_done(&counters);
}

TestSuite(softnet, .fini = done);

Test(softnet, cpus_are_added_up)
{
	cr_assert_eq(ovr_nic_softnet_parse(
			     "0000f2a1 000003e7 00000005 00000000 00000000 00000000 00000000 00000000 "
			     "00000000 00000000 00000000 00000000 00000000 00000000 00000000\n"
			     "0001b1c0 00000001 0000000a 00000000 00000000 00000000 00000000 00000000 "
			     "00000000 00000000 00000000 00000000 00000002 00000000 00000000\n",
			     &counters),
		0);
	cr_assert_eq(counters.n, 2);
	assert_counter(&counters, 0, "dropped", -1, 1000);
	assert_counter(&counters, 1, "time_squeeze", -1, 15);
}

Test(softnet, a_sum_may_need_more_than_32_bits)
{
	cr_assert_eq(ovr_nic_softnet_parse("0 ffffffff 0\n0 ffffffff 0\n", &counters), 0);
	assert_counter(&counters, 0, "dropped", -1, 0x1fffffffe);
}

Test(softnet, something_else_is_refused)
{
	cr_assert_eq(ovr_nic_softnet_parse("", &counters), -EBADMSG);
	cr_assert_eq(ovr_nic_softnet_parse("cpu0 1 2\n", &counters), -EBADMSG);
	cr_assert_eq(ovr_nic_softnet_parse("0000f2a1 000003e7\n", &counters), -EBADMSG);
}
