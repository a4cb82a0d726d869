/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent/limits.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include "plan/command.h"

static struct ovr_err err;

/* A frozen plan with these ports, and one more option unless it is NULL. */
static struct ovr_plan
plan_of(const char *tx, const char *rx, const char *key, const char *value)
{
	struct ovr_plan plan;

	ovr_plan_default_for(OVR_PLAN_HALF, &plan);
	cr_assert_eq(ovr_plan_set(&plan, "tx", tx, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_set(&plan, "rx", rx, &err), 0, "%s", err.text);
	if (key != NULL)
		cr_assert_eq(ovr_plan_set(&plan, key, value, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), 0, "%s", err.text);
	return plan;
}

/* What the limits say to a port that receives, while the sender is elsewhere. */
static int
receives(const struct ovr_agent_limits *limits, const char *rx)
{
	struct ovr_plan plan = plan_of("elsewhere:", rx, NULL, NULL);

	return ovr_agent_limits_check(limits, &plan, &err);
}

static struct ovr_agent_limits
patterns(const char *one, const char *other)
{
	return (struct ovr_agent_limits){ .pattern = { one, other }, .n_patterns = other != NULL ? 2 : 1 };
}

Test(limits, by_default_nothing_leaves_the_host)
{
	struct ovr_agent_limits limits = { .n_patterns = 0 };
	struct ovr_plan wire = plan_of("wire:0", "wire:1", NULL, NULL);

	cr_expect_eq(ovr_agent_limits_check(&limits, &wire, &err), 0, "%s", err.text);
	cr_expect_eq(receives(&limits, "udp:127.0.0.1:9"), 0, "%s", err.text);
	cr_expect_eq(receives(&limits, "udp:[::1]:9"), 0, "%s", err.text);
	cr_expect_eq(receives(&limits, "vdev:net_ring0"), 0, "%s", err.text);
	cr_expect_eq(receives(&limits, "vdev:net_null0,no-rx=1"), 0, "%s", err.text);
	cr_expect_eq(receives(&limits, "udp:198.19.0.1:9"), -EPERM);
	cr_expect_eq(receives(&limits, "netdev:eth1"), -EPERM);
	cr_expect_eq(receives(&limits, "pci:0000:3b:00.0"), -EPERM);
	cr_expect_eq(receives(&limits, "vdev:net_null0"), -EPERM);
	cr_expect_str_eq(err.text,
		"rx: found \"vdev:net_null0\", which this host does not allow; accepted: wire:*, udp:127.*, "
		"udp:\\[::1\\]:*, vdev:net_null0,no-rx=1, vdev:net_ring0 (--allow-port of overrun serve)");
}

Test(limits, a_pattern_replaces_the_default)
{
	struct ovr_agent_limits limits = patterns("netdev:eth[12]", NULL);

	cr_expect_eq(receives(&limits, "netdev:eth1"), 0, "%s", err.text);
	cr_expect_eq(receives(&limits, "netdev:eth2,mode=af_packet"), 0, "%s", err.text);
	cr_expect_eq(receives(&limits, "netdev:eth3"), -EPERM);
	cr_expect_eq(receives(&limits, "netdev:eth11"), -EPERM);
	cr_expect_eq(receives(&limits, "udp:127.0.0.1:9"), -EPERM);
}

Test(limits, counters_of_an_interface_need_its_pattern)
{
	struct ovr_agent_limits none = { .n_patterns = 0 }, one = patterns("netdev:eth[12]", NULL);

	cr_expect_eq(ovr_agent_limits_check_interface(&none, "eth1", &err), -EPERM);
	cr_expect_eq(ovr_agent_limits_check_interface(&one, "eth1", &err), 0, "%s", err.text);
	cr_expect_eq(ovr_agent_limits_check_interface(&one, "eth3", &err), -EPERM);
	cr_expect_str_eq(err.text,
		"interface: found \"netdev:eth3\", which this host does not allow; accepted: netdev:eth[12] "
		"(--allow-port of overrun serve)");
}

Test(limits, keys_do_not_match_a_pattern_of_a_port)
{
	struct ovr_agent_limits limits = patterns("netdev:*packet", NULL);

	cr_expect_eq(receives(&limits, "netdev:eth1,mode=af_packet"), -EPERM);
}

Test(limits, both_ports_of_a_host_are_checked)
{
	struct ovr_agent_limits limits = patterns("netdev:eth1", NULL);
	struct ovr_plan plan = plan_of("netdev:eth2", "netdev:eth1", NULL, NULL);

	cr_expect_eq(ovr_agent_limits_check(&limits, &plan, &err), -EPERM);
	cr_expect_eq(strncmp(err.text, "tx: found \"netdev:eth2\"", 23), 0, "%s", err.text);
}

Test(limits, the_keys_of_a_vdev_are_part_of_its_name)
{
	struct ovr_agent_limits limits = patterns("vdev:net_null0", NULL);

	cr_expect_eq(receives(&limits, "vdev:net_null0"), 0, "%s", err.text);
	cr_expect_eq(receives(&limits, "vdev:net_pcap0,rx_pcap=some.pcap"), -EPERM);
	cr_expect_eq(receives(&limits, "vdev:net_null0,size=64"), -EPERM);
}

Test(limits, a_namespace_needs_a_pattern_of_its_own)
{
	struct ovr_agent_limits limits = patterns("udp:198.19.*", NULL);

	cr_expect_eq(receives(&limits, "udp:198.19.0.1:9"), 0, "%s", err.text);
	cr_expect_eq(receives(&limits, "udp:198.19.0.1:9,netns=lab"), -EPERM);
	cr_expect_eq(strncmp(err.text, "rx: found \"netns=lab\"", 21), 0, "%s", err.text);
	limits = patterns("udp:198.19.*", "netns=lab*");
	cr_expect_eq(receives(&limits, "udp:198.19.0.1:9,netns=lab2"), 0, "%s", err.text);
}

Test(limits, force_is_the_hosts_to_allow)
{
	struct ovr_agent_limits limits = patterns("netdev:*", NULL);
	struct ovr_plan plan = plan_of("elsewhere:", "netdev:eth1", "force", "true");

	cr_expect_eq(ovr_agent_limits_check(&limits, &plan, &err), -EPERM);
	limits.force = true;
	cr_expect_eq(ovr_agent_limits_check(&limits, &plan, &err), 0, "%s", err.text);
}

Test(limits, files_of_the_host_are_not_the_callers)
{
	static const char *const key[] = { "json", "csv", "junit", "tap", "capture", "metrics" };
	struct ovr_agent_limits limits = { .n_patterns = 0 };

	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++) {
		struct ovr_plan plan = plan_of(
			"wire:0", "wire:1", key[i], strcmp(key[i], "metrics") == 0 ? "9464" : "some.file");

		cr_expect_eq(ovr_agent_limits_check(&limits, &plan, &err), -EPERM, "%s", key[i]);
	}
}

