/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/port.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include <criterion/criterion.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_ring.h>

#include "eal.h"
#include "env/env.h"
#include "port/pool.h"
#include "rig.h"

static struct rig rig;

static void
close_all(void)
{
	rig_close(&rig);
	eal_stop();
}

TestSuite(port, .init = eal_start, .fini = close_all);

/* Opening it fails, with this sentence, and leaves nothing behind. */
static void
refused(const char *const *settings, int code, const char *sentence)
{
	struct ovr_clock clock = ovr_clock_of_hz(1000000000);
	struct ovr_plan plan = rig_plan(settings);
	struct ovr_port_pair *pair = NULL;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_port_pair_open(&plan, &clock, &pair, &err), code, "%s", err.text);
	cr_assert_str_eq(err.text, sentence);
	cr_assert_null(pair);
	cr_assert_eq(rte_eth_dev_count_avail(), 0);
	cr_assert_null(rte_mempool_lookup("ovr_tx"));
	cr_assert_null(rte_mempool_lookup("ovr_rx"));
	cr_assert_null(rte_mempool_lookup("ovr_copies"));
}

#define REFUSED(code, sentence, ...) refused((const char *const[]){ __VA_ARGS__, NULL }, code, sentence)

Test(port, a_wire_has_two_ports_with_the_rings_of_the_plan)
{
	RIG_OPEN(&rig, "rxd", "100", "txd", "300", "rxq", "3", "txq", "2", "line", "25G");
	cr_expect_str_eq(rig.pair->tx.label, "wire:0");
	cr_expect_str_eq(rig.pair->rx.label, "wire:1");
	cr_expect_str_eq(rig.pair->tx.driver, "wire");
	cr_expect_str_eq(rig.pair->rx.driver, "wire");
	cr_expect_eq(rig.pair->tx.n_txq, 2);
	cr_expect_eq(rig.pair->rx.n_rxq, 3);
	cr_expect_eq(rig.pair->tx.txd, 300);
	cr_expect_eq(rig.pair->rx.rxd, 100);
	cr_expect_eq(rig.pair->tx.line_bps, 25000000000);
	cr_expect_eq(rig.pair->rx.line_bps, 25000000000);
	cr_expect_eq(rig.pair->tx.numa_node, -1);
	cr_expect_not(rig.pair->is_one);
	cr_expect_neq(rig.pair->tx.device[0], rig.pair->rx.device[0]);
	cr_expect_null(rig.pair->rx_pool);
	cr_expect_null(rig.pair->copies);
	cr_expect_eq(rte_eth_dev_count_avail(), 2);
	cr_expect(ovr_port_link_read(rig.pair, &rig.pair->tx).up);
	cr_expect(ovr_port_link_read(rig.pair, &rig.pair->rx).up);
}

Test(port, a_wire_that_copies_frames_has_a_pool_for_them)
{
	RIG_OPEN(&rig, "rx", "wire:1,dup=1%");
	cr_expect_not_null(rig.pair->copies);
	rig_close(&rig);
	RIG_OPEN(&rig, "rx", "wire:1,corrupt=1%");
	cr_expect_not_null(rig.pair->copies);
	rig_close(&rig);
	RIG_OPEN(&rig, "rx", "wire:1,drop=1%");
	cr_expect_null(rig.pair->copies);
}

Test(port, jumbo_frames_go_over_the_wire)
{
	RIG_OPEN(&rig, "size", "9216");
	rig_send(&rig, 0, 0, 9216, 3);
	rig_turn(&rig, 0);
	cr_expect_eq(rig_arrived(&rig, 7388), 0);
	cr_expect_eq(rig_arrived(&rig, 7389), 1, "9,236 bytes take 7388.8 ns");
}

