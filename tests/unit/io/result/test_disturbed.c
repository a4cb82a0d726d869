/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/disturbed.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#define MS UINT64_C(1000000)

/*
 * 100 ms at 10 Mpps into one ring of 1,000 slots, a buffer time of 100 us: all sent, and what was
 * missed is the test's.
 */
struct bench {
	struct ovr_result result;
	struct ovr_result_queue queue[3];
	struct ovr_result_worker worker[3];
	struct ovr_stall rx[8], tx[8];
	struct ovr_seq_period period[2];
	uint32_t period_stall[2];
};

static void
arrange(struct bench *bench)
{
	memset(bench, 0, sizeof(*bench));
	bench->result.plan.burst = 32;
	bench->result.plan.stall_min_ns = 5000;
	bench->result.plan.stall = (struct ovr_stall_plan){ .length_ns = 200000, .period_ns = 10 * MS };
	bench->result.planned_pps = 10e6;
	bench->result.duration_ns = 100 * MS;
	bench->result.rxd_set = 1000;
	bench->result.ledger.figures.scheduled = bench->result.ledger.figures.sent = 1000000;
	bench->queue[0] = (struct ovr_result_queue){ .is_tx = true, .frames = 1000000 };
	bench->queue[1] = (struct ovr_result_queue){ .frames = 999000, .missed = 1000, .missed_known = true };
	bench->worker[0].is_tx = true;
	bench->result.queue = bench->queue;
	bench->result.n_queues = 2;
	bench->result.worker = bench->worker;
	bench->result.n_workers = 2;
	bench->result.rx_stall = bench->rx;
	bench->result.tx_stall = bench->tx;
	bench->result.period = bench->period;
	bench->result.period_stall = bench->period_stall;
}

static void
add_rx(struct bench *bench, uint64_t start_ns, uint64_t length_ns, uint64_t frames,
	enum ovr_stall_cause cause)
{
	bench->rx[bench->result.n_rx_stalls++] = (struct ovr_stall){ .start_ns = start_ns,
		.length_ns = length_ns,
		.frames = frames,
		.cause = cause,
		.drained_ns = start_ns + length_ns + 1000 };
}

/*
 * The last stall that was added began so long after the last look at an empty ring; so the one
 * before it had not drained.
 */
static void
not_drained_since(struct bench *bench, uint64_t backlog_ns)
{
	bench->rx[bench->result.n_rx_stalls - 1].backlog_ns = backlog_ns;
	bench->rx[bench->result.n_rx_stalls - 2].drained_ns = UINT64_MAX;
}

static void
add_tx(struct bench *bench, uint16_t worker, uint64_t start_ns, uint64_t length_ns)
{
	bench->tx[bench->result.n_tx_stalls++] = (struct ovr_stall){
		.worker = worker, .start_ns = start_ns, .length_ns = length_ns, .cause = OVR_STALL_ON_CPU
	};
}

/* A pause in which the sender skipped some slots. */
static void
add_pause(struct bench *bench, uint64_t start_ns, uint64_t length_ns, uint64_t skipped)
{
	add_tx(bench, 0, start_ns, length_ns);
	bench->tx[bench->result.n_tx_stalls - 1].frames = skipped;
}

Test(disturbed, an_undisturbed_stall_is_held_against_the_model)
{
	struct bench bench;
	struct ovr_disturbed_stall stall;
	struct ovr_disturbed disturbed;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1020, OVR_STALL_INJECTED);
	cr_assert(ovr_disturbed_stall(&bench.result, 0, &stall));
	cr_assert_eq(stall.cause, OVR_DISTURBED_NOT);
	cr_assert_eq(stall.ran_ns, 200000);
	cr_assert_float_eq(stall.model, 1000, 1e-6, "10 Mpps for 200 us less 1,000 slots");
	disturbed = ovr_disturbed_of(&bench.result);
	cr_assert_eq(disturbed.n_injected, 1);
	cr_assert_eq(disturbed.n_of[OVR_DISTURBED_NOT], 1);
	cr_assert_eq(disturbed.n_within, 1);
	cr_assert_float_eq(disturbed.worst_frames, 20, 1e-6);
	cr_assert_float_eq(disturbed.arrival_pps, 10e6, 1e-3);
	cr_assert_not(disturbed.exclusion);
}

