/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Classification of a received frame: ours, damaged, of an earlier trial, or foreign.
 *
 * A frame is **ours** when its 5-tuple is one of the plan's flows, or when this trial's id stands
 * where our tag would stand (a router with NAT may have changed the addresses, damage one of the
 * headers). The UDP port is no criterion: Wake-on-LAN and other generators use the discard port
 * too.
 *
 *     all lengths and checksums right, this trial's id, known stream      OURS     (the tracker takes over)
 *     all right, another trial's id, and a flow that we make of its stream STALE
 *     a length or a checksum wrong, or the stream unknown, but ours        CORRUPT  (its number cannot be trusted)
 *     anything else                                                       FOREIGN
 *
 * Encapsulations that the path may add before the IP header are skipped: VLAN tags, MPLS labels,
 * PPPoE. A tunnel over IP is FOREIGN.
 *
 * A CORRUPT frame belongs to a stream of the plan, by its flow or, where that is damaged too, by
 * the stream in its tag. A damaged frame with this trial's id and no stream of the plan is
 * FOREIGN, so that it is never counted in place of a lost frame.
 *
 * A UDP checksum of zero (RFC 768: none) counts as wrong: our frames always carry one. No checksum
 * covers the Ethernet header, IPv6's traffic class, flow label and hop limit: damage there, after
 * a good FCS, is not found.
 */
#pragma once

#include <stdint.h>

#include "frame/flows.h"
#include "frame/frame.h"

/** What a frame is, before sequence tracking. */
enum ovr_frame_kind {
	OVR_FRAME_OURS,
	OVR_FRAME_STALE,
	OVR_FRAME_CORRUPT,
	OVR_FRAME_FOREIGN,
	OVR_FRAME_MERGED, /**< several frames merged into one on the path (GRO, LRO): not a frame that was sent */
};

/** Expected trial id, streams and flows. Const while the trial runs. */
struct ovr_frame_expect {
	uint32_t trial_id;
	uint32_t n_streams;                  /**< stream ids below this are known */
	const struct ovr_frame_flows *flows; /**< of the plan's streams; NULL: unknown, only the id tells */
	/** where a frame's payload begins, for its filler; 0: what follows the tag is any */
	uint16_t payload_offset;
	/**
	 * a kernel's socket may send. The kernel leaves the UDP checksum to the NIC; what passed
	 * none has that of addresses, length and protocol alone, and its payload is compared
	 */
	bool is_of_socket;
};

/**
 * Classify a frame.
 * @param pkt the frame without FCS, contiguous, @param pkt_len its bytes (any number)
 * @param[out] ret_tag the tag; valid for OURS and STALE; for CORRUPT what stands in its place, zero
 * if the frame ends
 *             before, but for the stream, which is the one that the frame belongs to; for FOREIGN
 *             of no meaning
 */
enum ovr_frame_kind ovr_frame_classify(const uint8_t *pkt, uint32_t pkt_len,
	const struct ovr_frame_expect *expect, struct ovr_frame_tag *ret_tag);

/**
 * Classify a frame of which a capture kept only the beginning: by its headers and its tag, since
 * the UDP checksum cannot be verified. OURS and STALE need the whole tag, and headers whose lengths
 * (and IPv4 checksum) are right; never CORRUPT.
 * @param kept bytes at @p pkt, @param pkt_len bytes that the frame had; kept ≤ pkt_len
 */
enum ovr_frame_kind ovr_frame_classify_cut(const uint8_t *pkt, uint32_t kept, uint32_t pkt_len,
	const struct ovr_frame_expect *expect, struct ovr_frame_tag *ret_tag);

/**
 * Classify the payload of a datagram that a socket delivered: the kernel has checked its headers
 * and its checksum, and took them off. OURS: this trial's id, a known stream, and filler after the
 * tag up to the end; CORRUPT: the same with other bytes there, since a checksum of zero, or one
 * that matches by chance, lets damage pass; MERGED: another tag of this trial follows. All else
 * is FOREIGN, also what an earlier trial sent.
 * @param length bytes at @p payload, any number
 * @param[out] ret_tag valid for OURS; for CORRUPT its stream is
 */
enum ovr_frame_kind ovr_frame_classify_payload(const uint8_t *payload, uint32_t length,
	const struct ovr_frame_expect *expect, struct ovr_frame_tag *ret_tag);

/** The 5-tuple of a frame that was classified as OURS. @return false: it is no UDP over IP */
bool ovr_frame_flow_read(const uint8_t *pkt, uint32_t pkt_len, struct ovr_frame_flow *ret_flow);

/** Most frames of one call of ovr_frame_classify_by_four(). */
#define OVR_FRAME_KINDS_MAX 512

/**
 * Padding between arrays that are read in parallel: without it elements of one index would be 4
 * KiB apart, which causes false store-to-load dependences (4K aliasing) and puts them into one set
 * of the L1 cache.
 */
#define OVR_FRAME_KINDS_PAD 40

/** What the frames of a burst are: element i is of frame i. 14 KiB; lives on a worker's stack. */
struct ovr_frame_kinds {
	uint64_t seq[OVR_FRAME_KINDS_MAX + OVR_FRAME_KINDS_PAD] __attribute__((aligned(64)));
	uint64_t tx_ns[OVR_FRAME_KINDS_MAX + OVR_FRAME_KINDS_PAD];
	uint64_t stream[OVR_FRAME_KINDS_MAX + OVR_FRAME_KINDS_PAD];
	uint8_t kind
		[OVR_FRAME_KINDS_MAX]; /**< enum ovr_frame_kind; the others are valid for OURS, of CORRUPT the stream is */
};

/**
 * Classify frames of a burst: the same as ovr_frame_classify() for each, faster.
 * @param pkt, pkt_len the frames without FCS, contiguous
 * @param n 0 … OVR_FRAME_KINDS_MAX
 */
void ovr_frame_classify_by_four(const uint8_t *const *pkt, const uint32_t *pkt_len, unsigned int n,
	const struct ovr_frame_expect *expect, struct ovr_frame_kinds *ret_burst);

/**
 * @param from an OVR_FRAME_OURS below @p n
 * @return how many frames from there on are ours, of one stream, with consecutive numbers and one
 * transmit time; ≥ 1
 */
static inline unsigned int
ovr_frame_kinds_run(const struct ovr_frame_kinds *burst, unsigned int from, unsigned int n)
{
	unsigned int end = from + 1;

	while (end < n && burst->seq[end] == burst->seq[end - 1] + 1 &&
		burst->tx_ns[end] == burst->tx_ns[from] && burst->stream[end] == burst->stream[from] &&
		burst->kind[end] == OVR_FRAME_OURS)
		end++;
	return end - from;
}

/**
 * Where an IP checksum covers the frame: the range of bytes in which any flipped bit makes the
 * frame CORRUPT. IPv4: from the IP header's first byte; IPv6: from the source address; both to the
 * end of the UDP datagram.
 * @return 0; -EPROTO: not a frame of ours
 */
int ovr_frame_covered(const uint8_t *pkt, uint32_t pkt_len, uint32_t *ret_from, uint32_t *ret_to);
