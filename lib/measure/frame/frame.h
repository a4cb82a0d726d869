/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Test frames: sizes, the tag, flows, and the templates from which frames are stamped.
 *
 * A frame size counts the 4-byte FCS, which software never sees: pkt_len = size − 4. On the line a
 * frame costs size + 20 bytes (preamble 7, delimiter 1, gap 12). All functions are pure; none
 * allocates unless it says so.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"

#define OVR_FRAME_FCS_BYTES      4
#define OVR_FRAME_OVERHEAD_BYTES 20
#define OVR_FRAME_SIZE_MAX       9216
#define OVR_FRAME_TAG_BYTES      18
#define OVR_FRAME_VLANS_MAX      2
/**
 * UDP destination port of test frames: the discard service (RFC 863), which sends no answer.
 */
#define OVR_FRAME_UDP_PORT 9
/** Most streams: the tag holds 16 bits. */
#define OVR_FRAME_STREAMS_MAX 65536

/** Version of the layout of frames and tags: hosts with different ones refuse each other. */
#define OVR_FRAME_TAG_VERSION 1

/** The tag, in host order (docs/reference/frame-format.md). */
struct ovr_frame_tag {
	uint32_t trial_id; /**< random, never 0 */
	uint16_t stream;
	uint64_t seq;   /**< < 2^48 */
	uint64_t tx_ns; /**< since the trial's epoch, < 2^48 */
};

/** Write @p tag in network order to the OVR_FRAME_TAG_BYTES bytes at @p at. */
static inline void
ovr_frame_tag_put(uint8_t *at, const struct ovr_frame_tag *tag)
{
	uint32_t trial = __builtin_bswap32(tag->trial_id);
	uint64_t stream_seq = __builtin_bswap64((uint64_t)tag->stream << 48 | tag->seq);
	uint16_t tx_high = __builtin_bswap16((uint16_t)(tag->tx_ns >> 32));
	uint32_t tx_low = __builtin_bswap32((uint32_t)tag->tx_ns);

	memcpy(at, &trial, 4);
	memcpy(at + 4, &stream_seq, 8);
	memcpy(at + 12, &tx_high, 2);
	memcpy(at + 14, &tx_low, 4);
}

/** @return the tag that stands at @p at; any 18 bytes are one */
static inline struct ovr_frame_tag
ovr_frame_tag_get(const uint8_t *at)
{
	uint32_t trial, tx_low;
	uint64_t stream_seq;
	uint16_t tx_high;

	memcpy(&trial, at, 4);
	memcpy(&stream_seq, at + 4, 8);
	memcpy(&tx_high, at + 12, 2);
	memcpy(&tx_low, at + 14, 4);
	stream_seq = __builtin_bswap64(stream_seq);
	return (struct ovr_frame_tag){
		.trial_id = __builtin_bswap32(trial),
		.stream = (uint16_t)(stream_seq >> 48),
		.seq = stream_seq & 0xffffffffffffu,
		.tx_ns = (uint64_t)__builtin_bswap16(tx_high) << 32 | __builtin_bswap32(tx_low),
	};
}

/**
 * @return frames of @p size per second on a line of @p bps, floored (RFC 2544 App. B); size 64 …
 * 9216
 */
static inline uint64_t
ovr_frame_line_pps(uint64_t bps, unsigned int size)
{
	return bps / (8u * (size + OVR_FRAME_OVERHEAD_BYTES));
}

/** The addresses and ports of one stream. Plain data, all numbers in host order. */
struct ovr_frame_flow {
	uint8_t ip_version;                 /**< 4 or 6 */
	uint8_t n_vlans;                    /**< 0 … 2; with two the outer one is 802.1ad */
	uint16_t vlan[OVR_FRAME_VLANS_MAX]; /**< outer first: 12-bit id, priority 0 */
	uint8_t src_mac[6], dst_mac[6];
	uint8_t src_ip[16], dst_ip[16]; /**< network order; IPv4 uses the first four bytes */
	uint16_t src_port, dst_port;
};

/** What all flows of a plan have in common. */
struct ovr_frame_flow_conf {
	uint8_t ip_version;
	uint8_t n_vlans;
	uint16_t vlan[OVR_FRAME_VLANS_MAX];
	uint8_t src_mac[6], dst_mac[6];
	/** where all streams go, as a socket's address; port 0: to addresses of their own */
	uint8_t dst_ip[16]; /**< network order; of zeros: addresses of their own, with that port */
	uint16_t dst_port;
};

/**
 * The flow of a stream: 198.18.0.0/16 → 198.19.0.0/16 (RFC 2544 App. C) or 2001:2:0::/64 →
 * 2001:2:0:1::/64 (RFC 5180 §8); every stream has an address pair and a source port (49152 …) of
 * its own. Where the plan names the destination, streams differ by source address and port.
 * @param salt changes the source port of the stream, for callers that need another RSS queue
 */
struct ovr_frame_flow ovr_frame_flow_of(
	const struct ovr_frame_flow_conf *conf, uint16_t stream, uint16_t salt);

/**
 * Whether addresses or source port of a flow are derived from a stream id, as ovr_frame_flow_of()
 * and ovr_frame_template_of_capture() derive them. It tells frames of an earlier trial from
 * foreign frames to the same port.
 * @param addresses, ports as in ovr_frame_flows_find()
 */
