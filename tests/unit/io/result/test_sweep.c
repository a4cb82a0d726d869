/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/sweep.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "plan/command.h"

static struct ovr_plan plan;
static struct ovr_result_sweep sweep;
static struct ovr_err err;

static void
begin(const char *const *with)
{
	ovr_plan_default_for(OVR_PLAN_SWEEP, &plan);
	for (; with[0] != NULL; with += 2)
		cr_assert_eq(ovr_plan_set(&plan, with[0], with[1], &err), 0, "%s", err.text);
	cr_assert_eq(ovr_result_sweep_init(&sweep, &plan, &err), 0, "%s", err.text);
}

#define WITH(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
end(void)
{
	ovr_result_sweep_done(&sweep);
}

TestSuite(sweep, .fini = end);

/* A cell of an earlier run: 1,000,000 frames sent, and ten stalls of which each lost as much. */
static struct ovr_result_cell
cell_of(double slots, uint64_t lost_per_stall)
{
	struct ovr_result_cell cell = { .is_done = true };

	cell.summary.sent = 1000000;
	cell.summary.lost = (int64_t)(10 * lost_per_stall);
	cell.summary.verdict = lost_per_stall != 0 ? OVR_VERDICT_LOSS : OVR_VERDICT_PASS;
	cell.comparison = (struct ovr_comparison){
		.n_injected = 10,
		.n_of = { [OVR_COMPARISON_VALID] = 8, [OVR_COMPARISON_TX] = 2 },
		.n_within = 8,
		.lost_injected = 10 * lost_per_stall,
		.lost = 8 * lost_per_stall,
		.model = 8.0 * (double)lost_per_stall - 40,
		.bound_frames = 64,
		.worst_frames = 5,
		.slots = slots,
	};
	return cell;
}

static void
put(uint64_t index, struct ovr_result_cell cell)
{
	ovr_result_sweep_resume(&sweep, index, &cell);
}

Test(sweep, the_smallest_lossless_ring_has_only_cells_without_loss)
{
	begin(WITH("rings", "256..2048"));
	put(0, cell_of(256, 744));
	put(1, cell_of(512, 488));
	put(2, cell_of(1024, 0));
	put(3, cell_of(2048, 0));
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.verdict, OVR_VERDICT_PASS);
	cr_assert_eq(sweep.n_curves, 1);
	cr_assert_eq(sweep.curve[0].smallest_lossless, 1024);
	cr_assert_eq(sweep.curve[0].smallest_lossless_frames, 1000000);
	cr_assert_eq(sweep.curve[0].lossy_above, 0);
	cr_assert_eq(sweep.curve[0].shape.kind, OVR_METHOD_SHAPE_KNEE);
	cr_assert_float_eq(sweep.curve[0].shape.knee, 1000, 1e-6);
	cr_assert_eq(sweep.check.n_injected, 40);
	cr_assert_eq(sweep.check.n_of[OVR_COMPARISON_VALID], 32);
	cr_assert_eq(sweep.check.n_of[OVR_COMPARISON_TX], 8);
	cr_assert_eq(sweep.check.n_within, 32);
	cr_assert_float_eq(sweep.check.worst_frames, 5, 0);
}

Test(sweep, only_undisturbed_cells_count_for_the_smallest_lossless_ring)
{
	struct ovr_result_cell excluded = cell_of(256, 0), is_void = cell_of(512, 0);

	begin(WITH("rings", "256..2048"));
	excluded.comparison.exclusion = OVR_COMPARISON_EXCLUDED_HOST;
	is_void.summary.verdict = OVR_VERDICT_VOID;
	put(0, excluded);
	put(1, is_void);
	put(2, cell_of(1024, 0));
	put(3, cell_of(2048, 0));
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.curve[0].smallest_lossless, 1024);
	cr_assert_eq(sweep.n_excluded, 1);
	cr_assert_eq(sweep.n_void, 1);
	cr_assert_eq(sweep.curve[0].ring[0].n_excluded, 1);
	cr_assert_eq(sweep.curve[0].ring[1].n_void, 1);
	cr_assert(isnan(sweep.curve[0].ring[1].model_loss));
}

Test(sweep, a_ring_lost_nothing_only_if_no_repeat_did)
{
	struct ovr_result_cell excluded = cell_of(2048, 30);

	begin(WITH("rings", "1024,2048", "repeats", "2"));
	put(0, cell_of(1024, 0));
	put(1, cell_of(2048, 0));
	put(2, cell_of(1024, 3));
	excluded.comparison.exclusion = OVR_COMPARISON_EXCLUDED_HOST;
	put(3, excluded);
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.curve[0].smallest_lossless, 2048,
		"its second repeat was disturbed, and does not count");
	cr_assert_eq(sweep.curve[0].smallest_lossless_frames, 1000000);
	cr_assert_eq(sweep.curve[0].ring[0].n_cells, 2);
	cr_assert_eq(sweep.curve[0].ring[0].undisturbed_lost, 30);
}

