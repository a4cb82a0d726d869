/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/classify.h"

#include <errno.h>

#include "frame/headers.h"

#define SUM_RIGHT 0xffff

#define UDP_LENGTH_MIN (UDP_BYTES + OVR_FRAME_TAG_BYTES)

/*
 * The length of the UDP datagram if all lengths are right, else 0. @p room is what the frame has from the IP
 * header on.
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

/* Is there a checksum, and is it right? */
static inline bool
udp_is_right(const uint8_t *udp, uint32_t address_bytes, uint16_t udp_len)
{
	if (get_be16(udp + UDP_CSUM) == 0)
		return false;
	return csum_fold(udp_sum(udp, address_bytes, udp_len)) == SUM_RIGHT;
}

/*
 * Does a UDP header that is to be believed so far name our port? @p type and @p offset say what follows
 * Ethernet, and where.
 */
static bool
is_to_port(const uint8_t *pkt, uint32_t pkt_len, uint16_t type, uint32_t offset, uint16_t port,
	uint32_t *ret_udp)
{
	const uint8_t *ip = pkt + offset;
	uint32_t room = pkt_len - offset;
	uint32_t header_bytes;

	if (type == ETHER_TYPE_IPV4 && room >= IPV4_BYTES) {
		header_bytes = (ip[0] & 0xfu) * 4;
		if (ip[IPV4_PROTO] != IP_PROTO_UDP || header_bytes < IPV4_BYTES ||
			(get_be16(ip + IPV4_FRAGMENT) & IPV4_OFFSET_MASK) != 0)
			return false;
	} else if (type == ETHER_TYPE_IPV6 && room >= IPV6_BYTES) {
		header_bytes = IPV6_BYTES;
		if (ip[IPV6_NEXT] != IP_PROTO_UDP)
			return false;
	} else {
		return false;
	}
	*ret_udp = offset + header_bytes;
	return room >= header_bytes + UDP_DST_PORT + 2 && get_be16(ip + header_bytes + UDP_DST_PORT) == port;
}

/* What stands in the tag's place, zero if the frame ends before. */
static struct ovr_frame_tag
tag_at(const uint8_t *pkt, uint32_t pkt_len, uint32_t offset)
{
	if (pkt_len < offset + OVR_FRAME_TAG_BYTES)
		return (struct ovr_frame_tag){ 0 };
	return ovr_frame_tag_get(pkt + offset);
}

/* Something is wrong with this frame, or it has nothing to do with us. Rare, so it may take its time. */
static __attribute__((noinline)) enum ovr_frame_kind
classify_unsound(const uint8_t *pkt, uint32_t pkt_len, const struct ovr_frame_expect *expect, uint16_t type,
	uint32_t offset, struct ovr_frame_tag *ret_tag)
{
	uint32_t trial_id = __builtin_bswap32(expect->trial_id);
	uint32_t udp;

	if (is_to_port(pkt, pkt_len, type, offset, expect->udp_port, &udp)) {
		*ret_tag = tag_at(pkt, pkt_len, udp + UDP_BYTES);
		return OVR_FRAME_CORRUPT;
	}
	/*
	 * Any header may be the damaged one, so this trial's id is looked for wherever a frame of ours may
	 * have it. That a frame of somebody else has it there is a matter of 6 in 2^32. The id 0 is nobody's,
	 * and stands in all padding.
	 */
	for (unsigned int i = 0; i < 2 * (OVR_FRAME_VLANS_MAX + 1) && trial_id != 0; i++) {
		uint32_t tag = ETHER_BYTES + i / 2 * VLAN_BYTES + (i % 2 == 0 ? IPV4_BYTES : IPV6_BYTES) +
			UDP_BYTES;

		if (pkt_len < tag + sizeof(trial_id) || memcmp(pkt + tag, &trial_id, sizeof(trial_id)) != 0)
			continue;
		*ret_tag = tag_at(pkt, pkt_len, tag);
		return OVR_FRAME_CORRUPT;
	}
	*ret_tag = (struct ovr_frame_tag){ 0 };
	return OVR_FRAME_FOREIGN;
}

enum ovr_frame_kind
ovr_frame_classify(const uint8_t *pkt, uint32_t pkt_len, const struct ovr_frame_expect *expect,
	struct ovr_frame_tag *ret_tag)
{
	uint16_t type;
	uint32_t offset = ether_skip(pkt, pkt_len, &type);
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
	if (ret_tag->trial_id == expect->trial_id)
		return ret_tag->stream < expect->n_streams ? OVR_FRAME_OURS : OVR_FRAME_CORRUPT;
	return get_be16(udp + UDP_DST_PORT) == expect->udp_port ? OVR_FRAME_STALE : OVR_FRAME_FOREIGN;
}

int
ovr_frame_covered(const uint8_t *pkt, uint32_t pkt_len, uint32_t *ret_from, uint32_t *ret_to)
{
	uint16_t type;
	uint32_t offset = ether_skip(pkt, pkt_len, &type);
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
