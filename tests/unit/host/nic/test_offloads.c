/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/offloads.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/netns.h"

#define LIST (1u << OVR_NIC_OFFLOAD_GRO_LIST)
#define UDP  (1u << OVR_NIC_OFFLOAD_GRO_UDP)
#define LRO  (1u << OVR_NIC_OFFLOAD_LRO)
#define HW   (1u << OVR_NIC_OFFLOAD_GRO_HW)

static struct ovr_nic_offloads
read_of(const char *name)
{
	struct ovr_nic_offloads offloads;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_nic_offloads_read(name, &offloads, &err), 0, "%s", err.text);
	return offloads;
}

static bool
feature_is_on(const char *feature)
{
	char command[160];

	snprintf(command, sizeof(command), "ethtool -k off-a | grep -q '^%s: on'", feature);
	return system(command) == 0;
}

Test(offloads, a_set_is_printed_by_the_kernels_names)
{
	char text[OVR_NIC_OFFLOADS_TEXT_BYTES];

	cr_expect_str_eq(ovr_nic_offloads_print(text, sizeof(text), 0, ","), "");
	cr_expect_str_eq(ovr_nic_offloads_print(text, sizeof(text), LIST, ","), "rx-gro-list");
	cr_expect_str_eq(ovr_nic_offloads_print(text, sizeof(text), LRO | HW | LIST | UDP, ","),
		"rx-lro,rx-gro-hw,rx-gro-list,rx-udp-gro-forwarding");
}

Test(offloads, names_are_read_and_what_is_none_is_refused)
{
	uint32_t set = 4711;

	cr_expect_eq(ovr_nic_offloads_parse("rx-gro-list", &set), 0);
	cr_expect_eq(set, LIST);
	cr_expect_eq(ovr_nic_offloads_parse("rx-udp-gro-forwarding,rx-lro,rx-gro-hw", &set), 0);
	cr_expect_eq(set, LRO | HW | UDP);
	for (const char *const *text = (const char *const[]){ "", ",", "rx-gro", "rx-gro-list,", "rx-gro-lis",
		     "rx-gro-list rx-lro", NULL };
		*text != NULL; text++)
		cr_expect_eq(ovr_nic_offloads_parse(*text, &set), -EINVAL, "%s", *text);
	cr_expect_eq(set, LRO | HW | UDP);
}

Test(offloads, what_ethtool_turned_on_is_read_and_turned_off_alone)
{
	struct ovr_err err = { "" };

	netns_enter();
	netns_make_pair("off-a", "off-b");
	cr_expect_eq(read_of("off-a").on, 0);
	netns_run("ethtool -K off-a gro on rx-gro-list on rx-udp-gro-forwarding on");
	cr_expect_eq(read_of("off-a").on, LIST | UDP);
	cr_expect_eq(read_of("off-a").fixed, 0);
	cr_expect_eq(ovr_nic_offloads_set("off-a", UDP, false, &err), 0, "%s", err.text);
	cr_expect_eq(read_of("off-a").on, LIST);
	cr_expect(feature_is_on("rx-gro-list"));
	cr_expect_not(feature_is_on("rx-udp-gro-forwarding"));
	cr_expect(feature_is_on("generic-receive-offload"));
	cr_expect_eq(ovr_nic_offloads_set("off-a", LIST | UDP, true, &err), 0, "%s", err.text);
	cr_expect(feature_is_on("rx-udp-gro-forwarding"));
}

Test(offloads, what_cannot_be_turned_is_refused_with_the_line)
{
	struct ovr_err err = { "" };

	netns_enter();
	netns_make_pair("off-a", "off-b");
	/* a veth has no LRO */
	cr_expect_eq(ovr_nic_offloads_set("off-a", LRO, true, &err), -EOPNOTSUPP);
	cr_expect_str_eq(err.text,
		"off-a: rx-lro cannot be turned on; accepted: an interface for which this works: ethtool -K "
		"off-a rx-lro on");
}

Test(offloads, an_interface_that_is_not_there_is_said)
{
	struct ovr_nic_offloads offloads;
	struct ovr_err err = { "" };

	netns_enter();
	cr_expect_eq(ovr_nic_offloads_read("off-x", &offloads, &err), -ENODEV);
	cr_expect_not_null(strstr(err.text, "off-x: there is no such interface"), "%s", err.text);
	cr_expect_eq(ovr_nic_offloads_set("off-x", LIST, false, &err), -ENODEV);
}
