/* SPDX-License-Identifier: BSD-3-Clause */
#include "ledger/ledger.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* The books are large: one copy per test process. */
static struct ovr_ledger book;

static const struct ovr_ledger_limits strict = { .tolerance_ppb = 50000000, .max_loss_ppb = 0 };

/* 1,000 sent, 990 arrived once, 10 lost: balanced when an account holds 10. */
static struct ovr_ledger *
ten_of_a_thousand_lost(void)
{
	memset(&book, 0, sizeof(book));
	book.figures = (struct ovr_ledger_figures){
		.scheduled = 1000,
		.offered = 1000,
		.sent = 1000,
		.received = 990,
		.unique = 990,
	};
	return &book;
}

static struct ovr_ledger *
nothing_lost(void)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.received = ledger->figures.unique = 1000;
	return ledger;
}

static void
assert_void_with_only(const struct ovr_ledger *ledger, const char *reason)
{
	cr_assert_eq(ledger->verdict, OVR_VERDICT_VOID);
	cr_assert_eq(ledger->n_reasons, 1, "%u reasons, the first: %s", ledger->n_reasons, ledger->reason[0]);
	cr_assert_str_eq(ledger->reason[0], reason);
}

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

	ledger->figures.scheduled = ledger->figures.offered = ledger->figures.sent = UINT64_C(
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

	ovr_ledger_void_counter(ledger, "the counter imissed was set back");
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

	ledger->figures.offered = 999;
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

	ledger->figures.scheduled = ledger->figures.offered = 1200;
	ledger->figures.refused = 200;
	ovr_ledger_add(ledger, OVR_PLACE_TX_RING, "wire:0", 0, 200, "tx_q0_refused", "worker");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
	cr_assert_eq(ledger->explained, 0);
}

Test(ledger, a_refused_frame_that_is_in_no_account_voids_the_trial)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.scheduled = ledger->figures.offered = 1200;
	ledger->figures.refused = 200;
	ovr_ledger_add(ledger, OVR_PLACE_TX_RING, "wire:0", 0, 100, "tx_q0_refused", "worker");
	ovr_ledger_add(ledger, OVR_PLACE_TX_RING, "wire:0", 1, 99, "tx_q1_refused", "worker");
	ovr_ledger_close(ledger, &strict);
	assert_void_with_only(ledger, "the accounts tx.ring hold 199 frames, but 200 were refused");
}

Test(ledger, offered_that_is_not_refused_plus_sent_voids_the_trial)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.scheduled = ledger->figures.offered = 1201;
	ledger->figures.refused = 200;
	ovr_ledger_close(ledger, &strict);
	assert_void_with_only(ledger, "offered 1,201 frames, but refused 200 and sent 1,000 make 1,200");
}

Test(ledger, more_offered_than_scheduled_voids_the_trial)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.scheduled = 999;
	ovr_ledger_close(ledger, &strict);
	assert_void_with_only(ledger, "offered 1,000 frames, but only 999 were scheduled");
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
		"the sender offered 1,000 of 1,250 scheduled frames: "
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
	ledger->figures.offered = 1001;
	ledger->figures.scheduled = 2000;
	ledger->figures.received = 1002;
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_VOID);
	cr_assert_eq(ledger->n_reasons, 4);
	cr_assert_str_eq(ledger->reason[0], "the link changed");
	cr_assert_str_eq(ledger->reason[1], "offered 1,001 frames, but refused 0 and sent 1,000 make 1,000");
	cr_assert_str_eq(ledger->reason[2], "received 1,002 frames, but their classes add up to 1,000");
	cr_assert_str_eq(ledger->reason[3],
		"the sender offered 1,001 of 2,000 scheduled frames: "
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

/* Vector V0.2: 10 lost, 10 others duplicated: frame counters cancel out, sequence accounting does not. */
Test(ledger, duplicates_do_not_mask_loss)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.received = 1000;
	ledger->figures.duplicate = 10;
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->lost, 10);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
}

