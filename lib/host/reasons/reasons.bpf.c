/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The program behind the tracepoint skb:kfree_skb: counts dropped skbs by namespace, device, reason
 * and place in the kernel, and among them the frames of one trial.
 *
 * It is a raw tracepoint program: its arguments are numbers, and everything behind them is read by
 * bpf_probe_read_kernel(), which yields zeros for a pointer that leads nowhere. The structures
 * below name only what is read; libbpf corrects the offsets to those of the running kernel.
 */
#include <stdbool.h>
#include <stdint.h>

/* the names that libbpf's headers want */
typedef uint8_t __u8;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef uint64_t __u64;
typedef int32_t __s32;
typedef int64_t __s64;
typedef uint16_t __be16;
typedef uint32_t __be32;
typedef uint32_t __wsum;

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#include "record.h"

/* constants of the kernel's API to programs (linux/bpf.h) */
#define BPF_MAP_TYPE_HASH 1
#define BPF_NOEXIST       1

#define NO_HEADER 0xffffu /* of skb->mac_header: not set */

#define ETHERTYPE_IPV4   0x0800
#define ETHERTYPE_IPV6   0x86dd
#define ETHERTYPE_8021Q  0x8100
#define ETHERTYPE_8021AD 0x88a8
#define VLAN_TAGS_MAX    2

#define PROTOCOL_HOP_OPTIONS         0
#define PROTOCOL_UDP                 17
#define PROTOCOL_ROUTING             43
#define PROTOCOL_FRAGMENT            44
#define PROTOCOL_DESTINATION_OPTIONS 60
#define EXTENSIONS_MAX               4

#define UDP_HEADER_BYTES 8
#define ID_BYTES         4

#define KERNEL __attribute__((preserve_access_index))

struct ns_common {
	unsigned int inum;
} KERNEL;

struct net {
	struct ns_common ns;
} KERNEL;

typedef struct {
	struct net *net;
} KERNEL possible_net_t;

struct net_device {
	int ifindex;
	char name[OVR_REASONS_DEVICE_BYTES];
	possible_net_t nd_net;
} KERNEL;

struct sock_common {
	possible_net_t skc_net;
} KERNEL;

struct sock {
	struct sock_common __sk_common;
} KERNEL;

struct dst_entry {
	struct net_device *dev;
} KERNEL;

struct skb_shared_info {
	unsigned short gso_segs;
} KERNEL;

struct sk_buff {
	struct net_device *dev; /* something else while it is queued: see trace_netns() */
	struct sock *sk;
	unsigned long _skb_refdst;
	unsigned char *head, *data;
	unsigned int data_len;
	unsigned int tail, end; /* offsets from head, as they are on CPUs with 64 bits */
	uint16_t network_header, mac_header;
} KERNEL;

/* the lowest bit of _skb_refdst is a flag, two more are kept free */
#define DST_POINTER (~7ul)

/* Set before the program is loaded. */
const volatile uint32_t trial_id_be; /* as its bytes stand in a frame */
const volatile bool has_rx_sk;       /* the tracepoint names the receiving socket */

/* Events that found no room in the map. */
uint64_t without_room;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, OVR_REASONS_RECORDS_MAX);
	__type(key, struct ovr_reasons_key);
	__type(value, struct ovr_reasons_value);
} records SEC(".maps");

/* The namespaces of the trial, by inode. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, OVR_REASONS_NETNS_MAX);
	__type(key, uint32_t);
	__type(value, uint8_t);
} namespaces SEC(".maps");

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* The linear part of an skb. */
struct linear {
	const unsigned char *head;
	uint32_t tail; /* offset of its end */
	bool is_all;   /* nothing stands behind it in pages */
};

/* What a frame turned out to be. */
struct found {
	uint32_t ip_version;
	bool ours, fragment, hidden;
};

