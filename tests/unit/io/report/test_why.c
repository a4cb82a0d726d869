/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/why.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "support/result_sample.h"

static void
assert_why(const struct ovr_result *result, const struct ovr_ledger_account *account, const char *expected)
{
	char buf[OVR_WHY_BYTES];

	cr_assert_str_eq(ovr_report_why(buf, sizeof(buf), result, account), expected);
}

/*
 * The ring account of sample_loss(): 1,024 descriptors at 14.88 Mpps have a buffer time of 68.8 µs.
 */
#define RING(result) (&(result)->ledger.account[1])

Test(why, loss_in_stalls_names_them_their_cause_and_the_ring)
{
	struct ovr_result *result = sample_loss();

	assert_why(result, RING(result),
		"11 stalls of core 1 (mostly preempted), 0.09–2.84 ms; ring buffer time 68.8 µs");
	sample_free(result);
}

Test(why, one_cause_for_all_stalls_is_said_without_mostly)
{
	struct ovr_result *result = sample_loss();

	for (uint32_t i = 0; i < 11; i++)
		result->rx_stall[i].cause = OVR_STALL_INJECTED;
	assert_why(result, RING(result),
		"11 stalls of core 1 (injected), 0.09–2.84 ms; ring buffer time 68.8 µs");
	sample_free(result);
}

Test(why, unknown_causes_are_not_mentioned)
{
	struct ovr_result *result = sample_loss();

	for (uint32_t i = 0; i < 11; i++)
		result->rx_stall[i].cause = OVR_STALL_UNKNOWN;
	assert_why(result, RING(result), "11 stalls of core 1, 0.09–2.84 ms; ring buffer time 68.8 µs");
	sample_free(result);
}

Test(why, stalls_of_another_core_have_no_say_in_the_cause)
{
	struct ovr_result *result = sample_loss();

	for (uint32_t i = 0; i < 8; i++)
		result->rx_stall[i].worker = 1;
	assert_why(
		result, RING(result), "11 stalls of core 1 (on-cpu), 0.09–2.84 ms; ring buffer time 68.8 µs");
	sample_free(result);
}

Test(why, the_ring_that_is_there_counts_and_not_the_one_that_was_asked)
{
	struct ovr_result *result = sample_loss();

	result->rxd_set = 2048;
	assert_why(result, RING(result),
		"11 stalls of core 1 (mostly preempted), 0.09–2.84 ms; ring buffer time 138 µs");
	result->rxd_set = 0;
	assert_why(result, RING(result), "11 stalls of core 1 (mostly preempted), 0.09–2.84 ms");
	sample_free(result);
}

Test(why, one_stall_has_one_length)
{
	struct ovr_result *result = sample_loss();

	result->worker[1].match = (struct ovr_stall_match){
		.periods = 1, .matched_periods = 1, .stalls = 1, .shortest_ns = 90000, .longest_ns = 90000
	};
	assert_why(result, RING(result),
		"1 stall of core 1 (mostly preempted), 90.0 µs; ring buffer time 68.8 µs");
	sample_free(result);
}

Test(why, lengths_that_share_no_unit_have_one_each)
{
	struct ovr_result *result = sample_loss();

	result->worker[1].match.shortest_ns = 70000;
	result->worker[1].match.longest_ns = 120000000;
	assert_why(result, RING(result),
		"11 stalls of core 1 (mostly preempted), 70.0 µs–120 ms; ring buffer time 68.8 µs");
	sample_free(result);
}

Test(why, loss_periods_outside_stalls_are_counted)
{
	struct ovr_result *result = sample_loss();

	result->worker[1].match.matched_periods = 9;
	assert_why(result, RING(result),
		"11 stalls of core 1 (mostly preempted), 0.09–2.84 ms, with 9 of 11 loss periods; "
		"ring buffer time 68.8 µs");
	sample_free(result);
}

/* Loss periods that the path made are none of the ring's. */
Test(why, loss_periods_outside_stalls_are_not_counted_where_another_place_lost_frames_too)
{
	struct ovr_result *result = sample_loss();

	result->worker[1].match.matched_periods = 9;
	ovr_ledger_add(&result->ledger, OVR_PLACE_PATH, "wire:1", -1, 2, "wire_dropped", "wire");
	assert_why(result, RING(result),
		"11 stalls of core 1 (mostly preempted), 0.09–2.84 ms; ring buffer time 68.8 µs");
	sample_free(result);
}

Test(why, loss_without_a_stall_means_that_the_core_is_too_slow)
{
	struct ovr_result *result = sample_loss();

	result->worker[1].match = (struct ovr_stall_match){ .periods = 11 };
	assert_why(result, RING(result),
		"no stall: core 1 takes fewer frames than arrive; ring buffer time 68.8 µs");
	sample_free(result);
}

Test(why, a_service_below_the_arrivals_is_an_overload_that_names_the_option)
{
	struct ovr_result *result = sample_loss();

	cr_assert_eq(ovr_plan_set(&result->plan, "service", "5mpps", NULL), 0);
	result->worker[1].match = (struct ovr_stall_match){ .periods = 11 };
	assert_why(result, RING(result),
		"overload: 14.88 Mpps arrive at core 1, with --service 5mpps; ring buffer time 68.8 µs");
	sample_free(result);
}

