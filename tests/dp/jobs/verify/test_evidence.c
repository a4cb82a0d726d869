/* SPDX-License-Identifier: BSD-3-Clause */
/* Verifications of made-up results: of an interface "eth0" that receives on one queue. */
#include "verify/evidence.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "plan/command.h"
#include "result/summary.h"

static struct ovr_result_verify verify;
static struct ovr_result result;
static struct ovr_result_counter other[8];
static struct ovr_nic_counters interface;
static struct ovr_err err;

static void
begin(void)
{
	memset(&verify, 0, sizeof(verify));
	ovr_plan_default_for(OVR_PLAN_RING_VERIFY, &verify.plan);
	cr_assert_eq(ovr_plan_set(&verify.plan, "rx", "netdev:eth0", &err), 0, "%s", err.text);
}

TestSuite(evidence, .init = begin);

/* A result of 10,000 frames sent, so many of them lost. */
static void
new_result(uint64_t lost)
{
	memset(&result, 0, sizeof(result));
	memset(other, 0, sizeof(other));
	result.plan = verify.plan;
	result.counter = other;
	result.ledger.figures.sent = 10000;
	result.ledger.figures.unique = 10000 - lost;
}

/* The ledger books it. */
static void
book(const char *name, int32_t queue, uint64_t frames)
{
	ovr_ledger_add(&result.ledger, OVR_PLACE_RX_RING, "netdev:eth0", queue, frames, name, "madeup");
}

/* The interface counts it besides. */
static void
move(const char *name, int32_t queue, uint64_t added, bool was_reset)
{
	struct ovr_result_counter *counter = &other[result.n_counters++];

	*counter = (struct ovr_result_counter){ .queue = queue,
		.added = added,
		.was_reset = was_reset,
		.meaning = { .kind = OVR_NIC_KIND_OTHER, .place = OVR_PLACE_COUNT, .remark = "" } };
	snprintf(counter->port, sizeof(counter->port), "netdev:eth0");
	snprintf(counter->counter, sizeof(counter->counter), "%s", name);
	snprintf(counter->source, sizeof(counter->source), "madeup");
}

static void
take(void)
{
	struct ovr_result_verify_trial *trial = &verify.trial[verify.n_trials];

	ovr_ledger_explain(&result.ledger, false);
	trial->summary = ovr_result_summary_of(&result);
	snprintf(trial->summary.label, sizeof(trial->summary.label), "made up");
	trial->is_settled = verify.n_trials % 2 != 0;
	ovr_verify_take_trial(&verify, &interface, &result, verify.n_trials);
}

/*
 * The first of four trials that lose 500, 9,000, 700 and 2,000 frames; a counter claims as many,
 * and so many more.
 */
static void
take_trials(uint32_t n, uint64_t more)
{
	static const uint64_t lost[] = { 500, 9000, 700, 2000 };

	for (uint32_t t = 0; t < n; t++) {
		new_result(lost[t]);
		book("rx_drops", 0, lost[t] + more);
		take();
	}
}

static const struct ovr_result_verify_counter *
counter_of(const char *name, int32_t queue)
{
	for (uint32_t i = 0; i < verify.n_counters; i++)
		if (strcmp(verify.counter[i].counter, name) == 0 && verify.counter[i].queue == queue)
			return &verify.counter[i];
	return NULL;
}

static enum ovr_nic_worth
worth_of(const char *name, int32_t queue)
{
	const struct ovr_result_verify_counter *counter = counter_of(name, queue);

	cr_assert_not_null(counter, "no counter %s of queue %d", name, queue);
	return counter->truth.worth;
}

Test(evidence, a_counter_that_is_the_loss_in_every_trial_is_exact)
{
	take_trials(4, 0);
	ovr_verify_judge(&verify);
	cr_assert_eq(verify.verdict, OVR_VERDICT_PASS, "%s", verify.reason);
	cr_assert_eq(worth_of("rx_drops", 0), OVR_NIC_WORTH_EXACT);
}

