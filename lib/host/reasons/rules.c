/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rules hold for Linux 5.19 and newer. Names that a kernel does not have are never met.
 *
 * NOT_SPECIFIED owns only in functions that drop for one cause: ip_error() where no other reason
 * is set drops what a blackhole, unreachable or prohibit route of IPv4 takes, dst_discard_out()
 * what a blackhole route of IPv6 takes, and do_xdp_generic(), into which the compiler may have put
 * netif_receive_generic_xdp(), what an XDP program drops outside of the driver;
 * ndisc_error_report(), the last call of neigh_invalidate(), drops what waited for a neighbour of
 * IPv6 that did not answer. Reason XDP is no rule: that is a redirect that failed, and AF_XDP
 * sockets count it. udp_recvmsg() drops what it finds to have a wrong checksum, without a reason
 * in Linux 6.1.
 */
#include "reasons/rules.h"

#include <string.h>

#define OWNS(reason, location, ip_version, place)                                \
	{                                                                        \
		reason, location, ip_version, place, NULL, NULL, OVR_PLACE_COUNT \
	}
#define CONFIRMS_OR_OWNS(reason, location, counter, counter6, place_at_hop)           \
	{                                                                             \
		reason, location, 0, OVR_PLACE_COUNT, counter, counter6, place_at_hop \
	}
#define CONFIRMS_IN(reason, location, counter, counter6) \
	CONFIRMS_OR_OWNS(reason, location, counter, counter6, OVR_PLACE_COUNT)
#define CONFIRMS(reason, counter, counter6) CONFIRMS_IN(reason, NULL, counter, counter6)

static const struct ovr_reasons_rule rules[] = {
	OWNS("NOT_SPECIFIED", "ip_error", 4, OVR_PLACE_RX_IP),
	OWNS("NOT_SPECIFIED", "dst_discard_out", 6, OVR_PLACE_RX_IP),
	OWNS("NOT_SPECIFIED", "do_xdp_generic", 0, OVR_PLACE_RX_XDP),
	OWNS("NOT_SPECIFIED", "netif_receive_generic_xdp", 0, OVR_PLACE_RX_XDP),
	OWNS("IP_LOCAL_SOURCE", NULL, 4, OVR_PLACE_RX_IP), /* martians */
	OWNS("IP_INVALID_SOURCE", NULL, 4, OVR_PLACE_RX_IP),
	OWNS("IP_INVALID_DEST", NULL, 4, OVR_PLACE_RX_IP),
	OWNS("IP_LOCALNET", NULL, 4, OVR_PLACE_RX_IP),
	OWNS("NEIGH_QUEUEFULL", NULL, 0, OVR_PLACE_TX_IP),
	OWNS("NEIGH_FAILED", NULL, 0, OVR_PLACE_TX_IP),
	OWNS("NOT_SPECIFIED", "ndisc_error_report", 6, OVR_PLACE_TX_IP),
	OWNS("NOT_SPECIFIED", "neigh_invalidate", 6, OVR_PLACE_TX_IP),

	CONFIRMS("OTHERHOST", "link:rx_otherhost_dropped", "link:rx_otherhost_dropped"),
	CONFIRMS("UNHANDLED_PROTO", "link:rx_dropped", "link:rx_dropped"),
	CONFIRMS("FULL_RING", "link:tx_dropped", "link:tx_dropped"),
	CONFIRMS("CPU_BACKLOG", "softnet:dropped", "softnet:dropped"),
	CONFIRMS("QDISC_DROP", "qdisc:drops", "qdisc:drops"),
	CONFIRMS("QDISC_OVERLIMIT", "qdisc:drops", "qdisc:drops"),
	CONFIRMS("QDISC_CONGESTED", "qdisc:drops", "qdisc:drops"),
	CONFIRMS("FQ_BAND_LIMIT", "qdisc:drops", "qdisc:drops"),
	CONFIRMS("FQ_HORIZON_LIMIT", "qdisc:drops", "qdisc:drops"),
	CONFIRMS("FQ_FLOW_LIMIT", "qdisc:drops", "qdisc:drops"),
	CONFIRMS("TC_INGRESS", "qdisc:clsact drops", "qdisc:clsact drops"),
	CONFIRMS("TC_EGRESS", "qdisc:clsact drops", "qdisc:clsact drops"),
	CONFIRMS("NETFILTER_DROP", "netfilter", "netfilter"),
	CONFIRMS("IP_CSUM", "Ip:InHdrErrors", NULL),
	CONFIRMS("IP_INHDR", "Ip:InHdrErrors", "Ip6InHdrErrors"),
	CONFIRMS("IP_INADDRERRORS", "Ip:InAddrErrors", "Ip6InAddrErrors"),
	CONFIRMS("IP_NOPROTO", "Ip:InUnknownProtos", "Ip6InUnknownProtos"),
	CONFIRMS("PKT_TOO_SMALL", "IpExt:InTruncatedPkts", "Ip6InTruncatedPkts"),
	CONFIRMS("IP_RPFILTER", "TcpExt:IPReversePathFilter", NULL),
	CONFIRMS("IP_INNOROUTES", "IpExt:InNoRoutes", "Ip6InNoRoutes"),
	CONFIRMS("IP_OUTNOROUTES", "Ip:OutNoRoutes", "Ip6OutNoRoutes"),
	CONFIRMS("PKT_TOO_BIG", "Ip:FragFails", "Ip6InTooBigErrors"),
	CONFIRMS("FRAG_REASM_TIMEOUT", "Ip:ReasmFails", "Ip6ReasmFails"),
	CONFIRMS_OR_OWNS("NO_SOCKET", NULL, "Udp:NoPorts", "Udp6NoPorts", OVR_PLACE_RX_UDP),
	CONFIRMS("UDP_CSUM", "Udp:InCsumErrors", "Udp6InCsumErrors"),
	CONFIRMS_IN("NOT_SPECIFIED", "udp_recvmsg", "Udp:InCsumErrors", "Udp6InCsumErrors"),
	CONFIRMS_IN("NOT_SPECIFIED", "udpv6_recvmsg", "Udp:InCsumErrors", "Udp6InCsumErrors"),
	CONFIRMS("SOCKET_RCVBUFF", "Udp:RcvbufErrors", "Udp6RcvbufErrors"),
	CONFIRMS("PROTO_MEM", "Udp:MemErrors", "Udp6MemErrors"),
	CONFIRMS("SOCKET_FILTER", "Udp:InErrors", "Udp6InErrors"),
};

