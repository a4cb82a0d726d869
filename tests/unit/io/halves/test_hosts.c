/* SPDX-License-Identifier: BSD-3-Clause */
#include "halves/hosts.h"

#include <errno.h>
#include <math.h>

#include "sound.h"

#define N 3

/* Two senders of a stream each, and their receiver: of each all 1,000 frames arrived. */
static struct ovr_half_host host[N];
static struct ovr_half_document half[N];

static void
incast(void)
{
	static const char *const name[N] = { "a", "b", "c" };
	const struct ovr_seq_account whole = { .arrivals = 1000, .unique = 1000, .end_seq = 1000 };
	struct ovr_half_receiver *receiver = &half[2].halves.receiver;

	sound();
	ovr_halves_done(&halves);
	memset(host, 0, sizeof(host));
	memset(half, 0, sizeof(half));
	for (int i = 0; i < N; i++) {
		host[i] = (struct ovr_half_host){ .is_sender = i < 2,
			.is_receiver = i == 2,
			.receiver = 2,
			.half = &half[i],
			.clock_known = true,
			.clock_offset_ns = 5000000000 * i,
			.clock_bound_ns = 1000 };
		strcpy(host[i].name, name[i]);
		strcpy(host[i].port, "netdev:eth0");
		half[i] = (struct ovr_half_document){ .trial_id = 0x1234,
			.has_sender = i < 2,
			.has_receiver = i == 2,
			.stream_first = i == 1 };
		strcpy(half[i].environment.overrun_version, "1.0");
	}
	sound_sender(&half[0].halves.sender);
	sound_sender(&half[1].halves.sender);
	sound_receiver(receiver);
	for (int i = 0; i < N; i++)
		strcpy(i < 2 ? half[i].halves.sender.end.port.label : receiver->end.port.label,
			"netdev:eth0");
	free(receiver->stream);
	receiver->stream = OWNED(
		(struct ovr_result_stream[]){ { .n_queues = 1, .sent = 1000, .account = whole },
			{ .stream = 1, .n_queues = 1, .sent = 1000, .account = whole } });
	receiver->n_streams = 2;
	receiver->total = (struct ovr_seq_account){ .arrivals = 2000, .unique = 2000, .end_seq = 1000 };
	receiver->ours = receiver->end.port_frames = receiver->end.queue[0].frames = 2000;
}

/* Of a stream so many did not arrive. */
static void
lose_of(uint32_t stream, uint64_t n)
{
	struct ovr_half_receiver *receiver = &half[2].halves.receiver;
	struct ovr_seq_account *account = &receiver->stream[stream].account;

	account->arrivals -= n;
	account->unique -= n;
	account->loss.frames += n;
	account->loss.periods++;
	receiver->total.arrivals -= n;
	receiver->total.unique -= n;
	receiver->total.loss.frames += n;
	receiver->total.loss.periods++;
	receiver->ours -= n;
	receiver->end.port_frames -= n;
	receiver->end.queue[0].frames -= n;
}

static void
join_hosts(void)
{
	cr_assert_eq(ovr_half_hosts_join(host, N, &result, &err), 0, "%s", err.text);
}

static void
end(void)
{
	for (int i = 0; i < N; i++)
		ovr_half_document_done(&half[i]);
	ovr_result_done(&result);
}

Test(hosts, senders_are_summed_and_each_of_them_has_its_own_books)
{
	incast();
	join_hosts();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_PASS, "%s", result.ledger.reason[0]);
	cr_assert_eq(result.ledger.figures.sent, 2000);
	cr_assert_eq(result.ledger.figures.unique, 2000);
	cr_assert_float_eq(result.planned_pps, 2e6, 1e-3);
	cr_assert_float_eq(result.tx_pps, 2e6, 1e-3);
	cr_assert_eq(result.n_hosts, 3);
	cr_assert_str_eq(result.host[1].name, "b");
	cr_assert_str_eq(result.host[1].port, "host:b/netdev:eth0");
	cr_assert_str_eq(result.host[1].overrun_version, "1.0");
	cr_assert_eq(result.host[1].half, OVR_RESULT_HALF_WHOLE);
	cr_assert_eq(result.host[1].stream_first, 1);
	cr_assert_eq(result.host[1].sent, 1000);
	cr_assert_eq(result.host[1].unique, 1000);
	cr_assert_eq(result.host[1].lost, 0);
	cr_assert(result.host[2].is_receiver);
	cr_assert_eq(result.host[2].ring, 512);
	cr_assert_float_eq(result.fairness, 1, 1e-12);
	end();
}

