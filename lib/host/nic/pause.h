/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Flow control of an interface: sets it. Control thread; needs CAP_NET_ADMIN.
 */
#pragma once

#include "base/err.h"
#include "nic/nic.h"

/**
 * Ask for flow control as it stands in @p pause. A driver may take its link down and up for it.
 * @return 0; -EOPNOTSUPP: the driver cannot set it; -EPERM; -ENODEV; -errno of the driver
 */
int ovr_nic_pause_set(const char *name, const struct ovr_nic_pause *pause, struct ovr_err *err);
