/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/advice_json.h"

#include "model/model.h"
#include "report/advice.h"
#include "report/summary_json.h"
#include "report/json_parts.h"
#include "report/json_put.h"

json_t *
ovr_json_advice(const struct ovr_method_question *question, const struct ovr_method_advice *advice)
{
	json_t *object = json_object();
	int rc = ovr_json_put_text(object, "recommendation", ovr_method_advice_kind_name(advice->kind));

	rc |= ovr_json_put_real(object, "arrival_pps", question->arrival_pps);
	rc |= ovr_json_put_real(object, "total_pps", question->total_pps);
	rc |= ovr_json_put_real(object, "burst_frames", question->burst_frames);
	rc |= ovr_json_put_real(object, "gap_ns", question->gap_ns);
	rc |= ovr_json_put_count(object, "burst_slots", advice->burst_slots);
	rc |= ovr_json_put_count(object, "queues", question->n_queues);
	rc |= ovr_json_put_real(object, "service_pps", question->service_pps);
	rc |= ovr_json_put_real(object, "host_share", question->host_share);
	rc |= ovr_json_put_known(object, "injected_ns", question->injected_ns != 0, question->injected_ns);
	rc |= ovr_json_put_known(object, "injected_period_ns", question->injected_period_ns != 0,
		question->injected_period_ns);
	rc |= json_object_set_new(object, "injected_spacing_ns",
		question->injected_ns != 0 ? json_real(advice->injected_spacing_ns) : json_null());
	rc |= json_object_set_new(object, "injected_effective_ns",
		question->injected_ns != 0 ? json_real(advice->injected_effective_ns) : json_null());
	rc |= ovr_json_put_real(object, "margin", question->margin);
	rc |= ovr_json_put_count(object, "target_stall_ns", advice->target_stall_ns);
	rc |= ovr_json_put_real(object, "design_ns", advice->design_ns);
	rc |= ovr_json_put_count(object, "slots", advice->slots);
	rc |= ovr_json_put_count(object, "descriptors", advice->least);
	rc |= ovr_json_put_known(object, "ring", advice->ring != 0, advice->ring);
	rc |= ovr_json_put_known(object, "below", advice->below != 0, advice->below);
	rc |= ovr_json_put_known(object, "ring_injected", advice->ring_injected != 0, advice->ring_injected);
	rc |= ovr_json_put_known(object, "ring_all", advice->ring_all != 0, advice->ring_all);
	rc |= ovr_json_put_count(object, "ring_max", question->ring_max);
	rc |= json_object_set_new(object, "buffer_time_ns",
		advice->ring != 0 ? json_real(advice->buffer_time_ns) : json_null());
	rc |= ovr_json_put_real(object, "buffer_time_max_ns", advice->buffer_time_max_ns);
	rc |= ovr_json_put_real(object, "duty", advice->duty);
	rc |= ovr_json_put_real(object, "duty_max", advice->duty_max);
	rc |= ovr_json_put_real(object, "drain_ns", advice->drain_ns);
	rc |= ovr_json_put_real(object, "period_min_ns", advice->period_min_ns);
	rc |= ovr_json_put_real(object, "overload", advice->overload);
	rc |= ovr_json_put_known(object, "queues_enough", advice->n_queues != 0, advice->n_queues);
	return ovr_json_finish(object, rc);
}

static json_t *
stall_of(const struct ovr_result_advice_stall *listed)
{
	json_t *object = json_object();
	int rc = ovr_json_put_known(object, "start_ns", listed->is_logged, listed->stall.start_ns);

	rc |= ovr_json_put_count(object, "length_ns", listed->stall.length_ns);
	rc |= ovr_json_put_count(object, "cpu", listed->stall.cpu);
	rc |= ovr_json_put_text(object, "cause", ovr_stall_cause_name(listed->stall.cause));
	rc |= json_object_set_new(object, "prolonged", json_boolean(listed->is_prolonged));
	rc |= ovr_json_put_count(object, "run_queue_ns", listed->stall.run_queue_ns);
	return ovr_json_finish(object, rc);
}

