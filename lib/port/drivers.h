/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What are the basic counters of a DPDK driver worth? One row per driver, from the drivers' sources; see docs/method.md.
 */
#pragma once

#include <stdbool.h>

/** The meaning of a driver's counters. Static. */
struct ovr_driver {
	const char *driver; /**< "net_ring", … */
	bool counts_frames; /**< ipackets and opackets are exact */
	bool counts_errors; /**< oerrors are frames that were accepted and lost (else: refused ones, or nothing) */
	bool counts_missed;  /**< imissed moves when a ring overruns */
	const char *imissed; /**< what imissed is there, in the driver's or kernel's own words */
};

/** @return the row of a driver; one that is not listed is taken at ethdev's word */
const struct ovr_driver *ovr_driver_of(const char *driver);
