/* SPDX-License-Identifier: BSD-3-Clause */
#include "halves/clock.h"

#include <stdio.h>
#include <stdlib.h>

/* UINT64_MAX stands for never. */
static void
take_off(uint64_t *time_ns, int64_t early_ns)
{
	if (*time_ns == UINT64_MAX)
		return;
	if (early_ns < 0)
		*time_ns += (uint64_t)-early_ns;
	else
		*time_ns = *time_ns > (uint64_t)early_ns ? *time_ns - (uint64_t)early_ns : 0;
}

/* A stall's end stays behind its start, and 0 keeps its meaning. */
static void
correct_stalls(struct ovr_half *end, int64_t early_ns)
{
	for (uint64_t i = 0; i < end->n_stalls; i++) {
		take_off(&end->stall[i].start_ns, early_ns);
		take_off(&end->stall[i].drained_ns, early_ns);
	}
}

static void
correct_common(struct ovr_half_common *common, int64_t early_ns)
{
	for (uint32_t i = 0; i < common->n_samples; i++) {
		take_off(&common->sample[i].start_ns, early_ns);
		take_off(&common->sample[i].end_ns, early_ns);
	}
	for (uint32_t i = 0; i < common->outages.n_kept; i++) {
		struct ovr_outage *outage = &common->outages.outage[i];

		take_off(&outage->up_until_ns, early_ns);
		take_off(&outage->down_from_ns, early_ns);
		take_off(&outage->down_until_ns, early_ns);
		take_off(&outage->up_again_ns, early_ns);
	}
}

void
ovr_half_clock_correct(struct ovr_half_host *host)
{
	struct ovr_halves *halves = host->half == NULL ? NULL : &host->half->halves;

	if (halves == NULL || host->early_ns == 0)
		return;
	take_off(&host->half->until_ns, host->early_ns);
	correct_stalls(&halves->sender.end, host->early_ns);
	correct_stalls(&halves->receiver.end, host->early_ns);
	correct_common(&halves->common, host->early_ns);
	take_off(&halves->sender.sent_until_ns, host->early_ns);
	for (uint64_t i = 0; i < halves->receiver.n_periods; i++)
		take_off(&halves->receiver.period[i].after_rx_ns, host->early_ns);
}

/* What times from a sender to the receiver are too large by, over all senders. */
struct span {
	int64_t least_ns, most_ns;
	int64_t offset_ns; /* of the first sender's clock to the receiver's */
	uint64_t bound_ns;
	const char *unknown; /* a host whose clock is not known; NULL: none */
};

static struct span
span_of(const struct ovr_half_host *host, uint32_t n_hosts, uint32_t to)
{
	const struct ovr_half_host *receiver = &host[to];
	struct span span = { .least_ns = INT64_MAX, .most_ns = INT64_MIN };

	if (!receiver->clock_known)
		span.unknown = receiver->name;
	for (uint32_t i = 0; i < n_hosts; i++) {
		int64_t early_ns = receiver->early_ns - host[i].early_ns;
		/* one host has one clock, however far the caller's is */
		uint64_t bound_ns = &host[i] == receiver ? 0
							 : receiver->clock_bound_ns + host[i].clock_bound_ns;

		if (!host[i].is_sender || host[i].receiver != to)
			continue;
		if (span.least_ns == INT64_MAX)
			span.offset_ns = receiver->clock_offset_ns - host[i].clock_offset_ns;
		if (!host[i].clock_known)
			span.unknown = host[i].name;
		span.least_ns = early_ns < span.least_ns ? early_ns : span.least_ns;
		span.most_ns = early_ns > span.most_ns ? early_ns : span.most_ns;
		span.bound_ns = bound_ns > span.bound_ns ? bound_ns : span.bound_ns;
	}
	return span;
}

static uint64_t
less(uint64_t value, int64_t early_ns)
{
	take_off(&value, early_ns);
	return value;
}