static json_t *
baseline_of(const struct ovr_result_advice_baseline *baseline)
{
	json_t *object = json_object(), *longest = json_array(), *classes = json_array();
	uint64_t below_ns = 10000;
	int rc = ovr_json_put_count(object, "duration_ns", baseline->duration_ns);

	for (unsigned int i = 0; i < OVR_RESULT_ADVICE_CLASSES; i++, below_ns *= 10) {
		json_t *class = json_object();
		bool is_last = i + 1 == OVR_RESULT_ADVICE_CLASSES;

		rc |= ovr_json_put_known(class, "below_ns", !is_last, below_ns);
		rc |= ovr_json_put_count(class, "stalls", baseline->n_host_of[i]);
		rc |= json_array_append_new(classes, class);
	}
	for (uint32_t i = 0; i < baseline->n_listed; i++)
		rc |= json_array_append_new(longest, stall_of(&baseline->longest[i]));
	rc |= ovr_json_put_count(object, "sent", baseline->sent);
	rc |= ovr_json_put_count(object, "lost", baseline->lost);
	rc |= ovr_json_put_count(object, "shortfall_outside_stalls", baseline->shortfall_outside_stalls);
	rc |= ovr_json_put_count(object, "injected_stalls", baseline->n_injected);
	rc |= ovr_json_put_count(object, "host_stalls", baseline->n_host);
	rc |= json_object_set_new(object, "host_by_length", classes);
	rc |= json_object_set_new(object, "host_longest", longest);
	rc |= json_object_set_new(object, "log_full", json_boolean(baseline->log_full));
	rc |= ovr_json_put_count(object, "monitored_ns", baseline->monitored_ns);
	return ovr_json_finish(object, rc);
}

static json_t *
service_of(const struct ovr_result_advice_service *service)
{
	json_t *object = json_object();
	int rc = ovr_json_put_real(object, "pps", service->pps);

	rc |= json_object_set_new(object, "is_least", json_boolean(service->is_least));
	rc |= json_object_set_new(
		object, "busiest", service->is_least ? json_null() : json_real(service->busiest));
	return ovr_json_finish(object, rc);
}

static json_t *
verification_of(const struct ovr_result_advice_verification *verified)
{
	json_t *object = json_object();
	int rc = ovr_json_put_count(object, "ring", verified->ring);

	rc |= ovr_json_put_known(object, "nic_ring", verified->nic_ring != 0, verified->nic_ring);
	rc |= ovr_json_put_count(object, "attempt", verified->attempt);
	rc |= ovr_json_put_count(object, "trial", verified->number);
	rc |= ovr_json_put_text(object, "outcome", ovr_result_advice_outcome_name(verified->outcome));
	rc |= ovr_json_put_text(object, "judged_by", verified->by_bursts ? "bursts" : "stalls");
	rc |= ovr_json_put_count(object, "injected_stalls", verified->n_injected);
	rc |= ovr_json_put_count(object, "compared_stalls", verified->n_compared);
	rc |= ovr_json_put_count(object, "lossy_stalls", verified->n_lossy);
	rc |= ovr_json_put_count(object, "lost", verified->lost);
	rc |= ovr_json_put_real(object, "model", verified->model);
	rc |= ovr_json_put_count(object, "lost_outside", verified->lost_outside);
	rc |= ovr_json_put_count(object, "lost_excluded", verified->lost_excluded);
	return ovr_json_finish(object, rc);
}

/* The recommendation; of a void advice without any size, since none was verified. */
static struct ovr_method_advice
valid_recommendation(const struct ovr_result_advice *advice)
{
	struct ovr_method_advice recommendation = advice->advice;

	if (advice->verdict == OVR_VERDICT_VOID)
		recommendation.ring = recommendation.below = recommendation.ring_injected =
			recommendation.ring_all = 0;
	return recommendation;
}

