/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <libmnl/libmnl.h>

#include <linux/genetlink.h>

#include "counters_of.h"
#include "nic/sources.h"

static struct ovr_nic_counters counters;

static void
done(void)
{
	ovr_nic_counters_done(&counters);
}

TestSuite(qstats, .fini = done);

/*
 * An answer of the family: attributes 1 interface, 2 type of the queue, 3 its number, 8 … the
 * counters.
 */
static struct nlmsghdr *
message_begin(void *buffer)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = 0x20;
	mnl_nlmsg_put_extra_header(message, sizeof(struct genlmsghdr));
	mnl_attr_put_u32(message, 1, 7);
	return message;
}

Test(qstats, a_queues_counters_have_its_number)
{
	_Alignas(8) char buffer[512];
	struct nlmsghdr *message = message_begin(buffer);

	mnl_attr_put_u32(message, 2, 0);
	mnl_attr_put_u32(message, 3, 5);
	mnl_attr_put_u64(message, 8, 0x100000000);
	mnl_attr_put_u32(message, 13, 77);
	mnl_attr_put_u32(message, 14, 66);
	cr_assert_eq(ovr_nic_qstats_parse(message, &counters), 0);
	cr_assert_eq(counters.n, 3);
	assert_counter(&counters, 0, "rx-packets[5]", 5, 0x100000000);
	assert_counter(&counters, 1, "rx-hw-drops[5]", 5, 77);
	assert_counter(&counters, 2, "rx-hw-drop-overruns[5]", 5, 66);
}

Test(qstats, a_counter_without_a_name_is_left_out)
{
	_Alignas(8) char buffer[512];
	struct nlmsghdr *message = message_begin(buffer);

	mnl_attr_put_u32(message, 3, 0);
	mnl_attr_put_u32(message, 7, 1);
	mnl_attr_put_u32(message, 1000, 1);
	mnl_attr_put_u32(message, 24, 2);
	cr_assert_eq(ovr_nic_qstats_parse(message, &counters), 0);
	cr_assert_eq(counters.n, 1);
	assert_counter(&counters, 0, "tx-hw-drops[0]", 0, 2);
}

Test(qstats, a_number_of_another_size_is_left_out)
{
	_Alignas(8) char buffer[512];
	struct nlmsghdr *message = message_begin(buffer);

	mnl_attr_put_u32(message, 3, 0);
	mnl_attr_put_u16(message, 13, 1);
	cr_assert_eq(ovr_nic_qstats_parse(message, &counters), 0);
	cr_assert_eq(counters.n, 0);
}

Test(qstats, an_answer_without_a_queue_is_refused)
{
	_Alignas(8) char buffer[512];

	cr_assert_eq(ovr_nic_qstats_parse(message_begin(buffer), &counters), -EBADMSG);
}
