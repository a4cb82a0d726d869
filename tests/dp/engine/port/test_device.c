/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/device.h"

#include <criterion/criterion.h>
#include <rte_ethdev.h>

#include "eal.h"
#include "rig.h"

static struct rig rig;

static void
open_ring(void)
{
	eal_start();
	RIG_OPEN(&rig, "tx", "vdev:net_ring0", "rx", "vdev:net_ring0");
	rte_eth_dev_stop(rig.pair->rx.device[0]);
}

static void
close_all(void)
{
	rig_close(&rig);
	eal_stop();
}

TestSuite(device, .init = open_ring, .fini = close_all);

Test(device, promiscuous_mode_goes_with_the_trial)
{
	struct ovr_device_changes changes = { 0 };
	uint16_t id = rig.pair->rx.device[0];

	cr_assert_eq(rte_eth_promiscuous_disable(id), 0);
	cr_assert_eq(ovr_device_start(id, "vdev:net_ring0", &changes, NULL), 0);
	cr_expect_eq(rte_eth_promiscuous_get(id), 1);
	ovr_device_stop(id, &changes);
	cr_expect_eq(rte_eth_promiscuous_get(id), 0);
}

Test(device, a_device_that_was_promiscuous_before_stays_so)
{
	struct ovr_device_changes changes = { 0 };
	uint16_t id = rig.pair->rx.device[0];

	cr_assert_eq(rte_eth_promiscuous_enable(id), 0);
	cr_assert_eq(ovr_device_start(id, "vdev:net_ring0", &changes, NULL), 0);
	ovr_device_stop(id, &changes);
	cr_expect_eq(rte_eth_promiscuous_get(id), 1);
}

Test(device, one_that_knows_no_flow_control_is_left_alone)
{
	struct ovr_device_changes changes = { 0 };
	char note[OVR_PAUSE_NOTE_BYTES] = "before";
	uint16_t id = rig.pair->rx.device[0];

	cr_assert_eq(ovr_device_start(id, "vdev:net_ring0", &changes, NULL), 0);
	cr_expect_not(ovr_pause_off(id, "vdev:net_ring0", &changes.pause, note));
	cr_expect_str_eq(note, "");
	cr_expect_not(changes.pause.was_on);
	ovr_device_stop(id, &changes);
}

Test(device, stopping_twice_is_harmless)
{
	struct ovr_device_changes changes = { 0 };
	uint16_t id = rig.pair->rx.device[0];

	ovr_device_stop(id, &changes);
	ovr_device_stop(id, &changes);
}
