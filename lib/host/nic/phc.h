/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The clock of a NIC (PTP hardware clock), as far as a reader can know of it: whether there is one,
 * and whether its frequency is adjusted, as a program that follows a time server does. Whether it
 * tells the right time, nobody but that program knows. Control thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/** Room for a text of ovr_nic_phc_print(), with its end. */
#define OVR_NIC_PHC_TEXT_BYTES 256

/** What is known of an interface's clock. Plain data. */
struct ovr_nic_phc {
	bool is_known;   /**< whether the driver says if there is one */
	int index;       /**< N of /dev/ptpN; -1: there is none */
	char name[64];   /**< its driver's name for it; "": not told */
	int unread;      /**< negative errno of reading it, as -EACCES; 0: the next one is known */
	double freq_ppm; /**< by how much its frequency is adjusted */
};

/**
 * Changes nothing.
 * @param interface of the calling thread's network namespace
 * @param[out] ret_phc untouched on failure
 * @return 0; -ENODEV: no such interface; -errno
 */
int ovr_nic_phc_read(const char *interface, struct ovr_nic_phc *ret_phc, struct ovr_err *err);

/** @return ppm of a struct timex's freq, which has 16 bits of fraction */
double ovr_nic_phc_ppm(long freq);

/** A clause: "clock ptp0 of eth1 is adjusted by -12.345 ppm". @return @p text */
const char *ovr_nic_phc_print(
	char text[static OVR_NIC_PHC_TEXT_BYTES], const char *interface, const struct ovr_nic_phc *phc);
