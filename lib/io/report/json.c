/* SPDX-License-Identifier: BSD-3-Clause */
/* A result for programs: overrun.result/1, as docs/reference/result.schema.json describes it. */
#include "report/report.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plan/command.h"
#include "report/json_parts.h"
#include "report/json_put.h"

static json_t *
environment_of(const struct ovr_result_environment *environment)
{
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_text(object, "overrun_version", environment->overrun_version);
	rc |= ovr_json_put_text(object, "dpdk_version", environment->dpdk_version);
	rc |= ovr_json_put_text(object, "kernel", environment->kernel);
	rc |= ovr_json_put_text(object, "cpu_model", environment->cpu_model);
	rc |= ovr_json_put_count(object, "cpus", environment->n_cpus);
	rc |= ovr_json_put_count(object, "numa_nodes", environment->n_numa_nodes);
	rc |= ovr_json_put_count(object, "clock_hz", environment->clock_hz);
	rc |= json_object_set_new(object, "hugepages", json_boolean(environment->hugepages));
	rc |= ovr_json_put_text(object, "started_utc", environment->started_utc);
	return ovr_json_finish(object, rc);
}

/* Every row that the plan has, as the text that a plan file has: it can be loaded again. */
json_t *
ovr_json_plan(const struct ovr_plan *plan)
{
	json_t *object = json_object();
	char value[OVR_PLAN_VALUE_BYTES];
	const struct ovr_plan_row *row;
	int rc = 0;

	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++)
		if (ovr_plan_has(plan->command, row))
			rc |= ovr_json_put_text(
				object, row->key, row->print(row, plan, value, sizeof(value)));
	return ovr_json_finish(object, rc);
}

static json_t *
texts_of(const char *text, uint32_t n, size_t stride)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < n; i++)
		rc |= json_array_append_new(list, ovr_json_text(text + i * stride));
	return ovr_json_finish(list, rc);
}

static json_t *
impairments_of(const struct ovr_result *result)
{
	json_t *object = json_object();
	json_t *counts = json_object();
	json_t *list = json_array();
	int rc = 0;

	for (unsigned int kind = 0; kind < OVR_IMPAIRMENT_KINDS; kind++)
		rc |= ovr_json_put_count(counts, ovr_impairment_name((enum ovr_impairment_kind)kind),
			result->impairments[kind]);
	for (uint64_t i = 0; i < result->n_impairments; i++) {
		json_t *impairment = json_object();

		rc |= ovr_json_put_text(impairment, "kind", ovr_impairment_name(result->impairment[i].kind));
		rc |= ovr_json_put_count(impairment, "stream", result->impairment[i].stream);
		rc |= ovr_json_put_count(impairment, "seq", result->impairment[i].seq);
		rc |= json_array_append_new(list, impairment);
	}
	rc |= json_object_set_new(object, "counts", counts);
	rc |= json_object_set_new(object, "list", list);
	return ovr_json_finish(object, rc);
}

/* Times, rates and what the sender could not do. */
static int
put_course(json_t *object, const struct ovr_result *result)
{
	char trial_id[16];
	int rc = 0;

	snprintf(trial_id, sizeof(trial_id), "0x%08x", result->trial_id);
	rc |= ovr_json_put_text(object, "trial_id", trial_id);
	rc |= ovr_json_put_count(object, "warmup_ns", result->warmup_ns);
	rc |= ovr_json_put_count(object, "duration_ns", result->duration_ns);
	rc |= ovr_json_put_known(object, "line_bps", result->line_bps != 0, result->line_bps);
	rc |= ovr_json_put_known(
		object, "line_paused_ns", result->line_paused_ns >= 0, (uint64_t)result->line_paused_ns);
	rc |= ovr_json_put_real(object, "planned_pps", result->planned_pps);
	rc |= ovr_json_put_real(object, "tx_rate_pps", result->tx_pps);
	rc |= ovr_json_put_real(object, "rx_rate_pps", result->rx_pps);
	rc |= ovr_json_put_real(object, "l1_bps", result->tx_l1_bps);
	rc |= ovr_json_put_real(object, "l2_bps", result->tx_l2_bps);
	rc |= ovr_json_put_count(object, "scheduled", result->ledger.figures.scheduled);
	rc |= ovr_json_put_count(object, "shortfall", result->shortfall);
	rc |= ovr_json_put_count(object, "shortfall_in_stalls", result->shortfall_in_stalls);
	rc |= ovr_json_put_count(object, "shortfall_pool", result->shortfall_pool);
	rc |= ovr_json_put_count(object, "full_waits", result->full_waits);
	rc |= ovr_json_put_real(object, "pacing_error_ppm", result->pacing_error_ppm);
	rc |= ovr_json_put_real(object, "clock_ppm", result->clock_ppm);
	return rc;
}