/* May a path's probes be reflected there, and the kernel's counters be read? */
static int
watches(const struct ovr_agent_limits *limits, const char *address, uint64_t pps, bool has_places)
{
	struct ovr_listen where = { 0 };

	if (address != NULL)
		cr_assert_eq(ovr_listen_parse("path", address, &where, &err), 0, "%s", err.text);
	return ovr_agent_limits_check_path(limits, &where, pps, has_places, &err);
}

Test(limits, a_reflector_is_a_port_and_places_have_a_pattern_of_their_own)
{
	struct ovr_agent_limits limits = { .n_patterns = 0 };

	cr_expect_eq(watches(&limits, "127.0.0.1:0", 1000, false), 0, "%s", err.text);
	cr_expect_eq(watches(&limits, "[::1]:7777", 1000, false), 0, "%s", err.text);
	cr_expect_eq(watches(&limits, "10.0.0.2:7777", 1000, false), -EPERM);
	cr_expect_eq(strncmp(err.text, "path: found \"udp:10.0.0.2:7777\"", 31), 0, "%s", err.text);
	cr_expect_eq(watches(&limits, NULL, 0, true), -EPERM);
	limits = patterns("udp:10.0.0.2:7*", NULL);
	cr_expect_eq(watches(&limits, "10.0.0.2:7777", 1000, false), 0, "%s", err.text);
	cr_expect_eq(watches(&limits, "10.0.0.2:8777", 1000, false), -EPERM);
	cr_expect_eq(watches(&limits, "10.0.0.2:7777", 1000, true), -EPERM);
	limits = patterns("places", NULL);
	cr_expect_eq(watches(&limits, NULL, 0, true), 0, "%s", err.text);
	cr_expect_eq(watches(&limits, "127.0.0.1:0", 1, true), -EPERM);
}

