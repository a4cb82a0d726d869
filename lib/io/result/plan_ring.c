/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/plan_ring.h"

#include <errno.h>
#include <math.h>

#include "pace/pace.h"
#include "plan/command.h"

#define MILLION  1e6
#define PPB      1e9
#define NS_PER_S 1e9
/* Rings beyond this are no rings of NICs; a need beyond it is one for more queues. */
#define RING_MAX 65536u
/* What the table shows at least. */
#define ROW_MIN 128u
#define ROW_MAX 8192u
/* How often a ring may be full where frames come at random. */
#define RANDOM_LOSS 1e-6
/* Of what a line carries, arithmetic with fractions may be off by this share. */
#define GRAIN 1e-9

static int
check(const struct ovr_plan *plan, double total_pps, struct ovr_err *err)
{
	double line_pps = ovr_mix_line_pps(&plan->frames.size, plan->ports.line_bps);
	char line[OVR_UNITS_TEXT_BYTES], found[OVR_UNITS_TEXT_BYTES];

	if (plan->receiver.stall.unread)
		return ovr_err_set(err, -EINVAL,
			"stall: found unread for plan-ring, accepted: none, or a length and a period, as in "
			"200us/10ms");
	if (plan->model.imbalance_ppm > plan->ports.rxq * MILLION)
		return ovr_err_set(err, -ERANGE,
			"imbalance: found %s for %u queue%s, accepted: 1 to %u, where one queue gets all",
			ovr_units_print_factor_ppm(found, sizeof(found), plan->model.imbalance_ppm),
			plan->ports.rxq, plan->ports.rxq == 1 ? "" : "s", plan->ports.rxq);
	if (total_pps > line_pps * (1 + GRAIN))
		return ovr_err_set(err, -ERANGE,
			"rate: found %s, more than a %s line carries of frames of %.6g bytes, accepted: up "
			"to "
			"100%%",
			ovr_units_print_rate(found, sizeof(found), &plan->load.rate),
			ovr_units_print_line_bps(line, sizeof(line), plan->ports.line_bps),
			ovr_mix_mean(&plan->frames.size));
	return 0;
}

static struct ovr_method_question
question_of(const struct ovr_plan *plan, double total_pps)
{
	double service_pps = plan->receiver.service.value == 0 ? INFINITY
							       : (double)plan->receiver.service.value / 1000;

	return (struct ovr_method_question){
		.burst_frames = plan->load.shape.shape == OVR_PACE_BURST
			? ovr_model_queue_pps((double)plan->load.shape.burst_frames, plan->ports.rxq,
				  plan->model.imbalance_ppm / MILLION)
			: 0,
		.gap_ns = plan->load.shape.shape == OVR_PACE_BURST ? (double)plan->load.shape.gap_ns : 0,
		.random_loss = plan->load.shape.shape == OVR_PACE_POISSON ? RANDOM_LOSS : 0,
		.arrival_pps = ovr_model_queue_pps(
			total_pps, plan->ports.rxq, plan->model.imbalance_ppm / MILLION),
		.total_pps = total_pps,
		.n_queues = plan->ports.rxq,
		.service_pps = service_pps / plan->ports.rxq,
		.injected_ns = plan->receiver.stall.length_ns,
		.injected_period_ns = plan->receiver.stall.period_ns,
		.injected_jitter = plan->receiver.stall.jitter_ppb / PPB,
		.margin = plan->margin_ppm / MILLION,
		.level = 0.95,
		.kept_free = (uint32_t)ovr_model_descriptors(0, plan->model.held_back),
		.ring_min = 1,
		.ring_max = RING_MAX,
	};
}

/* Of bursts without stalls: what one brings beyond what the gap before it made room for. */
static double
burst_loss_ratio(const struct ovr_method_question *question, uint32_t usable)
{
	double on_ns = question->burst_frames / question->arrival_pps * NS_PER_S;
	double piles_up = question->burst_frames - question->service_pps * on_ns / NS_PER_S;
	double makes_room = fmin(usable, question->service_pps * question->gap_ns / NS_PER_S);

	return fmax(0, piles_up - makes_room) / question->burst_frames;
}

/*
 * In the long run. Where it depends on how jitter, bursts or chance let stalls and frames fall,
 * there is no number but for a ring that is enough however they do.
 */
