/* SPDX-License-Identifier: BSD-3-Clause */
#include "live/live.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

static struct ovr_live live;
static struct ovr_live_reading reading;

static void
begin(void)
{
	ovr_live_begin(&live, "search", 3, 0, 1000);
	ovr_live_begin_trial(&live, 1, "64 B", 2000);
	memset(&reading, 0, sizeof(reading));
	reading.counts.n_txq = reading.counts.n_rxq = 1;
}

TestSuite(live, .init = begin);

static void
add(uint64_t at_ns, uint64_t sent, uint64_t received, uint64_t lost)
{
	reading.at_ns = at_ns;
	reading.counts.tx[0].sent = sent;
	reading.counts.tx[0].lost = lost;
	reading.counts.rx[0].received = received;
	ovr_live_add(&live, &reading, 2000 + at_ns, at_ns);
}

Test(live, sums_are_of_all_trials)
{
	add(10, 100, 90, 0);
	add(20, 150, 140, 5);
	ovr_live_begin_trial(&live, 2, "128 B", 3000);
	add(10, 30, 30, 0);
	cr_assert_eq(live.sum.tx[0].sent, 180);
	cr_assert_eq(live.sum.rx[0].received, 170);
	cr_assert_eq(live.sum.tx[0].lost, 5);
	cr_assert_eq(live.last.tx[0].sent, 30);
	cr_assert_eq(live.n_readings, 3);
	cr_assert_str_eq(live.label, "128 B");
}

Test(live, an_interval_has_what_was_added_in_it)
{
	add(10, 100, 90, 0);
	add(30, 150, 140, 5);
	cr_assert_eq(live.n_history, 2);
	cr_assert_eq(live.history[1].ns, 20);
	cr_assert_eq(live.history[1].sent, 50);
	cr_assert_eq(live.history[1].received, 50);
	cr_assert_eq(live.history[1].lost, 5);
}

/* A driver that resets its counters has counted from 0 since. */
Test(live, a_counter_that_is_reset_does_not_make_a_sum_fall)
{
	reading.counts.rx[0].missed = 100;
	add(10, 1, 1, 0);
	reading.counts.rx[0].missed = 7;
	add(20, 1, 1, 0);
	cr_assert_eq(live.sum.rx[0].missed, 107);
}

/* A stream that another worker goes on with seems to lose what that one received. */
Test(live, losses_that_shrink_at_second_sight_do_not_make_a_sum_fall)
{
	add(10, 100, 90, 10);
	add(20, 100, 90, 4);
	cr_assert_eq(live.sum.tx[0].lost, 10);
}

static void
put_account(const char *counter, uint64_t frames)
{
	struct ovr_live_account key = { .place = OVR_PLACE_RX_RING, .port = "wire:1", .source = "wire" };

	snprintf(key.counter, sizeof(key.counter), "%s", counter);
	ovr_live_account_of(&reading.counts, &key)->frames = frames;
}

Test(live, counters_of_places_are_found_by_their_names)
{
	put_account("rx_q0_missed", 5);
	add(10, 1, 1, 0);
	reading.counts.n_accounts = 0;
	put_account("rx_q1_missed", 2);
	put_account("rx_q0_missed", 6);
	add(20, 1, 1, 0);
	cr_assert_eq(live.sum.n_accounts, 2);
	cr_assert_str_eq(live.sum.account[0].counter, "rx_q0_missed");
	cr_assert_eq(live.sum.account[0].frames, 6);
	cr_assert_eq(live.sum.account[1].frames, 2);
}

Test(live, counters_beyond_the_room_are_left_out)
{
	struct ovr_live_account key = { .place = OVR_PLACE_RX_RING };

	for (int i = 0; i < OVR_LIVE_ACCOUNTS_MAX; i++) {
		key.queue = i;
		cr_assert_not_null(ovr_live_account_of(&reading.counts, &key));
	}
	key.queue = OVR_LIVE_ACCOUNTS_MAX;
	cr_assert_null(ovr_live_account_of(&reading.counts, &key));
	key.queue = 0;
	cr_assert_eq(ovr_live_account_of(&reading.counts, &key), &reading.counts.account[0]);
}

Test(live, cores_and_their_stalls_are_summed)
{
	*ovr_live_core_of(&reading.counts, OVR_LIVE_RX, 1) = (struct ovr_live_core){ OVR_LIVE_RX, 1,
		.stalls = 3, .stalled_ns = 300 };
	reading.counts.stall_cell[OVR_LIVE_RX][OVR_STALL_INJECTED][7] = 3;
	add(10, 1, 1, 0);
	reading.counts.core[0].stalls = 4;
	reading.counts.core[0].stalled_ns = 450;
	reading.counts.stall_cell[OVR_LIVE_RX][OVR_STALL_INJECTED][7] = 4;
	add(20, 1, 1, 0);
	cr_assert_eq(live.sum.core[0].stalls, 4);
	cr_assert_eq(live.sum.core[0].stalled_ns, 450);
	cr_assert_eq(live.sum.stall_cell[OVR_LIVE_RX][OVR_STALL_INJECTED][7], 4);
	cr_assert_eq(live.history[1].stalls, 1);
	cr_assert_eq(live.history[1].stalled_ns, 150);
}

