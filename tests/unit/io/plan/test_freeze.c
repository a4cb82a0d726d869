/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/plan.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "plan/command.h"
#include "plan/netdev_conf.h"
#include "plan/sweep.h"

/* The default plan with the given keys and values set, up to a NULL. */
static struct ovr_plan
plan_with(const char *const *settings)
{
	struct ovr_plan plan;
	struct ovr_err err = { "" };

	ovr_plan_default(&plan);
	for (; settings[0] != NULL; settings += 2)
		cr_assert_eq(ovr_plan_set(&plan, settings[0], settings[1], &err), 0, "%s", err.text);
	return plan;
}

static struct ovr_plan
frozen(const char *const *settings)
{
	struct ovr_plan plan = plan_with(settings);
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_freeze(&plan, &err), 0, "%s", err.text);
	return plan;
}

static void
refused(const char *const *settings, int code, const char *sentence)
{
	struct ovr_plan plan = plan_with(settings);
	struct ovr_plan before = plan;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_freeze(&plan, &err), code, "%s", err.text);
	cr_assert_str_eq(err.text, sentence);
	cr_assert_eq(memcmp(&plan, &before, sizeof(plan)), 0, "the plan was touched");
}

/*
 * A wire has fewer queues than a plan may ask for: two devices that have as many as anybody wants.
 */
#define MANY_QUEUES                  "tx", "vdev:net_null0", "rx", "vdev:net_null1"
#define FROZEN(...)                  frozen((const char *const[]){ __VA_ARGS__, NULL })
#define REFUSED(code, sentence, ...) refused((const char *const[]){ __VA_ARGS__, NULL }, code, sentence)

Test(freeze, an_open_wire_sends_from_end_0_to_end_1)
{
	struct ovr_plan plan = FROZEN("tx", "wire:", "rx", "wire:,drop=1%");

	cr_assert_str_eq(plan.ports.tx.text, "wire:0");
	cr_assert_str_eq(plan.ports.tx.label, "wire:0");
	cr_assert_str_eq(plan.ports.tx.details, "0");
	cr_assert_str_eq(plan.ports.rx.text, "wire:1,drop=1%");
	cr_assert_str_eq(plan.ports.rx.label, "wire:1");
	cr_assert_str_eq(plan.ports.rx.keys, "drop=1%");
}

Test(freeze, an_open_wire_whose_end_makes_the_name_too_long_is_refused)
{
	char name[512] = "wire:,drop-at=";
	struct ovr_plan plan;

	memset(name + 14, '0', 496);
	name[510] = '1';
	name[511] = '\0';
	plan = plan_with((const char *const[]){ "rx", name, NULL });
	cr_assert_eq(ovr_plan_freeze(&plan, NULL), -EINVAL);
}

Test(freeze, a_loopback_plug_is_allowed)
{
	struct ovr_plan plan = FROZEN("tx", "wire:0", "rx", "wire:0,drop=1%");

	cr_assert_str_eq(plan.ports.tx.label, "wire:0");
	cr_assert_str_eq(plan.ports.rx.label, "wire:0");
}

Test(freeze, a_wire_on_one_side_only_is_refused)
{
	REFUSED(-EINVAL,
		"tx wire:0 and rx vdev:net_null0: found a wire on one side only, accepted: a wire on both "
		"sides, since its two ends belong together; a side that is not named is a wire: --tx "
		"and --rx name both",
		"rx", "vdev:net_null0");
	REFUSED(-EINVAL,
		"tx vdev:net_null0 and rx wire:1: found a wire on one side only, accepted: a wire on both "
		"sides, since its two ends belong together; a side that is not named is a wire: --tx "
		"and --rx name both",
		"tx", "vdev:net_null0");
	FROZEN("tx", "vdev:net_null0", "rx", "vdev:net_null1");
}

Test(freeze, a_line_faster_than_400g_is_for_calculating_alone)
{
	REFUSED(-ERANGE,
		"line: found 800G, accepted to send on: at most 400G; faster ones can be calculated (overrun "
		"plan-ring)",
		"line", "800G");
	REFUSED(-ERANGE,
		"line: found 800G, accepted to send on: at most 400G; faster ones can be calculated (overrun "
		"plan-ring)",
		"rx", "wire:1,speed=800G");
	FROZEN("line", "400G");
}