const struct ovr_reasons_rule *
ovr_reasons_rules(uint32_t *ret_n)
{
	*ret_n = sizeof(rules) / sizeof(rules[0]);
	return rules;
}

/* The compiler names parts and variants of a function by what follows a dot. */
static bool
is_function(const char *symbol, const char *function)
{
	size_t n = strlen(function);

	return strncmp(symbol, function, n) == 0 && (symbol[n] == '\0' || symbol[n] == '.');
}

const struct ovr_reasons_rule *
ovr_reasons_rule_of(const struct ovr_reasons_row *row)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct ovr_reasons_rule *rule = &rules[i];

		if (strcmp(row->reason, rule->reason) == 0 &&
			(rule->location == NULL || is_function(row->location, rule->location)) &&
			(rule->ip_version == 0 || row->ip_version == rule->ip_version))
			return rule;
	}
	return NULL;
}

const char *
ovr_reasons_confirms(const struct ovr_reasons_row *row)
{
	const struct ovr_reasons_rule *rule = ovr_reasons_rule_of(row);

	if (rule == NULL)
		return NULL;
	return row->ip_version == 6 ? rule->counter6 : rule->counter;
}

enum ovr_ledger_place
ovr_reasons_owns(const struct ovr_reasons_row *row)
{
	const struct ovr_reasons_rule *rule = ovr_reasons_rule_of(row);

	return rule == NULL ? OVR_PLACE_COUNT : rule->place;
}

enum ovr_ledger_place
ovr_reasons_owns_at_hop(const struct ovr_reasons_row *row)
{
	const struct ovr_reasons_rule *rule = ovr_reasons_rule_of(row);

	if (rule == NULL)
		return OVR_PLACE_COUNT;
	return rule->place != OVR_PLACE_COUNT ? rule->place : rule->place_at_hop;
}

static bool
is_same_netns(const char *one, const char *other)
{
	return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

struct ovr_reasons_sum
ovr_reasons_sum_of(const struct ovr_reasons_reading *reading, const char *netns, const char *counter)
{
	struct ovr_reasons_sum sum = { 0 };

	for (uint32_t i = 0; i < reading->n; i++) {
		const struct ovr_reasons_row *row = &reading->row[i];
		const char *confirms = ovr_reasons_confirms(row);

		if (confirms == NULL || strcmp(confirms, counter) != 0 || !is_same_netns(row->netns, netns))
			continue;
		sum.events += row->events;
		sum.ours += row->ours;
		sum.fragments += row->fragments;
		sum.hidden += row->hidden;
	}
	return sum;
}