Test(sweep, a_ring_that_lost_a_frame_is_not_lossless_whatever_its_trials_verdict)
{
	struct ovr_result_cell cell = cell_of(256, 1);

	begin(WITH("rings", "256,512"));
	cell.summary.verdict = OVR_VERDICT_PASS;
	put(0, cell);
	put(1, cell_of(512, 0));
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.curve[0].ring[0].n_lossy, 1);
	cr_assert_eq(sweep.curve[0].smallest_lossless, 512);
}

Test(sweep, each_combination_of_the_other_values_is_a_curve)
{
	begin(WITH("rings", "256,512", "rates", "50%,100%", "stalls", "none,100us/10ms"));
	cr_assert_eq(sweep.n_curves, 4);
	for (uint64_t i = 0; i < 8; i++)
		put(i, cell_of(i % 2 != 0 ? 512 : 256, i == 7 ? 9 : 0));
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.curve[2].smallest_lossless, 256);
	cr_assert_eq(sweep.curve[2].lossy_above, 0);
	cr_assert_eq(sweep.curve[3].smallest_lossless, 256);
	cr_assert_eq(sweep.curve[3].lossy_above, 512);
	cr_assert_eq(sweep.curve[3].shape.kind, OVR_METHOD_SHAPE_RISING);
}

Test(sweep, a_shape_is_told_from_the_undisturbed_stalls)
{
	begin(WITH("rings", "256,512,1024"));
	for (uint32_t i = 0; i < 3; i++) {
		struct ovr_result_cell cell = cell_of(256u << i, i == 2 ? 0 : 1000 - (256u << i));

		/* each cell also lost frames in a host stall */
		cell.summary.lost += 5000;
		cell.comparison.lost_host = 5000;
		cell.comparison.exclusion = OVR_COMPARISON_EXCLUDED_HOST;
		put(i, cell);
	}
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.curve[0].shape.kind, OVR_METHOD_SHAPE_KNEE);
	cr_assert_float_eq(sweep.curve[0].shape.knee, 1000, 1e-6);
	cr_assert_eq(sweep.curve[0].smallest_lossless, 0,
		"the smallest lossless ring needs a cell that was not disturbed");
	cr_assert_eq(sweep.verdict, OVR_VERDICT_VOID, "what was not measured is no loss");
	cr_assert_str_eq(sweep.reason, "1 of 1 curves are unknown, for want of an undisturbed cell");
}

Test(sweep, a_curve_that_lost_frames_with_each_ring_is_a_loss_beside_an_unknown_one)
{
	struct ovr_result_cell excluded = cell_of(256, 0);

	begin(WITH("rings", "256", "rates", "50%,100%"));
	excluded.comparison.exclusion = OVR_COMPARISON_EXCLUDED_HOST;
	put(0, excluded);
	put(1, cell_of(256, 9));
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(sweep.reason,
		"2 of 2 curves have no ring that lost nothing, some of them for want of an undisturbed cell");
}

Test(sweep, fewer_than_three_stalls_say_nothing_of_a_ring)
{
	begin(WITH("rings", "256,512,1024"));
	for (uint32_t i = 0; i < 3; i++) {
		struct ovr_result_cell cell = cell_of(256u << i, i == 2 ? 0 : 1000 - (256u << i));

		cell.comparison.exclusion = OVR_COMPARISON_EXCLUDED_HOST;
		if (i == 2) {
			cell.comparison.n_of[OVR_COMPARISON_VALID] = 2;
			cell.comparison.lost = 2 * 900;
		}
		put(i, cell);
	}
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.curve[0].shape.kind, OVR_METHOD_SHAPE_FALLING, "the largest ring is not known");
	cr_assert_eq(sweep.check.n_cells, 2);
}

Test(sweep, a_few_stalls_are_enough_if_there_were_no_others)
{
	begin(WITH("rings", "256,512"));
	for (uint32_t i = 0; i < 2; i++) {
		struct ovr_result_cell cell = cell_of(256u << i, 20000 - (256u << i));

		cell.comparison.n_injected = cell.comparison.n_of[OVR_COMPARISON_VALID] = 1;
		cell.comparison.lost = cell.comparison.lost_injected = 20000 - (256u << i);
		put(i, cell);
	}
	ovr_result_sweep_finish(&sweep);
	cr_assert_float_eq(sweep.curve[0].shape.knee, 20000, 1e-6);
	cr_assert_eq(sweep.check.n_cells, 2);
}

