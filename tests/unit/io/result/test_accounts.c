/* SPDX-License-Identifier: BSD-3-Clause */
/* Which account has what a counter of the kernel counted? The books are made up, and closed. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "result/result.h"

static struct ovr_result result;
static struct ovr_result_counter counter[4];

static void
book(enum ovr_ledger_place place, const char *port, int32_t queue, uint64_t min, uint64_t max,
	const char *name, const char *source)
{
	struct ovr_ledger_account *account = ovr_ledger_add(
		&result.ledger, place, port, queue, max, name, source);

	account->frames_min = min;
}

/* A counter of the kernel that moved. */
static struct ovr_result_counter *
tell(const char *port, int32_t port_queue, const char *name, const char *source, uint64_t added,
	enum ovr_nic_kind kind, enum ovr_ledger_place means)
{
	struct ovr_result_counter *told = &counter[result.n_counters++];

	result.counter = counter;
	*told = (struct ovr_result_counter){ .queue = port_queue, .port_queue = port_queue, .added = added };
	told->meaning = (struct ovr_nic_meaning){ .kind = kind, .place = means, .remark = "" };
	snprintf(told->port, sizeof(told->port), "%s", port);
	snprintf(told->counter, sizeof(told->counter), "%s", name);
	snprintf(told->source, sizeof(told->source), "%s", source);
	return told;
}

static void
assert_account(const struct ovr_result_counter *told, enum ovr_ledger_place place, uint64_t min, uint64_t max)
{
	cr_assert_eq(told->place, place, "%s: place %d", told->counter, told->place);
	cr_assert_eq(told->frames_min, min);
	cr_assert_eq(told->frames_max, max);
}

/* An unread tap: 58,039 tries for 1,024 frames, of which 24 may be lost there. */
Test(accounts, tries_that_were_taken_back_are_not_called_booked)
{
	struct ovr_result_counter *tries = tell(
		"netdev:va", -1, "tx_dropped", "link", 58039, OVR_NIC_KIND_LOSS, OVR_PLACE_TX_KERNEL);

	result.ledger.figures = (struct ovr_ledger_figures){ .sent = 1024, .unique = 1000 };
	book(OVR_PLACE_TX_KERNEL, "netdev:va", -1, 0, 1024, "tx_dropped", "link");
	ovr_ledger_explain(&result.ledger, false);
	ovr_result_find_accounts(&result);
	assert_account(tries, OVR_PLACE_TX_KERNEL, 0, 24);
}

/* The receiving end of a veth counts in rx_dropped what the sending end could not hand over. */
Test(accounts, an_alias_points_at_the_account_that_has_the_frames)
{
	struct ovr_result_counter *tx, *alias;

	tx = tell("netdev:va", -1, "tx_dropped", "link", 300, OVR_NIC_KIND_LOSS, OVR_PLACE_TX_KERNEL);
	alias = tell("netdev:vb", -1, "rx_dropped", "link", 300, OVR_NIC_KIND_ALIAS, OVR_PLACE_RX_RING);
	alias->meaning.original = OVR_NIC_ORIGINAL_UNSEEN;
	book(OVR_PLACE_TX_KERNEL, "netdev:va", -1, 300, 300, "tx_dropped", "link");
	book(OVR_PLACE_RX_RING, "netdev:vb", 0, 0, 0, "rx_queue_0_drops", "veth");
	ovr_result_find_accounts(&result);
	assert_account(tx, OVR_PLACE_TX_KERNEL, 300, 300);
	assert_account(alias, OVR_PLACE_TX_KERNEL, 0, 0);

	/* and of frames that nobody wanted */
	alias->added = 307;
	ovr_result_find_accounts(&result);
	assert_account(alias, OVR_PLACE_TX_KERNEL, 0, 0);
}

/* The sender's tries stand in the peer's counter too, however many were left out of the account. */
Test(accounts, an_alias_of_tries_points_at_their_account)
{
	struct ovr_result_counter *alias;

	tell("netdev:va", -1, "tx_dropped", "link", 58039, OVR_NIC_KIND_LOSS, OVR_PLACE_TX_KERNEL);
	alias = tell("netdev:vb", -1, "rx_dropped", "link", 58039, OVR_NIC_KIND_ALIAS, OVR_PLACE_RX_RING);
	book(OVR_PLACE_TX_KERNEL, "netdev:va", -1, 0, 1024, "tx_dropped", "link");
	book(OVR_PLACE_RX_RING, "netdev:vb", 0, 50, 50, "tp_drops", "packet socket");
	ovr_result_find_accounts(&result);
	assert_account(alias, OVR_PLACE_TX_KERNEL, 0, 0);
}

Test(accounts, an_alias_with_frames_in_its_own_place_stays_there)
{
	struct ovr_result_counter *alias = tell(
		"netdev:vb", -1, "rx_dropped", "link", 350, OVR_NIC_KIND_ALIAS, OVR_PLACE_RX_RING);

	book(OVR_PLACE_TX_KERNEL, "netdev:va", -1, 300, 300, "tx_dropped", "link");
	book(OVR_PLACE_RX_RING, "netdev:vb", 0, 50, 50, "rx_queue_0_drops", "veth");
	ovr_result_find_accounts(&result);
	assert_account(alias, OVR_PLACE_RX_RING, 0, 0);
}

/* Nobody wanted these frames; and a counter of drops that must not be booked. */
Test(accounts, what_is_in_no_account_points_at_none)
{
	struct ovr_result_counter *alias = tell(
		"netdev:vb", -1, "rx_dropped", "link", 3, OVR_NIC_KIND_ALIAS, OVR_PLACE_RX_RING);
	struct ovr_result_counter *wrong = tell(
		"netdev:vb", -1, "rx_missed_errors", "link", 9, OVR_NIC_KIND_LOSS, OVR_PLACE_RX_RING);

	alias->meaning.original = OVR_NIC_ORIGINAL_UNSEEN;
	ovr_result_find_accounts(&result);
	assert_account(alias, OVR_PLACE_COUNT, 0, 0);
	assert_account(wrong, OVR_PLACE_COUNT, 0, 0);
}

/* The remainder of the path is no counter's. */
Test(accounts, a_remainder_has_no_alias)
{
	struct ovr_result_counter *alias = tell(
		"netdev:vb", -1, "rx_dropped", "link", 40, OVR_NIC_KIND_ALIAS, OVR_PLACE_RX_RING);

	book(OVR_PLACE_PATH, "", -1, 40, 40, "remainder", "ledger");
	ovr_result_find_accounts(&result);
	assert_account(alias, OVR_PLACE_COUNT, 0, 0);
}