static __always_inline bool
take(const struct linear *linear, uint32_t at, void *ret_bytes, uint32_t n)
{
	return at + n <= linear->tail && bpf_probe_read_kernel(ret_bytes, n, linear->head + at) == 0;
}

/* Does the UDP payload begin with the id? */
static __always_inline void
look_at_udp(const struct linear *linear, uint32_t at, struct found *found)
{
	uint32_t id;

	if (take(linear, at + UDP_HEADER_BYTES, &id, sizeof(id)))
		found->ours = id == trial_id_be;
	else
		found->hidden = !linear->is_all;
}

static __always_inline void
look_at_ipv4(const struct linear *linear, uint32_t at, struct found *found)
{
	uint8_t header[20];

	found->ip_version = 4;
	if (!take(linear, at, header, sizeof(header)) || header[9] != PROTOCOL_UDP)
		return;
	if (((header[6] & 0x1f) | header[7]) != 0)
		found->fragment = true;
	else
		look_at_udp(linear, at + (header[0] & 0xfu) * 4, found);
}

static __always_inline void
look_at_ipv6(const struct linear *linear, uint32_t at, struct found *found)
{
	uint8_t protocol, header[4];

	found->ip_version = 6;
	if (!take(linear, at + 6, &protocol, sizeof(protocol)))
		return;
	at += 40;
	for (int i = 0; i < EXTENSIONS_MAX; i++) {
		if (protocol == PROTOCOL_UDP) {
			look_at_udp(linear, at, found);
			return;
		}
		if (protocol != PROTOCOL_HOP_OPTIONS && protocol != PROTOCOL_ROUTING &&
			protocol != PROTOCOL_FRAGMENT && protocol != PROTOCOL_DESTINATION_OPTIONS)
			return;
		if (!take(linear, at, header, sizeof(header)))
			return;
		if (protocol == PROTOCOL_FRAGMENT) {
			if ((header[2] | (header[3] & 0xf8)) != 0) {
				found->fragment = header[0] == PROTOCOL_UDP;
				return;
			}
			at += 8;
		} else {
			at += (header[1] + 1u) * 8;
		}
		protocol = header[0];
	}
}

/* @return whether an IP header stands there */
static __always_inline bool
look_at_ip(const struct linear *linear, uint32_t at, struct found *found)
{
	uint8_t first;

	if (!take(linear, at, &first, sizeof(first)))
		return false;
	if (first >> 4 == 4 && (first & 0xf) >= 5)
		look_at_ipv4(linear, at, found);
	else if (first >> 4 == 6)
		look_at_ipv6(linear, at, found);
	else
		return false;
	return true;
}

static __always_inline void
look_at_ethernet(const struct linear *linear, uint32_t at, struct found *found)
{
	at += 12;
	for (int i = 0; i <= VLAN_TAGS_MAX; i++) {
		uint16_t type;

		if (!take(linear, at, &type, sizeof(type)))
			return;
		type = bpf_ntohs(type);
		if (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6) {
			look_at_ip(linear, at + 2, found);
			return;
		}
		if (type != ETHERTYPE_8021Q && type != ETHERTYPE_8021AD)
			return;
		at += 4;
	}
}

/*
 * The outermost IP header decides, so that an ICMP error that quotes a frame of ours is none. Where
 * skb->network_header is not set yet, the frame is looked at from its Ethernet header.
 */
static __always_inline void
look_at_skb(const struct sk_buff *skb, struct found *found)
{
	struct linear linear = { .head = BPF_CORE_READ(skb, head),
		.tail = BPF_CORE_READ(skb, tail),
		.is_all = BPF_CORE_READ(skb, data_len) == 0 };
	uint32_t network = BPF_CORE_READ(skb, network_header), mac = BPF_CORE_READ(skb, mac_header);

	if (network != 0 && look_at_ip(&linear, network, found))
		return;
	if (mac == NO_HEADER)
		mac = (uint32_t)(BPF_CORE_READ(skb, data) - linear.head);
	look_at_ethernet(&linear, mac, found);
}

