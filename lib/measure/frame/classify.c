/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/classify.h"

#include <errno.h>
#include <string.h>

#include "frame/headers.h"

#define SUM_RIGHT 0xffff

#define UDP_LENGTH_MIN (UDP_BYTES + OVR_FRAME_TAG_BYTES)

/*
 * The length of the UDP datagram if all lengths are right, else 0. @p room is what the frame has
 * from the IP header on.
 */
static inline uint16_t
ipv4_udp_length(const uint8_t *ip, uint32_t room)
{
	uint16_t total, udp_len;

	if (room < IPV4_BYTES + UDP_LENGTH_MIN)
		return 0;
	if (ip[0] != IPV4_VERSION_IHL || ip[IPV4_PROTO] != IP_PROTO_UDP ||
		(get_be16(ip + IPV4_FRAGMENT) & IPV4_IS_FRAGMENT) != 0)
		return 0;
	/* The frame may be longer: padding, or an FCS that a capture kept. */
	total = get_be16(ip + IPV4_TOTAL);
	udp_len = get_be16(ip + IPV4_BYTES + UDP_LENGTH);
	if (total > room || total != IPV4_BYTES + udp_len || udp_len < UDP_LENGTH_MIN)
		return 0;
	return udp_len;
}

static inline uint16_t
ipv6_udp_length(const uint8_t *ip, uint32_t room)
{
	uint16_t payload, udp_len;

	if (room < IPV6_BYTES + UDP_LENGTH_MIN)
		return 0;
	if (ip[0] >> 4 != 6 || ip[IPV6_NEXT] != IP_PROTO_UDP)
		return 0;
	payload = get_be16(ip + IPV6_PAYLOAD);
	udp_len = get_be16(ip + IPV6_BYTES + UDP_LENGTH);
	if (payload > room - IPV6_BYTES || payload != udp_len || udp_len < UDP_LENGTH_MIN)
		return 0;
	return udp_len;
}

/* Whether there is a checksum, and it is right. */
static inline bool
udp_is_right(const uint8_t *udp, uint32_t address_bytes, uint16_t udp_len)
{
	if (get_be16(udp + UDP_CSUM) == 0)
		return false;
	return csum_fold(udp_sum(udp, address_bytes, udp_len)) == SUM_RIGHT;
}

/*
 * The stream whose flow a frame's headers name, right or not; -1: none. @p type and @p offset say
 * what follows Ethernet, and where.
 */
static int32_t
stream_of_flow(const uint8_t *pkt, uint32_t pkt_len, const struct ovr_frame_expect *expect, uint16_t type,
	uint32_t offset, uint32_t *ret_udp)
{
	const uint8_t *ip = pkt + offset;
	uint32_t room = pkt_len - offset;
	uint32_t header_bytes;

	if (type == ETHER_TYPE_IPV4 && room >= IPV4_BYTES) {
		header_bytes = (ip[0] & 0xfu) * 4;
		if (ip[IPV4_PROTO] != IP_PROTO_UDP || header_bytes < IPV4_BYTES ||
			(get_be16(ip + IPV4_FRAGMENT) & IPV4_OFFSET_MASK) != 0)
			return -1;
	} else if (type == ETHER_TYPE_IPV6 && room >= IPV6_BYTES) {
		header_bytes = IPV6_BYTES;
		if (ip[IPV6_NEXT] != IP_PROTO_UDP)
			return -1;
	} else {
		return -1;
	}
	if (room < header_bytes + UDP_DST_PORT + 2)
		return -1;
	*ret_udp = offset + header_bytes;
	return type == ETHER_TYPE_IPV4
		? ovr_frame_flows_find(expect->flows, 4, ip + IPV4_SRC, ip + header_bytes)
		: ovr_frame_flows_find(expect->flows, 6, ip + IPV6_SRC, ip + header_bytes);
}

/* What stands in the tag's place, zero if the frame ends before. */
static struct ovr_frame_tag
tag_at(const uint8_t *pkt, uint32_t pkt_len, uint32_t offset)
{
	if (pkt_len < offset + OVR_FRAME_TAG_BYTES)
		return (struct ovr_frame_tag){ 0 };
	return ovr_frame_tag_get(pkt + offset);
}

