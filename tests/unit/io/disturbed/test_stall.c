/* SPDX-License-Identifier: BSD-3-Clause */
#include "disturbed/disturbed.h"

#include <criterion/criterion.h>

#include "bench.h"

Test(stall, an_undisturbed_stall_is_held_against_the_model)
{
	struct bench bench;
	struct ovr_comparison_stall stall;
	struct ovr_comparison comparison;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1020, OVR_STALL_INJECTED);
	cr_assert(ovr_disturbed_stall(&bench.result, 0, &stall));
	cr_assert_eq(stall.cause, OVR_COMPARISON_VALID);
	cr_assert_eq(stall.ran_ns, 200000);
	cr_assert_float_eq(stall.model, 1000, 1e-6, "10 Mpps for 200 us less 1,000 slots");
	comparison = ovr_disturbed_trial(&bench.result);
	cr_assert_eq(comparison.n_injected, 1);
	cr_assert_eq(comparison.n_of[OVR_COMPARISON_VALID], 1);
	cr_assert_eq(comparison.n_within, 1);
	cr_assert_float_eq(comparison.worst_frames, 20, 1e-6);
	cr_assert_float_eq(comparison.arrival_pps, 10e6, 1e-3);
	cr_assert_not(comparison.exclusion);
}

/*
 * 64-byte frames at 14.88 Mpps on 10G, of which 10 Mpps are sent, from transmit rings of 256 slots.
 */
static void
give_it_a_line(struct bench *bench)
{
	bench->result.line_bps = UINT64_C(10000000000);
	bench->result.tx_pps = 10e6;
	bench->result.tx_l1_bps = 6.72e9;
	bench->result.txd_set = 256;
}

Test(stall, a_stall_of_the_sender_excludes_stalls_until_the_transmit_ring_has_drained)
{
	struct bench bench;

	arrange(&bench);
	give_it_a_line(&bench);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	/* what waits for 5 us takes 5 x 0.672 / 0.328 = 10.2 us to drain */
	add_tx(&bench, 0, 10 * MS - 15000, 5000);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 1, "10 us before");
	bench.tx[0].start_ns -= 500;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 0);
	/* 256 frames take 17.2 us */
	bench.tx[0] = (struct ovr_stall){ .start_ns = 10 * MS - 117000, .length_ns = 100000 };
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 1, "17 us before");
	bench.tx[0].start_ns -= 500;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 0);
	/* what waits for two adds up: 10.2 us and 2.05 us, of which 2 us have gone */
	bench.tx[0] = (struct ovr_stall){ .start_ns = 10 * MS - 19000, .length_ns = 5000 };
	add_tx(&bench, 0, 10 * MS - 12000, 1000);
	cr_assert_eq(
		ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 0, "of 10.3 us 11 have gone");
	bench.tx[0].start_ns += 1000;
	bench.tx[1].start_ns += 1000;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 1, "10 us before");
	bench.result.n_tx_stalls = 1;
	/* a full line never drains it */
	bench.result.planned_pps = 14.9e6;
	bench.tx[0] = (struct ovr_stall){ .start_ns = 10 * MS - 22000, .length_ns = 5000 };
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 1, "17 us before");
}

Test(stall, what_waits_in_the_transmit_ring_comes_when_sending_is_over)
{
	struct bench bench;

	arrange(&bench);
	give_it_a_line(&bench);
	add_rx(&bench, 100 * MS - 150000, 200000, 700, OVR_STALL_INJECTED);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 1);
	bench.rx[0].length_ns = 150000;
	cr_assert_eq(
		ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 0, "it ends when sending does");
}

Test(stall, a_backlog_of_the_transmit_ring_does_not_exclude_a_stall_that_cannot_lose)
{
	struct bench bench;

	arrange(&bench);
	give_it_a_line(&bench);
	add_rx(&bench, 10 * MS, 67000, 0, OVR_STALL_INJECTED);
	add_tx(&bench, 0, 10 * MS - 101000, 100000);
	cr_assert_eq(
		ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_VALID], 1, "a full line brings 997");
	bench.rx[0].length_ns = 68000;
	cr_assert_eq(
		ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 1, "a full line brings 1,012");
}

Test(stall, short_pauses_of_the_sender_come_off_what_a_stall_should_lose)
{
	struct bench bench;
	struct ovr_comparison_stall stall;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 870, OVR_STALL_INJECTED);
	/* 18 of 200 us: of 180 slots 116 were skipped */
	add_pause(&bench, 10 * MS + 50000, 9000, 58);
	add_pause(&bench, 10 * MS + 150000, 9000, 58);
	cr_assert(ovr_disturbed_stall(&bench.result, 0, &stall));
	cr_assert_eq(stall.cause, OVR_COMPARISON_VALID);
	cr_assert_eq(stall.ran_ns, 200000);
	cr_assert_float_eq(stall.came_ns, 188400, 1e-6);
	cr_assert_float_eq(stall.model, 1000 - 116, 1e-6, "64 of 180 were made up for");
	cr_assert_float_eq(stall.bound_frames, 83, 1e-6);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_within, 1);
	/* unless they were refused */
	bench.result.ledger.figures.refused = 64;
	cr_assert(ovr_disturbed_stall(&bench.result, 0, &stall));
	cr_assert_float_eq(stall.came_ns, 182000, 1e-6);
	cr_assert_float_eq(stall.model, 1000 - 148, 1e-2, "116 to 180 did not come");
	cr_assert_float_eq(stall.bound_frames, 83 + 32, 1e-2);
}

