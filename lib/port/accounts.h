/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * One account more in a reading of a port's counters. Internal to port.
 */
#pragma once

#include "port/port.h"

/**
 * Add it. Beyond OVR_PORT_ACCOUNTS_MAX nothing is added, and what would have been in it stays unexplained.
 * @return it, to fill in `why`; NULL: there was no room
 */
struct ovr_ledger_account *ovr_port_counters_add(struct ovr_port_counters *counters,
	enum ovr_ledger_place place, const struct ovr_port *port, int32_t queue, uint64_t frames,
	const char *counter, const char *source);