/* 20 copies made; of 10 frames both copies were dropped at the ring, of 5 one copy, and 5 arrived twice. */
Test(ledger, copies_that_were_dropped_are_not_counted_as_loss_twice)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.received = 995;
	ledger->figures.duplicate = 5;
	ledger->figures.copies_known = true;
	ledger->figures.copies = 20;
	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "wire:1", 0, 25, "rx_q0_missed", "wire");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->lost, 10);
	cr_assert_eq(ledger->explained, 10);
	cr_assert_eq(ledger->unexplained, 0);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
}

Test(ledger, more_duplicates_than_copies_void_the_trial)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.received = 1003;
	ledger->figures.duplicate = 3;
	ledger->figures.copies_known = true;
	ledger->figures.copies = 2;
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->unexplained, -1);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_VOID);
	cr_assert_eq(ledger->n_reasons, 2);
	cr_assert_str_eq(ledger->reason[0], "3 duplicates arrived, but the path made only 2 copies");
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
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_CORRUPT), "rx.corrupt");
	cr_assert_str_eq(ovr_ledger_place_name(OVR_PLACE_RX_LATE), "rx.late");
	cr_assert_str_eq(ovr_ledger_verdict_name(OVR_VERDICT_PASS), "pass");
	cr_assert_str_eq(ovr_ledger_verdict_name(OVR_VERDICT_LOSS), "loss");
	cr_assert_str_eq(ovr_ledger_verdict_name(OVR_VERDICT_VOID), "void");
	cr_assert_eq(OVR_VERDICT_PASS, 0);
	cr_assert_eq(OVR_VERDICT_LOSS, 1);
	cr_assert_eq(OVR_VERDICT_VOID, 2);
}

static void
assert_ratio(uint64_t part, uint64_t whole, const char *expected)
{
	char buf[64];

	cr_assert_str_eq(ovr_ledger_print_ratio(buf, sizeof(buf), part, whole), expected);
}

Test(ratio, three_decimals_where_they_say_enough)
{
	assert_ratio(192884, 74404761, "0.259 %");
	assert_ratio(74211877, 74404761, "99.741 %");
	assert_ratio(1, 2, "50.000 %");
	assert_ratio(3, 1, "300.000 %");
}

Test(ratio, little_is_not_printed_as_nothing)
{
	assert_ratio(3, 74404761, "0.0000040 %");
	assert_ratio(1, 100000, "0.0010 %");
	assert_ratio(1, 10000, "0.010 %");
}

Test(ratio, almost_all_is_not_printed_as_all)
{
	assert_ratio(74404760, 74404761, "99.9999987 %");
	assert_ratio(999999, 1000000, "99.99990 %");
}

Test(ratio, nothing_and_all_are_exact)
{
	assert_ratio(0, 74404761, "0 %");
	assert_ratio(74404761, 74404761, "100 %");
}

