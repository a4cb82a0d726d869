/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Counters that the kernel has of an interface, by name, and their changes between two
 * readings.
 *
 * A counter that goes backwards was reset (by `ethtool -G` or a reload of the driver). The change
 * says so, and nothing is subtracted. Reading clears nothing and needs no privilege. Control
 * thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "nic/nic.h"

/** Who counts, and how the names of its counters look. */
enum ovr_nic_source {
	/** rtnl_link_stats64, as `ip -s -s link` shows it: "rx_packets", "rx_missed_errors", … */
	OVR_NIC_LINK,
	/**
	 * `ethtool -S`, verbatim but for blanks in front: "rx_queue_0_drops", "pkts rx OOB", … What
	 * a driver indents below another counter of a queue has that one's name in front of it:
	 * "drv dropped rx total: fcs".
	 */
	OVR_NIC_DRIVER,
	/**
	 * The root qdisc: "drops", "requeues", "overlimits"; of 32 bits, so they wrap. Its children
	 * and the ingress qdisc have their kind and place in front: "pfifo 10: drops", "clsact
	 * drops".
	 */
	OVR_NIC_QDISC,
	/**
	 * Queue statistics of the netdev family, where kernel and driver have them:
	 * "rx-hw-drops[0]" of queue 0.
	 */
	OVR_NIC_QSTATS,
	/**
	 * /proc/net/softnet_stat summed over CPUs: "dropped", "time_squeeze"; of the whole host.
	 */
	OVR_NIC_SOFTNET,
	OVR_NIC_SOURCES,
};

/**
 * One counter. A driver may use a name several times, for one queue after the other and even for
 * the same.
 */
struct ovr_nic_counter {
	char name[48];
	enum ovr_nic_source source;
	int32_t queue; /**< found in the name or told by the source; -1: of the whole interface (or host) */
	uint64_t value;
};

/** One reading. Zeroed memory is an empty one; the counters are owned by it. */
struct ovr_nic_counters {
	char driver[32];
	uint64_t at_ns; /**< CLOCK_MONOTONIC */
	uint32_t carrier_changes;
	uint32_t n, capacity;
	struct ovr_nic_counter *counter;
};

/**
 * Read all. Memory of an earlier reading is used again.
 * @return 0; -ENODEV; -ENOMEM; -errno; then the reading is empty
 */
int ovr_nic_counters_read(const char *name, struct ovr_nic_counters *counters, struct ovr_err *err);

/** Free what a reading owns. */
void ovr_nic_counters_done(struct ovr_nic_counters *counters);

/** @return the first counter of that name; NULL: there is none in this reading */
const struct ovr_nic_counter *ovr_nic_counters_find(
	const struct ovr_nic_counters *counters, enum ovr_nic_source source, const char *name);

/**
 * Find a counter of one reading in another: the same source, name and queue, and where a driver has
 * several of these, the same one of them.
 * @param index of the counter in @p counters
 * @return it; NULL: it is not in @p others (queues come and go)
 */
const struct ovr_nic_counter *ovr_nic_counters_same(
	const struct ovr_nic_counters *counters, uint32_t index, const struct ovr_nic_counters *others);

/** Change of a counter between two readings. */
struct ovr_nic_change {
	uint64_t
		added; /**< after − before; where it was reset, a lower bound: what it shows now (of softnet's sums: 0) */
	bool was_reset; /**< it shows less than before, and is not a 32-bit counter that wrapped */
};

/**
 * A 32-bit counter (of a qdisc or softnet) that stands lower than before by more than half its
 * range has wrapped once; anything else was reset.
 */
struct ovr_nic_change ovr_nic_counter_change(
	const struct ovr_nic_counter *before, const struct ovr_nic_counter *after);

/** @return "link", "driver", "qdisc", "qstats", "softnet" */
const char *ovr_nic_source_name(enum ovr_nic_source source);
