/* SPDX-License-Identifier: BSD-3-Clause */
#include "verify/lost.h"

#include <criterion/criterion.h>
#include <string.h>

static struct ovr_result result;
static struct ovr_result_stream stream[3];

/*
 * 10,000 sent, 9,000 arrived; two queues with one stream each, which lost 600 and 400, and a third
 * stream.
 */
static void
a_thousand_lost(void)
{
	memset(&result, 0, sizeof(result));
	memset(stream, 0, sizeof(stream));
	result.plan.ports.rxq = 2;
	result.ledger.figures.sent = 10000;
	result.ledger.figures.unique = 9000;
	result.stream = stream;
	result.n_streams = 3;
	stream[0].account.loss.frames = 600;
	stream[1].queue = 1;
	stream[1].account.loss.frames = 400;
	stream[2].queue = -1;
}

static void
account(enum ovr_ledger_place place, int32_t queue, uint64_t frames)
{
	ovr_ledger_add(&result.ledger, place, "wire:1", queue, frames, "a counter", "wire");
}

/* Of that queue; -1 where nobody knows. */
static int64_t
lost_of(int32_t queue)
{
	uint64_t lost;

	ovr_ledger_explain(&result.ledger, false);
	return ovr_verify_lost(&result, queue, &lost) ? (int64_t)lost : -1;
}

TestSuite(lost, .init = a_thousand_lost);

Test(lost, what_is_missing_was_lost_by_the_rings)
{
	cr_assert_eq(lost_of(-1), 1000);
	cr_assert_eq(lost_of(0), 600);
	cr_assert_eq(lost_of(1), 400);
}

Test(lost, one_queue_lost_all_of_it_whatever_its_streams)
{
	result.plan.ports.rxq = 1;
	stream[2].account.loss.frames = 50;
	cr_assert_eq(lost_of(0), 1000);
}

Test(lost, streams_of_no_queue_leave_the_rings_share_unknown)
{
	stream[2].account.loss.frames = 1;
	cr_assert_eq(lost_of(-1), 1000);
	cr_assert_eq(lost_of(0), -1);
	cr_assert_eq(lost_of(1), -1);
}

Test(lost, what_the_sender_lost_is_not_the_rings)
{
	result.plan.ports.rxq = 1;
	account(OVR_PLACE_TX_RING, 0, 5);
	account(OVR_PLACE_TX_KERNEL, 0, 30);
	account(OVR_PLACE_RX_RING, 0, 900);
	cr_assert_eq(lost_of(0), 970);
	cr_assert_eq(lost_of(-1), 970);
}

/* Its queue and its ring are its own. */
Test(lost, what_a_hop_lost_is_not_the_rings)
{
	account(OVR_PLACE_RX_RING, 1, 100);
	result.ledger.account[0].is_of_hop = true;
	cr_assert_eq(lost_of(-1), 900);
	cr_assert_eq(lost_of(1), -1, "of which queue is not known");
}

Test(lost, what_arrived_late_or_damaged_is_not_the_rings)
{
	account(OVR_PLACE_RX_LATE, -1, 7);
	account(OVR_PLACE_RX_CORRUPT, -1, 3);
	cr_assert_eq(lost_of(-1), 990);
	cr_assert_eq(lost_of(0), -1, "of which queue is not known");
}

/* The kernel's part belongs to the loss: together the accounts are the loss to the frame. */
Test(lost, what_the_kernel_dropped_is_not_the_rings_where_the_books_balance)
{
	account(OVR_PLACE_RX_RING, 0, 560);
	account(OVR_PLACE_RX_RING, 1, 400);
	account(OVR_PLACE_RX_KERNEL, 0, 40);
	cr_assert_eq(lost_of(-1), 960);
	cr_assert_eq(lost_of(0), 560);
	cr_assert_eq(lost_of(1), 400);
}

/*
 * A port that calls the same frames errors too, or calls a full ring nothing else, does not say
 * that its ring lost none.
 */
Test(lost, counters_that_are_on_trial_themselves_are_not_believed)
{
	account(OVR_PLACE_RX_ERRORS, -1, 1000);
	cr_assert_eq(lost_of(-1), 1000);
	account(OVR_PLACE_RX_RING, -1, 1000);
	cr_assert_eq(lost_of(-1), 1000);
	cr_assert_eq(result.ledger.unexplained, -1000);
	cr_assert_eq(lost_of(0), 600);
}

Test(lost, a_sender_whose_books_are_overdrawn_is_not_believed)
{
	account(OVR_PLACE_TX_ERRORS, -1, 1500);
	cr_assert_eq(lost_of(-1), 1000);
}
