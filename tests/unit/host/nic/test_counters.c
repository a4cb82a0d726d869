/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/counters.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/if_link.h>

#include "counters_of.h"
#include "nic/sources.h"
#include "support/netns.h"
#include "support/xdp.h"

static struct ovr_nic_counters before, after;

static void
done(void)
{
	ovr_nic_counters_done(&before);
	ovr_nic_counters_done(&after);
}

TestSuite(counters, .fini = done);

static void
read_into(struct ovr_nic_counters *counters, const char *name)
{
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_nic_counters_read(name, counters, &err), 0, "%s", err.text);
}

/* What a counter grew by between the two readings. */
static uint64_t
grown(enum ovr_nic_source source, const char *name)
{
	return value_of(&after, source, name) - value_of(&before, source, name);
}

static struct ovr_nic_change
change(enum ovr_nic_source source, uint64_t from, uint64_t to)
{
	struct ovr_nic_counter one = { .source = source, .value = from },
			       other = { .source = source, .value = to };

	return ovr_nic_counter_change(&one, &other);
}

static void
assert_change(enum ovr_nic_source source, uint64_t from, uint64_t to, uint64_t added, bool was_reset)
{
	struct ovr_nic_change found = change(source, from, to);

	cr_assert_eq(found.added, added, "added %lu", found.added);
	cr_assert_eq(found.was_reset, was_reset);
}

Test(counters, what_grew_is_subtracted)
{
	assert_change(OVR_NIC_LINK, 5, 5, 0, false);
	assert_change(OVR_NIC_DRIVER, 1000, 1873, 873, false);
	assert_change(OVR_NIC_QDISC, 7, 169, 162, false);
	assert_change(OVR_NIC_LINK, 0, UINT64_MAX, UINT64_MAX, false);
}

Test(counters, what_shrank_that_was_reset_and_shows_at_least_what_came_since)
{
	assert_change(OVR_NIC_DRIVER, 873, 0, 0, true);
	assert_change(OVR_NIC_DRIVER, 873, 12, 12, true);
	assert_change(OVR_NIC_LINK, 4294967290, 4, 4, true);
	assert_change(OVR_NIC_QSTATS, 873, 12, 12, true);
}

Test(counters, a_qdiscs_counter_wraps_at_32_bits)
{
	assert_change(OVR_NIC_QDISC, 4294967290, 4, 10, false);
	assert_change(OVR_NIC_QDISC, 2147483649, 0, 2147483647, false);
	assert_change(OVR_NIC_QDISC, 4294967295, 0, 1, false);
}

Test(counters, a_qdiscs_counter_that_falls_by_half_its_range_or_less_that_was_reset)
{
	assert_change(OVR_NIC_QDISC, 2147483648, 0, 0, true);
	assert_change(OVR_NIC_QDISC, 4294967290, 2147483650, 2147483650, true);
	assert_change(OVR_NIC_QDISC, 100, 7, 7, true);
}

Test(counters, a_sum_over_cpus_that_shrinks_tells_nothing_new)
{
	assert_change(OVR_NIC_SOFTNET, 1000, 600, 0, true);
	assert_change(OVR_NIC_SOFTNET, 4294967300, 10, 6, false);
	assert_change(OVR_NIC_SOFTNET, 8589934590, 10, 0, true);
}

Test(counters, a_name_is_found_in_its_source_only)
{
	cr_assert_eq(ovr_nic_counters_add(&before, OVR_NIC_LINK, -1, 1, "rx_missed_errors"), 0);
	cr_assert_eq(ovr_nic_counters_add(&before, OVR_NIC_DRIVER, -1, 2, "rx_missed_errors"), 0);
	cr_assert_eq(value_of(&before, OVR_NIC_LINK, "rx_missed_errors"), 1);
	cr_assert_eq(value_of(&before, OVR_NIC_DRIVER, "rx_missed_errors"), 2);
	cr_assert_null(ovr_nic_counters_find(&before, OVR_NIC_QDISC, "rx_missed_errors"));
	cr_assert_null(ovr_nic_counters_find(&before, OVR_NIC_LINK, "rx_missed"));
}

/* The value of the same counter in the other reading. */
static uint64_t
same(uint32_t index)
{
	const struct ovr_nic_counter *counter = ovr_nic_counters_same(&before, index, &after);

	cr_assert_not_null(counter);
	return counter->value;
}

Test(counters, names_that_repeat_are_told_apart_by_queue_and_order)
{
	/* as of two queues */
	for (int32_t queue = 0; queue < 2; queue++) {
		cr_assert_eq(ovr_nic_counters_add(&before, OVR_NIC_DRIVER, queue, 0, "OOB"), 0);
		cr_assert_eq(ovr_nic_counters_add(&before, OVR_NIC_DRIVER, queue, 0, "hdr"), 0);
		cr_assert_eq(ovr_nic_counters_add(&before, OVR_NIC_DRIVER, queue, 0, "hdr"), 0);
	}
	/* and later of three, with a new counter in front */
	cr_assert_eq(ovr_nic_counters_add(&after, OVR_NIC_DRIVER, -1, 99, "new"), 0);
	for (int32_t queue = 0; queue < 3; queue++) {
		uint64_t base = 10 * (uint64_t)queue;

		cr_assert_eq(ovr_nic_counters_add(&after, OVR_NIC_DRIVER, queue, base + 1, "OOB"), 0);
		cr_assert_eq(ovr_nic_counters_add(&after, OVR_NIC_DRIVER, queue, base + 2, "hdr"), 0);
		cr_assert_eq(ovr_nic_counters_add(&after, OVR_NIC_DRIVER, queue, base + 3, "hdr"), 0);
	}
	cr_assert_eq(same(0), 1);
	cr_assert_eq(same(1), 2);
	cr_assert_eq(same(2), 3);
	cr_assert_eq(same(3), 11);
	cr_assert_eq(same(4), 12);
	cr_assert_eq(same(5), 13);
}