/* Its claim makes each trial void: that is what is looked for. */
Test(evidence, a_counter_that_claims_more_than_was_lost_is_wrong_and_the_verification_is_not_void)
{
	take_trials(4, 3);
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	ovr_verify_judge(&verify);
	cr_assert_eq(verify.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(verify.reason, "no counter tells the frames that were lost");
	cr_assert_eq(worth_of("rx_drops", 0), OVR_NIC_WORTH_WRONG);
}

Test(evidence, a_booked_counter_that_that_was_reset_is_wrong)
{
	take_trials(3, 0);
	new_result(2500);
	book("rx_drops", 0, 0);
	move("rx_drops", 0, 0, true);
	ovr_ledger_void_counter(&result.ledger, "the counter rx_drops was reset");
	take();
	ovr_verify_judge(&verify);
	cr_assert_eq(worth_of("rx_drops", 0), OVR_NIC_WORTH_WRONG);
	cr_assert_eq(verify.verdict, OVR_VERDICT_LOSS);
}

/* The link was away: losses are not the ring's, and an exact counter must not be called wrong. */
Test(evidence, a_trial_that_something_else_made_void_makes_the_verification_void)
{
	take_trials(2, 0);
	new_result(3000);
	book("rx_drops", 0, 1200);
	ovr_ledger_void(&result.ledger, "the link of netdev:eth0 went and came back by 0.3 s");
	take();
	ovr_verify_judge(&verify);
	cr_assert_eq(verify.verdict, OVR_VERDICT_VOID);
	cr_assert_str_eq(verify.reason,
		"trial 3 (made up) is void: the link of netdev:eth0 went and came back by 0.3 s");
	cr_assert_eq(verify.n_trials, 3);
	cr_assert_eq(worth_of("rx_drops", 0), OVR_NIC_WORTH_UNTRIED);
	cr_assert_str_eq(counter_of("rx_drops", 0)->row, "");
}

/*
 * The host may keep the sender from filling a ring; a port that never overflows does not begin to.
 */
Test(evidence, a_trial_that_lost_nothing_is_made_four_times_if_the_first_one_lost_frames)
{
	new_result(0);
	cr_assert_not(ovr_verify_is_to_repeat(&verify, &result, 1));
	take();
	new_result(0);
	cr_assert_not(ovr_verify_is_to_repeat(&verify, &result, 1));
	verify.n_trials = 0;
	take_trials(2, 0);
	new_result(0);
	cr_assert(ovr_verify_is_to_repeat(&verify, &result, 1));
	cr_assert(ovr_verify_is_to_repeat(&verify, &result, 3));
	cr_assert_not(ovr_verify_is_to_repeat(&verify, &result, 4));
}

/* Others' frames that the ring turned away are counted too, and come and go. */
Test(evidence, a_trial_whose_counters_claim_too_much_is_made_four_times_and_a_spoilt_one_twice)
{
	new_result(1000);
	book("rx_drops", 0, 1000);
	ovr_ledger_explain(&result.ledger, false);
	cr_assert_not(ovr_verify_is_to_repeat(&verify, &result, 1));
	new_result(1000);
	book("rx_drops", 0, 1003);
	ovr_ledger_explain(&result.ledger, false);
	cr_assert(ovr_verify_is_to_repeat(&verify, &result, 1));
	cr_assert(ovr_verify_is_to_repeat(&verify, &result, 3));
	cr_assert_not(ovr_verify_is_to_repeat(&verify, &result, 4));
	ovr_ledger_void(&result.ledger, "the link of netdev:eth0 went and came back by 0.3 s");
	cr_assert(ovr_verify_is_to_repeat(&verify, &result, 1));
	cr_assert_not(ovr_verify_is_to_repeat(&verify, &result, 2));
}

Test(evidence, the_reason_is_the_one_that_is_not_about_a_counter)
{
	new_result(100);
	book("rx_drops", 0, 900);
	ovr_ledger_void_counter(&result.ledger, "counters claim 800 frames more than were lost");
	ovr_ledger_void(&result.ledger, "frames still arrived 30 s after the last one was sent");
	take();
	cr_assert_str_eq(verify.reason,
		"trial 1 (made up) is void: frames still arrived 30 s after the last one was sent");
}

/* 40 of each trial's frames were dropped behind the ring, and are booked there. */
Test(evidence, what_was_lost_behind_the_ring_is_not_held_against_its_counter)
{
	static const uint64_t lost[] = { 500, 9000, 700, 2000 };

	for (uint32_t t = 0; t < 4; t++) {
		new_result(lost[t] + 40);
		book("rx_drops", 0, lost[t]);
		ovr_ledger_add(&result.ledger, OVR_PLACE_RX_KERNEL, "netdev:eth0", -1, 40, "dropped", "link");
		take();
	}
	ovr_verify_judge(&verify);
	cr_assert_eq(worth_of("rx_drops", 0), OVR_NIC_WORTH_EXACT);
	cr_assert_eq(counter_of("rx_drops", 0)->trial[1].lost, 9000);
}

Test(evidence, a_settled_trial_that_lost_nothing_did_not_overflow_and_counters_did_not_fail)
{
	static const uint64_t lost[] = { 500, 9000, 0, 0 };

	for (uint32_t t = 0; t < 4; t++) {
		new_result(lost[t]);
		book("rx_drops", 0, lost[t]);
		take();
	}
	ovr_verify_judge(&verify);
	cr_assert_eq(verify.verdict, OVR_VERDICT_VOID);
	cr_assert_str_eq(verify.reason,
		"trial 4 (made up) lost no frame: the ring did not overflow, and nothing is known of its "
		"counters");
}

Test(evidence, a_ring_of_which_nobody_knows_what_it_lost_has_untried_counters)
{
	static struct ovr_result_stream stream[] = { { .queue = -1, .account.loss.frames = 500 } };

	verify.plan.ports.rxq = 2;
	for (uint32_t t = 0; t < 4; t++) {
		new_result(500 * (t + 1));
		result.stream = stream;
		result.n_streams = 1;
		book("rx0_drops", 0, 100);
		take();
	}
	ovr_verify_judge(&verify);
	cr_assert(counter_of("rx0_drops", 0)->is_unknown[3]);
	cr_assert_eq(worth_of("rx0_drops", 0), OVR_NIC_WORTH_UNTRIED);
	cr_assert_eq(verify.verdict, OVR_VERDICT_VOID);
	cr_assert_str_eq(verify.reason,
		"nobody knows of two different amounts that were lost where its counters count");
}

/* An interface of four queues, and of the driver that made-up results have. */
static void
read_interface(void)
{
	static struct ovr_nic_counter counter[] = {
		{ .name = "rx_queue_0_drops", .source = OVR_NIC_DRIVER, .queue = 0 },
		{ .name = "rx_queue_1_drops", .source = OVR_NIC_DRIVER, .queue = 1 },
		{ .name = "rx_queue_2_drops", .source = OVR_NIC_DRIVER, .queue = 2 },
		{ .name = "rx_queue_3_drops", .source = OVR_NIC_DRIVER, .queue = 3 },
		{ .name = "rx_missed_errors", .source = OVR_NIC_LINK, .queue = -1 },
	};

	interface = (struct ovr_nic_counters){ .driver = "madeup", .n = 5, .counter = counter };
	ovr_verify_take_interface(&verify, &interface);
}

Test(evidence, counters_of_queues_are_those_of_the_port_by_its_own_numbers)
{
	cr_assert_eq(ovr_plan_set(&verify.plan, "rx", "netdev:eth0,queue=2", &err), 0, "%s", err.text);
	read_interface();
	cr_assert_eq(verify.n_counters, 2);
	cr_assert_not_null(counter_of("rx_queue_2_drops", 0));
	cr_assert_not_null(counter_of("rx_missed_errors", -1));
	verify.n_counters = 0;
	verify.plan.ports.rxq = 2;
	read_interface();
	cr_assert_eq(verify.n_counters, 3);
	cr_assert_not_null(counter_of("rx_queue_2_drops", 0));
	cr_assert_not_null(counter_of("rx_queue_3_drops", 1));
}

/*
 * The ledger has the port's numbers, and -1 for queues that are none of the port's; the kernel has
 * the interface's.
 */
Test(evidence, one_counter_is_not_taken_for_two_by_two_numbers_of_its_queue)
{
	static const uint64_t lost[] = { 500, 9000, 700, 2000 };

	cr_assert_eq(ovr_plan_set(&verify.plan, "rx", "netdev:eth0,queue=2", &err), 0, "%s", err.text);
	read_interface();
	for (uint32_t t = 0; t < 4; t++) {
		new_result(lost[t]);
		book("rx_queue_0_drops", -1, 0);
		book("rx_queue_2_drops", 0, lost[t]);
		move("rx_queue_2_drops", 2, lost[t], false);
		move("rx_queue_1_xdp_drops", 1, 7, false);
		take();
	}
	ovr_verify_judge(&verify);
	cr_assert_eq(verify.n_counters, 2);
	cr_assert_eq(worth_of("rx_queue_2_drops", 0), OVR_NIC_WORTH_EXACT);
	cr_assert_eq(worth_of("rx_missed_errors", -1), OVR_NIC_WORTH_ZERO);
	cr_assert_str_neq(counter_of("rx_missed_errors", -1)->row, "");
}

/*
 * Its own ring overflows, behind that of the interface: that the driver's counters stand still is
 * as it should be.
 */
Test(evidence, a_packet_socket_says_nothing_for_the_table_of_drivers)
{
	cr_assert_eq(ovr_plan_set(&verify.plan, "rx", "netdev:eth0,mode=af_packet", &err), 0, "%s", err.text);
	read_interface();
	take_trials(4, 0);
	ovr_verify_judge(&verify);
	cr_assert_eq(verify.verdict, OVR_VERDICT_PASS);
	cr_assert_eq(worth_of("rx_missed_errors", -1), OVR_NIC_WORTH_ZERO);
	cr_assert_str_eq(counter_of("rx_missed_errors", -1)->row, "");
}

/* As with virtio_net and tap, whose drivers count again what the socket refused. */
Test(evidence, a_loss_that_two_accounts_book_is_no_pass_and_is_named)
{
	static const uint64_t lost[] = { 444, 1256, 700, 2000 };

	for (uint32_t t = 0; t < 4; t++) {
		new_result(lost[t]);
		book("rx_ring_full", 0, lost[t]);
		book("rx_dropped", -1, lost[t]);
		take();
	}
	ovr_verify_judge(&verify);
	cr_assert_eq(worth_of("rx_ring_full", 0), OVR_NIC_WORTH_EXACT);
	cr_assert_eq(verify.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(verify.reason,
		"trial 1: the accounts claim 444 frames more than were lost: rx_dropped of madeup repeats "
		"rx_ring_full");
	cr_assert_str_eq(counter_of("rx_dropped", -1)->repeats, "rx_ring_full");
	cr_assert_str_eq(counter_of("rx_ring_full", 0)->repeats, "");
}

/* The same number once, or the same one twice, is an accident. */
Test(evidence, counters_repeat_each_other_only_over_two_different_amounts)
{
	static const uint64_t lost[] = { 500, 500, 500, 500 };

	for (uint32_t t = 0; t < 4; t++) {
		new_result(2 * lost[t]);
		book("rx_ring_full", 0, lost[t]);
		book("rx_dropped", -1, lost[t]);
		take();
	}
	ovr_verify_judge(&verify);
	cr_assert_str_eq(counter_of("rx_dropped", -1)->repeats, "");
}

Test(evidence, a_negative_remainder_is_no_pass_though_one_counter_is_exact)
{
	for (uint32_t t = 0; t < 4; t++) {
		static const uint64_t lost[] = { 500, 9000, 700, 2000 };

		new_result(lost[t]);
		book("rx_drops", 0, lost[t]);
		book("rx_other", -1, 3 + t);
		take();
	}
	ovr_verify_judge(&verify);
	cr_assert_eq(worth_of("rx_drops", 0), OVR_NIC_WORTH_EXACT);
	cr_assert_eq(verify.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(verify.reason, "trial 1: the accounts claim 3 frames more than were lost");
}
