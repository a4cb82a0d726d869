/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What a packet socket delivers, as the frames that a cable would carry.
 *
 * Linux hands over segments larger than the MTU, which it has not split yet (TSO, GSO, UDP
 * segmentation) or has merged (GRO), and packets whose checksum is not calculated yet. It says so
 * in the header that it puts before the frame (PACKET_VNET_HDR, struct virtio_net_hdr). Here they
 * are split, and the checksums calculated, as a NIC would do it.
 *
 * Pure.
 */
#pragma once

#include <stdint.h>

#include <linux/virtio_net.h>

/** Told of each frame, which is valid until it returns. */
typedef void ovr_cable_emit_t(void *context, const uint8_t *bytes, uint32_t length);

/**
 * @param header as the kernel gave it, in the byte order of this host
 * @param bytes the frame, changed in place: its checksum
 * @return 0: @p emit was told of one or more frames; -EINVAL: the header contradicts the frame;
 * -ENOTSUP: another kind of segmentation than of TCP and of UDP. Nothing was emitted then
 */
int ovr_cable_split(const struct virtio_net_hdr *header, uint8_t *bytes, uint32_t length,
	ovr_cable_emit_t *emit, void *context);
