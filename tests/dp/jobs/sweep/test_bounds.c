/* SPDX-License-Identifier: BSD-3-Clause */
#include "sweep/bounds.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include "plan/command.h"

static struct ovr_plan plan;
static struct ovr_result_sweep sweep;
static struct ovr_err err;

/* Rings of 64 to 4096 on a device that is asked for nothing here. */
static void
arrange(void)
{
	ovr_plan_default_for(OVR_PLAN_SWEEP, &plan);
	cr_assert_eq(ovr_plan_set(&plan, "tx", "vdev:net_null0,no-rx=1", &err), 0);
	cr_assert_eq(ovr_plan_set(&plan, "rx", "vdev:net_ring0", &err), 0);
	cr_assert_eq(ovr_plan_set(&plan, "rings", "64..4096", &err), 0);
	cr_assert_eq(ovr_plan_set(&plan, "queues", "1,4", &err), 0);
	cr_assert_eq(ovr_result_sweep_init(&sweep, &plan, &err), 0);
}

static void
clean_up(void)
{
	ovr_result_sweep_done(&sweep);
}

TestSuite(bounds, .init = arrange, .fini = clean_up);

static int
fits(uint32_t rx_min, uint32_t rx_max, uint16_t n_rxq_max)
{
	struct ovr_port_bounds bounds = { .driver = "net_e1000_igb",
		.n_rxq_max = n_rxq_max,
		.rx_min = rx_min,
		.rx_max = rx_max,
		.rx_align = 8 };

	return ovr_sweep_fits(&sweep, &bounds, &err);
}

Test(bounds, rings_within_what_the_driver_has_are_taken)
{
	cr_assert_eq(fits(64, 4096, 4), 0, "%s", err.text);
	cr_assert_eq(fits(0, 65535, 16), 0, "a driver that names none: %s", err.text);
}

Test(bounds, a_ring_that_the_driver_does_not_have_is_named)
{
	cr_assert_eq(fits(64, 2048, 4), -ERANGE);
	cr_assert_str_eq(err.text,
		"cell \"rxd 4096, size 64, rate 100%, burst 32, rxq 1, stall none\": vdev:net_ring0: rxd: "
		"found "
		"4096, accepted by the driver net_e1000_igb: 64 to 2048 descriptors");
	cr_assert_eq(fits(128, 4096, 4), -ERANGE);
	cr_assert_not_null(strstr(err.text, "rxd: found 64, accepted"), "%s", err.text);
}

Test(bounds, queues_that_the_driver_does_not_have_are_named)
{
	cr_assert_eq(fits(64, 4096, 2), -ERANGE);
	cr_assert_str_eq(err.text,
		"cell \"rxd 64, size 64, rate 100%, burst 32, rxq 4, stall none\": vdev:net_ring0: found 4 "
		"receive queues, accepted by the driver net_e1000_igb: 1 to 2");
}

Test(bounds, a_cell_that_is_done_is_not_asked_for)
{
	for (uint32_t i = 0; i < sweep.n_cells; i++)
		sweep.cell[i].is_done = i % 7 == 6;
	cr_assert_eq(fits(64, 2048, 4), 0, "%s", err.text);
}
