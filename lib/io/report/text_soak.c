/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a long trial tells: when a link was away, when frames were lost, and how often that happens.
 */
#include <string.h>

#include "report/figure.h"
#include "report/soak.h"
#include "report/text_tables.h"

/* Events are rare where a trial is good: in less time than this their rate says nothing. */
#define SOAK_NS UINT64_C(60000000000)
/* The worst that the text has. */
#define WORST 3
/* Outages that the text has. */
#define OUTAGES 8

static void
print_event(const char *which, const struct ovr_result *result, const struct ovr_loss_event *event, FILE *out)
{
	fprintf(out, "    %-6s %s frame%s", which, ovr_figure_count(event->frames).text,
		ovr_figure_plural(event->frames));
	fprintf(out, " in %s at %s", ovr_figure_time(event->end_ns - event->start_ns).text,
		ovr_figure_time(event->start_ns).text);
	if (result->epoch_realtime_ns != 0)
		fprintf(out, " (%s)", ovr_figure_utc(result->epoch_realtime_ns + event->start_ns).text);
	fputc('\n', out);
}

static void
print_rate(const struct ovr_result *result, FILE *out)
{
	const struct ovr_loss_events *events = &result->loss_events;
	struct ovr_soak_rate rate = ovr_soak_rate(result);

	if (events->n == 0) {
		fprintf(out, "  loss events: none in %s: under %.3g an hour with 95 %% confidence\n",
			ovr_figure_time(result->duration_ns).text, rate.high);
		return;
	}
	fprintf(out,
		"  loss events: %s in %s, %.3g an hour (%.3g–%.3g with 95 %% confidence); losses within %s "
		"are one\n",
		ovr_figure_count(events->n).text, ovr_figure_time(result->duration_ns).text, rate.per_hour,
		rate.low, rate.high, ovr_figure_time(events->gap_ns).text);
}

static void
print_outage(const struct ovr_result *result, const struct ovr_outage *outage, FILE *out)
{
	uint64_t at_least_ns = ovr_outage_at_least_ns(outage);

	fprintf(out, "    %s  up until %s", outage->port, ovr_figure_time(outage->up_until_ns).text);
	if (result->epoch_realtime_ns != 0)
		fprintf(out, " (%s)", ovr_figure_utc(result->epoch_realtime_ns + outage->up_until_ns).text);
	if (!outage->is_over)
		fprintf(out, ", down for %s at least and to the end\n", ovr_figure_time(at_least_ns).text);
	else if (at_least_ns == 0)
		fprintf(out, ", down for %s at most\n", ovr_figure_time(ovr_outage_at_most_ns(outage)).text);
	else
		fprintf(out, ", down for %s to %s\n", ovr_figure_time(at_least_ns).text,
			ovr_figure_time(ovr_outage_at_most_ns(outage)).text);
}

static void
print_outages(const struct ovr_result *result, FILE *out)
{
	const struct ovr_outages *outages = &result->outages;
	uint32_t n_shown = outages->n_kept < OUTAGES ? outages->n_kept : OUTAGES;

	if (outages->n == 0)
		return;
	fprintf(out, "\n  link lost: %s time%s\n", ovr_figure_count(outages->n).text,
		ovr_figure_plural(outages->n));
	for (uint32_t i = 0; i < n_shown; i++)
		print_outage(result, &outages->outage[i], out);
	if (n_shown < outages->n)
		fprintf(out, "    … and %s more, see the JSON result\n",
			ovr_figure_count(outages->n - n_shown).text);
}

void
ovr_text_soak(const struct ovr_result *result, FILE *out)
{
	const struct ovr_loss_events *events = &result->loss_events;
	const struct ovr_loss_event *worst[WORST];
	uint32_t n_worst = ovr_loss_events_worst(events, WORST, worst);

	print_outages(result, out);
	if (result->duration_ns < SOAK_NS || !ovr_ledger_knows_loss(&result->ledger))
		return;
	fputc('\n', out);
	print_rate(result, out);
	if (events->n == 0)
		return;
	print_event("first", result, &events->event[0], out);
	if (events->n > 1)
		print_event("last", result, &events->event[events->n - 1], out);
	for (uint32_t i = 0; i < n_worst && events->n > 2; i++)
		print_event("worst", result, worst[i], out);
}
