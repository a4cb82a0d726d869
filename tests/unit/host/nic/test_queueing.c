/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/queueing.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <net/if.h>
#include <string.h>

#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "nic/queueing_parse.h"
#include "support/netns.h"

static struct ovr_nic_queueings queueings;
static _Alignas(8) char buffer[1024];

static struct nlmsghdr *
begin(int ifindex, uint32_t handle, uint32_t parent, const char *kind)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct tcmsg *tc;

	message->nlmsg_type = RTM_NEWQDISC;
	tc = mnl_nlmsg_put_extra_header(message, sizeof(*tc));
	tc->tcm_ifindex = ifindex;
	tc->tcm_handle = handle;
	tc->tcm_parent = parent;
	mnl_attr_put_strz(message, TCA_KIND, kind);
	return message;
}

static void
add(const struct nlmsghdr *message)
{
	cr_assert_eq(ovr_nic_queueing_parse(message, 7, &queueings), 0);
}

static void
add_fifo(uint32_t handle, uint32_t parent, const char *kind, uint32_t limit)
{
	struct nlmsghdr *message = begin(7, handle, parent, kind);
	struct tc_fifo_qopt options = { .limit = limit };

	mnl_attr_put(message, TCA_OPTIONS, sizeof(options), &options);
	add(message);
}

static void
expect(uint32_t i, const char *kind, const char *parent, enum ovr_nic_queueing_unit unit, uint32_t limit)
{
	cr_assert_lt(i, queueings.n);
	cr_expect_str_eq(queueings.one[i].kind, kind);
	cr_expect_str_eq(queueings.one[i].parent, parent);
	cr_expect_eq(queueings.one[i].unit, unit);
	cr_expect_eq(queueings.one[i].limit, limit);
}

Test(queueing, below_mq_each_queue_has_its_own)
{
	add(begin(7, 0x10000, TC_H_ROOT, "mq"));
	add_fifo(0x20000, 0x10001, "pfifo", 5);
	add_fifo(0x30000, 0x1000a, "bfifo", 3000);
	add(begin(7, 0, 0x10003, "pfifo_fast"));
	/* what stands below a child, what stands before reception, and another interface */
	add_fifo(0x40000, 0x20001, "pfifo", 1);
	add(begin(7, 0xffff0000, TC_H_INGRESS, "ingress"));
	add(begin(8, 0x20000, 0x10001, "tbf"));
	cr_assert_eq(queueings.n, 4);
	cr_expect(queueings.is_mq);
	expect(0, "mq", "root", OVR_NIC_QUEUEING_UNKNOWN, 0);
	expect(1, "pfifo", "parent 1:1", OVR_NIC_QUEUEING_PACKETS, 5);
	expect(2, "bfifo", "parent 1:a", OVR_NIC_QUEUEING_BYTES, 3000);
	expect(3, "pfifo_fast", "parent 1:3", OVR_NIC_QUEUEING_UNKNOWN, 0);
	cr_expect(queueings.one[1].has_address);
	cr_expect_not(queueings.one[3].has_address, "the kernel made it");
}

Test(queueing, below_an_mq_of_the_kernel_they_have_no_number_before_the_colon)
{
	add(begin(7, 0, TC_H_ROOT, "mq"));
	add(begin(7, 0, 1, "pfifo_fast"));
	expect(1, "pfifo_fast", "parent :1", OVR_NIC_QUEUEING_UNKNOWN, 0);
}

Test(queueing, a_root_of_another_kind_is_alone)
{
	add(begin(7, 0x10000, TC_H_ROOT, "htb"));
	add_fifo(0x20000, 0x10001, "pfifo", 5);
	cr_assert_eq(queueings.n, 1);
	cr_expect_not(queueings.is_mq);
}

Test(queueing, fair_queues_tell_their_limit_among_others)
{
	struct nlmsghdr *message = begin(7, 0x10000, TC_H_ROOT, "fq_codel");
	struct nlattr *nested = mnl_attr_nest_start(message, TCA_OPTIONS);

	mnl_attr_put_u32(message, TCA_FQ_CODEL_TARGET, 4999);
	mnl_attr_put_u32(message, TCA_FQ_CODEL_LIMIT, 10240);
	mnl_attr_nest_end(message, nested);
	add(message);
	expect(0, "fq_codel", "root", OVR_NIC_QUEUEING_PACKETS, 10240);
	message = begin(7, 0x10000, TC_H_ROOT, "fq");
	nested = mnl_attr_nest_start(message, TCA_OPTIONS);
	mnl_attr_put_u32(message, TCA_FQ_PLIMIT, 10000);
	mnl_attr_nest_end(message, nested);
	add(message);
	expect(1, "fq", "root", OVR_NIC_QUEUEING_PACKETS, 10000);
}

Test(queueing, those_that_find_no_room_are_counted)
{
	add(begin(7, 0x10000, TC_H_ROOT, "mq"));
	for (uint32_t i = 1; i <= OVR_NIC_QUEUEINGS_MAX; i++)
		add_fifo(0x20000 + (i << 16), 0x10000 + i, "pfifo", 1000);
	cr_expect_eq(queueings.n, OVR_NIC_QUEUEINGS_MAX);
	cr_expect_eq(queueings.n_more, 1);
}

Test(queueing, what_is_too_short_is_no_message_and_no_limit)
{
	struct nlmsghdr *message = begin(7, 0x10000, TC_H_ROOT, "pfifo");

	mnl_attr_put(message, TCA_OPTIONS, 2, "12");
	add(message);
	expect(0, "pfifo", "root", OVR_NIC_QUEUEING_UNKNOWN, 0);
	message->nlmsg_len = NLMSG_LENGTH(4);
	cr_expect_eq(ovr_nic_queueing_parse(message, 7, &queueings), -EBADMSG);
	message = mnl_nlmsg_put_header(buffer);
	message->nlmsg_type = RTM_NEWQDISC;
	mnl_nlmsg_put_extra_header(message, sizeof(struct tcmsg));
	cr_expect_eq(ovr_nic_queueing_parse(message, 7, &queueings), -EBADMSG);
}

/* As this kernel tells them. */
Test(queueing, of_an_interface_with_two_queues)
{
	struct ovr_err err = { "" };

	netns_enter();
	netns_run("ip link add ovr-q numtxqueues 2 numrxqueues 2 type veth peer name ovr-r");
	netns_run("ip link set ovr-q up && tc qdisc add dev ovr-q root handle 1: mq");
	netns_run("tc qdisc replace dev ovr-q parent 1:2 handle 20: pfifo limit 5");
	cr_assert_eq(ovr_nic_queueings_read(if_nametoindex("ovr-q"), &queueings, &err), 0, "%s", err.text);
	cr_assert_eq(queueings.n, 3);
	cr_expect_str_eq(queueings.one[0].kind, "mq");
	for (uint32_t i = 1; i < 3; i++) {
		bool is_ours = strcmp(queueings.one[i].parent, "parent 1:2") == 0;

		cr_expect_eq(queueings.one[i].limit, is_ours ? 5 : 0);
		cr_expect_str_eq(queueings.one[i].kind, is_ours ? "pfifo" : "pfifo_fast");
	}
}
