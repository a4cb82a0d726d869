/* SPDX-License-Identifier: BSD-3-Clause */
#include "sound.h"

#include <math.h>

Test(join, two_sound_halves_are_a_trial_that_passes)
{
	sound();
	join();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_PASS, "%s", result.ledger.reason[0]);
	cr_assert_eq(result.ledger.figures.sent, 1000);
	cr_assert_eq(result.ledger.figures.unique, 1000);
	cr_assert_eq(result.ledger.lost, 0);
	cr_assert_eq(result.trial_id, 0x1234);
	cr_assert_eq(result.duration_ns, 1000000);
	cr_assert_eq(result.line_bps, 10000000000);
	cr_assert_eq(result.txd_set, 1024);
	cr_assert_eq(result.rxd_set, 512);
	cr_assert_float_eq(result.tx_pps, 1e6, 1e-3);
	cr_assert_float_eq(result.tx_l1_bps, 672e6, 1e-3);
	cr_assert_float_eq(result.pacing_error_ppm, 0, 1e-6);
	cr_assert_eq(result.n_notes, 0);
}

Test(join, queues_and_workers_are_the_senders_and_then_the_receivers_and_the_wires_worker_is_the_last)
{
	sound();
	free(halves.sender.end.worker);
	halves.sender.end.worker = OWNED((struct ovr_result_worker[]){
		{ .is_tx = true, .cpu = 1 }, { .is_tx = true, .is_wire = true, .cpu = 3 } });
	halves.sender.end.n_workers = 2;
	join();
	cr_assert_eq(result.n_queues, 2);
	cr_assert(result.queue[0].is_tx);
	cr_assert_not(result.queue[1].is_tx);
	cr_assert_eq(result.n_workers, 3);
	cr_assert_eq(result.worker[0].cpu, 1);
	cr_assert_eq(result.worker[1].cpu, 2);
	cr_assert_eq(result.worker[2].cpu, 3);
}

Test(join, what_the_ring_dropped_is_lost_in_the_ring)
{
	sound();
	lose(100, 30);
	halves.receiver.end.queue[0].missed = 30;
	account(&halves.receiver.end.accounts, OVR_PLACE_RX_RING, "wire:1", 0, 30);
	join();
	cr_assert_eq(result.ledger.lost, 30);
	cr_assert_eq(result.ledger.explained, 30);
	cr_assert_eq(result.ledger.unexplained, 0);
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_LOSS);
	cr_assert_eq(result.size[0].sent, 1000);
	cr_assert_eq(result.size[0].lost, 30);
	cr_assert_eq(result.total.loss.frames, 30);
	cr_assert_eq(result.n_periods, 1);
	cr_assert_eq(result.period_stall[0], UINT32_MAX);
	cr_assert_eq(result.loss_events.n, 1);
	cr_assert_eq(result.loss_events.event[0].frames, 30);
	cr_assert_eq(result.loss_events.event[0].start_ns, 99000);
	cr_assert_eq(result.loss_events.event[0].end_ns, 130000);
}

Test(join, a_period_is_matched_with_the_stall_of_its_own_worker)
{
	sound();
	lose(100, 30);
	lose(500, 10);
	halves.receiver.period[1].worker = 1;
	free(halves.receiver.end.worker);
	halves.receiver.end.worker = OWNED(
		(struct ovr_result_worker[]){ { .cpu = 2 }, { .worker = 1, .cpu = 3 } });
	halves.receiver.end.n_workers = 2;
	/* both stalls are long enough for both periods */
	halves.receiver.end.stall = OWNED((struct ovr_stall[]){ { .start_ns = 50000, .length_ns = 500000 },
		{ .start_ns = 50000, .length_ns = 500000, .worker = 1 } });
	halves.receiver.end.n_stalls = 2;
	join();
	cr_assert_eq(result.period_stall[0], 0);
	cr_assert_eq(result.period_stall[1], 1);
	cr_assert_eq(result.rx_stall[0].frames, 30);
	cr_assert_eq(result.rx_stall[1].frames, 10);
	cr_assert_eq(result.worker[1].match.periods, 1);
	cr_assert_eq(result.worker[2].match.periods, 1);
}

Test(join, a_period_of_a_stream_that_several_workers_saw_is_matched_with_no_stall)
{
	sound();
	lose(100, 30);
	lose(500, 10);
	halves.receiver.n_shared = 1;
	halves.receiver.end.stall = OWNED((struct ovr_stall[]){ { .start_ns = 50000, .length_ns = 500000 } });
	halves.receiver.end.n_stalls = 1;
	join();
	cr_assert_eq(result.period_stall[0], 0);
	cr_assert_eq(result.period_stall[1], UINT32_MAX);
	cr_assert_eq(result.rx_stall[0].frames, 30);
}

Test(join, sizes_of_a_mix_lose_what_did_not_arrive_of_each)
{
	sound();
	lose(100, 30);
	free(halves.sender.size);
	halves.sender.size = OWNED(
		(struct ovr_result_size[]){ { .size = 64, .sent = 600 }, { .size = 570, .sent = 400 } });
	halves.sender.n_sizes = 2;
	halves.receiver.unique_of_size[0] = 590;
	halves.receiver.unique_of_size[1] = 380;
	join();
	cr_assert_eq(result.size[0].lost, 10);
	cr_assert_eq(result.size[1].lost, 20);
}