Test(ratio, a_share_of_nothing_is_undefined)
{
	assert_ratio(0, 0, "-");
	assert_ratio(5, 0, "-");
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

Test(ledger, late_and_damaged_copies_of_frames_that_arrived_do_not_void_the_trial)
{
	struct ovr_ledger *ledger = nothing_lost();

	ledger->figures.late = 2;
	ledger->figures.corrupt = 1;
	ledger->figures.received = 1003;
	ovr_ledger_add(ledger, OVR_PLACE_RX_LATE, "vdev:net_ring0", -1, 2, "late", "worker");
	ovr_ledger_add(ledger, OVR_PLACE_RX_CORRUPT, "vdev:net_ring0", -1, 1, "corrupt", "worker");
	ovr_ledger_close(ledger, &strict);
	cr_assert(ledger->figures.copies_inferred);
	cr_assert_eq(ledger->figures.copies, 3);
	cr_assert_eq(ledger->explained, 0);
	cr_assert_eq(ledger->unexplained, 0);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
}

/* 5 damaged copies of a stream that misses nothing, and 10 frames of another one that the path lost. */
Test(ledger, copies_of_one_stream_do_not_stand_for_frames_that_another_one_lost)
{
	struct ovr_ledger_limits dut = strict;
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	dut.path_dut = true;
	ledger->figures.corrupt = 5;
	ledger->figures.received = 995;
	ledger->figures.copies_beyond_loss = 5;
	ovr_ledger_add(ledger, OVR_PLACE_RX_CORRUPT, "netdev:veth1", -1, 5, "corrupt", "worker");
	ovr_ledger_close(ledger, &dut);
	cr_assert(ledger->figures.copies_inferred);
	cr_assert_eq(ledger->figures.copies, 5);
	cr_assert_eq(ledger->account[1].place, OVR_PLACE_PATH);
	cr_assert_eq(ledger->account[1].frames, 10);
	cr_assert_eq(ledger->unexplained, 0);
}

Test(ledger, copies_explain_no_more_than_the_late_and_damaged_arrivals)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.late = 2;
	ledger->figures.received = 992;
	ovr_ledger_add(ledger, OVR_PLACE_RX_LATE, "vdev:net_ring0", -1, 2, "late", "worker");
	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "vdev:net_ring0", 0, 13, "imissed", "net_ring");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->unexplained, -3);
	assert_void_with_only(ledger, "counters claim 3 frames more than were lost");
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

/* A packet socket tried 72 frames again, all of which arrived; or 800 times those of 24 that were lost. */
Test(ledger, what_may_not_have_been_lost_is_taken_back_where_the_books_are_overdrawn)
{
	struct ovr_ledger *ledger = calloc(1, sizeof(*ledger));
	struct ovr_ledger_account *tries;

	ledger->figures = (struct ovr_ledger_figures){ .sent = 992, .unique = 992 };
	tries = ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:va", -1, 72, "tx_dropped", "link");
	tries->unsure = 72;
	ovr_ledger_explain(ledger, false);
	cr_assert_eq(tries->frames, 0);
	cr_assert_eq(ledger->unexplained, 0);

	*ledger = (struct ovr_ledger){ .figures = { .sent = 5000, .unique = 4926 } };
	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "netdev:vb", 0, 50, "tp_drops", "packet socket");
	tries = ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:va", -1, 800, "tx_dropped", "link");
	tries->unsure = 800;
	ovr_ledger_explain(ledger, false);
	cr_assert_eq(tries->frames, 24);
	cr_assert_eq(ledger->unexplained, 0);

	/* what is sure stays, and what is too much of it is said */
	*ledger = (struct ovr_ledger){ .figures = { .sent = 5000, .unique = 4990 } };
	tries = ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:va", -1, 30, "tx_dropped", "link");
	tries->unsure = 5;
	ovr_ledger_explain(ledger, false);
	cr_assert_eq(tries->frames, 25);
	cr_assert_eq(ledger->unexplained, -15);
	free(ledger);
}