Test(disturbed, the_bound_is_one_transmit_burst_and_one_receive_batch)
{
	struct bench bench;
	struct ovr_disturbed disturbed;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1083, OVR_STALL_INJECTED);
	add_rx(&bench, 20 * MS, 200000, 1084, OVR_STALL_INJECTED);
	add_rx(&bench, 30 * MS, 200000, 917, OVR_STALL_INJECTED);
	add_rx(&bench, 40 * MS, 200000, 916, OVR_STALL_INJECTED);
	disturbed = ovr_disturbed_of(&bench.result);
	cr_assert_float_eq(disturbed.bound_frames, 83, 1e-6, "50 in 5 us and one more, and a batch of 32");
	cr_assert_eq(disturbed.n_within, 2);
	bench.result.plan.stall_min_ns = 1000;
	disturbed = ovr_disturbed_of(&bench.result);
	cr_assert_float_eq(disturbed.bound_frames, 64, 1e-6, "a burst of 32 is more than comes within 1 us");
}

Test(disturbed, arrivals_are_counted_outside_the_senders_stalls)
{
	struct bench bench;
	struct ovr_disturbed disturbed;

	arrange(&bench);
	bench.result.ledger.figures.scheduled = 1200000;
	bench.result.shortfall = 200000;
	bench.result.shortfall_in_stalls = 200000;
	disturbed = ovr_disturbed_of(&bench.result);
	cr_assert_float_eq(disturbed.arrival_pps, 10e6, 1e-3, "all slots outside stalls were kept");
	bench.result.shortfall_in_stalls = 0;
	disturbed = ovr_disturbed_of(&bench.result);
	cr_assert_float_eq(
		disturbed.arrival_pps, 10e6 / 1.2, 1e-3, "one in six was missed for other reasons");
}

Test(disturbed, arrivals_are_counted_outside_the_pauses_of_the_line)
{
	struct bench bench;
	struct ovr_disturbed_stall stall;

	arrange(&bench);
	/* 20,000 slots were refused, and the line stood still for 2 ms, or 20,000 slots */
	bench.result.ledger.figures.scheduled = 1020000;
	bench.result.ledger.figures.refused = 20000;
	bench.result.line_paused_ns = 2 * MS;
	cr_assert_float_eq(ovr_disturbed_of(&bench.result).arrival_pps, 10e6, 1e-3);
	add_rx(&bench, 10 * MS, 2 * MS, 19000, OVR_STALL_INJECTED);
	cr_assert(ovr_disturbed_stall(&bench.result, 0, &stall));
	cr_assert_float_eq(stall.model, 19000, 1e-6, "not 18,607");
	bench.result.line_paused_ns = MS;
	cr_assert_float_eq(ovr_disturbed_of(&bench.result).arrival_pps, 10e6 / 1.01, 1e-3,
		"half of them were more than a line carries that runs");
	bench.result.line_paused_ns = -1;
	cr_assert_float_eq(ovr_disturbed_of(&bench.result).arrival_pps, 10e6 / 1.02, 1e-3, "no wire");
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

Test(disturbed, a_stall_of_the_sender_is_felt_until_the_transmit_ring_has_drained)
{
	struct bench bench;

	arrange(&bench);
	give_it_a_line(&bench);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	/* what waits for 5 us takes 5 x 0.672 / 0.328 = 10.2 us to drain */
	add_tx(&bench, 0, 10 * MS - 15000, 5000);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 1, "10 us before");
	bench.tx[0].start_ns -= 500;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 0);
	/* 256 frames take 17.2 us */
	bench.tx[0] = (struct ovr_stall){ .start_ns = 10 * MS - 117000, .length_ns = 100000 };
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 1, "17 us before");
	bench.tx[0].start_ns -= 500;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 0);
	/* what waits for two adds up: 10.2 us and 2.05 us, of which 2 us have gone */
	bench.tx[0] = (struct ovr_stall){ .start_ns = 10 * MS - 19000, .length_ns = 5000 };
	add_tx(&bench, 0, 10 * MS - 12000, 1000);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 0, "of 10.3 us 11 have gone");
	bench.tx[0].start_ns += 1000;
	bench.tx[1].start_ns += 1000;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 1, "10 us before");
	bench.result.n_tx_stalls = 1;
	/* a full line never drains it */
	bench.result.planned_pps = 14.9e6;
	bench.tx[0] = (struct ovr_stall){ .start_ns = 10 * MS - 22000, .length_ns = 5000 };
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 1, "17 us before");
}

