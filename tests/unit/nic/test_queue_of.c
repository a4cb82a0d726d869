/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>

#include "nic/sources.h"

static void
assert_queue(const char *name, int32_t queue)
{
	cr_assert_eq(ovr_nic_queue_of(name), queue, "%s: %d", name, ovr_nic_queue_of(name));
}

Test(queue_of, the_ways_of_drivers_to_name_a_queue)
{
	assert_queue("rx_queue_0_drops", 0);
	assert_queue("rx_queue_15_drops", 15);
	assert_queue("tx_queue_3_xdp_xmit_errors", 3);
	assert_queue("rx0_packets", 0);
	assert_queue("rx12_drops", 12);
	assert_queue("rx-3.packets", 3);
	assert_queue("tx-7.bytes", 7);
	assert_queue("rxq3_dropped", 3);
	assert_queue("rxq_3_dropped", 3);
	assert_queue("txq#3_dropped", 3);
	assert_queue("queue_4_rx_cnt", 4);
	assert_queue("Queue[5] InPackets", 5);
	assert_queue("[6]: rx_ucast_packets", 6);
	assert_queue("rx_drops_packet_over_mru[9]", 9);
	assert_queue("port.rx_queue_2_drops", 2);
}

Test(queue_of, numbers_that_are_no_queues)
{
	assert_queue("rx_packets", -1);
	assert_queue("rx_64_bytes", -1);
	assert_queue("tx_1024_to_1518_byte_packets", -1);
	assert_queue("rx_prio3_buf_discard", -1);
	assert_queue("rx_size_127.nic", -1);
	assert_queue("os2bmc_rx_by_bmc", -1);
	assert_queue("rx_queue_drops", -1);
	assert_queue("queue", -1);
	assert_queue("rx", -1);
	assert_queue("", -1);
	assert_queue("[", -1);
	assert_queue("]", -1);
	assert_queue("rx_queue_99999999999_drops", -1);
	assert_queue("rx10g_packets", -1);
}
