/* SPDX-License-Identifier: BSD-3-Clause */
/* On net_null, which keeps a key and a table as a NIC does and spreads nothing. */
#include "port/device_rss.h"

#include <string.h>

#include <criterion/criterion.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "rig.h"

TestSuite(device_rss, .init = eal_start, .fini = eal_stop);

static struct ovr_frame_flow
flow_of(uint16_t stream, uint8_t ip_version)
{
	struct ovr_frame_flow_conf conf = { .ip_version = ip_version };

	return ovr_frame_flow_of(&conf, stream, 0);
}

Test(device_rss, one_queue_needs_none)
{
	struct ovr_device_rss rss;
	char note[OVR_DEVICE_RSS_NOTE_BYTES];
	struct rig rig;

	RIG_OPEN(&rig, "tx", "vdev:net_null0", "rx", "vdev:net_null0");
	ovr_device_rss_read(rig.pair->rx.device[0], "vdev:net_null0", 1, &rss, note);
	cr_assert_str_eq(note, "");
	cr_assert_not(rss.is_known);
	ovr_device_rss_done(&rss);
	rig_close(&rig);
}

Test(device_rss, a_driver_that_offers_none_is_told_of)
{
	struct ovr_device_rss rss;
	char note[OVR_DEVICE_RSS_NOTE_BYTES];
	struct rig rig;

	RIG_OPEN(&rig, "tx", "vdev:net_ring0", "rx", "vdev:net_ring0", "rxq", "1");
	ovr_device_rss_read(rig.pair->rx.device[0], "vdev:net_ring0", 4, &rss, note);
	cr_assert_str_eq(note,
		"vdev:net_ring0: the driver net_ring offers no RSS: which of the 4 queues a frame goes to "
		"is its own choice");
	cr_assert_not(rss.is_known);
	ovr_device_rss_done(&rss);
	rig_close(&rig);
}

Test(device_rss, key_and_table_are_agreed_on_and_read_back)
{
	static uint8_t key[40];
	struct rte_eth_rss_conf conf = { .rss_key = key, .rss_key_len = sizeof(key) };
	struct rte_eth_rss_reta_entry64 group[2] = { { .mask = UINT64_MAX }, { .mask = UINT64_MAX } };
	struct ovr_device_rss rss;
	char note[OVR_DEVICE_RSS_NOTE_BYTES];
	uint16_t device;
	struct rig rig;

	RIG_OPEN(&rig, "tx", "vdev:net_null0", "rx", "vdev:net_null0", "rxq", "4");
	device = rig.pair->rx.device[0];
	ovr_device_rss_read(device, "vdev:net_null0", 4, &rss, note);
	cr_assert_str_eq(note, "");
	cr_assert(rss.is_known);
	cr_assert_eq(rss.n_entries, 128);
	cr_assert_eq(rss.entry[0], 0);
	cr_assert_eq(rss.entry[7], 3);
	cr_assert_eq(rte_eth_dev_rss_hash_conf_get(device, &conf), 0);
	cr_assert_eq(memcmp(key, ovr_rss_default_key, sizeof(key)), 0);
	cr_assert_eq(rte_eth_dev_rss_reta_query(device, group, 128), 0);
	cr_assert_eq(group[1].reta[63], 3);
	ovr_device_rss_done(&rss);
	rig_close(&rig);
}

/*
 * The hash of Microsoft's verification suite: 66.9.149.187:2794 to 161.142.100.80:1766 is 51ccc178,
 * and 0x78 % 128 = 120.
 */
Test(device_rss, the_queue_of_a_flow_is_that_of_its_hash)
{
	uint16_t entry[128];
	struct ovr_rss *hash = malloc(sizeof(*hash));
	struct ovr_device_rss rss = { .fields = RTE_ETH_RSS_NONFRAG_IPV4_UDP,
		.is_known = true,
		.n_entries = 128,
		.entry = entry,
		.hash = hash };
	struct ovr_frame_flow flow = { .ip_version = 4,
		.src_ip = { 66, 9, 149, 187 },
		.dst_ip = { 161, 142, 100, 80 },
		.src_port = 2794,
		.dst_port = 1766 };

	for (uint16_t i = 0; i < 128; i++)
		entry[i] = i;
	ovr_rss_init(hash, ovr_rss_default_key);
	cr_assert_eq(ovr_device_rss_queue_of(&rss, &flow), 120);
	free(hash);
}

Test(device_rss, what_is_not_hashed_with_its_ports_or_not_read_back_is_unknown)
{
	uint16_t entry[1] = { 0 };
	struct ovr_rss *hash = malloc(sizeof(*hash));
	struct ovr_device_rss rss = { .fields = RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_IPV6,
		.is_known = true,
		.n_entries = 1,
		.entry = entry,
		.hash = hash };
	struct ovr_frame_flow flow4 = flow_of(0, 4), flow6 = flow_of(0, 6);

	ovr_rss_init(hash, ovr_rss_default_key);
	cr_assert_eq(ovr_device_rss_queue_of(&rss, &flow4), 0);
	cr_assert_eq(ovr_device_rss_queue_of(&rss, &flow6), -1);
	rss.is_known = false;
	cr_assert_eq(ovr_device_rss_queue_of(&rss, &flow4), -1);
	free(hash);
}

Test(device_rss, an_empty_one_knows_no_queue_and_is_done)
{
	struct ovr_device_rss rss = { 0 };
	struct ovr_frame_flow flow = flow_of(0, 4);

	cr_assert_eq(ovr_device_rss_queue_of(&rss, &flow), -1);
	ovr_device_rss_done(&rss);
}