Test(freeze, a_frame_that_an_af_xdp_socket_has_no_room_for_is_refused)
{
	struct ovr_plan plan;

	if (sysconf(_SC_PAGESIZE) != 4096)
		cr_skip_test("the bound is that of pages of 4096 bytes");
	cr_expect_eq(ovr_netdev_xdp_frame_max(), 3524);
	plan = FROZEN("tx", "netdev:eth1", "rx", "netdev:eth2", "size", "64,3524");
	cr_expect_eq(ovr_mix_max(&plan.frames.size), 3524);
	REFUSED(-ERANGE,
		"size: found 3525, an AF_XDP socket takes at most 3524, which with its heads fill a page; "
		"accepted: up to 3524, or the key mode=af_packet for both ports",
		"tx", "netdev:eth1,mode=af_packet", "rx", "netdev:eth2", "size", "64,3525");
	plan = FROZEN("tx", "netdev:eth1,mode=af_packet", "rx", "netdev:eth2,mode=af_packet", "size", "9216");
	cr_expect_eq(ovr_mix_max(&plan.frames.size), 9216);
}

Test(freeze, impairments_at_the_end_that_sends_are_refused)
{
	REFUSED(-EINVAL,
		"tx: found impairments at the end that sends (drop=1%), accepted: them at the end that "
		"receives, as in --rx wire:1,drop=1%",
		"tx", "wire:0,drop=1%");
	FROZEN("tx", "wire:0,speed=25G");
}

Test(freeze, a_line_has_one_speed)
{
	REFUSED(-EINVAL, "tx: found speed 10G where rx says 25G, accepted: one speed for both ends", "tx",
		"wire:0,speed=10G", "rx", "wire:1,speed=25G");
	REFUSED(-EINVAL, "tx: found speed 10G where line says 25G, accepted: one speed for both ends", "tx",
		"wire:0,speed=10G", "line", "25G");
	REFUSED(-EINVAL, "rx: found speed 10G where line says 25G, accepted: one speed for both ends", "rx",
		"wire:1,speed=10G", "line", "25G");
	FROZEN("tx", "wire:0,speed=25G", "rx", "wire:1,speed=25G", "line", "25G");
}

Test(freeze, an_open_time_is_five_seconds_or_no_limit_with_a_count)
{
	cr_assert_eq(FROZEN("rxd", "1").load.time_ns, 5000000000);
	cr_assert_eq(FROZEN("count", "1000").load.time_ns, 0);
	cr_assert_eq(FROZEN("count", "1000").load.count, 1000);
	cr_assert_eq(FROZEN("count", "1000", "time", "2s").load.time_ns, 2000000000);
	cr_assert_eq(FROZEN("time", "2s", "count", "1000").load.time_ns, 2000000000);
}

Test(freeze, a_rate_above_the_line_is_refused_in_every_form)
{
	REFUSED(-ERANGE,
		"rate: found 15mpps, more than a 10G line carries of frames of 64 bytes, accepted: up to "
		"14.88095238mpps",
		"rate", "15mpps");
	REFUSED(-ERANGE,
		"rate: found 101%, more than a 10G line carries of frames of 64 bytes, accepted: up to 100%",
		"rate", "101%");
	REFUSED(-ERANGE,
		"rate: found 10.1gbps, more than a 10G line carries of frames of 64 bytes, accepted: up to "
		"10gbps",
		"rate", "10.1gbps");
	REFUSED(-ERANGE,
		"rate: found 9gbps-l2, more than a 10G line carries of frames of 64 bytes, accepted: up to "
		"7.619047619gbps-l2",
		"rate", "9gbps-l2");
	REFUSED(-ERANGE,
		"rate: found 3mpps, more than a 10G line carries of frames of 791 bytes, accepted: up to "
		"1.541307028mpps",
		"rate", "3mpps", "size", "64,1518");
}

Test(freeze, a_rate_of_the_line_is_accepted_in_every_form)
{
	FROZEN("rate", "14880952.38pps");
	FROZEN("rate", "100%");
	FROZEN("rate", "10gbps");
	FROZEN("rate", "7619047619bps-l2");
	FROZEN("rate", "12.5mpps", "size", "80");
	FROZEN("rate", "8gbps-l2", "size", "80");
}

Test(freeze, the_line_that_a_rate_is_held_against_is_the_one_the_plan_names)
{
	FROZEN("rate", "15mpps", "line", "25G");
	FROZEN("rate", "15mpps", "tx", "wire:0,speed=25G");
	FROZEN("rate", "15mpps", "rx", "wire:1,speed=25G");
	REFUSED(-ERANGE,
		"rate: found 2mpps, more than a 1G line carries of frames of 64 bytes, accepted: up to "
		"1.488095238mpps",
		"rate", "2mpps", "rx", "wire:1,speed=1G");
	REFUSED(-ERANGE,
		"rate: found 2mpps, more than a 1G line carries of frames of 64 bytes, accepted: up to "
		"1.488095238mpps",
		"rate", "2mpps", "tx", "vdev:net_null0", "rx", "vdev:net_null1", "line", "1G");
	/* what a virtual device says of its speed is made up */
	FROZEN("rate", "200mpps", "tx", "vdev:net_null0", "rx", "vdev:net_null1");
}

