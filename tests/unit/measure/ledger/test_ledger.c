/* SPDX-License-Identifier: BSD-3-Clause */
/* Do the equations hold, and what is the verdict? */
#include "ledger/ledger.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "books.h"

Test(ledger, all_that_was_sent_arrived_and_that_is_a_pass)
{
	struct ovr_ledger *ledger = nothing_lost();

	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
	cr_assert_eq(ledger->n_reasons, 0);
	cr_assert_eq(ledger->lost, 0);
	cr_assert_eq(ledger->explained, 0);
	cr_assert_eq(ledger->unexplained, 0);
}

Test(ledger, every_frame_in_one_account_balances_to_the_frame)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "wire:1", 0, 4, "rx_q0_missed", "wire");
	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "wire:1", 1, 3, "rx_q1_missed", "wire");
	ovr_ledger_add(ledger, OVR_PLACE_PATH, "wire:1", -1, 2, "wire_dropped", "wire");
	ovr_ledger_add(ledger, OVR_PLACE_RX_ERRORS, "wire:1", -1, 1, "rx_fcs_errors", "wire");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->lost, 10);
	cr_assert_eq(ledger->explained, 10);
	cr_assert_eq(ledger->unexplained, 0);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
}

Test(ledger, an_account_keeps_what_it_was_told)
{
	struct ovr_ledger *ledger = nothing_lost();
	struct ovr_ledger_account *account = ovr_ledger_add(
		ledger, OVR_PLACE_RX_NOMBUF, "wire:1", 3, 7, "rx_nombuf", "net_ring");

	cr_assert_eq(ledger->n_accounts, 1);
	cr_assert_eq(account, &ledger->account[0]);
	cr_assert_eq(account->place, OVR_PLACE_RX_NOMBUF);
	cr_assert_eq(account->queue, 3);
	cr_assert_eq(account->frames, 7);
	cr_assert_str_eq(account->port, "wire:1");
	cr_assert_str_eq(account->counter, "rx_nombuf");
	cr_assert_str_eq(account->source, "net_ring");
	cr_assert_str_eq(account->why, "");
}

Test(ledger, loss_says_how_much_and_which_limit)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();
	struct ovr_ledger_limits limits = { .max_loss_ppb = 5000000 };

	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "wire:1", 0, 10, "imissed", "wire");
	ovr_ledger_close(ledger, &limits);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
	cr_assert_eq(ledger->n_reasons, 1);
	cr_assert_str_eq(ledger->reason[0], "lost 10 of 1,000 frames: 1.000 % is above the limit of 0.5 %");
}

Test(ledger, loss_exactly_at_the_limit_passes)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();
	struct ovr_ledger_limits limits = { .max_loss_ppb = 10000000 };

	ovr_ledger_close(ledger, &limits);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
	cr_assert_eq(ledger->n_reasons, 0);
}

Test(ledger, loss_one_ppb_above_the_limit_is_a_loss)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();
	struct ovr_ledger_limits limits = { .max_loss_ppb = 9999999 };

	ovr_ledger_close(ledger, &limits);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(
		ledger->reason[0], "lost 10 of 1,000 frames: 1.000 % is above the limit of 0.9999999 %");
}

Test(ledger, one_frame_of_a_long_trial_is_not_rounded_away)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.scheduled = ledger->figures.attempted = ledger->figures.sent = UINT64_C(
		270000000000000);
	ledger->figures.received = ledger->figures.unique = UINT64_C(269999999999999);
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(ledger->reason[0],
		"lost 1 of 270,000,000,000,000 frames: 0.00000000000037 % is above the limit of 0 %");
}

Test(ledger, loss_that_nobody_counted_is_unexplained_and_still_true)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "wire:1", 0, 7, "imissed", "wire");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->explained, 7);
	cr_assert_eq(ledger->unexplained, 3);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
	cr_assert_eq(ledger->n_accounts, 1);
}

Test(ledger, counters_that_claim_more_than_was_lost_void_the_trial)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "wire:1", 0, 12, "imissed", "wire");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->unexplained, -2);
	assert_void_with_only(ledger, "counters claim 2 frames more than were lost");
	cr_assert_eq(ledger->spoilt_by, 0);
}