/*
 * The offset of a tag with this trial's id, 0 if there is none. Any header may be the damaged one,
 * so the id is looked for wherever a frame of ours may have it. That a frame of somebody else has
 * it there is a matter of 6 in 2^32. The id 0 is nobody's, and stands in all padding.
 */
static uint32_t
find_tag(const uint8_t *pkt, uint32_t pkt_len, uint32_t trial_id)
{
	trial_id = __builtin_bswap32(trial_id);
	for (unsigned int i = 0; i < 2 * (OVR_FRAME_VLANS_MAX + 1) && trial_id != 0; i++) {
		uint32_t tag = ETHER_BYTES + i / 2 * VLAN_BYTES + (i % 2 == 0 ? IPV4_BYTES : IPV6_BYTES) +
			UDP_BYTES;

		if (pkt_len >= tag + OVR_FRAME_TAG_BYTES &&
			memcmp(pkt + tag, &trial_id, sizeof(trial_id)) == 0)
			return tag;
	}
	return 0;
}

/*
 * Whether another tag of this trial follows the one at @p tag. A frame has one; what merges frames
 * puts their payloads in a row.
 */
static bool
is_merged(const uint8_t *pkt, uint32_t pkt_len, uint32_t tag, uint32_t trial_id)
{
	uint32_t from = tag + OVR_FRAME_TAG_BYTES;

	trial_id = __builtin_bswap32(trial_id);
	return pkt_len > from && memmem(pkt + from, pkt_len - from, &trial_id, sizeof(trial_id)) != NULL;
}

/*
 * A whole IPv4 header that says something else than UDP is to be believed. An ICMP error quotes our
 * frame, and its tag can stand where that of another encapsulation would.
 */
static bool
is_other_protocol(const uint8_t *pkt, uint32_t pkt_len, uint16_t type, uint32_t offset)
{
	const uint8_t *ip = pkt + offset;

	return type == ETHER_TYPE_IPV4 && pkt_len - offset >= IPV4_BYTES && ip[0] == IPV4_VERSION_IHL &&
		ip[IPV4_PROTO] != IP_PROTO_UDP && csum_fold(csum_bytes(0, ip, IPV4_BYTES)) == SUM_RIGHT;
}

/*
 * Flow and tag name different streams, so one of them is damaged. It is the tag if all would be
 * right with the flow's stream in its place. A port that differs in one bit is a neighbour's where
 * a capture's templates share their addresses.
 */
static bool
is_tag_damaged(const uint8_t *pkt, uint32_t pkt_len, uint32_t tag, uint16_t type, uint16_t stream)
{
	const uint8_t *udp = pkt + tag - UDP_BYTES;
	uint32_t udp_len = get_be16(udp + UDP_LENGTH);
	uint16_t found, wanted = __builtin_bswap16(stream);
	uint64_t sum;

	if (udp_len < UDP_LENGTH_MIN || tag - UDP_BYTES + udp_len > pkt_len)
		return false;
	memcpy(&found, pkt + tag + sizeof(uint32_t), sizeof(found));
	sum = udp_sum(udp, type == ETHER_TYPE_IPV4 ? IPV4_ADDRESSES_BYTES : IPV6_ADDRESSES_BYTES,
		(uint16_t)udp_len);
	return csum_fold(sum + (uint16_t)~found + wanted) == SUM_RIGHT;
}

/*
 * Bytes of the datagram at @p udp if its checksum is what a kernel leaves there for a NIC to finish
 * (CHECKSUM_PARTIAL): the sum of addresses, length and protocol; else 0.
 */
