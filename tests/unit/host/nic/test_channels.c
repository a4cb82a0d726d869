/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/channels.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "support/netns.h"

static struct ovr_nic_facts
facts_of(const char *name)
{
	struct ovr_nic_facts facts;

	cr_assert_eq(ovr_nic_facts_read(name, &facts, NULL), 0);
	return facts;
}

/* A veth with four queues each way, whose driver sets channels since Linux 5.14. */
static struct ovr_nic_channels
make_four(void)
{
	struct ovr_nic_channels channels;

	netns_enter();
	netns_make_pair("undo-a", "undo-b");
	netns_run("ip link add undo-c numrxqueues 4 numtxqueues 4 type veth peer name undo-d");
	channels = facts_of("undo-c").channels;
	if (!channels.known || channels.rx_max != 4)
		cr_skip_test("this kernel's veth has no channels to set");
	return channels;
}

Test(channels, what_is_set_is_what_it_has)
{
	struct ovr_nic_channels channels = make_four();
	struct ovr_err err = { "" };

	channels.rx = 2;
	channels.tx = 3;
	if (ovr_nic_channels_set("undo-c", &channels, &err) == -EOPNOTSUPP)
		cr_skip_test("%s", err.text);
	channels = facts_of("undo-c").channels;
	cr_expect_eq(channels.rx, 2);
	cr_expect_eq(channels.tx, 3);
}

Test(channels, more_than_the_maximum_is_refused_with_the_maximum)
{
	struct ovr_nic_channels channels = make_four();
	struct ovr_err err = { "" };

	channels.rx = 5;
	cr_expect_eq(ovr_nic_channels_set("undo-c", &channels, &err), -ERANGE);
	cr_expect_str_eq(err.text, "undo-c: 5 rx channels were asked for; accepted: at most 4");
}

Test(channels, a_driver_without_channels_is_said)
{
	struct ovr_err err = { "" };

	netns_enter();
	cr_expect_eq(ovr_nic_channels_set("lo", &(struct ovr_nic_channels){ .rx = 1 }, &err), -EOPNOTSUPP);
	cr_expect_str_eq(err.text, "lo: its driver cannot set the number of channels");
}

Test(channels, an_interface_that_is_not_there_is_said)
{
	struct ovr_err err = { "" };

	netns_enter();
	cr_expect_eq(ovr_nic_channels_set("undo-x", &(struct ovr_nic_channels){ .rx = 1 }, &err), -ENODEV);
	cr_expect_not_null(strstr(err.text, "undo-x"), "%s", err.text);
}