Test(ledger, a_reason_that_is_no_counter_of_drops_spoils_the_trial_and_is_the_one_named)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ovr_ledger_void_counter(ledger, "the counter imissed was reset");
	cr_assert_eq(ledger->verdict, OVR_VERDICT_VOID);
	cr_assert_eq(ledger->spoilt_by, 0);
	ovr_ledger_void(ledger, "the link changed");
	ovr_ledger_void(ledger, "the pool ran dry");
	cr_assert_eq(ledger->spoilt_by, 2);
	cr_assert_str_eq(ledger->reason[ledger->spoilt_by - 1], "the link changed");
}

Test(ledger, books_that_do_not_balance_spoil_the_trial)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.attempted = 999;
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->spoilt_by, 1);
}

Test(ledger, behind_a_dut_the_remainder_is_booked_to_the_path)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();
	struct ovr_ledger_limits limits = { .path_dut = true };

	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "vdev:net_ring0", 0, 4, "imissed", "net_ring");
	ovr_ledger_close(ledger, &limits);
	cr_assert_eq(ledger->n_accounts, 2);
	cr_assert_eq(ledger->account[1].place, OVR_PLACE_PATH);
	cr_assert_eq(ledger->account[1].frames, 6);
	cr_assert_eq(ledger->account[1].queue, -1);
	cr_assert_str_eq(ledger->account[1].counter, "remainder");
	cr_assert_eq(ledger->explained, 10);
	cr_assert_eq(ledger->unexplained, 0);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
}

Test(ledger, behind_a_dut_without_loss_there_is_no_remainder)
{
	struct ovr_ledger *ledger = nothing_lost();
	struct ovr_ledger_limits limits = { .path_dut = true };

	ovr_ledger_close(ledger, &limits);
	cr_assert_eq(ledger->n_accounts, 0);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
}

Test(ledger, behind_a_dut_a_negative_remainder_stays_negative)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();
	struct ovr_ledger_limits limits = { .path_dut = true };

	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "vdev:net_ring0", 0, 11, "imissed", "net_ring");
	ovr_ledger_close(ledger, &limits);
	cr_assert_eq(ledger->unexplained, -1);
	assert_void_with_only(ledger, "counters claim 1 frame more than were lost");
}

Test(ledger, refused_frames_are_not_lost)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.scheduled = ledger->figures.attempted = 1200;
	ledger->figures.refused = 200;
	ovr_ledger_add(ledger, OVR_PLACE_TX_RING, "wire:0", 0, 200, "tx_q0_refused", "worker");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
	cr_assert_eq(ledger->explained, 0);
}

Test(ledger, a_refused_frame_that_is_in_no_account_voids_the_trial)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.scheduled = ledger->figures.attempted = 1200;
	ledger->figures.refused = 200;
	ovr_ledger_add(ledger, OVR_PLACE_TX_RING, "wire:0", 0, 100, "tx_q0_refused", "worker");
	ovr_ledger_add(ledger, OVR_PLACE_TX_RING, "wire:0", 1, 99, "tx_q1_refused", "worker");
	ovr_ledger_close(ledger, &strict);
	assert_void_with_only(ledger, "the accounts tx.ring hold 199 frames, but 200 were refused");
}

Test(ledger, attempted_that_is_not_refused_plus_sent_voids_the_trial)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.scheduled = ledger->figures.attempted = 1201;
	ledger->figures.refused = 200;
	ovr_ledger_close(ledger, &strict);
	assert_void_with_only(ledger, "attempted 1,201 frames, but refused 200 and sent 1,000 make 1,200");
}

Test(ledger, more_attempted_than_scheduled_voids_the_trial)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.scheduled = 999;
	ovr_ledger_close(ledger, &strict);
	assert_void_with_only(ledger, "attempted 1,000 frames, but only 999 were scheduled");
}

Test(ledger, a_received_frame_without_a_class_voids_the_trial)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.received = 1022;
	ledger->figures.duplicate = 1;
	ledger->figures.late = 2;
	ledger->figures.corrupt = 3;
	ledger->figures.stale = 4;
	ledger->figures.foreign = 5;
	ovr_ledger_add(ledger, OVR_PLACE_RX_CORRUPT, "wire:1", -1, 0, "corrupt", "worker");
	ovr_ledger_close(ledger, &strict);
	assert_void_with_only(ledger, "received 1,022 frames, but their classes add up to 1,015");
}

Test(ledger, every_class_of_arrival_is_part_of_received)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.received = 1015;
	ledger->figures.duplicate = 1;
	ledger->figures.late = 2;
	ledger->figures.corrupt = 3;
	ledger->figures.stale = 4;
	ledger->figures.foreign = 5;
	ledger->figures.reordered = 1000;
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
}