Test(freeze, a_wire_has_sixteen_queues_at_most)
{
	REFUSED(-ERANGE, "rxq: found 17 queues on a wire, accepted: 1 to 16", "rxq", "17");
	REFUSED(-ERANGE, "txq: found 17 queues on a wire, accepted: 1 to 16", "txq", "17");
	FROZEN("rxq", "16", "txq", "16");
	FROZEN(MANY_QUEUES, "rxq", "17", "txq", "17");
}

Test(freeze, neither_time_nor_count_is_refused)
{
	REFUSED(-EINVAL, "time and count: found none for both, accepted: one of them, or both", "time",
		"none");
}

/* The tag's time ends after 2^48 ns, some 78 hours. */
Test(freeze, a_count_that_outlasts_the_tag_is_refused)
{
	REFUSED(-ERANGE,
		"count: found 300000, which takes 83.33 h to send and outlasts the 48 bits of time in each "
		"frame, accepted: up to 259200 (72 h) at this rate and shape, or a time as well",
		"count", "300000", "rate", "1pps");
	cr_assert_eq(FROZEN("count", "259200", "rate", "1pps").load.count, 259200);
	cr_assert_eq(FROZEN("count", "300000", "rate", "1pps", "time", "72h").load.count, 300000);
	REFUSED(-ERANGE,
		"count: found 281474976710655, which takes 5254 h to send and outlasts the 48 bits of time "
		"in "
		"each frame, accepted: up to 3857142857142 (72 h) at this rate and shape, or a time as well",
		"count", "281474976710655");
	/* how fast an unknown line is, the trial will see */
	FROZEN("tx", "vdev:net_null0", "rx", "vdev:net_null1", "count", "281474976710655");
}

Test(freeze, gaps_between_bursts_and_the_spread_of_poisson_count_as_time)
{
	REFUSED(-ERANGE,
		"count: found 75, which takes 74 h to send and outlasts the 48 bits of time in each frame, "
		"accepted: up to 72 (72 h) at this rate and shape, or a time as well",
		"count", "75", "rate", "1mpps", "shape", "burst=1,gap=1h");
	/* no gap follows the last burst */
	FROZEN("count", "1000", "rate", "1mpps", "shape", "burst=1000,gap=72h");
	REFUSED(-ERANGE,
		"count: found 259200, which takes 72.85 h to send and outlasts the 48 bits of time in each "
		"frame, accepted: up to 256163 (72 h) at this rate and shape, or a time as well",
		"count", "259200", "rate", "1pps", "shape", "poisson");
}

Test(freeze, a_gateway_stands_on_no_wire_and_speaks_the_plans_ip)
{
	REFUSED(-EINVAL,
		"gateway: found one with tx wire:0, accepted: none, since no router stands on a wire",
		"gateway", "198.18.255.254");
	REFUSED(-EINVAL, "gateway: found an IPv4 address with ip 6, accepted: an IPv6 address", MANY_QUEUES,
		"gateway", "198.18.255.254", "ip", "6", "size", "100");
	FROZEN(MANY_QUEUES, "gateway", "2001:2::ffff", "ip", "6", "size", "100");
}

Test(freeze, a_size_that_does_not_hold_headers_and_tag_is_refused)
{
	REFUSED(-ERANGE,
		"size: found 64, needed: 84 for the headers (IPv6, VLAN tags: 0) and the tag, accepted: 84 "
		"to 9216",
		"ip", "6");
	REFUSED(-ERANGE,
		"size: found 64, needed: 68 for the headers (IPv4, VLAN tags: 1) and the tag, accepted: 68 "
		"to 9216",
		"vlan", "5", "size", "128,64");
	REFUSED(-ERANGE,
		"size: found 91, needed: 92 for the headers (IPv6, VLAN tags: 2) and the tag, accepted: 92 "
		"to 9216",
		"vlan", "5,6", "size", "91", "ip", "6");
	FROZEN("vlan", "5,6", "size", "92", "ip", "6");
	FROZEN("ip", "6", "templates", "capture.pcap");
}

Test(freeze, streams_are_one_with_one_queue_and_sixteen_per_queue_with_more)
{
	cr_assert_eq(FROZEN("rxq", "1").frames.streams, 1);
	cr_assert_eq(FROZEN("rxq", "2").frames.streams, 32);
	cr_assert_eq(FROZEN("rxq", "2", "txq", "4").frames.streams, 64);
	cr_assert_eq(FROZEN(MANY_QUEUES, "rxq", "32").frames.streams, 512);
	cr_assert_eq(FROZEN("rxq", "4", "streams", "4").frames.streams, 4);
}