Test(disturbed, what_waits_in_the_transmit_ring_comes_when_sending_is_over)
{
	struct bench bench;

	arrange(&bench);
	give_it_a_line(&bench);
	add_rx(&bench, 100 * MS - 150000, 200000, 700, OVR_STALL_INJECTED);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 1);
	bench.rx[0].length_ns = 150000;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 0, "it ends when sending does");
}

Test(disturbed, what_the_transmit_ring_feels_changes_no_stall_that_loses_nothing)
{
	struct bench bench;

	arrange(&bench);
	give_it_a_line(&bench);
	add_rx(&bench, 10 * MS, 67000, 0, OVR_STALL_INJECTED);
	add_tx(&bench, 0, 10 * MS - 101000, 100000);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_NOT], 1, "a full line brings 997");
	bench.rx[0].length_ns = 68000;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 1, "a full line brings 1,012");
}

Test(disturbed, short_pauses_of_the_sender_come_off_what_a_stall_should_lose)
{
	struct bench bench;
	struct ovr_disturbed_stall stall;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 870, OVR_STALL_INJECTED);
	/* 18 of 200 us: of 180 slots 116 were skipped */
	add_pause(&bench, 10 * MS + 50000, 9000, 58);
	add_pause(&bench, 10 * MS + 150000, 9000, 58);
	cr_assert(ovr_disturbed_stall(&bench.result, 0, &stall));
	cr_assert_eq(stall.cause, OVR_DISTURBED_NOT);
	cr_assert_eq(stall.ran_ns, 200000);
	cr_assert_float_eq(stall.came_ns, 188400, 1e-6);
	cr_assert_float_eq(stall.model, 1000 - 116, 1e-6, "64 of 180 were made up for");
	cr_assert_float_eq(stall.bound_frames, 83, 1e-6);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_within, 1);
	/* unless they were refused */
	bench.result.ledger.figures.refused = 64;
	cr_assert(ovr_disturbed_stall(&bench.result, 0, &stall));
	cr_assert_float_eq(stall.came_ns, 182000, 1e-6);
	cr_assert_float_eq(stall.model, 1000 - 148, 1e-2, "116 to 180 did not come");
	cr_assert_float_eq(stall.bound_frames, 83 + 32, 1e-2);
}

Test(disturbed, what_a_stall_should_lose_as_it_was_asked_for_leaves_out_what_the_host_added)
{
	struct bench bench;
	struct ovr_disturbed_stall stall;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 250000, 1500, OVR_STALL_INJECTED);
	cr_assert(ovr_disturbed_stall(&bench.result, 0, &stall));
	cr_assert_eq(stall.cause, OVR_DISTURBED_NOT, "its length is known");
	cr_assert_float_eq(stall.model, 1500, 1e-6);
	cr_assert_float_eq(stall.model_injected, 1000, 1e-6);
}

Test(disturbed, a_stall_of_which_the_sender_paused_for_a_tenth_is_excluded)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 800, OVR_STALL_INJECTED);
	add_rx(&bench, 20 * MS, 200000, 800, OVR_STALL_INJECTED);
	add_pause(&bench, 10 * MS + 50000, 23200, 200);
	add_pause(&bench, 20 * MS + 50000, 23300, 201);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 1);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_NOT], 1);
}

Test(disturbed, a_pause_that_makes_the_difference_between_loss_and_none_excludes_a_stall)
{
	struct bench bench;

	arrange(&bench);
	/* 1,050 frames for 1,000 slots, of which 50 fell due in a pause; 1,051 */
	add_rx(&bench, 10 * MS, 105000, 0, OVR_STALL_INJECTED);
	add_pause(&bench, 10 * MS + 20000, 5000, 50);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 1);
	bench.rx[0].length_ns = 105100;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 0);
	bench.rx[0].length_ns = 100000;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 0, "it never loses any");
}