/* One side's rings: what the plan asked for, and what the device has; null: it does not say. */
static json_t *
ring_of(uint32_t asked, uint32_t set, bool is_given)
{
	json_t *object = json_object();
	int rc = ovr_json_put_count(object, "asked", asked);

	rc |= ovr_json_put_known(object, "set", set != 0, set);
	rc |= json_object_set_new(object, "read_back", json_boolean(set != 0 && !is_given));
	return ovr_json_finish(object, rc);
}

static json_t *
rings_of(const struct ovr_result *result)
{
	json_t *object = json_object();
	int rc = json_object_set_new(
		object, "rxd", ring_of(result->plan.rxd, result->rxd_set, result->rxd_is_given));

	rc |= json_object_set_new(
		object, "txd", ring_of(result->plan.txd, result->txd_set, result->txd_is_given));
	return ovr_json_finish(object, rc);
}

static json_t *
capture_of(const struct ovr_result *result)
{
	json_t *object;
	int rc = 0;

	if (result->plan.capture[0] == '\0')
		return json_null();
	object = json_object();
	rc |= ovr_json_put_text(object, "file", result->plan.capture);
	rc |= ovr_json_put_count(object, "frames", result->captured_frames);
	rc |= ovr_json_put_count(object, "left_out", result->capture_left_out);
	return ovr_json_finish(object, rc);
}

/* What the kernel counted on its interfaces besides what they carried. */
static json_t *
counters_of(const struct ovr_result *result)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < result->n_counters; i++) {
		const struct ovr_result_counter *counter = &result->counter[i];
		const struct ovr_nic_meaning *meaning = &counter->meaning;
		bool has_place = counter->place != OVR_PLACE_COUNT;
		json_t *object = json_object();

		rc |= ovr_json_put_text(object, "port", counter->port);
		rc |= ovr_json_put_text(object, "counter", counter->counter);
		rc |= ovr_json_put_text(object, "source", counter->source);
		rc |= ovr_json_put_known(object, "queue", counter->queue >= 0, (uint64_t)counter->queue);
		rc |= ovr_json_put_count(object, "added", counter->added);
		rc |= json_object_set_new(object, "was_reset", json_boolean(counter->was_reset));
		rc |= ovr_json_put_text(object, "kind", ovr_nic_kind_name(meaning->kind));
		rc |= json_object_set_new(object, "place",
			has_place ? ovr_json_text(ovr_ledger_place_name(counter->place)) : json_null());
		rc |= ovr_json_put_count(object, "frames_min", counter->frames_min);
		rc |= ovr_json_put_count(object, "frames_max", counter->frames_max);
		rc |= ovr_json_put_text(object, "trust", ovr_nic_trust_name(meaning->trust));
		rc |= ovr_json_put_text(object, "remark", meaning->remark);
		rc |= json_array_append_new(list, object);
	}
	return ovr_json_finish(list, rc);
}

/* The router's address is the plan's. */
static json_t *
gateway_of(const struct ovr_result *result)
{
	const struct ovr_result_gateway *gateway = &result->gateway;
	const uint8_t *mac = gateway->mac;
	json_t *object;
	char text[18];
	int rc = 0;

	if (result->plan.gateway.ip_version == 0)
		return json_null();
	object = json_object();
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
		mac[5]);
	rc |= ovr_json_put_text(object, "mac", text);
	rc |= ovr_json_put_count(object, "resolve_ns", gateway->resolve_ns);
	rc |= ovr_json_put_count(object, "streams_through", gateway->streams_through);
	return ovr_json_finish(object, rc);
}

