/* SPDX-License-Identifier: BSD-3-Clause */
#include "kernel/half_open.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <netinet/in.h>
#include <unistd.h>

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>

static _Alignas(8) char buffer[512];

static const struct nlmsghdr *
answer(uint16_t port, uint8_t retrans)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct inet_diag_msg *socket;

	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	socket = mnl_nlmsg_put_extra_header(message, sizeof(*socket));
	socket->id.idiag_sport = htons(port);
	socket->idiag_retrans = retrans;
	return message;
}

Test(half_open, each_has_sent_one_syn_ack_and_those_that_were_repeated)
{
	struct ovr_kernel_half_open half_open = { .port = 5201 };

	cr_assert_eq(ovr_kernel_half_open_parse(answer(5201, 0), &half_open), 0);
	cr_assert_eq(ovr_kernel_half_open_parse(answer(5201, 2), &half_open), 0);
	cr_assert_eq(half_open.n, 2);
	cr_assert_eq(half_open.syn_acks, 4);
}

Test(half_open, those_of_another_port_are_not_counted)
{
	struct ovr_kernel_half_open half_open = { .port = 5201 };

	cr_assert_eq(ovr_kernel_half_open_parse(answer(22, 0), &half_open), 0);
	cr_assert_eq(half_open.n, 0);
}

Test(half_open, a_short_message_is_refused)
{
	struct nlmsghdr message = { .nlmsg_len = sizeof(message), .nlmsg_type = SOCK_DIAG_BY_FAMILY };
	struct ovr_kernel_half_open half_open = { .port = 5201 };

	cr_assert_eq(ovr_kernel_half_open_parse(&message, &half_open), -EBADMSG);
}

Test(half_open, nobody_needs_a_right_to_read_those_of_the_own_namespace)
{
	struct ovr_kernel_half_open half_open;
	struct ovr_kernel_netns *netns;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_kernel_netns_open("", &netns, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_kernel_half_open_read(netns, 4, 1, &half_open, &err), 0, "%s", err.text);
	cr_assert_eq(half_open.n, 0);
	ovr_kernel_netns_close(netns);
}