bool ovr_frame_flow_is_marked(
	unsigned int ip_version, const uint8_t *addresses, const uint8_t *ports, uint16_t stream);

/** @return the smallest size that holds headers and tag: IPv4 64, IPv6 84, 4 more per VLAN tag */
unsigned int ovr_frame_size_min(unsigned int ip_version, unsigned int n_vlans);

/**
 * Payload byte at offset @p offset from the start of the frame. It is the same for all streams and
 * sizes, so only the head of a filled buffer is written again.
 */
static inline uint8_t
ovr_frame_filler(unsigned int offset)
{
	return (uint8_t)(offset * 7 + 0x5a);
}

/**
 * Template for frames of one stream and size. Built once, read by the owner of the stream.
 */
struct ovr_frame_template {
	uint16_t pkt_len;     /**< size without FCS */
	uint16_t tag_offset;  /**< even: the tag lies on 16-bit words of the checksum */
	uint16_t csum_offset; /**< of the UDP checksum */
	uint32_t
		csum_base; /**< one's complement sum of everything that the UDP checksum covers, but the tag */
	const uint8_t
		*bytes; /**< the frame with a zero tag and checksum; readable to the next multiple of 64 */
};

/** Fill @p n bytes of @p buf with ovr_frame_filler(). */
void ovr_frame_fill(uint8_t *buf, unsigned int n);

/**
 * Build a template.
 * @param size 64 … 9216, with FCS
 * @param[out] buf takes the frame: at least size rounded up to a multiple of 64 bytes, filler
 *             after the frame's end; the template points to it, the caller owns it
 * @return 0; -ERANGE: the size does not hold headers and tag (@p err has the smallest one that
 * does)
 */
int ovr_frame_template_build(const struct ovr_frame_flow *flow, unsigned int size, uint8_t *buf,
	struct ovr_frame_template *ret_template, struct ovr_err *err);

/**
 * Make a template of a captured frame: Ethernet, VLAN tags, IPv4 or IPv6 and UDP are kept but for
 * the source port, the tag replaces the first 18 bytes of the UDP payload, the datagram is
 * stretched over padding, lengths and checksums are set right.
 * @param frame without FCS, @param pkt_len its bytes, 60 … 9212
 * @param stream gives the source port, 49152 + stream mod 65536, so that every stream has its own
 * 5-tuple
 * @param[out] buf as in ovr_frame_template_build(), with size pkt_len + 4
 * @return 0; -EPROTO: no UDP over IP, or fragmented, or with IP options; -ERANGE: no room for the
 * tag
 */
int ovr_frame_template_of_capture(const uint8_t *frame, unsigned int pkt_len, uint16_t stream, uint8_t *buf,
	struct ovr_frame_template *ret_template, struct ovr_err *err);

/** @return the flow of a template's frame (made by either function above) */
struct ovr_frame_flow ovr_frame_template_flow(const struct ovr_frame_template *template);

/**
 * One's complement sum of the tag's nine words in memory order, calculated from the numbers:
 * reading the bytes back in other widths than ovr_frame_tag_put() wrote them would defeat store
 * forwarding.
 */
static inline uint32_t
ovr_frame_tag_sum(const struct ovr_frame_tag *tag)
{
	uint64_t stream_seq = __builtin_bswap64((uint64_t)tag->stream << 48 | tag->seq);
	uint64_t sum = (stream_seq >> 32) + (stream_seq & 0xffffffffu) + __builtin_bswap32(tag->trial_id) +
		__builtin_bswap16((uint16_t)(tag->tx_ns >> 32)) + __builtin_bswap32((uint32_t)tag->tx_ns);

	sum = (sum >> 32) + (sum & 0xffffffffu);
	return (uint32_t)((sum >> 16) + (sum & 0xffff));
}

/**
 * Write the tag and the checksum of a frame whose head stands in @p pkt already (copied from
 * template->bytes). csum_base counts words as they stand in memory, so nothing is swapped. Never
 * writes a zero checksum.
 */
static inline void
ovr_frame_stamp(uint8_t *pkt, const struct ovr_frame_template *template, const struct ovr_frame_tag *tag)
{
	uint32_t sum;
	uint16_t csum;

	ovr_frame_tag_put(pkt + template->tag_offset, tag);
	sum = template->csum_base + ovr_frame_tag_sum(tag);
	sum = (sum >> 16) + (sum & 0xffff);
	sum = (sum >> 16) + (sum & 0xffff);
	csum = (uint16_t)~sum;
	if (csum == 0)
		csum = 0xffff;
	memcpy(pkt + template->csum_offset, &csum, 2);
}

/**
 * Write the heads of frames of one stream and size with consecutive numbers and one transmit time.
 * @param buffer, offset frame i stands at buffer[i] + offset
 * @param n 1 …
 * @param tag of the first frame; its number + n < 2^48
 * @param head_bytes to copy for each: 64 or 128, which hold headers and tag; the rest of each
 * buffer is left as it is
 */
void ovr_frame_stamp_run(void *const *buffer, unsigned int offset, unsigned int n,
	const struct ovr_frame_template *template, const struct ovr_frame_tag *tag, unsigned int head_bytes);
