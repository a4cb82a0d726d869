/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A PCI address: domain, bus, device and function, as lspci writes them.
 */
#pragma once

#include "base/err.h"

/** Room for the canonical form, with its end: a domain has up to eight digits. */
#define OVR_PCI_BDF_BYTES 20

/**
 * Canonical text: "0000:3b:00.0", digits in lower case, the domain with at least four. Plain data.
 */
struct ovr_pci_bdf {
	char text[OVR_PCI_BDF_BYTES];
};

/**
 * Parse an address: 0000:3b:00.0, or 3b:00.0 in domain 0. Pure.
 * @param what the object, for the sentence ("tx")
 * @return 0; -EINVAL: not of that form, or a device above 1f or a function above 7
 */
int ovr_pci_bdf_parse(const char *what, const char *text, struct ovr_pci_bdf *ret_bdf, struct ovr_err *err);