Test(stall, what_a_stall_should_lose_as_it_was_asked_for_leaves_out_what_the_host_added)
{
	struct bench bench;
	struct ovr_comparison_stall stall;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 250000, 1500, OVR_STALL_INJECTED);
	cr_assert(ovr_disturbed_stall(&bench.result, 0, &stall));
	cr_assert_eq(stall.cause, OVR_COMPARISON_VALID, "its length is known");
	cr_assert_float_eq(stall.model, 1500, 1e-6);
	cr_assert_float_eq(stall.model_injected, 1000, 1e-6);
}

Test(stall, a_stall_of_which_the_sender_paused_for_a_tenth_is_excluded)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 800, OVR_STALL_INJECTED);
	add_rx(&bench, 20 * MS, 200000, 800, OVR_STALL_INJECTED);
	add_pause(&bench, 10 * MS + 50000, 23200, 200);
	add_pause(&bench, 20 * MS + 50000, 23300, 201);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 1);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_VALID], 1);
}

Test(stall, a_pause_that_makes_the_difference_between_loss_and_none_excludes_a_stall)
{
	struct bench bench;

	arrange(&bench);
	/* 1,050 frames for 1,000 slots, of which 50 fell due in a pause; 1,051 */
	add_rx(&bench, 10 * MS, 105000, 0, OVR_STALL_INJECTED);
	add_pause(&bench, 10 * MS + 20000, 5000, 50);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 1);
	bench.rx[0].length_ns = 105100;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 0);
	bench.rx[0].length_ns = 100000;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 0, "it never loses any");
}

Test(stall, a_pause_of_the_wire_leaves_it_open_how_much_came)
{
	struct bench bench;

	arrange(&bench);
	bench.result.n_workers = 3;
	bench.worker[2].is_tx = bench.worker[2].is_wire = true;
	add_rx(&bench, 10 * MS, 400000, 3000, OVR_STALL_INJECTED);
	/* up to 166 frames came later: twice a burst and a batch */
	add_tx(&bench, 1, 10 * MS + 50000, 16600);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 0);
	bench.tx[0].length_ns = 16700;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_TX], 1);
}

Test(stall, a_stall_whose_backlog_is_still_there_excludes_the_next_one)
{
	struct bench bench;
	struct ovr_comparison comparison;

	arrange(&bench);
	/* 1 us before, and drained all the same */
	add_rx(&bench, 10 * MS - 31000, 30000, 0, OVR_STALL_ON_CPU);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	add_rx(&bench, 20 * MS - 59000, 30000, 0, OVR_STALL_ON_CPU); /* 29 us before */
	add_rx(&bench, 20 * MS, 200000, 1280, OVR_STALL_INJECTED);
	not_drained_since(&bench, 60000);
	comparison = ovr_disturbed_trial(&bench.result);
	cr_assert_eq(comparison.n_of[OVR_COMPARISON_VALID], 1);
	cr_assert_eq(comparison.n_of[OVR_COMPARISON_RX], 1);
	cr_assert_eq(comparison.n_host, 2);
}

Test(stall, what_comes_at_once_is_no_backlog)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS - 30000, 10000, 0, OVR_STALL_ON_CPU);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	bench.rx[1].backlog_ns = 5000;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_VALID], 1, "50 in 5 us");
	bench.rx[1].backlog_ns = 5200;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_VALID], 0, "52 of 51");
	bench.result.planned_pps = 1e6;
	bench.rx[1].backlog_ns = 32000;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_VALID], 1, "a burst of 32");
}

Test(stall, a_receiver_that_has_a_backlog_without_a_stall_is_slow)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS - 69000, 30000, 0, OVR_STALL_ON_CPU);
	add_rx(&bench, 10 * MS, 200000, 1100, OVR_STALL_INJECTED);
	not_drained_since(&bench, 70000);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_SLOW], 1,
		"39 us before: 300 frames are gone after 30");
	cr_assert_eq(ovr_disturbed_trial(&bench.result).exclusion, OVR_COMPARISON_EXCLUDED_NOT,
		"it is no accident");
	bench.rx[0].start_ns += 10000;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_RX], 1, "29 us before");
}