Test(freeze, many_streams_share_four_million_numbers_of_window)
{
	cr_assert_eq(FROZEN("streams", "1").receiver.window, 65536);
	cr_assert_eq(FROZEN("streams", "64").receiver.window, 65536);
	cr_assert_eq(FROZEN("streams", "65").receiver.window, 32768);
	cr_assert_eq(FROZEN("streams", "65536").receiver.window, 64);
	cr_assert_eq(FROZEN("streams", "65536", "window", "1024").receiver.window, 1024);
}

Test(freeze, fewer_streams_than_queues_are_refused)
{
	REFUSED(-EINVAL, "streams: found 3, needed: one for each of 4 queues, accepted: 4 to 65536, or auto",
		"rxq", "4", "streams", "3");
	REFUSED(-EINVAL, "streams: found 1, needed: one for each of 2 queues, accepted: 2 to 65536, or auto",
		"txq", "2", "streams", "1");
}

Test(freeze, a_pool_fills_rings_caches_and_bursts)
{
	/* 1024 + 1024 descriptors, 3 caches of 384, 2 bursts of 32. */
	cr_assert_eq(FROZEN("rxd", "1024").ports.mbufs, 3296);
	/* 4 x 4096 + 2 x 512 descriptors, 7 caches of 384, 6 bursts of 64. */
	cr_assert_eq(FROZEN("rxq", "4", "rxd", "4096", "txq", "2", "txd", "512", "burst", "64").ports.mbufs,
		20480 + 4 * 64);
	/* what is kept was copied; a receiver holds the last 8 back, however many it may keep */
	cr_assert_eq(FROZEN("capture", "c.pcap").ports.mbufs, 3296 + 8);
	cr_assert_eq(FROZEN("capture", "c.pcap", "capture-frames", "100000").ports.mbufs, 3296 + 8);
}

Test(freeze, a_pool_holds_what_the_wire_holds_back)
{
	cr_assert_eq(FROZEN("rx", "wire:1,reorder=100:1%").ports.mbufs, 3296 + 100);
	cr_assert_eq(FROZEN("rx", "wire:1,reorder=100:0%").ports.mbufs, 3296);
	/* 100 us of 67.2 ns each are 1488 frames, and one under way. */
	cr_assert_eq(FROZEN("rx", "wire:1,delay=100us").ports.mbufs, 3296 + 1489);
	cr_assert_eq(FROZEN("rx", "wire:1,delay=100us,speed=100G").ports.mbufs, 3296 + 14881);
	cr_assert_eq(FROZEN("rx", "wire:1,delay=100us", "tx", "wire:0,speed=100G").ports.mbufs, 3296 + 14881);
	cr_assert_eq(FROZEN("rx", "wire:1,delay=100us", "line", "1G").ports.mbufs, 3296 + 149);
	cr_assert_eq(FROZEN("rx", "wire:1,delay=100us", "size", "1518").ports.mbufs, 3296 + 82);
	cr_assert_eq(FROZEN("rx", "wire:1,dup=1%").ports.mbufs, 3296 + 1);
	cr_assert_eq(FROZEN("rx", "wire:1,dup=1%,reorder=100:1%").ports.mbufs, 3296 + 201);
}

Test(freeze, a_low_rate_fills_a_long_line_with_fewer_frames)
{
	cr_assert_eq(FROZEN("rx", "wire:1,delay=1s", "rate", "1kpps").ports.mbufs, 3296 + 2001);
	/*
	 * 1 Mb/s are 1488 frames of 672 bits on the line, or 1953 of 512 bits without preamble and
	 * gap.
	 */
	cr_assert_eq(FROZEN("rx", "wire:1,delay=1s", "rate", "1mbps").ports.mbufs, 3296 + 2977);
	cr_assert_eq(FROZEN("rx", "wire:1,delay=1s", "rate", "1mbps-l2").ports.mbufs, 3296 + 3907);
	cr_assert_eq(FROZEN("rx", "wire:1,delay=1ms", "rate", "5%").ports.mbufs, 3296 + 1489);
	cr_assert_eq(
		FROZEN("rx", "wire:1,delay=1ms", "rate", "5%", "catch-up", "true").ports.mbufs, 3296 + 14881);
}