static uint16_t
unfinished_length(
	const uint8_t *pkt, uint32_t pkt_len, uint16_t type, uint32_t offset, const uint8_t **ret_udp)
{
	const uint8_t *ip = pkt + offset, *udp;
	uint32_t address_bytes;
	uint16_t udp_len, found;
	uint64_t sum;

	if (type == ETHER_TYPE_IPV4) {
		udp_len = ipv4_udp_length(ip, pkt_len - offset);
		if (udp_len == 0 || csum_fold(csum_bytes(0, ip, IPV4_BYTES)) != SUM_RIGHT)
			return 0;
		udp = ip + IPV4_BYTES;
		address_bytes = IPV4_ADDRESSES_BYTES;
	} else if (type == ETHER_TYPE_IPV6) {
		udp_len = ipv6_udp_length(ip, pkt_len - offset);
		udp = ip + IPV6_BYTES;
		address_bytes = IPV6_ADDRESSES_BYTES;
	} else {
		return 0;
	}
	if (udp_len == 0)
		return 0;
	sum = (uint64_t)__builtin_bswap16(udp_len) + __builtin_bswap16(IP_PROTO_UDP);
	memcpy(&found, udp + UDP_CSUM, sizeof(found));
	*ret_udp = udp;
	return found == csum_fold(csum_bytes(sum, udp - address_bytes, address_bytes)) ? udp_len : 0;
}

/*
 * Something is wrong with this frame, or it has nothing to do with us. Rare, so it may take its
 * time.
 */
static __attribute__((noinline)) enum ovr_frame_kind
classify_unsound(const uint8_t *pkt, uint32_t pkt_len, const struct ovr_frame_expect *expect, uint16_t type,
	uint32_t offset, struct ovr_frame_tag *ret_tag)
{
	const uint8_t *datagram;
	uint16_t length = expect->is_of_socket ? unfinished_length(pkt, pkt_len, type, offset, &datagram) : 0;
	uint32_t udp = 0;
	int32_t of_flow = stream_of_flow(pkt, pkt_len, expect, type, offset, &udp);
	uint32_t tag = is_other_protocol(pkt, pkt_len, type, offset)
		? 0
		: find_tag(pkt, pkt_len, expect->trial_id);
	bool in_tag;

	if (length != 0)
		return ovr_frame_classify_payload(
			datagram + UDP_BYTES, (uint32_t)length - UDP_BYTES, expect, ret_tag);
	*ret_tag = (struct ovr_frame_tag){ 0 };
	if (tag != 0 || of_flow >= 0)
		*ret_tag = tag_at(pkt, pkt_len, tag != 0 ? tag : udp + UDP_BYTES);
	in_tag = tag != 0 && ret_tag->stream < expect->n_streams;
	if (!in_tag && of_flow < 0)
		return OVR_FRAME_FOREIGN;
	if (tag != 0 && is_merged(pkt, pkt_len, tag, expect->trial_id))
		return OVR_FRAME_MERGED;
	if (of_flow >= 0 && of_flow != ret_tag->stream &&
		(!in_tag || is_tag_damaged(pkt, pkt_len, tag, type, (uint16_t)of_flow)))
		ret_tag->stream = (uint16_t)of_flow;
	return OVR_FRAME_CORRUPT;
}

/* A whole datagram that is not one of this trial's streams. Rare. */
static __attribute__((noinline)) enum ovr_frame_kind
classify_other(const uint8_t *udp, unsigned int ip_version, const struct ovr_frame_expect *expect,
	struct ovr_frame_tag *tag)
{
	const uint8_t *addresses = udp - (ip_version == 4 ? IPV4_ADDRESSES_BYTES : IPV6_ADDRESSES_BYTES);
	int32_t of_flow;

	if (tag->trial_id == expect->trial_id) {
		/* words that were swapped leave the checksum right */
		of_flow = ovr_frame_flows_find(expect->flows, ip_version, addresses, udp);
		if (of_flow < 0)
			return OVR_FRAME_FOREIGN;
		tag->stream = (uint16_t)of_flow;
		return OVR_FRAME_CORRUPT;
	}
	if (tag->trial_id != 0 && ovr_frame_flow_is_marked(ip_version, addresses, udp, tag->stream))
		return OVR_FRAME_STALE;
	return OVR_FRAME_FOREIGN;
}

