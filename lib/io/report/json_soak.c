/* SPDX-License-Identifier: BSD-3-Clause */
/* What a long trial tells as JSON: loss events by time, and when links were away. */
#include "report/figure.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/soak.h"

static int
put_date(json_t *object, const char *key, const struct ovr_result *result, uint64_t ns)
{
	if (result->epoch_realtime_ns == 0)
		return json_object_set_new(object, key, json_null());
	return ovr_json_put_text(object, key, ovr_figure_utc(result->epoch_realtime_ns + ns).text);
}

static json_t *
event_of(const struct ovr_result *result, const struct ovr_loss_event *event)
{
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_count(object, "start_ns", event->start_ns);
	rc |= ovr_json_put_count(object, "end_ns", event->end_ns);
	rc |= put_date(object, "start_utc", result, event->start_ns);
	rc |= ovr_json_put_count(object, "periods", event->periods);
	rc |= ovr_json_put_count(object, "frames", event->frames);
	return ovr_json_finish(object, rc);
}

static json_t *
worst_of(const struct ovr_result *result)
{
	const struct ovr_loss_event *worst[OVR_SOAK_WORST];
	uint32_t n = ovr_loss_events_worst(&result->loss_events, OVR_SOAK_WORST, worst);
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < n; i++)
		rc |= json_array_append_new(list, event_of(result, worst[i]));
	return ovr_json_finish(list, rc);
}

static json_t *
outage_of(const struct ovr_result *result, const struct ovr_outage *outage)
{
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_text(object, "port", outage->port);
	rc |= ovr_json_put_count(object, "up_until_ns", outage->up_until_ns);
	rc |= put_date(object, "up_until_utc", result, outage->up_until_ns);
	rc |= ovr_json_put_known(object, "down_from_ns", outage->was_seen, outage->down_from_ns);
	rc |= ovr_json_put_known(object, "down_until_ns", outage->was_seen, outage->down_until_ns);
	rc |= ovr_json_put_known(object, "up_again_ns", outage->is_over, outage->up_again_ns);
	rc |= ovr_json_put_count(object, "at_least_ns", ovr_outage_at_least_ns(outage));
	rc |= ovr_json_put_count(object, "at_most_ns", ovr_outage_at_most_ns(outage));
	return ovr_json_finish(object, rc);
}

json_t *
ovr_json_outages(const struct ovr_result *result)
{
	const struct ovr_outages *outages = &result->outages;
	json_t *object = json_object();
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < outages->n_kept; i++)
		rc |= json_array_append_new(list, outage_of(result, &outages->outage[i]));
	rc |= ovr_json_put_count(object, "count", outages->n);
	rc |= json_object_set_new(object, "list", list);
	return ovr_json_finish(object, rc);
}

json_t *
ovr_json_loss_events(const struct ovr_result *result)
{
	const struct ovr_loss_events *events = &result->loss_events;
	struct ovr_soak_rate rate = ovr_soak_rate(result);
	json_t *object = json_object();
	uint32_t n = events->n;
	int rc = 0;

	rc |= ovr_json_put_count(object, "gap_ns", n == 0 ? result->plan.event_gap_ns : events->gap_ns);
	rc |= ovr_json_put_count(object, "count", n);
	rc |= ovr_json_put_real(object, "per_hour", rate.per_hour);
	rc |= ovr_json_put_real(object, "per_hour_low95", rate.low);
	rc |= ovr_json_put_real(object, "per_hour_high95", rate.high);
	rc |= ovr_json_put_real(object, "loss_ratio_high95", rate.loss_ratio_high);
	rc |= json_object_set_new(
		object, "first", n == 0 ? json_null() : event_of(result, &events->event[0]));
	rc |= json_object_set_new(
		object, "last", n == 0 ? json_null() : event_of(result, &events->event[n - 1]));
	rc |= json_object_set_new(object, "worst", worst_of(result));
	return ovr_json_finish(object, rc);
}