Test(counters, a_counter_that_went_away_is_not_found)
{
	cr_assert_eq(ovr_nic_counters_add(&before, OVR_NIC_DRIVER, 3, 7, "rx_queue_3_drops"), 0);
	cr_assert_eq(ovr_nic_counters_add(&after, OVR_NIC_DRIVER, 2, 7, "rx_queue_2_drops"), 0);
	cr_assert_null(ovr_nic_counters_same(&before, 0, &after));
}

Test(counters, every_source_has_a_name)
{
	cr_assert_str_eq(ovr_nic_source_name(OVR_NIC_LINK), "link");
	cr_assert_str_eq(ovr_nic_source_name(OVR_NIC_SOFTNET), "softnet");
}

Test(counters, frames_over_a_veth_are_counted_to_the_frame)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	read_into(&before, "nic-b");
	netns_send("nic-a", 123, 100);
	read_into(&after, "nic-b");
	cr_assert_str_eq(after.driver, "veth");
	cr_assert_gt(after.at_ns, before.at_ns);
	cr_assert_eq(grown(OVR_NIC_LINK, "rx_packets"), 123);
	cr_assert_eq(grown(OVR_NIC_LINK, "rx_bytes"), 12300);
	cr_assert_eq(grown(OVR_NIC_LINK, "tx_packets"), 0);
	cr_assert_not_null(ovr_nic_counters_find(&after, OVR_NIC_SOFTNET, "dropped"));
}

Test(counters, frames_that_a_peer_cannot_take_are_counted_to_the_frame)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	netns_run("ip link set nic-b down");
	read_into(&before, "nic-a");
	netns_send("nic-a", 50, 100);
	read_into(&after, "nic-a");
	cr_assert_eq(grown(OVR_NIC_LINK, "tx_dropped"), 50);
	cr_assert_eq(after.carrier_changes, before.carrier_changes);
}

Test(counters, frames_that_a_program_drops_are_counted_per_queue)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	xdp_attach("nic-b", xdp_load(XDP_DROP), XDP_FLAGS_DRV_MODE);
	read_into(&before, "nic-b");
	netns_send("nic-a", 77, 100);
	/* the frames pass the peer's NAPI, which runs after the sender's back */
	for (int i = 0; i < 2000; i++) {
		read_into(&after, "nic-b");
		if (grown(OVR_NIC_DRIVER, "rx_queue_0_xdp_drops") == 77)
			break;
		usleep(10000);
	}
	cr_assert_eq(grown(OVR_NIC_DRIVER, "rx_queue_0_xdp_drops"), 77);
	cr_assert_eq(grown(OVR_NIC_DRIVER, "rx_queue_0_drops"), 0);
}

Test(counters, what_a_qdisc_drops_is_counted_once_at_the_root)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	if (system("tc qdisc add dev nic-a root handle 10: tbf rate 800kbit burst 10000 limit 30000 "
		   "2>/dev/null") != 0)
		cr_skip_test("no tc, or no tbf in this kernel");
	netns_run("tc qdisc add dev nic-a parent 10:1 handle 20: pfifo limit 20");
	read_into(&before, "nic-a");
	netns_run("ip addr add 192.0.2.1/24 dev nic-a");
	netns_run("ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev nic-a");
	{
		struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
		char payload[1000] = { 0 };
		int fd = socket(AF_INET, SOCK_DGRAM, 0);

		inet_pton(AF_INET, "192.0.2.2", &to.sin_addr);
		for (int i = 0; i < 200; i++)
			cr_assert_eq(
				sendto(fd, payload, sizeof(payload), 0, (struct sockaddr *)&to, sizeof(to)),
				1000);
		close(fd);
	}
	/* what waits is sent, one of them in 10 ms */
	for (int i = 0; i < 2000; i++) {
		read_into(&after, "nic-a");
		if (grown(OVR_NIC_QDISC, "drops") + grown(OVR_NIC_LINK, "tx_packets") >= 200)
			break;
		usleep(10000);
	}
	cr_assert_eq(grown(OVR_NIC_QDISC, "drops") + grown(OVR_NIC_LINK, "tx_packets"), 200);
	cr_assert_gt(grown(OVR_NIC_QDISC, "drops"), 0);
	cr_assert_eq(grown(OVR_NIC_QDISC, "pfifo 20: drops"), grown(OVR_NIC_QDISC, "drops"));
}

Test(counters, an_interface_that_is_not_there_has_none)
{
	struct ovr_err err;

	cr_assert_eq(ovr_nic_counters_read("ovr-nowhere", &before, &err), -ENODEV);
	cr_assert_eq(before.n, 0);
	cr_assert_eq(strncmp(err.text, "ovr-nowhere: there is no such interface; accepted: ", 51), 0);
}

Test(counters, a_reading_uses_its_memory_again)
{
	const struct ovr_nic_counter *first;

	read_into(&before, "lo");
	first = before.counter;
	read_into(&before, "lo");
	cr_assert_eq(before.counter, first);
	cr_assert_leq(before.n, before.capacity);
}
