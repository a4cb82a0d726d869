/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Configuration, start and stop of one ethdev. Control thread only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "port/pause.h"

struct rte_mempool;

/** Requested configuration. */
struct ovr_device_conf {
	const char *label;        /**< of its port, for sentences */
	uint16_t n_rxq, n_txq;    /**< 0: none, or one where the driver wants one */
	uint32_t rxd, txd;        /**< descriptors of each ring */
	uint16_t frame_bytes;     /**< the largest frame, with its FCS */
	int numa_node;            /**< -1: any */
	struct rte_mempool *pool; /**< what it receives into */
};

/** Configuration as the device has it. */
struct ovr_device_set {
	char driver[32];
	uint16_t n_rxq, n_txq;
	uint32_t rxd, txd;               /**< 0: unknown */
	bool rxd_is_given, txd_is_given; /**< requested from the driver; the device does not report it */
};

/**
 * Configure queues and rings.
 * @return 0; -ERANGE: more queues, or larger frames, than the device has; negative errno: what it
 * refused
 */
int ovr_device_configure(
	uint16_t id, const struct ovr_device_conf *conf, struct ovr_device_set *ret_set, struct ovr_err *err);

/** What was changed since it started, so that stopping puts it back. Zeroed: nothing. */
struct ovr_device_changes {
	bool is_promiscuous;
	int promisc_refused; /**< why it cannot be promiscuous: a negative errno; 0: it is */
	struct ovr_pause pause;
};

/**
 * Let it run, promiscuous.
 * @param[out] ret_changes for ovr_device_stop()
 * @return 0; negative errno
 */
int ovr_device_start(
	uint16_t id, const char *label, struct ovr_device_changes *ret_changes, struct ovr_err *err);

/**
 * Admit these VLANs where the device has a VLAN filter. A promiscuous device without a filter
 * receives all of them; a virtual function whose host refuses promiscuous mode receives no other.
 * Lost when the device is configured again.
 * @return 1: done; 0: it has no filter; negative errno: refused
 */
int ovr_device_vlans(uint16_t id, const uint16_t *vlan, uint8_t n);

/** Put back what was changed, and stop it. Harmless if it does not run. */
void ovr_device_stop(uint16_t id, struct ovr_device_changes *changes);
