/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Virtual devices of DPDK as ports: creation from name and arguments, and removal.
 */
#pragma once

#include <stdint.h>

#include <rte_ethdev.h>

#include "base/err.h"

/** The name of a port's device, whichever form of the call this DPDK has. @return 0; -ENODEV */
static inline int
ovr_vdev_name(uint16_t id, char ret_name[RTE_ETH_NAME_MAX_LEN])
{
#ifdef OVR_DPDK_NAME_TAKES_SIZE
	return rte_eth_dev_get_name_by_port(id, ret_name, RTE_ETH_NAME_MAX_LEN);
#else
	return rte_eth_dev_get_name_by_port(id, ret_name);
#endif
}

/**
 * Make the device and find its ethdev port.
 * @param text what the user called it, for sentences
 * @param device a driver's name with something after it: "net_null0"
 * @param args its keys; "" if there are none
 * @param[out] ret_id its port id
 * @return 0; -EINVAL: no such driver, or it refuses its arguments (the sentence has EAL's own
 *         words, if it said any); -EEXIST: a device of that name is there
 */
int ovr_vdev_create(
	const char *text, const char *device, const char *args, uint16_t *ret_id, struct ovr_err *err);

/** Remove it. Harmless if it is not there. */
void ovr_vdev_destroy(const char *device);
