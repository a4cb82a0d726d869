/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/interval.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "nic/sources.h"

static struct ovr_nic_counters before, after;
static struct ovr_nic_interval interval, total;

static void
done(void)
{
	ovr_nic_counters_done(&before);
	ovr_nic_counters_done(&after);
	ovr_nic_interval_done(&interval);
	ovr_nic_interval_done(&total);
}

TestSuite(interval, .fini = done);

/* A counter that stood at @p from and stands at @p to. */
static void
counter(enum ovr_nic_source source, int32_t queue, const char *name, uint64_t from, uint64_t to)
{
	cr_assert_eq(ovr_nic_counters_add(&before, source, queue, from, "%s", name), 0);
	cr_assert_eq(ovr_nic_counters_add(&after, source, queue, to, "%s", name), 0);
}

static void
compare(void)
{
	struct ovr_err err = { "" };

	strcpy(after.driver, "veth");
	before.at_ns = 5000000000;
	after.at_ns = 7000000000;
	cr_assert_eq(ovr_nic_interval_between(&before, &after, &interval, &err), 0, "%s", err.text);
}

/* Begin with new readings. */
static void
forget(void)
{
	before.n = after.n = 0;
}

static void
add_to_total(void)
{
	struct ovr_err err = { "" };

	compare();
	cr_assert_eq(ovr_nic_interval_add(&total, &interval, &err), 0, "%s", err.text);
}

Test(interval, frames_and_bytes_are_those_of_the_link)
{
	counter(OVR_NIC_LINK, -1, "rx_packets", 100, 20100);
	counter(OVR_NIC_LINK, -1, "tx_packets", 7, 8);
	counter(OVR_NIC_LINK, -1, "rx_bytes", 0, 1200000);
	counter(OVR_NIC_LINK, -1, "tx_bytes", 60, 120);
	counter(OVR_NIC_DRIVER, -1, "rx_packets", 0, 999);
	compare();
	cr_assert_eq(interval.ns, 2000000000);
	cr_assert_eq(interval.rx_packets.added, 20000);
	cr_assert_eq(interval.tx_packets.added, 1);
	cr_assert_eq(interval.rx_bytes.added, 1200000);
	cr_assert_eq(interval.tx_bytes.added, 60);
	cr_assert_eq(interval.n, 0);
}

Test(interval, only_what_tells_of_loss_and_moved_is_listed_and_losses_come_first)
{
	counter(OVR_NIC_LINK, -1, "rx_packets", 0, 5);
	counter(OVR_NIC_LINK, -1, "rx_dropped", 10, 13);
	counter(OVR_NIC_LINK, -1, "tx_dropped", 10, 10);
	counter(OVR_NIC_DRIVER, -1, "rx_odd_miss", 0, 2);
	counter(OVR_NIC_DRIVER, -1, "tx_restarts", 0, 2);
	counter(OVR_NIC_DRIVER, 0, "rx_queue_0_drops", 4, 7);
	counter(OVR_NIC_DRIVER, 1, "rx_queue_1_drops", 4, 4);
	counter(OVR_NIC_QDISC, -1, "overlimits", 4, 9);
	compare();
	cr_assert_eq(interval.n, 3);
	cr_assert_str_eq(interval.moved[0].counter.name, "rx_queue_0_drops");
	cr_assert_eq(interval.moved[0].counter.queue, 0);
	cr_assert_eq(interval.moved[0].change.added, 3);
	cr_assert_eq(interval.moved[0].meaning.kind, OVR_NIC_KIND_LOSS);
	cr_assert_eq(interval.moved[0].meaning.place, OVR_PLACE_RX_RING);
	cr_assert_str_eq(interval.moved[1].counter.name, "rx_dropped");
	cr_assert_eq(interval.moved[1].meaning.kind, OVR_NIC_KIND_ALIAS);
	cr_assert_str_eq(interval.moved[2].counter.name, "rx_odd_miss");
}

Test(interval, what_that_was_reset_is_counted_and_told)
{
	counter(OVR_NIC_LINK, -1, "rx_packets", 100, 3);
	counter(OVR_NIC_DRIVER, 0, "rx_queue_0_drops", 40, 0);
	counter(OVR_NIC_DRIVER, 0, "rx_queue_0_xdp_packets", 40, 0);
	compare();
	cr_assert_eq(interval.n_reset, 3);
	cr_assert(interval.rx_packets.was_reset);
	cr_assert_eq(interval.n, 1);
	cr_assert(interval.moved[0].change.was_reset);
	cr_assert_eq(interval.moved[0].change.added, 0);
}

Test(interval, a_counter_that_is_new_starts_with_its_reading)
{
	cr_assert_eq(ovr_nic_counters_add(&after, OVR_NIC_DRIVER, 0, 50, "rx_queue_0_drops"), 0);
	compare();
	cr_assert_eq(interval.n, 0);
	cr_assert_eq(interval.n_reset, 0);
}

