/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The oracle: whatever the wire does on purpose, the result finds, to the frame.
 */
#include <criterion/criterion.h>
#include <stdio.h>

#include "trial_run.h"

static struct trial_run run;

Test(collect, a_clean_wire_delivers_every_frame)
{
	trial_run(&run, PLAIN);
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.figures.sent, 20000);
	cr_assert_eq(run.result.ledger.figures.unique, 20000);
	cr_assert_eq(run.result.ledger.lost, 0);
	cr_assert_eq(run.result.ledger.verdict, OVR_VERDICT_PASS);
	cr_assert_eq(run.result.total.reorder.frames, 0);
	cr_assert_eq(run.result.latency_ns->count, 20000);
	cr_assert_eq(run.result.interarrival_ns->count, 19999);
}

Test(collect, frames_dropped_at_given_places_are_the_ones_that_are_lost)
{
	trial_run(&run, WITH("rx", "wire:1,drop-at=0+10+20-24+19999"));
	trial_assert_balanced(&run);
	trial_assert_lost_is_what_was_done(&run);
	cr_assert_eq(run.result.ledger.lost, 8);
	cr_assert_eq(trial_account(&run, OVR_PLACE_PATH), 8);
	cr_assert_eq(run.result.total.loss.head, 1);
	cr_assert_eq(run.result.total.loss.tail, 1);
	cr_assert_eq(run.result.total.loss.periods, 4);
	cr_assert_eq(run.result.total.loss.longest, 5);
	cr_assert_eq(run.result.ledger.verdict, OVR_VERDICT_LOSS);
}

Test(collect, a_stream_that_is_lost_whole_is_lost_whole)
{
	trial_run(&run, WITH("rx", "wire:1,drop-at=0-19999"));
	cr_assert_eq(run.result.ledger.lost, 20000);
	cr_assert_eq(run.result.ledger.unexplained, 0);
	cr_assert_eq(trial_account(&run, OVR_PLACE_PATH), 20000);
}

Test(collect, seeded_drops_are_found_one_by_one)
{
	trial_run(&run, WITH("rx", "wire:1,drop=1%", "seed", "42"));
	trial_assert_balanced(&run);
	trial_assert_lost_is_what_was_done(&run);
	cr_assert_gt(run.result.impairments[OVR_IMPAIRMENT_DROP], 100);
	cr_assert_eq(trial_account(&run, OVR_PLACE_PATH), run.result.impairments[OVR_IMPAIRMENT_DROP]);
}