static inline __attribute__((always_inline)) enum ovr_frame_kind
classify_ip(const uint8_t *pkt, uint32_t pkt_len, const struct ovr_frame_expect *expect, uint16_t type,
	uint32_t offset, struct ovr_frame_tag *ret_tag)
{
	const uint8_t *ip = pkt + offset;
	const uint8_t *udp;
	uint16_t udp_len = 0;

	if (type == ETHER_TYPE_IPV4) {
		udp_len = ipv4_udp_length(ip, pkt_len - offset);
		udp = ip + IPV4_BYTES;
		if (udp_len == 0 || csum_fold(csum_bytes(0, ip, IPV4_BYTES)) != SUM_RIGHT ||
			!udp_is_right(udp, IPV4_ADDRESSES_BYTES, udp_len))
			return classify_unsound(pkt, pkt_len, expect, type, offset, ret_tag);
	} else if (type == ETHER_TYPE_IPV6) {
		udp_len = ipv6_udp_length(ip, pkt_len - offset);
		udp = ip + IPV6_BYTES;
		if (udp_len == 0 || !udp_is_right(udp, IPV6_ADDRESSES_BYTES, udp_len))
			return classify_unsound(pkt, pkt_len, expect, type, offset, ret_tag);
	} else {
		return classify_unsound(pkt, pkt_len, expect, type, offset, ret_tag);
	}
	*ret_tag = ovr_frame_tag_get(udp + UDP_BYTES);
	if (__builtin_expect(ret_tag->trial_id == expect->trial_id && ret_tag->stream < expect->n_streams, 1))
		return OVR_FRAME_OURS;
	return classify_other(udp, type == ETHER_TYPE_IPV4 ? 4 : 6, expect, ret_tag);
}

/* No IP after up to two VLAN tags: the path may have added something. Rare. */
static __attribute__((noinline)) enum ovr_frame_kind
classify_encapsulated(const uint8_t *pkt, uint32_t pkt_len, const struct ovr_frame_expect *expect,
	struct ovr_frame_tag *ret_tag)
{
	uint16_t type;
	uint32_t offset = link_skip(pkt, pkt_len, &type);

	return classify_ip(pkt, pkt_len, expect, type, offset, ret_tag);
}

enum ovr_frame_kind
ovr_frame_classify(const uint8_t *pkt, uint32_t pkt_len, const struct ovr_frame_expect *expect,
	struct ovr_frame_tag *ret_tag)
{
	uint16_t type;
	uint32_t offset = ether_skip(pkt, pkt_len, &type);

	if (__builtin_expect(type != ETHER_TYPE_IPV4 && type != ETHER_TYPE_IPV6, 0))
		return classify_encapsulated(pkt, pkt_len, expect, ret_tag);
	return classify_ip(pkt, pkt_len, expect, type, offset, ret_tag);
}

enum ovr_frame_kind
ovr_frame_classify_cut(const uint8_t *pkt, uint32_t kept, uint32_t pkt_len,
	const struct ovr_frame_expect *expect, struct ovr_frame_tag *ret_tag)
{
	uint16_t type;
	uint32_t offset = link_skip(pkt, kept, &type);
	uint32_t header_bytes = type == ETHER_TYPE_IPV4 ? IPV4_BYTES : IPV6_BYTES;
	const uint8_t *ip = pkt + offset, *udp = ip + header_bytes;

	*ret_tag = (struct ovr_frame_tag){ 0 };
	if ((type != ETHER_TYPE_IPV4 && type != ETHER_TYPE_IPV6) ||
		kept < offset + header_bytes + UDP_LENGTH_MIN)
		return OVR_FRAME_FOREIGN;
	if (type == ETHER_TYPE_IPV4 ? ipv4_udp_length(ip, pkt_len - offset) == 0 ||
				csum_fold(csum_bytes(0, ip, IPV4_BYTES)) != SUM_RIGHT
				    : ipv6_udp_length(ip, pkt_len - offset) == 0)
		return OVR_FRAME_FOREIGN;
	*ret_tag = ovr_frame_tag_get(udp + UDP_BYTES);
	if (ret_tag->trial_id != 0 && ret_tag->trial_id == expect->trial_id)
		return ret_tag->stream < expect->n_streams ? OVR_FRAME_OURS : OVR_FRAME_FOREIGN;
	if (ret_tag->trial_id != 0 &&
		ovr_frame_flow_is_marked(type == ETHER_TYPE_IPV4 ? 4 : 6,
			type == ETHER_TYPE_IPV4 ? ip + IPV4_SRC : ip + IPV6_SRC, udp, ret_tag->stream))
		return OVR_FRAME_STALE;
	return OVR_FRAME_FOREIGN;
}

