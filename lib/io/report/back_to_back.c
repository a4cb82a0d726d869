/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A burst search for people: the longest burst, the buffer that it shows, and how both were found.
 */
#include "report/back_to_back.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report/back_to_back_parts.h"
#include "report/figure.h"

#define REPEATS_OF_RFC_2544 50

static void
add(struct ovr_back_to_back_deviations *deviations, const char *text)
{
	if (deviations->n < OVR_BACK_TO_BACK_DEVIATIONS_MAX)
		snprintf(deviations->text[deviations->n++], OVR_BACK_TO_BACK_DEVIATION_BYTES, "%s", text);
}

struct ovr_back_to_back_deviations
ovr_back_to_back_deviations_of(const struct ovr_result_back_to_back *burst)
{
	struct ovr_back_to_back_deviations deviations = { .n = 0 };
	char text[OVR_BACK_TO_BACK_DEVIATION_BYTES];

	if (burst->plan.trial.drain_ns < OVR_RESULT_BACK_TO_BACK_REST_NS) {
		snprintf(text, sizeof(text),
			"rest of %s after each burst, where RFC 9004 section 5.3 asks for 2 s",
			ovr_figure_time(burst->plan.trial.drain_ns).text);
		add(&deviations, text);
	}
	if (burst->lengths.n < REPEATS_OF_RFC_2544) {
		snprintf(text, sizeof(text), "average of %zu, where RFC 2544 section 26.4 suggests 50",
			burst->lengths.n);
		add(&deviations, text);
	}
	if (burst->throughput_is_seen)
		add(&deviations,
			"throughput as seen while bursts with losses drained, not searched for (RFC 2544 "
			"section 26.1)");
	if (burst->plan.trial.warmup_ns != 0) {
		snprintf(text, sizeof(text), "frames sent for %s before each burst, drained and not counted",
			ovr_figure_time(burst->plan.trial.warmup_ns).text);
		add(&deviations, text);
	}
	return deviations;
}

static void
print_head(const struct ovr_result_back_to_back *burst, FILE *out)
{
	const struct ovr_plan *plan = &burst->plan;

	fprintf(out, "burst      %s → %s   %u B   line %s = %s", plan->ports.tx.label, plan->ports.rx.label,
		plan->frames.size.size[0], ovr_figure_si((double)burst->line_bps, "b/s").text,
		ovr_figure_si(burst->max_pps, "pps").text);
	if (plan->ports.rxq > 1 || plan->ports.txq > 1)
		fprintf(out, "   queues tx %u rx %u", plan->ports.txq, plan->ports.rxq);
	fprintf(out, "   receive ring %u", burst->rxd_set != 0 ? burst->rxd_set : plan->ports.rxd);
	if (burst->rxd_set == 0)
		fprintf(out, " as asked");
	fprintf(out, "\n");
}

static void
print_lengths(const struct ovr_result_back_to_back *burst, FILE *out)
{
	const struct ovr_method_back_to_back_lengths *lengths = &burst->lengths;

	if (lengths->n == 0)
		return;
	fprintf(out,
		"  longest burst      %.1f frames on average of N = %zu   min %s   max %s   deviation %.1f   "
		"median %.1f\n",
		lengths->average, lengths->n, ovr_figure_count(lengths->min).text,
		ovr_figure_count(lengths->max).text, lengths->deviation, lengths->median);
}

static void
print_throughput(const struct ovr_result_back_to_back *burst, FILE *out)
{
	if (isnan(burst->throughput_pps))
		return;
	fprintf(out, "  throughput         %s", ovr_figure_si(burst->throughput_pps, "pps").text);
	if (!burst->throughput_is_seen)
		fprintf(out, "   as given\n");
	else if (burst->plan.receiver.stall.unread)
		fprintf(out, "   nobody reads while frames arrive\n");
	else
		fprintf(out, "   as seen while %u bursts with losses drained%s\n", burst->n_throughput,
			burst->throughput_is_stalled
				? ", all of them through stalls of the receive cores: too low"
				: "");
}

static uint64_t
ns_of(double seconds)
{
	return (uint64_t)llround(seconds * 1e9);
}

