/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/drivers.h"

#include <criterion/criterion.h>

Test(drivers, a_device_may_have_a_row_of_its_own)
{
	/* e1000 and e1000e, which one driver serves */
	const struct ovr_driver *em = ovr_driver_of("net_e1000_em", 0x8086100e);

	cr_expect_eq(em->trust, OVR_NIC_TRUST_WRONG);
	cr_expect_str_eq(em->imissed, "imissed (MPC)");
	em = ovr_driver_of("net_e1000_em", 0x808610d3);
	cr_expect_eq(em->trust, OVR_NIC_TRUST_UNVERIFIED);
	cr_expect(em->counts_missed);
}

Test(drivers, what_was_tried_is_exact_of_the_whole_port)
{
	const struct ovr_driver *vmxnet3 = ovr_driver_of("net_vmxnet3", 0x15ad07b0);

	cr_expect_eq(vmxnet3->trust, OVR_NIC_TRUST_PORT_LEVEL);
	cr_expect(vmxnet3->counts_frames);
	cr_expect(vmxnet3->counts_missed);
	cr_expect_str_eq(vmxnet3->imissed, "imissed (pktsRxOutOfBuf)");
}

Test(drivers, virtio_has_no_counter_of_overruns)
{
	const struct ovr_driver *virtio = ovr_driver_of("net_virtio", 0x1af41000);

	cr_expect_not(virtio->counts_missed);
	cr_expect_null(virtio->imissed);
}

Test(drivers, real_nics_are_listed_and_unverified)
{
	static const char *const name[] = { "net_ixgbe", "net_i40e", "net_ice", "mlx5_pci", "net_e1000_igb",
		"net_igc", "net_ena", "net_bnxt", "net_iavf" };

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		const struct ovr_driver *driver = ovr_driver_of(name[i], 0x80861572);

		cr_expect_str_eq(driver->driver, name[i]);
		cr_expect_eq(driver->trust, OVR_NIC_TRUST_UNVERIFIED, "%s", name[i]);
		cr_expect(driver->counts_missed, "%s", name[i]);
	}
}

Test(drivers, one_that_is_not_listed_is_taken_at_its_word)
{
	const struct ovr_driver *unknown = ovr_driver_of("net_new", 0);

	cr_expect(unknown->counts_frames);
	cr_expect_str_eq(unknown->imissed, "imissed");
	/* of a NIC only as far as it explains losses */
	unknown = ovr_driver_of("net_new", 0x12345678);
	cr_expect_not(unknown->counts_frames);
	cr_expect_str_eq(unknown->imissed, "imissed");
	cr_expect_eq(unknown->trust, OVR_NIC_TRUST_UNVERIFIED);
}

static void
is_noted(const char *name, uint32_t pci_id, const char *sentence)
{
	char note[256];

	cr_expect_str_eq(
		ovr_driver_note(note, sizeof(note), ovr_driver_of(name, pci_id), "pci:0000:00:02.0", name),
		sentence);
}

Test(drivers, what_is_not_to_be_trusted_is_said)
{
	is_noted("net_vmxnet3", 0x15ad07b0, "");
	is_noted("net_e1000_em", 0x8086100e,
		"pci:0000:00:02.0: imissed (MPC) of the driver net_e1000_em is known to be wrong with this "
		"device, and not "
		"booked: what its ring overruns is unexplained");
	is_noted("net_ixgbe", 0x808610fb,
		"pci:0000:00:02.0: imissed (MPC) of the driver net_ixgbe is booked as its source has it; it "
		"was never held "
		"against frames lost on purpose");
	is_noted("net_new", 0x12345678,
		"pci:0000:00:02.0: imissed of the driver net_new is booked as its source has it; it was "
		"never held against "
		"frames lost on purpose");
	is_noted("net_virtio", 0x1af41000,
		"pci:0000:00:02.0: the driver net_virtio counts no ring overruns: what is lost there is "
		"unexplained");
}

Test(drivers, vector_receive_is_asked_for_as_many_frames_as_it_brings_at_once)
{
	cr_expect_eq(ovr_driver_poll("net_ixgbe", 1), 32);
	cr_expect_eq(ovr_driver_poll("net_virtio", 7), 32);
	cr_expect_eq(ovr_driver_poll("net_unheard_of", 4), 32);
	cr_expect_eq(ovr_driver_poll("net_ixgbe", 64), 64);
	cr_expect_eq(ovr_driver_poll("wire", 1), 1);
	cr_expect_eq(ovr_driver_poll("net_vmxnet3", 4), 4);
}

Test(drivers, one_that_does_not_look_at_the_ring_each_time_needs_two_short_polls)
{
	cr_assert_eq(ovr_driver_short_polls("wire"), 1);
	cr_assert_eq(ovr_driver_short_polls("net_vmxnet3"), 1);
	cr_assert_eq(ovr_driver_short_polls("net_af_xdp"), 2);
	cr_assert_eq(ovr_driver_short_polls("net_virtio"), 2);
	cr_assert_eq(ovr_driver_short_polls("net_unheard_of"), 2);
}
