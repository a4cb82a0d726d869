/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen/watch.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#define ROWS    12
#define COLUMNS 80

static struct ovr_grid_cell cell[ROWS * COLUMNS];
static struct ovr_grid grid = { ROWS, COLUMNS, cell };
static struct ovr_screen_view view = { .is_utf8 = true, .ports = "eth1" };

static struct ovr_nic_facts facts;
static struct ovr_nic_moved moved_now[1], moved[2];
static struct ovr_nic_interval latest, total;
static struct ovr_screen_rates rates;
static struct ovr_kernel_claim claim_now[1], claim[2];
static struct ovr_kernel_claims claims_now, claims;
static const struct ovr_screen_interface interface = { &facts, &latest, &total, &rates };

static void
begin(void)
{
	snprintf(facts.name, sizeof(facts.name), "eth1");
	facts.speed_mbps = 1000;
	snprintf(facts.duplex, sizeof(facts.duplex), "full");
	snprintf(moved[0].counter.name, sizeof(moved[0].counter.name), "rx_queue_0_drops");
	moved[0].counter.source = OVR_NIC_DRIVER;
	moved[0].meaning.kind = OVR_NIC_KIND_LOSS;
	moved[0].meaning.place = OVR_PLACE_RX_RING;
	moved[0].change.added = 3;
	moved_now[0] = moved[0];
	moved[0].change.added = 12345;
	moved[1] = moved[0];
	moved[1].nth = 1;
	moved[1].meaning.kind = OVR_NIC_KIND_ALIAS;
	latest = (struct ovr_nic_interval){ .ns = 1000000000,
		.rx_packets = { 100000, false },
		.tx_packets = { 50000, false },
		.rx_bytes = { 6000000, false },
		.n = 1,
		.moved = moved_now };
	total = (struct ovr_nic_interval){ .n = 2, .moved = moved };
	for (unsigned int i = 0; i < 3; i++)
		ovr_screen_rates_add(&rates, &latest);
	snprintf(claim[0].counter, sizeof(claim[0].counter), "Udp:NoPorts");
	snprintf(claim[0].source, sizeof(claim[0].source), "mib");
	snprintf(claim[0].netns, sizeof(claim[0].netns), "h2");
	claim[0].place = OVR_PLACE_RX_UDP;
	claim[0].frames_max = 5;
	claim_now[0] = claim[0];
	claim[0].frames_max = 1000;
	claims_now = (struct ovr_kernel_claims){ .claim = claim_now, .n = 1 };
	claims = (struct ovr_kernel_claims){ .claim = claim, .n = 1 };
}

TestSuite(watch, .init = begin);

static void
row_is(uint16_t row, const char *text)
{
	char buf[4 * COLUMNS + 1];

	cr_expect_str_eq(ovr_grid_row(&grid, row, buf, sizeof(buf)), text);
}

Test(watch, interfaces_their_counters_and_places)
{
	const struct ovr_screen_watched watched = { &interface, 1, &claims_now, &claims, 42 };

	ovr_screen_draw_watched(&watched, &view, &grid);
	row_is(0, " overrun watch                                                             eth1");
	row_is(1, "");
	row_is(2, "  interfaces        received          sent   % of line");
	row_is(3, "  eth1            100.0 kpps    50.00 kpps    6.7 %  ███");
	row_is(4, "");
	row_is(5, "  losses                 now        in all  counter");
	row_is(6, "  eth1 rx.ring             3        12,345  rx_queue_0_drops (driver)");
	row_is(7, "  eth1 -                   0        12,345  rx_queue_0_drops (driver)");
	row_is(8, "  h2/rx.udp                5         1,000  Udp:NoPorts (mib)");
	row_is(9, "");
	row_is(11, " 42 intervals   arrows, j k rows   q quit");
	cr_expect_eq(cell[6 * COLUMNS + 2].style, OVR_GRID_BAD);
	cr_expect_eq(cell[7 * COLUMNS + 2].style, OVR_GRID_DIM);
}

Test(watch, rows_of_losses_are_scrolled)
{
	const struct ovr_screen_watched watched = { &interface, 1, &claims_now, &claims, 42 };

	view.scroll = 2;
	ovr_screen_draw_watched(&watched, &view, &grid);
	row_is(6, "  h2/rx.udp                5         1,000  Udp:NoPorts (mib)");
	view.scroll = 9;
	ovr_screen_draw_watched(&watched, &view, &grid);
	row_is(6, "  no more");
}

Test(watch, nothing_lost_is_said)
{
	const struct ovr_kernel_claims none = { 0 };
	const struct ovr_screen_watched watched = { NULL, 0, &none, &none, 0 };

	view.is_ending = true;
	ovr_screen_draw_watched(&watched, &view, &grid);
	row_is(2, "  losses                 now        in all  counter");
	row_is(3, "  no counter of loss has moved");
	row_is(11, " ending");
}

Test(watch, every_size_is_drawn)
{
	const struct ovr_screen_watched watched = { &interface, 1, &claims_now, &claims, 42 };

	for (uint16_t rows = 1; rows <= ROWS; rows++) {
		for (uint16_t columns = 1; columns <= COLUMNS; columns++) {
			struct ovr_grid some = { rows, columns, cell };

			memset(cell, 0, sizeof(cell));
			ovr_screen_draw_watched(&watched, &view, &some);
			for (size_t i = 0; i < ROWS * COLUMNS; i++)
				cr_assert_eq(cell[i].code >= 0x20, i < (size_t)rows * columns);
		}
	}
}

Test(watch, the_latest_rates_are_kept)
{
	for (unsigned int i = 0; i < OVR_SCREEN_WATCH_HISTORY + 5; i++)
		ovr_screen_rates_add(&rates, &latest);
	cr_assert_eq(rates.n, OVR_SCREEN_WATCH_HISTORY);
	cr_assert_float_eq(rates.pps[OVR_SCREEN_WATCH_HISTORY - 1], 150000, 1e-6);
	latest.ns = 0;
	rates.n = 1;
	ovr_screen_rates_add(&rates, &latest);
	cr_assert_eq(rates.n, 1);
}
