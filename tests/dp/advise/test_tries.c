/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/tries.h"

#include <criterion/criterion.h>

#include "made_up.h"

Test(tries, a_try_without_loss_in_stalls_left_alone_is_held, .init = begin)
{
	struct ovr_result_advice_try tried;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	add(70 * MS, 8 * MS, 900, OVR_STALL_PREEMPTED);
	result.ledger.lost = 900;
	queue[1].missed = 900;
	result.ledger.explained = 900;
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_HELD);
	cr_assert_eq(tried.n_asked, 4);
	cr_assert_eq(tried.n_compared, 4);
	cr_assert_eq(tried.lost, 0);
	cr_assert_eq(tried.lost_aside, 900);
}

Test(tries, a_try_that_loses_in_one_of_them_is_lost, .init = begin)
{
	struct ovr_result_advice_try tried;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, i == 2 ? 7 : 0, OVR_STALL_ON_PURPOSE);
	result.ledger.lost = 7;
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(tried.n_lossy, 1);
	cr_assert_eq(tried.lost, 7);
	cr_assert_eq(tried.lost_aside, 0);
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

Test(tries, a_try_that_loses_in_no_stall_is_lost, .init = begin)
{
	struct ovr_result_advice_try tried;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	lose(5 * MS, 3);
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_HELD);
	/* one frame for each stall says nothing, more do, be it before the first stall or between others */
	lose(26 * MS, 2);
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(tried.lost, 0);
	cr_assert_eq(tried.lost_outside, 5);
	cr_assert_eq(tried.lost_aside, 0);
}

Test(tries, losses_while_the_ring_drains_behind_an_own_stall_are_set_aside, .init = begin)
{
	struct ovr_result_advice_try tried;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	add(70 * MS, 8 * MS, 900, OVR_STALL_PREEMPTED);
	result.ledger.lost = 900;
	/* 1,024 slots drain in a millisecond, if twice as much is taken as comes */
	stall[4].drained_ns = UINT64_MAX;
	lose(78 * MS + MS / 2, 100);
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_HELD);
	cr_assert_eq(tried.lost_outside, 0);
	cr_assert_eq(tried.lost_aside, 1000);
	/* behind that, or when it has drained, nothing excuses them */
	lose(80 * MS, 100);
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(tried.lost_outside, 100);
	cr_assert_eq(tried.lost_aside, 1000);
	stall[4].drained_ns = 78 * MS + MS / 4;
	cr_assert_eq(ovr_advise_try_of(&result).lost_outside, 200);
}

Test(tries, losses_behind_a_stall_that_shows_something_are_the_rings, .init = begin)
{
	struct ovr_result_advice_try tried;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	lose(21 * MS + MS / 10, 50);
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_LOST);
	cr_assert_eq(tried.lost_outside, 50);
}

Test(tries, stalls_that_the_host_made_longer_or_that_follow_another_are_set_aside, .init = begin)
{
	struct ovr_result_advice_try tried;

	add(10 * MS, 3 * MS, 2000, OVR_STALL_ON_PURPOSE); /* longer than asked */
	add(28 * MS, 2 * MS - 1000, 900, OVR_STALL_PREEMPTED);
	add(30 * MS, MS, 500, OVR_STALL_ON_PURPOSE); /* right behind another */
	stall[1].drained_ns = UINT64_MAX;
	stall[2].backlog_ns = 2 * MS;
	add(50 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	result.ledger.lost = 3400;
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.n_asked, 3);
	cr_assert_eq(tried.n_compared, 1);
	cr_assert_eq(tried.lost, 0);
	cr_assert_eq(tried.lost_aside, 3400);
	/* one stall is too few to be judged by */
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_ASIDE);
}

Test(tries, a_backlog_takes_nothing_from_a_stall_that_loses_nothing, .init = begin)
{
	struct ovr_result_advice_try tried;

	for (uint64_t i = 1; i <= 4; i++)
		add(i * 10 * MS, MS, 0, OVR_STALL_ON_PURPOSE);
	stall[1].backlog_ns = MS;
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.n_compared, 4);
	cr_assert_eq(tried.outcome, OVR_RESULT_ADVICE_HELD);
	/* what is lost with it may be the backlog's */
	stall[1].frames = 12;
	result.ledger.lost = 12;
	tried = ovr_advise_try_of(&result);
	cr_assert_eq(tried.n_compared, 3);
	cr_assert_eq(tried.lost_aside, 12);
}
