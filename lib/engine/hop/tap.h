/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A packet socket on an interface: every frame that arrives, as a cable would carry it, and frames
 * that are sent. Internal to hop.
 *
 * The interface is promiscuous as long as the socket is open: the kernel ends that with the socket,
 * also when the process is killed. One owner.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "cable/split.h"

/** A socket. Zeroed with fd -1: none. */
struct ovr_hop_tap {
	int fd;
	uint8_t *packet; /* room for one */
	uint64_t not_split, refused;
};

/** Whether this user may have such a socket; nothing is changed. @return as of opening it */
int ovr_hop_tap_is_allowed(const char *name, struct ovr_err *err);

/** @return 0; -EPERM: without CAP_NET_RAW; -errno */
int ovr_hop_tap_open(struct ovr_hop_tap *tap, const char *name, uint32_t ifindex, struct ovr_err *err);

/** Close it. One that is not open is allowed. */
void ovr_hop_tap_close(struct ovr_hop_tap *tap);

/**
 * Read one packet, and emit its frames.
 * @return 1; 0: there is none; -errno: the interface went down, or away
 */
int ovr_hop_tap_read(struct ovr_hop_tap *tap, ovr_cable_emit_t *emit, void *context);

/** Send a frame. One that the interface does not take is `refused`. */
void ovr_hop_tap_send(struct ovr_hop_tap *tap, const uint8_t *bytes, uint32_t length);

/** @return packets that found the socket's buffer full since the last call */
uint64_t ovr_hop_tap_missed(struct ovr_hop_tap *tap);