static double
loss_ratio(const struct ovr_result_plan_ring *ring, const struct ovr_model_load *load, uint32_t usable)
{
	const struct ovr_method_question *question = &ring->question;
	const struct ovr_method_advice *advice = &ring->advice;
	double gain_pps = load->service_pps - load->arrival_pps;
	double shortest_ns = advice->injected_spacing_ns - load->stall_ns;
	double longest_ns = 2 * load->period_ns - advice->injected_spacing_ns - load->stall_ns;
	double fills = fmin(usable, load->arrival_pps * load->stall_ns / NS_PER_S);
	bool always_drains = fills <= gain_pps * shortest_ns / NS_PER_S;
	bool never_drains = usable >= gain_pps * longest_ns / NS_PER_S;

	if (question->random_loss > 0)
		return NAN;
	if (ring->need != 0 && usable >= ring->need)
		return 0;
	if (question->burst_frames > 0)
		return question->injected_ns == 0 && !isinf(question->service_pps)
			? burst_loss_ratio(question, usable)
			: NAN;
	if (question->injected_jitter <= 0 || always_drains || never_drains)
		return ovr_model_loss_ratio(load, usable);
	return NAN;
}

static struct ovr_result_ring_row
row_of(const struct ovr_result_plan_ring *ring, uint32_t descriptors)
{
	const struct ovr_method_question *question = &ring->question;
	uint32_t usable = ovr_model_usable(descriptors, ring->plan.model.held_back);
	struct ovr_model_load load = {
		.arrival_pps = question->arrival_pps,
		.service_pps = question->service_pps,
		.stall_ns = (double)question->injected_ns,
		.period_ns = question->injected_ns != 0 ? (double)question->injected_period_ns : INFINITY,
	};

	return (struct ovr_result_ring_row){
		.descriptors = descriptors,
		.usable = usable,
		.buffer_time_ns = ovr_model_buffer_time_ns(usable, question->arrival_pps),
		.lost_per_stall = ovr_model_lost_per_stall(question->arrival_pps, load.stall_ns, usable),
		.loss_ratio = loss_ratio(ring, &load, usable),
		.memory_bytes = ovr_model_memory_bytes(
			descriptors, question->n_queues, ring->plan.model.buffer_bytes),
	};
}

/* Powers of two around the recommendation, with --rxd between them. */
static void
fill_rows(struct ovr_result_plan_ring *ring)
{
	uint32_t asked = ring->plan.ports.rxd, from = ROW_MIN, to = ROW_MAX;
	bool is_shown = false;

	while (to < RING_MAX && to < 2 * ring->advice.ring)
		to *= 2;
	for (uint32_t size = from; size <= to; size *= 2) {
		if (!is_shown && asked < size)
			ring->row[ring->n_rows++] = row_of(ring, asked);
		is_shown |= asked <= size;
		ring->row[ring->n_rows++] = row_of(ring, size);
	}
	if (!is_shown)
		ring->row[ring->n_rows++] = row_of(ring, asked);
}

int
ovr_result_plan_ring(const struct ovr_plan *plan, struct ovr_result_plan_ring *ret_ring, struct ovr_err *err)
{
	struct ovr_pace_conf pace = {
		.rate = plan->load.rate, .line_bps = plan->ports.line_bps, .n_workers = 1
	};
	struct ovr_result_plan_ring ring = { .plan = *plan };
	double total_pps;
	int status = ovr_plan_refuse_changed(plan, err);

	if (status == 0 && plan->ports.line_bps == 0)
		status = ovr_err_set(err, -EINVAL,
			"line: found auto for plan-ring, accepted: a speed, since there is no port to ask, "
			"as in 100G");
	if (status != 0)
		return status;
	total_pps = ovr_pace_mean_pps(&pace, &plan->frames.size);
	status = check(plan, total_pps, err);
	if (status != 0)
		return status;
	ring.question = question_of(plan, total_pps);
	ovr_method_advise(&ring.question, &ring.advice);
	if (ring.advice.kind != OVR_METHOD_ADVICE_OVERLOAD) {
		/* the slots without the margin */
		struct ovr_method_question bare = ring.question;
		struct ovr_method_advice advice;

		bare.margin = 1;
		ovr_method_advise(&bare, &advice);
		ring.need = advice.slots;
	}
	fill_rows(&ring);
	*ret_ring = ring;
	return 0;
}
