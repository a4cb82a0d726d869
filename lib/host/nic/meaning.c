/* SPDX-License-Identifier: BSD-3-Clause */
/* The standard meanings, and the way from a counter to its rule. */
#include "nic/meaning.h"

#include <ctype.h>
#include <string.h>

#include "nic/rules.h"

#define N_OF(list) (sizeof(list) / sizeof((list)[0]))

/*
 * What the kernel's documentation of struct rtnl_link_stats64 says. rx_errors is a total whose
 * parts may end in different places, and with some drivers holds missed frames too: its parts are
 * booked. All of tx_errors ends in one place.
 */
static const struct ovr_nic_rule link_rule[] = {
	{ OVR_NIC_LINK, "rx_packets", OVR_NIC_TRAFFIC(UNVERIFIED) },
	{ OVR_NIC_LINK, "tx_packets", OVR_NIC_TRAFFIC(UNVERIFIED) },
	{ OVR_NIC_LINK, "rx_bytes", OVR_NIC_TRAFFIC(UNVERIFIED) },
	{ OVR_NIC_LINK, "tx_bytes", OVR_NIC_TRAFFIC(UNVERIFIED) },
	{ OVR_NIC_LINK, "multicast", OVR_NIC_TRAFFIC(UNVERIFIED) },
	{ OVR_NIC_LINK, "rx_compressed", OVR_NIC_TRAFFIC(UNVERIFIED) },
	{ OVR_NIC_LINK, "tx_compressed", OVR_NIC_TRAFFIC(UNVERIFIED) },
	{ OVR_NIC_LINK, "collisions", OVR_NIC_OTHER(UNVERIFIED, "sent again") },
	{ OVR_NIC_LINK, "rx_missed_errors", OVR_NIC_LOSS(RX_RING, UNVERIFIED, "the host gave no room") },
	{ OVR_NIC_LINK, "rx_over_errors",
		OVR_NIC_ALIAS(RX_RING, UNVERIFIED, "of rx_missed_errors, or events") },
	{ OVR_NIC_LINK, "rx_fifo_errors",
		OVR_NIC_ALIAS(RX_RING, UNVERIFIED, "of rx_missed_errors, or events") },
	{ OVR_NIC_LINK, "rx_errors", OVR_NIC_TOTAL(RX_ERRORS, UNVERIFIED, "total of the errors by kind") },
	{ OVR_NIC_LINK, "rx_length_errors", OVR_NIC_LOSS(RX_ERRORS, UNVERIFIED, "bad length") },
	{ OVR_NIC_LINK, "rx_crc_errors", OVR_NIC_LOSS(RX_ERRORS, UNVERIFIED, "bad FCS") },
	{ OVR_NIC_LINK, "rx_frame_errors", OVR_NIC_LOSS(RX_ERRORS, UNVERIFIED, "bad alignment") },
	{ OVR_NIC_LINK, "rx_dropped",
		OVR_NIC_LOSS(RX_KERNEL, UNVERIFIED, "no memory, backlog, unknown protocol") },
	{ OVR_NIC_LINK, "rx_nohandler", OVR_NIC_LOSS(RX_KERNEL, UNVERIFIED, "a port that must not receive") },
	{ OVR_NIC_LINK, "rx_otherhost_dropped",
		OVR_NIC_OTHER(EXACT, "sent to another MAC: IP drops them, packet sockets have seen them") },
	{ OVR_NIC_LINK, "tx_dropped", OVR_NIC_LOSS(TX_KERNEL, UNVERIFIED, "on the way to the line") },
	{ OVR_NIC_LINK, "tx_errors", OVR_NIC_LOSS(TX_ERRORS, UNVERIFIED, "total of the errors by kind") },
	{ OVR_NIC_LINK, "tx_aborted_errors", OVR_NIC_ALIAS(TX_ERRORS, UNVERIFIED, "in tx_errors") },
	{ OVR_NIC_LINK, "tx_carrier_errors", OVR_NIC_ALIAS(TX_ERRORS, UNVERIFIED, "in tx_errors") },
	{ OVR_NIC_LINK, "tx_fifo_errors", OVR_NIC_ALIAS(TX_ERRORS, UNVERIFIED, "in tx_errors") },
	{ OVR_NIC_LINK, "tx_heartbeat_errors", OVR_NIC_ALIAS(TX_ERRORS, UNVERIFIED, "in tx_errors") },
	{ OVR_NIC_LINK, "tx_window_errors", OVR_NIC_ALIAS(TX_ERRORS, UNVERIFIED, "in tx_errors") },
};