Test(disturbed, a_pause_of_the_wire_leaves_it_open_how_much_came)
{
	struct bench bench;

	arrange(&bench);
	bench.result.n_workers = 3;
	bench.worker[2].is_tx = bench.worker[2].is_wire = true;
	add_rx(&bench, 10 * MS, 400000, 3000, OVR_STALL_INJECTED);
	/* up to 166 frames came later: twice a burst and a batch */
	add_tx(&bench, 1, 10 * MS + 50000, 16600);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 0);
	bench.tx[0].length_ns = 16700;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_TX], 1);
}

Test(disturbed, a_stall_whose_backlog_is_still_there_excludes_the_next_one)
{
	struct bench bench;
	struct ovr_disturbed disturbed;

	arrange(&bench);
	/* 1 us before, and drained all the same */
	add_rx(&bench, 10 * MS - 31000, 30000, 0, OVR_STALL_ON_CPU);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	add_rx(&bench, 20 * MS - 59000, 30000, 0, OVR_STALL_ON_CPU); /* 29 us before */
	add_rx(&bench, 20 * MS, 200000, 1280, OVR_STALL_INJECTED);
	not_drained_since(&bench, 60000);
	disturbed = ovr_disturbed_of(&bench.result);
	cr_assert_eq(disturbed.n_of[OVR_DISTURBED_NOT], 1);
	cr_assert_eq(disturbed.n_of[OVR_DISTURBED_RX], 1);
	cr_assert_eq(disturbed.n_host, 2);
}

Test(disturbed, what_comes_at_once_is_no_backlog)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS - 30000, 10000, 0, OVR_STALL_ON_CPU);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	bench.rx[1].backlog_ns = 5000;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_NOT], 1, "50 in 5 us");
	bench.rx[1].backlog_ns = 5200;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_NOT], 0, "52 of 51");
	bench.result.planned_pps = 1e6;
	bench.rx[1].backlog_ns = 32000;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_NOT], 1, "a burst of 32");
}

Test(disturbed, a_receiver_that_has_a_backlog_without_a_stall_is_slow)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS - 69000, 30000, 0, OVR_STALL_ON_CPU);
	add_rx(&bench, 10 * MS, 200000, 1100, OVR_STALL_INJECTED);
	not_drained_since(&bench, 70000);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_SLOW], 1,
		"39 us before: 300 frames are gone after 30");
	cr_assert_eq(
		ovr_disturbed_of(&bench.result).exclusion, OVR_DISTURBED_EXCLUDED_NOT, "it is no accident");
	bench.rx[0].start_ns += 10000;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_RX], 1, "29 us before");
}

Test(disturbed, the_backlogs_of_all_stalls_since_the_ring_was_empty_add_up)
{
	struct bench bench;

	arrange(&bench);
	/* a full ring takes 100 us, what comes in 6 us takes 6; 49 + 44 us were left */
	add_rx(&bench, 10 * MS - 200000, 101000, 0, OVR_STALL_ON_CPU);
	add_rx(&bench, 10 * MS - 50000, 6000, 0, OVR_STALL_ON_CPU);
	not_drained_since(&bench, 150000);
	add_rx(&bench, 10 * MS, 200000, 1100, OVR_STALL_INJECTED);
	not_drained_since(&bench, 200000);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_RX], 1);
	bench.rx[0].drained_ns = 10 * MS - 60000;
	cr_assert_eq(
		ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_SLOW], 1, "before the last one it was");
}

Test(disturbed, a_slow_receiver_does_not_save_a_trial_whose_other_stalls_were_disturbed)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1100, OVR_STALL_INJECTED);
	add_rx(&bench, 20 * MS, 200000, 1100, OVR_STALL_INJECTED);
	bench.rx[0].backlog_ns = 10000;
	add_pause(&bench, 20 * MS, 200000, 1968);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_SLOW], 1);
	cr_assert_eq(ovr_disturbed_of(&bench.result).exclusion, OVR_DISTURBED_EXCLUDED_OVERLAPPED);
}

Test(disturbed, a_burst_to_each_queue_is_no_backlog)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	bench.rx[0].backlog_ns = 9600;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_SLOW], 1, "96 of 51");
	bench.result.plan.txq = 3;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_NOT], 1, "of 3 x 32");
}

Test(disturbed, a_stall_that_loses_frames_before_the_ring_has_drained_excludes_the_one_before)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	add_rx(&bench, 10 * MS + 250000, 20000, 0, OVR_STALL_ON_CPU);
	not_drained_since(&bench, 250000);
	add_rx(&bench, 10 * MS + 290000, 54000, 8, OVR_STALL_ON_CPU);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_NOT], 1, "it had drained in between");
	not_drained_since(&bench, 290000);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_RX], 1);
	bench.rx[2].frames = 0;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_NOT], 1, "there was room for all");
}

