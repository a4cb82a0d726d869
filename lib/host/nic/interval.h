/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Changes of an interface's counters between two readings.
 *
 * A counter that only the later reading has starts there: what it shows may be older than the
 * interval. Control thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "nic/counters.h"
#include "nic/meaning.h"

/** A counter that moved. */
struct ovr_nic_moved {
	struct ovr_nic_counter counter; /**< as it stands at the end */
	uint32_t nth; /**< which one of those with the same source, queue and name, from 0 */
	struct ovr_nic_change change;
	struct ovr_nic_meaning by_itself; /**< by the table of drivers */
	struct ovr_nic_meaning meaning;   /**< among the counters that moved with it (nic/alias.h) */
};

/** An interval, or several in a row. Zeroed memory is an empty one; the list is owned by it. */
struct ovr_nic_interval {
	uint64_t ns; /**< as it was measured */
	uint32_t carrier_changes;
	struct ovr_nic_change rx_packets, tx_packets, rx_bytes, tx_bytes; /**< of the link */
	uint32_t n_reset; /**< how many counters, of any kind, were reset */
	/**
	 * Losses first, then aliases, then what is only named like a loss; each only if it moved or
	 * was reset.
	 */
	uint32_t n, capacity;
	struct ovr_nic_moved *moved;
};

/**
 * Compare two readings of an interface. Memory of an earlier interval is used again.
 * @return 0; -ENOMEM
 */
int ovr_nic_interval_between(const struct ovr_nic_counters *before, const struct ovr_nic_counters *after,
	struct ovr_nic_interval *interval, struct ovr_err *err);

/** Add the interval that follows. @return 0; -ENOMEM */
int ovr_nic_interval_add(
	struct ovr_nic_interval *total, const struct ovr_nic_interval *next, struct ovr_err *err);

/**
 * What a frame costs on a line besides the bytes that the kernel counts: FCS, preamble with
 * delimiter, and gap.
 */
#define OVR_NIC_LINE_BYTES 24

/**
 * Utilization of the link. At full duplex the faster direction counts, else both together.
 * @param frame_bytes to add for each frame: 0 as sar has it in %ifutil; OVR_NIC_LINE_BYTES for what
 * the line carried
 * @return per cent of its speed; negative: the speed is unknown, a counter was reset, or no time
 * went by
 */
double ovr_nic_interval_load_percent(
	const struct ovr_nic_interval *interval, const struct ovr_nic_facts *facts, uint32_t frame_bytes);

/** Free what it owns. */
void ovr_nic_interval_done(struct ovr_nic_interval *interval);