/* A receiver that is not heard of has lost nothing that anybody knows of. */
Test(join, without_the_receivers_half_loss_is_unknown_and_the_trial_void)
{
	sound();
	halves.receiver.end.is_unknown = true;
	strcpy(halves.receiver.end.why, "host b did not answer for 3 s");
	join();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert_not(ovr_ledger_knows_loss(&result.ledger));
	cr_assert(result.ledger.figures.receiver_unknown);
	cr_assert_eq(result.ledger.figures.sent, 1000);
	cr_assert_eq(result.ledger.lost, 0);
	cr_assert_eq(result.ledger.unexplained, 0);
	cr_assert(has_reason("the receiver's half of the trial is missing: host b did not answer for 3 s"));
	cr_assert_eq(result.n_streams, 0);
	cr_assert_eq(result.n_sizes, 0);
	cr_assert(isnan(result.rx_pps));
	cr_assert_float_eq(result.tx_pps, 1e6, 1e-3);
}

Test(join, without_the_senders_half_what_arrived_is_known_and_nothing_is_lost)
{
	sound();
	lose(100, 30);
	halves.sender.end.is_unknown = true;
	strcpy(halves.sender.end.why, "its last frame was never announced");
	join();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert(result.ledger.figures.sender_unknown);
	cr_assert_eq(result.ledger.figures.received, 970);
	cr_assert_eq(result.ledger.figures.unique, 970);
	cr_assert_eq(result.ledger.lost, 0);
	cr_assert_eq(result.loss_events.n, 0);
	cr_assert(has_reason("the sender's half of the trial is missing"));
	/* what it counted is no contradiction to a sender that counted nothing */
	cr_assert_not(has_reason("only 0 were sent"));
	cr_assert_not(has_reason("nothing was sent"));
	cr_assert(isnan(result.tx_pps));
	cr_assert(isnan(result.planned_pps));
}

/* What it would have received yet is no loss. */
Test(join, of_a_receiver_that_ended_early_loss_is_unknown_and_the_trial_void)
{
	sound();
	lose(100, 30);
	strcpy(halves.receiver.end.ended_early, "the far end is gone: its cable was cut");
	join();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert_not(ovr_ledger_knows_loss(&result.ledger));
	cr_assert_eq(result.ledger.lost, 0);
	cr_assert_eq(result.loss_events.n, 0);
	cr_assert(has_reason("the receiver's half of the trial ended early: the far end is gone"));
	cr_assert_not(has_reason("do not fit"));
}

/* It sent no more than its numbers say, and those are known. */
Test(join, of_a_sender_that_ended_early_loss_is_known_and_the_trial_void)
{
	sound();
	lose(100, 30);
	strcpy(halves.sender.end.ended_early, "the far end is gone");
	join();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert_eq(result.ledger.lost, 30);
	cr_assert(has_reason("the sender's half of the trial ended early"));
}

Test(join, without_either_half_nothing_is_known)
{
	sound();
	halves.sender.end.is_unknown = halves.receiver.end.is_unknown = true;
	join();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert(has_reason("there are no figures of the sender, and none of the receiver"));
}

Test(join, a_receiver_that_counted_up_to_another_number_than_was_sent_does_not_fit)
{
	sound();
	halves.receiver.stream[0].sent = 999;
	join();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert(has_reason("the halves do not fit: of 1 streams the receiver counted 1, and 1 of these"));
}

Test(join, so_far_the_books_stay_open_and_lists_are_left_out)
{
	sound();
	lose(100, 30);
	ovr_ledger_void(&result.ledger, "unfinished");
	account(&halves.receiver.end.accounts, OVR_PLACE_RX_RING, "wire:1", 0, 20);
	cr_assert_eq(ovr_halves_join_so_far(&halves, &result, &err), 0);
	cr_assert_eq(result.ledger.lost, 30);
	cr_assert_eq(result.ledger.unexplained, 10);
	cr_assert_eq(result.ledger.n_reasons, 1);
	cr_assert_str_eq(result.ledger.account[1].why, "so far");
	cr_assert_eq(result.n_queues, 2);
	cr_assert_eq(result.n_streams, 0);
	cr_assert_eq(result.n_periods, 0);
	cr_assert(has_note("a checkpoint"));
}

Test(join, what_is_stamped_by_another_process_has_no_latency)
{
	sound();
	strcpy(halves.sender.end.port.dpdk_driver, "net_null");
	strcpy(halves.sender.end.port.label, "vdev:net_null0");
	halves.receiver.latency_ns = calloc(1, sizeof(*halves.receiver.latency_ns));
	ovr_hist_add_n(halves.receiver.latency_ns, 5000, 1000);
	join();
	cr_assert_eq(result.latency_ns, NULL);
	cr_assert_neq(strstr(result.latency_unknown, "vdev:net_null0 sends comes out nowhere"), NULL);
}