Test(why, what_stalls_cannot_have_cost_is_overload)
{
	struct ovr_result *result = sample_loss();

	cr_assert_eq(ovr_plan_set(&result->plan, "service", "5mpps", NULL), 0);
	result->worker[1].match.matched_frames = 53;
	result->worker[1].match.matched_periods = 2;
	assert_why(result, RING(result),
		"at most 53 frames in 11 stalls of core 1 (mostly preempted), 0.09–2.84 ms; the rest is "
		"overload: 14.88 Mpps arrive at core 1, with --service 5mpps; ring buffer time 68.8 µs");
	sample_free(result);
}

Test(why, a_service_above_the_arrivals_is_no_overload)
{
	struct ovr_result *result = sample_loss();

	cr_assert_eq(ovr_plan_set(&result->plan, "service", "15mpps", NULL), 0);
	result->worker[1].match = (struct ovr_stall_match){ .periods = 11 };
	assert_why(result, RING(result),
		"no stall: core 1 takes fewer frames than arrive; ring buffer time 68.8 µs");
	sample_free(result);
}

Test(why, a_ring_holds_for_as_long_as_the_rate_within_a_burst_fills_it)
{
	struct ovr_result *result = sample_loss();

	/* 1,488 frames at line rate, 100 us, and 100 us of nothing */
	cr_assert_eq(ovr_plan_set(&result->plan, "shape", "burst=1488,gap=100us", NULL), 0);
	result->planned_pps /= 2;
	assert_why(result, RING(result),
		"11 stalls of core 1 (mostly preempted), 0.09–2.84 ms; ring buffer time 68.8 µs within a "
		"burst");
	sample_free(result);
}

Test(why, without_loss_periods_nothing_is_claimed)
{
	struct ovr_result *result = sample_loss();

	result->worker[1].match = (struct ovr_stall_match){ 0 };
	assert_why(result, RING(result),
		"no loss period to match with stalls of core 1; ring buffer time 68.8 µs");
	sample_free(result);
}

Test(why, a_counter_of_the_whole_port_speaks_of_its_only_queue)
{
	struct ovr_result *result = sample_loss();

	RING(result)->queue = -1;
	result->queue[1].missed_known = false;
	result->queue[1].missed = 0;
	assert_why(result, RING(result),
		"11 stalls of core 1 (mostly preempted), 0.09–2.84 ms; ring buffer time 68.8 µs");
	sample_free(result);
}

Test(why, a_counter_of_the_whole_port_speaks_of_all_its_cores)
{
	struct ovr_result *result = sample_impaired();
	struct ovr_ledger_account account = { .place = OVR_PLACE_RX_RING, .queue = -1, .frames = 1000 };

	result->worker[1].match = (struct ovr_stall_match){
		.periods = 3, .matched_periods = 3, .stalls = 3, .shortest_ns = 200000, .longest_ns = 300000
	};
	result->worker[2].match = (struct ovr_stall_match){
		.periods = 5, .matched_periods = 2, .stalls = 2, .shortest_ns = 100000, .longest_ns = 250000
	};
	assert_why(result, &account, "5 stalls of the receive cores, 100–300 µs");
	sample_free(result);
}

Test(why, a_full_tx_ring_at_line_rate_is_a_saturated_line)
{
	struct ovr_result *result = sample_loss();

	assert_why(result, &result->ledger.account[0], "TX ring full: the line is saturated");
	sample_free(result);
}

/* The peer was deleted: the kernel took nothing more, whatever the line could carry. */
Test(why, a_full_tx_ring_after_a_link_that_went_is_that_links)
{
	struct ovr_result *result = sample_loss();
	struct ovr_outage *outage = &result->outages.outage[0];

	snprintf(result->plan.ports.tx.label, sizeof(result->plan.ports.tx.label), "netdev:va");
	result->outages.n = result->outages.n_kept = 1;
	snprintf(outage->port, sizeof(outage->port), "netdev:va");
	outage->was_seen = true;
	assert_why(result, &result->ledger.account[0],
		"TX ring full: the link of netdev:va went down while the trial ran");
	outage->is_over = true;
	assert_why(result, &result->ledger.account[0],
		"TX ring full: the link of netdev:va was lost for a time while the trial ran");
	sample_free(result);
}

Test(why, a_line_that_did_not_carry_its_rate_is_not_saturated)
{
	struct ovr_result *result = sample_loss();

	snprintf(result->plan.ports.tx.label, sizeof(result->plan.ports.tx.label), "netdev:va");
	result->tx_pps = 1488095;
	assert_why(result, &result->ledger.account[0],
		"TX ring full: netdev:va took no more than 1.49 Mpps, 10.000 % of what its line carries");
	result->line_bps = 0;
	assert_why(result, &result->ledger.account[0],
		"TX ring full: netdev:va took no more than 1.49 Mpps, and the speed of its line is not "
		"known");
	sample_free(result);
}

