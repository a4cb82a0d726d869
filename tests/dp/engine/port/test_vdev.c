/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/vdev.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>
#include <rte_bus_vdev.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "rig.h"

TestSuite(vdev, .init = eal_start, .fini = eal_stop);

static struct ovr_port_name
named(const char *text)
{
	struct ovr_port_name name;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_port_name_parse("tx", text, &name, &err), 0, "%s", err.text);
	return name;
}

static int
create(const struct ovr_port_name *name, uint16_t *ret_id, struct ovr_err *err)
{
	return ovr_vdev_create(name->text, name->details, name->keys, ret_id, err);
}

Test(vdev, a_device_is_made_with_its_port_and_removed_again)
{
	struct ovr_port_name name = named("vdev:net_null0");
	char device[RTE_ETH_NAME_MAX_LEN];
	uint16_t id = UINT16_MAX;

	cr_assert_eq(create(&name, &id, NULL), 0);
	cr_assert_eq(rte_eth_dev_count_avail(), 1);
	cr_assert_eq(ovr_vdev_name(id, device), 0);
	cr_assert_str_eq(device, "net_null0");
	ovr_vdev_destroy(name.details);
	cr_assert_eq(rte_eth_dev_count_avail(), 0);
}

Test(vdev, a_port_has_as_many_queues_as_its_driver_has)
{
	struct rig rig;

	RIG_OPEN(&rig, "tx", "vdev:net_null0", "rx", "vdev:net_null1", "rxq", "64", "rxd", "64");
	cr_assert_eq(rig.pair->rx.n_rxq, 64);
	cr_assert_eq(ovr_port_queue(&rig.pair->rx, 63).queue_id, 63);
	rig_close(&rig);
}

Test(vdev, the_port_of_a_device_is_the_one_that_was_not_there_before)
{
	struct ovr_port_name name[] = { named("vdev:net_null7"), named("vdev:net_ring0"),
		named("vdev:net_null1") };
	static const char *const device[] = { "net_null7", "net_ring0", "net_null1" };
	uint16_t id[3];

	for (unsigned int i = 0; i < 3; i++) {
		char found[RTE_ETH_NAME_MAX_LEN];

		cr_assert_eq(create(&name[i], &id[i], NULL), 0);
		cr_assert_eq(ovr_vdev_name(id[i], found), 0);
		cr_assert_str_eq(found, device[i]);
	}
	for (unsigned int i = 0; i < 3; i++)
		ovr_vdev_destroy(name[i].details);
	cr_assert_eq(rte_eth_dev_count_avail(), 0);
}

Test(vdev, its_keys_are_handed_on)
{
	struct rte_mbuf *frame = NULL;
	struct rig rig;

	RIG_OPEN(&rig, "tx", "vdev:net_null0,size=333", "rx", "vdev:net_null0,size=333");
	cr_assert_eq(rte_eth_rx_burst(rig.pair->rx.device[0], 0, &frame, 1), 1);
	cr_assert_eq(frame->pkt_len, 333);
	rte_pktmbuf_free(frame);
	rig_close(&rig);
}

Test(vdev, an_unknown_driver_is_refused_in_a_sentence)
{
	struct ovr_port_name name = named("vdev:net_nosuch0,a=1");
	struct ovr_err err = { "" };
	uint16_t id = 4711;

	cr_assert_eq(create(&name, &id, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"vdev:net_nosuch0,a=1: DPDK does not make this device: no driver has that name, or it "
		"refuses the keys; accepted: a driver name with a number and its own keys");
	cr_assert_eq(id, 4711, "touched on failure");
	cr_assert_eq(rte_eth_dev_count_avail(), 0);
}

Test(vdev, keys_that_a_driver_refuses_leave_nothing_behind)
{
	struct ovr_port_name bad = named("vdev:net_null0,nosuchkey=1");
	struct ovr_port_name good = named("vdev:net_null0");
	struct ovr_err err = { "" };
	uint16_t id;

	cr_assert_eq(create(&bad, &id, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"vdev:net_null0,nosuchkey=1: DPDK does not make this device: no driver has that name, or it "
		"refuses the keys; accepted: a driver name with a number and its own keys");
	cr_assert_eq(rte_eth_dev_count_avail(), 0);
	cr_assert_eq(create(&good, &id, &err), 0, "%s", err.text);
	cr_assert_eq(rte_eth_dev_count_avail(), 1);
	ovr_vdev_destroy(good.details);
}

Test(vdev, a_refusal_is_told_in_the_drivers_own_words)
{
	struct ovr_port_name name = named("vdev:net_pcap0,rx_pcap=/nowhere/at.all");
	struct ovr_err err = { "" };
	uint16_t id;

	cr_assert_eq(create(&name, &id, &err), -EINVAL);
	cr_assert_not_null(strstr(err.text, "Couldn't open /nowhere/at.all"), "%s", err.text);
}

Test(vdev, a_device_is_not_made_twice)
{
	struct ovr_port_name name = named("vdev:net_null0");
	struct ovr_err err = { "" };
	uint16_t id, second = 4711;

	cr_assert_eq(create(&name, &id, NULL), 0);
	cr_assert_eq(create(&name, &second, &err), -EEXIST);
	cr_assert_eq(second, 4711);
	cr_assert_eq(rte_eth_dev_count_avail(), 1, "the first one is still there");
	cr_assert_str_eq(err.text,
		"vdev:net_null0: there is a device net_null0 already; accepted: another number for the "
		"second one");
	ovr_vdev_destroy(name.details);
	cr_assert_eq(rte_eth_dev_count_avail(), 0);
}

Test(vdev, a_device_that_is_no_network_port_is_refused_and_removed)
{
	struct ovr_port_name name = named("vdev:crypto_null0");
	struct ovr_err err = { "" };
	uint16_t id = 4711;

	if (rte_vdev_init("crypto_null1", NULL) != 0)
		cr_skip_test("this DPDK has no crypto_null");
	cr_assert_eq(create(&name, &id, &err), -EINVAL);
	cr_assert_str_eq(err.text, "vdev:crypto_null0: the device is not a network port");
	cr_assert_eq(id, 4711);
	cr_assert_neq(rte_vdev_uninit("crypto_null0"), 0, "it is still there");
}

Test(vdev, removing_one_that_is_not_there_is_harmless)
{
	struct ovr_port_name name = named("vdev:net_null0");

	ovr_vdev_destroy(name.details);
	cr_assert_eq(rte_eth_dev_count_avail(), 0);
}