/* The filler repeats after so many bytes; two rounds of it, so that it can be compared from any. */
#define FILLER_PERIOD 256
#define F1(i)         (uint8_t)((i)*7 + 0x5a)
#define F4(i)         F1(i), F1((i) + 1), F1((i) + 2), F1((i) + 3)
#define F16(i)        F4(i), F4((i) + 4), F4((i) + 8), F4((i) + 12)
#define F64(i)        F16(i), F16((i) + 16), F16((i) + 32), F16((i) + 48)
#define F256(i)       F64(i), F64((i) + 64), F64((i) + 128), F64((i) + 192)

static const uint8_t filler[2 * FILLER_PERIOD] = { F256(0), F256(0) };

/* Whether all that follows the tag is filler. */
static bool
is_filled(const uint8_t *payload, uint32_t length, uint16_t payload_offset)
{
	uint32_t n;

	for (uint32_t i = OVR_FRAME_TAG_BYTES; i < length && payload_offset != 0; i += n) {
		n = length - i < FILLER_PERIOD ? length - i : FILLER_PERIOD;
		if (memcmp(payload + i, filler + (payload_offset + i) % FILLER_PERIOD, n) != 0)
			return false;
	}
	return true;
}

enum ovr_frame_kind
ovr_frame_classify_payload(const uint8_t *payload, uint32_t length, const struct ovr_frame_expect *expect,
	struct ovr_frame_tag *ret_tag)
{
	*ret_tag = (struct ovr_frame_tag){ 0 };
	if (length < OVR_FRAME_TAG_BYTES)
		return OVR_FRAME_FOREIGN;
	*ret_tag = ovr_frame_tag_get(payload);
	if (ret_tag->trial_id != expect->trial_id || ret_tag->stream >= expect->n_streams)
		return OVR_FRAME_FOREIGN;
	if (__builtin_expect(is_filled(payload, length, expect->payload_offset), 1))
		return OVR_FRAME_OURS;
	return is_merged(payload, length, 0, expect->trial_id) ? OVR_FRAME_MERGED : OVR_FRAME_CORRUPT;
}

bool
ovr_frame_flow_read(const uint8_t *pkt, uint32_t pkt_len, struct ovr_frame_flow *ret_flow)
{
	uint16_t type;
	uint32_t offset = link_skip(pkt, pkt_len, &type);
	const uint8_t *ip = pkt + offset;
	bool is_4 = type == ETHER_TYPE_IPV4;
	uint32_t header_bytes = is_4 ? IPV4_BYTES : IPV6_BYTES, n = is_4 ? 4 : 16;

	if ((!is_4 && type != ETHER_TYPE_IPV6) || pkt_len < offset + header_bytes + UDP_BYTES)
		return false;
	*ret_flow = (struct ovr_frame_flow){ .ip_version = is_4 ? 4 : 6 };
	memcpy(ret_flow->src_ip, ip + header_bytes - 2 * n, n);
	memcpy(ret_flow->dst_ip, ip + header_bytes - n, n);
	ret_flow->src_port = get_be16(ip + header_bytes);
	ret_flow->dst_port = get_be16(ip + header_bytes + UDP_DST_PORT);
	return true;
}

int
ovr_frame_covered(const uint8_t *pkt, uint32_t pkt_len, uint32_t *ret_from, uint32_t *ret_to)
{
	uint16_t type;
	uint32_t offset = link_skip(pkt, pkt_len, &type);
	uint16_t udp_len = 0;

	if (type == ETHER_TYPE_IPV4) {
		udp_len = ipv4_udp_length(pkt + offset, pkt_len - offset);
		if (udp_len == 0)
			return -EPROTO;
		*ret_from = offset;
		*ret_to = offset + IPV4_BYTES + udp_len;
		return 0;
	}
	if (type == ETHER_TYPE_IPV6) {
		udp_len = ipv6_udp_length(pkt + offset, pkt_len - offset);
		if (udp_len == 0)
			return -EPROTO;
		*ret_from = offset + IPV6_SRC;
		*ret_to = offset + IPV6_BYTES + udp_len;
		return 0;
	}
	return -EPROTO;
}
