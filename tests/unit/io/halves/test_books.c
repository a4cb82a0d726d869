/* SPDX-License-Identifier: BSD-3-Clause */
#include "sound.h"

Test(books, accounts_are_in_the_order_of_the_way_the_kernels_at_the_end)
{
	sound();
	halves.sender.refused = halves.sender.end.queue[0].refused = 5;
	halves.sender.attempted += 5;
	account(&halves.sender.end.accounts, OVR_PLACE_TX_ERRORS, "wire:0", -1, 0);
	account(&halves.receiver.end.accounts, OVR_PLACE_RX_RING, "wire:1", 0, 0);
	account(&halves.common.accounts, OVR_PLACE_RX_IP, "hop:r1", -1, 0);
	join();
	cr_assert_eq(result.ledger.n_accounts, 6);
	cr_assert_eq(result.ledger.account[0].place, OVR_PLACE_TX_RING);
	cr_assert_eq(result.ledger.account[0].frames, 5);
	cr_assert_eq(result.ledger.account[1].place, OVR_PLACE_TX_ERRORS);
	cr_assert_eq(result.ledger.account[2].place, OVR_PLACE_RX_RING);
	cr_assert_eq(result.ledger.account[3].place, OVR_PLACE_RX_CORRUPT);
	cr_assert_eq(result.ledger.account[4].place, OVR_PLACE_RX_LATE);
	cr_assert_eq(result.ledger.account[5].place, OVR_PLACE_RX_IP);
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_PASS, "%s", result.ledger.reason[0]);
}

Test(books, a_socket_refuses_frames_itself)
{
	sound();
	halves.sender.is_socket = true;
	join();
	cr_assert_eq(result.ledger.account[0].place, OVR_PLACE_TX_APP);
}

Test(books, a_port_that_counts_is_held_against_its_end_and_one_that_does_not_is_not)
{
	sound();
	halves.sender.end.port_frames = 998;
	join();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert(has_reason("the transmit port counted 998"));
	sound();
	halves.sender.end.port_known = false;
	halves.sender.end.port_frames = 0;
	join();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_PASS);
	cr_assert_not(result.ledger.figures.tx_port_known);
	cr_assert(result.ledger.figures.rx_port_known);
	sound();
	halves.receiver.end.port_frames = 1001;
	join();
	cr_assert(
		has_reason("the receive port counted 1 001") || has_reason("the receive port counted 1,001"),
		"%s", result.ledger.reason[0]);
}

Test(books, counters_that_claim_more_than_was_lost_make_it_void)
{
	sound();
	lose(100, 30);
	account(&halves.receiver.end.accounts, OVR_PLACE_RX_RING, "wire:1", 0, 31);
	join();
	cr_assert_eq(result.ledger.lost, 30);
	cr_assert_eq(result.ledger.unexplained, -1);
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert(has_reason("counters claim 1 frame more than were lost"));
}

Test(books, loss_that_no_counter_of_either_half_has_is_unexplained)
{
	sound();
	lose(100, 30);
	account(&halves.sender.end.accounts, OVR_PLACE_TX_KERNEL, "wire:0", -1, 10);
	join();
	cr_assert_eq(result.ledger.unexplained, 20);
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_LOSS);
}

Test(books, queues_that_took_another_number_than_the_workers_classified_make_it_void)
{
	sound();
	halves.receiver.end.queue[0].frames = 1002;
	join();
	cr_assert_eq(result.ledger.figures.queues_received, 1002);
	cr_assert_eq(result.ledger.figures.received, 1000);
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
}

/* 12 of 1,015 frames on the cable were others'; five of ours never came that far. */
Test(books, others_on_a_veth_are_what_passed_beyond_the_trial)
{
	sound();
	lose(100, 5);
	halves.common.has_wire = false;
	halves.common.cable_known = true;
	halves.common.cable_frames = 1007;
	account(&halves.sender.end.accounts, OVR_PLACE_TX_KERNEL, "netdev:a", -1, 5);
	join();
	cr_assert(result.ledger.figures.others_known);
	cr_assert_eq(result.ledger.figures.others_max, 12);
}

/* Three damaged arrivals of a stream that misses one frame: two of them were copies. */
Test(books, damaged_arrivals_beyond_what_is_missing_are_copies)
{
	sound();
	lose(100, 1);
	halves.receiver.corrupt = halves.receiver.stream[0].corrupt = 3;
	halves.receiver.end.queue[0].frames += 3;
	halves.receiver.end.port_frames += 3;
	halves.common.has_wire = false;
	join();
	cr_assert_eq(result.ledger.figures.copies_beyond_loss, 2);
	cr_assert_eq(result.ledger.unexplained, 0);
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_LOSS);
}
