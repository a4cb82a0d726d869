/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/bursts.h"

#include <criterion/criterion.h>

#include "advise/verification.h"
#include "made_up.h"

static struct ovr_seq_period period[4];
static struct ovr_stall pause_of[10];

/*
 * A tenth of a second at 2 Mpps within bursts of 10,000 frames, 5 ms apart, for a receiver of 1.2
 * Mpps: 4,000 slots are needed. Asked are stalls of a millisecond.
 */
static void
begin_bursts(void)
{
	begin();
	result.plan.load.rate = (struct ovr_rate){ .unit = OVR_RATE_PPS, .value = UINT64_C(2000000000) };
	result.plan.receiver.service = (struct ovr_rate){ .unit = OVR_RATE_PPS,
		.value = UINT64_C(1200000000) };
	result.plan.load.shape =
		(struct ovr_plan_shape){ .shape = OVR_PACE_BURST, .burst_frames = 10000, .gap_ns = 5 * MS };
	result.rxd_set = 8192;
	result.period = period;
	result.tx_stall = pause_of;
}

/* Frames that were lost after one that was sent then. */
static void
lose(uint64_t before_tx_ns, uint64_t frames)
{
	period[result.n_periods++] = (struct ovr_seq_period){
		.first_seq = before_tx_ns / 1000, .n_frames = frames, .before_tx_ns = before_tx_ns
	};
	result.ledger.lost += (int64_t)frames;
}

/* A share of a burst, in millionths, that its sender kept back. */
static void
keep_back(uint64_t burst, uint64_t ppm)
{
	pause_of[result.n_tx_stalls++] = (struct ovr_stall){
		.start_ns = burst * 10 * MS + MS, .length_ns = 5 * ppm, .frames = ppm / 100
	};
	result.shortfall += ppm / 100;
	result.shortfall_in_stalls += ppm / 100;
}

Test(bursts, bursts_that_fill_the_ring_and_lose_nothing_are_lossless, .init = begin_bursts)
{
	struct ovr_result_advice_verification verified = ovr_advise_verify(&result);

	cr_assert(verified.by_bursts);
	cr_assert_eq(verified.n_injected, 10);
	cr_assert_eq(verified.n_compared, 10);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_LOSSLESS);
	cr_assert_float_eq(verified.model, 0, 1e-6);
}

Test(bursts, a_burst_that_loses_frames_in_no_stall_of_the_host_is_the_rings, .init = begin_bursts)
{
	struct ovr_result_advice_verification verified;

	lose(4 * MS, 500);
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(verified.n_compared, 10);
	cr_assert_eq(verified.n_lossy, 1);
	cr_assert_eq(verified.lost, 500);
}

Test(bursts, one_that_the_host_got_in_the_way_of_is_excluded_alone, .init = begin_bursts)
{
	struct ovr_result_advice_verification verified;

	/*
	 * 1,000 frames came in it: they may be why 1,000 were lost later in that burst, and not in
	 * the next but one
	 */
	add(12 * MS, MS / 2, 0, OVR_STALL_PREEMPTED);
	lose(14 * MS, 1000);
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_LOSSLESS);
	cr_assert_eq(verified.n_compared, 9);
	cr_assert_eq(verified.lost_excluded, 1000);
	lose(34 * MS, 1);
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(verified.lost, 1);
	result.n_periods = 1;
	period[0].n_frames = 1001;
	result.ledger.lost = 1001;
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_LOST);
}

Test(bursts, of_an_injected_stall_the_host_answers_for_what_it_added, .init = begin_bursts)
{
	add(12 * MS, MS + MS / 4, 0, OVR_STALL_INJECTED);
	lose(14 * MS, 500);
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_LOSSLESS);
	period[0].n_frames = 501;
	result.ledger.lost = 501;
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_LOST);
}

Test(bursts, where_bursts_alone_overrun_the_ring_stalls_of_the_host_excuse_nothing, .init = begin_bursts)
{
	struct ovr_result_advice_verification verified;

	result.rxd_set = 2048;
	for (uint64_t i = 0; i < 4; i++) {
		add(i * 10 * MS, 2 * MS, 0, OVR_STALL_PREEMPTED);
		lose(i * 10 * MS + 4 * MS, 2500);
	}
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(verified.n_lossy, 4);
	cr_assert_eq(verified.lost, 10000);
	/* 4,000 less 2,048 in each of ten */
	cr_assert_float_eq(verified.model, 19520, 1e-3);
}

Test(bursts, a_burst_of_which_the_sender_kept_more_than_a_twentieth_back_has_filled_nothing,
	.init = begin_bursts)
{
	struct ovr_result_advice_verification verified;

	for (uint64_t i = 0; i < 8; i++)
		keep_back(i, 51000);
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.n_compared, 2);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_EXCLUDED);
	pause_of[7].length_ns = 250000;
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_LOSSLESS);
	/* but what the host kept the receiver from serving has: 6 of 10 times 10 us are 6 */
	pause_of[7].length_ns = 255000;
	add(72 * MS, 10000, 0, OVR_STALL_PREEMPTED);
	cr_assert_eq(ovr_advise_verify(&result).n_compared, 3);
}

Test(bursts, what_was_lost_nobody_knows_when_is_held_against_all_of_them, .init = begin_bursts)
{
	struct ovr_result_advice_verification verified;

	add(12 * MS, MS / 2, 0, OVR_STALL_PREEMPTED);
	result.ledger.lost = 1000;
	verified = ovr_advise_verify(&result);
	cr_assert_eq(verified.outcome, OVR_RESULT_ADVICE_EXCLUDED);
	cr_assert_eq(verified.lost, 0);
	cr_assert_eq(verified.lost_excluded, 1000);
	result.ledger.lost = 1001;
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_LOST);
}

Test(bursts, two_bursts_are_too_few, .init = begin_bursts)
{
	result.ledger.figures.scheduled = result.ledger.figures.sent = 20000;
	queue[0].frames = queue[1].frames = 20000;
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_EXCLUDED);
}

Test(bursts, a_ring_that_is_to_lose_and_lost_in_some_is_not_lossless_for_others, .init = begin_bursts)
{
	/*
	 * 3,990 slots for bursts of which 4,000 frames pile up, and 3,960 where a 250th is kept
	 * back
	 */
	result.rxd_set = 3990;
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_LOSSLESS);
	keep_back(1, 4000);
	add(12 * MS, MS / 2, 0, OVR_STALL_PREEMPTED);
	lose(14 * MS, 100);
	cr_assert_eq(ovr_advise_verify(&result).n_lossy, 0);
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_EXCLUDED);
	result.rxd_set = 4010;
	cr_assert_eq(ovr_advise_verify(&result).outcome, OVR_RESULT_ADVICE_LOSSLESS);
}