static json_t *
cost_of(const struct ovr_result_advice *advice)
{
	struct ovr_method_advice valid = valid_recommendation(advice);
	const struct ovr_method_advice *recommendation = &valid;
	json_t *object = json_object();
	int rc = ovr_json_put_known(object, "memory_bytes", recommendation->ring != 0,
		ovr_model_memory_bytes(
			recommendation->ring, advice->question.n_queues, advice->buffer_bytes));

	rc |= ovr_json_put_count(object, "buffer_bytes", advice->buffer_bytes);
	rc |= ovr_json_put_known(object, "cache_bytes", advice->cache_bytes != 0, advice->cache_bytes);
	rc |= ovr_json_put_known(object, "device_cache_bytes", advice->ddio_bytes != 0, advice->ddio_bytes);
	return ovr_json_finish(object, rc);
}

static json_t *
nic_of(const struct ovr_result_advice *advice)
{
	bool is_refused = advice->nic_refused_ring != 0;
	json_t *object;
	int rc;

	if (!advice->ring_control)
		return json_null();
	object = json_object();
	rc = ovr_json_put_count(object, "ring", advice->nic_ring);
	rc |= ovr_json_put_known(object, "refused_ring", is_refused, advice->nic_refused_ring);
	rc |= json_object_set_new(
		object, "refused", is_refused ? ovr_json_text(advice->nic_refused) : json_null());
	return ovr_json_finish(object, rc);
}

static json_t *
details_of(const struct ovr_result_advice *advice)
{
	struct ovr_method_advice valid = valid_recommendation(advice);
	const struct ovr_method_advice *recommendation = &valid;
	json_t *object = json_object(), *verifications = json_array();
	bool is_sized = recommendation->slots != 0;
	int rc = json_object_set_new(object, "baseline", baseline_of(&advice->baseline));

	for (uint32_t i = 0; i < advice->n_verifications; i++)
		rc |= json_array_append_new(verifications, verification_of(&advice->verification[i]));
	rc |= json_object_set_new(object, "service", service_of(&advice->service));
	rc |= json_object_set_new(
		object, "model", is_sized ? ovr_json_advice(&advice->question, recommendation) : json_null());
	rc |= ovr_json_put_real(object, "confidence", advice->plan.advise.level_ppb / 1e9);
	rc |= json_object_set_new(object, "longer_stalls_per_hour",
		is_sized ? json_real(recommendation->longer_per_hour) : json_null());
	rc |= ovr_json_put_known(object, "host_longest_ns", is_sized, recommendation->host_longest_ns);
	rc |= ovr_json_put_known(object, "host_beyond", is_sized, recommendation->n_host_beyond);
	rc |= ovr_json_put_known(object, "ring", recommendation->ring != 0, recommendation->ring);
	rc |= ovr_json_put_known(object, "below", recommendation->below != 0, recommendation->below);
	rc |= json_object_set_new(
		object, "command", advice->command[0] != '\0' ? ovr_json_text(advice->command) : json_null());
	rc |= json_object_set_new(object, "nic", nic_of(advice));
	rc |= json_object_set_new(object, "cost", cost_of(advice));
	rc |= ovr_json_put_known(object, "verification_stall_ns", recommendation->verification_stall_ns != 0,
		recommendation->verification_stall_ns);
	rc |= ovr_json_put_known(object, "verification_period_ns",
		recommendation->verification_period_ns != 0, recommendation->verification_period_ns);
	rc |= json_object_set_new(object, "verifications", verifications);
	return ovr_json_finish(object, rc);
}

static json_t *
advice_of(const struct ovr_result_advice *advice)
{
	json_t *object = ovr_json_head("ring advise", advice->verdict, ovr_json_reason(advice->reason),
		&advice->plan, &advice->environment);
	int rc = 0;

	rc |= json_object_set_new(object, "advice", details_of(advice));
	rc |= json_object_set_new(object, "trials", ovr_json_summaries(advice->trial, advice->n_trials));
	return ovr_json_finish(object, rc);
}

int
ovr_report_advice_json(const struct ovr_result_advice *advice, FILE *out, struct ovr_err *err)
{
	return ovr_json_write(advice_of(advice), out, err);
}