/* Each value less so much; none below 0. @return how far a value near the median may be off */
static uint64_t
shift_hist(struct ovr_hist *hist, int64_t early_ns)
{
	unsigned int median = ovr_hist_index(ovr_hist_percentile(hist, 50));
	struct ovr_hist *shifted;

	if (early_ns == 0 || hist->count == 0)
		return 0;
	shifted = calloc(1, sizeof(*shifted));
	if (shifted == NULL)
		return UINT64_MAX;
	for (unsigned int i = 0; i < OVR_HIST_BUCKETS; i++) {
		uint64_t low = ovr_hist_bucket_low(i), middle = low + (ovr_hist_bucket_high(i) - low) / 2;

		middle = middle < hist->min ? hist->min : middle > hist->max ? hist->max : middle;
		if (hist->bucket[i] != 0)
			ovr_hist_add_n(shifted, less(middle, early_ns), hist->bucket[i]);
	}
	*hist = *shifted;
	free(shifted);
	return (ovr_hist_bucket_high(median) - ovr_hist_bucket_low(median)) / 2;
}

static void
forget_latency(struct ovr_half_receiver *receiver)
{
	free(receiver->latency_ns);
	receiver->latency_ns = NULL;
}

/* A time that is not known is 0. */
static void
correct_transit(struct ovr_stall_transit *transit, int64_t early_ns)
{
	if (transit->least_ns == 0)
		return;
	transit->least_ns = less(transit->least_ns, early_ns);
	transit->usual_ns = less(transit->usual_ns, early_ns);
	transit->least_ns += transit->least_ns == 0;
}

void
ovr_half_clock_join(const struct ovr_half_host *host, uint32_t n_hosts, uint32_t to,
	struct ovr_half_receiver *receiver, struct ovr_result *result)
{
	struct ovr_result_clock *clock = &result->clock;
	struct span span;
	int64_t early_ns;
	uint64_t grain_ns = 0, bound_ns;
	bool is_one = true;

	for (uint32_t i = 0; i < n_hosts; i++)
		is_one &= i == to || !host[i].is_sender || host[i].receiver != to;
	if (is_one)
		return;
	clock->is_shared = false;
	span = span_of(host, n_hosts, to);
	if (span.unknown != NULL) {
		forget_latency(receiver);
		receiver->transit = (struct ovr_stall_transit){ 0 };
		snprintf(result->latency_unknown, sizeof(result->latency_unknown),
			"the clock of %s is not known against the caller's", span.unknown);
		return;
	}
	early_ns = span.least_ns + (span.most_ns - span.least_ns) / 2;
	if (receiver->latency_ns != NULL)
		grain_ns = shift_hist(receiver->latency_ns, early_ns);
	bound_ns = span.bound_ns + (uint64_t)(span.most_ns - span.least_ns + 1) / 2;
	/* no memory to shift it */
	if (grain_ns == UINT64_MAX)
		bound_ns = UINT64_MAX;
	else
		bound_ns += grain_ns;
	if (!clock->is_known)
		clock->offset_ns = span.offset_ns;
	clock->is_known = true;
	if (bound_ns > clock->bound_ns)
		clock->bound_ns = bound_ns;
	correct_transit(&receiver->transit, early_ns);
}

void
ovr_half_clock_judge(struct ovr_half_receiver *receiver, struct ovr_result *result)
{
	struct ovr_result_clock *clock = &result->clock;

	if (result->latency_unknown[0] != '\0') {
		forget_latency(receiver);
		receiver->transit = (struct ovr_stall_transit){ 0 };
		*clock = (struct ovr_result_clock){ .is_known = false };
	}
	if (!clock->is_known || receiver->latency_ns == NULL || receiver->latency_ns->count == 0 ||
		clock->bound_ns <= ovr_hist_percentile(receiver->latency_ns, 50))
		return;
	snprintf(result->latency_unknown, sizeof(result->latency_unknown),
		"the clocks of the hosts are known to ±%.1f us of each other, which is more than its "
		"median, %.1f us",
		(double)clock->bound_ns / 1e3, (double)ovr_hist_percentile(receiver->latency_ns, 50) / 1e3);
	forget_latency(receiver);
}
