/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames that arrived twice, and copies that did not. */
#include "ledger/ledger.h"

#include <criterion/criterion.h>

#include "books.h"

/*
 * 10 lost, 10 others duplicated: frame counters cancel out, sequence accounting does
 * not.
 */
Test(copies, duplicates_do_not_mask_loss)
{
	struct ovr_ledger *ledger = ten_of_a_thousand_lost();

	ledger->figures.received = 1000;
	ledger->figures.duplicate = 10;
	ovr_ledger_close(ledger, &strict);
	cr_assert_eq(ledger->lost, 10);
	cr_assert_eq(ledger->verdict, OVR_VERDICT_LOSS);
}

/*
 * 20 copies made; of 10 frames both copies were dropped at the ring, of 5 one copy, and 5 arrived
 * twice.
 */
Test(copies, copies_that_were_dropped_are_not_counted_as_loss_twice)
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

Test(copies, more_duplicates_than_copies_void_the_trial)
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

Test(copies, late_and_damaged_copies_of_frames_that_arrived_do_not_void_the_trial)
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

/*
 * 5 damaged copies of a stream that misses nothing, and 10 frames of another one that the path
 * lost.
 */
Test(copies, copies_of_one_stream_do_not_stand_for_frames_that_another_one_lost)
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

Test(copies, copies_explain_no_more_than_the_late_and_damaged_arrivals)
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
