/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/plan_ring.h"

#include <errno.h>
#include <string.h>

#include "model/queueing.h"
#include "report/advice_parts.h"

/* The loss of random arrivals that places are told for. */
#define RANDOM_LOSS 1e-6
#define MIB         1048576.0

static struct ovr_figure
memory_text(uint64_t bytes)
{
	struct ovr_figure figure;

	snprintf(figure.text, sizeof(figure.text), "%.3g MiB", (double)bytes / MIB);
	return figure;
}

/* "0", "0.095", "977", "12,345" */
static struct ovr_figure
frames_text(double frames)
{
	struct ovr_figure figure;

	if (frames >= 999.5)
		return ovr_figure_count((uint64_t)(frames + 0.5));
	snprintf(figure.text, sizeof(figure.text), "%.3g", frames);
	return figure;
}

static void
print_head(const struct ovr_result_plan_ring *ring, FILE *out)
{
	const struct ovr_plan *plan = &ring->plan;
	const struct ovr_plan_row *row = ovr_plan_row_of("shape");
	char line[OVR_UNITS_TEXT_BYTES], margin[OVR_UNITS_TEXT_BYTES], stall[OVR_PLAN_VALUE_BYTES];
	char shape[OVR_PLAN_VALUE_BYTES];

	fprintf(out, "plan-ring   %s   ", ovr_units_print_line_bps(line, sizeof(line), plan->ports.line_bps));
	if (plan->frames.size.n_sizes == 1)
		fprintf(out, "%u B", plan->frames.size.size[0]);
	else
		fprintf(out, "sizes %s", plan->frames.size.text);
	fprintf(out, "   %s", ovr_figure_si(ring->question.total_pps, "pps").text);
	if (plan->ports.rxq > 1)
		fprintf(out, ", %s to the fullest of %u queues",
			ovr_figure_si(ring->question.arrival_pps, "pps").text, plan->ports.rxq);
	if (plan->load.shape.shape != OVR_PACE_SMOOTH)
		fprintf(out, " %s", row->print(row, plan, shape, sizeof(shape)));
	fprintf(out, "   stall %s", ovr_stall_plan_print(stall, sizeof(stall), &plan->receiver.stall));
	if (plan->receiver.service.value != 0)
		fprintf(out, "   service %s%s", ovr_figure_si(ring->question.service_pps, "pps").text,
			plan->ports.rxq > 1 ? " of each queue's core" : "");
	fprintf(out, "   margin %s\n\n",
		ovr_units_print_factor_ppm(margin, sizeof(margin), plan->margin_ppm));
}

static void
print_recommendation(const struct ovr_result_plan_ring *ring, FILE *out)
{
	const struct ovr_method_advice *advice = &ring->advice;
	const struct ovr_method_question *question = &ring->question;
	double mean_pps = ovr_method_advise_mean_pps(question);

	switch (advice->kind) {
	case OVR_METHOD_ADVICE_RING:
	case OVR_METHOD_ADVICE_HOST:
		if (question->injected_ns == 0 && advice->burst_slots > 1) {
			fprintf(out,
				"  %-9s %u is enough: %s slots without any stall, so %s descriptors at "
				"least\n",
				"ring", advice->ring, ovr_figure_count(advice->slots).text,
				ovr_figure_count(advice->least).text);
			break;
		}
		if (question->injected_ns == 0) {
			fprintf(out,
				"  %-9s any that holds a batch of frames: there is no stall to outlast "
				"(--stall 100us/10ms)\n",
				"ring");
			break;
		}
		fprintf(out, "  %-9s %u is enough: %s slots for %s, so %s descriptors at least\n", "ring",
			advice->ring, ovr_figure_count(advice->slots).text,
			ovr_advice_time(advice->design_ns).text, ovr_figure_count(advice->least).text);
		if (advice->burst_slots > 1)
			fprintf(out, "  %-9s %s of these slots are needed without any stall\n", "",
				ovr_figure_count(advice->burst_slots).text);
		break;
	case OVR_METHOD_ADVICE_PORT:
		fprintf(out, "  %-9s none up to %u is enough for %s", "ring", question->ring_max,
			ovr_advice_time(advice->design_ns).text);
		ovr_advice_print_queues(advice->n_queues, out);
		break;
	case OVR_METHOD_ADVICE_OVERLOAD:
	case OVR_METHOD_ADVICE_KINDS:
		fprintf(out, "  %-9s no ring is enough: %s come, and %s are served%s: %.4g %% is lost",
			"ring", ovr_figure_si(mean_pps, "pps").text,
			ovr_figure_si(mean_pps * (1 - advice->overload), "pps").text,
			question->injected_ns != 0 ? ", stalls included" : "", 100 * advice->overload);
		ovr_advice_print_queues(advice->n_queues, out);
		break;
	}
}

