/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/sweep_sample.h"

#include <stdlib.h>
#include <string.h>

#include "plan/command.h"

static void
begin(struct ovr_result_sweep *sweep, const char *rings)
{
	struct ovr_plan plan;

	ovr_plan_default_for(OVR_PLAN_SWEEP, &plan);
	if (ovr_plan_set(&plan, "rings", rings, NULL) != 0 ||
		ovr_plan_set(&plan, "stalls", "100us/10ms,jitter=10%", NULL) != 0 ||
		ovr_result_sweep_init(sweep, &plan, NULL) != 0)
		abort();
}

static struct ovr_result_cell
cell_of(uint32_t i)
{
	struct ovr_result_cell cell = { .is_done = true, .model_loss = i == 0 ? 0.00488 : 0 };
	uint64_t each = i == 0 ? 500 : 0;

	cell.summary.number = i + 1;
	cell.summary.attempt = 1;
	cell.summary.rxd = 512u << i;
	cell.summary.burst = 32;
	cell.summary.rxq = 1;
	cell.summary.seed = 40 + i;
	cell.summary.sent = 1000000;
	cell.summary.lost = (int64_t)(10 * each);
	cell.summary.verdict = i == 0 ? OVR_VERDICT_LOSS : OVR_VERDICT_PASS;
	strcpy(cell.summary.size, "64");
	strcpy(cell.summary.rate, "100%");
	strcpy(cell.summary.stall, "100us/10ms,jitter=10%");
	cell.comparison = (struct ovr_comparison){ .n_injected = 10,
		.n_of = { [OVR_COMPARISON_VALID] = 8, [OVR_COMPARISON_TX] = 2 },
		.lost_injected = 10 * each,
		.lost = 8 * each,
		.model = i == 0 ? 8 * 488 : 0,
		.n_within = 8,
		.worst_frames = i == 0 ? 20 : 0,
		.bound_frames = 107,
		.arrival_pps = 1e7,
		.slots = 512u << i };
	return cell;
}

static void
add_cell(struct ovr_result_sweep *sweep, uint32_t i)
{
	struct ovr_result_cell cell = cell_of(i);

	ovr_result_sweep_resume(sweep, i, &cell);
}

void
sample_sweep_falling(struct ovr_result_sweep *sweep)
{
	begin(sweep, "512,1024");
	add_cell(sweep, 0);
	add_cell(sweep, 1);
	ovr_result_sweep_finish(sweep);
}

void
sample_sweep_stopped(struct ovr_result_sweep *sweep)
{
	begin(sweep, "512,1024");
	add_cell(sweep, 0);
	ovr_result_sweep_finish(sweep);
}

void
sample_sweep_mixed(struct ovr_result_sweep *sweep)
{
	struct ovr_result_cell cell[4] = { cell_of(0), cell_of(1), cell_of(2), cell_of(3) };

	begin(sweep, "512,1024,2048,4096");
	cell[0].summary.sent = 211948;
	cell[0].summary.lost = 69785;
	cell[0].summary.verdict = OVR_VERDICT_VOID;
	cell[0].comparison.exclusion = OVR_COMPARISON_EXCLUDED_OVERLAPPED;
	cell[1].summary.lost = 4297;
	cell[1].summary.verdict = OVR_VERDICT_LOSS;
	cell[1].comparison.exclusion = OVR_COMPARISON_EXCLUDED_HOST;
	cell[1].comparison.lost_host = 4297;
	cell[2].summary.lost = 250000;
	cell[2].summary.verdict = OVR_VERDICT_LOSS;
	cell[2].model_loss = 0.25;
	cell[2].comparison.n_of[OVR_COMPARISON_VALID] = cell[2].comparison.n_of[OVR_COMPARISON_TX] = 0;
	cell[2].comparison.n_of[OVR_COMPARISON_SLOW] = 10;
	cell[2].comparison.n_within = 0;
	for (uint32_t i = 0; i < 4; i++)
		ovr_result_sweep_resume(sweep, i, &cell[i]);
	ovr_result_sweep_finish(sweep);
}
