/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/rss.h"

#include "frame/headers.h"

#define PORTS_BYTES 4

const uint8_t ovr_rss_default_key[OVR_RSS_KEY_BYTES] = { 0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41,
	0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb,
	0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa };

/*
 * The 32 bits of the key that begin at a bit: what a set input bit at that place adds to the hash.
 */
static uint32_t
key_window(const uint8_t key[OVR_RSS_KEY_BYTES], unsigned int bit)
{
	const uint8_t *at = key + bit / 8;
	uint32_t first = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];

	/*
	 * Even the last window begins at the fifth byte from the key's end, so there is one more to
	 * read.
	 */
	return bit % 8 == 0 ? first : first << bit % 8 | at[4] >> (8 - bit % 8);
}

void
ovr_rss_init(struct ovr_rss *rss, const uint8_t key[OVR_RSS_KEY_BYTES])
{
	for (unsigned int place = 0; place < OVR_RSS_INPUT_MAX; place++) {
		for (unsigned int byte = 0; byte < 256; byte++) {
			uint32_t hash = 0;

			for (unsigned int bit = 0; bit < 8; bit++) {
				if ((byte & 0x80u >> bit) != 0)
					hash ^= key_window(key, place * 8 + bit);
			}
			rss->table[place][byte] = hash;
		}
	}
}

uint32_t
ovr_rss_hash_flow(const struct ovr_rss *rss, const struct ovr_frame_flow *flow)
{
	unsigned int address_bytes = flow->ip_version == 4 ? 4 : 16;
	uint8_t input[OVR_RSS_INPUT_MAX];

	memcpy(input, flow->src_ip, address_bytes);
	memcpy(input + address_bytes, flow->dst_ip, address_bytes);
	put_be16(input + 2 * address_bytes, flow->src_port);
	put_be16(input + 2 * address_bytes + 2, flow->dst_port);
	return ovr_rss_hash(rss, input, 2 * address_bytes + PORTS_BYTES);
}

static uint32_t
hash_ipv4(const struct ovr_rss *rss, const uint8_t *ip, uint32_t room)
{
	uint8_t input[IPV4_ADDRESSES_BYTES + PORTS_BYTES];
	uint32_t header_bytes;

	if (room < IPV4_BYTES)
		return 0;
	header_bytes = (ip[0] & 0xfu) * 4;
	if (ip[IPV4_PROTO] != IP_PROTO_UDP || (get_be16(ip + IPV4_FRAGMENT) & IPV4_IS_FRAGMENT) != 0 ||
		header_bytes < IPV4_BYTES || room < header_bytes + PORTS_BYTES)
		return ovr_rss_hash(rss, ip + IPV4_SRC, IPV4_ADDRESSES_BYTES);
	if (header_bytes == IPV4_BYTES)
		return ovr_rss_hash(rss, ip + IPV4_SRC, IPV4_ADDRESSES_BYTES + PORTS_BYTES);
	memcpy(input, ip + IPV4_SRC, IPV4_ADDRESSES_BYTES);
	memcpy(input + IPV4_ADDRESSES_BYTES, ip + header_bytes, PORTS_BYTES);
	return ovr_rss_hash(rss, input, sizeof(input));
}

static uint32_t
hash_ipv6(const struct ovr_rss *rss, const uint8_t *ip, uint32_t room)
{
	if (room < IPV6_BYTES)
		return 0;
	if (ip[IPV6_NEXT] != IP_PROTO_UDP || room < IPV6_BYTES + PORTS_BYTES)
		return ovr_rss_hash(rss, ip + IPV6_SRC, IPV6_ADDRESSES_BYTES);
	return ovr_rss_hash(rss, ip + IPV6_SRC, IPV6_ADDRESSES_BYTES + PORTS_BYTES);
}

uint32_t
ovr_rss_hash_frame(const struct ovr_rss *rss, const uint8_t *pkt, uint32_t pkt_len)
{
	uint16_t type;
	uint32_t offset = ether_skip(pkt, pkt_len, &type);

	if (type == ETHER_TYPE_IPV4)
		return hash_ipv4(rss, pkt + offset, pkt_len - offset);
	if (type == ETHER_TYPE_IPV6)
		return hash_ipv6(rss, pkt + offset, pkt_len - offset);
	return 0;
}
