/* SPDX-License-Identifier: BSD-3-Clause */
#include "worker/answer.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "frame/neighbour.h"
#include "rig.h"

/* What is sent on a ring device comes back on it. */
static struct rig rig;
static struct ovr_addresses addresses;
static struct ovr_answerer answerer;
static uint8_t request[OVR_NEIGHBOUR_BYTES];
static uint32_t request_len;

static const uint8_t first[16] = { 198, 19, 0, 1 }, second[16] = { 198, 19, 0, 2 };

/* A router asks for an address. */
static void
ask_for(const uint8_t *target)
{
	struct ovr_frame_flow_conf conf = { .ip_version = 4, .src_mac = { 0xaa, 0, 0, 0, 0, 1 } };
	struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, 0, 0);

	request_len = ovr_neighbour_ask(&flow, target, request);
}

static void
start(void)
{
	eal_start();
	RIG_OPEN(&rig, "tx", "vdev:net_ring0", "rx", "vdev:net_ring0");
	addresses = (struct ovr_addresses){ .ip_version = 4, .n = 3, .ip = calloc(3, 16) };
	memcpy(addresses.ip[0], second, 16);
	memcpy(addresses.ip[1], first, 16);
	memcpy(addresses.ip[2], second, 16);
	ovr_addresses_sort(&addresses);
	answerer = (struct ovr_answerer){ .addresses = &addresses,
		.mac = { 2, 0, 0, 0, 0, 2 },
		.pool = rig.pair->rx_pool,
		.port_id = rig.pair->tx.device[0] };
	ask_for(second);
}

static void
stop(void)
{
	free(addresses.ip);
	rig_close(&rig);
	eal_stop();
}

TestSuite(answer, .init = start, .fini = stop);

/* Frames that were sent; whether the last one is the answer for an address. */
static unsigned int
sent(const uint8_t *target)
{
	struct rte_mbuf *frame[8];
	uint16_t n = rte_eth_rx_burst(rig.pair->tx.device[0], 0, frame, 8);
	struct ovr_neighbour found;

	for (uint16_t i = 0; i < n; i++) {
		cr_expect(ovr_neighbour_read(
			rte_pktmbuf_mtod(frame[i], const uint8_t *), frame[i]->pkt_len, &found));
		cr_expect_eq(found.kind, OVR_NEIGHBOUR_ANSWER);
		cr_expect_eq(memcmp(found.target, target, 4), 0);
		cr_expect_eq(memcmp(found.sender_mac, answerer.mac, 6), 0);
	}
	rte_pktmbuf_free_bulk(frame, n);
	return n;
}

Test(answer, who_asks_for_an_address_of_ours_gets_the_mac_address)
{
	cr_assert_eq(addresses.n, 2, "each once");
	ovr_answerer_meet(&answerer, request, request_len);
	cr_assert_eq(sent(second), 1);
	cr_assert_eq(ovr_stat_read(&answerer.n_sent), 1);
}

Test(answer, who_asks_for_others_gets_none)
{
	static const uint8_t other[16] = { 198, 19, 0, 3 };

	ask_for(other);
	ovr_answerer_meet(&answerer, request, request_len);
	cr_assert_eq(sent(other), 0);
	cr_assert(!ovr_addresses_have(&addresses, 6, first));
}

Test(answer, an_errand_waits_for_the_owner_of_the_queue)
{
	struct ovr_errand errand = { .frame = NULL };

	answerer.errand = &errand;
	ovr_answerer_meet(&answerer, request, request_len);
	ask_for(first);
	ovr_answerer_meet(&answerer, request, request_len); /* the way is taken: it asks again */
	cr_assert_eq(sent(second), 0);
	ovr_errand_run(&errand, rig.pair->tx.device[0], 0);
	cr_assert_eq(sent(second), 1);
	cr_assert_eq(ovr_stat_read(&errand.n_sent), 1);
	ovr_errand_run(&errand, rig.pair->tx.device[0], 0);
	cr_assert_eq(sent(second), 0);
}
