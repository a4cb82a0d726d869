/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/usable.h"

#include <criterion/criterion.h>

Test(usable, vmxnet3_keeps_one_descriptor_free)
{
	bool is_verified = false;

	cr_expect_eq(ovr_nic_usable_descriptors("vmxnet3", 64, &is_verified), 63);
	cr_expect(is_verified);
	cr_expect_eq(ovr_nic_usable_descriptors("vmxnet3", 4096, &is_verified), 4095);
	cr_expect_eq(ovr_nic_usable_descriptors("vmxnet3", 0, &is_verified), 0);
}

Test(usable, pcnet32_and_8139cp_fill_all)
{
	bool is_verified = false;

	cr_expect_eq(ovr_nic_usable_descriptors("pcnet32", 512, &is_verified), 512);
	cr_expect(is_verified);
	cr_expect_eq(ovr_nic_usable_descriptors("8139cp", 64, &is_verified), 64);
	cr_expect(is_verified);
}

Test(usable, of_other_drivers_only_the_most_is_known)
{
	bool is_verified = true;

	cr_expect_eq(ovr_nic_usable_descriptors("ixgbe", 512, &is_verified), 512);
	cr_expect_not(is_verified);
	cr_expect_eq(ovr_nic_usable_descriptors("", 256, &is_verified), 256);
	cr_expect_not(is_verified);
}