Test(disturbed, two_stalls_with_less_than_a_stall_between_them_may_look_like_one_loss)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1300, OVR_STALL_INJECTED);
	add_rx(&bench, 10 * MS + 204000, 30000, 0, OVR_STALL_ON_CPU);
	not_drained_since(&bench, 204000);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_RX], 1);
	bench.rx[1].start_ns += 1000;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_NOT], 1);
}

Test(disturbed, a_stall_of_another_receiver_touches_nothing)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	add_rx(&bench, 10 * MS + 200000, 6000, 0, OVR_STALL_ON_CPU);
	bench.rx[0].drained_ns = UINT64_MAX;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_RX], 1);
	bench.rx[1].worker = 1;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_NOT], 1);
}

Test(disturbed, a_ring_should_drain_at_a_batch_in_each_turn_at_least)
{
	struct bench bench;

	arrange(&bench);
	bench.result.planned_pps = 1e6;
	/* 200 us bring 200 frames, and 32 in 5 us take 5.4 away for each that comes: 37 us */
	add_rx(&bench, 10 * MS, 200000, 0, OVR_STALL_ON_CPU);
	add_rx(&bench, 10 * MS + 236000, 2 * MS, 0, OVR_STALL_INJECTED);
	not_drained_since(&bench, 236000);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_RX], 1);
	bench.rx[1].start_ns += 2000;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_SLOW], 1);
}

Test(disturbed, a_service_rate_says_how_long_a_ring_should_drain)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS - 190000, 20000, 0, OVR_STALL_ON_CPU); /* 170 us before */
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	not_drained_since(&bench, 190000);
	bench.result.plan.service = (struct ovr_rate){ OVR_RATE_PPS, UINT64_C(11000000000) };
	cr_assert_eq(
		ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_RX], 1, "200 frames at 1 Mpps: 200 us");
	bench.result.plan.service.value = UINT64_C(12000000000);
	cr_assert_eq(
		ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_SLOW], 1, "200 frames at 2 Mpps: 100 us");
	bench.rx[1].backlog_ns = 0;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_NOT], 1, "it was found empty");
	bench.result.plan.service.value = UINT64_C(10000000000);
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_SLOW], 1, "it never drains");
}

Test(disturbed, what_was_lost_before_the_ring_spoils_the_comparison_but_not_the_trial)
{
	struct bench bench;
	struct ovr_disturbed disturbed;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	ovr_ledger_add(&bench.result.ledger, OVR_PLACE_TX_RING, "wire:0", 0, 7, "tx_burst refused", "worker");
	ovr_ledger_add(&bench.result.ledger, OVR_PLACE_RX_RING, "wire:1", 0, 1000, "rx_q0_missed", "wire");
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_NOT], 1);
	ovr_ledger_add(&bench.result.ledger, OVR_PLACE_PATH, "wire:1", -1, 3, "dropped", "wire");
	disturbed = ovr_disturbed_of(&bench.result);
	cr_assert_eq(disturbed.n_of[OVR_DISTURBED_PATH], 1);
	cr_assert_not(disturbed.exclusion);
}

Test(disturbed, nothing_is_known_where_a_log_was_full)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	bench.worker[1].n_stalls = 2;
	bench.worker[1].n_stalls_kept = 1;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_LOG], 1);
	cr_assert_eq(ovr_disturbed_of(&bench.result).exclusion, OVR_DISTURBED_EXCLUDED_OVERLAPPED,
		"no stall is left to look at");
	bench.worker[1].n_stalls = 1;
	bench.result.n_periods_dropped = 1;
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_of[OVR_DISTURBED_LOG], 1);
}

