/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of rules. Rows of one namespace claim in its order. */
#include <string.h>

#include "kernel/rules.h"
#include "nic/meaning.h"

#define SENDER   OVR_KERNEL_SENDER
#define HOP      OVR_KERNEL_HOP
#define RECEIVER OVR_KERNEL_RECEIVER

#define ANY    (1u << OVR_KERNEL_ANY)
#define IN     (1u << OVR_KERNEL_IN)
#define OUT    (1u << OVR_KERNEL_OUT)
#define EGRESS (1u << OVR_KERNEL_EGRESS)

/* Of one row. */
#define ROW(layer_, name_, roles_, place_, unit_, ...)                                                     \
	{                                                                                                  \
		.layer = OVR_KERNEL_##layer_, .name = name_, .roles = roles_, .place = OVR_PLACE_##place_, \
		.unit = OVR_KERNEL_##unit_, __VA_ARGS__                                                    \
	}
/* Of one version of IP. */
#define MIB4(name_, roles_, place_, unit_, ...) \
	ROW(MIB, name_, roles_, place_, unit_, .ip_version = 4, __VA_ARGS__)
#define MIB6(name_, roles_, place_, unit_, ...) \
	ROW(MIB, name_, roles_, place_, unit_, .ip_version = 6, __VA_ARGS__)

