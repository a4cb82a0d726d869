/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "nic/nic.h"
#include "support/netns.h"

Test(rings, those_of_a_veth_are_not_known)
{
	struct ovr_nic_rings rings = { .known = true, .rx = 99 };
	struct ovr_err err;

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	cr_assert_eq(ovr_nic_rings_read("nic-a", &rings, &err), 0);
	cr_assert_not(rings.known);
	cr_assert_eq(rings.rx, 0);
}

Test(rings, those_of_a_veth_cannot_be_set)
{
	struct ovr_nic_rings rings = { .rx = 256, .tx = 256 };
	struct ovr_err err;

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	cr_assert_eq(ovr_nic_rings_set("nic-a", &rings, &err), -EOPNOTSUPP);
	cr_assert_str_eq(err.text, "nic-a: rings cannot be set: the veth driver has no ring control");
}

Test(rings, an_interface_that_is_not_there_has_none)
{
	struct ovr_nic_rings rings = { .known = true, .rx = 99 };
	struct ovr_err err;

	cr_assert_eq(ovr_nic_rings_read("ovr-nowhere", &rings, &err), -ENODEV);
	cr_assert_eq(rings.rx, 99);
	cr_assert_eq(strncmp(err.text, "ovr-nowhere: there is no such interface; accepted: ", 51), 0);
	cr_assert_eq(ovr_nic_rings_set("ovr-nowhere", &rings, &err), -ENODEV);
}