Test(ledger, queues_that_add_up_to_something_else_void_the_trial)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.queues_known = true;
	ledger->figures.queues_received = 998;
	ovr_ledger_close(ledger, &strict);
	assert_void_with_only(ledger, "received 1,000 frames, but the queues add up to 998");
}

Test(ledger, more_reordered_than_unique_voids_the_trial)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.reordered = 1001;
	ovr_ledger_close(ledger, &strict);
	assert_void_with_only(ledger, "1,001 frames arrived reordered, but only 1,000 are unique");
}

Test(ledger, more_unique_than_sent_is_a_contradiction_and_not_clamped)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.received = ledger->figures.unique = 1003;
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->lost, -3);
	cr_assert_eq(ledger->unexplained, -3);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_VOID);
	cr_assert_eq(ledger->n_reasons, 2);
	cr_assert_str_eq(ledger->reason[0], "1,003 unique frames arrived, but only 1,000 were sent");
	cr_assert_str_eq(ledger->reason[1], "counters claim 3 frames more than were lost");
}

Test(ledger, a_transmit_port_that_counts_differently_voids_the_trial)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.tx_port_known = true;
	ledger->figures.tx_port_sent = 1001;
	ovr_ledger_close(ledger, &strict);
	assert_void_with_only(
		ledger, "the transmit port counted 1,001 frames sent and 0 lost, the tester 1,000");
}

Test(ledger, a_receive_port_that_counts_differently_voids_the_trial)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.rx_port_known = true;
	ledger->figures.rx_port_received = 999;
	ovr_ledger_close(ledger, &strict);
	assert_void_with_only(ledger, "the receive port counted 999 frames received, the tester 1,000");
}

Test(ledger, port_counters_that_agree_change_nothing)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.tx_port_known = ledger->figures.rx_port_known = ledger->figures.queues_known = true;
	ledger->figures.tx_port_sent = ledger->figures.rx_port_received = ledger->figures.queues_received =
		1000;
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
}

Test(ledger, port_counters_that_are_unknown_are_ignored)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.tx_port_sent = ledger->figures.rx_port_received = ledger->figures.queues_received = 5;
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
}

Test(ledger, nothing_sent_voids_the_trial)
{
	memset(&book, 0, sizeof(book));
	ovr_ledger_close(&book, &strict);
	assert_void_with_only(&book, "nothing was sent");
}

Test(ledger, shortfall_exactly_at_the_tolerance_is_tolerated)
{
	struct ovr_ledger *ledger = nothing_lost();
	struct ovr_ledger_limits limits = { .tolerance_ppb = 200000000 };

	ledger->figures.scheduled = 1250;
	ovr_ledger_close(ledger, &limits);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
}

Test(ledger, shortfall_one_ppb_above_the_tolerance_voids_the_trial)
{
	struct ovr_ledger *ledger = nothing_lost();
	struct ovr_ledger_limits limits = { .tolerance_ppb = 199999999 };

	ledger->figures.scheduled = 1250;
	ovr_ledger_close(ledger, &limits);
	assert_void_with_only(ledger,
		"the sender attempted 1,000 of 1,250 scheduled frames: "
		"the shortfall of 20.000 % is above the tolerance of 19.9999999 %");
}

Test(ledger, void_wins_over_loss)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ovr_ledger_void(ledger, "the link of %s went down", "wire:0");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->lost, 10);
	assert_void_with_only(ledger, "the link of wire:0 went down");
}

Test(ledger, void_after_the_books_are_closed_replaces_loss)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
	ovr_ledger_void(ledger, "the pool ran dry");
	assert_void_with_only(ledger, "the pool ran dry");
}

Test(ledger, several_reasons_are_all_given)
{
	struct ovr_ledger *ledger = nothing_lost();

	ovr_ledger_void(ledger, "the link changed");
	ledger->figures.attempted = 1001;
	ledger->figures.scheduled = 2000;
	ledger->figures.received = 1002;
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_VOID);
	cr_assert_eq(ledger->n_reasons, 4);
	cr_assert_str_eq(ledger->reason[0], "the link changed");
	cr_assert_str_eq(
		ledger->reason[1], "attempted 1,001 frames, but refused 0 and sent 1,000 make 1,000");
	cr_assert_str_eq(ledger->reason[2], "received 1,002 frames, but their classes add up to 1,000");
	cr_assert_str_eq(ledger->reason[3],
		"the sender attempted 1,001 of 2,000 scheduled frames: "
		"the shortfall of 49.950 % is above the tolerance of 5 %");
}

