/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include <linux/ethtool.h>

#include "counters_of.h"
#include "nic/sources.h"

static struct ovr_nic_counters counters;

static void
done(void)
{
	ovr_nic_counters_done(&counters);
}

TestSuite(driver_stats, .fini = done);

/*
 * Names as a driver gives them, with the values 100, 101, … but those of headings, which are their
 * queue.
 */
static void
parse(const char *const *names, uint32_t n, const uint64_t *values)
{
	static char strings[64][ETH_GSTRING_LEN];

	for (uint32_t i = 0; i < n; i++)
		memcpy(strings[i], names[i], strnlen(names[i], ETH_GSTRING_LEN));
	cr_assert_eq(ovr_nic_driver_stats_parse(strings[0], values, n, &counters), 0);
}

Test(driver_stats, names_are_taken_as_they_are_and_tell_their_queue)
{
	const char *const names[] = { "peer_ifindex", "rx_queue_0_xdp_packets", "rx_queue_0_drops",
		"rx_queue_1_drops" };
	const uint64_t values[] = { 7, 100, 101, 102 };

	parse(names, 4, values);
	cr_assert_eq(counters.n, 4);
	assert_counter(&counters, 0, "peer_ifindex", -1, 7);
	assert_counter(&counters, 2, "rx_queue_0_drops", 0, 101);
	assert_counter(&counters, 3, "rx_queue_1_drops", 1, 102);
}

/* vmxnet3 repeats the same names for every queue. */
Test(driver_stats, a_heading_tells_the_queue_of_what_is_indented_below_it)
{
	const char *const names[] = { "Tx Queue#", "  pkts tx err", "  drv dropped tx total",
		"     giant hdr", "  giant hdr", "Rx Queue#", "  pkts rx OOB", "  drv dropped rx total",
		"     err", "     fcs", "  rx buf alloc fail", "Rx Queue#", "  pkts rx OOB",
		"  drv dropped rx total", "     err", "     fcs", "  rx buf alloc fail", "tx timeout count" };
	const uint64_t values[] = { 0, 10, 11, 12, 13, 0, 20, 21, 22, 23, 24, 1, 30, 31, 32, 33, 34, 40 };

	parse(names, 18, values);
	cr_assert_eq(counters.n, 15);
	assert_counter(&counters, 0, "pkts tx err", 0, 10);
	assert_counter(&counters, 1, "drv dropped tx total", 0, 11);
	assert_counter(&counters, 2, "drv dropped tx total: giant hdr", 0, 12);
	assert_counter(&counters, 3, "giant hdr", 0, 13);
	assert_counter(&counters, 4, "pkts rx OOB", 0, 20);
	assert_counter(&counters, 5, "drv dropped rx total", 0, 21);
	assert_counter(&counters, 6, "drv dropped rx total: err", 0, 22);
	assert_counter(&counters, 7, "drv dropped rx total: fcs", 0, 23);
	assert_counter(&counters, 8, "rx buf alloc fail", 0, 24);
	assert_counter(&counters, 9, "pkts rx OOB", 1, 30);
	assert_counter(&counters, 12, "drv dropped rx total: fcs", 1, 33);
	assert_counter(&counters, 14, "tx timeout count", -1, 40);
}

Test(driver_stats, a_name_that_fills_its_field_has_no_end_of_its_own)
{
	const char *const names[] = { "rx_a_name_of_exactly_32_letters_", "next" };
	const uint64_t values[] = { 5, 6 };

	parse(names, 2, values);
	assert_counter(&counters, 0, "rx_a_name_of_exactly_32_letters_", -1, 5);
	assert_counter(&counters, 1, "next", -1, 6);
}

Test(driver_stats, an_indented_name_without_a_heading_is_one_of_the_interface)
{
	const char *const names[] = { "  rx drops" };
	const uint64_t values[] = { 5 };

	parse(names, 1, values);
	assert_counter(&counters, 0, "rx drops", -1, 5);
}