Test(disturbed, a_trial_that_lost_frames_in_a_host_stall_is_excluded)
{
	struct bench bench;
	struct ovr_disturbed disturbed;

	arrange(&bench);
	add_rx(&bench, 5 * MS, 130000, 300, OVR_STALL_ON_CPU);
	add_rx(&bench, 10 * MS, 200000, 1000, OVR_STALL_INJECTED);
	disturbed = ovr_disturbed_of(&bench.result);
	cr_assert_eq(disturbed.lost_host, 300);
	cr_assert_eq(disturbed.n_of[OVR_DISTURBED_NOT], 1, "its host stall is far enough away");
	cr_assert_eq(disturbed.exclusion, OVR_DISTURBED_EXCLUDED_HOST);
	bench.rx[0].frames = 0;
	cr_assert_not(ovr_disturbed_of(&bench.result).exclusion);
}

Test(disturbed, what_was_lost_while_the_ring_was_still_full_is_laid_to_that_stall)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 5 * MS, 130000, 0, OVR_STALL_ON_CPU);
	bench.result.n_periods = 1;
	bench.period[0] = (struct ovr_seq_period){ .before_tx_ns = 5 * MS + 229000, .n_frames = 12 };
	bench.period_stall[0] = UINT32_MAX;
	cr_assert_eq(ovr_disturbed_of(&bench.result).lost_host, 0, "it had drained 98 us before");
	bench.rx[0].drained_ns = UINT64_MAX;
	cr_assert_eq(ovr_disturbed_of(&bench.result).lost_host, 12, "99 us after it");
	bench.period[0].before_tx_ns += 2000;
	cr_assert_eq(ovr_disturbed_of(&bench.result).lost_host, 0, "a slow receiver, or something else");
	bench.period[0].before_tx_ns -= 2000;
	bench.result.transit.least_ns = 2000;
	cr_assert_eq(ovr_disturbed_of(&bench.result).lost_host, 0, "stamped before, and there after it");
}

/* 8 of 10 Mpps are served, so that 199,000 of a million are lost with a ring of 1,000. */
static void
overload(struct bench *bench)
{
	bench->result.plan.stall.length_ns = 0;
	bench->result.plan.service = (struct ovr_rate){ OVR_RATE_PPS, UINT64_C(8000000000) };
	bench->queue[1].frames = 801000;
	bench->queue[1].missed = 199000;
}

Test(disturbed, an_overload_is_not_laid_to_a_short_host_stall)
{
	struct bench bench;
	struct ovr_disturbed disturbed;

	arrange(&bench);
	overload(&bench);
	add_rx(&bench, 5 * MS, 130000, 900, OVR_STALL_ON_CPU);
	bench.result.n_periods = 1;
	bench.period[0] = (struct ovr_seq_period){ .before_tx_ns = 5 * MS + 140000, .n_frames = 198000 };
	bench.period_stall[0] = UINT32_MAX;
	disturbed = ovr_disturbed_of(&bench.result);
	cr_assert_eq(disturbed.lost_host, 1300, "10 Mpps for 130 us, and nothing after them");
	cr_assert_eq(disturbed.exclusion, OVR_DISTURBED_EXCLUDED_NOT);
}

Test(disturbed, an_overload_is_excluded_where_a_tenth_of_its_loss_came_in_such_stalls)
{
	struct bench bench;

	arrange(&bench);
	overload(&bench);
	add_rx(&bench, 5 * MS, 1990000, 0, OVR_STALL_ON_CPU);
	cr_assert_eq(
		ovr_disturbed_of(&bench.result).exclusion, OVR_DISTURBED_EXCLUDED_NOT, "19,900 of 199,000");
	bench.rx[0].length_ns += 1000;
	cr_assert_eq(ovr_disturbed_of(&bench.result).exclusion, OVR_DISTURBED_EXCLUDED_HOST, "19,910");
	bench.rx[0].start_ns = 99 * MS;
	cr_assert_eq(ovr_disturbed_of(&bench.result).exclusion, OVR_DISTURBED_EXCLUDED_NOT,
		"10,000: sending ends in it");
}

Test(disturbed, rings_that_turned_nothing_away_lost_nothing_in_any_stall)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 5 * MS, 130000, 300, OVR_STALL_ON_CPU);
	bench.queue[1].missed = 0;
	cr_assert_eq(ovr_disturbed_of(&bench.result).lost_host, 0);
	bench.queue[1].missed_known = false;
	cr_assert_eq(
		ovr_disturbed_of(&bench.result).lost_host, 300, "where they do not say, it may be theirs");
}