/* What an overload that does not last does to the ring of --rxd. */
static void
print_burst(const struct ovr_result_plan_ring *ring, FILE *out)
{
	double arrival_pps = ring->question.arrival_pps, service_pps = ring->question.service_pps;
	uint32_t slots = ovr_model_usable(ring->plan.ports.rxd, ring->plan.model.held_back);
	double on_ns = ovr_model_overload_after_ns(slots, arrival_pps, service_pps);

	if (isinf(on_ns))
		return;
	fprintf(out, "  %-9s %s frames at this rate fill %u slots in %s, which drain in %s", "burst",
		frames_text(floor(ovr_model_burst_frames(slots, arrival_pps, service_pps))).text, slots,
		ovr_advice_time(on_ns).text,
		ovr_advice_time(ovr_model_burst_drain_ns(arrival_pps, service_pps, on_ns)).text);
	fprintf(out, ": it may come for %.4g %% of the time\n",
		100 * ovr_model_burst_duty_max(arrival_pps, service_pps));
}

/* What is lost, or what it takes, where frames come at random and nobody stalls. */
static void
print_random(const struct ovr_result_plan_ring *ring, FILE *out)
{
	double rho = ring->question.arrival_pps / ring->question.service_pps;
	uint32_t slots = ovr_model_usable(ring->plan.ports.rxd, ring->plan.model.held_back);
	uint32_t places = ovr_model_mm1k_places(rho, RANDOM_LOSS);
	uint32_t n_same = ovr_model_md1k_places(rho, RANDOM_LOSS);

	/* the rate within a burst is no mean */
	if (ring->question.burst_frames > 0)
		return;
	fprintf(out, "  %-9s ", "random");
	if (places == 0) {
		fprintf(out, "%u slots lose %.4g %% if frames come at random (M/M/1/K, ρ %.3g)\n", slots,
			100 * ovr_model_mm1k_loss(rho, slots), rho);
		return;
	}
	fprintf(out,
		"%u slots lose one frame in a million at most without any stall, if frames come at random "
		"(M/M/1/K, ρ %.3g)",
		places, rho);
	if (n_same != 0)
		fprintf(out, "; %u if each takes the same time (M/D/1/K)", n_same);
	fputc('\n', out);
}

/* What comes after a stall, where something is said of the receiver. */
static void
print_service(const struct ovr_result_plan_ring *ring, FILE *out)
{
	const struct ovr_method_advice *advice = &ring->advice;

	if (isinf(ring->question.service_pps))
		return;
	if (ring->question.injected_ns != 0) {
		fprintf(out, "  %-9s %s after a stall", "drain", ovr_advice_time(advice->drain_ns).text);
		if (isfinite(advice->period_min_ns))
			fprintf(out, ", so that the next one may come %s after its begin",
				ovr_advice_time(advice->period_min_ns).text);
		if (advice->injected_effective_ns > (double)ring->question.injected_ns)
			fprintf(out,
				"\n  %-9s can bring a stall %s after the begin of another: the ring also "
				"holds "
				"what has not drained by then",
				"jitter", ovr_advice_time(advice->injected_spacing_ns).text);
		fprintf(out, "\n  %-9s %.4g %% of the time in stalls, %.4g %% may be\n", "duty",
			100 * advice->duty, 100 * advice->duty_max);
	}
	print_burst(ring, out);
	print_random(ring, out);
}

static void
print_table(const struct ovr_result_plan_ring *ring, FILE *out)
{
	bool is_stalled = ring->question.injected_ns != 0;

	fprintf(out, "\n  %9s %9s %11s   %15s   %12s   %10s\n", "ring", "usable", "buffer time",
		is_stalled ? "lost per stall" : "", "in the long run", "memory");
	for (uint32_t i = 0; i < ring->n_rows; i++) {
		const struct ovr_result_ring_row *row = &ring->row[i];
		struct ovr_figure time = ovr_advice_time(row->buffer_time_ns);
		char ratio[OVR_UNITS_TEXT_BYTES] = "-";

		if (!isnan(row->loss_ratio))
			snprintf(ratio, sizeof(ratio), "%.4g %%", 100 * row->loss_ratio);
		/* a time has a µ in it, which is two bytes of one column */
		fprintf(out, "  %9u %9u %*s   %15s   %15s   %10s%s\n", row->descriptors, row->usable,
			strstr(time.text, "µ") != NULL ? 12 : 11, time.text,
			is_stalled ? frames_text(row->lost_per_stall).text : "", ratio,
			memory_text(row->memory_bytes).text,
			row->descriptors == ring->advice.ring && is_stalled ? "   recommended"
				: row->descriptors == ring->plan.ports.rxd  ? "   --rxd"
									    : "");
	}
}

int
ovr_report_plan_ring_text(const struct ovr_result_plan_ring *ring, FILE *out, struct ovr_err *err)
{
	print_head(ring, out);
	print_recommendation(ring, out);
	print_service(ring, out);
	print_table(ring, out);
	return ferror(out) ? ovr_err_set(err, -EIO, "the text cannot be written") : 0;
}