Test(port, a_ring_device_is_one_port_that_gives_its_frames_back)
{
	static struct ovr_frame_tag tag[200];

	RIG_OPEN(&rig, "tx", "vdev:net_ring0", "rx", "vdev:net_ring0");
	cr_expect(rig.pair->is_one);
	cr_expect_eq(rig.pair->tx.device[0], rig.pair->rx.device[0]);
	cr_expect_eq(rte_eth_dev_count_avail(), 1);
	cr_expect_str_eq(rig.pair->tx.label, "vdev:net_ring0");
	cr_expect_str_eq(rig.pair->tx.driver, "net_ring");
	cr_expect_str_eq(rig.pair->rx.driver, "net_ring");
	cr_expect_null(rig.wire);
	cr_assert_eq(rig_send(&rig, 0, 7, 64, 200), 200);
	cr_assert_eq(rig_take(&rig, 0, tag, 200), 200);
	for (unsigned int i = 0; i < 200; i++) {
		cr_assert_eq(tag[i].stream, 7);
		cr_assert_eq(tag[i].seq, i);
	}
	cr_assert_eq(rig_frames_out(&rig), 0);
}

Test(port, two_null_devices_take_everything_and_have_their_own_pools)
{
	RIG_OPEN(&rig, "tx", "vdev:net_null0", "rx", "vdev:net_null1,no-rx=1", "rxq", "2", "txq", "3");
	cr_expect_not(rig.pair->is_one);
	cr_expect_eq(rte_eth_dev_count_avail(), 2);
	cr_expect_str_eq(rig.pair->tx.driver, "net_null");
	cr_expect_str_eq(rig.pair->rx.label, "vdev:net_null1");
	cr_expect_eq(rig.pair->tx.n_txq, 3);
	cr_expect_eq(rig.pair->rx.n_rxq, 2);
	cr_expect_neq(rig.pair->tx_pool, rig.pair->rx_pool);
	for (uint16_t q = 0; q < 3; q++)
		cr_expect_eq(rig_send(&rig, q, 0, 64, 100), 100);
	cr_expect_eq(rig_take(&rig, 0, NULL, UINT_MAX), 0);
	cr_expect_eq(rig_frames_out(&rig), 0);
}

Test(port, a_device_has_the_speed_that_the_plan_says)
{
	RIG_OPEN(&rig, "tx", "vdev:net_null0", "rx", "vdev:net_null0", "line", "40G");
	cr_expect_eq(rig.pair->tx.line_bps, 40000000000);
	cr_expect_eq(rig.pair->rx.line_bps, 40000000000);
	rig_close(&rig);
	RIG_OPEN(&rig, "tx", "vdev:net_null0", "rx", "vdev:net_null0");
	cr_expect_eq(rig.pair->tx.line_bps, 10000000000, "what the driver claims");
}

/* The plan is not frozen: its pools would be larger than a test has memory. */
Test(port, rings_larger_than_ethdev_can_say_do_not_wrap)
{
	struct ovr_clock clock = ovr_clock_of_hz(1000000000);
	struct ovr_plan plan = RIG_PLAN("tx", "vdev:net_null0", "rx", "vdev:net_null0");

	plan.ports.rxd = 65536;
	plan.ports.txd = 65536;
	cr_assert_eq(ovr_port_pair_open(&plan, &clock, &rig.pair, NULL), 0);
	/* this driver has no rings, and says nothing of them */
	cr_expect_eq(rig.pair->rx.rxd, 0);
	cr_expect_eq(rig.pair->tx.txd, 0);
}

Test(port, more_queues_than_a_device_has_are_refused)
{
	REFUSED(-ERANGE, "vdev:net_ring0: 32 receive queues were asked, the device has 16", "tx",
		"vdev:net_ring0", "rx", "vdev:net_ring0", "rxq", "32", "rxd", "64");
	REFUSED(-ERANGE, "vdev:net_ring0: 17 transmit queues were asked, the device has 16", "tx",
		"vdev:net_ring0", "rx", "vdev:net_null0", "txq", "17", "txd", "64");
}