Test(limits, probes_are_within_the_rate)
{
	struct ovr_agent_limits limits = { .n_patterns = 0 };

	cr_assert_eq(ovr_agent_limits_parse_rate("200pps", &limits.max_rate, &err), 0, "%s", err.text);
	cr_expect_eq(watches(&limits, "127.0.0.1:0", 200, false), 0, "%s", err.text);
	cr_expect_eq(watches(&limits, "127.0.0.1:0", 201, false), -ERANGE);
	/* 106 bytes and 20 of gap and preamble: 1008 bit each */
	cr_assert_eq(ovr_agent_limits_parse_rate("1008kbps", &limits.max_rate, &err), 0, "%s", err.text);
	cr_expect_eq(watches(&limits, "127.0.0.1:0", 1000, false), 0, "%s", err.text);
	cr_expect_eq(watches(&limits, "127.0.0.1:0", 1001, false), -ERANGE);
}

Test(limits, rates_are_compared_across_layers)
{
	struct ovr_agent_limits limits = { .n_patterns = 0 };
	struct ovr_plan plan = plan_of("wire:0", "wire:1", "rate", "1mpps");

	/* 64 bytes and 20 of gap and preamble: 672 bit each */
	cr_assert_eq(ovr_agent_limits_parse_rate("672mbps", &limits.max_rate, &err), 0, "%s", err.text);
	cr_expect_eq(ovr_agent_limits_check(&limits, &plan, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_agent_limits_parse_rate("671mbps", &limits.max_rate, &err), 0, "%s", err.text);
	cr_expect_eq(ovr_agent_limits_check(&limits, &plan, &err), -ERANGE);
	cr_expect_str_eq(err.text,
		"rate: found 1mpps, accepted by this host: at most 671mbps (--max-rate of overrun serve)");
	/* the wire is a line of 10G */
	plan = plan_of("wire:0", "wire:1", "rate", "100%");
	cr_expect_eq(ovr_agent_limits_check(&limits, &plan, &err), -ERANGE);
}

Test(limits, gaps_of_a_shape_do_not_lower_its_rate)
{
	struct ovr_agent_limits limits = { .n_patterns = 0 };
	struct ovr_plan plan = plan_of("wire:0", "wire:1", "shape", "burst=10,gap=10ms");

	cr_assert_eq(ovr_agent_limits_parse_rate("1gbps", &limits.max_rate, &err), 0, "%s", err.text);
	cr_expect_eq(ovr_agent_limits_check(&limits, &plan, &err), -ERANGE);
}

Test(limits, a_share_of_an_unknown_line_cannot_be_compared)
{
	struct ovr_agent_limits limits = patterns("netdev:*", NULL);
	struct ovr_plan plan = plan_of("netdev:eth1", "elsewhere:", "rate", "50%");

	cr_assert_eq(ovr_agent_limits_parse_rate("1gbps", &limits.max_rate, &err), 0, "%s", err.text);
	cr_expect_eq(ovr_agent_limits_check(&limits, &plan, &err), -EINVAL);
	plan = plan_of("netdev:eth1", "elsewhere:", "line", "1g");
	cr_expect_eq(ovr_agent_limits_check(&limits, &plan, &err), 0, "%s", err.text);
}

Test(limits, a_receiver_has_no_rate)
{
	struct ovr_agent_limits limits = patterns("netdev:*", NULL);

	cr_assert_eq(ovr_agent_limits_parse_rate("1pps", &limits.max_rate, &err), 0, "%s", err.text);
	cr_expect_eq(receives(&limits, "netdev:eth1"), 0, "%s", err.text);
}

Test(limits, the_most_is_no_share_of_a_line)
{
	struct ovr_rate rate = { .value = 7 };

	cr_expect_eq(ovr_agent_limits_parse_rate("50%", &rate, &err), -EINVAL);
	cr_expect_eq(ovr_agent_limits_parse_rate("fast", &rate, &err), -EINVAL);
	cr_expect_eq(rate.value, 7);
}
