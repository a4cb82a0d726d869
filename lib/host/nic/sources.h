/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The sources of counters. Each adds what it finds to a reading. Internal to nic and kernel.
 *
 * The parsers take what the kernel said; the readers ask it. What a kernel or a driver does not
 * have adds nothing and is no error.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>

#include "nic/counters.h"

/** Add one. A name that is too long is cut. @return 0; -ENOMEM */
int ovr_nic_counters_add(struct ovr_nic_counters *counters, enum ovr_nic_source source, int32_t queue,
	uint64_t value, const char *format, ...) __attribute__((format(printf, 5, 6)));

/**
 * Find the queue that a counter's name speaks of: "rx_queue_3_drops", "rx3_packets",
 * "rx-3.packets", "rx_3_dropped", "rxq3_drop", "rx_q-3_pkts", "q3_rx_dropped", "rvec_3_rx_pkts",
 * "Rx ring  3 frames", "queue_3_rx_cnt", "[3]: rx_discards", "3: rx_hw_errors", "rx_drops[3]".
 * Numbers of priorities, virtual functions and frame sizes are none.
 * @return it; -1: none
 */
int32_t ovr_nic_queue_of(const char *name);

/** A struct rtnl_link_stats64 of @p size bytes, of whatever kernel. @return 0; -ENOMEM */
int ovr_nic_link_stats_add(const uint8_t *stats, size_t size, struct ovr_nic_counters *counters);

/** RTM_NEWSTATS with IFLA_STATS_LINK_64. @return 0; -EBADMSG: it has none; -ENOMEM */
int ovr_nic_link_stats_parse(const struct nlmsghdr *message, struct ovr_nic_counters *counters);
int ovr_nic_link_stats_read(uint32_t ifindex, struct ovr_nic_counters *counters);

/**
 * What ETHTOOL_GSTRINGS and ETHTOOL_GSTATS say.
 * @param strings @p n names of ETH_GSTRING_LEN bytes each, which need not end in a zero
 * @return 0; -ENOMEM
 */
int ovr_nic_driver_stats_parse(
	const char *strings, const uint64_t *values, uint32_t n, struct ovr_nic_counters *counters);
/** @param fd of ovr_ethtool_open(), or its error */
int ovr_nic_driver_stats_read_by(int fd, const char *name, struct ovr_nic_counters *counters);
int ovr_nic_driver_stats_read(const char *name, struct ovr_nic_counters *counters);

/** A list of qdiscs under way. */
struct ovr_nic_qdiscs {
	struct ovr_nic_counters *counters;
	uint32_t ifindex;
	uint32_t root;   /**< its handle */
	bool root_is_mq; /**< then its children are transmit queues */
};

/** RTM_NEWQDISC; one of another interface adds nothing. @return 0; -EBADMSG; -ENOMEM */
int ovr_nic_qdisc_parse(const struct nlmsghdr *message, struct ovr_nic_qdiscs *qdiscs);
int ovr_nic_qdisc_read(uint32_t ifindex, struct ovr_nic_counters *counters);

/** NETDEV_CMD_QSTATS_GET's answer for a queue. @return 0; -EBADMSG; -ENOMEM */
int ovr_nic_qstats_parse(const struct nlmsghdr *message, struct ovr_nic_counters *counters);
int ovr_nic_qstats_read(uint32_t ifindex, struct ovr_nic_counters *counters);

/** The text of softnet_stat. @return 0; -EBADMSG: it is something else; -ENOMEM */
int ovr_nic_softnet_parse(const char *text, struct ovr_nic_counters *counters);
int ovr_nic_softnet_read(struct ovr_nic_counters *counters);
