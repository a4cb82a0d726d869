/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "reasons/rules.h"

static struct ovr_reasons_row
row_of(const char *netns, const char *reason, const char *location, uint32_t ip_version, uint64_t events,
	uint64_t ours)
{
	struct ovr_reasons_row row = {
		.netns = netns, .ip_version = ip_version, .events = events, .ours = ours
	};

	strncpy(row.reason, reason, sizeof(row.reason) - 1);
	strncpy(row.location, location, sizeof(row.location) - 1);
	return row;
}

static void
assert_confirms(const char *reason, uint32_t ip_version, const char *counter)
{
	struct ovr_reasons_row row = row_of("r", reason, "", ip_version, 1, 1);

	cr_assert_not_null(ovr_reasons_confirms(&row), "%s", reason);
	cr_assert_str_eq(ovr_reasons_confirms(&row), counter);
	cr_assert_eq(ovr_reasons_owns(&row), OVR_PLACE_COUNT);
}

static enum ovr_ledger_place
owner_of(const char *reason, const char *location, uint32_t ip_version)
{
	struct ovr_reasons_row row = row_of("r", reason, location, ip_version, 1, 1);

	cr_assert_null(ovr_reasons_confirms(&row), "%s", reason);
	return ovr_reasons_owns(&row);
}

Test(rules, a_reason_confirms_the_counter_of_its_ip_version)
{
	assert_confirms("NO_SOCKET", 4, "Udp:NoPorts");
	assert_confirms("NO_SOCKET", 6, "Udp6NoPorts");
	assert_confirms("SOCKET_RCVBUFF", 4, "Udp:RcvbufErrors");
	assert_confirms("UDP_CSUM", 4, "Udp:InCsumErrors");
	assert_confirms("IP_RPFILTER", 4, "TcpExt:IPReversePathFilter");
	assert_confirms("IP_INNOROUTES", 4, "IpExt:InNoRoutes");
	assert_confirms("IP_INHDR", 4, "Ip:InHdrErrors");
	assert_confirms("PKT_TOO_BIG", 4, "Ip:FragFails");
	assert_confirms("CPU_BACKLOG", 4, "softnet:dropped");
	assert_confirms("NETFILTER_DROP", 6, "netfilter");
	assert_confirms("QDISC_DROP", 0, "qdisc:drops");
}

/* A hop's counters of UDP are of its own ports: the reason alone tells of the trial's frames. */
Test(rules, a_hop_that_takes_frames_for_its_own_owns_those_without_a_socket)
{
	struct ovr_reasons_row row = row_of("h", "NO_SOCKET", "", 4, 5, 5);

	cr_assert_eq(ovr_reasons_owns(&row), OVR_PLACE_COUNT);
	cr_assert_eq(ovr_reasons_owns_at_hop(&row), OVR_PLACE_RX_UDP);
	row = row_of("h", "NEIGH_FAILED", "", 4, 5, 5);
	cr_assert_eq(ovr_reasons_owns_at_hop(&row), OVR_PLACE_TX_IP);
	row = row_of("h", "IP_INNOROUTES", "", 4, 5, 5);
	cr_assert_eq(ovr_reasons_owns_at_hop(&row), OVR_PLACE_COUNT);
	row = row_of("h", "TCP_OLD_DATA", "", 4, 5, 5);
	cr_assert_eq(ovr_reasons_owns_at_hop(&row), OVR_PLACE_COUNT);
}

Test(rules, what_no_counter_has_is_owned)
{
	cr_assert_eq(owner_of("NEIGH_QUEUEFULL", "__neigh_event_send", 4), OVR_PLACE_TX_IP);
	cr_assert_eq(owner_of("NEIGH_FAILED", "ndisc_error_report", 6), OVR_PLACE_TX_IP);
	cr_assert_eq(owner_of("NOT_SPECIFIED", "ip_error", 4), OVR_PLACE_RX_IP);
	cr_assert_eq(owner_of("NOT_SPECIFIED", "dst_discard_out", 6), OVR_PLACE_RX_IP);
	cr_assert_eq(owner_of("NOT_SPECIFIED", "neigh_invalidate", 6), OVR_PLACE_TX_IP);
	cr_assert_eq(owner_of("NOT_SPECIFIED", "neigh_invalidate", 4), OVR_PLACE_COUNT);
	cr_assert_eq(owner_of("IP_LOCALNET", "ip_rcv_finish_core", 4), OVR_PLACE_RX_IP);
	cr_assert_eq(owner_of("NOT_SPECIFIED", "do_xdp_generic", 0), OVR_PLACE_RX_XDP);
}

