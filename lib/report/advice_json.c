/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/advice_json.h"

#include "report/json_put.h"

json_t *
ovr_json_advice(const struct ovr_method_question *question, const struct ovr_method_advice *advice)
{
	json_t *object = json_object();
	int rc = ovr_json_put_text(object, "answer", ovr_method_advice_kind_name(advice->kind));

	rc |= ovr_json_put_real(object, "arrival_fps", question->arrival_fps);
	rc |= ovr_json_put_real(object, "total_fps", question->total_fps);
	rc |= ovr_json_put_count(object, "queues", question->n_queues);
	rc |= ovr_json_put_real(object, "service_fps", question->service_fps);
	rc |= ovr_json_put_known(object, "asked_ns", question->asked_ns != 0, question->asked_ns);
	rc |= ovr_json_put_known(
		object, "asked_period_ns", question->asked_period_ns != 0, question->asked_period_ns);
	rc |= ovr_json_put_real(object, "margin", question->margin);
	rc |= ovr_json_put_count(object, "cover_ns", advice->cover_ns);
	rc |= ovr_json_put_real(object, "design_ns", advice->design_ns);
	rc |= ovr_json_put_count(object, "slots", advice->slots);
	rc |= ovr_json_put_count(object, "descriptors", advice->least);
	rc |= ovr_json_put_known(object, "ring", advice->ring != 0, advice->ring);
	rc |= ovr_json_put_known(object, "below", advice->below != 0, advice->below);
	rc |= ovr_json_put_known(object, "ring_asked", advice->ring_asked != 0, advice->ring_asked);
	rc |= ovr_json_put_known(object, "ring_all", advice->ring_all != 0, advice->ring_all);
	rc |= ovr_json_put_count(object, "ring_max", question->ring_max);
	rc |= json_object_set_new(
		object, "lasts_ns", advice->ring != 0 ? json_real(advice->lasts_ns) : json_null());
	rc |= ovr_json_put_real(object, "lasts_max_ns", advice->lasts_max_ns);
	rc |= ovr_json_put_real(object, "duty", advice->duty);
	rc |= ovr_json_put_real(object, "duty_max", advice->duty_max);
	rc |= ovr_json_put_real(object, "drain_ns", advice->drain_ns);
	rc |= ovr_json_put_real(object, "period_min_ns", advice->period_min_ns);
	rc |= ovr_json_put_real(object, "overload", advice->overload);
	rc |= ovr_json_put_known(object, "queues_enough", advice->n_queues != 0, advice->n_queues);
	return ovr_json_finish(object, rc);
}