Test(live, a_sum_of_latencies_that_wraps_goes_on)
{
	reading.counts.latency_ns = UINT64_MAX - 999999999;
	add(10, 1, 1, 0);
	reading.counts.latency_ns = 1000000000;
	live.latency_s = 5;
	add(20, 1, 1, 0);
	cr_assert_float_eq(live.latency_s, 7, 1e-9);
}

Test(live, the_latest_stalls_are_kept_with_their_trial)
{
	for (uint64_t i = 0; i < OVR_LIVE_STALLS_MAX + 3; i++) {
		reading.n_stalls = 1;
		reading.stall[0].stall.start_ns = i;
		add(10 + i, 1, 1, 0);
	}
	cr_assert_eq(live.n_stalls, OVR_LIVE_STALLS_MAX);
	cr_assert_eq(live.stall[0].stall.start_ns, 3);
	cr_assert_eq(live.stall[OVR_LIVE_STALLS_MAX - 1].stall.start_ns, OVR_LIVE_STALLS_MAX + 2);
	cr_assert_eq(live.stall[0].trial, 1);
}

Test(live, the_latest_intervals_are_kept)
{
	for (uint64_t i = 1; i <= OVR_LIVE_HISTORY_MAX + 2; i++)
		add(i, i, i, 0);
	cr_assert_eq(live.n_history, OVR_LIVE_HISTORY_MAX);
	cr_assert_eq(live.history[OVR_LIVE_HISTORY_MAX - 1].sent, 1);
}

static void
end(enum ovr_ledger_verdict verdict, uint64_t lost)
{
	static struct ovr_ledger_account account[2];
	static struct ovr_result_stream stream[1];
	static struct ovr_result result;

	account[0] = (struct ovr_ledger_account){ .place = OVR_PLACE_RX_RING, .frames = 6 };
	account[1] = (struct ovr_ledger_account){ .place = OVR_PLACE_RX_UDP, .is_of_hop = true, .frames = 2 };
	stream[0].account.loss.frames = lost;
	result = (struct ovr_result){ .stream = stream, .n_streams = 1 };
	result.plan.ports.txq = 1;
	result.ledger = (struct ovr_ledger){ .account = account,
		.n_accounts = 2,
		.lost = (int64_t)lost,
		.unexplained = 1,
		.verdict = verdict };
	ovr_live_end_trial(&live, &result);
}

Test(live, the_losses_of_a_trial_that_is_over_are_to_the_frame)
{
	add(10, 100, 90, 4);
	end(OVR_VERDICT_LOSS, 9);
	cr_assert_eq(live.sum.tx[0].lost, 9);
	cr_assert_eq(live.verdicts[OVR_VERDICT_LOSS], 1);
	cr_assert_eq(live.book[OVR_PLACE_RX_RING], 6);
	cr_assert_eq(live.book[OVR_PLACE_PATH], 2);
	cr_assert_eq(live.unexplained, 1);
	cr_assert_not(live.is_running);
	cr_assert_eq(live.n_trials, 1);
	cr_assert_str_eq(live.trial[0].label, "64 B");
}

/* Where ends elsewhere told sums over their queues, the losses of all streams are one sum. */
Test(live, losses_of_streams_on_all_queues_are_one_sum_where_queues_are_not_told_apart)
{
	struct ovr_result_stream stream[2] = { { .stream = 0 }, { .stream = 1 } };
	struct ovr_result result = { .stream = stream, .n_streams = 2 };

	stream[0].account.loss.frames = 3;
	stream[1].account.loss.frames = 4;
	result.plan.ports.txq = 2;
	reading.counts.is_told = true;
	add(10, 100, 93, 0);
	ovr_live_end_trial(&live, &result);
	cr_assert_eq(live.sum.n_txq, 1);
	cr_assert_eq(live.sum.tx[0].lost, 7);
}

Test(live, the_books_of_a_void_trial_are_left_out)
{
	end(OVR_VERDICT_VOID, 9);
	cr_assert_eq(live.verdicts[OVR_VERDICT_VOID], 1);
	cr_assert_eq(live.book[OVR_PLACE_RX_RING], 0);
	cr_assert_eq(live.unexplained, 0);
	cr_assert_eq(live.sum.tx[0].lost, 9);
}

Test(live, a_trial_that_could_not_be_run_has_no_verdict)
{
	ovr_live_drop_trial(&live);
	cr_assert_not(live.is_running);
	cr_assert_eq(live.n_trials, 0);
	cr_assert_eq(live.verdicts[0] + live.verdicts[1] + live.verdicts[2], 0);
}