/* What no driver changes. What a child of a qdisc drops, its parents count too. */
static const struct ovr_nic_rule common_rule[] = {
	{ OVR_NIC_QDISC, "drops", OVR_NIC_LOSS(TX_KERNEL, EXACT, "a full queue before the driver") },
	{ OVR_NIC_QDISC, "ingress drops", OVR_NIC_LOSS(RX_KERNEL, EXACT, "a filter of tc") },
	{ OVR_NIC_QDISC, "clsact drops",
		OVR_NIC_LOSS(RX_KERNEL, UNVERIFIED, "filters of tc, ingress and egress together") },
	{ OVR_NIC_QDISC, "* drops", OVR_NIC_ALIAS(TX_KERNEL, EXACT, "in the root's drops") },
	{ OVR_NIC_QDISC, "*requeues", OVR_NIC_OTHER(EXACT, "put back, no loss") },
	{ OVR_NIC_QDISC, "*overlimits", OVR_NIC_OTHER(EXACT, "held back, no loss") },
	{ OVR_NIC_SOFTNET, "dropped",
		OVR_NIC_UNSEEN(RX_KERNEL, PORT_LEVEL,
			"backlog of the whole host; rx_dropped has the interface's part") },
	{ OVR_NIC_SOFTNET, "time_squeeze", OVR_NIC_OTHER(EXACT, "work put off, no loss") },
	{ OVR_NIC_QSTATS, "?x-packets[#]", OVR_NIC_TRAFFIC(UNVERIFIED) },
	{ OVR_NIC_QSTATS, "?x-bytes[#]", OVR_NIC_TRAFFIC(UNVERIFIED) },
	{ OVR_NIC_QSTATS, "rx-alloc-fail[#]",
		OVR_NIC_OTHER(UNVERIFIED, "refills that failed, which need not cost a frame") },
	{ OVR_NIC_QSTATS, "rx-hw-drop-overruns[#]",
		OVR_NIC_ALIAS(RX_RING, UNVERIFIED, "of the driver's own counter") },
	{ OVR_NIC_QSTATS, "rx-hw-drop-ratelimits[#]",
		OVR_NIC_ALIAS(RX_ERRORS, UNVERIFIED, "the device's rate limit, whatever the ring") },
	{ OVR_NIC_QSTATS, "rx-hw-drops[#]",
		OVR_NIC_TOTAL(RX_RING, UNVERIFIED, "all that the device dropped") },
	{ OVR_NIC_QSTATS, "rx-csum-bad[#]", OVR_NIC_OTHER(UNVERIFIED, "delivered all the same") },
	{ OVR_NIC_QSTATS, "tx-hw-drop*[#]",
		OVR_NIC_ALIAS(TX_ERRORS, UNVERIFIED, "of the driver's own counter") },
};

const struct ovr_nic_row ovr_nic_standard_rows[] = {
	{ "any, link statistics", link_rule, N_OF(link_rule), 0 },
	{ "any, other sources", common_rule, N_OF(common_rule), 0 },
	{ NULL, NULL, 0, 0 },
};

bool
ovr_nic_rule_fits(const char *pattern, const char *name)
{
	for (; *pattern != '\0'; pattern++) {
		if (*pattern == '*') {
			for (const char *rest = name;; rest++) {
				if (ovr_nic_rule_fits(pattern + 1, rest))
					return true;
				if (*rest == '\0')
					return false;
			}
		}
		if (*pattern == '#') {
			if (!isdigit((unsigned char)*name))
				return false;
			while (isdigit((unsigned char)*name))
				name++;
			continue;
		}
		if (*name == '\0' || (*pattern != '?' && *pattern != *name))
			return false;
		name++;
	}
	return *name == '\0';
}

/* The first that fits, of those that are meant for a driver with these counters. */
static const struct ovr_nic_rule *
find_rule(const struct ovr_nic_rule *rule, size_t n_rules, const struct ovr_nic_counters *reading,
	enum ovr_nic_source source, const char *name)
{
	for (size_t i = 0; i < n_rules; i++)
		if (rule[i].source == source && ovr_nic_rule_fits(rule[i].name, name) &&
			(rule[i].where == NULL ||
				ovr_nic_counters_find(reading, OVR_NIC_DRIVER, rule[i].where) != NULL))
			return &rule[i];
	return NULL;
}

static const struct ovr_nic_row *
row_of(const char *driver)
{
	for (const struct ovr_nic_row *row = ovr_nic_rows; row->driver != NULL; row++)
		if (strcmp(row->driver, driver) == 0)
			return row;
	return NULL;
}

bool
ovr_nic_driver_is_known(const char *driver)
{
	return row_of(driver) != NULL;
}

uint32_t
ovr_nic_driver_traps(const char *driver, const char **ret_name, const char **ret_remark)
{
	const struct ovr_nic_row *row = row_of(driver);
	uint32_t n = 0;

	*ret_name = *ret_remark = "";
	for (size_t i = 0; row != NULL && i < row->n_rules; i++) {
		const struct ovr_nic_rule *rule = &row->rule[i];

		if (rule->meaning.trust != OVR_NIC_TRUST_WRONG &&
			rule->meaning.trust != OVR_NIC_TRUST_NOT_IMPLEMENTED)
			continue;
		if (n++ == 0) {
			*ret_name = rule->name;
			*ret_remark = rule->meaning.remark;
		}
	}
	return n;
}

bool
ovr_nic_driver_makes_speed_up(const char *driver)
{
	return strcmp(driver, "veth") == 0 || strcmp(driver, "tun") == 0;
}

