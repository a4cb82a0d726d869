/* SPDX-License-Identifier: BSD-3-Clause */
/* Accounts that also hold others' frames, copies or tries. */
#include "ledger/ledger.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "books.h"

/*
 * A packet socket tried 72 frames again, all of which arrived; or 800 times those of 24 that were
 * lost.
 */
Test(ranges, what_may_not_have_been_lost_is_taken_back_where_the_books_are_overdrawn)
{
	struct ovr_ledger *ledger = calloc(1, sizeof(*ledger));
	struct ovr_ledger_account *tries;

	ledger->figures = (struct ovr_ledger_figures){ .sent = 992, .unique = 992 };
	tries = ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:va", -1, 72, "tx_dropped", "link");
	tries->frames_min = 0;
	ovr_ledger_explain(ledger, false);
	cr_assert_eq(tries->frames, 0);
	cr_assert_eq(ledger->unexplained, 0);

	*ledger = (struct ovr_ledger){ .figures = { .sent = 5000, .unique = 4926 } };
	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "netdev:vb", 0, 50, "tp_drops", "packet socket");
	tries = ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:va", -1, 800, "tx_dropped", "link");
	tries->frames_min = 0;
	ovr_ledger_explain(ledger, false);
	cr_assert_eq(tries->frames, 24);
	cr_assert_eq(ledger->unexplained, 0);

	/* what is sure stays, and what is too much of it is said */
	*ledger = (struct ovr_ledger){ .figures = { .sent = 5000, .unique = 4990 } };
	tries = ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:va", -1, 30, "tx_dropped", "link");
	tries->frames_min = 25;
	ovr_ledger_explain(ledger, false);
	cr_assert_eq(tries->frames, 25);
	cr_assert_eq(ledger->unexplained, -15);
	free(ledger);
}

/*
 * 2,000 sent, 800 lost on the path and 815 in the ring, whose counter also has 340 frames of
 * others.
 */
static struct ovr_ledger *
a_ring_shared_with_others(uint64_t foreign)
{
	memset(&book, 0, sizeof(book));
	book.figures = (struct ovr_ledger_figures){
		.scheduled = 2000,
		.attempted = 2000,
		.sent = 2000,
		.received = 385 + foreign,
		.unique = 385,
		.foreign = foreign,
	};
	ovr_ledger_add(&book, OVR_PLACE_RX_RING, "netdev:b", 0, 1155, "rx_queue_0_drops", "veth");
	return &book;
}

static void
assert_range(const struct ovr_ledger_account *account, uint64_t min, uint64_t frames, uint64_t max)
{
	cr_assert_eq(account->frames_min, min, "at least %lu", (unsigned long)account->frames_min);
	cr_assert_eq(account->frames, frames, "%lu", (unsigned long)account->frames);
	cr_assert_eq(account->frames_max, max, "at most %lu", (unsigned long)account->frames_max);
}

Test(ranges, others_in_the_ring_make_it_and_the_path_ranges_that_hold_the_truth)
{
	struct ovr_ledger *ledger = a_ring_shared_with_others(4000);
	struct ovr_ledger_limits dut = strict;

	dut.path_dut = true;
	ovr_ledger_close(ledger, &dut);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
	cr_assert_eq(ledger->lost, 1615);
	cr_assert_eq(ledger->unexplained, 0);
	assert_range(&ledger->account[0], 0, 1155, 1155);
	assert_range(&ledger->account[1], 460, 460, 1615);
}

/*
 * An unread tap behind a packet socket: of 1,128 frames, those that were not tried lie in the
 * tap.
 */
Test(ranges, tries_and_the_path_are_ranges_that_hold_the_truth)
{
	struct ovr_ledger *ledger = calloc(1, sizeof(*ledger));
	struct ovr_ledger_account *tries;

	ledger->figures = (struct ovr_ledger_figures){ .sent = 1128 };
	tries = ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:t0", -1, 1128, "tx_dropped", "link");
	tries->frames_min = 0;
	ovr_ledger_explain(ledger, true);
	assert_range(&ledger->account[0], 0, 1128, 1128);
	cr_assert_eq(ledger->account[1].place, OVR_PLACE_PATH);
	assert_range(&ledger->account[1], 0, 0, 1128);

	/*
	 * more tries than frames are missing: what the ring dropped is certain, and the rest is
	 * not
	 */
	*ledger = (struct ovr_ledger){ .figures = { .sent = 5000, .unique = 4926 } };
	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "netdev:vb", 0, 50, "tp_drops", "packet socket");
	tries = ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:va", -1, 800, "tx_dropped", "link");
	tries->frames_min = 0;
	ovr_ledger_explain(ledger, true);
	assert_range(&ledger->account[0], 50, 50, 50);
	assert_range(&ledger->account[1], 0, 24, 24);
	assert_range(&ledger->account[2], 0, 0, 24);
	cr_assert_eq(ledger->overdrawn, 0);
	cr_assert_eq(ledger->unexplained, 0);

	/* a part that is sure is the least */
	*ledger = (struct ovr_ledger){ .figures = { .sent = 100, .unique = 50 } };
	tries = ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:va", -1, 30, "tx_dropped", "link");
	tries->frames_min = 25;
	ovr_ledger_explain(ledger, true);
	assert_range(&ledger->account[0], 25, 30, 30);
	assert_range(&ledger->account[1], 20, 20, 25);
	free(ledger);
}