Test(freeze, a_rate_that_a_core_may_not_keep_up_with_can_fill_the_line)
{
	cr_assert_eq(FROZEN("rx", "wire:1,delay=1ms", "rate", "999kpps").ports.mbufs, 3296 + 1999);
	cr_assert_eq(FROZEN("rx", "wire:1,delay=1ms", "rate", "1mpps").ports.mbufs, 3296 + 14881);
	/*
	 * 148,809 frames fit on the line; there is a limit to what is made ready for a core that is
	 * too slow.
	 */
	cr_assert_eq(FROZEN("rx", "wire:1,delay=1ms,speed=100G", "rate", "1mpps").ports.mbufs, 3296 + 65537);
	cr_assert_eq(
		FROZEN("rx", "wire:1,delay=1ms,speed=100G", "rate", "50mpps").ports.mbufs, 3296 + 100001);
}

Test(freeze, a_delay_that_holds_more_than_any_pool_is_refused)
{
	REFUSED(-ERANGE,
		"rx: found a delay that holds back 14880953 frames, accepted: at most 1048576: a shorter "
		"delay, a lower rate or larger frames",
		"rx", "wire:1,delay=1s");
	/* one line has one speed: it counts whichever end says it */
	REFUSED(-ERANGE,
		"rx: found a delay that holds back 10416667 frames, accepted: at most 1048576: a shorter "
		"delay, a lower rate or larger frames",
		"rx", "wire:1,delay=70ms", "tx", "wire:0,speed=100G");
	FROZEN("rx", "wire:1,delay=70ms");
}

Test(freeze, a_pool_that_cannot_fill_the_rings_is_refused)
{
	REFUSED(-EINVAL,
		"mbufs: found 3295, needed: 3296 for 1 x 1024 + 1 x 1024 descriptors, caches and bursts, "
		"accepted: 3296 or more, or auto",
		"mbufs", "3295");
	cr_assert_eq(FROZEN("mbufs", "3296").ports.mbufs, 3296);
	cr_assert_eq(FROZEN("mbufs", "10000").ports.mbufs, 10000);
}

Test(freeze, the_largest_rings_do_not_wrap_the_pool)
{
	struct ovr_plan plan = FROZEN(MANY_QUEUES, "rxq", "32", "txq", "32", "rxd", "65536", "txd", "65536",
		"burst", "512", "capture", "c.pcap", "capture-frames", "1048576");

	cr_assert_eq(plan.ports.mbufs, 64 * 65536 + 65 * 384 + 96 * 512 + 32 * 8);
}

Test(freeze, more_cores_than_queues_are_refused)
{
	REFUSED(-EINVAL,
		"cores: found 2 CPUs in tx= with txq 1, accepted: at most one for each queue, as with --txq "
		"2",
		"cores", "tx=1-2");
	REFUSED(-EINVAL,
		"cores: found 3 CPUs in rx= with rxq 2, accepted: at most one for each queue, as with --rxq "
		"3",
		"cores", "rx=1-3", "rxq", "2");
	FROZEN("cores", "tx=0,rx=1-2", "rxq", "2");
}

Test(freeze, a_cpu_with_two_duties_is_refused)
{
	REFUSED(-EINVAL, "cores: found CPU 1 in both tx= and rx=, accepted: every CPU once", "cores",
		"tx=1,rx=1");
	REFUSED(-EINVAL, "cores: found CPU 2 in both wire= and rx=, accepted: every CPU once", "cores",
		"rx=2,wire=2");
	REFUSED(-EINVAL, "cores: found CPU 0 in both wire= and tx=, accepted: every CPU once", "cores",
		"tx=0,rx=1,wire=0");
}

Test(freeze, a_wire_core_needs_a_wire_and_is_one)
{
	REFUSED(-EINVAL,
		"cores: found wire= with tx vdev:net_null0 and rx vdev:net_null1, accepted: it with a "
		"wire on both sides",
		"tx", "vdev:net_null0", "rx", "vdev:net_null1", "cores", "wire=3");
	REFUSED(-EINVAL, "cores: found 2 CPUs in wire=, accepted: one", "cores", "wire=3-4");
	FROZEN("cores", "tx=0,rx=1,wire=3");
}

Test(freeze, more_workers_than_there_is_room_for_are_refused)
{
	REFUSED(-ERANGE, "cores: found 33 CPUs, accepted: at most 32 in all", MANY_QUEUES, "rxq", "32",
		"cores", "tx=0,rx=1-32");
	FROZEN(MANY_QUEUES, "rxq", "31", "cores", "tx=0,rx=1-31");
}

Test(freeze, one_file_for_two_outputs_is_refused)
{
	REFUSED(-EINVAL, "json and csv: found \"out\" for both, accepted: a file for each", "json", "out",
		"csv", "out");
	REFUSED(-EINVAL,
		"json and csv: found \"out\" and \"./out\", which are one file, accepted: a file for each",
		"json", "out", "csv", "./out");
	REFUSED(-EINVAL, "json and csv: found \"-\" for both, accepted: a file for each", "json", "-", "csv",
		"-");
	REFUSED(-EINVAL, "capture and templates: found \"a.pcap\" for both, accepted: a file for each",
		"capture", "a.pcap", "templates", "a.pcap");
	FROZEN("json", "a", "csv", "b", "capture", "c");
}

