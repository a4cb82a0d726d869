/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Table by which a NIC chooses the receive queue of a flow (RSS), as `ethtool -x` shows it. Control
 * thread; needs no privilege.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** What the table does. Plain data. */
struct ovr_nic_rss {
	bool known;        /**< the driver tells its table */
	uint32_t n_queues; /**< that the interface receives on */
	uint32_t n_used;   /**< of these, those that the table names */
	bool is_equal;     /**< it is what `ethtool -X IF equal` n_used makes */
};

/**
 * Read a table. Pure.
 * @param queue of each of @p n entries
 */
struct ovr_nic_rss ovr_nic_rss_of(const uint32_t *queue, uint32_t n, uint32_t n_queues);

/** Ask the driver of an interface. @return the table; not known where it does not tell it */
struct ovr_nic_rss ovr_nic_rss_read(const char *name);