Test(ranges, without_others_ring_and_path_are_certain)
{
	struct ovr_ledger *ledger = a_ring_shared_with_others(0);
	struct ovr_ledger_limits dut = strict;

	dut.path_dut = true;
	ovr_ledger_close(ledger, &dut);
	assert_range(&ledger->account[0], 1155, 1155, 1155);
	assert_range(&ledger->account[1], 460, 460, 460);
}

Test(ranges, with_nothing_between_the_ports_unexplained_is_the_range)
{
	struct ovr_ledger *ledger = a_ring_shared_with_others(4000);

	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
	cr_assert_eq(ledger->unexplained, 460);
	cr_assert_eq(ledger->unexplained_min, 460);
	cr_assert_eq(ledger->unexplained_max, 1615);
}

Test(ranges, books_that_balance_with_nothing_between_are_certain_whoever_else_came)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.foreign = 3;
	ledger->figures.received += 3;
	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "netdev:b", 0, 10, "imissed", "x");
	ovr_ledger_close(ledger, &strict);
	assert_range(&ledger->account[0], 10, 10, 10);
	cr_assert_eq(ledger->unexplained_max, 0);
}

Test(ranges, more_ring_drops_than_losses_are_others_where_others_came)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.foreign = 500;
	ledger->figures.received += 500;
	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "netdev:b", 0, 150, "imissed", "x");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
	cr_assert_eq(ledger->overdrawn, 140);
	assert_range(&ledger->account[0], 0, 10, 10);
	cr_assert_eq(ledger->unexplained_min, 0);
	cr_assert_eq(ledger->unexplained_max, 10);
}

Test(ranges, no_range_balances_what_certain_accounts_claim_too_much)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.foreign = 500;
	ledger->figures.received += 500;
	ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:a", -1, 12, "drops", "qdisc");
	ovr_ledger_close(ledger, &strict);
	assert_void_with_only(ledger, "counters claim 2 frames more than were lost");
}

Test(ranges, copies_that_a_path_made_may_have_been_dropped_in_the_ring)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.duplicate = 40;
	ledger->figures.received += 40;
	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "netdev:b", 0, 18, "imissed", "x");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
	assert_range(&ledger->account[0], 0, 10, 10);
}

Test(ranges, frames_in_queues_that_nobody_reads_are_the_testers_own_loss)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ovr_ledger_add(ledger, OVR_PLACE_RX_UNREAD, "netdev:b", -1, 7, "rx_queue_1_xdp_packets", "veth");
	ovr_ledger_add(ledger, OVR_PLACE_RX_UNREAD, "netdev:b", -1, 3, "rx_queue_2_xdp_packets", "veth");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
	cr_assert_eq(ledger->unexplained, 0);
	cr_assert_eq(ledger->n_reasons, 2);
	cr_assert_str_eq(ledger->reason[1],
		"10 of these were delivered to receive queues that this trial does not read: read them all "
		"(rxq), or steer the flows to those that are read");
}

Test(ranges, traffic_of_others_in_unread_queues_lost_nothing)
{
	struct ovr_ledger *ledger = nothing_lost();

	ovr_ledger_add(ledger, OVR_PLACE_RX_UNREAD, "netdev:b", -1, 7, "rx_queue_1_xdp_packets", "veth");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
	assert_range(&ledger->account[0], 0, 0, 0);
	cr_assert_eq(ledger->overdrawn, 0);
}

/*
 * A veth whose stack sent 5 frames, 3 of which arrived: no more than 5 of the ring's can be
 * theirs.
 */
Test(ranges, others_take_no_more_of_an_account_than_they_sent)
{
	struct ovr_ledger *ledger = a_ring_shared_with_others(3);
	struct ovr_ledger_limits dut = strict;

	ledger->figures.others_known = true;
	ledger->figures.others_max = 5;
	dut.path_dut = true;
	ovr_ledger_close(ledger, &dut);
	assert_range(&ledger->account[0], 1150, 1155, 1155);
	assert_range(&ledger->account[1], 460, 460, 465);

	/* what an earlier trial left behind, and copies, came from elsewhere */
	ledger = a_ring_shared_with_others(3);
	ledger->figures.others_known = true;
	ledger->figures.others_max = 5;
	ledger->figures.stale = 1;
	ledger->figures.received++;
	ovr_ledger_close(ledger, &dut);
	assert_range(&ledger->account[0], 0, 1155, 1155);
}