Test(sweep, a_curve_does_not_rise_for_what_disturbed_cells_lost_outside_stalls)
{
	begin(WITH("rings", "256,512"));
	for (uint32_t i = 0; i < 2; i++) {
		struct ovr_result_cell cell = cell_of(256u << i, 0);

		if (i == 1) {
			cell.summary.lost = 70000;
			cell.summary.verdict = OVR_VERDICT_LOSS;
			cell.comparison.lost_host = 20000;
			cell.comparison.exclusion = OVR_COMPARISON_EXCLUDED_HOST;
		}
		put(i, cell);
	}
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.curve[0].shape.kind, OVR_METHOD_SHAPE_UNCLEAR, "nor is it said to lose nothing");
	cr_assert_eq(sweep.curve[0].n_known, 1);
	cr_assert_eq(sweep.curve[0].ring[1].lost_outside, 0);
}

Test(sweep, losses_outside_every_stall_belong_to_the_curve)
{
	begin(WITH("rings", "256,512"));
	for (uint32_t i = 0; i < 2; i++) {
		struct ovr_result_cell cell = cell_of(256u << i, 0);

		cell.summary.lost = 50000;
		cell.summary.verdict = OVR_VERDICT_LOSS;
		put(i, cell);
	}
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.curve[0].shape.kind, OVR_METHOD_SHAPE_FLAT);
	cr_assert_eq(sweep.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(sweep.reason, "1 of 1 curves have no ring that lost nothing");
}

Test(sweep, a_sweep_that_was_stopped_is_void)
{
	begin(WITH("rings", "256..2048"));
	put(2, cell_of(1024, 0));
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.verdict, OVR_VERDICT_VOID);
	cr_assert_str_eq(sweep.reason, "stopped, 1 of 4 cells");
	cr_assert_eq(sweep.n_resumed, 1);
}

Test(sweep, a_cell_that_cannot_be_measured_makes_the_sweep_void_and_keeps_the_others)
{
	begin(WITH("rings", "256,512"));
	put(0, cell_of(256, 0));
	ovr_result_sweep_fail(&sweep, "cell \"rxd 512\": no memory");
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.verdict, OVR_VERDICT_VOID);
	cr_assert_str_eq(sweep.reason, "cell \"rxd 512\": no memory");
	cr_assert_eq(sweep.curve[0].smallest_lossless, 256);
}

Test(sweep, a_sweep_of_nothing_but_void_cells_says_why)
{
	struct ovr_result_cell cell = cell_of(1024, 0);

	begin(WITH("rings", "1024"));
	cell.summary.verdict = OVR_VERDICT_VOID;
	strcpy(cell.summary.reason, "nothing was sent");
	put(0, cell);
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.verdict, OVR_VERDICT_VOID);
	cr_assert_str_eq(sweep.reason, "each of 1 cells is void; the first: nothing was sent");
}

/*
 * An excluded cell that lost frames in its bursts, of which the stalls that could be compared lost
 * none.
 */
Test(sweep, an_excluded_cell_makes_no_ring_lossless)
{
	struct ovr_result_cell excluded = cell_of(256, 0);

	begin(WITH("rings", "256..512"));
	excluded.summary.lost = 4297;
	excluded.comparison.exclusion = OVR_COMPARISON_EXCLUDED_HOST;
	put(0, excluded);
	put(1, cell_of(512, 0));
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.curve[0].shape.kind, OVR_METHOD_SHAPE_UNCLEAR);
	cr_assert_eq(sweep.curve[0].n_known, 1);
	cr_assert_eq(sweep.curve[0].smallest_lossless, 512);
	cr_assert_eq(sweep.curve[0].n_unknown_below, 1);
}

Test(sweep, what_a_void_cell_sent_and_lost_is_kept)
{
	struct ovr_result_cell void_cell = cell_of(256, 0);

	begin(WITH("rings", "256..512"));
	void_cell.summary.sent = 211948;
	void_cell.summary.lost = 69785;
	void_cell.summary.verdict = OVR_VERDICT_VOID;
	put(0, void_cell);
	put(1, cell_of(512, 0));
	ovr_result_sweep_finish(&sweep);
	cr_assert_eq(sweep.curve[0].ring[0].sent, 0);
	cr_assert_eq(sweep.curve[0].ring[0].void_sent, 211948);
	cr_assert_eq(sweep.curve[0].ring[0].void_lost, 69785);
}