Test(ledger, a_book_has_room_for_every_account)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	for (int i = 0; i < 3000; i++)
		cr_assert_not_null(ovr_ledger_add(
			ledger, OVR_PLACE_RX_RING, "wire:1", i, i == 2999 ? 10 : 0, "imissed", "wire"));
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->n_accounts, 3000);
	cr_assert_eq(ledger->unexplained, 0);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
	ovr_ledger_done(ledger);
	cr_assert_null(ledger->account);
}

Test(ledger, reasons_beyond_the_last_overwrite_it)
{
	struct ovr_ledger *ledger = nothing_lost();

	for (int i = 1; i <= 40; i++)
		ovr_ledger_void(ledger, "reason %d", i);
	cr_assert_eq(ledger->n_reasons, 32);
	cr_assert_str_eq(ledger->reason[30], "reason 31");
	cr_assert_str_eq(ledger->reason[31], "reason 40");
}

Test(ledger, places_and_verdicts_have_the_promised_names)
{
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_TX_RING), "tx.ring");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_TX_ERRORS), "tx.errors");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_TX_KERNEL), "tx.kernel");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_PATH), "path");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_ERRORS), "rx.errors");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_RING), "rx.ring");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_NOMBUF), "rx.nombuf");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_KERNEL), "rx.kernel");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_UNREAD), "rx.unread");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_CORRUPT), "rx.corrupt");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_LATE), "rx.late");
	cr_assert_str_eq(ovr_ledger_verdict_name(OVR_VERDICT_PASS), "pass");
	cr_assert_str_eq(ovr_ledger_verdict_name(OVR_VERDICT_LOSS), "loss");
	cr_assert_str_eq(ovr_ledger_verdict_name(OVR_VERDICT_VOID), "void");
	cr_assert_eq(OVR_VERDICT_PASS, 0);
	cr_assert_eq(OVR_VERDICT_LOSS, 1);
	cr_assert_eq(OVR_VERDICT_VOID, 2);
}

Test(ledger, the_places_of_a_hosts_stack_are_named_by_their_promise)
{
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_TX_APP), "tx.app");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_TX_IP), "tx.ip");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_TX_NETFILTER), "tx.netfilter");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_TX_QDISC), "tx.qdisc");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_XDP), "rx.xdp");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_SOFTNET), "rx.softnet");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_INGRESS), "rx.ingress");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_NETFILTER), "rx.netfilter");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_IP), "rx.ip");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_UDP), "rx.udp");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_TCP), "rx.tcp");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_SOCKET), "rx.socket");
}

Test(ledger, a_place_is_on_the_side_of_its_port)
{
	cr_assert_eq(ovr_ledger_place_side(OVR_PLACE_TX_APP), OVR_LEDGER_SENDER);
	cr_assert_eq(ovr_ledger_place_side(OVR_PLACE_TX_KERNEL), OVR_LEDGER_SENDER);
	cr_assert_eq(ovr_ledger_place_side(OVR_PLACE_PATH), OVR_LEDGER_PATH);
	cr_assert_eq(ovr_ledger_place_side(OVR_PLACE_RX_ERRORS), OVR_LEDGER_RECEIVER);
	cr_assert_eq(ovr_ledger_place_side(OVR_PLACE_RX_LATE), OVR_LEDGER_RECEIVER);
}

Test(ledger, frames_that_the_port_took_and_could_not_send_are_its_account)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.tx_port_known = true;
	ledger->figures.tx_port_sent = 990;
	ovr_ledger_add(
		ledger, OVR_PLACE_TX_ERRORS, "vdev:net_af_packet0", -1, 10, "oerrors", "net_af_packet");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->unexplained, 0);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
}

Test(ledger, what_the_kernel_drops_on_either_side_is_part_of_lost)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:veth0", 0, 7, "tx_dropped", "link");
	ovr_ledger_add(ledger, OVR_PLACE_RX_KERNEL, "netdev:veth1", -1, 3, "dropped", "softnet");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->lost, 10);
	cr_assert_eq(ledger->explained, 10);
	cr_assert_eq(ledger->unexplained, 0);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
}

