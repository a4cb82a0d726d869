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

Test(queue_of, the_ways_of_drivers_with_another_separator)
{
	assert_queue("rx_q-0_pkts", 0);             /* idpf */
	assert_queue("tx_q-13_pkts", 13);           /* idpf */
	assert_queue("rx_0_dropped", 0);            /* ionic */
	assert_queue("tx_15_dma_map_err", 15);      /* ionic */
	assert_queue("rx_70_dropped", 70);          /* ionic */
	assert_queue("rx_0_xdp_drop", 0);           /* mana */
	assert_queue("rx_3_bytes", 3);              /* mana */
	assert_queue("0: rx_hw_errors", 0);         /* qede */
	assert_queue("12: rx_hw_errors", 12);       /* qede */
	assert_queue("rvec_0_rx_pkts", 0);          /* nfp */
	assert_queue("rvec_11_tx_busy", 11);        /* nfp */
	assert_queue("q0_rx_dropped", 0);           /* macb */
	assert_queue("q7_tx_pkt_n", 7);             /* stmmac */
	assert_queue("Rx ring  0 frames", 0);       /* enetc */
	assert_queue("Rx ring 15 XDP drops", 15);   /* enetc */
	assert_queue("rxq0: rx_drops_no_frags", 0); /* be2net */
	assert_queue("rxq_4_queue_full_drops", 4);  /* mvpp2 */
	assert_queue("rx_queue_drop_cnt[5]", 5);    /* gve */
}

Test(queue_of, numbers_of_switches_and_of_virtual_functions_are_none)
{
	assert_queue("veb.tc_0_rx_packets", -1);
	assert_queue("veb.rx_discards", -1);
	assert_queue("vf000.rx_bytes", -1);
	assert_queue("vf001.tx_errors", -1);
	assert_queue("ring_set_send_prod_index", -1);
	assert_queue("string 3", -1);
	assert_queue("rx_64_or_less_octet_packets", -1);
	assert_queue("rx_65_to_127_bytes_phy", -1);
	assert_queue("rx_64_byte_packets", -1);
	assert_queue("rx_65_127", -1);
	assert_queue("rx_9217_max", -1);
	assert_queue("q8x", -1);
	assert_queue("802.3: frames", -1);
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
