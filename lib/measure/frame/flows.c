/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/flows.h"

#include <errno.h>
#include <stdlib.h>

#include "frame/headers.h"

#define PORTS_BYTES   4
#define KEY_BYTES_MAX (IPV6_ADDRESSES_BYTES + PORTS_BYTES)

/* Addresses and ports in network order, zeros after those of IPv4. */
struct slot {
	uint8_t key[KEY_BYTES_MAX];
	uint16_t stream;
	uint8_t ip_version; /* 0: the slot is free */
};

struct ovr_frame_flows {
	uint32_t mask; /* slots − 1; a power of two, so that half of them stay free */
	struct slot slot[];
};

int
ovr_frame_flows_create(uint32_t n_streams, struct ovr_frame_flows **ret_flows, struct ovr_err *err)
{
	struct ovr_frame_flows *flows;
	uint32_t n_slots = 2;

	while (n_slots < 2 * n_streams)
		n_slots *= 2;
	flows = calloc(1, sizeof(*flows) + n_slots * sizeof(flows->slot[0]));
	if (flows == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the flows of %u streams", n_streams);
	flows->mask = n_slots - 1;
	*ret_flows = flows;
	return 0;
}

void
ovr_frame_flows_destroy(struct ovr_frame_flows *flows)
{
	free(flows);
}

static struct slot
slot_of(unsigned int ip_version, const uint8_t *addresses, const uint8_t *ports)
{
	size_t n = ip_version == 4 ? IPV4_ADDRESSES_BYTES : IPV6_ADDRESSES_BYTES;
	struct slot slot = { .ip_version = (uint8_t)ip_version };

	memcpy(slot.key, addresses, n);
	memcpy(slot.key + n, ports, PORTS_BYTES);
	return slot;
}

/* Where this flow stands, or would stand. FNV-1a; a set is half empty, so the walk ends. */
static uint32_t
place_of(const struct ovr_frame_flows *flows, const struct slot *wanted)
{
	uint32_t hash = 2166136261u;

	for (unsigned int i = 0; i < KEY_BYTES_MAX; i++)
		hash = (hash ^ wanted->key[i]) * 16777619u;
	for (hash ^= hash >> 16;; hash++) {
		const struct slot *slot = &flows->slot[hash & flows->mask];

		if (slot->ip_version == 0)
			break;
		if (slot->ip_version == wanted->ip_version &&
			memcmp(slot->key, wanted->key, KEY_BYTES_MAX) == 0)
			break;
	}
	return hash & flows->mask;
}

void
ovr_frame_flows_add(struct ovr_frame_flows *flows, const struct ovr_frame_flow *flow, uint16_t stream)
{
	size_t n = flow->ip_version == 4 ? IPV4_ADDRESSES_BYTES / 2 : IPV6_ADDRESSES_BYTES / 2;
	uint8_t addresses[IPV6_ADDRESSES_BYTES], ports[PORTS_BYTES];
	struct slot added;
	uint32_t at;

	memcpy(addresses, flow->src_ip, n);
	memcpy(addresses + n, flow->dst_ip, n);
	put_be16(ports, flow->src_port);
	put_be16(ports + UDP_DST_PORT, flow->dst_port);
	added = slot_of(flow->ip_version, addresses, ports);
	added.stream = stream;
	at = place_of(flows, &added);
	if (flows->slot[at].ip_version == 0)
		flows->slot[at] = added;
}

int32_t
ovr_frame_flows_find(const struct ovr_frame_flows *flows, unsigned int ip_version, const uint8_t *addresses,
	const uint8_t *ports)
{
	struct slot wanted;
	uint32_t at;

	if (flows == NULL)
		return -1;
	wanted = slot_of(ip_version, addresses, ports);
	at = place_of(flows, &wanted);
	return flows->slot[at].ip_version == 0 ? -1 : flows->slot[at].stream;
}