/* 2,000 sent, 800 lost on the path and 815 in the ring, whose counter also has 340 frames of others. */
static struct ovr_ledger *
a_ring_shared_with_others(uint64_t foreign)
{
	memset(&book, 0, sizeof(book));
	book.figures = (struct ovr_ledger_figures){
		.scheduled = 2000,
		.offered = 2000,
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

Test(ledger, others_in_the_ring_make_it_and_the_path_ranges_that_hold_the_truth)
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

/* An unread tap behind a packet socket: of 1,128 frames, those that were not tried lie in the tap. */
Test(ledger, tries_and_the_path_are_ranges_that_hold_the_truth)
{
	struct ovr_ledger *ledger = calloc(1, sizeof(*ledger));
	struct ovr_ledger_account *tries;

	ledger->figures = (struct ovr_ledger_figures){ .sent = 1128 };
	tries = ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:t0", -1, 1128, "tx_dropped", "link");
	tries->unsure = 1128;
	ovr_ledger_explain(ledger, true);
	assert_range(&ledger->account[0], 0, 1128, 1128);
	cr_assert_eq(ledger->account[1].place, OVR_PLACE_PATH);
	assert_range(&ledger->account[1], 0, 0, 1128);

	/* more tries than frames are missing: what the ring dropped is certain, and the rest is not */
	*ledger = (struct ovr_ledger){ .figures = { .sent = 5000, .unique = 4926 } };
	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "netdev:vb", 0, 50, "tp_drops", "packet socket");
	tries = ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:va", -1, 800, "tx_dropped", "link");
	tries->unsure = 800;
	ovr_ledger_explain(ledger, true);
	assert_range(&ledger->account[0], 50, 50, 50);
	assert_range(&ledger->account[1], 0, 24, 24);
	assert_range(&ledger->account[2], 0, 0, 24);
	cr_assert_eq(ledger->overdrawn, 0);
	cr_assert_eq(ledger->unexplained, 0);

	/* a part that is sure is the least */
	*ledger = (struct ovr_ledger){ .figures = { .sent = 100, .unique = 50 } };
	tries = ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:va", -1, 30, "tx_dropped", "link");
	tries->unsure = 5;
	ovr_ledger_explain(ledger, true);
	assert_range(&ledger->account[0], 25, 30, 30);
	assert_range(&ledger->account[1], 20, 20, 25);
	free(ledger);
}

Test(ledger, without_others_ring_and_path_are_certain)
{
	struct ovr_ledger *ledger = a_ring_shared_with_others(0);
	struct ovr_ledger_limits dut = strict;

	dut.path_dut = true;
	ovr_ledger_close(ledger, &dut);
	assert_range(&ledger->account[0], 1155, 1155, 1155);
	assert_range(&ledger->account[1], 460, 460, 460);
}

Test(ledger, with_nothing_between_the_ports_unexplained_is_the_range)
{
	struct ovr_ledger *ledger = a_ring_shared_with_others(4000);

	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
	cr_assert_eq(ledger->unexplained, 460);
	cr_assert_eq(ledger->unexplained_min, 460);
	cr_assert_eq(ledger->unexplained_max, 1615);
}

Test(ledger, books_that_balance_with_nothing_between_are_certain_whoever_else_came)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.foreign = 3;
	ledger->figures.received += 3;
	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "netdev:b", 0, 10, "imissed", "x");
	ovr_ledger_close(ledger, &strict);
	assert_range(&ledger->account[0], 10, 10, 10);
	cr_assert_eq(ledger->unexplained_max, 0);
}

Test(ledger, more_ring_drops_than_losses_are_others_where_others_came)
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

Test(ledger, no_range_balances_what_certain_accounts_claim_too_much)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.foreign = 500;
	ledger->figures.received += 500;
	ovr_ledger_add(ledger, OVR_PLACE_TX_KERNEL, "netdev:a", -1, 12, "drops", "qdisc");
	ovr_ledger_close(ledger, &strict);
	assert_void_with_only(ledger, "counters claim 2 frames more than were lost");
}

Test(ledger, copies_that_a_path_made_may_have_been_dropped_in_the_ring)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.duplicate = 40;
	ledger->figures.received += 40;
	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "netdev:b", 0, 18, "imissed", "x");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
	assert_range(&ledger->account[0], 0, 10, 10);
}

Test(ledger, frames_in_queues_that_nobody_reads_are_the_testers_own_loss)
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

Test(ledger, traffic_of_others_in_unread_queues_lost_nothing)
{
	struct ovr_ledger *ledger = nothing_lost();

	ovr_ledger_add(ledger, OVR_PLACE_RX_UNREAD, "netdev:b", -1, 7, "rx_queue_1_xdp_packets", "veth");
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_PASS);
	assert_range(&ledger->account[0], 0, 0, 0);
	cr_assert_eq(ledger->overdrawn, 0);
}
