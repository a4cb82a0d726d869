/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <libmnl/libmnl.h>

#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "counters_of.h"
#include "nic/sources.h"

static struct ovr_nic_counters counters;
static struct ovr_nic_qdiscs qdiscs = { .counters = &counters, .ifindex = 7 };

static void
done(void)
{
	ovr_nic_counters_done(&counters);
}

TestSuite(qdisc, .fini = done);

static void
add(int ifindex, uint32_t handle, uint32_t parent, const char *kind, uint32_t drops)
{
	_Alignas(8) char buffer[512];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct gnet_stats_queue stats = {
		.qlen = 1, .backlog = 2, .drops = drops, .requeues = 4, .overlimits = 5
	};
	struct nlattr *nested;
	struct tcmsg *tc;

	message->nlmsg_type = RTM_NEWQDISC;
	tc = mnl_nlmsg_put_extra_header(message, sizeof(*tc));
	tc->tcm_ifindex = ifindex;
	tc->tcm_handle = handle;
	tc->tcm_parent = parent;
	mnl_attr_put_strz(message, TCA_KIND, kind);
	nested = mnl_attr_nest_start(message, TCA_STATS2);
	mnl_attr_put(message, TCA_STATS_QUEUE, sizeof(stats), &stats);
	mnl_attr_nest_end(message, nested);
	cr_assert_eq(ovr_nic_qdisc_parse(message, &qdiscs), 0);
}

Test(qdisc, the_roots_counters_have_plain_names)
{
	add(7, 0x100000, TC_H_ROOT, "tbf", 3);
	cr_assert_eq(counters.n, 3);
	assert_counter(&counters, 0, "drops", -1, 3);
	assert_counter(&counters, 1, "requeues", -1, 4);
	assert_counter(&counters, 2, "overlimits", -1, 5);
}

Test(qdisc, a_childs_counters_are_told_apart)
{
	add(7, 0x100000, TC_H_ROOT, "tbf", 3);
	add(7, 0x200000, 0x100001, "pfifo", 9);
	assert_counter(&counters, 3, "pfifo 20: drops", -1, 9);
	assert_counter(&counters, 4, "pfifo 20: requeues", -1, 4);
}

Test(qdisc, a_child_of_mq_is_a_transmit_queue)
{
	add(7, 0, TC_H_ROOT, "mq", 3);
	add(7, 0, 2, "pfifo_fast", 9);
	assert_counter(&counters, 3, "pfifo_fast :2 drops", 1, 9);
}

Test(qdisc, a_child_of_mq_is_found_below_its_handle)
{
	add(7, 0x80010000, TC_H_ROOT, "mq", 3);
	add(7, 0, 0x80010001, "fq", 9);
	add(7, 0x80020000, 0x80030001, "fq", 9);
	assert_counter(&counters, 3, "fq 8001:1 drops", 0, 9);
	assert_counter(&counters, 6, "fq 8002: drops", -1, 9);
}

Test(qdisc, the_ingress_qdisc_is_named)
{
	add(7, 0xffff0000, TC_H_INGRESS, "clsact", 3);
	assert_counter(&counters, 0, "clsact drops", -1, 3);
}

Test(qdisc, those_of_other_interfaces_are_left_out)
{
	add(8, 0x100000, TC_H_ROOT, "tbf", 3);
	cr_assert_eq(counters.n, 0);
}

Test(qdisc, another_message_is_refused)
{
	_Alignas(8) char buffer[512];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = RTM_NEWTCLASS;
	mnl_nlmsg_put_extra_header(message, sizeof(struct tcmsg));
	cr_assert_eq(ovr_nic_qdisc_parse(message, &qdiscs), -EBADMSG);
}
