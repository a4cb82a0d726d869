/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Meaning of the basic counters of DPDK drivers: one row per driver, from the drivers' sources and,
 * where a row says so, from trials with known losses; see docs/how-to/pci.md and
 * docs/explanation/method.md.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nic/meaning.h"

/** The meaning of a driver's counters. Static. */
struct ovr_driver {
	const char *driver; /**< "net_ring", … */
	uint32_t pci_id;    /**< of one device: vendor << 16 | device; 0: of all that no other row names */
	bool counts_frames; /**< ipackets and opackets are exact */
	bool counts_errors; /**< oerrors are frames that were accepted and lost (else: refused ones, or nothing) */
	bool counts_missed;       /**< there is an imissed for ring overruns */
	enum ovr_nic_trust trust; /**< in imissed; WRONG: it is not booked */
	const char *
		imissed; /**< what imissed is there, in the driver's, device's or kernel's own words; NULL: none */
	bool keeps_errors; /**< oerrors are frames that were accepted, stay in the ring and are tried again */
};

/**
 * @param pci_id of a NIC; 0: no PCI device
 * @return the row of a driver. An unlisted driver gets the meanings that ethdev defines; for an
 * unlisted NIC the frame counters are not checked
 */
const struct ovr_driver *ovr_driver_of(const char *driver, uint32_t pci_id);

/** A row of the table, for pages that list it. @return NULL: @p index is after the last */
const struct ovr_driver *ovr_driver_row(size_t index);

/**
 * Number of successive short polls after which a ring is empty. One where the driver looks at the
 * ring in each poll; two where it goes by what it saw earlier (AF_XDP), or hands out whole cache
 * lines (virtio), or where the driver was not examined.
 */
uint16_t ovr_driver_short_polls(const char *driver);

/** Frames that a poll of any driver asks for at least, unless it is known to bring fewer. */
#define OVR_DRIVER_POLL 32

/**
 * Frames that a poll has to request to get @p burst. Vector receive (ixgbe, i40e, ice, iavf, bnxt,
 * hns3, virtio) rounds down to its own width, 4 to 32, and brings nothing at all for less.
 */
uint16_t ovr_driver_poll(const char *driver, uint16_t burst);

/**
 * One sentence on counters of a NIC that are wrong or unverified.
 * @param name the driver, as it calls itself
 * @return @p buf, empty if they are fine
 */
const char *ovr_driver_note(
	char *buf, size_t size, const struct ovr_driver *driver, const char *label, const char *name);
