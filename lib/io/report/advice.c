/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/advice.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "model/model.h"
#include "report/advice_parts.h"

#define MIB 1048576.0
/* Sizes in the table, at least. */
#define ROW_MIN 256u
#define ROW_MAX 4096u

struct ovr_figure
ovr_advice_time(double ns)
{
	struct ovr_figure never = { "never" };

	return isfinite(ns) ? ovr_figure_time((uint64_t)(ns + 0.5)) : never;
}

void
ovr_advice_print_queues(uint32_t n_queues, FILE *out)
{
	if (n_queues != 0)
		fprintf(out, "; %u queues, each with a core like this, would be", n_queues);
	fputc('\n', out);
}

static void
print_head(const struct ovr_result_advice *advice, FILE *out)
{
	const struct ovr_plan *plan = &advice->plan;
	char stall[OVR_PLAN_VALUE_BYTES], margin[OVR_UNITS_TEXT_BYTES];

	fprintf(out, "advice   %s   from %s", plan->ports.rx.label, plan->ports.tx.label);
	if (plan->frames.size.n_sizes == 1)
		fprintf(out, "   %u B", plan->frames.size.size[0]);
	else
		fprintf(out, "   sizes %s", plan->frames.size.text);
	fprintf(out, "   stall %s   margin %s   seed %" PRIu64 "\n\n",
		ovr_stall_plan_print(stall, sizeof(stall), &plan->receiver.stall),
		ovr_units_print_factor_ppm(margin, sizeof(margin), plan->margin_ppm), plan->trial.seed);
}

static void
print_arrivals(const struct ovr_result_advice *advice, FILE *out)
{
	const struct ovr_method_question *question = &advice->question;

	if (question->total_pps <= 0)
		return;
	fprintf(out, "  %-9s %s", "arrivals", ovr_figure_si(question->total_pps, "pps").text);
	if (question->n_queues > 1)
		fprintf(out, ", %s to the fullest of %u queues",
			ovr_figure_si(question->arrival_pps, "pps").text, question->n_queues);
	if (advice->baseline.shortfall_outside_stalls * 20 > advice->baseline.scheduled)
		fprintf(out, "; the sender kept %s of its schedule, stalls aside",
			ovr_figure_ratio(
				advice->baseline.scheduled - advice->baseline.shortfall_outside_stalls,
				advice->baseline.scheduled)
				.text);
	fprintf(out, "\n  %-9s ", "service");
	if (advice->service.is_least)
		fprintf(out, "at least %s: nothing overran the receiver\n",
			ovr_figure_si(advice->service.pps, "pps").text);
	else
		fprintf(out, "%s while it polls; the arrivals take %.3g %% of its time\n",
			ovr_figure_si(advice->service.pps, "pps").text, 100 * advice->service.busiest);
}

static void
print_listed(const struct ovr_result_advice_stall *listed, FILE *out)
{
	const struct ovr_stall *stall = &listed->stall;

	fprintf(out, "            %10s on core %u, ", ovr_figure_time(stall->length_ns).text, stall->cpu);
	if (!listed->is_logged) {
		fprintf(out, "when its log was full\n");
		return;
	}
	fprintf(out, "%s into the baseline: ", ovr_figure_time(stall->start_ns).text);
	if (listed->is_prolonged)
		fprintf(out, "injected, and made longer by the host");
	else
		fprintf(out, "%s", ovr_stall_cause_name(stall->cause));
	if (stall->run_queue_ns != 0)
		fprintf(out, ", %s of it in the run queue", ovr_figure_time(stall->run_queue_ns).text);
	fputc('\n', out);
}

static void
print_stalls(const struct ovr_result_advice *advice, FILE *out)
{
	static const char *const class[OVR_RESULT_ADVICE_CLASSES] = { "below 10 µs", "10 … 100 µs",
		"100 µs … 1 ms", "1 … 10 ms", "10 … 100 ms", "longer" };
	const struct ovr_result_advice_baseline *baseline = &advice->baseline;
	const char *separator = "";

	fprintf(out, "  %-9s in %s: %s injected, %s host stalls", "stalls",
		ovr_figure_time(baseline->duration_ns).text, ovr_figure_count(baseline->n_injected).text,
		ovr_figure_count(baseline->n_host).text);
	if (baseline->n_host != 0)
		fprintf(out, " (");
	for (unsigned int i = 0; i < OVR_RESULT_ADVICE_CLASSES; i++) {
		if (baseline->n_host_of[i] == 0)
			continue;
		fprintf(out, "%s%s: %s", separator, class[i], ovr_figure_count(baseline->n_host_of[i]).text);
		separator = ", ";
	}
	if (baseline->n_host != 0)
		fputc(')', out);
	if (baseline->log_full)
		fprintf(out, "; their log was full after %s, and what is listed below is of that time",
			ovr_figure_time(baseline->monitored_ns).text);
	fputc('\n', out);
	for (uint32_t i = 0; i < baseline->n_listed; i++)
		print_listed(&baseline->longest[i], out);
	if (baseline->n_listed == 0)
		return;
	fprintf(out,
		"            that core: %s involuntary switches, %s in the run queue, %s stolen, %s "
		"interrupts",
		ovr_figure_count(baseline->involuntary_switches).text,
		ovr_figure_time(baseline->run_queue_ns).text, ovr_figure_time(baseline->steal_ns).text,
		ovr_figure_count(baseline->interrupts).text);
	if (baseline->busiest_interrupt[0] != '\0')
		fprintf(out, ", most of them %s", baseline->busiest_interrupt);
	fputc('\n', out);
}