Test(stall, the_backlogs_of_all_stalls_since_the_ring_was_empty_add_up)
{
	struct bench bench;

	arrange(&bench);
	/* a full ring takes 100 us, what comes in 6 us takes 6; 49 + 44 us were left */
	add_rx(&bench, 10 * MS - 200000, 101000, 0, OVR_STALL_ON_CPU);
	add_rx(&bench, 10 * MS - 50000, 6000, 0, OVR_STALL_ON_CPU);
	not_drained_since(&bench, 150000);
	add_rx(&bench, 10 * MS, 200000, 1100, OVR_STALL_INJECTED);
	not_drained_since(&bench, 200000);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_RX], 1);
	bench.rx[0].drained_ns = 10 * MS - 60000;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_SLOW], 1,
		"before the last one it was");
}

Test(stall, a_burst_to_each_queue_is_no_backlog)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	bench.rx[0].backlog_ns = 9600;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_SLOW], 1, "96 of 51");
	bench.result.plan.ports.txq = 3;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_VALID], 1, "of 3 x 32");
}

Test(stall, a_stall_that_loses_frames_before_the_ring_has_drained_excludes_the_one_before)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	add_rx(&bench, 10 * MS + 250000, 20000, 0, OVR_STALL_ON_CPU);
	not_drained_since(&bench, 250000);
	add_rx(&bench, 10 * MS + 290000, 54000, 8, OVR_STALL_ON_CPU);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_VALID], 1,
		"it had drained in between");
	not_drained_since(&bench, 290000);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_RX], 1);
	bench.rx[2].frames = 0;
	cr_assert_eq(
		ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_VALID], 1, "there was room for all");
}

Test(stall, two_stalls_with_less_than_a_stall_between_them_may_look_like_one_loss)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1300, OVR_STALL_INJECTED);
	add_rx(&bench, 10 * MS + 204000, 30000, 0, OVR_STALL_ON_CPU);
	not_drained_since(&bench, 204000);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_RX], 1);
	bench.rx[1].start_ns += 1000;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_VALID], 1);
}

Test(stall, a_stall_of_another_receiver_touches_nothing)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	add_rx(&bench, 10 * MS + 200000, 6000, 0, OVR_STALL_ON_CPU);
	bench.rx[0].drained_ns = UINT64_MAX;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_RX], 1);
	bench.rx[1].worker = 1;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_VALID], 1);
}

Test(stall, a_ring_without_a_service_rate_should_drain_at_twice_the_arrivals)
{
	struct bench bench;

	arrange(&bench);
	bench.result.planned_pps = 1e6;
	/* 200 us bring 200 frames, of which one goes each us */
	add_rx(&bench, 10 * MS, 200000, 0, OVR_STALL_ON_CPU);
	add_rx(&bench, 10 * MS + 399000, 2 * MS, 0, OVR_STALL_INJECTED);
	not_drained_since(&bench, 399000);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_RX], 1);
	bench.rx[1].start_ns += 2000;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_SLOW], 1);
}

Test(stall, a_service_rate_says_how_long_a_ring_should_drain)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS - 190000, 20000, 0, OVR_STALL_ON_CPU); /* 170 us before */
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	not_drained_since(&bench, 190000);
	bench.result.plan.receiver.service = (struct ovr_rate){ OVR_RATE_PPS, UINT64_C(11000000000) };
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_RX], 1,
		"200 frames at 1 Mpps: 200 us");
	bench.result.plan.receiver.service.value = UINT64_C(12000000000);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_SLOW], 1,
		"200 frames at 2 Mpps: 100 us");
	bench.rx[1].backlog_ns = 0;
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_VALID], 1, "it was found empty");
	bench.result.plan.receiver.service.value = UINT64_C(10000000000);
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_of[OVR_COMPARISON_SLOW], 1, "it never drains");
}

Test(stall, a_stall_is_cut_where_sending_ends)
{
	struct bench bench;
	struct ovr_comparison_stall stall;

	arrange(&bench);
	add_rx(&bench, 100 * MS - 150000, 200000, 500, OVR_STALL_INJECTED);
	add_rx(&bench, 110 * MS, 200000, 0, OVR_STALL_INJECTED);
	cr_assert(ovr_disturbed_stall(&bench.result, 0, &stall));
	cr_assert_eq(stall.ran_ns, 150000);
	cr_assert_float_eq(stall.model, 500, 1e-6);
	cr_assert_not(ovr_disturbed_stall(&bench.result, 1, &stall));
	cr_assert_eq(ovr_disturbed_trial(&bench.result).n_injected, 1);
}

Test(stall, each_queue_has_its_own_ring_and_its_own_share)
{
	struct bench bench;
	struct ovr_comparison_stall stall;

	arrange(&bench);
	bench.result.n_queues = 3;
	bench.queue[1] = (struct ovr_result_queue){ .frames = 800000, .missed_known = true };
	bench.queue[2] = (struct ovr_result_queue){ .queue = 1, .frames = 200000, .missed_known = true };
	add_rx(&bench, 10 * MS, 200000, 600, OVR_STALL_INJECTED);
	cr_assert(ovr_disturbed_stall(&bench.result, 0, &stall));
	cr_assert_float_eq(stall.model, 600, 1e-6, "1,600 less 1,000, and 400 that find room");
	cr_assert_float_eq(stall.bound_frames, 51 + 64, 1e-6, "a batch of each");
}
