/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Interfaces below another one: the ports of a bond, team or bridge, the parent of a VLAN or
 * macvlan.
 *
 * The upper interface receives frames as the lower ones pass them on, merged ones for example.
 * Reading needs no privilege. No DPDK; any thread.
 */
#pragma once

#include <stdint.h>

#include "nic/nic.h"

/** Interfaces below one that are found, at most. */
#define OVR_NIC_LOWER_MAX 64

/**
 * All that are below @p name, at any depth, each once, nearer ones first.
 * @param root "/sys"; a mount of another network namespace's tells of none
 * @param ifindex of @p name
 * @return how many
 */
uint32_t ovr_nic_lower_read(
	const char *root, const char *name, uint32_t ifindex, char (*ret_lower)[OVR_NIC_NAME_BYTES]);
