/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/rings.h"

#include <errno.h>

#include <criterion/criterion.h>

static const struct rte_eth_desc_lim vmxnet3_rx = { .nb_min = 128, .nb_max = 4096, .nb_align = 1 };
static const struct rte_eth_desc_lim e1000 = { .nb_min = 32, .nb_max = 4096, .nb_align = 8 };

static int
fit(const char *driver, const struct rte_eth_desc_lim *limits, uint32_t descriptors, bool is_idle)
{
	struct ovr_rings_asked asked = { "pci:0000:00:02.0", "rxd", driver, descriptors, is_idle };
	uint16_t n = 4711;
	int status = ovr_rings_fit(&asked, limits, &n, NULL);

	if (status != 0)
		cr_assert_eq(n, 4711, "touched on failure");
	return status != 0 ? status : n;
}

Test(rings, a_size_that_the_driver_has_is_taken)
{
	cr_expect_eq(fit("net_vmxnet3", &vmxnet3_rx, 1024, false), 1024);
	cr_expect_eq(fit("net_vmxnet3", &vmxnet3_rx, 128, false), 128);
	cr_expect_eq(fit("net_vmxnet3", &vmxnet3_rx, 4096, false), 4096);
}

Test(rings, a_size_between_two_multiples_is_rounded_up)
{
	cr_expect_eq(fit("net_e1000_em", &e1000, 100, false), 104);
	cr_expect_eq(fit("net_e1000_em", &e1000, 4095, false), 4096);
}

Test(rings, what_a_driver_rounds_down_without_a_word_is_rounded_up_before)
{
	cr_expect_eq(fit("net_vmxnet3", &vmxnet3_rx, 130, false), 160);
	cr_expect_eq(fit("net_vmxnet3", &vmxnet3_rx, 4095, false), 4096);
}

Test(rings, rounding_stays_below_the_maximum)
{
	struct rte_eth_desc_lim limits = { .nb_min = 64, .nb_max = 1000, .nb_align = 64 };

	cr_expect_eq(fit("net_x", &limits, 961, false), 960);
	cr_expect_eq(fit("net_x", &limits, 1000, false), 960);
}

Test(rings, a_size_out_of_bounds_is_refused_with_them)
{
	struct ovr_rings_asked asked = { "pci:0000:00:02.0", "txd", "net_vmxnet3", 256, false };
	struct rte_eth_desc_lim vmxnet3_tx = { .nb_min = 512, .nb_max = 4096, .nb_align = 1 };
	struct ovr_err err = { "" };
	uint16_t n;

	cr_assert_eq(ovr_rings_fit(&asked, &vmxnet3_tx, &n, &err), -ERANGE);
	cr_assert_str_eq(err.text,
		"pci:0000:00:02.0: txd: found 256, accepted by the driver net_vmxnet3: 512 to "
		"4096 descriptors");
	asked.descriptors = 8192;
	cr_assert_eq(ovr_rings_fit(&asked, &vmxnet3_tx, &n, &err), -ERANGE);
}

Test(rings, a_driver_without_bounds_takes_what_ethdev_can_say)
{
	struct rte_eth_desc_lim none = { 0 };

	cr_expect_eq(fit("net_x", &none, 65535, false), 65535);
	cr_expect_eq(fit("net_x", &none, 1, false), 1);
	cr_expect_eq(fit("net_x", &none, 65536, false), 65535);
}

Test(rings, the_ring_of_an_idle_direction_is_small)
{
	struct rte_eth_desc_lim large = { .nb_min = 1024, .nb_max = 4096, .nb_align = 32 };

	cr_expect_eq(fit("net_vmxnet3", &vmxnet3_rx, 4096, true), 512);
	cr_expect_eq(fit("net_e1000_em", &e1000, 64, true), 64);
	/* and never refused for being small */
	cr_expect_eq(fit("net_vmxnet3", &vmxnet3_rx, 64, true), 128);
	cr_expect_eq(fit("net_x", &large, 4096, true), 1024);
}

Test(rings, only_drivers_known_for_it_take_what_they_are_given)
{
	cr_expect(ovr_rings_are_taken("net_vmxnet3"));
	cr_expect_not(ovr_rings_are_taken("net_virtio"));
	cr_expect_not(ovr_rings_are_taken("net_x"));
}