Test(ledger, what_a_socket_refused_is_not_lost)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.scheduled = ledger->figures.attempted = 1191;
	ledger->figures.refused = 191;
	ovr_ledger_add(ledger, OVR_PLACE_TX_APP, "udp:10.9.0.2:9000", -1, 191, "EAGAIN", "worker");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
	cr_assert_eq(ledger->explained, 0);
}

Test(ledger, what_a_socket_refused_has_to_be_in_its_account)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.scheduled = ledger->figures.attempted = 1191;
	ledger->figures.refused = 191;
	ovr_ledger_add(ledger, OVR_PLACE_TX_APP, "udp:10.9.0.2:9000", -1, 190, "EAGAIN", "worker");
	ovr_ledger_close(ledger, &strict);
	assert_void_with_only(ledger, "the accounts tx.app hold 190 frames, but 191 were refused");
}

/* The hop's places are called like a sender's or a receiver's. */
static void
add_to_hop(struct ovr_ledger *ledger, enum ovr_ledger_place place, uint64_t frames)
{
	ovr_ledger_add(ledger, place, "hop:r1", -1, frames, "a counter", "kernel")->is_of_hop = true;
}

Test(ledger, an_account_of_a_hop_is_on_the_path_and_part_of_lost)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	add_to_hop(ledger, OVR_PLACE_TX_QDISC, 6);
	add_to_hop(ledger, OVR_PLACE_RX_IP, 3);
	add_to_hop(ledger, OVR_PLACE_TX_RING, 1);
	cr_assert_eq(ovr_ledger_account_side(&ledger->account[0]), OVR_LEDGER_PATH);
	cr_assert_eq(ovr_ledger_account_side(&ledger->account[1]), OVR_LEDGER_PATH);
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->explained, 10);
	cr_assert_eq(ledger->unexplained, 0);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
}

Test(ledger, errors_of_a_hops_sending_side_are_none_of_the_transmit_port)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.tx_port_known = true;
	ledger->figures.tx_port_sent = 1000;
	add_to_hop(ledger, OVR_PLACE_TX_ERRORS, 10);
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->unexplained, 0);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
}

/* What nobody told is unknown: a receiver that is not heard of has lost nothing that is known. */
Test(ledger, without_the_receivers_figures_nothing_is_said_of_loss)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.receiver_unknown = true;
	ledger->figures.received = ledger->figures.unique = ledger->figures.queues_received = 0;
	ovr_ledger_add(ledger, OVR_PLACE_TX_ERRORS, "wire:0", -1, 3, "oerrors", "driver");
	cr_assert_not(ovr_ledger_knows_loss(ledger));
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->lost, 0);
	cr_assert_eq(ledger->unexplained, 0);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_VOID);
	cr_assert_eq(ledger->n_reasons, 1);
	cr_assert_str_eq(
		ledger->reason[0], "what was lost is not known: there are no figures of the receiver");
	/* the sender's account is the sender's all the same */
	cr_assert_eq(ledger->account[0].frames, 3);
}

Test(ledger, without_the_senders_figures_the_receivers_are_held_against_each_other)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.sender_unknown = true;
	ledger->figures.scheduled = ledger->figures.attempted = ledger->figures.sent = 0;
	ledger->figures.received++;
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->lost, 0);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_VOID);
	cr_assert(strncmp(ledger->reason[0], "received 991 frames", 19) == 0, "%s", ledger->reason[0]);
	cr_assert_str_eq(ledger->reason[ledger->n_reasons - 1],
		"what was lost is not known: there are no figures of the sender");
}

Test(ledger, each_reason_is_of_the_check_that_it_fails)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.scheduled = 2000;
	ledger->figures.rx_port_known = true;
	ledger->figures.rx_port_received = 7;
	ovr_ledger_void(ledger, "stopped by a signal");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->n_reasons, 3);
	cr_expect_eq(ledger->check_of[0], OVR_LEDGER_CHECK_COURSE);
	cr_expect_eq(ledger->check_of[1], OVR_LEDGER_CHECK_BOOKS);
	cr_expect_eq(ledger->check_of[2], OVR_LEDGER_CHECK_RATE);
}

Test(ledger, what_is_added_to_a_loss_is_of_the_loss)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ovr_ledger_close(ledger, &strict);
	ovr_ledger_add_reason(ledger, "say --gateway");
	cr_assert_eq(ledger->n_reasons, 2);
	cr_expect_eq(ledger->check_of[0], OVR_LEDGER_CHECK_LOSS);
	cr_expect_eq(ledger->check_of[1], OVR_LEDGER_CHECK_LOSS);
}