Test(why, a_full_tx_ring_below_line_rate_is_not)
{
	struct ovr_result *result = sample_loss();

	result->planned_pps = result->tx_pps = 1000000;
	assert_why(result, &result->ledger.account[0],
		"TX ring full: for a time more was attempted than the line took");
	sample_free(result);
}

Test(why, the_account_s_own_sentence_comes_first)
{
	struct ovr_result *result = sample_loss();

	snprintf(RING(result)->why, sizeof(RING(result)->why), "the queue was never polled");
	assert_why(result, RING(result), "the queue was never polled");
	sample_free(result);
}

Test(why, every_other_place_has_its_sentence)
{
	struct ovr_result *result = sample_impaired();
	struct ovr_ledger_account account = { .queue = -1, .frames = 1, .counter = "wire_dropped" };
	static const struct {
		enum ovr_ledger_place place;
		const char *why;
	} expected[] = {
		{ OVR_PLACE_TX_APP,
			"refused by the socket: its send buffer or the queue behind it was full" },
		{ OVR_PLACE_TX_QDISC, "the queue of the queueing discipline was full" },
		{ OVR_PLACE_TX_ERRORS, "accepted, but not sent by the transmit port" },
		{ OVR_PLACE_PATH, "the wire, on purpose: drop=0.1%,dup=0.006%" },
		{ OVR_PLACE_RX_ERRORS, "damaged: dropped by the receive port" },
		{ OVR_PLACE_RX_NOMBUF, "no free frame in the pool of 16,383 when the ring was refilled" },
		{ OVR_PLACE_RX_NETFILTER, "dropped by a rule of netfilter, or by conntrack" },
		{ OVR_PLACE_RX_SOCKET, "the receive buffer of the socket was full" },
		{ OVR_PLACE_RX_CORRUPT, "arrived damaged under a good FCS: their numbers are missing" },
		{ OVR_PLACE_RX_LATE, "arrived after they had been given up as lost" },
	};

	result->plan.ports.mbufs = 16383;
	for (unsigned int i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		account.place = expected[i].place;
		assert_why(result, &account, expected[i].why);
	}
	sample_free(result);
}

Test(why, a_hops_ring_and_pool_are_not_the_plans)
{
	struct ovr_result *result = sample_impaired();
	struct ovr_ledger_account account = { .queue = 0, .frames = 1, .is_of_hop = true };

	account.place = OVR_PLACE_RX_RING;
	assert_why(result, &account, "");
	account.place = OVR_PLACE_RX_NOMBUF;
	assert_why(result, &account, "");
	sample_free(result);
}

Test(why, a_remainder_is_not_called_a_counter)
{
	struct ovr_result *result = sample_impaired();
	struct ovr_ledger_account account = { .place = OVR_PLACE_PATH, .frames = 1, .counter = "remainder" };

	assert_why(result, &account, "no counter of ours saw them: lost between the ports");
	sample_free(result);
}

Test(why, a_remainder_behind_hops_names_them_and_their_ranges)
{
	struct ovr_result *result = sample_impaired();
	struct ovr_ledger_account account = { .place = OVR_PLACE_PATH, .frames = 40, .counter = "remainder" };
	struct ovr_ledger_account rule = { .place = OVR_PLACE_RX_NETFILTER,
		.is_of_hop = true,
		.frames = 60,
		.frames_min = 60,
		.frames_max = 60 };

	result->plan.ports.via.n = 1;
	result->ledger.n_accounts = 1;
	result->ledger.account[0] = rule;
	assert_why(result, &account, "no counter of a port or of a hop saw them: lost between the ports");

	/* 40 of the rule's may be others' */
	result->ledger.account[0].frames_min = 20;
	assert_why(result, &account,
		"no certain account has them: some may be in the ranges of hops, the others were lost "
		"between the ports");
	sample_free(result);
}

/* 300 frames of others came while the ring was full: nobody read one, and its counter has them. */
Test(why, a_remainder_beside_ring_drops_says_what_nobody_could_see)
{
	struct ovr_result *result = sample_impaired();
	struct ovr_ledger_account account = {
		.place = OVR_PLACE_PATH, .frames = 101, .counter = "remainder"
	};
	struct ovr_ledger_account ring = {
		.place = OVR_PLACE_RX_RING, .frames = 4147, .frames_min = 4147, .frames_max = 4147
	};

	result->plan.ports.rx.kind = OVR_PORT_NETDEV;
	result->ledger.n_accounts = 1;
	result->ledger.account[0] = ring;
	assert_why(result, &account,
		"no counter of ours saw them: lost between the ports; more were, if frames of others came "
		"only "
		"while a ring was full");

	/* a range holds them */
	result->ledger.account[0].frames_min = 0;
	assert_why(result, &account, "no counter of ours saw them: lost between the ports");
	sample_free(result);
}

Test(why, unexplained_says_what_its_sign_means)
{
	cr_assert_str_eq(ovr_report_why_unexplained(0), "");
	cr_assert_str_eq(ovr_report_why_unexplained(1), "lost where nobody counts");
	cr_assert_str_eq(ovr_report_why_unexplained(-1), "counters claim more than was lost");
}
