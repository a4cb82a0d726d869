/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdio.h>

#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "kernel/readers.h"
#include "kernel_reading.h"

static void
begin(void)
{
	struct ovr_kernel_link *link;

	reading_begin();
	link = ovr_kernel_add_link(&reading);
	link->ifindex = 7;
	snprintf(link->name, sizeof(link->name), "va");
}

TestSuite(qdisc, .init = begin, .fini = reading_end);

static int
parse(uint16_t type, int ifindex, uint32_t handle, uint32_t parent, const char *kind, uint32_t drops)
{
	_Alignas(8) char buffer[512];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct gnet_stats_queue stats = {
		.qlen = 1, .backlog = 2, .drops = drops, .requeues = 4, .overlimits = 5
	};
	struct nlattr *nested;
	struct tcmsg *tc;

	message->nlmsg_type = type;
	tc = mnl_nlmsg_put_extra_header(message, sizeof(*tc));
	tc->tcm_ifindex = ifindex;
	tc->tcm_handle = handle;
	tc->tcm_parent = parent;
	mnl_attr_put_strz(message, TCA_KIND, kind);
	nested = mnl_attr_nest_start(message, TCA_STATS2);
	mnl_attr_put(message, TCA_STATS_QUEUE, sizeof(stats), &stats);
	mnl_attr_nest_end(message, nested);
	return ovr_kernel_qdisc_parse(message, &reading);
}

static const struct ovr_kernel_counter *
parsed(uint16_t type, uint32_t handle, uint32_t parent, const char *kind)
{
	cr_assert_eq(parse(type, 7, handle, parent, kind, 162), 0);
	return &snapshot.counter[snapshot.n - 1];
}

Test(qdisc, the_root_counts_what_its_levels_drop)
{
	const struct ovr_kernel_counter *counter = parsed(RTM_NEWQDISC, 0x100000, TC_H_ROOT, "tbf");

	cr_assert_str_eq(counter->object, "va tbf 10:");
	cr_assert_str_eq(counter->name, "drops");
	cr_assert_eq(counter->value, 162);
	cr_assert_eq(counter->width_bits, 32);
	cr_assert(counter->is_root);
	cr_assert_eq(counter->direction, OVR_KERNEL_OUT);
	cr_assert_eq(snapshot.n_queued, 1);
}

Test(qdisc, a_child_is_no_root)
{
	const struct ovr_kernel_counter *counter = parsed(RTM_NEWQDISC, 0x200000, 0x100001, "pfifo");

	cr_assert_str_eq(counter->object, "va pfifo 20:");
	cr_assert_eq(snapshot.n_queued, 0, "its root counts the same ones");
	cr_assert_not(counter->is_root);
	counter = parsed(RTM_NEWQDISC, 0, 2, "pfifo_fast");
	cr_assert_str_eq(counter->object, "va pfifo_fast parent 0:2");
	cr_assert_not(counter->is_root);
}

Test(qdisc, a_class_is_a_layer_of_its_own)
{
	const struct ovr_kernel_counter *counter = parsed(RTM_NEWTCLASS, 0x100010, TC_H_ROOT, "htb");

	cr_assert_eq(counter->layer, OVR_KERNEL_CLASS);
	cr_assert_str_eq(counter->object, "va htb 10:10");
	cr_assert_not(counter->is_root);
}

Test(qdisc, ingress_is_the_way_in_and_clsact_both)
{
	const struct ovr_kernel_counter *counter = parsed(RTM_NEWQDISC, 0xffff0000, TC_H_INGRESS, "ingress");

	cr_assert_eq(counter->direction, OVR_KERNEL_IN);
	cr_assert(counter->is_root);
	counter = parsed(RTM_NEWQDISC, 0xffff0000, TC_H_INGRESS, "clsact");
	cr_assert_eq(counter->direction, OVR_KERNEL_ANY);
	cr_assert_str_eq(counter->object, "va clsact ffff:");
}

Test(qdisc, one_of_a_link_that_is_not_in_the_list_adds_nothing)
{
	cr_assert_eq(parse(RTM_NEWQDISC, 8, 0x100000, TC_H_ROOT, "tbf", 3), 0);
	cr_assert_eq(snapshot.n, 0);
}

Test(qdisc, another_message_is_refused)
{
	cr_assert_eq(parse(RTM_NEWLINK, 7, 0x100000, TC_H_ROOT, "tbf", 3), -EBADMSG);
}

Test(qdisc, classes_are_asked_for_where_there_may_be_some)
{
	parsed(RTM_NEWQDISC, 0, TC_H_ROOT, "noqueue");
	parsed(RTM_NEWQDISC, 0, TC_H_ROOT, "pfifo_fast");
	cr_assert_not(snapshot.link[0].may_have_classes);
	parsed(RTM_NEWQDISC, 0x100000, TC_H_ROOT, "htb");
	parsed(RTM_NEWQDISC, 0x200000, 0x100001, "pfifo");
	cr_assert(snapshot.link[0].may_have_classes);
}

Test(qdisc, a_kind_that_nobody_knows_may_have_classes)
{
	parsed(RTM_NEWQDISC, 0x100000, TC_H_ROOT, "new");
	cr_assert(snapshot.link[0].may_have_classes);
}
