/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The queueing disciplines of an interface that stand before its transmit queues: the root, and
 * below mq or mqprio one for each queue; how much each holds. Control thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define OVR_NIC_QUEUEINGS_MAX 64

/** What a limit counts. */
enum ovr_nic_queueing_unit {
	OVR_NIC_QUEUEING_UNKNOWN, /**< the discipline tells no limit, or none that is known here */
	OVR_NIC_QUEUEING_PACKETS,
	OVR_NIC_QUEUEING_BYTES,
};

/** One discipline. */
struct ovr_nic_queueing {
	char kind[16];   /**< "mq", "pfifo_fast", "tbf" */
	char parent[24]; /**< as tc takes it: "root", "parent 1:2", "parent :2" below one without a number */
	bool is_root;
	bool has_address; /**< tc can be told of it: below a root without a number it cannot */
	enum ovr_nic_queueing_unit unit;
	uint32_t limit;
};

/** All of an interface. Plain data. */
struct ovr_nic_queueings {
	uint32_t n;
	uint32_t n_more; /**< that found no room */
	bool is_mq;      /**< the root has a discipline for each queue */
	uint32_t root;   /**< its handle */
	struct ovr_nic_queueing one[OVR_NIC_QUEUEINGS_MAX];
};

/**
 * Read them, the root first.
 * @return 0, also for a kernel without traffic control, which has none; -errno
 */
int ovr_nic_queueings_read(uint32_t ifindex, struct ovr_nic_queueings *ret_queueings, struct ovr_err *err);
