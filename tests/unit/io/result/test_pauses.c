/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/pauses.h"

#include <criterion/criterion.h>

#define US UINT64_C(1000)
#define MS UINT64_C(1000000)

static struct ovr_stall tx[4];
static struct ovr_result_worker worker[4];
static struct ovr_result result;

/* One sender at 1 Mpps, and one receiver. */
static void
begin(void)
{
	ovr_plan_default(&result.plan);
	result.planned_pps = 1e6;
	result.line_paused_ns = -1;
	result.duration_ns = 100 * MS;
	result.tx_stall = tx;
	result.worker = worker;
	result.n_workers = 2;
	worker[0].is_tx = true;
}

static void
pause_of(uint16_t sender, uint64_t start_ns, uint64_t length_ns, uint64_t skipped)
{
	tx[result.n_tx_stalls++] = (struct ovr_stall){
		.worker = sender, .start_ns = start_ns, .length_ns = length_ns, .frames = skipped
	};
}

Test(pauses, what_a_sender_skipped_is_missing_and_no_more_than_fell_due, .init = begin)
{
	struct ovr_pauses pauses;

	pause_of(0, 10 * MS + 200 * US, 100 * US, 68);
	pause_of(0, 10 * MS + 900 * US, 20 * US, 0);
	pause_of(0, 12 * MS, 500 * US, 468);
	pauses = ovr_pauses_in(&result, 10 * MS, 11 * MS);
	cr_assert_float_eq(pauses.min_ns, 68e3, 1e-6, "32 of 100 were made up for");
	cr_assert_float_eq(pauses.max_ns, 68e3, 1e-6);
	/* where some were refused, it may have been these, or a ring of 10 went on sending */
	result.ledger.figures.refused = 1;
	result.txd_set = 10;
	pauses = ovr_pauses_in(&result, 10 * MS, 11 * MS);
	cr_assert_float_eq(pauses.min_ns, 68e3 - 20e3, 1e-6);
	cr_assert_float_eq(pauses.max_ns, 120e3, 1e-6);
}

Test(pauses, slots_that_stand_at_another_stall_are_not_taken_for_made_up, .init = begin)
{
	struct ovr_pauses pauses;

	/* of 200 slots 168 were skipped, in a turn that was a stall too */
	pause_of(0, 10 * MS + 200 * US, 200 * US, 0);
	pause_of(0, 10 * MS + 400 * US, 5 * US, 168);
	pauses = ovr_pauses_in(&result, 10 * MS, 11 * MS);
	cr_assert_float_eq(pauses.min_ns, 5e3, 1e-6);
	cr_assert_float_eq(pauses.max_ns, 205e3, 1e-6);
}

Test(pauses, what_a_pause_across_the_begin_kept_back_comes_after_it, .init = begin)
{
	struct ovr_pauses pauses;

	/*
	 * 32 of 200 slots came late: none came in the last 100 us of the pause, and 32 more after
	 * it
	 */
	pause_of(0, 9 * MS + 900 * US, 200 * US, 168);
	pauses = ovr_pauses_in(&result, 10 * MS, 11 * MS);
	cr_assert_float_eq(pauses.min_ns, 68e3, 1e-6);
	cr_assert_float_eq(pauses.max_ns, 68e3, 1e-6);
	/* a pause that ends 10 us after the begin brings more than it takes */
	tx[0].start_ns = 9 * MS + 810 * US;
	pauses = ovr_pauses_in(&result, 10 * MS, 11 * MS);
	cr_assert_float_eq(pauses.min_ns, -22e3, 1e-6);
	cr_assert_float_eq(pauses.max_ns, -22e3, 1e-6);
}

Test(pauses, of_a_pause_across_the_end_nothing_comes_in_time, .init = begin)
{
	struct ovr_pauses pauses;

	pause_of(0, 10 * MS + 950 * US, 100 * US, 68);
	pauses = ovr_pauses_in(&result, 10 * MS, 11 * MS);
	cr_assert_float_eq(pauses.min_ns, 50e3, 1e-6);
	cr_assert_float_eq(pauses.max_ns, 50e3, 1e-6);
}