Test(port, an_unknown_driver_at_either_end_leaves_no_port_behind)
{
	REFUSED(-EINVAL,
		"vdev:net_nosuch0: DPDK does not make this device: no driver has that name, or it refuses "
		"the keys; accepted: a driver name with a number and its own keys",
		"tx", "vdev:net_nosuch0", "rx", "vdev:net_null0");
	REFUSED(-EINVAL,
		"vdev:net_nosuch0: DPDK does not make this device: no driver has that name, or it refuses "
		"the keys; accepted: a driver name with a number and its own keys",
		"tx", "vdev:net_null0", "rx", "vdev:net_nosuch0");
}

Test(port, a_plan_that_memory_does_not_hold_is_refused)
{
	REFUSED(-ENOMEM, "pool ovr_tx: no memory for 9000000 frames of 256 bytes: Cannot allocate memory",
		"mbufs", "9000000");
	REFUSED(-ENOMEM, "pool ovr_tx: no memory for 9000000 frames of 2176 bytes: Cannot allocate memory",
		"mbufs", "9000000", "tx", "vdev:net_null0", "rx", "vdev:net_null1");
}

Test(port, ports_opened_and_closed_again_and_again_leave_nothing_behind)
{
	for (unsigned int i = 0; i < 3; i++) {
		RIG_OPEN(&rig, "rx", "wire:1,dup=1%", "rxq", "2");
		rig_send(&rig, 0, 0, 64, 10);
		rig_close(&rig);
		RIG_OPEN(&rig, "tx", "vdev:net_null0", "rx", "vdev:net_null1");
		rig_close(&rig);
		RIG_OPEN(&rig, "tx", "vdev:net_ring0", "rx", "vdev:net_ring0");
		rig_close(&rig);
		cr_assert_eq(rte_eth_dev_count_avail(), 0);
		cr_assert_null(rte_mempool_lookup("ovr_tx"));
		cr_assert_null(rte_mempool_lookup("ovr_rx"));
		cr_assert_null(rte_mempool_lookup("ovr_copies"));
		cr_assert_null(rte_ring_lookup("ovr_tx0"));
		cr_assert_null(rte_ring_lookup("ovr_rx1"));
	}
}

Test(port, only_the_wire_knows_where_rss_sends_a_flow)
{
	struct ovr_frame_flow flow = frames_flow(11);

	RIG_OPEN(&rig, "rxq", "4");
	cr_expect_eq(ovr_port_queue_of(rig.pair, &flow), ovr_wire_queue_of(rig.wire, &flow));
	rig_close(&rig);
	RIG_OPEN(&rig, "tx", "vdev:net_null0", "rx", "vdev:net_null0");
	cr_expect_eq(ovr_port_queue_of(rig.pair, &flow), -1);
}

Test(port, closing_none_is_harmless)
{
	ovr_port_pair_close(NULL, NULL);
	cr_assert_eq(rte_eth_dev_count_avail(), 0);
}

static void
nothing(void)
{
}

TestSuite(memory, .init = nothing, .fini = close_all);

/* EAL gets what the function says and not a megabyte more. */
static void
fits(const char *const *settings)
{
	struct ovr_plan plan = rig_plan(settings);
	struct ovr_env_conf conf = { .memory_mb = ovr_port_memory_mb(&plan.ports, &plan.frames) };
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_env_start(&conf, &err), 0, "%s", err.text);
	rig_open(&rig, settings);
}

Test(memory, the_default_plan_fits_into_the_memory_it_asks_for)
{
	fits((const char *const[]){ NULL });
}

Test(memory, a_plan_of_large_rings_and_frames_fits)
{
	fits((const char *const[]){ "rxd", "2048", "rxq", "4", "size", "9216", NULL });
}

Test(memory, a_plan_with_two_pools_and_copies_fits)
{
	fits((const char *const[]){ "rxd", "24576", "rx", "wire:1,dup=1%", NULL });
}

Test(memory, a_plan_of_two_devices_fits)
{
	fits((const char *const[]){
		"rxd", "12288", "txd", "12288", "tx", "vdev:net_null0", "rx", "vdev:net_null1", NULL });
}