Test(freeze, a_capture_to_stdout_is_refused)
{
	REFUSED(-EINVAL,
		"capture: found \"-\", accepted: a file's name, since a capture is not written to stdout",
		"capture", "-");
}

Test(freeze, freezing_again_changes_nothing)
{
	struct ovr_plan plan = FROZEN("tx", "wire:", "rx", "wire:", "rxq", "4", "count", "5");
	struct ovr_plan again = plan;

	cr_assert_eq(ovr_plan_freeze(&again, NULL), 0);
	cr_assert_eq(memcmp(&plan, &again, sizeof(plan)), 0);
}

/* The first command that has all of its keys: a run, where it is a trial's. */
static void
load_ready(const char *path, struct ovr_plan *plan)
{
	struct ovr_err err = { "" };

	for (unsigned int command = 0; command < OVR_PLAN_COMMANDS; command++) {
		ovr_plan_default_for((enum ovr_plan_command)command, plan);
		if (ovr_plan_load(plan, path, &err) == 0)
			return;
	}
	cr_assert_fail("no command takes it: %s", err.text);
}

Test(freeze, every_ready_plan_loads_and_freezes)
{
	DIR *directory = opendir(OVR_CONFIG_DIR);
	struct dirent *entry;
	int n_plans = 0;

	cr_assert_not_null(directory);
	while ((entry = readdir(directory)) != NULL) {
		struct ovr_plan plan;
		struct ovr_err err = { "" };
		char path[1024];

		if (strstr(entry->d_name, ".yaml") == NULL)
			continue;
		snprintf(path, sizeof(path), "%s/%s", OVR_CONFIG_DIR, entry->d_name);
		load_ready(path, &plan);
		cr_assert_eq(plan.command == OVR_PLAN_SWEEP ? ovr_plan_sweep_check(&plan, &err)
							    : ovr_plan_freeze(&plan, &err),
			0, "%s: %s", path, err.text);
		n_plans++;
	}
	closedir(directory);
	cr_assert_geq(n_plans, 9);
}

#define NETDEVS "tx", "netdev:veth0", "rx", "netdev:veth1"
#define PACKETS "tx", "netdev:veth0,mode=af_packet", "rx", "netdev:veth1,mode=af_packet"

Test(freeze, rings_that_a_socket_cannot_have_are_refused)
{
	REFUSED(-EINVAL,
		"rxd: found 1000, accepted for netdev:veth1: a power of two, since AF_XDP has no other rings",
		NETDEVS, "rxd", "1000");
	REFUSED(-EINVAL,
		"txd: found 96, accepted for netdev:veth0: a power of two, since AF_XDP has no other rings",
		NETDEVS, "txd", "96");
	REFUSED(-ERANGE, "rxd: found 65536, accepted for netdev:veth1: at most 32768", NETDEVS, "rxd",
		"65536");
	REFUSED(-EINVAL,
		"rxd: found 63, accepted for netdev:veth1: an even number, since two frames of a packet "
		"socket's ring share a block",
		PACKETS, "rxd", "63");
	cr_assert_eq(FROZEN(NETDEVS, "rxd", "64", "txd", "4096").ports.rxd, 64);
	cr_assert_eq(FROZEN(PACKETS, "rxd", "1000").ports.rxd, 1000);
}

Test(freeze, one_interface_is_one_port_with_one_ring_size)
{
	REFUSED(-EINVAL,
		"tx netdev:veth0 and rx netdev:veth0,queue=1: found one interface with different keys, "
		"accepted: "
		"the same keys for both",
		"tx", "netdev:veth0", "rx", "netdev:veth0,queue=1");
	REFUSED(-EINVAL,
		"rxd 512 and txd 1024: found different rings for netdev:veth0, accepted: one size, since its "
		"sockets have one for both directions",
		"tx", "netdev:veth0", "rx", "netdev:veth0", "rxd", "512");
	FROZEN("tx", "netdev:veth0", "rx", "netdev:veth0", "rxd", "512", "txd", "512");
}

Test(freeze, pools_hold_what_af_xdp_keeps_with_the_kernel)
{
	cr_assert_eq(FROZEN("rxd", "1024").ports.mbufs, 3296);
	cr_assert_eq(FROZEN(NETDEVS, "rxd", "1024").ports.mbufs, 3296 + 2 * 2048);
	cr_assert_eq(FROZEN(PACKETS, "rxd", "1024").ports.mbufs, 3296);
}

