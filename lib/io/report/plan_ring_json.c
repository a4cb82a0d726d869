/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/advice_json.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/plan_ring.h"

static json_t *
row_of(const struct ovr_result_ring_row *row)
{
	json_t *object = json_object();
	int rc = ovr_json_put_count(object, "descriptors", row->descriptors);

	rc |= ovr_json_put_count(object, "usable", row->usable);
	rc |= ovr_json_put_real(object, "buffer_time_ns", row->buffer_time_ns);
	rc |= ovr_json_put_real(object, "lost_per_stall", row->lost_per_stall);
	rc |= ovr_json_put_real(object, "loss_ratio", row->loss_ratio);
	rc |= ovr_json_put_count(object, "memory_bytes", row->memory_bytes);
	return ovr_json_finish(object, rc);
}

static json_t *
ring_of(const struct ovr_result_plan_ring *ring)
{
	bool is_enough = ring->advice.ring != 0;
	json_t *object = json_object(), *rows = json_array();
	int rc = ovr_json_put_text(object, "schema", "overrun.ring/1");

	for (uint32_t i = 0; i < ring->n_rows; i++)
		rc |= json_array_append_new(rows, row_of(&ring->row[i]));
	rc |= ovr_json_put_text(object, "command", "plan-ring");
	rc |= ovr_json_put_text(
		object, "verdict", ovr_ledger_verdict_name(is_enough ? OVR_VERDICT_PASS : OVR_VERDICT_LOSS));
	rc |= json_object_set_new(object, "plan", ovr_json_plan(&ring->plan));
	rc |= json_object_set_new(object, "model", ovr_json_advice(&ring->question, &ring->advice));
	rc |= json_object_set_new(object, "rings", rows);
	return ovr_json_finish(object, rc);
}

int
ovr_report_plan_ring_json(const struct ovr_result_plan_ring *ring, FILE *out, struct ovr_err *err)
{
	return ovr_json_write(ring_of(ring), out, err);
}