/* Frames in an skb: several where the kernel has not cut it into its segments. */
static __always_inline uint64_t
n_frames(const struct sk_buff *skb)
{
	const struct skb_shared_info *shared = (const struct skb_shared_info *)(BPF_CORE_READ(skb, head) +
		BPF_CORE_READ(skb, end));
	uint16_t n = BPF_CORE_READ(shared, gso_segs);

	return n > 1 ? n : 1;
}

/* @return its inode if the trial names it; else 0 */
static __always_inline uint32_t
named_netns(const struct net *net)
{
	uint32_t inode = BPF_CORE_READ(net, ns.inum);

	return bpf_map_lookup_elem(&namespaces, &inode) != NULL ? inode : 0;
}

/*
 * In which namespace was it dropped, and on which device? skb->dev shares its place with other
 * things while the skb stands in a UDP socket's queue or in a tree of fragments; these lead to no
 * namespace. Without a device the socket says it: the receiving one, or the sender's before the
 * device is chosen; last the route.
 */
static __always_inline void
trace_netns(const struct sk_buff *skb, const struct sock *rx_sk, struct ovr_reasons_key *key,
	struct ovr_reasons_value *first)
{
	const struct net_device *dev = BPF_CORE_READ(skb, dev);
	const struct sock *sk = BPF_CORE_READ(skb, sk);

	key->netns = named_netns(BPF_CORE_READ(dev, nd_net.net));
	if (key->netns == 0) {
		const struct dst_entry *dst = (const struct dst_entry *)(BPF_CORE_READ(skb, _skb_refdst) &
			DST_POINTER);

		if (rx_sk != NULL)
			key->netns = named_netns(BPF_CORE_READ(rx_sk, __sk_common.skc_net.net));
		if (key->netns == 0)
			key->netns = named_netns(BPF_CORE_READ(sk, __sk_common.skc_net.net));
		if (key->netns == 0)
			key->netns = named_netns(BPF_CORE_READ(dst, dev, nd_net.net));
		return;
	}
	key->ifindex = (uint32_t)BPF_CORE_READ(dev, ifindex);
	BPF_CORE_READ_INTO(&first->device, dev, name);
}

static __always_inline void
count(const struct sk_buff *skb, const struct found *found, const struct ovr_reasons_key *key,
	const struct ovr_reasons_value *first)
{
	struct ovr_reasons_value *value = bpf_map_lookup_elem(&records, key);

	if (value == NULL) {
		/* another CPU may come first: then its record is found */
		bpf_map_update_elem(&records, key, first, BPF_NOEXIST);
		value = bpf_map_lookup_elem(&records, key);
		if (value == NULL) {
			__sync_fetch_and_add(&without_room, 1);
			return;
		}
	}
	__sync_fetch_and_add(&value->events, 1);
	if (found->ours)
		__sync_fetch_and_add(&value->ours, n_frames(skb));
	if (found->fragment)
		__sync_fetch_and_add(&value->fragments, 1);
	if (found->hidden)
		__sync_fetch_and_add(&value->hidden, 1);
}

SEC("raw_tp/kfree_skb")
int
ovr_kfree_skb(const uint64_t *argument)
{
	const struct sk_buff *skb = (const struct sk_buff *)argument[0];
	const struct sock *rx_sk = NULL;
	struct ovr_reasons_key key = { .location = argument[1], .reason = (uint32_t)argument[2] };
	struct ovr_reasons_value first = { 0 };
	struct found found = { 0 };

	if (has_rx_sk)
		rx_sk = (const struct sock *)argument[3];
	trace_netns(skb, rx_sk, &key, &first);
	look_at_skb(skb, &found);
	/* elsewhere only the trial's own frames are of interest */
	if (key.netns == 0 && !found.ours)
		return 0;
	key.ip_version = found.ip_version;
	count(skb, &found, &key, &first);
	return 0;
}