static const struct ovr_kernel_rule rules[] = {
	/* a sender's way out */
	MIB4("Ip:OutNoRoutes", SENDER, TX_IP, DATAGRAM, .remark = "send() says ENETUNREACH"),
	MIB6("Ip6OutNoRoutes", SENDER, TX_IP, DATAGRAM, .remark = "send() says ENETUNREACH"),
	/* before the next rows: of a host that sends and forwards, what is too large to forward */
	MIB6("Ip6InTooBigErrors", HOP, RX_IP, SKB, .aliases = "mib/Ip6FragFails",
		.remark = "too large for the next link"),
	MIB4("Ip:FragFails", SENDER, TX_IP, SKB, .remark = "too large for the route, and not to be split"),
	MIB6("Ip6FragFails", SENDER, TX_IP, SKB, .remark = "too large for the route, and not to be split"),
	ROW(NFTABLES, "dropped", SENDER, TX_NETFILTER, SKB, .directions = OUT,
		.aliases = "mib/Ip:OutDiscards mib/Ip6OutDiscards", .remark = "send() says EPERM"),
	ROW(CONNTRACK, "drop", SENDER, TX_NETFILTER, SKB,
		.aliases = "conntrack/insert_failed conntrack/chain_toolong mib/Ip:OutDiscards "
			   "mib/Ip6OutDiscards",
		.remark = "send() says EPERM: the table was full, or two flows clashed"),
	ROW(NFTABLES, "dropped", SENDER | HOP, TX_NETFILTER, SKB, .directions = EGRESS,
		.aliases = "mib/Ip:OutDiscards mib/Udp:SndbufErrors mib/Ip6OutDiscards mib/Udp6SndbufErrors",
		.remark = "a rule at a device's egress"),
	ROW(NFTABLES, "dropped", HOP, TX_NETFILTER, SKB, .directions = OUT,
		.remark = "a rule on the way out"),
	ROW(NEIGHBOUR, "unresolved_discards", SENDER | HOP, TX_IP, SKB,
		.remark = "the neighbour did not answer and its queue was full; of all namespaces together"),
	ROW(QDISC, "drops", SENDER | HOP, TX_QDISC, SKB, .directions = OUT,
		.aliases = "mib/Ip:OutDiscards mib/Udp:SndbufErrors mib/Ip6OutDiscards mib/Udp6SndbufErrors",
		.never_add_to = "qdisc/drops class/drops",
		.remark = "the queue was full; the root counts what every level dropped"),
	ROW(QDISC, "drops", SENDER, TX_QDISC, SKB, .directions = ANY,
		.aliases = "mib/Ip:OutDiscards mib/Udp:SndbufErrors mib/Ip6OutDiscards mib/Udp6SndbufErrors",
		.remark = "filters of tc, ingress and egress together"),
	ROW(LINK, "tx_dropped", SENDER | HOP, TX_KERNEL, FRAME, .aliases = "link/rx_dropped softnet/dropped",
		.remark = "the other end or the program behind it took no more, or it is down"),
	/* into a host */
	ROW(DRIVER, "xdp_drops", HOP | RECEIVER, RX_XDP, FRAME, .aliases = "link/rx_dropped",
		.remark = "dropped by the XDP program"),
	ROW(SOFTNET, "dropped", HOP | RECEIVER, RX_SOFTNET, SKB, .aliases = "link/tx_dropped link/rx_dropped",
		.remark = "the backlog of a CPU was full"),
	ROW(LINK, "rx_dropped", HOP | RECEIVER, RX_KERNEL, FRAME,
		.remark = "behind the ring: nobody wanted them, or no memory"),
	ROW(LINK, "rx_otherhost_dropped", HOP | RECEIVER, RX_IP, FRAME,
		.remark = "sent to another MAC address"),
	ROW(QDISC, "drops", HOP | RECEIVER, RX_INGRESS, SKB, .directions = IN, .remark = "a filter of tc"),
	ROW(QDISC, "drops", HOP | RECEIVER, RX_INGRESS, SKB, .directions = ANY,
		.remark = "filters of tc, ingress and egress together"),
	ROW(NFTABLES, "dropped", HOP | RECEIVER, RX_NETFILTER, SKB, .directions = IN | ANY,
		.remark = "a rule dropped them"),
	ROW(CONNTRACK, "drop", HOP | RECEIVER, RX_NETFILTER, SKB,
		.aliases = "conntrack/insert_failed conntrack/chain_toolong",
		.remark = "conntrack: the table was full, or two flows clashed"),
	/* IP: ip_input.c, ip_forward.c, ip_fragment.c, route.c */
	MIB4("Ip:InHdrErrors", HOP | RECEIVER, RX_IP, SKB, .aliases = "mib/IpExt:InCsumErrors",
		.remark = "the TTL ran out, or a bad header: both are counted here"),
	MIB4("IpExt:InTruncatedPkts", HOP | RECEIVER, RX_IP, SKB, .remark = "shorter than its header says"),
	MIB4("TcpExt:IPReversePathFilter", HOP | RECEIVER, RX_IP, SKB,
		.remark = "rp_filter: the way back is another one"),
	MIB4("IpExt:InNoRoutes", HOP | RECEIVER, RX_IP, SKB, .remark = "no route"),
	MIB4("Ip:InAddrErrors", HOP | RECEIVER, RX_IP, SKB,
		.remark = "the address is not of this host, and it does not forward"),
	MIB4("Ip:InUnknownProtos", HOP | RECEIVER, RX_IP, SKB, .remark = "nobody takes this protocol"),
	MIB4("Ip:InDiscards", HOP | RECEIVER, RX_IP, SKB,
		.remark = "no memory, or options that were refused"),
	MIB4("Ip:ReasmFails", HOP | RECEIVER, RX_IP, OTHER, .aliases = "mib/Ip:ReasmTimeout",
		.remark = "datagrams of which fragments were missing, and fragments for which there was no "
			  "memory"),
	MIB4("Ip:FragFails", HOP, RX_IP, SKB, .remark = "too large for the next link, and not to be split"),
	MIB6("Ip6InHdrErrors", HOP | RECEIVER, RX_IP, SKB,
		.remark = "the hop limit ran out, or a bad header: both are counted here"),
	MIB6("Ip6InTruncatedPkts", HOP | RECEIVER, RX_IP, SKB, .remark = "shorter than its header says"),
	MIB6("Ip6InNoRoutes", HOP | RECEIVER, RX_IP, SKB, .remark = "no route"),
	MIB6("Ip6InAddrErrors", HOP | RECEIVER, RX_IP, SKB,
		.remark = "the address is not of this host, and it does not forward"),
	MIB6("Ip6InUnknownProtos", HOP | RECEIVER, RX_IP, SKB, .remark = "nobody takes this protocol"),
	MIB6("Ip6InDiscards", HOP | RECEIVER, RX_IP, SKB, .remark = "no memory, or refused"),
	MIB6("Ip6ReasmFails", HOP | RECEIVER, RX_IP, OTHER, .aliases = "mib/Ip6ReasmTimeout",
		.remark = "datagrams of which fragments were missing, and fragments for which there was no "
			  "memory"),
	MIB6("Ip6FragFails", HOP, RX_IP, SKB, .remark = "too large for the next link, and not to be split"),
	/* UDP: udp.c */
	MIB4("Udp:NoPorts", RECEIVER, RX_UDP, DATAGRAM, .remark = "no socket"),
	MIB4("Udp:InCsumErrors", RECEIVER, RX_UDP, DATAGRAM, .aliases = "mib/Udp:InErrors",
		.never_add_to = "socket/drops",
		.remark = "a wrong checksum; of large datagrams it is found when they are read"),
	MIB4("Udp:MemErrors", RECEIVER, RX_UDP, DATAGRAM, .aliases = "mib/Udp:InErrors",
		.never_add_to = "socket/drops", .remark = "no memory of udp_mem"),
	MIB4("Udp:RcvbufErrors", RECEIVER, RX_SOCKET, DATAGRAM, .aliases = "mib/Udp:InErrors",
		.never_add_to = "socket/drops", .remark = "the receive buffer was full"),
	MIB4("Udp:InErrors", RECEIVER, RX_UDP, DATAGRAM, .never_add_to = "socket/drops",
		.remark = "a filter of the socket: what no other counter of UDP has"),
	MIB6("Udp6NoPorts", RECEIVER, RX_UDP, DATAGRAM, .remark = "no socket"),
	MIB6("Udp6InCsumErrors", RECEIVER, RX_UDP, DATAGRAM, .aliases = "mib/Udp6InErrors",
		.never_add_to = "socket/drops",
		.remark = "a wrong checksum; of large datagrams it is found when they are read"),
	MIB6("Udp6MemErrors", RECEIVER, RX_UDP, DATAGRAM, .aliases = "mib/Udp6InErrors",
		.never_add_to = "socket/drops", .remark = "no memory of udp_mem"),
	MIB6("Udp6RcvbufErrors", RECEIVER, RX_SOCKET, DATAGRAM, .aliases = "mib/Udp6InErrors",
		.never_add_to = "socket/drops", .remark = "the receive buffer was full"),
	MIB6("Udp6InErrors", RECEIVER, RX_UDP, DATAGRAM, .never_add_to = "socket/drops",
		.remark = "a filter of the socket: what no other counter of UDP has"),
	/* TCP: tcp_input.c, tcp_ipv4.c */
	ROW(MIB, "Tcp:InCsumErrors", RECEIVER, RX_TCP, SEGMENT, .aliases = "mib/Tcp:InErrs",
		.remark = "a wrong checksum"),
	ROW(MIB, "TcpExt:TCPRcvQDrop", RECEIVER, RX_TCP, SEGMENT,
		.never_add_to = "mib/TcpExt:RcvPruned mib/TcpExt:PruneCalled",
		.remark = "the receive queue was full"),
	ROW(MIB, "TcpExt:TCPOFODrop", RECEIVER, RX_TCP, SEGMENT,
		.never_add_to = "mib/TcpExt:RcvPruned mib/TcpExt:PruneCalled",
		.remark = "no memory for what came out of order"),
	ROW(MIB, "TcpExt:BeyondWindow", RECEIVER, RX_TCP, SEGMENT,
		.remark = "beyond the window, or the window was closed"),
	ROW(MIB, "TcpExt:TCPZeroWindowDrop", RECEIVER, RX_TCP, SEGMENT, .remark = "the window was closed"),
	ROW(MIB, "TcpExt:TCPBacklogDrop", RECEIVER, RX_TCP, SEGMENT,
		.remark = "the socket was in use and its backlog full"),
	ROW(MIB, "TcpExt:ListenOverflows", RECEIVER, RX_TCP, SEGMENT, .aliases = "mib/TcpExt:ListenDrops",
		.never_add_to = "socket/drops",
		.remark = "the accept queue was full: a retransmitted SYN counts again"),
	ROW(MIB, "TcpExt:ListenDrops", RECEIVER, RX_TCP, SEGMENT,
		.never_add_to = "mib/TcpExt:TCPReqQFullDrop",
		.remark = "the SYN queue was full: what no full accept queue dropped"),
};