uint32_t
ovr_nic_driver_late_ms(const char *driver)
{
	const struct ovr_nic_row *row = row_of(driver);

	return row != NULL ? row->late_ms : 0;
}

bool
ovr_nic_is_booked(const struct ovr_nic_meaning *meaning)
{
	return meaning->kind == OVR_NIC_KIND_LOSS && meaning->trust != OVR_NIC_TRUST_NOT_IMPLEMENTED &&
		meaning->trust != OVR_NIC_TRUST_WRONG;
}

/*
 * Whether a word begins at @p at: after a separator, a digit, or "rx" and "tx"; and where capitals
 * begin: "pktsRxOutOfBuf".
 */
static bool
begins_word(const char *name, const char *at)
{
	unsigned char now, before;

	if (at == name)
		return true;
	now = (unsigned char)at[0];
	before = (unsigned char)at[-1];
	if (!isalpha(before) || (islower(before) && isupper(now)))
		return true;
	if (isupper(before) && isupper(now) && islower((unsigned char)at[1]))
		return true;
	return at >= name + 2 && tolower(before) == 'x' && strchr("rtRT", at[-2]) != NULL &&
		begins_word(name, at - 2);
}

bool
ovr_nic_name_tells_loss(const char *name)
{
	/* how a word begins: "drop" is that of "drops" and of "dropped" */
	static const char *const word[] = { "drop", "discard", "miss", "err", "fail", "overrun", "overflow",
		"oob", "out_of_buf", "no_buf", "nobuf", "no_dma", "no_mem", "fifo", "crc", "fcs", "bad",
		"lost", "abort", "invalid", "exceeded", "trunc", "oversize", "jabber", "too_long" };

	for (const char *at = name; *at != '\0'; at++)
		for (size_t i = 0; begins_word(name, at) && i < N_OF(word); i++)
			if (strncasecmp(at, word[i], strlen(word[i])) == 0)
				return true;
	return false;
}

/* By the rules of the driver, then by those for all. @return NULL: none fits */
static const struct ovr_nic_rule *
look_up(const struct ovr_nic_row *row, const struct ovr_nic_counters *reading, enum ovr_nic_source source,
	const char *name)
{
	const struct ovr_nic_rule *rule = NULL;

	if (row != NULL)
		rule = find_rule(row->rule, row->n_rules, reading, source, name);
	for (row = ovr_nic_standard_rows; rule == NULL && row->driver != NULL; row++)
		rule = find_rule(row->rule, row->n_rules, reading, source, name);
	return rule;
}

/* A counter that no rule knows. Many drivers repeat the link's, under its name. */
static struct ovr_nic_meaning
guess(const struct ovr_nic_row *row, const struct ovr_nic_counters *reading, const char *name)
{
	static const char *const traffic[] = { "packets", "pkts", "bytes", "octets", "unicast", "multicast",
		"broadcast" };
	const struct ovr_nic_rule *link = look_up(row, reading, OVR_NIC_LINK, name);
	struct ovr_nic_meaning meaning = OVR_NIC_OTHER(UNVERIFIED, "");

	if (link != NULL) {
		meaning = link->meaning;
		if (meaning.kind == OVR_NIC_KIND_LOSS) {
			meaning.kind = OVR_NIC_KIND_ALIAS;
			meaning.remark = "the link's counter of that name";
		}
		return meaning;
	}
	if (ovr_nic_name_tells_loss(name)) {
		meaning.remark = "named like a loss, but what it counts is not known";
		meaning.is_suspect = true;
		return meaning;
	}
	for (size_t i = 0; i < N_OF(traffic); i++)
		if (strstr(name, traffic[i]) != NULL)
			meaning.kind = OVR_NIC_KIND_TRAFFIC;
	return meaning;
}

struct ovr_nic_meaning
ovr_nic_meaning_of(const struct ovr_nic_counters *reading, const struct ovr_nic_counter *counter)
{
	const struct ovr_nic_row *row = row_of(reading->driver);
	const struct ovr_nic_rule *rule = look_up(row, reading, counter->source, counter->name);

	return rule != NULL ? rule->meaning : guess(row, reading, counter->name);
}

const char *
ovr_nic_kind_name(enum ovr_nic_kind kind)
{
	static const char *const name[] = {
		[OVR_NIC_KIND_TRAFFIC] = "traffic",
		[OVR_NIC_KIND_LOSS] = "loss",
		[OVR_NIC_KIND_ALIAS] = "alias",
		[OVR_NIC_KIND_OTHER] = "other",
	};

	return name[kind];
}

const char *
ovr_nic_trust_name(enum ovr_nic_trust trust)
{
	static const char *const name[] = {
		[OVR_NIC_TRUST_EXACT] = "exact",
		[OVR_NIC_TRUST_PORT_LEVEL] = "port-level only",
		[OVR_NIC_TRUST_NOT_IMPLEMENTED] = "not implemented",
		[OVR_NIC_TRUST_WRONG] = "wrong",
		[OVR_NIC_TRUST_UNVERIFIED] = "unverified",
	};

	return name[trust];
}