#define NICS "tx", "pci:3b:00.0", "rx", "pci:0000:3b:00.1"

Test(freeze, one_nic_is_one_port)
{
	REFUSED(-EINVAL,
		"tx pci:0000:3b:00.0 and rx pci:0000:3b:00.0,x=1: found one device with different keys, "
		"accepted: "
		"the same keys for both",
		"tx", "pci:3b:00.0", "rx", "pci:3b:00.0,x=1");
	FROZEN("tx", "pci:3b:00.0,x=1", "rx", "pci:0000:3b:00.0,x=1");
	FROZEN(NICS);
}

Test(freeze, frames_go_to_the_nic_that_receives_unless_somebody_says_otherwise)
{
	static const uint8_t from_port[6] = { 0 };

	cr_expect_arr_eq(FROZEN(NICS).frames.dst_mac, from_port, 6);
	cr_expect_arr_eq(FROZEN(NICS, "dst-mac", "02:00:00:00:00:07").frames.dst_mac, "\x02\0\0\0\0\x07", 6);
	cr_expect_arr_eq(FROZEN("tx", "pci:3b:00.0", "rx", "netdev:a").frames.dst_mac, OVR_PLAN_DST_MAC, 6);
	cr_expect_arr_eq(FROZEN("size", "64").frames.dst_mac, OVR_PLAN_DST_MAC, 6);
}

Test(freeze, pools_hold_two_buffers_for_each_descriptor_of_a_nic)
{
	cr_assert_eq(FROZEN(NICS, "rxd", "1024").ports.mbufs, 3296 + 1024 + 1024);
	cr_assert_eq(FROZEN(NICS, "rxd", "4096").ports.mbufs, 3296 + 3072 + 4096 + 1024);
	/* the receive ring of one that only sends is small */
	cr_assert_eq(FROZEN("tx", "pci:3b:00.0", "rx", "vdev:net_null0").ports.mbufs, 3296 + 1024);
}

Test(freeze, a_turn_that_is_a_system_call_is_no_stall_yet)
{
	cr_assert_eq(FROZEN("rxd", "1024").trial.stall_min_ns, 5000);
	cr_assert_eq(FROZEN("tx", "netdev:veth0", "rx", "netdev:veth1").trial.stall_min_ns, 250000);
	cr_assert_eq(FROZEN("tx", "netdev:veth0", "rx", "vdev:net_null0").trial.stall_min_ns, 250000);
	cr_assert_eq(
		FROZEN("tx", "netdev:veth0", "rx", "netdev:veth1", "stall-min", "7us").trial.stall_min_ns,
		7000);
}

Test(freeze, a_trials_pool_grows_with_its_rings_and_keeps_what_is_enough)
{
	struct ovr_plan trial = FROZEN("rxd", "1024"), frozen;

	trial.ports.rxd = 4096;
	cr_assert_eq(ovr_plan_freeze_trial(&trial, &frozen, NULL), 0);
	cr_assert_eq(frozen.ports.mbufs, 3296 + 3072);
	trial.ports.mbufs = 10000;
	cr_assert_eq(ovr_plan_freeze_trial(&trial, &frozen, NULL), 0);
	cr_assert_eq(frozen.ports.mbufs, 10000);
	frozen.ports.mbufs = 1;
	cr_assert_eq(ovr_plan_freeze_trial(&(struct ovr_plan){ 0 }, &frozen, NULL), -EINVAL);
	cr_assert_eq(frozen.ports.mbufs, 1, "untouched on failure");
}