Test(hosts, queues_and_workers_are_told_by_their_host_and_workers_are_numbered_anew)
{
	incast();
	join_hosts();
	cr_assert_eq(result.n_queues, 3);
	cr_assert_eq(result.queue[0].host, 1);
	cr_assert_eq(result.queue[1].host, 2);
	cr_assert_eq(result.queue[1].worker, 1);
	cr_assert_eq(result.queue[2].host, 3);
	cr_assert_eq(result.worker[1].worker, 1);
	cr_assert_eq(result.worker[1].host, 2);
	cr_assert_eq(result.worker[2].host, 3);
	end();
}

Test(hosts, who_lost_what_in_the_ring_is_known_to_the_frame_and_what_its_own_host_dropped_apart)
{
	incast();
	lose_of(0, 300);
	lose_of(1, 100);
	account(&half[0].halves.sender.end.accounts, OVR_PLACE_TX_QDISC, "netdev:eth0", -1, 40);
	account(&half[2].halves.receiver.end.accounts, OVR_PLACE_RX_RING, "netdev:eth0", 0, 360);
	join_hosts();
	cr_assert_eq(result.ledger.lost, 400);
	cr_assert_eq(result.ledger.unexplained, 0, "%lld", (long long)result.ledger.unexplained);
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_LOSS);
	cr_assert_eq(result.host[0].lost, 300);
	cr_assert_eq(result.host[0].lost_before_min, 40);
	cr_assert_eq(result.host[0].lost_before_max, 40);
	cr_assert_eq(result.host[1].lost, 100);
	cr_assert_eq(result.host[1].lost_before_max, 0);
	/* (700 + 900)² / 2 (700² + 900²) */
	cr_assert_float_eq(result.fairness, 2560000.0 / 2600000, 1e-12);
	cr_assert_float_eq(result.host[0].share, 700.0 / 1600, 1e-12);
	end();
}

/* Names that begin alike are of different hosts all the same. */
Test(hosts, what_a_host_with_a_long_name_dropped_is_no_other_ones)
{
	incast();
	strcpy(host[0].name, "ssh://measurement@node-0001");
	strcpy(host[1].name, "ssh://measurement@node-0002");
	lose_of(0, 40);
	account(&half[0].halves.sender.end.accounts, OVR_PLACE_TX_QDISC, "netdev:eth0", -1, 40);
	join_hosts();
	cr_assert_eq(result.host[0].lost_before_max, 40);
	cr_assert_eq(result.host[1].lost_before_max, 0);
	cr_assert_str_eq(result.host[1].port, "host:ssh://measurem~2/netdev:eth0");
	end();
}

Test(hosts, frames_refused_at_a_port_are_booked_at_the_port_of_their_host)
{
	incast();
	half[1].halves.sender.attempted = 1010;
	half[1].halves.sender.refused = half[1].halves.sender.end.queue[0].refused = 10;
	join_hosts();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_PASS, "%s", result.ledger.reason[0]);
	for (uint32_t i = 0; i < result.ledger.n_accounts; i++)
		if (result.ledger.account[i].frames_max == 10)
			cr_assert_str_eq(result.ledger.account[i].port, "host:b/netdev:eth0");
	end();
}

/* What 1,000 frames took, as the receiver found it. */
static void
took(uint64_t ns)
{
	struct ovr_hist *latency = calloc(1, sizeof(*latency));

	ovr_hist_add_n(latency, ns, 1000);
	half[2].halves.receiver.latency_ns = latency;
}

Test(hosts, a_latency_is_corrected_by_the_receivers_early_start_and_has_a_bound)
{
	incast();
	took(150000);
	host[2].early_ns = 2000;
	join_hosts();
	cr_assert(result.clock.is_known);
	cr_assert_not(result.clock.is_shared);
	cr_assert_eq(result.clock.offset_ns, 10000000000);
	/* 1,000 of either clock, and half a bucket of 4,096 ns */
	cr_assert_eq(result.clock.bound_ns, 2000 + 2047);
	cr_assert_eq(result.latency_ns->count, 1000);
	cr_assert_eq(result.latency_ns->max, 148000);
	cr_assert_eq(result.latency_ns->min, 148000);
	cr_assert_str_eq(result.latency_unknown, "");
	end();
}

