/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/phc.h"

#include <criterion/criterion.h>
#include <errno.h>

static void
expect_text(const struct ovr_nic_phc *phc, const char *expected)
{
	char text[OVR_NIC_PHC_TEXT_BYTES];

	cr_assert_str_eq(ovr_nic_phc_print(text, "eth1", phc), expected);
}

Test(phc, only_what_is_known_is_said)
{
	expect_text(&(struct ovr_nic_phc){ .is_known = false, .index = -1 },
		"whether eth1 has a clock is unknown");
	expect_text(&(struct ovr_nic_phc){ .is_known = true, .index = -1 }, "eth1 has no clock");
	expect_text(
		&(struct ovr_nic_phc){ .is_known = true, .index = 0, .name = "mlx5_ptp", .unread = -EACCES },
		"clock ptp0 (mlx5_ptp) of eth1: whether it is adjusted is unknown: Permission denied");
	expect_text(&(struct ovr_nic_phc){ .is_known = true, .index = 3 }, "clock ptp3 of eth1 runs free");
	expect_text(&(struct ovr_nic_phc){ .is_known = true, .index = 3, .freq_ppm = -12.3456 },
		"clock ptp3 of eth1 is adjusted by -12.346 ppm");
}

Test(phc, a_frequency_has_16_bits_of_fraction)
{
	cr_assert_eq(ovr_nic_phc_ppm(65536), 1.0);
	cr_assert_eq(ovr_nic_phc_ppm(-32768), -0.5);
	cr_assert_eq(ovr_nic_phc_ppm(0), 0.0);
}

Test(phc, the_loopback_interface_has_no_clock)
{
	struct ovr_nic_phc phc;
	struct ovr_err err;

	cr_assert_eq(ovr_nic_phc_read("lo", &phc, &err), 0, "%s", err.text);
	cr_assert_eq(phc.index, -1);
}

Test(phc, an_interface_that_is_not_there_has_a_sentence)
{
	struct ovr_nic_phc phc = { .index = 7 };
	struct ovr_err err;

	cr_assert_eq(ovr_nic_phc_read("nowhere0", &phc, &err), -ENODEV);
	cr_assert_neq(err.text[0], '\0');
	cr_assert_eq(phc.index, 7);
}