static void
print_rare(const struct ovr_result_advice *advice, FILE *out)
{
	const struct ovr_method_advice *recommendation = &advice->advice;
	double percent = 100 * advice->question.level;

	if (isnan(recommendation->longer_per_hour))
		return;
	fprintf(out, "  %-9s longer stalls than the baseline saw: at most %.3g an hour (%.6g %%)\n", "rare",
		recommendation->longer_per_hour, percent);
	if (recommendation->n_host_beyond != 0)
		fprintf(out,
			"            stalls longer than any ring's buffer time: %s, at most %.3g an hour\n",
			ovr_figure_count(recommendation->n_host_beyond).text,
			recommendation->beyond_per_hour);
}

/* Of host stalls longer than any ring's buffer time. */
static void
print_host(const struct ovr_result_advice *advice, FILE *out)
{
	fprintf(out, "none; the longest is %s, and the buffer time of a ring of %u is %s: fix the host\n",
		ovr_figure_time(advice->advice.host_longest_ns).text, advice->question.ring_max,
		ovr_advice_time(advice->advice.buffer_time_max_ns).text);
}

static void
print_recommendation(const struct ovr_result_advice *advice, FILE *out)
{
	const struct ovr_method_question *question = &advice->question;
	const struct ovr_method_advice *recommendation = &advice->advice;

	if (recommendation->kind == OVR_METHOD_ADVICE_OVERLOAD) {
		fprintf(out,
			"\n  no ring is enough: %s come, and %s are served, stalls included: %.4g %% is lost",
			ovr_figure_si(ovr_method_advise_mean_pps(question), "pps").text,
			ovr_figure_si(
				ovr_method_advise_mean_pps(question) * (1 - recommendation->overload), "pps")
				.text,
			100 * recommendation->overload);
		ovr_advice_print_queues(recommendation->n_queues, out);
		return;
	}
	if (recommendation->kind == OVR_METHOD_ADVICE_PORT) {
		fprintf(out, "\n  no ring up to %u is enough", question->ring_max);
		if (ovr_method_advise_is_full_unstalled(question, recommendation))
			fprintf(out, ": what comes takes %s slots before any stall",
				ovr_figure_count(recommendation->burst_slots).text);
		else
			fprintf(out, " for stalls of %s",
				ovr_advice_time((double)question->injected_ns * question->margin).text);
		ovr_advice_print_queues(recommendation->n_queues, out);
		return;
	}
	if (recommendation->ring == 0) {
		fprintf(out, "\n  ring for host stalls: ");
		print_host(advice, out);
		return;
	}
	fprintf(out,
		"\n  ring %u   buffer time %s   for stalls of up to %s: %s slots, %s descriptors at least\n",
		recommendation->ring, ovr_advice_time(recommendation->buffer_time_ns).text,
		ovr_advice_time((double)recommendation->target_stall_ns).text,
		ovr_figure_count(recommendation->slots).text, ovr_figure_count(recommendation->least).text);
	if (question->injected_ns != 0)
		fprintf(out, "            for the injected ones alone: %u\n", recommendation->ring_injected);
	fprintf(out, "            for host stalls%s: ", recommendation->n_host_beyond != 0 ? "" : " too");
	if (recommendation->n_host_beyond != 0)
		print_host(advice, out);
	else
		fprintf(out, "%u\n", recommendation->ring_all);
	if (isfinite(question->service_pps))
		fprintf(out, "            drains in %s\n", ovr_advice_time(recommendation->drain_ns).text);
}

static void
print_cost(const struct ovr_result_advice *advice, FILE *out)
{
	const struct ovr_method_question *question = &advice->question;
	uint64_t bytes = ovr_model_memory_bytes(
		advice->advice.ring, question->n_queues, advice->buffer_bytes);

	fprintf(out, "  %-9s %.3g MiB in %u ring%s with buffers of %u bytes", "memory", (double)bytes / MIB,
		question->n_queues, ovr_figure_plural(question->n_queues), advice->buffer_bytes);
	if (advice->ddio_bytes == 0 && advice->cache_bytes != 0)
		fprintf(out, "; the last-level cache has %.3g MiB", (double)advice->cache_bytes / MIB);
	if (advice->ddio_bytes != 0)
		fprintf(out,
			"; devices write to %.3g MiB of a cache of %.3g MiB as a rule, which hold rings of "
			"%s",
			(double)advice->ddio_bytes / MIB, (double)advice->cache_bytes / MIB,
			ovr_figure_count(ovr_model_descriptors_in(advice->ddio_bytes, question->n_queues,
						 advice->buffer_bytes))
				.text);
	fputc('\n', out);
	fprintf(out, "  %-9s %s", "command", advice->command);
	if (ovr_result_advice_sets_nic(advice))
		fprintf(out, "   (it is %u; or overrun ring set %s --rx %u, and --rxd %u here)",
			advice->nic_ring, advice->plan.ports.rx.details, advice->advice.ring,
			advice->advice.ring);
	else if (advice->ring_control)
		fprintf(out, "   (of the socket alone; that of the NIC could not be verified, and is %u)",
			advice->nic_ring);
	fputc('\n', out);
}

