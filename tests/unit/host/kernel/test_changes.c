/* SPDX-License-Identifier: BSD-3-Clause */
/* What happened between two readings. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/readers.h"

static struct ovr_kernel_snapshot before, after;
static struct ovr_kernel_changes changes, total;

static void
done(void)
{
	ovr_kernel_snapshot_done(&before);
	ovr_kernel_snapshot_done(&after);
	ovr_kernel_changes_done(&changes);
	ovr_kernel_changes_done(&total);
}

TestSuite(changes, .fini = done);

static struct ovr_kernel_counter *
add(struct ovr_kernel_snapshot *snapshot, enum ovr_kernel_layer layer, const char *object, const char *name,
	uint64_t value)
{
	struct ovr_kernel_reading reading = { .snapshot = snapshot, .netns = "r" };

	return ovr_kernel_add(&reading, layer, object, name, value);
}

static const struct ovr_kernel_change *
change_at(uint32_t index)
{
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_kernel_changes(&before, &after, &changes, &err), 0, "%s", err.text);
	cr_assert_lt(index, changes.n);
	return &changes.change[index];
}

Test(changes, a_counter_adds_what_it_shows_more)
{
	add(&before, OVR_KERNEL_MIB, "", "Udp:NoPorts", 100);
	add(&after, OVR_KERNEL_MIB, "", "Udp:NoPorts", 20100);
	cr_assert_eq(change_at(0)->added, 20000);
	cr_assert(change_at(0)->counter.is_known);
	cr_assert_not(change_at(0)->was_reset);
}

Test(changes, a_counter_of_32_bits_that_wrapped_is_widened)
{
	add(&before, OVR_KERNEL_QDISC, "va tbf 10:", "drops", 4294967290)->width_bits = 32;
	add(&after, OVR_KERNEL_QDISC, "va tbf 10:", "drops", 156)->width_bits = 32;
	cr_assert_eq(change_at(0)->added, 162);
	cr_assert_not(change_at(0)->was_reset);
}

/* Removed and made again between the readings: the difference of both is no loss of either. */
Test(changes, an_interface_that_was_made_anew_is_another_one)
{
	struct ovr_err err = { "" };

	add(&before, OVR_KERNEL_LINK, "eth0", "tx_dropped", 1000)->ifindex = 2;
	add(&before, OVR_KERNEL_LINK, "eth0", "rx_dropped", 5)->ifindex = 2;
	add(&after, OVR_KERNEL_LINK, "eth0", "tx_dropped", 1300)->ifindex = 7;
	add(&after, OVR_KERNEL_LINK, "eth0", "rx_dropped", 0)->ifindex = 7;
	/* 1300 of the new one may be older: it may have come from another namespace */
	cr_assert_not(change_at(0)->counter.is_known);
	cr_assert_eq(changes.change[0].added, 0);
	cr_assert_not(changes.change[0].was_reset);
	/* nothing is nothing */
	cr_assert(changes.change[1].counter.is_known);
	cr_assert_eq(changes.change[1].added, 0);
	/* the old one is gone, and what it lost at last is unknown */
	cr_assert_eq(changes.n, 4);
	cr_assert_not(changes.change[2].counter.is_known);
	cr_assert_eq(changes.change[2].counter.ifindex, 2);
	cr_assert_eq(ovr_kernel_changes_add(&total, &changes, &err), 0, "%s", err.text);
	for (uint32_t i = 0; i < total.n; i++)
		cr_assert_eq(total.change[i].added, 0);
}

Test(changes, what_an_interface_lost_before_it_was_made_anew_stays_in_the_sum)
{
	struct ovr_err err = { "" };

	add(&before, OVR_KERNEL_LINK, "eth0", "tx_dropped", 0)->ifindex = 2;
	add(&after, OVR_KERNEL_LINK, "eth0", "tx_dropped", 40)->ifindex = 2;
	cr_assert_eq(change_at(0)->added, 40);
	cr_assert_eq(ovr_kernel_changes_add(&total, &changes, &err), 0, "%s", err.text);
	after.counter[0].ifindex = before.counter[0].ifindex = 7;
	before.counter[0].value = 0;
	after.counter[0].value = 2;
	cr_assert_eq(change_at(0)->added, 2);
	cr_assert_eq(ovr_kernel_changes_add(&total, &changes, &err), 0, "%s", err.text);
	/* the sum is by names */
	cr_assert_eq(total.n, 1);
	cr_assert_eq(total.change[0].added, 42);
}

Test(changes, a_counter_that_shows_less_was_reset)
{
	add(&before, OVR_KERNEL_QDISC, "va tbf 10:", "drops", 1000)->width_bits = 32;
	add(&before, OVR_KERNEL_LINK, "va", "tx_dropped", UINT64_MAX);
	add(&after, OVR_KERNEL_QDISC, "va tbf 10:", "drops", 162)->width_bits = 32;
	add(&after, OVR_KERNEL_LINK, "va", "tx_dropped", 7);
	cr_assert(change_at(0)->was_reset);
	cr_assert_eq(change_at(0)->added, 162);
	cr_assert(change_at(1)->was_reset);
	cr_assert_eq(change_at(1)->added, 7);
}

Test(changes, what_only_one_reading_has_is_unknown)
{
	add(&before, OVR_KERNEL_NFTABLES, "inet f c handle 4", "dropped", 7);
	add(&after, OVR_KERNEL_NFTABLES, "inet f c handle 5", "dropped", 9);
	cr_assert_not(change_at(0)->counter.is_known);
	cr_assert_str_eq(change_at(0)->counter.object, "inet f c handle 5");
	cr_assert_eq(change_at(0)->added, 0);
	cr_assert_not(change_at(1)->counter.is_known);
	cr_assert_str_eq(change_at(1)->counter.object, "inet f c handle 4");
	cr_assert_eq(changes.n, 2);
}

