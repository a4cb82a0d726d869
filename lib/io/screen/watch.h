/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The live view of interfaces and hosts that are watched, laid out on a grid of cells. Pure.
 */
#pragma once

#include "kernel/rules.h"
#include "nic/interval.h"
#include "nic/nic.h"
#include "screen/grid.h"
#include "screen/screen.h"

/** Intervals of which rates are kept. */
#define OVR_SCREEN_WATCH_HISTORY 256

/** Rates of an interface over time, the latest last. Zeroed memory is empty. */
struct ovr_screen_rates {
	uint32_t n;
	double pps[OVR_SCREEN_WATCH_HISTORY]; /**< received and sent together */
};

/** Add what an interval brought. */
void ovr_screen_rates_add(struct ovr_screen_rates *rates, const struct ovr_nic_interval *interval);

/** An interface. */
struct ovr_screen_interface {
	const struct ovr_nic_facts *facts;
	const struct ovr_nic_interval *latest, *total;
	const struct ovr_screen_rates *rates;
	const char *label; /**< how it is called; NULL: as the facts have it */
};

/** All that is watched. */
struct ovr_screen_watched {
	const struct ovr_screen_interface *interface;
	uint32_t n_interfaces;
	const struct ovr_kernel_claims *latest, *total; /**< of places; NULL: none are watched */
	uint64_t n_intervals;
};

/** Draw all of it; view->scroll leaves out so many of the rows of losses. */
void ovr_screen_draw_watched(
	const struct ovr_screen_watched *watched, const struct ovr_screen_view *view, struct ovr_grid *grid);
