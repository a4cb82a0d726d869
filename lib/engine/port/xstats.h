/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Extended statistics of a DPDK receive port that are named like a loss. Control thread.
 */
#pragma once

#include "port/port.h"

/** Counters of one port that are kept. */
#define OVR_PORT_XSTATS_MAX 128

/**
 * Read those named like a loss, but for the ones of transmission. `added` is the value as it
 * stands, of all the port's devices together; the order is the same at every reading.
 * @param ret_counter room for OVR_PORT_XSTATS_MAX
 * @return how many
 */
uint32_t ovr_port_xstats_read(const struct ovr_port *port, struct ovr_result_counter *ret_counter);