/* The buffer time of each size. */
static void
print_sizes(const struct ovr_result_advice *advice, FILE *out)
{
	const struct ovr_method_question *question = &advice->question;
	uint32_t ring = advice->advice.ring;

	if (question->arrival_pps <= 0)
		return;
	fprintf(out, "  %-9s", "buffer time");
	for (uint64_t size = ROW_MIN;
		size <= question->ring_max && (size <= ROW_MAX || size <= 2 * (uint64_t)ring); size *= 2)
		fprintf(out, "%s%" PRIu64 ": %s", size == ROW_MIN ? " " : "   ", size,
			ovr_advice_time(
				ovr_model_buffer_time_ns(ovr_method_advise_usable(question, (uint32_t)size),
					question->arrival_pps))
				.text);
	fputc('\n', out);
}

static void
print_verifications(const struct ovr_result_advice *advice, FILE *out)
{
	const struct ovr_method_advice *recommendation = &advice->advice;

	if (advice->n_verifications == 0)
		return;
	if (recommendation->verification_stall_ns == 0)
		fprintf(out, "\n  verified without stalls\n");
	else
		fprintf(out, "\n  verified with stalls of %s every %s%s\n",
			ovr_figure_time(recommendation->verification_stall_ns).text,
			ovr_figure_time(recommendation->verification_period_ns).text,
			ovr_result_advice_sets_nic(advice) ? ", on the ring of the socket and that of the NIC"
							   : "");
	if (advice->nic_refused_ring != 0)
		fprintf(out, "  the NIC was not set to %u: %s\n", advice->nic_refused_ring,
			advice->nic_refused);
	for (uint32_t i = 0; i < advice->n_verifications; i++) {
		const struct ovr_result_advice_verification *verified = &advice->verification[i];

		fprintf(out, "  ring %-6u ", verified->ring);
		if (verified->nic_ring != 0)
			fprintf(out, "(NIC %u) ", verified->nic_ring);
		else if (advice->ring_control)
			fprintf(out, "(NIC as it was) ");
		if (verified->by_bursts)
			fprintf(out, "%s lost in %s bursts", ovr_figure_count(verified->lost).text,
				ovr_figure_count(verified->n_compared).text);
		else
			fprintf(out, "%s lost in %s of %s stalls (model %.0f)",
				ovr_figure_count(verified->lost).text,
				ovr_figure_count(verified->n_lossy).text,
				ovr_figure_count(verified->n_compared).text, verified->model);
		if (verified->lost_outside != 0)
			fprintf(out, "; in no stall: %s", ovr_figure_count(verified->lost_outside).text);
		if (verified->n_compared != verified->n_injected || verified->lost_excluded != 0)
			fprintf(out, "; excluded: %s %s%s, and %s lost frame%s",
				ovr_figure_count(verified->n_injected - verified->n_compared).text,
				verified->by_bursts ? "burst" : "stall",
				ovr_figure_plural(verified->n_injected - verified->n_compared),
				ovr_figure_count(verified->lost_excluded).text,
				ovr_figure_plural(verified->lost_excluded));
		fprintf(out, "%s\n",
			verified->outcome == OVR_RESULT_ADVICE_EXCLUDED ? "; disturbed, again" : "");
	}
	if (recommendation->ring != 0 && recommendation->below == 0)
		fprintf(out, "  no smaller ring of this port can be told from it in a trial\n");
}

int
ovr_report_advice_text(const struct ovr_result_advice *advice, FILE *out, struct ovr_err *err)
{
	static const char *const word[] = {
		[OVR_VERDICT_PASS] = "PASS",
		[OVR_VERDICT_LOSS] = "LOSS",
		[OVR_VERDICT_VOID] = "VOID",
	};

	print_head(advice, out);
	print_arrivals(advice, out);
	if (advice->baseline.duration_ns != 0)
		print_stalls(advice, out);
	if (advice->advice.slots != 0) {
		print_rare(advice, out);
		/* what was not verified is no recommendation */
		if (advice->verdict != OVR_VERDICT_VOID)
			print_recommendation(advice, out);
	}
	if (advice->advice.ring != 0 && advice->verdict != OVR_VERDICT_VOID)
		print_cost(advice, out);
	print_sizes(advice, out);
	print_verifications(advice, out);
	fprintf(out, "\n  %s%s%s\n", word[advice->verdict], advice->reason[0] != '\0' ? ": " : "",
		advice->reason);
	if (fflush(out) != 0 || ferror(out) != 0)
		return ovr_err_set(err, -EIO, "the report cannot be written: %s", strerror(errno));
	return 0;
}
