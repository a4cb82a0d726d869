/* SPDX-License-Identifier: BSD-3-Clause */
/* What a long trial tells as JSON: loss events by time, and when links were away. */
#include "report/figure.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/soak.h"

#define EVENT(member)  OVR_JSON_MEMBER(struct ovr_loss_event, member)
#define EVENTS(member) OVR_JSON_MEMBER(struct loss_events, member)
#define OUTAGE(member) OVR_JSON_MEMBER(struct ovr_outage, member)

/* A time of the result, the context, as a date; null where its epoch is not known. */
static json_t *
date_of(const struct ovr_json_at *at)
{
	const struct ovr_result *result = at->context;
	const uint64_t *ns = at->member;

	if (result->epoch_realtime_ns == 0)
		return json_null();
	return ovr_json_text(ovr_figure_utc(result->epoch_realtime_ns + *ns).text);
}

static const struct ovr_json_row event_rows[] = {
	{ "start_ns", OVR_JSON_COUNT, EVENT(start_ns), "when the frame before the first loss was sent" },
	{ "end_ns", OVR_JSON_COUNT, EVENT(end_ns), "when the frame after the last loss was sent" },
	{ "start_utc", OVR_JSON_TEXT, .about = "start_ns as a date, ISO 8601; null: unknown",
		.offset = offsetof(struct ovr_loss_event, start_ns), .null = OVR_JSON_NULL_IF_SO,
		.value = date_of },
	{ "periods", OVR_JSON_COUNT, EVENT(periods), "loss periods in it" },
	{ "frames", OVR_JSON_COUNT, EVENT(frames), "lost in it" },
};

static const struct ovr_json_table event_table = OVR_JSON_TABLE(
	"loss_event", struct ovr_loss_event, event_rows, "Losses no further apart than the gap");

/* The events of a trial, and how often they come. */
struct loss_events {
	uint64_t gap_ns;
	uint32_t n, n_worst;
	struct ovr_soak_rate rate;
	struct ovr_loss_event first, last, worst[OVR_SOAK_WORST];
};

static const struct ovr_json_row events_rows[] = {
	{ "gap_ns", OVR_JSON_COUNT, EVENTS(gap_ns),
		"event-gap of the plan; doubled where the list would be too long" },
	{ "count", OVR_JSON_COUNT, EVENTS(n) },
	{ "per_hour", OVR_JSON_AMOUNT, EVENTS(rate.per_hour), "count / duration; null for no time",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "per_hour_low95", OVR_JSON_AMOUNT, EVENTS(rate.low), "Poisson, 95 %, two-sided",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "per_hour_high95", OVR_JSON_AMOUNT, EVENTS(rate.high),
		"Poisson, 95 %, two-sided; of no event one-sided: 3.0 / duration",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "loss_ratio_high95", OVR_JSON_AMOUNT, EVENTS(rate.loss_ratio_high),
		"95 % upper bound where none of n frames was lost: 3/n; else null",
		.null = OVR_JSON_NULL_IF_NONE },
	{ "first", OVR_JSON_OBJECT, EVENTS(first), OVR_JSON_BY(struct loss_events, n),
		.table = &event_table },
	{ "last", OVR_JSON_OBJECT, EVENTS(last), OVR_JSON_BY(struct loss_events, n), .table = &event_table },
	{ "worst", OVR_JSON_LIST, .about = "most frames first",
		OVR_JSON_ARRAY(struct loss_events, worst, n_worst), .table = &event_table,
		.max = OVR_SOAK_WORST },
};

const struct ovr_json_table ovr_json_loss_events_table = OVR_JSON_TABLE("loss_events", struct loss_events,
	events_rows, "All losses by time, those no further apart than the gap taken as one event");

json_t *
ovr_json_loss_events(const struct ovr_json_at *at)
{
	const struct ovr_result *result = at->object;
	const struct ovr_loss_events *found = &result->loss_events;
	const struct ovr_loss_event *worst[OVR_SOAK_WORST];
	struct loss_events events = {
		.gap_ns = found->n == 0 ? result->plan.trial.event_gap_ns : found->gap_ns,
		.n = found->n,
		.n_worst = ovr_loss_events_worst(found, OVR_SOAK_WORST, worst),
		.rate = ovr_soak_rate(result),
	};

	for (uint32_t i = 0; i < events.n_worst; i++)
		events.worst[i] = *worst[i];
	if (events.n != 0) {
		events.first = found->event[0];
		events.last = found->event[events.n - 1];
	}
	return ovr_json_object(&ovr_json_loss_events_table, &events, result);
}

static json_t *
at_least_ns(const struct ovr_json_at *at)
{
	return ovr_json_count(ovr_outage_at_least_ns(at->object));
}

static json_t *
at_most_ns(const struct ovr_json_at *at)
{
	return ovr_json_count(ovr_outage_at_most_ns(at->object));
}

static const struct ovr_json_row outage_rows[] = {
	{ "port", OVR_JSON_TEXT, OUTAGE(port) },
	{ "up_until_ns", OVR_JSON_COUNT, OUTAGE(up_until_ns), "the last look before it" },
	{ "up_until_utc", OVR_JSON_TEXT, .about = "the same as a date, ISO 8601; null: unknown",
		.offset = offsetof(struct ovr_outage, up_until_ns), .null = OVR_JSON_NULL_IF_SO,
		.value = date_of },
	{ "down_from_ns", OVR_JSON_COUNT, OUTAGE(down_from_ns),
		"the first look that found it down; null: none did",
		OVR_JSON_BY(struct ovr_outage, was_seen) },
	{ "down_until_ns", OVR_JSON_COUNT, OUTAGE(down_until_ns), "the last look that found it down",
		OVR_JSON_BY(struct ovr_outage, was_seen) },
	{ "up_again_ns", OVR_JSON_COUNT, OUTAGE(up_again_ns),
		"the first look that found that the link had come up; null: none did",
		OVR_JSON_BY(struct ovr_outage, is_over) },
	{ "at_least_ns", OVR_JSON_COUNT, .about = "how long it lasted", .value = at_least_ns },
	{ "at_most_ns", OVR_JSON_COUNT, .about = "null: it is not over", .null = OVR_JSON_NULL_IF_SO,
		.value = at_most_ns },
};

static const struct ovr_json_table outage_table = OVR_JSON_TABLE("outage", struct ovr_outage, outage_rows,
	"A link went; what is known of when comes from looks at it, one in each interval");

static const struct ovr_json_row outages_rows[] = {
	{ "count", OVR_JSON_COUNT, OVR_JSON_MEMBER(struct ovr_outages, n), "all" },
	{ "list", OVR_JSON_LIST, .about = "the first 63 and the latest",
		OVR_JSON_ARRAY(struct ovr_outages, outage, n_kept), .table = &outage_table,
		.max = OVR_OUTAGES_MAX },
};

const struct ovr_json_table ovr_json_outages_table = OVR_JSON_TABLE(
	"outages", struct ovr_outages, outages_rows, "When a port's link was away");