Test(changes, a_new_counter_that_counted_nothing_is_known)
{
	add(&after, OVR_KERNEL_NFTABLES, "inet f c handle 5", "dropped", 0);
	cr_assert(change_at(0)->counter.is_known);
	cr_assert_eq(change_at(0)->added, 0);
}

Test(changes, counters_are_found_wherever_they_stand)
{
	add(&before, OVR_KERNEL_LINK, "va", "tx_dropped", 1);
	add(&before, OVR_KERNEL_LINK, "vb", "tx_dropped", 10);
	add(&after, OVR_KERNEL_LINK, "vb", "tx_dropped", 15);
	add(&after, OVR_KERNEL_LINK, "va", "tx_dropped", 3);
	cr_assert_eq(change_at(0)->added, 5);
	cr_assert_eq(change_at(1)->added, 2);
	cr_assert_eq(changes.n, 2);
}

/* vmxnet3 has a block of names for each queue. */
Test(changes, of_counters_with_one_name_each_finds_its_own)
{
	add(&before, OVR_KERNEL_DRIVER, "eth1", "pkts rx OOB", 1);
	add(&before, OVR_KERNEL_DRIVER, "eth1", "pkts rx OOB", 100);
	add(&after, OVR_KERNEL_DRIVER, "eth1", "pkts rx OOB", 4);
	add(&after, OVR_KERNEL_DRIVER, "eth1", "pkts rx OOB", 107);
	cr_assert_eq(change_at(0)->added, 3);
	cr_assert_eq(change_at(1)->added, 7);
}

Test(changes, namespaces_are_told_apart)
{
	struct ovr_kernel_reading one = { .snapshot = &after, .netns = "r" };
	struct ovr_kernel_reading other = { .snapshot = &after, .netns = "s" };

	add(&before, OVR_KERNEL_MIB, "", "Udp:NoPorts", 100);
	ovr_kernel_add(&other, OVR_KERNEL_MIB, "", "Udp:NoPorts", 5);
	ovr_kernel_add(&one, OVR_KERNEL_MIB, "", "Udp:NoPorts", 103);
	cr_assert_not(change_at(0)->counter.is_known);
	cr_assert_eq(change_at(1)->added, 3);
}

/* End an interval: add what changed to the total, and begin the next one. */
static void
end_interval(void)
{
	struct ovr_kernel_snapshot swapped = before;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_kernel_changes(&before, &after, &changes, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_kernel_changes_add(&total, &changes, &err), 0, "%s", err.text);
	before = after;
	after = swapped;
	ovr_kernel_snapshot_clear(&after);
}

Test(changes, a_total_is_the_sum_of_its_intervals)
{
	add(&before, OVR_KERNEL_MIB, "", "Udp:NoPorts", 100);
	add(&after, OVR_KERNEL_MIB, "", "Udp:NoPorts", 107);
	end_interval();
	add(&after, OVR_KERNEL_MIB, "", "Udp:NoPorts", 107);
	end_interval();
	add(&after, OVR_KERNEL_MIB, "", "Udp:NoPorts", 1107);
	end_interval();
	cr_assert_eq(total.n, 1);
	cr_assert_eq(total.change[0].added, 1007);
}

Test(changes, a_total_lacks_an_interval_of_a_reset)
{
	add(&before, OVR_KERNEL_LINK, "va", "tx_dropped", 10);
	add(&after, OVR_KERNEL_LINK, "va", "tx_dropped", 15);
	end_interval();
	add(&after, OVR_KERNEL_LINK, "va", "tx_dropped", 3);
	end_interval();
	cr_assert(changes.change[0].was_reset);
	add(&after, OVR_KERNEL_LINK, "va", "tx_dropped", 5);
	end_interval();
	cr_assert_eq(total.n, 1);
	cr_assert_eq(total.change[0].added, 7);
	cr_assert_not(total.change[0].was_reset);
}

Test(changes, a_counter_that_begins_is_in_the_total_from_its_second_reading_on)
{
	add(&after, OVR_KERNEL_NFTABLES, "inet filter forward handle 7", "dropped", 4);
	end_interval();
	cr_assert_eq(total.n, 0);
	add(&after, OVR_KERNEL_NFTABLES, "inet filter forward handle 7", "dropped", 6);
	end_interval();
	cr_assert_eq(total.n, 1);
	cr_assert_eq(total.change[0].added, 2);
}

/* Sockets and containers come and go all day long. */
Test(changes, a_counter_that_is_gone_stays_in_the_total_if_it_owns_a_loss)
{
	add(&before, OVR_KERNEL_LINK, "va", "tx_dropped", 0);
	add(&before, OVR_KERNEL_LINK, "va", "tx_packets", 0);
	add(&before, OVR_KERNEL_LINK, "vb", "tx_dropped", 0);
	add(&before, OVR_KERNEL_SOCKET, "udp 10.0.0.1:9000 inode 4711", "drops", 0);
	add(&after, OVR_KERNEL_LINK, "va", "tx_dropped", 9);
	add(&after, OVR_KERNEL_LINK, "va", "tx_packets", 1000);
	add(&after, OVR_KERNEL_LINK, "vb", "tx_dropped", 0);
	add(&after, OVR_KERNEL_SOCKET, "udp 10.0.0.1:9000 inode 4711", "drops", 5);
	end_interval();
	cr_assert_eq(total.n, 4);
	end_interval();
	cr_assert_eq(total.n, 1);
	cr_assert_str_eq(total.change[0].counter.object, "va");
	cr_assert_str_eq(total.change[0].counter.name, "tx_dropped");
	cr_assert_eq(total.change[0].added, 9);
}
