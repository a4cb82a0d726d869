/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Addition of counters to a reading of a port's counters. Internal to port.
 */
#pragma once

#include "port/port.h"

/**
 * Add a counter that is no account yet.
 * @param port_queue the port's queue; -1: none of them, or of the whole port
 * @param is as it was read
 * @param source who counts
 * @return it, until the next one is added; NULL: no memory, and the reading says that it is
 * incomplete
 */
struct ovr_port_counter *ovr_port_counters_add(struct ovr_port_counters *counters,
	const struct ovr_port *port, int32_t port_queue, const struct ovr_nic_counter *is,
	const struct ovr_nic_meaning *meaning, const char *source);

/** Make a counter of @p counters the account of @p place. */
void ovr_port_counter_book(
	struct ovr_port_counters *counters, struct ovr_port_counter *counter, enum ovr_ledger_place place);

/**
 * Add an account that a DPDK driver, or a socket, counts.
 * @param port_queue the port's queue; -1: the whole port
 */
void ovr_port_counters_add_account(struct ovr_port_counters *counters, enum ovr_ledger_place place,
	const struct ovr_port *port, int32_t port_queue, uint64_t frames, const char *name,
	const char *source);