static void
print_buffer(const struct ovr_result_back_to_back *burst, FILE *out)
{
	const struct ovr_method_buffer *buffer = &burst->buffer;

	if (burst->lengths.n == 0 && burst->n_excluded != 0) {
		fprintf(out, "  buffer time        not known: every search was excluded as disturbed\n");
		return;
	}
	if (buffer->fault != OVR_METHOD_BUFFER_SOUND) {
		fprintf(out, "  buffer time        none: %s\n", ovr_method_buffer_fault_text(buffer->fault));
		return;
	}
	fprintf(out, "  implied            %s   correction %s\n",
		ovr_figure_time(ns_of(buffer->implied_s)).text,
		ovr_figure_time(ns_of(buffer->correction_s)).text);
	fprintf(out, "  corrected          %s = %.1f frames of buffer\n",
		ovr_figure_time(ns_of(buffer->corrected_s)).text, buffer->frames);
	if (burst->actual_pps > 0 && isnan(burst->actual_s))
		fprintf(out,
			"  actual             none: %s is not below the throughput (RFC 9004 section 7)\n",
			ovr_figure_si(burst->actual_pps, "pps").text);
	else if (burst->actual_pps > 0)
		fprintf(out, "  actual             %s at %s\n", ovr_figure_time(ns_of(burst->actual_s)).text,
			ovr_figure_si(burst->actual_pps, "pps").text);
}

static void
print_search(const struct ovr_result_back_to_back *burst, FILE *out)
{
	uint64_t n_disturbed = 0, n_passes_above_loss = 0, n_on_retry = 0, n_retries = 0;

	for (uint32_t i = 0; i < burst->n_repeats; i++) {
		n_disturbed += burst->repeat[i].n_disturbed;
		n_passes_above_loss += burst->repeat[i].search.n_passes_above_loss;
		n_retries += burst->repeat[i].search.n_retries;
		n_on_retry += ovr_result_back_to_back_counts(&burst->repeat[i]) &&
			burst->repeat[i].search.rests_on_retry;
	}
	fprintf(out,
		"\nsearch     binary%s (ETSI TST 009), limit %s frames = %s, step %s frame%s, %u attempt%s "
		"of a length in all\n",
		burst->goal.attempts > 1 ? " with loss verification" : "",
		ovr_figure_count(burst->goal.limit_frames).text,
		ovr_figure_time(ns_of((double)burst->goal.limit_frames / burst->max_pps)).text,
		ovr_figure_count(burst->goal.step_frames).text, ovr_figure_plural(burst->goal.step_frames),
		burst->goal.attempts, ovr_figure_plural(burst->goal.attempts));
	fprintf(out, "           the sender %s\n",
		burst->is_ahead ? "keeps the transmit ring full: the port makes the gaps"
				: "keeps the line's pace itself: the port has none of its own");
	fprintf(out, "  trials             %u, of which %" PRIu64 " disturbed and repeated", burst->n_trials,
		n_disturbed);
	for (int fault = OVR_RESULT_BACK_TO_BACK_GAP;
		n_disturbed != 0 && fault < OVR_RESULT_BACK_TO_BACK_FAULTS; fault++)
		if (burst->n_of[fault] != 0)
			fprintf(out, "   %s %u",
				ovr_result_back_to_back_fault_name((enum ovr_result_back_to_back_fault)fault),
				burst->n_of[fault]);
	fprintf(out,
		"\n  searches           %u, of which %u excluded: a length was disturbed again and again\n",
		burst->n_repeats, burst->n_excluded);
	if (burst->goal.attempts > 1)
		fprintf(out,
			"  retries            %" PRIu64 "; %" PRIu64
			" lengths arrived whole after a loss, %" PRIu64 " answers rest on one\n",
			n_retries, n_passes_above_loss, n_on_retry);
}

int
ovr_report_back_to_back_text(const struct ovr_result_back_to_back *burst, FILE *out, struct ovr_err *err)
{
	struct ovr_back_to_back_deviations deviations = ovr_back_to_back_deviations_of(burst);

	print_head(burst, out);
	if (burst->max_pps > 0 && burst->goal.limit_frames != 0) {
		print_lengths(burst, out);
		print_throughput(burst, out);
		print_buffer(burst, out);
		print_search(burst, out);
	}
	for (uint32_t i = 0; i < deviations.n; i++)
		fprintf(out, "%s%s\n", i == 0 ? "deviates   " : "           ", deviations.text[i]);
	fprintf(out, "\nverdict    %s%s%s\n", ovr_ledger_verdict_name(burst->verdict),
		burst->reason[0] != '\0' ? "   " : "", burst->reason);
	if (ferror(out))
		return ovr_err_set(err, -EIO, "the report could not be written");
	return 0;
}