/* Two frames of the stack met a full ring, and none arrived. */
Test(ranges, others_none_of_which_arrived_do_not_void_the_trial)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.others_known = true;
	ledger->figures.others_max = 2;
	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "netdev:b", 0, 12, "rx_queue_0_drops", "veth");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
	assert_range(&ledger->account[0], 10, 10, 10);
	cr_assert_eq(ledger->unexplained_max, 0);
}

/*
 * One trial, packet by packet: the path loses some, the ring overruns in stalls, and others'
 * frames come through it all.
 */
struct played {
	struct ovr_ledger_figures figures;
	uint64_t path, ring_ours, ring_others, others;
};

static struct played
play(struct ovr_rng *rng)
{
	uint64_t sent = 500 + ovr_rng_below(rng, 2000), held = 0, slots = 1 + ovr_rng_below(rng, 64);
	uint64_t loss = ovr_rng_below(rng, 100), foreign = ovr_rng_below(rng, 30), service = 95;
	struct played played = { .figures = { .scheduled = sent, .attempted = sent, .sent = sent } };

	for (uint64_t i = 0; i < sent;) {
		bool is_others = ovr_rng_below(rng, 100) < foreign;

		i += !is_others;
		played.others += is_others;
		if (!is_others && ovr_rng_below(rng, 1000) < loss) {
			played.path++;
			continue;
		}
		if (held > 0 && ovr_rng_below(rng, 100) < service)
			held--;
		if (held == slots) {
			played.ring_ours += !is_others;
			played.ring_others += is_others;
			continue;
		}
		held++;
		played.figures.unique += !is_others;
		played.figures.foreign += is_others;
	}
	played.figures.received = played.figures.unique + played.figures.foreign;
	played.figures.others_max = played.others;
	return played;
}

static void
assert_holds(const struct ovr_ledger_account *account, uint64_t truth)
{
	cr_assert_leq(account->frames_min, truth);
	cr_assert_geq(account->frames_max, truth);
}

Test(ranges, a_packet_exact_truth_is_always_within)
{
	struct ovr_ledger_limits dut = strict;
	struct ovr_rng rng;

	dut.path_dut = true;
	ovr_rng_seed(&rng, 13, 8);
	for (int i = 0; i < 400; i++) {
		struct played played = play(&rng);
		struct ovr_ledger ledger = { .figures = played.figures };
		uint64_t ring = played.ring_ours + played.ring_others;

		ledger.figures.others_known = i % 2 == 0;
		ovr_ledger_add(&ledger, OVR_PLACE_RX_RING, "netdev:b", 0, ring, "rx_queue_0_drops", "veth");
		ovr_ledger_close(&ledger, &dut);
		cr_assert_neq(ledger.verdict, OVR_VERDICT_VOID, "%s", ledger.reason[0]);
		assert_holds(&ledger.account[0], played.ring_ours);
		if (ledger.n_accounts == 2)
			assert_holds(&ledger.account[1], played.path);
		else
			cr_assert_eq(played.path, 0);
		if (ledger.figures.others_known && ring > played.others)
			cr_assert_geq(ledger.account[0].frames_min, ring - played.others);
		ovr_ledger_done(&ledger);
	}
}

/* Foreign frames that arrived passed the hop, and may have been dropped there too. */
Test(ranges, an_account_of_a_hop_or_a_socket_may_hold_others_frames)
{
	struct ovr_ledger *ledger = calloc(1, sizeof(*ledger));

	ledger->figures = (struct ovr_ledger_figures){
		.sent = 1000,
		.received = 995,
		.unique = 985,
		.foreign = 10,
	};
	ovr_ledger_add(ledger, OVR_PLACE_TX_QDISC, "hop:r1", -1, 12, "drops", "qdisc")->is_of_hop = true;
	ovr_ledger_add(ledger, OVR_PLACE_RX_SOCKET, "udp:10.9.0.2:9000", -1, 8, "Udp:RcvbufErrors", "snmp");
	ovr_ledger_explain(ledger, false);
	cr_assert_eq(ledger->lost, 15);
	cr_assert_eq(ledger->account[0].frames_min, 0);
	cr_assert_eq(ledger->account[0].frames_max, 12);
	cr_assert_eq(ledger->account[1].frames_min, 0);
	cr_assert_eq(ledger->account[1].frames_max, 8);
	cr_assert_eq(ledger->unexplained_min, 0);
	cr_assert_eq(ledger->unexplained_max, 15);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
	free(ledger);
}