Test(rules, a_reason_of_many_causes_owns_in_its_function_alone)
{
	cr_assert_eq(owner_of("NOT_SPECIFIED", "udp_destruct_common", 4), OVR_PLACE_COUNT);
	cr_assert_eq(owner_of("NOT_SPECIFIED", "", 4), OVR_PLACE_COUNT);
	cr_assert_eq(owner_of("NOT_SPECIFIED", "ip_error_of_another_kind", 4), OVR_PLACE_COUNT);
	cr_assert_eq(owner_of("NOT_SPECIFIED", "ip_error", 6), OVR_PLACE_COUNT);
	cr_assert_eq(owner_of("XDP", "do_xdp_generic", 4), OVR_PLACE_COUNT);
}

Test(rules, the_compilers_variants_of_a_function_are_the_function)
{
	cr_assert_eq(owner_of("NOT_SPECIFIED", "ip_error.part.0", 4), OVR_PLACE_RX_IP);
}

Test(rules, a_reason_without_a_rule_says_nothing)
{
	cr_assert_eq(owner_of("PACKET_SOCK_ERROR", "packet_rcv", 4), OVR_PLACE_COUNT);
	cr_assert_eq(owner_of("0x20003", "", 4), OVR_PLACE_COUNT);
}

Test(rules, each_owns_or_confirms_and_none_does_both)
{
	uint32_t n;
	const struct ovr_reasons_rule *rule = ovr_reasons_rules(&n);

	cr_assert_gt(n, 30);
	for (uint32_t i = 0; i < n; i++)
		cr_assert_neq(
			rule[i].place != OVR_PLACE_COUNT, rule[i].counter != NULL, "%s", rule[i].reason);
}

static void
assert_in_page(const char *page, const char *word)
{
	char quoted[128];

	snprintf(quoted, sizeof(quoted), "`%s`", word);
	cr_assert_not_null(strstr(page, quoted), "docs/reference/drop-reasons.md has no %s", quoted);
}

Test(rules, the_page_has_them_all)
{
	static char page[64 * 1024];
	FILE *file = fopen(OVR_CONFIG_DIR "/../docs/reference/drop-reasons.md", "re");
	uint32_t n;
	const struct ovr_reasons_rule *rule = ovr_reasons_rules(&n);

	cr_assert_not_null(file);
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
	for (uint32_t i = 0; i < n; i++) {
		assert_in_page(page, rule[i].reason);
		if (rule[i].location != NULL)
			assert_in_page(page, rule[i].location);
		if (rule[i].counter != NULL)
			assert_in_page(page, rule[i].counter);
		if (rule[i].counter6 != NULL)
			assert_in_page(page, rule[i].counter6);
	}
}

Test(rules, a_sum_has_the_rows_of_one_namespace_and_counter)
{
	struct ovr_reasons_row row[] = { row_of("", "IP_INHDR", "ip_forward", 4, 700, 600),
		row_of("", "IP_CSUM", "ip_rcv_core", 4, 5, 0),
		row_of("", "IP_INHDR", "ip6_forward", 6, 11, 11),
		row_of("", "NO_SOCKET", "udp_unicast_rcv_skb", 4, 13, 13),
		row_of("r", "IP_INHDR", "ip_forward", 4, 17, 17),
		row_of(NULL, "IP_INHDR", "ip_forward", 4, 19, 19) };
	struct ovr_reasons_reading reading = { .n = 6, .row = row };
	struct ovr_reasons_sum sum;

	row[0].fragments = 2;
	row[1].hidden = 3;
	sum = ovr_reasons_sum_of(&reading, "", "Ip:InHdrErrors");
	cr_assert_eq(sum.events, 705);
	cr_assert_eq(sum.ours, 600);
	cr_assert_eq(sum.fragments, 2);
	cr_assert_eq(sum.hidden, 3);
	cr_assert_eq(ovr_reasons_sum_of(&reading, "", "Ip6InHdrErrors").ours, 11);
	cr_assert_eq(ovr_reasons_sum_of(&reading, "r", "Ip:InHdrErrors").ours, 17);
	cr_assert_eq(ovr_reasons_sum_of(&reading, NULL, "Ip:InHdrErrors").ours, 19);
	cr_assert_eq(ovr_reasons_sum_of(&reading, "r", "Udp:NoPorts").events, 0);
}
