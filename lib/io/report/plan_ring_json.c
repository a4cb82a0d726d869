/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/advice_json.h"
#include "report/json_names.h"
#include "report/json_parts.h"
#include "report/json_tables.h"
#include "report/plan_ring.h"

#define ROW(member) OVR_JSON_MEMBER(struct ovr_result_ring_row, member)

static const struct ovr_json_row size_rows[] = {
	{ "descriptors", OVR_JSON_COUNT, ROW(descriptors) },
	{ "usable", OVR_JSON_COUNT, ROW(usable) },
	{ "buffer_time_ns", OVR_JSON_REAL, ROW(buffer_time_ns), .null = OVR_JSON_NULL_IF_NONE,
		.about = "the longest stall without loss" },
	{ "lost_per_stall", OVR_JSON_REAL, ROW(lost_per_stall), .null = OVR_JSON_NULL_IF_NONE,
		.about = "of a ring that was empty before" },
	{ "loss_ratio", OVR_JSON_RATIO, ROW(loss_ratio),
		.about = "in the long run; null: it depends on how the stalls fall" },
	{ "memory_bytes", OVR_JSON_COUNT, ROW(memory_bytes), .about = "of all queues" },
};

static const struct ovr_json_table size_table = OVR_JSON_TABLE(
	"planned_ring", struct ovr_result_ring_row, size_rows, "A size of ring, and what it holds");

static json_t *
verdict_of(const struct ovr_json_at *at)
{
	const struct ovr_result_plan_ring *ring = at->object;

	return ovr_json_name(
		&ovr_json_verdicts, ring->advice.ring != 0 ? OVR_VERDICT_PASS : OVR_VERDICT_LOSS);
}

static json_t *
model_of(const struct ovr_json_at *at)
{
	const struct ovr_result_plan_ring *ring = at->object;

	return ovr_json_advice(&ring->question, &ring->advice);
}

static const struct ovr_json_row rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.ring/1" },
	{ "command", OVR_JSON_FIXED, .fixed = "plan-ring" },
	{ "verdict", OVR_JSON_NAME, .value = verdict_of, .names = &ovr_json_verdicts,
		.about = "loss: no ring is enough" },
	{ "plan", OVR_JSON_PLAN, OVR_JSON_MEMBER(struct ovr_result_plan_ring, plan) },
	{ "model", OVR_JSON_OBJECT, .value = model_of, .table = &ovr_json_sizing_table },
	{ "rings", OVR_JSON_LIST, OVR_JSON_ARRAY(struct ovr_result_plan_ring, row, n_rows),
		.table = &size_table, .about = "powers of two, and --rxd, in order" },
};

const struct ovr_json_table ovr_json_plan_ring_table = OVR_JSON_TABLE(
	"plan-ring", struct ovr_result_plan_ring, rows, NULL);

int
ovr_report_plan_ring_json(const struct ovr_result_plan_ring *ring, FILE *out, struct ovr_err *err)
{
	return ovr_json_write(ovr_json_object(&ovr_json_plan_ring_table, ring, ring), out, err);
}