Test(hosts, a_latency_below_its_bound_is_unknown)
{
	incast();
	took(4000);
	host[2].early_ns = 2000;
	join_hosts();
	cr_assert_eq(result.latency_ns, NULL);
	cr_assert_str_eq(result.latency_unknown,
		"the clocks of the hosts are known to ±2.0 us of each other, which is more than its median, "
		"2.0 us");
	cr_assert(result.clock.is_known);
	end();
}

Test(hosts, without_a_known_clock_there_is_no_latency)
{
	incast();
	took(150000);
	host[1].clock_known = false;
	join_hosts();
	cr_assert_eq(result.latency_ns, NULL);
	cr_assert_str_eq(result.latency_unknown, "the clock of b is not known against the caller's");
	cr_assert_not(result.clock.is_known);
	end();
}

Test(hosts, times_of_the_receiver_are_made_times_of_the_trial)
{
	incast();
	half[2].halves.receiver.end.stall = OWNED(
		(struct ovr_stall[]){ { .start_ns = 12000, .length_ns = 500, .drained_ns = UINT64_MAX },
			{ .start_ns = 1000, .length_ns = 500, .drained_ns = 13000, .worker = 1 } });
	half[2].halves.receiver.end.n_stalls = 2;
	host[2].early_ns = 2000;
	join_hosts();
	cr_assert_eq(result.rx_stall[0].start_ns, 10000);
	cr_assert_eq(result.rx_stall[0].drained_ns, UINT64_MAX);
	cr_assert_eq(result.rx_stall[1].start_ns, 0);
	cr_assert_eq(result.rx_stall[1].drained_ns, 11000);
	end();
}

Test(hosts, of_a_receiver_that_was_lost_nothing_is_lost_and_the_trial_is_void)
{
	incast();
	half[2].state = OVR_RESULT_HALF_CHECKPOINT;
	half[2].until_ns = 11900000000;
	strcpy(host[2].why, "no heartbeat for 3 s");
	join_hosts();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert(has_reason("host c was lost: no heartbeat for 3 s; its last checkpoint is of 11.9 s"), "%s",
		result.ledger.reason[0]);
	cr_assert(result.ledger.figures.receiver_unknown);
	cr_assert_eq(result.ledger.lost, 0);
	cr_assert_eq(result.host[2].half, OVR_RESULT_HALF_CHECKPOINT);
	cr_assert_eq(result.host[2].until_ns, 11900000000);
	cr_assert_str_eq(result.host[2].why, "no heartbeat for 3 s");
	cr_assert_not(result.host[0].loss_known);
	cr_assert(result.host[0].sent_known);
	cr_assert(isnan(result.fairness));
	end();
}

Test(hosts, what_a_lost_sender_sent_is_its_last_checkpoint_and_the_sum_is_unknown)
{
	incast();
	half[1].state = OVR_RESULT_HALF_CHECKPOINT;
	half[1].until_ns = 500000;
	half[1].halves.sender.sent = 500;
	strcpy(host[1].why, "its agent ended");
	join_hosts();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert(result.ledger.figures.sender_unknown);
	cr_assert(has_reason("host b was lost: its agent ended; its last checkpoint is of 0.0 s"));
	cr_assert_eq(result.host[1].sent, 500);
	cr_assert_not(result.host[1].sent_known);
	end();
}

Test(hosts, of_a_host_that_left_nothing_its_name_and_port_are_told)
{
	incast();
	ovr_half_document_done(&half[1]);
	host[1].half = NULL;
	strcpy(host[1].why, "killed before its first heartbeat");
	join_hosts();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert(has_reason("host b: killed before its first heartbeat"));
	cr_assert_eq(result.host[1].half, OVR_RESULT_HALF_NONE);
	cr_assert_str_eq(result.host[1].port, "host:b/netdev:eth0");
	end();
}