/* The plan of a half with some values set. */
static struct ovr_plan
half_with(const char *tx, const char *rx)
{
	struct ovr_plan plan;
	struct ovr_err err = { "" };

	ovr_plan_default_for(OVR_PLAN_HALF, &plan);
	cr_assert_eq(ovr_plan_set(&plan, "tx", tx, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_set(&plan, "rx", rx, &err), 0, "%s", err.text);
	return plan;
}

Test(freeze, only_the_plan_of_a_half_has_a_port_elsewhere)
{
	struct ovr_plan plan;
	struct ovr_err err = { "" };

	for (unsigned int command = 0; command < OVR_PLAN_HALF; command++) {
		ovr_plan_default_for((enum ovr_plan_command)command, &plan);
		cr_assert_eq(ovr_plan_set(&plan, "rx", "elsewhere:netdev:a", &err), -EINVAL);
		cr_assert_eq(ovr_plan_set(&plan, "stream-first", "1", &err), -ENOENT);
		cr_assert_not_null(strstr(err.text, "accepted: for a half of a trial"), "%s", err.text);
	}
	plan = half_with("netdev:a", "elsewhere:netdev:b");
	cr_assert_eq(ovr_plan_freeze(&plan, &err), 0, "%s", err.text);
	cr_assert(!ovr_plan_is_whole(&plan.ports));
}

Test(freeze, the_plan_of_a_half_is_read_back_as_it_was)
{
	struct ovr_plan plan = half_with("netdev:a", "elsewhere:udp:198.19.0.1:9"), read;
	struct ovr_err err = { "" };
	char *text, *again;

	cr_assert_eq(ovr_plan_set(&plan, "stream-first", "32", &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), 0, "%s", err.text);
	text = ovr_plan_print(&plan);
	ovr_plan_default_for(OVR_PLAN_HALF, &read);
	cr_assert_eq(ovr_plan_load_text(&read, "plan", text, strlen(text), &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_freeze(&read, &err), 0, "%s", err.text);
	again = ovr_plan_print(&read);
	cr_assert_str_eq(again, text);
	cr_assert_eq(read.frames.stream_first, 32);
	free(text);
	free(again);
}

/* Frames go to the socket's address, and the router that has it is asked for. */
Test(freeze, a_sender_knows_the_socket_elsewhere_that_it_sends_to)
{
	struct ovr_plan plan = half_with("netdev:a", "elsewhere:udp:198.19.0.1:9");
	struct ovr_err err = { "" };
	struct ovr_frame_flow_conf conf;

	cr_assert_eq(ovr_plan_freeze(&plan, &err), 0, "%s", err.text);
	conf = ovr_plan_flow_conf(&plan.ports, &plan.frames);
	cr_assert_eq(conf.dst_port, 9);
	cr_assert_eq(memcmp(conf.dst_ip, "\xc6\x13\x00\x01", 4), 0);
	cr_assert_eq(plan.frames.gateway.ip_version, 4);
}

Test(freeze, one_end_of_a_half_is_here)
{
	struct ovr_plan plan = half_with("elsewhere:", "elsewhere:");
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_freeze(&plan, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"tx elsewhere: and rx elsewhere:: found both ends elsewhere, accepted: one of them");
	plan = half_with("wire:0", "elsewhere:");
	cr_assert_eq(ovr_plan_freeze(&plan, &err), -EINVAL);
	cr_assert_not_null(strstr(err.text, "the two ends of a wire belong together"), "%s", err.text);
	plan = half_with("elsewhere:tcp:127.0.0.1:9", "tcp:127.0.0.1:9");
	cr_assert_eq(ovr_plan_freeze(&plan, &err), -EINVAL);
}

/* CPU 1 there is not CPU 1 here, and the queues of the end elsewhere fill no pool here. */
Test(freeze, what_the_end_elsewhere_has_takes_nothing_here)
{
	struct ovr_plan whole = FROZEN("tx", "netdev:a", "rx", "netdev:b", "rxq", "4", "rxd", "4096");
	struct ovr_plan plan = half_with("netdev:a", "elsewhere:netdev:b");
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_set(&plan, "rxq", "4", &err), 0);
	cr_assert_eq(ovr_plan_set(&plan, "rxd", "4096", &err), 0);
	cr_assert_eq(ovr_plan_set(&plan, "streams", "1", &err), 0);
	cr_assert_eq(ovr_plan_set(&plan, "cores", "tx=1,rx=1", &err), 0);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), 0, "%s", err.text);
	cr_assert_lt(plan.ports.mbufs, whole.ports.mbufs - 4 * 4096);
}

Test(freeze, the_streams_of_a_sender_end_where_those_of_a_trial_do)
{
	struct ovr_plan plan = half_with("netdev:a", "elsewhere:");
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_plan_set(&plan, "streams", "65000", &err), 0);
	cr_assert_eq(ovr_plan_set(&plan, "stream-first", "536", &err), 0);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_set(&plan, "stream-first", "537", &err), 0);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), -ERANGE);
	plan = half_with("elsewhere:", "netdev:a");
	cr_assert_eq(ovr_plan_set(&plan, "stream-first", "1", &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), -EINVAL);
	cr_assert_eq(ovr_plan_set(&plan, "streams", "4", &err), 0);
	cr_assert_eq(ovr_plan_set(&plan, "streams-own", "3", &err), 0);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_streams_own(&plan.frames), 3);
	cr_assert_eq(ovr_plan_set(&plan, "streams-own", "4", &err), 0);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), -EINVAL);
	cr_assert_str_eq(err.text, "streams-own: found 4 from 1 on, accepted: some of the 4 streams of all");
	plan = half_with("netdev:a", "elsewhere:");
	cr_assert_eq(ovr_plan_set(&plan, "streams-own", "1", &err), 0);
	cr_assert_eq(ovr_plan_freeze(&plan, &err), -EINVAL);
}