Test(collect, runs_of_drops_are_loss_periods_of_their_length)
{
	trial_run(&run, WITH("rx", "wire:1,drop-at=100-115+5000-5031"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.n_periods, 2);
	cr_assert_eq(run.result.period[0].first_seq, 100);
	cr_assert_eq(run.result.period[0].n_frames, 16);
	cr_assert_eq(run.result.period[1].first_seq, 5000);
	cr_assert_eq(run.result.period[1].n_frames, 32);
}

Test(collect, duplicates_are_counted_and_lose_nothing)
{
	trial_run(&run, WITH("rx", "wire:1,dup=5%"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.lost, 0);
	cr_assert_gt(run.result.impairments[OVR_IMPAIRMENT_DUP], 500);
	cr_assert_eq(run.result.ledger.figures.duplicate, run.result.impairments[OVR_IMPAIRMENT_DUP]);
	cr_assert_eq(run.result.total.replicated, run.result.impairments[OVR_IMPAIRMENT_DUP]);
}

Test(collect, frames_held_back_arrive_reordered_by_what_passed_them)
{
	trial_run(&run, WITH("rx", "wire:1,reorder=7:0.1%"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.lost, 0);
	cr_assert_gt(run.result.impairments[OVR_IMPAIRMENT_REORDER], 5);
	cr_assert_eq(run.result.ledger.figures.reordered, run.result.impairments[OVR_IMPAIRMENT_REORDER]);
	cr_assert_geq(run.result.total.reorder.extent_max, 7);
}

Test(collect, bad_fcs_is_dropped_by_the_mac_and_counted_there)
{
	trial_run(&run, WITH("rx", "wire:1,fcs=1%"));
	trial_assert_balanced(&run);
	trial_assert_lost_is_what_was_done(&run);
	cr_assert_gt(run.result.impairments[OVR_IMPAIRMENT_FCS], 100);
	cr_assert_eq(trial_account(&run, OVR_PLACE_RX_ERRORS), run.result.impairments[OVR_IMPAIRMENT_FCS]);
	cr_assert_eq(run.result.ledger.figures.corrupt, 0);
}

Test(collect, damage_under_a_good_fcs_is_found_by_the_tester)
{
	trial_run(&run, WITH("rx", "wire:1,corrupt=1%"));
	trial_assert_balanced(&run);
	trial_assert_lost_is_what_was_done(&run);
	cr_assert_gt(run.result.impairments[OVR_IMPAIRMENT_CORRUPT], 100);
	cr_assert_eq(run.result.ledger.figures.corrupt, run.result.impairments[OVR_IMPAIRMENT_CORRUPT]);
	cr_assert_eq(
		trial_account(&run, OVR_PLACE_RX_CORRUPT), run.result.impairments[OVR_IMPAIRMENT_CORRUPT]);
}

static void
everything_at_once(const char *seed)
{
	trial_run(&run,
		WITH("rx",
			"wire:1,drop=0.5%,drop-burst=20:0.02%,fcs=0.3%,corrupt=0.3%,dup=1%,reorder=3:0.5%,"
			"delay=300us",
			"seed", seed, "size", "imix"));
	trial_assert_balanced(&run);
	trial_assert_lost_is_what_was_done(&run);
}

Test(collect, everything_at_once_is_told_apart_with_seed_1)
{
	everything_at_once("1");
}

Test(collect, everything_at_once_is_told_apart_with_seed_2)
{
	everything_at_once("2");
}

Test(collect, everything_at_once_is_told_apart_with_seed_3)
{
	everything_at_once("3");
}

Test(collect, loss_is_told_per_size)
{
	trial_run(&run, WITH("rx", "wire:1,drop-at=0-11", "size", "imix"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.n_sizes, 3);
	cr_assert_eq(run.result.size[0].sent + run.result.size[1].sent + run.result.size[2].sent, 20000);
	/* the mix of 7:4:1, once */
	for (uint32_t i = 0; i < 3; i++) {
		uint16_t size = run.result.size[i].size;

		cr_assert_eq(run.result.size[i].lost, size == 64 ? 7u : size == 570 ? 4u : 1u);
	}
}

Test(collect, a_frame_that_is_too_late_is_lost_and_its_account_says_so)
{
	trial_run(&run, WITH("rx", "wire:1,delay=2ms", "tmax", "1ms", "count", "500", "rate", "50kpps"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.figures.late, 500);
	cr_assert_eq(run.result.ledger.lost, 500);
	cr_assert_eq(trial_account(&run, OVR_PLACE_RX_LATE), 500);
}

Test(collect, ipv6_with_two_vlan_tags_and_jumbo_frames_arrive_whole)
{
	trial_run(&run,
		WITH("ip", "6", "vlan", "100,200", "size", "92,1518,9216", "count", "900", "rate", "20kpps",
			"rxd", "1024"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.figures.unique, 900);
}

Test(collect, every_queue_gets_its_streams_and_the_books_hold)
{
	trial_run(&run, WITH("rxq", "4", "txq", "2", "streams", "16", "rxd", "8192"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.lost, 0);
	cr_assert_eq(run.result.n_queues, 6);
	for (uint32_t i = 0; i < 6; i++)
		cr_assert_gt(run.result.queue[i].frames, 0, "queue %u got nothing", i);
	for (uint32_t s = 0; s < 16; s++) {
		cr_assert_eq(run.result.stream[s].n_queues, 1);
		cr_assert_eq(run.result.stream[s].queue, (int)(s % 4));
	}
}

Test(collect, a_loopback_plug_is_a_port_that_hears_itself)
{
	trial_run(&run, WITH("tx", "wire:0", "rx", "wire:0,drop-at=7"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.lost, 1);
}