Test(hosts, series_of_the_hosts_become_one)
{
	incast();
	for (int i = 0; i < N; i++) {
		struct ovr_half_common *common = &half[i].halves.common;
		uint32_t rows = i == 0 ? 4 : i == 1 ? 2 : 5;

		common->sample = calloc(rows, sizeof(*common->sample));
		common->n_samples = rows;
		common->intervals_per_row = i == 1 ? 2 : 1;
		for (uint32_t k = 0; k < rows; k++)
			common->sample[k] = (struct ovr_result_sample){ .start_ns = k * (i == 1 ? 200 : 100),
				.end_ns = (k + 1) * (i == 1 ? 200 : 100),
				.sent = i == 2   ? 0
					: i == 1 ? 20
						 : 10,
				.received = i == 2 ? 20 : 0,
				.n_rxq = i == 2,
				.rxq_received = { i == 2 ? 20 : 0 } };
	}
	join_hosts();
	cr_assert_eq(result.n_samples, 3);
	cr_assert_eq(result.sample[0].start_ns, 0);
	cr_assert_eq(result.sample[0].end_ns, 200);
	cr_assert_eq(result.sample[0].sent, 40);
	cr_assert_eq(result.sample[0].received, 40);
	cr_assert_eq(result.sample[0].rxq_received[0], 40);
	cr_assert_eq(result.sample[0].n_rxq, 1);
	cr_assert_eq(result.sample[2].received, 20);
	end();
}

Test(hosts, one_host_with_both_ends_has_one_clock)
{
	incast();
	ovr_half_document_done(&half[1]);
	half[2].halves.receiver.n_streams = 1;
	half[2].halves.receiver.ours = half[2].halves.receiver.total.unique =
		half[2].halves.receiver.total.arrivals = half[2].halves.receiver.end.port_frames =
			half[2].halves.receiver.end.queue[0].frames = 1000;
	half[0].halves.receiver = half[2].halves.receiver;
	half[2].halves.receiver = (struct ovr_half_receiver){ 0 };
	half[0].has_receiver = host[0].is_receiver = true;
	host[0].receiver = 0;
	cr_assert_eq(ovr_half_hosts_join(host, 1, &result, &err), 0, "%s", err.text);
	cr_assert(result.clock.is_shared);
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_PASS, "%s", result.ledger.reason[0]);
	end();
}

Test(hosts, a_trial_has_senders_and_a_receiver_of_each)
{
	incast();
	host[1].is_receiver = true;
	cr_assert_eq(ovr_half_hosts_join(host, N, &result, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"found 2 senders and 2 receivers, accepted: one sender or more, and a receiver of each");
	host[1].is_receiver = false;
	host[1].receiver = 0;
	cr_assert_eq(ovr_half_hosts_join(host, N, &result, &err), -EINVAL);
	end();
}

Test(hosts, a_half_of_another_trial_is_none)
{
	incast();
	half[0].trial_id = 0x4321;
	join_hosts();
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert(has_reason("host a: its half is of another trial, 0x00004321"), "%s",
		result.ledger.reason[0]);
	cr_assert_eq(result.host[0].half, OVR_RESULT_HALF_NONE);
	end();
}

Test(hosts, a_half_of_another_end_is_none)
{
	incast();
	half[2].has_receiver = false;
	half[2].has_sender = true;
	join_hosts();
	cr_assert(has_reason("host c: its half is of other ends than it has"));
	cr_assert(result.ledger.figures.receiver_unknown);
	end();
}

Test(hosts, sizes_of_senders_are_summed_as_far_as_what_arrived_is_counted)
{
	struct ovr_half_sender *sender = &half[1].halves.sender;

	incast();
	free(sender->size);
	sender->size = calloc(OVR_MIX_SIZES_MAX, sizeof(*sender->size));
	sender->n_sizes = OVR_MIX_SIZES_MAX;
	for (uint16_t i = 0; i < OVR_MIX_SIZES_MAX; i++)
		sender->size[i] = (struct ovr_result_size){ .size = (uint16_t)(64 + i), .sent = 1 };
	sender->size[0].size = 9000;
	join_hosts();
	cr_assert_eq(result.n_sizes, OVR_MIX_SIZES_MAX);
	cr_assert_eq(result.size[0].sent, 1000);
	end();
}