Test(disturbed, a_trial_is_excluded_when_each_of_its_stalls_was_disturbed)
{
	struct bench bench;

	arrange(&bench);
	add_rx(&bench, 10 * MS, 200000, 0, OVR_STALL_INJECTED);
	add_pause(&bench, 10 * MS, 200000, 1968);
	cr_assert_eq(ovr_disturbed_of(&bench.result).exclusion, OVR_DISTURBED_EXCLUDED_OVERLAPPED);
	add_rx(&bench, 20 * MS, 200000, 1000, OVR_STALL_INJECTED);
	cr_assert_not(ovr_disturbed_of(&bench.result).exclusion);
}

Test(disturbed, a_trial_without_the_injected_stalls_is_excluded)
{
	struct bench bench;

	arrange(&bench);
	cr_assert_eq(ovr_disturbed_of(&bench.result).exclusion, OVR_DISTURBED_EXCLUDED_ABSENT);
	add_rx(&bench, 100 * MS, 200000, 0, OVR_STALL_INJECTED);
	cr_assert_eq(ovr_disturbed_of(&bench.result).exclusion, OVR_DISTURBED_EXCLUDED_ABSENT,
		"nothing was sent in it");
	bench.result.plan.stall.length_ns = 0;
	cr_assert_eq(
		ovr_disturbed_of(&bench.result).exclusion, OVR_DISTURBED_EXCLUDED_NOT, "none was asked for");
}

Test(disturbed, a_stall_is_cut_where_sending_ends)
{
	struct bench bench;
	struct ovr_disturbed_stall stall;

	arrange(&bench);
	add_rx(&bench, 100 * MS - 150000, 200000, 500, OVR_STALL_INJECTED);
	add_rx(&bench, 110 * MS, 200000, 0, OVR_STALL_INJECTED);
	cr_assert(ovr_disturbed_stall(&bench.result, 0, &stall));
	cr_assert_eq(stall.ran_ns, 150000);
	cr_assert_float_eq(stall.model, 500, 1e-6);
	cr_assert_not(ovr_disturbed_stall(&bench.result, 1, &stall));
	cr_assert_eq(ovr_disturbed_of(&bench.result).n_injected, 1);
}

Test(disturbed, what_came_to_an_unread_ring_is_counted_and_nothing_disturbs_it)
{
	struct bench bench;
	struct ovr_disturbed_stall stall;
	struct ovr_disturbed disturbed;

	arrange(&bench);
	bench.result.plan.stall = (struct ovr_stall_plan){ .unread = true };
	bench.queue[1].frames = 1000;
	bench.queue[1].missed = 998500; /* 500 were lost on the way */
	add_rx(&bench, 0, 1000, 30, OVR_STALL_ON_CPU);
	add_rx(&bench, 1000, 101 * MS, 998800, OVR_STALL_INJECTED);
	add_tx(&bench, 0, 20 * MS, 5 * MS);
	bench.worker[0].n_stalls = 9;
	ovr_ledger_add(&bench.result.ledger, OVR_PLACE_PATH, "wire:1", -1, 500, "dropped", "wire");
	cr_assert(ovr_disturbed_stall(&bench.result, 1, &stall));
	cr_assert_eq(stall.cause, OVR_DISTURBED_NOT);
	cr_assert_eq(stall.lost, 998500);
	cr_assert_float_eq(stall.model, 998500, 1e-6, "999,500 came to a ring of 1,000");
	disturbed = ovr_disturbed_of(&bench.result);
	cr_assert_eq(disturbed.n_within, 1);
	cr_assert_not(disturbed.exclusion);
}

Test(disturbed, each_queue_has_its_own_ring_and_its_own_share)
{
	struct bench bench;
	struct ovr_disturbed_stall stall;

	arrange(&bench);
	bench.result.n_queues = 3;
	bench.queue[1] = (struct ovr_result_queue){ .frames = 800000, .missed_known = true };
	bench.queue[2] = (struct ovr_result_queue){ .queue = 1, .frames = 200000, .missed_known = true };
	add_rx(&bench, 10 * MS, 200000, 600, OVR_STALL_INJECTED);
	cr_assert(ovr_disturbed_stall(&bench.result, 0, &stall));
	cr_assert_float_eq(stall.model, 600, 1e-6, "1,600 less 1,000, and 400 that find room");
	cr_assert_float_eq(stall.bound_frames, 51 + 64, 1e-6, "a batch of each");
}
