/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <libmnl/libmnl.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "counters_of.h"
#include "nic/sources.h"

static struct ovr_nic_counters counters;

static void
done(void)
{
	ovr_nic_counters_done(&counters);
}

TestSuite(link_stats, .fini = done);

/* A message with n counters, of which the first is 1, the second 2, … */
static int
parse(size_t n)
{
	_Alignas(8) char buffer[1024];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	uint64_t value[64];

	for (size_t i = 0; i < 64; i++)
		value[i] = i + 1;
	message->nlmsg_type = RTM_NEWSTATS;
	mnl_nlmsg_put_extra_header(message, sizeof(struct if_stats_msg));
	mnl_attr_put(message, IFLA_STATS_LINK_64, n * sizeof(value[0]), value);
	return ovr_nic_link_stats_parse(message, &counters);
}

Test(link_stats, all_counters_of_todays_kernels_have_a_name)
{
	cr_assert_eq(parse(25), 0);
	cr_assert_eq(counters.n, 25);
	assert_counter(&counters, 0, "rx_packets", -1, 1);
	assert_counter(&counters, 1, "tx_packets", -1, 2);
	assert_counter(&counters, 2, "rx_bytes", -1, 3);
	assert_counter(&counters, 6, "rx_dropped", -1, 7);
	assert_counter(&counters, 7, "tx_dropped", -1, 8);
	assert_counter(&counters, 12, "rx_crc_errors", -1, 13);
	assert_counter(&counters, 14, "rx_fifo_errors", -1, 15);
	assert_counter(&counters, 15, "rx_missed_errors", -1, 16);
	assert_counter(&counters, 20, "tx_window_errors", -1, 21);
	assert_counter(&counters, 23, "rx_nohandler", -1, 24);
	assert_counter(&counters, 24, "rx_otherhost_dropped", -1, 25);
}

Test(link_stats, an_older_kernel_tells_less)
{
	cr_assert_eq(parse(24), 0);
	cr_assert_eq(counters.n, 24);
	cr_assert_null(ovr_nic_counters_find(&counters, OVR_NIC_LINK, "rx_otherhost_dropped"));
}

Test(link_stats, what_a_newer_kernel_appends_is_left_out)
{
	cr_assert_eq(parse(30), 0);
	cr_assert_eq(counters.n, 25);
}

Test(link_stats, a_message_without_counters_is_refused)
{
	_Alignas(8) char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = RTM_NEWSTATS;
	mnl_nlmsg_put_extra_header(message, sizeof(struct if_stats_msg));
	cr_assert_eq(ovr_nic_link_stats_parse(message, &counters), -EBADMSG);
	message->nlmsg_type = RTM_NEWLINK;
	cr_assert_eq(ovr_nic_link_stats_parse(message, &counters), -EBADMSG);
}