Test(pauses, late_frames_come_no_faster_than_the_line_has_room_for_them, .init = begin)
{
	struct ovr_pauses pauses;

	pause_of(0, 10 * MS + 200 * US, 100 * US, 68);
	/* a line of 1.25 Mpps: 10 us of late frames in the 40 us that are left */
	result.tx_pps = 1e6;
	result.tx_l1_bps = 672e6;
	result.line_bps = 840000000;
	pauses = ovr_pauses_in(&result, 10 * MS, 10 * MS + 340 * US);
	cr_assert_float_eq(pauses.min_ns, 90e3, 1e-6);
	cr_assert_float_eq(pauses.max_ns, 90e3, 1e-6);
	/* all of them in 200 us */
	pauses = ovr_pauses_in(&result, 10 * MS, 10 * MS + 500 * US);
	cr_assert_float_eq(pauses.max_ns, 68e3, 1e-6);
	/* at the speed of the line itself, none ever */
	result.line_bps = 672000000;
	pauses = ovr_pauses_in(&result, 10 * MS, 11 * MS);
	cr_assert_float_eq(pauses.min_ns, 100e3, 1e-6);
	cr_assert_float_eq(pauses.max_ns, 100e3, 1e-6);
	/* a sender that emulates the line brings them in its next turn */
	result.line_paused_ns = 68000;
	pauses = ovr_pauses_in(&result, 10 * MS, 11 * MS);
	cr_assert_float_eq(pauses.min_ns, 68e3, 1e-6);
	cr_assert_float_eq(pauses.max_ns, 68e3, 1e-6);
	/* and one beside a core that does is limited by the line */
	worker[2].is_tx = worker[2].is_wire = true;
	result.n_workers = 3;
	pauses = ovr_pauses_in(&result, 10 * MS, 11 * MS);
	cr_assert_float_eq(pauses.max_ns, 100e3, 1e-6);
}

Test(pauses, one_of_two_senders_takes_half_and_the_wire_all, .init = begin)
{
	struct ovr_pauses pauses;

	result.n_workers = 4;
	worker[1].is_tx = worker[3].is_tx = worker[3].is_wire = true;
	pause_of(1, 10 * MS + 100 * US, 100 * US, 34);
	pauses = ovr_pauses_in(&result, 10 * MS, 11 * MS);
	cr_assert_float_eq(pauses.min_ns, 34e3, 1e-6);
	cr_assert_float_eq(pauses.max_ns, 34e3, 1e-6);
	pause_of(1, 10 * MS + 300 * US, 100 * US, 68);
	cr_assert_float_eq(ovr_pauses_in(&result, 10 * MS, 11 * MS).max_ns, 84e3, 1e-6);
	result.n_tx_stalls--;
	/* what waits for the wire may come within that time, or after it */
	pause_of(2, 10 * MS + 400 * US, 100 * US, 0);
	pauses = ovr_pauses_in(&result, 10 * MS, 11 * MS);
	cr_assert_float_eq(pauses.min_ns, 34e3, 1e-6);
	cr_assert_float_eq(pauses.max_ns, 134e3, 1e-6);
}

Test(pauses, a_sender_that_emulates_the_line_holds_up_the_frames_of_the_others, .init = begin)
{
	struct ovr_pauses pauses;

	result.n_workers = 3;
	worker[1].is_tx = true;
	result.line_paused_ns = 0;
	/* it skipped 34 of its 50 slots; those of the other may have come later, or been refused */
	pause_of(0, 10 * MS + 100 * US, 100 * US, 34);
	pauses = ovr_pauses_in(&result, 10 * MS, 11 * MS);
	cr_assert_float_eq(pauses.min_ns, 34e3, 1e-6);
	cr_assert_float_eq(pauses.max_ns, 100e3, 1e-6);
	/* the other one holds up its own */
	tx[0].worker = 1;
	cr_assert_float_eq(ovr_pauses_in(&result, 10 * MS, 11 * MS).max_ns, 34e3, 1e-6);
}

Test(pauses, a_pause_in_the_gap_between_bursts_takes_nothing, .init = begin)
{
	/* bursts of 10 ms, 10 ms apart */
	result.plan.load.rate = (struct ovr_rate){ .unit = OVR_RATE_PPS, .value = UINT64_C(1000000000) };
	result.plan.load.shape =
		(struct ovr_plan_shape){ .shape = OVR_PACE_BURST, .burst_frames = 10000, .gap_ns = 10 * MS };
	result.planned_pps = 0.5e6;
	pause_of(0, 9 * MS + 900 * US, 200 * US, 90);
	cr_assert_float_eq(ovr_pauses_in(&result, 9 * MS, 12 * MS).max_ns, 90e3, 1e-6);
	cr_assert_float_eq(ovr_pauses_in(&result, 10 * MS, 12 * MS).max_ns, 0, 1e-6);
}
