/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/values.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

static struct ovr_plan plan;

/* The value is read, and printed as @p canonical. */
static void
check(const char *key, const char *text, const char *canonical)
{
	const struct ovr_plan_row *row = ovr_plan_row_of(key);
	char value[OVR_PLAN_VALUE_BYTES];
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_set(&plan, key, text, &err), 0, "%s", err.text);
	cr_assert_str_eq(row->print(row, &plan, value, sizeof(value)), canonical, "%s: %s", key, value);
}

static void
refuse(const char *key, const char *text)
{
	struct ovr_plan before = plan;
	struct ovr_err err = { "" };
	char start[32];

	snprintf(start, sizeof(start), "%s: ", key);
	cr_assert_neq(ovr_plan_set(&plan, key, text, &err), 0, "%s: %s was accepted", key, text);
	cr_assert_eq(strncmp(err.text, start, strlen(start)), 0, "%s", err.text);
	cr_assert_eq(memcmp(&plan, &before, sizeof(plan)), 0, "%s: %s: the plan was touched", key, text);
}

#define REFUSE_ALL(key, ...)                                              \
	do {                                                              \
		static const char *const bad[] = { __VA_ARGS__ };         \
		for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) \
			refuse(key, bad[i]);                              \
	} while (0)

Test(forms, a_port_is_read_with_its_keys)
{
	ovr_plan_default(&plan);
	check("rx", "wire:1,drop=0.1%", "wire:1,drop=0.1%");
	cr_assert_str_eq(plan.ports.rx.keys, "drop=0.1%");
	check("tx", "vdev:net_null0,drop=x", "vdev:net_null0,drop=x");
	cr_assert_eq(plan.ports.tx.kind, OVR_PORT_VDEV);
	REFUSE_ALL("rx", "wire:1,drop=x", "wire:1,lose=1%", "eth0");
}

Test(forms, frame_sizes_are_read_by_the_mix)
{
	ovr_plan_default(&plan);
	check("size", "64,128,1518", "64,128,1518");
	cr_assert_eq(plan.frames.size.length, 3);
	refuse("size", "63");
}

Test(forms, an_ip_version_is_four_or_six)
{
	ovr_plan_default(&plan);
	check("ip", "6", "6");
	cr_assert_eq(plan.frames.ip_version, 6);
	check("ip", "4", "4");
	REFUSE_ALL("ip", "5", "46", "v4");
}

Test(forms, vlan_tags_are_outer_first_and_at_most_two)
{
	ovr_plan_default(&plan);
	check("vlan", "100,200", "100,200");
	cr_assert_eq(plan.frames.n_vlans, 2);
	cr_assert_eq(plan.frames.vlan[0], 100);
	cr_assert_eq(plan.frames.vlan[1], 200);
	check("vlan", "4094", "4094");
	cr_assert_eq(plan.frames.n_vlans, 1);
	cr_assert_eq(plan.frames.vlan[1], 0);
	REFUSE_ALL("vlan", "0", "4095", "1,2,3", "1,", ",1", "a", "1;2", "-1", "99999999999999999999", "1,0");
	check("vlan", "none", "none");
	cr_assert_eq(plan.frames.n_vlans, 0);
}

Test(forms, a_mac_address_is_six_bytes)
{
	ovr_plan_default(&plan);
	check("dst-mac", "01:00:5E:00:00:fF", "01:00:5e:00:00:ff");
	check("dst-mac", "auto", "auto");
	check("dst-mac", "01:00:5E:00:00:fF", "01:00:5e:00:00:ff");
	cr_assert_eq(plan.frames.dst_mac[2], 0x5e);
	cr_assert_eq(plan.frames.dst_mac[5], 0xff);
	cr_assert_eq(plan.frames.src_mac[5], 0x01);
	REFUSE_ALL("dst-mac", "02:00:00:00:00", "02:00:00:00:00:0", "02:00:00:00:00:001", "02-00-00-00-00-01",
		"02:00:00:00:00:0g", "02:00:00:00:00:01:", "0200.0000.0001");
}

Test(forms, a_gateway_is_an_address_of_either_version)
{
	ovr_plan_default(&plan);
	check("gateway", "198.18.255.254", "198.18.255.254");
	cr_assert_eq(plan.frames.gateway.ip_version, 4);
	cr_assert_arr_eq(plan.frames.gateway.ip, ((uint8_t[16]){ 198, 18, 255, 254 }), 16);
	check("gateway", "2001:2:0:0::FFFF", "2001:2::ffff");
	cr_assert_eq(plan.frames.gateway.ip_version, 6);
	REFUSE_ALL("gateway", "198.18.255", "198.18.255.256", "198.18.255.254/16", "router", "2001:2:::1",
		"auto");
	check("gateway", "none", "none");
	cr_assert_eq(plan.frames.gateway.ip_version, 0);
}