#define N_RULES (sizeof(rules) / sizeof(rules[0]))

const struct ovr_kernel_rule *
ovr_kernel_rules(size_t *ret_n)
{
	*ret_n = N_RULES;
	return rules;
}

enum ovr_kernel_unit
ovr_kernel_unit_of(enum ovr_kernel_layer layer, const char *name)
{
	for (size_t i = 0; i < N_RULES; i++)
		if (rules[i].layer == layer && strcmp(rules[i].name, name) == 0)
			return rules[i].unit;
	switch (layer) {
	case OVR_KERNEL_LINK:
		return strstr(name, "bytes") != NULL ? OVR_KERNEL_OTHER : OVR_KERNEL_FRAME;
	case OVR_KERNEL_DRIVER:
		return OVR_KERNEL_FRAME;
	case OVR_KERNEL_QDISC:
	case OVR_KERNEL_CLASS:
	case OVR_KERNEL_SOFTNET:
	case OVR_KERNEL_NFTABLES:
		return OVR_KERNEL_SKB;
	case OVR_KERNEL_SOCKET:
		return OVR_KERNEL_DATAGRAM;
	case OVR_KERNEL_CONNTRACK:
	case OVR_KERNEL_MIB:
	case OVR_KERNEL_NEIGHBOUR:
	case OVR_KERNEL_LAYERS:
		break;
	}
	return OVR_KERNEL_OTHER;
}

bool
ovr_kernel_tells_loss(const struct ovr_kernel_counter *counter)
{
	if (counter->layer == OVR_KERNEL_DRIVER || counter->layer == OVR_KERNEL_SOCKET)
		return true;
	/* errors of links are claimed by the rows of nic */
	if (counter->layer == OVR_KERNEL_LINK && ovr_nic_name_tells_loss(counter->name))
		return true;
	if (counter->layer == OVR_KERNEL_MIB &&
		(strcmp(counter->name, "Udp:InDatagrams") == 0 ||
			strcmp(counter->name, "Udp6InDatagrams") == 0))
		return true;
	for (size_t i = 0; i < N_RULES; i++)
		if (rules[i].layer == counter->layer && strcmp(rules[i].name, counter->name) == 0)
			return true;
	return false;
}

bool
ovr_kernel_unit_is_frames(enum ovr_kernel_unit unit)
{
	return unit == OVR_KERNEL_FRAME || unit == OVR_KERNEL_SKB || unit == OVR_KERNEL_DATAGRAM;
}
