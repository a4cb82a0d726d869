/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Meaning of each drop reason: it owns a loss that no counter has, or it confirms a counter.
 *
 * A reason in no rule neither owns nor confirms: the drop may be that of a copy
 * (PACKET_SOCK_ERROR), of an original that was passed on (tc redirect), or of a frame that was read
 * before. docs/reference/drop-reasons.md has the table for users. Pure; any thread.
 */
#pragma once

#include <stdint.h>

#include "ledger/ledger.h"
#include "reasons/reasons.h"

/** One rule. Either a place or a counter is set; with a counter, a place at a hop may be. */
struct ovr_reasons_rule {
	const char *reason;   /**< name without prefix */
	const char *location; /**< only if dropped in this function; NULL: anywhere */
	uint32_t ip_version;  /**< only of this version; 0: any */
	/**
	 * Owns the loss: the frames' place, since no counter of the namespace has them;
	 * OVR_PLACE_COUNT: it does not own.
	 */
	enum ovr_ledger_place place;
	/**
	 * Confirms this counter of IPv4, or of any frame: "layer:name" as /proc/net/snmp and
	 * /proc/net/netstat have it ("Udp:NoPorts"), "link:rx_dropped", "qdisc:drops",
	 * "softnet:dropped"; "netfilter" is the sum of all rules and of conntrack. NULL: none.
	 * Rows of perf are of both versions, and are found by these names.
	 */
	const char *counter;
	const char *counter6; /**< of IPv6, as /proc/net/snmp6 has it: "Udp6NoPorts" */
	/**
	 * Owns at a hop what it confirms at a receiver: a hop's counters of UDP are of its own
	 * ports, and nobody claims them. OVR_PLACE_COUNT: it does not.
	 */
	enum ovr_ledger_place place_at_hop;
};

/** All rules. @param[out] ret_n how many */
const struct ovr_reasons_rule *ovr_reasons_rules(uint32_t *ret_n);

/** The rule for a row. @return it; NULL: there is none */
const struct ovr_reasons_rule *ovr_reasons_rule_of(const struct ovr_reasons_row *row);

/** @return the counter that a row confirms, by its IP version; NULL: it confirms none */
const char *ovr_reasons_confirms(const struct ovr_reasons_row *row);

/**
 * Where the row's frames (`ours`) are lost, if it owns them.
 * @return the place; OVR_PLACE_COUNT: it owns none
 */
enum ovr_ledger_place ovr_reasons_owns(const struct ovr_reasons_row *row);

/** The same for a row of a hop: a host that takes the frames for its own owns them too. */
enum ovr_ledger_place ovr_reasons_owns_at_hop(const struct ovr_reasons_row *row);

/** Sums of rows. */
struct ovr_reasons_sum {
	uint64_t events, ours, fragments, hidden;
};

/**
 * Add up the rows of one namespace that confirm a counter.
 * @param netns as it was named when opening; NULL: the rows of no known namespace, which are all
 * rows of a reading of the whole host
 * @param counter "Udp:NoPorts"
 */
struct ovr_reasons_sum ovr_reasons_sum_of(
	const struct ovr_reasons_reading *reading, const char *netns, const char *counter);
