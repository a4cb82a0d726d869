/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Ring sizes: the fit of a requested size into a driver's bounds, and the drivers that
 * ignore sizes.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <rte_ethdev.h>

#include "base/err.h"

/**
 * Most descriptors of the ring of a direction that carries nothing, which some drivers want all the
 * same.
 */
#define OVR_RINGS_IDLE 512

/** What is asked for one direction's rings. */
struct ovr_rings_asked {
	const char *label;  /**< of the port, for sentences */
	const char *option; /**< "rxd", "txd" */
	const char *driver;
	uint32_t descriptors;
	bool is_idle; /**< the direction carries nothing: the smallest ring will do */
};

/**
 * Fit a size into what a driver has: rounded up where it only has multiples, refused outside its
 * bounds. Pure.
 * @return 0; -ERANGE, with the bounds
 */
int ovr_rings_fit(const struct ovr_rings_asked *asked, const struct rte_eth_desc_lim *limits,
	uint16_t *ret_descriptors, struct ovr_err *err);

/**
 * @return whether a driver that does not tell its rings' sizes is known to take what
 * ovr_rings_fit() makes of them
 */
bool ovr_rings_are_taken(const char *driver);
