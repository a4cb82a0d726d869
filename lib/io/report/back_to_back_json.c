/* SPDX-License-Identifier: BSD-3-Clause */
/* A burst search for programs: overrun.result/1 with its trials and an answer of its own. */
#include "report/back_to_back.h"

#include <math.h>

#include "report/back_to_back_parts.h"
#include "report/summary_json.h"
#include "report/json_parts.h"
#include "report/json_put.h"

static json_t *
lengths_of(const struct ovr_method_back_to_back_lengths *lengths)
{
	json_t *object;
	int rc = 0;

	if (lengths->n == 0)
		return json_null();
	object = json_object();
	rc |= ovr_json_put_count(object, "repeats", lengths->n);
	rc |= ovr_json_put_real(object, "average", lengths->average);
	rc |= ovr_json_put_real(object, "median", lengths->median);
	rc |= ovr_json_put_count(object, "min", lengths->min);
	rc |= ovr_json_put_count(object, "max", lengths->max);
	rc |= ovr_json_put_real(object, "deviation", lengths->deviation);
	return ovr_json_finish(object, rc);
}

static json_t *
throughput_of(const struct ovr_result_back_to_back *burst)
{
	json_t *object;
	int rc = 0;

	if (isnan(burst->throughput_pps))
		return json_null();
	object = json_object();
	rc |= ovr_json_put_real(object, "rate_pps", burst->throughput_pps);
	rc |= ovr_json_put_text(object, "source", burst->throughput_is_seen ? "seen" : "given");
	rc |= ovr_json_put_count(object, "bursts", burst->n_throughput);
	rc |= json_object_set_new(object, "stalled", json_boolean(burst->throughput_is_stalled));
	return ovr_json_finish(object, rc);
}

static json_t *
buffer_of(const struct ovr_result_back_to_back *burst)
{
	const struct ovr_method_buffer *buffer = &burst->buffer;
	json_t *object;
	int rc = 0;

	if (buffer->fault != OVR_METHOD_BUFFER_SOUND)
		return json_null();
	object = json_object();
	rc |= ovr_json_put_real(object, "implied_s", buffer->implied_s);
	rc |= ovr_json_put_real(object, "correction_s", buffer->correction_s);
	rc |= ovr_json_put_real(object, "corrected_s", buffer->corrected_s);
	rc |= ovr_json_put_real(object, "frames", buffer->frames);
	rc |= ovr_json_put_real(object, "actual_pps", burst->actual_pps > 0 ? burst->actual_pps : NAN);
	rc |= ovr_json_put_real(object, "actual_s", burst->actual_pps > 0 ? burst->actual_s : NAN);
	return ovr_json_finish(object, rc);
}

static json_t *
repeats_of(const struct ovr_result_back_to_back *burst)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < burst->n_repeats; i++) {
		const struct ovr_result_back_to_back_repeat *repeat = &burst->repeat[i];
		json_t *object = json_object();

		rc |= ovr_json_put_known(object, "frames", ovr_result_back_to_back_counts(repeat),
			repeat->search.lossless_frames);
		rc |= json_object_set_new(object, "excluded", json_boolean(repeat->is_excluded));
		rc |= json_object_set_new(object, "at_limit",
			json_boolean(ovr_method_back_to_back_is_at_limit(&repeat->search)));
		rc |= ovr_json_put_count(object, "trials", repeat->search.n_trials);
		rc |= ovr_json_put_count(object, "disturbed", repeat->n_disturbed);
		rc |= ovr_json_put_count(object, "retries", repeat->search.n_retries);
		rc |= ovr_json_put_count(object, "passes_above_loss", repeat->search.n_passes_above_loss);
		rc |= json_object_set_new(
			object, "rests_on_retry", json_boolean(repeat->search.rests_on_retry));
		rc |= json_array_append_new(list, object);
	}
	return ovr_json_finish(list, rc);
}

static json_t *
faults_of(const struct ovr_result_back_to_back *burst)
{
	json_t *object = json_object();
	int rc = 0;

	for (int fault = OVR_RESULT_BACK_TO_BACK_GAP; fault < OVR_RESULT_BACK_TO_BACK_FAULTS; fault++)
		rc |= ovr_json_put_count(object,
			ovr_result_back_to_back_fault_name((enum ovr_result_back_to_back_fault)fault),
			burst->n_of[fault]);
	return ovr_json_finish(object, rc);
}

static json_t *
deviations_of(const struct ovr_result_back_to_back *burst)
{
	struct ovr_back_to_back_deviations deviations = ovr_back_to_back_deviations_of(burst);
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < deviations.n; i++)
		rc |= json_array_append_new(list, ovr_json_text(deviations.text[i]));
	return ovr_json_finish(list, rc);
}

static json_t *
answer_of(const struct ovr_result_back_to_back *burst)
{
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_count(object, "size", burst->plan.size.size[0]);
	rc |= ovr_json_put_known(object, "line_bps", burst->line_bps != 0, burst->line_bps);
	rc |= ovr_json_put_real(object, "max_pps", burst->max_pps > 0 ? burst->max_pps : NAN);
	rc |= ovr_json_put_known(object, "rxd_set", burst->rxd_set != 0, burst->rxd_set);
	rc |= ovr_json_put_text(object, "algorithm", burst->goal.attempts > 1 ? "bslv" : "binary");
	rc |= ovr_json_put_count(object, "limit_frames", burst->goal.limit_frames);
	rc |= ovr_json_put_count(object, "step_frames", burst->goal.step_frames);
	rc |= ovr_json_put_count(object, "attempts", burst->goal.attempts);
	rc |= ovr_json_put_text(object, "gaps_by", burst->is_ahead ? "port" : "sender");
	rc |= json_object_set_new(object, "frames", lengths_of(&burst->lengths));
	rc |= json_object_set_new(object, "throughput", throughput_of(burst));
	rc |= json_object_set_new(object, "buffer", buffer_of(burst));
	rc |= ovr_json_put_count(object, "searches", burst->n_repeats);
	rc |= ovr_json_put_count(object, "excluded", burst->n_excluded);
	rc |= json_object_set_new(object, "disturbed", faults_of(burst));
	rc |= json_object_set_new(object, "repeats", repeats_of(burst));
	rc |= json_object_set_new(object, "deviations", deviations_of(burst));
	return ovr_json_finish(object, rc);
}

static json_t *
trials_of(const struct ovr_result_back_to_back *burst)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < burst->n_trials; i++) {
		const struct ovr_result_back_to_back_trial *trial = &burst->trial[i];
		json_t *object = json_object();

		rc |= ovr_json_put_count(object, "search", trial->repeat);
		rc |= ovr_json_put_count(object, "frames", trial->frames);
		rc |= json_object_set_new(object, "whole", json_boolean(trial->is_whole));
		rc |= ovr_json_put_text(object, "outcome", ovr_result_back_to_back_fault_name(trial->fault));
		rc |= json_object_set_new(object, "summary", ovr_json_summary(&trial->summary));
		rc |= json_array_append_new(list, object);
	}
	return ovr_json_finish(list, rc);
}

int
ovr_report_back_to_back_json(const struct ovr_result_back_to_back *burst, FILE *out, struct ovr_err *err)
{
	json_t *object = ovr_json_head(
		"burst", burst->verdict, ovr_json_reason(burst->reason), &burst->plan, &burst->environment);
	int rc = 0;

	rc |= json_object_set_new(object, "back_to_back", answer_of(burst));
	rc |= json_object_set_new(object, "trials", trials_of(burst));
	return ovr_json_write(ovr_json_finish(object, rc), out, err);
}
