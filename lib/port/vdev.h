/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * DPDK's virtual devices as ports: made from their name, verbatim, and removed again.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "plan/port_name.h"

/**
 * Make the device and find its ethdev port.
 * @param[out] ret_id its port id
 * @return 0; -EINVAL: no such driver, or it refuses its arguments (the sentence has EAL's own
 *         words, if it said any); -EEXIST: a device of that name is there
 */
int ovr_vdev_create(const struct ovr_port_name *name, uint16_t *ret_id, struct ovr_err *err);

/** Remove it. Harmless if it is not there. */
void ovr_vdev_destroy(const struct ovr_port_name *name);
