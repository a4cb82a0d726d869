/* SPDX-License-Identifier: BSD-3-Clause */
#include "sound.h"

/* A fault of these halves makes the trial void, and says so. */
static void
expect_void(const char *reason)
{
	join();
	cr_expect_eq(result.ledger.verdict, OVR_VERDICT_VOID, "%s", reason);
	cr_expect(has_reason(reason), "%s, found: %s", reason, result.ledger.reason[0]);
	sound();
}

Test(faults, what_went_wrong_while_sending_makes_it_void)
{
	sound();
	halves.common.was_stopped = true;
	expect_void("stopped by a signal after 0.001 s");
	halves.sender.has_outlasted = true;
	expect_void("behind its schedule");
	halves.sender.has_stuck = true;
	expect_void("no progress for 5 s");
	result.plan.load.count = 1001;
	expect_void("1001 frames were to be sent, 1000 were");
	halves.sender.shortfall_pool = 3;
	expect_void("3 frames could not be sent for want of a buffer (mbufs 4095)");
}

Test(faults, each_of_several_senders_has_the_plans_count)
{
	sound();
	result.plan.load.time_ns = 0;
	result.plan.load.count = 500;
	result.plan.ports.more_tx.n = 1;
	join();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_PASS, "%s", result.ledger.reason[0]);

	sound();
	result.plan.load.time_ns = 0;
	result.plan.load.count = 501;
	result.plan.ports.more_tx.n = 1;
	expect_void("1002 frames were to be sent, 1000 were");
}

Test(faults, what_went_wrong_on_arrival_makes_it_void)
{
	sound();
	halves.receiver.drain_was_cut = true;
	expect_void("still arrived 30 s after");
	halves.common.frames_inside = 2;
	expect_void("2 frames stood in the wire");
	halves.receiver.uncountable_streams = 1;
	expect_void("more holes than the logs keep (65536)");
	account(&halves.receiver.end.accounts, OVR_PLACE_RX_NOMBUF, "wire:1", -1, 4);
	expect_void("4 frames had no buffer");
	halves.receiver.foreign = halves.receiver.merged = 6;
	halves.receiver.end.queue[0].frames += 6;
	halves.receiver.end.port_frames += 6;
	expect_void("6 arrivals hold several frames each");
}

Test(faults, what_changed_meanwhile_makes_it_void)
{
	sound();
	strcpy(halves.common.link_change, "the link of netdev:a went and came back by 0.1 s");
	expect_void("the link of netdev:a went");
	strcpy(halves.common.port_change, "netdev:a: the MTU was changed");
	expect_void("the MTU was changed");
	strcpy(halves.common.reset, "imissed of netdev:a");
	expect_void("the counter imissed of netdev:a was reset");
}

Test(faults, what_is_unusual_is_a_note_and_no_fault)
{
	sound();
	halves.common.n_unknown = 1;
	strcpy(halves.common.unknown, "rx_dropped of netdev:a");
	halves.common.intervals_per_row = 2;
	halves.common.samples_max = 3600;
	halves.receiver.before_their_time = 7;
	halves.receiver.n_elsewhere = 1;
	halves.receiver.end.worker[0].clock_steps = 2;
	halves.receiver.end.worker[0].clock_lost_ns = 5000;
	ovr_half_note(&halves.common, "the kernel says %s", "nothing");
	join();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_PASS, "%s", result.ledger.reason[0]);
	cr_assert(has_note("1 counter of losses could be read at only one end"));
	cr_assert(has_note("each row of the time series holds 2 intervals"));
	cr_assert(has_note("7 frames carry a transmit time"));
	cr_assert(has_note("wire:1: 1 of 1 streams came on other queues"));
	cr_assert(has_note("receive worker on CPU 2 reads stepped back 2 times"));
	cr_assert(has_note("the kernel says nothing"));
	cr_assert_eq(result.n_notes, 6);
}

Test(faults, duplicates_that_nobody_made_on_purpose_are_why_accounts_are_ranges)
{
	sound();
	lose(100, 5);
	halves.common.has_wire = false;
	halves.receiver.ours += 4;
	halves.receiver.end.queue[0].frames += 4;
	halves.receiver.end.port_frames += 4;
	halves.receiver.total.duplicate = 4;
	account(&halves.receiver.end.accounts, OVR_PLACE_RX_RING, "netdev:b", 0, 7);
	join();
	cr_assert(has_note("the path made 4 duplicates that arrived"));
}
