/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file RSS of one ethdev: configuration with a known key, readback, and the queue of a flow.
 * Control thread only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "frame/rss.h"

struct rte_eth_conf;
struct rte_eth_dev_info;

#define OVR_DEVICE_RSS_NOTE_BYTES 200

/** RSS configuration as read back from a device. Zeroed: unknown. */
struct ovr_device_rss {
	uint64_t fields;      /**< RTE_ETH_RSS_*: what it hashes */
	bool is_known;        /**< key, fields and table were read back, and the key is the one below */
	uint16_t n_entries;   /**< of the table */
	uint16_t *entry;      /**< a queue each; owned */
	struct ovr_rss *hash; /**< the key, prepared; owned */
};

/**
 * Ask for RSS over addresses and UDP ports where several queues receive and the driver offers it.
 * @param[in,out] eth for rte_eth_dev_configure(); the key that it points to lives as long as the
 * program
 */
void ovr_device_rss_ask(const struct rte_eth_dev_info *info, uint16_t n_rxq, struct rte_eth_conf *eth);

/**
 * Read back the configuration of a started device. Another key, or a table that prefers a queue,
 * is set again where the driver accepts that while it runs.
 * @param[out] ret_rss the caller calls ovr_device_rss_done()
 * @param[out] note for the report; empty: as requested, or a single queue
 */
void ovr_device_rss_read(uint16_t id, const char *label, uint16_t n_rxq, struct ovr_device_rss *ret_rss,
	char note[OVR_DEVICE_RSS_NOTE_BYTES]);

/** @return the queue that a flow goes to; -1: not known */
int ovr_device_rss_queue_of(const struct ovr_device_rss *rss, const struct ovr_frame_flow *flow);

/** Free what it owns. Zeroed ones are allowed. */
void ovr_device_rss_done(struct ovr_device_rss *rss);