Test(forms, a_source_address_is_no_group)
{
	ovr_plan_default(&plan);
	check("src-mac", "06:00:00:00:00:01", "06:00:00:00:00:01");
	refuse("src-mac", "03:00:00:00:00:01");
	refuse("src-mac", "ff:ff:ff:ff:ff:ff");
}

Test(forms, a_shape_is_smooth_poisson_or_bursts)
{
	ovr_plan_default(&plan);
	check("shape", "burst=512,gap=0.001s", "burst=512,gap=1ms");
	cr_assert_eq(plan.load.shape.shape, OVR_PACE_BURST);
	cr_assert_eq(plan.load.shape.burst_frames, 512);
	cr_assert_eq(plan.load.shape.gap_ns, 1000000);
	check("shape", "poisson", "poisson");
	cr_assert_eq(plan.load.shape.shape, OVR_PACE_POISSON);
	cr_assert_eq(plan.load.shape.burst_frames, 0);
	check("shape", "burst=1,gap=0", "burst=1,gap=0");
	check("shape", "smooth", "smooth");
	REFUSE_ALL("shape", "bursty", "burst=5", "gap=1ms", "burst=0,gap=1ms", "burst=,gap=1ms",
		"burst=5,gap=", "burst=5,gap=1", "burst=5,gap=73h", "burst=5,gap=1ms,gap=1ms", "smooth,",
		"burst=a,gap=1ms",
		"burst=1111111111111111111111111111111111111111111111111111111111111111111111,gap=1ms");
}

Test(forms, a_stall_is_read_by_its_own_parser)
{
	ovr_plan_default(&plan);
	check("stall", "200us/10ms,jitter=10%", "200us/10ms,jitter=10%");
	cr_assert_eq(plan.receiver.stall.length_ns, 200000);
	refuse("stall", "10ms/200us");
}

Test(forms, commas_separate_both_cpus_and_lists)
{
	ovr_plan_default(&plan);
	check("cores", "tx=1,2,rx=3", "tx=1-2,rx=3");
	cr_assert_eq(plan.host.cores.tx.n_cpus, 2);
	cr_assert_eq(plan.host.cores.tx.cpu[1], 2);
	cr_assert_eq(plan.host.cores.rx.n_cpus, 1);
	cr_assert_eq(plan.host.cores.rx.cpu[0], 3);
	cr_assert_eq(plan.host.cores.wire.n_cpus, 0);
	check("cores", "wire=9,rx=4,6-7,2,tx=0", "tx=0,rx=4,6-7,2,wire=9");
	cr_assert_eq(plan.host.cores.rx.n_cpus, 4);
	check("cores", "rx=5", "rx=5");
	cr_assert_eq(plan.host.cores.tx.n_cpus, 0);
	check("cores", "auto", "auto");
	cr_assert_eq(plan.host.cores.rx.n_cpus, 0);
}

Test(forms, what_is_no_list_of_cores_is_refused)
{
	char text[600] = "tx=";

	ovr_plan_default(&plan);
	REFUSE_ALL("cores", "1", "tx=", "tx", "=1", "tx=1,rx=", "tx=1,foo=2", "foo=1", "tx=1,tx=2", "tx=1,1",
		"tx=1,", "tx=a", "tx=1rx=2", ",tx=1", "tx=1024", "auto,tx=1");
	memset(text + 3, '1', 500);
	refuse("cores", text);
}

Test(forms, the_longest_lists_of_cores_are_printed_whole)
{
	char text[OVR_PLAN_VALUE_BYTES] = "";
	size_t n = 0;

	ovr_plan_default(&plan);
	/* Sixty-four CPUs of four digits that are no neighbours, in each list. */
	for (unsigned int list = 0; list < 3; list++)
		for (unsigned int i = 0; i < 64; i++)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%u",
				i > 0               ? ","
					: list == 0 ? "tx="
					: list == 1 ? ",rx="
						    : ",wire=",
				1023 - 2 * (i % 12) - 30 * (i / 12));
	check("cores", text, text);
	cr_assert_eq(plan.host.cores.wire.n_cpus, 64);
}
