/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Number of channels (queues) of an interface: sets it. Control thread; needs CAP_NET_ADMIN.
 */
#pragma once

#include "base/err.h"
#include "nic/nic.h"

/**
 * Ask for numbers of channels, all four as they stand in @p channels.
 * @return 0; -EOPNOTSUPP: the driver cannot set channels; -ERANGE: above the maximum (the sentence
 * has it); -EPERM; -ENODEV;
 *         -errno of the driver
 */
int ovr_nic_channels_set(const char *name, const struct ovr_nic_channels *channels, struct ovr_err *err);