json_t *
ovr_json_trial(const struct ovr_result *result)
{
	json_t *object = json_object();
	int rc = put_course(object, result);

	rc |= json_object_set_new(object, "gateway", gateway_of(result));
	rc |= json_object_set_new(object, "rings", rings_of(result));
	rc |= json_object_set_new(object, "ledger", ovr_json_ledger(result));
	rc |= json_object_set_new(
		object, "total", ovr_json_total(&result->total, result->ledger.figures.sent));
	rc |= ovr_json_put_count(object, "moved_streams", result->moved_streams);
	rc |= ovr_json_put_count(object, "uncountable_streams", result->uncountable_streams);
	rc |= json_object_set_new(object, "queues", ovr_json_queues(result));
	rc |= json_object_set_new(object, "workers", ovr_json_workers(result));
	rc |= json_object_set_new(object, "stalls", ovr_json_stalls(result));
	rc |= json_object_set_new(object, "streams", ovr_json_streams(result));
	rc |= json_object_set_new(object, "sizes", ovr_json_sizes(result));
	rc |= json_object_set_new(object, "loss_periods", ovr_json_loss_periods(result));
	rc |= ovr_json_put_count(object, "loss_periods_dropped", result->n_periods_dropped);
	rc |= json_object_set_new(object, "outages", ovr_json_outages(result));
	rc |= json_object_set_new(object, "loss_events", ovr_json_loss_events(result));
	rc |= json_object_set_new(object, "latency_ns", ovr_json_hist(result->latency_ns));
	rc |= json_object_set_new(object, "interarrival_ns", ovr_json_hist(result->interarrival_ns));
	rc |= json_object_set_new(object, "series", ovr_json_series(result));
	rc |= json_object_set_new(object, "counters", counters_of(result));
	rc |= json_object_set_new(object, "impairment_events", impairments_of(result));
	rc |= json_object_set_new(object, "capture", capture_of(result));
	rc |= json_object_set_new(
		object, "notes", texts_of(result->note[0], result->n_notes, OVR_RESULT_NOTE_BYTES));
	return ovr_json_finish(object, rc);
}

json_t *
ovr_json_reasons(const struct ovr_ledger *ledger)
{
	return texts_of(ledger->reason[0], ledger->n_reasons, OVR_LEDGER_REASON_BYTES);
}

json_t *
ovr_json_reason(const char *reason)
{
	json_t *list = json_array();

	return ovr_json_finish(
		list, reason[0] == '\0' ? 0 : json_array_append_new(list, ovr_json_text(reason)));
}

json_t *
ovr_json_head(const char *command, enum ovr_ledger_verdict verdict, json_t *reasons,
	const struct ovr_plan *plan, const struct ovr_result_environment *environment)
{
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_text(object, "schema", "overrun.result/1");
	rc |= ovr_json_put_text(object, "command", command);
	rc |= ovr_json_put_text(object, "verdict", ovr_ledger_verdict_name(verdict));
	rc |= ovr_json_put_count(object, "exit_code", (uint64_t)verdict);
	rc |= json_object_set_new(object, "reasons", reasons);
	rc |= json_object_set_new(object, "plan", ovr_json_plan(plan));
	rc |= json_object_set_new(object, "environment", environment_of(environment));
	return ovr_json_finish(object, rc);
}

json_t *
ovr_json_result(const struct ovr_result *result, const char *command)
{
	const struct ovr_ledger *ledger = &result->ledger;
	json_t *object = ovr_json_head(
		command, ledger->verdict, ovr_json_reasons(ledger), &result->plan, &result->environment);

	return ovr_json_finish(object, json_object_set_new(object, "trial", ovr_json_trial(result)));
}

int
ovr_json_write(json_t *root, FILE *out, struct ovr_err *err)
{
	int rc;

	if (root == NULL)
		return ovr_err_set(err, -ENOMEM, "the JSON result: no memory");
	rc = json_dumpf(root, out, JSON_INDENT(2) | JSON_REAL_PRECISION(OVR_JSON_DIGITS));
	json_decref(root);
	if (rc != 0 || fputc('\n', out) == EOF || fflush(out) != 0 || ferror(out) != 0)
		return ovr_err_set(err, -EIO, "the JSON result cannot be written: %s", strerror(errno));
	return 0;
}

int
ovr_report_json(const struct ovr_result *result, const char *command, FILE *out, struct ovr_err *err)
{
	return ovr_json_write(ovr_json_result(result, command), out, err);
}
