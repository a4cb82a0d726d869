/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/verification.h"

#include <criterion/criterion.h>

#include "made_up.h"

Test(verification, a_verification_without_loss_in_undisturbed_stalls_is_lossless, .init = begin)
{
	struct ovr_result_advice_verification verified;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_INJECTED);
	add(70 * MS, 8 * MS, 900, OVR_STALL_PREEMPTED);
	result.ledger.lost = 900;
	queue[1].missed = 900;
	result.ledger.explained = 900;
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_LOSSLESS);
	cr_assert_eq(verified.n_injected, 4);
	cr_assert_eq(verified.n_compared, 4);
	cr_assert_eq(verified.lost, 0);
	cr_assert_eq(verified.lost_excluded, 900);
}

Test(verification, a_verification_that_loses_in_one_of_them_is_lost, .init = begin)
{
	struct ovr_result_advice_verification verified;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, i == 2 ? 7 : 0, OVR_STALL_INJECTED);
	result.ledger.lost = 7;
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(verified.n_lossy, 1);
	cr_assert_eq(verified.lost, 7);
	cr_assert_eq(verified.lost_excluded, 0);
}

static struct ovr_seq_period period[2];
static uint32_t period_stall[2];

/* Frames that were lost in no stall. */
static void
lose(uint64_t before_tx_ns, uint64_t frames)
{
	period[result.n_periods] = (struct ovr_seq_period){
		.first_seq = before_tx_ns / 1000,
		.n_frames = frames,
		.before_tx_ns = before_tx_ns,
	};
	period_stall[result.n_periods++] = UINT32_MAX;
	result.period = period;
	result.period_stall = period_stall;
	result.ledger.lost += (int64_t)frames;
}

Test(verification, a_verification_that_loses_in_no_stall_is_lost, .init = begin)
{
	struct ovr_result_advice_verification verified;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_INJECTED);
	lose(5 * MS, 3);
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_LOSSLESS);
	/*
	 * one frame for each stall says nothing, more do, be it before the first stall or between
	 * others
	 */
	lose(26 * MS, 2);
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(verified.lost, 0);
	cr_assert_eq(verified.lost_outside, 5);
	cr_assert_eq(verified.lost_excluded, 0);
}

Test(verification, losses_while_the_ring_drains_after_a_host_stall_are_excluded, .init = begin)
{
	struct ovr_result_advice_verification verified;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_INJECTED);
	add(70 * MS, 8 * MS, 900, OVR_STALL_PREEMPTED);
	result.ledger.lost = 900;
	/* 1,024 slots drain in a millisecond, if twice as much is taken as comes */
	stall[4].drained_ns = UINT64_MAX;
	lose(78 * MS + MS / 2, 100);
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_LOSSLESS);
	cr_assert_eq(verified.lost_outside, 0);
	cr_assert_eq(verified.lost_excluded, 1000);
	/* after that, or when it has drained, nothing excuses them */
	lose(80 * MS, 100);
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(verified.lost_outside, 100);
	cr_assert_eq(verified.lost_excluded, 1000);
	stall[4].drained_ns = 78 * MS + MS / 4;
	cr_assert_eq(ovr_advise_verify(&result).lost_outside, 200);
}

Test(verification, losses_after_a_stall_that_shows_something_are_the_rings, .init = begin)
{
	struct ovr_result_advice_verification verified;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_INJECTED);
	lose(21 * MS + MS / 10, 50);
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(verified.lost_outside, 50);
}

Test(verification, stalls_that_the_host_made_longer_or_that_follow_another_are_excluded, .init = begin)
{
	struct ovr_result_advice_verification verified;

	add(10 * MS, 3 * MS, 2000, OVR_STALL_INJECTED); /* longer than asked */
	add(28 * MS, 2 * MS - 1000, 900, OVR_STALL_PREEMPTED);
	add(30 * MS, MS, 500, OVR_STALL_INJECTED); /* right after another */
	stall[1].drained_ns = UINT64_MAX;
	stall[2].backlog_ns = 2 * MS;
	add(50 * MS, MS, 0, OVR_STALL_INJECTED);
	result.ledger.lost = 3400;
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.n_injected, 3);
	cr_assert_eq(verified.n_compared, 1);
	cr_assert_eq(verified.lost, 0);
	cr_assert_eq(verified.lost_excluded, 3400);
	/* one stall is too few to be judged by */
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_EXCLUDED);
}

Test(verification, a_backlog_takes_nothing_from_a_stall_that_loses_nothing, .init = begin)
{
	struct ovr_result_advice_verification verified;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_INJECTED);
	stall[1].backlog_ns = MS;
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.n_compared, 4);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_LOSSLESS);
	/* what is lost with it may be the backlog's */
	stall[1].frames = 12;
	result.ledger.lost = 12;
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.n_compared, 3);
	cr_assert_eq(verified.lost_excluded, 12);
}

/* What a sender skipped of the frames that fell due while it paused. */
static struct ovr_stall pause_of[8];