Test(interval, several_in_a_row_add_up)
{
	counter(OVR_NIC_LINK, -1, "rx_packets", 0, 5);
	counter(OVR_NIC_LINK, -1, "rx_dropped", 0, 1);
	counter(OVR_NIC_DRIVER, 0, "rx_queue_0_drops", 0, 0);
	add_to_total();
	forget();
	counter(OVR_NIC_LINK, -1, "rx_packets", 5, 9);
	counter(OVR_NIC_LINK, -1, "rx_dropped", 1, 3);
	counter(OVR_NIC_DRIVER, 0, "rx_queue_0_drops", 0, 2);
	add_to_total();
	cr_assert_eq(total.ns, 4000000000);
	cr_assert_eq(total.rx_packets.added, 9);
	cr_assert_eq(total.n, 2);
	cr_assert_str_eq(total.moved[0].counter.name, "rx_queue_0_drops");
	cr_assert_eq(total.moved[0].change.added, 2);
	cr_assert_str_eq(total.moved[1].counter.name, "rx_dropped");
	cr_assert_eq(total.moved[1].change.added, 3);
	cr_assert_eq(total.moved[1].counter.value, 3);
}

Test(interval, a_total_remembers_that_something_that_was_reset)
{
	counter(OVR_NIC_LINK, -1, "rx_packets", 100, 3);
	counter(OVR_NIC_DRIVER, 0, "rx_queue_0_drops", 40, 2);
	add_to_total();
	forget();
	counter(OVR_NIC_LINK, -1, "rx_packets", 3, 10);
	counter(OVR_NIC_DRIVER, 0, "rx_queue_0_drops", 2, 5);
	add_to_total();
	cr_assert(total.rx_packets.was_reset);
	cr_assert_eq(total.rx_packets.added, 10);
	cr_assert_eq(total.n_reset, 2);
	cr_assert(total.moved[0].change.was_reset);
	cr_assert_eq(total.moved[0].change.added, 5);
}

Test(interval, names_that_repeat_stay_apart_in_the_total)
{
	counter(OVR_NIC_DRIVER, 0, "pkts rx OOB", 0, 1);
	counter(OVR_NIC_DRIVER, 1, "pkts rx OOB", 0, 10);
	counter(OVR_NIC_DRIVER, 1, "pkts rx OOB", 0, 100);
	add_to_total();
	add_to_total();
	cr_assert_eq(total.n, 3);
	cr_assert_eq(total.moved[0].change.added, 2);
	cr_assert_eq(total.moved[1].change.added, 20);
	cr_assert_eq(total.moved[2].change.added, 200);
	cr_assert_eq(total.moved[2].nth, 1);
}

Test(interval, many_counters_find_room)
{
	for (int32_t queue = 0; queue < 500; queue++) {
		char name[48];

		snprintf(name, sizeof(name), "rx_queue_%d_drops", queue);
		counter(OVR_NIC_DRIVER, queue, name, 0, 1);
	}
	add_to_total();
	cr_assert_eq(total.n, 500);
	cr_assert_eq(total.moved[499].counter.queue, 499);
}

/*
 * One second of 10G at line rate with frames of 64 bytes: the kernel counts 60 of the 84 that each
 * costs.
 */
static double
load_percent(uint32_t speed_mbps, const char *duplex, uint32_t frame_bytes)
{
	struct ovr_nic_interval second = { .ns = 1000000000,
		.rx_packets = { .added = 14880952 },
		.rx_bytes = { .added = 14880952 * UINT64_C(60) },
		.tx_packets = { .added = 1488095 },
		.tx_bytes = { .added = 1488095 * UINT64_C(60) } };
	struct ovr_nic_facts facts = { .speed_mbps = speed_mbps };

	strcpy(facts.duplex, duplex);
	return ovr_nic_interval_load_percent(&second, &facts, frame_bytes);
}

Test(interval, a_line_that_is_full_is_full_with_what_frames_cost_beside_their_bytes)
{
	cr_assert_float_eq(load_percent(10000, "full", OVR_NIC_LINE_BYTES), 100, 1e-4);
	cr_assert_float_eq(load_percent(10000, "full", 0), 71.428, 1e-2);
}

Test(interval, at_half_duplex_both_directions_share_the_line)
{
	cr_assert_float_eq(load_percent(10000, "half", OVR_NIC_LINE_BYTES), 110, 1e-4);
}

Test(interval, without_a_speed_the_load_is_unknown)
{
	cr_assert_lt(load_percent(0, "full", 0), 0);
}

Test(interval, of_a_counter_that_that_was_reset_the_load_is_unknown)
{
	struct ovr_nic_interval second = { .ns = 1000000000, .rx_bytes = { .added = 5, .was_reset = true } };
	struct ovr_nic_facts facts = { .speed_mbps = 10000, .duplex = "full" };

	cr_assert_lt(ovr_nic_interval_load_percent(&second, &facts, 0), 0);
}

Test(interval, what_a_driver_is_known_to_count_besides_losses_is_not_listed_whatever_its_name)
{
	counter(OVR_NIC_LINK, -1, "tx_errors", 0, 3);
	counter(OVR_NIC_DRIVER, -1, "rx_odd_miss", 0, 2);
	compare();
	cr_expect_eq(interval.n, 2);
	strcpy(after.driver, "virtio_net");
	cr_assert_eq(ovr_nic_interval_between(&before, &after, &interval, NULL), 0);
	cr_expect_eq(interval.n, 1);
	cr_expect_str_eq(interval.moved[0].counter.name, "rx_odd_miss");
	cr_expect_eq(interval.moved[0].meaning.kind, OVR_NIC_KIND_OTHER);
	cr_expect(interval.moved[0].meaning.is_suspect);
}