static void
pause_in(uint64_t start_ns, uint64_t length_ns, uint64_t skipped)
{
	pause_of[result.n_tx_stalls++] =
		(struct ovr_stall){ .start_ns = start_ns, .length_ns = length_ns, .frames = skipped };
	result.tx_stall = pause_of;
}

Test(verification, stalls_in_each_of_which_the_sender_pauses_a_little_are_lossless, .init = begin)
{
	struct ovr_result_advice_verification verified;

	/* 6 % of each, as on a host whose timer interrupts often */
	for (uint64_t i = 1; i <= 4; i++) {
		add(i * 10 * MS, MS, 0, OVR_STALL_INJECTED);
		pause_in(i * 10 * MS + MS / 4, 30000, 0);
		pause_in(i * 10 * MS + MS / 2, 30000, 0);
	}
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_LOSSLESS);
	cr_assert_eq(verified.n_compared, 4);
	cr_assert_eq(verified.lost, 0);
}

Test(verification, stalls_in_which_the_frames_did_not_come_are_not_lossless, .init = begin)
{
	struct ovr_result_advice_verification verified;

	/* 900 of 1,000 frames are enough, 899 are not; of 133 slots 32 were made up for */
	for (uint64_t i = 1; i <= 4; i++) {
		add(i * 10 * MS, MS, 0, OVR_STALL_INJECTED);
		pause_in(i * 10 * MS + MS / 4, 133000, 101);
	}
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.n_compared, 0);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_EXCLUDED);
	for (uint32_t i = 0; i < 4; i++)
		pause_of[i] = (struct ovr_stall){
			.start_ns = stall[i].start_ns, .length_ns = 132000, .frames = 100
		};
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_LOSSLESS);
	/* stalls that ended early show nothing either */
	result.n_tx_stalls = 0;
	for (uint32_t i = 0; i < 4; i++)
		stall[i].length_ns = 899000;
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_EXCLUDED);
}

Test(verification, without_any_injected_stall_nothing_is_lossless, .init = begin)
{
	add(70 * MS, 8 * MS, 0, OVR_STALL_PREEMPTED);
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_EXCLUDED);
}

Test(verification, a_ring_that_is_to_lose_holds_only_what_it_would_lose_for_sure, .init = begin)
{
	/* 1,000 frames for 950 slots: within two batches of it nothing may be lost */
	result.rxd_set = 950;
	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_INJECTED);
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_EXCLUDED);
	result.rxd_set = 936;
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_LOSSLESS);
}

Test(verification, a_ring_that_is_to_lose_and_lost_in_some_stalls_is_not_lossless_for_others, .init = begin)
{
	struct ovr_result_advice_verification verified;

	/* four lose nothing; a fifth lost frames, and its sender paused for half of it */
	result.rxd_set = 512;
	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_INJECTED);
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_LOSSLESS);
	add(50 * MS, MS, 20, OVR_STALL_INJECTED);
	pause_in(50 * MS + MS / 4, MS / 2, 500);
	result.ledger.lost = 20;
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.n_compared, 4);
	cr_assert_eq(verified.lost_excluded, 20);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_EXCLUDED);
	/* one that holds is none the worse for it */
	result.rxd_set = 1024;
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_LOSSLESS);
}

Test(verification, a_loss_in_a_stall_that_the_host_made_longer_counts_where_the_stall_alone_loses,
	.init = begin)
{
	/* asked are 1,000 frames; 32 more are a batch */
	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS + 32000, 9, OVR_STALL_INJECTED);
	result.ledger.lost = 36;
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_LOST);
	for (uint32_t i = 0; i < 4; i++)
		stall[i].length_ns = MS + 33000;
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_EXCLUDED);
	cr_assert_eq(ovr_advise_verify(&result).lost_excluded, 36);
	result.rxd_set = 512;
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_LOST);
}

Test(verification, a_backlog_of_random_arrivals_is_their_own, .init = begin)
{
	for (uint64_t i = 1; i <= 4; i++) {
		add(i * 10 * MS, MS, 5, OVR_STALL_INJECTED);
		stall[i - 1].backlog_ns = 100000;
	}
	result.ledger.lost = 20;
	result.plan.receiver.service = (struct ovr_rate){ .unit = OVR_RATE_PPS,
		.value = UINT64_C(1500000000) };
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_EXCLUDED);
	result.plan.load.shape.shape = OVR_PACE_POISSON;
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_LOST);
}

Test(verification, where_no_stall_can_be_compared_nothing_is_lossless, .init = begin)
{
	struct ovr_result_advice_verification verified;

	/* 1 Mpps for a receiver of 0.9: five stalls in a ring that is full, of which one loses */
	result.plan.receiver.service = (struct ovr_rate){ .unit = OVR_RATE_PPS,
		.value = UINT64_C(900000000) };
	for (uint64_t i = 1; i <= 5; i++)
		add(i * 10 * MS, MS, i == 5 ? 900 : 0, OVR_STALL_INJECTED);
	result.ledger.lost = 900;
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_EXCLUDED);
	cr_assert_eq(verified.lost_excluded, 900);
}
