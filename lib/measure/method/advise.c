/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/advise.h"

#include <math.h>

#include "method/confidence.h"
#include "model/need.h"

#define NS_PER_HOUR 3600e9
/*
 * A ring of fewer batches than this would be judged by its batches, not by its stalls; where the
 * port has such a ring.
 */
#define SLACKS_MIN 4
/*
 * The trial's stalls are at least this many drains apart, and take at most one part in so many of
 * the time.
 */
#define DRAINS_APART 2
#define DUTY_PARTS   4
/* The longest stall that a ring has room for is found to this. */
#define LONGEST_GRAIN_NS 1000.0
/* A margin times a number of frames may be off by so much. */
#define MARGIN_GRAIN 1e-6

uint32_t
ovr_method_advise_usable(const struct ovr_method_question *question, uint32_t descriptors)
{
	return descriptors > question->kept_free ? descriptors - question->kept_free : 0;
}

bool
ovr_method_advise_is_full_unstalled(
	const struct ovr_method_question *question, const struct ovr_method_advice *advice)
{
	return advice->burst_slots > 1 &&
		advice->burst_slots + question->slack >
		ovr_method_advise_usable(question, question->ring_max);
}

const char *
ovr_method_advice_kind_name(enum ovr_method_advice_kind kind)
{
	static const char *const name[OVR_METHOD_ADVICE_KINDS] = {
		[OVR_METHOD_ADVICE_RING] = "ring",
		[OVR_METHOD_ADVICE_HOST] = "host",
		[OVR_METHOD_ADVICE_PORT] = "port",
		[OVR_METHOD_ADVICE_OVERLOAD] = "overload",
	};

	return name[kind];
}

static struct ovr_model_profile
profile_of(const struct ovr_method_question *question, double stall_ns, double period_ns)
{
	return (struct ovr_model_profile){
		.load = { question->arrival_pps, question->service_pps, stall_ns, period_ns },
		.apart_ns = period_ns * (1 - 2 * question->injected_jitter),
		.burst_frames = question->burst_frames,
		.gap_ns = question->gap_ns,
	};
}

double
ovr_method_advise_mean_pps(const struct ovr_method_question *question)
{
	struct ovr_model_profile profile = profile_of(question, 0, INFINITY);

	return ovr_model_profile_mean_pps(&profile);
}

static uint64_t
need_of(const struct ovr_method_question *question, double stall_ns, double period_ns)
{
	struct ovr_model_profile profile = profile_of(question, stall_ns, period_ns);

	return question->random_loss > 0 ? ovr_model_need_random(&profile, question->random_loss)
					 : ovr_model_need(&profile);
}

/*
 * Slots for stalls of that length and period, with the margin on what they add to the need without
 * them.
 */
static uint64_t
slots_for(const struct ovr_method_question *question, double stall_ns, double period_ns)
{
	uint64_t need = need_of(question, stall_ns, period_ns);
	uint64_t without = need_of(question, 0, INFINITY);
	uint64_t least = question->slack != 0 ? SLACKS_MIN * (uint64_t)question->slack : 1;
	uint64_t most = ovr_method_advise_usable(question, question->ring_max), slots;

	/* of an overload: what one stall brings */
	if (need == OVR_MODEL_NEED_NONE || without == OVR_MODEL_NEED_NONE) {
		need = ovr_model_slots(question->arrival_pps, stall_ns);
		without = 0;
	}
	if (without <= 1)
		without = 0;
	slots = need + (uint64_t)ceil((question->margin - 1) * (double)(need - without) - MARGIN_GRAIN) +
		question->slack;
	least = least < most ? least : most;
	return (stall_ns > 0 || without > 0) && slots > least ? slots : least;
}

/* The power of two, or the port's largest ring, that has them; 0: none. */
static uint32_t
ring_for(const struct ovr_method_question *question, uint64_t slots)
{
	uint64_t least = slots + question->kept_free;
	uint64_t ring = ovr_model_power_of_two(least > question->ring_min ? least : question->ring_min);

	if (least > question->ring_max)
		return 0;
	return ring > question->ring_max ? question->ring_max : (uint32_t)ring;
}

static bool
is_beyond(const struct ovr_method_question *question, double stall_ns)
{
	return ring_for(question, slots_for(question, stall_ns, INFINITY)) == 0;
}

/* The longest host stall, the longest within a ring's buffer time, and how many are beyond. */
static uint64_t
look_at_host(const struct ovr_method_question *question, struct ovr_method_advice *advice)
{
	uint64_t longest_lasted_ns = 0;

	for (uint64_t i = 0; i < question->n_host; i++) {
		uint64_t ns = question->host_ns[i];

		if (ns > advice->host_longest_ns)
			advice->host_longest_ns = ns;
		if (is_beyond(question, (double)ns))
			advice->n_host_beyond++;
		else if (ns > longest_lasted_ns)
			longest_lasted_ns = ns;
	}
	return longest_lasted_ns;
}

static struct ovr_model_load
load_of(const struct ovr_method_question *question, uint64_t stall_ns)
{
	return (struct ovr_model_load){
		.arrival_pps = question->arrival_pps,
		.service_pps = question->service_pps,
		.stall_ns = (double)stall_ns,
		.period_ns = question->injected_ns != 0 ? (double)question->injected_period_ns : INFINITY,
	};
}

/* In the long run, between all stalls that count. */
static double
mean_service_pps(const struct ovr_method_question *question)
{
	struct ovr_model_load profile = load_of(question, question->injected_ns);
	double mean_pps = ovr_model_mean_service_pps(&profile);

	if (isinf(question->service_pps) || question->cover_injected)
		return mean_pps;
	return fmax(0, mean_pps - question->service_pps * question->host_share);
}

static uint64_t
slots_for_injected(const struct ovr_method_question *question)
{
	return slots_for(question, (double)question->injected_ns,
		question->injected_ns != 0 ? (double)question->injected_period_ns : INFINITY);
}

/* Effective lengths of the profile's stalls. */
static void
look_at_injected(const struct ovr_method_question *question, struct ovr_method_advice *advice)
{
	double stall_ns = (double)question->injected_ns, left_ns;

	if (question->injected_ns == 0)
		return;
	advice->injected_spacing_ns = (double)question->injected_period_ns *
		(1 - 2 * question->injected_jitter);
	advice->injected_effective_ns = stall_ns;
	left_ns = stall_ns -
		(question->service_pps / ovr_method_advise_mean_pps(question) - 1) *
			(advice->injected_spacing_ns - stall_ns);
	/* of an overload nothing is said: it fills any ring */
	if (left_ns > 0 && ovr_method_advise_mean_pps(question) < mean_service_pps(question))
		advice->injected_effective_ns += left_ns;
	advice->ring_injected = ring_for(question, slots_for_injected(question));
}

/* Queues at which the fullest one gets less than that, if the imbalance stays what it is. */
static uint32_t
queues_below(const struct ovr_method_question *question, double total_pps, double queue_pps)
{
	double imbalance = question->arrival_pps * question->n_queues / question->total_pps;
	uint32_t n = ovr_model_queues_for(total_pps, queue_pps, imbalance);

	if (n != 0 && ovr_model_queue_pps(total_pps, n, imbalance) >= queue_pps)
		n++;
	return n;
}

/* The load in the long run, with the mean of bursts and gaps. */
static struct ovr_model_load
mean_load_of(const struct ovr_method_question *question, uint64_t stall_ns)
{
	struct ovr_model_load load = load_of(question, stall_ns);

	load.arrival_pps = ovr_method_advise_mean_pps(question);
	return load;
}

static void
look_at_service(const struct ovr_method_question *question, struct ovr_method_advice *advice)
{
	struct ovr_model_load profile = mean_load_of(question, question->injected_ns);
	struct ovr_model_load load = mean_load_of(question, advice->target_stall_ns);
	double mean_pps = mean_service_pps(question);

	advice->duty = profile.stall_ns / profile.period_ns;
	advice->duty_max = ovr_model_duty_max(load.arrival_pps, question->service_pps);
	advice->drain_ns = ovr_model_drain_ns(&load);
	advice->period_min_ns = ovr_model_period_min_ns(&load);
	if (load.arrival_pps < mean_pps)
		return;
	advice->kind = OVR_METHOD_ADVICE_OVERLOAD;
	advice->overload = ovr_model_overload(load.arrival_pps, mean_pps);
	advice->n_queues = queues_below(
		question, question->total_pps * load.arrival_pps / question->arrival_pps, mean_pps);
}

/* More queues shorten what each ring has to last. */
static void
look_at_port(const struct ovr_method_question *question, struct ovr_method_advice *advice)
{
	double slots = (double)ovr_method_advise_usable(question, question->ring_max) - question->slack;
	double queue_pps = slots / (advice->injected_effective_ns * question->margin) * 1e9;

	advice->kind = OVR_METHOD_ADVICE_PORT;
	/* how bursts pile up in smaller shares is no matter of a factor */
	if (advice->burst_slots > 1)
		return;
	advice->n_queues = slots > 0 ? queues_below(question, question->total_pps, queue_pps) : 0;
}

/*
 * The largest power of two below that loses, whatever its batches are, in a stall that the
 * recommended ring holds.
 */
static uint32_t
ring_below(const struct ovr_method_question *question, uint32_t ring)
{
	uint32_t holds = ovr_method_advise_usable(question, ring);
	uint64_t below = ovr_model_power_below(ring);

	while (below != 0 &&
		ovr_method_advise_usable(question, (uint32_t)below) + 2 * (uint64_t)question->slack > holds)
		below = ovr_model_power_below(below);
	return below < question->ring_min ? 0 : (uint32_t)below;
}

/*
 * Where bursts alone fill the ring, whether a stall meets one is chance: the smaller ring is one
 * that bursts overrun, with no stall at all, and though senders keep some of them back.
 */
static uint32_t
ring_below_bursts(const struct ovr_method_question *question, const struct ovr_method_advice *advice)
{
	double kept_back = OVR_METHOD_ADVISE_BURST_PAUSED * question->burst_frames;
	uint64_t below = advice->below;

	while (below != 0 &&
		ovr_method_advise_usable(question, (uint32_t)below) + question->slack + kept_back >
			(double)advice->burst_slots)
		below = ovr_model_power_below(below);
	return below < question->ring_min ? 0 : (uint32_t)below;
}

/* Slots of a ring that are left for stalls, and for batches, beside what bursts fill. */
static double
slots_beside_bursts(
	const struct ovr_method_question *question, const struct ovr_method_advice *advice, uint32_t ring)
{
	double usable = ovr_method_advise_usable(question, ring);

	return advice->burst_slots > 1 ? fmax(0, usable - (double)advice->burst_slots) : usable;
}

/* The longest stall that a ring has room for where frames come at random; INFINITY: they do not. */
static double
longest_for(const struct ovr_method_question *question, uint32_t ring)
{
	uint32_t usable = ovr_method_advise_usable(question, ring);
	uint32_t slots = usable > question->slack ? usable - question->slack : 0;
	double low = 0, high = ovr_model_buffer_time_ns(slots, question->arrival_pps);

	if (question->random_loss <= 0)
		return INFINITY;
	while (high - low > LONGEST_GRAIN_NS) {
		double middle = (low + high) / 2;

		if (need_of(question, middle, INFINITY) <= slots)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/*
 * The stall that the recommendation was made for. Where the ring below could just hold it, but for
 * a batch, it is made so much longer that this one loses for sure; and by what senders may pause in
 * it. The recommended ring still holds it. A ring below that bursts alone overrun needs no stall to
 * lose.
 */
static void
plan_trial(const struct ovr_method_question *question, struct ovr_method_advice *advice)
{
	double usable = slots_beside_bursts(question, advice, advice->ring);
	bool is_overrun_by_bursts = question->burst_frames > 0 && advice->burst_slots > 1;
	/* of a ring that is all batches, half */
	double holds = usable > question->slack ? usable - question->slack : usable / 2;
	double loses = is_overrun_by_bursts
		? 0
		: slots_beside_bursts(question, advice, advice->below) + question->slack;
	double holds_ns = ovr_model_buffer_time_ns(holds, question->arrival_pps);
	double loses_ns = ovr_model_buffer_time_ns(loses, question->arrival_pps);
	double made_for_ns = fmin(fmax(advice->design_ns, loses_ns), holds_ns);
	double with_pauses_ns = made_for_ns / (1 - OVR_METHOD_ADVISE_STALL_PAUSED);
	double stall_ns = fmax(
		made_for_ns, fmin(with_pauses_ns, fmin(holds_ns, longest_for(question, advice->ring))));
	struct ovr_model_load load = mean_load_of(question, (uint64_t)stall_ns);
	double apart_ns = fmax(stall_ns + DRAINS_APART * ovr_model_drain_ns(&load), stall_ns * DUTY_PARTS);

	advice->verification_stall_ns = (uint64_t)stall_ns;
	if (advice->verification_stall_ns != 0)
		advice->verification_period_ns = (uint64_t)fmax(
			(double)question->injected_period_ns, ceil(apart_ns));
}

/* How seldom longer stalls are, from the time in which there were none. */
static void
look_at_time(const struct ovr_method_question *question, struct ovr_method_advice *advice)
{
	double n_hours = (double)question->monitored_ns / NS_PER_HOUR;

	advice->longer_per_hour = advice->beyond_per_hour = NAN;
	if (question->monitored_ns == 0)
		return;
	advice->longer_per_hour = ovr_method_confidence_at_most(0, question->level) / n_hours;
	advice->beyond_per_hour = ovr_method_confidence_at_most(advice->n_host_beyond, question->level) /
		n_hours;
}

/* The ring, and how to verify it. */
static void
size_ring(const struct ovr_method_question *question, struct ovr_method_advice *advice)
{
	advice->ring = ring_for(question, advice->slots);
	advice->below = ring_below(question, advice->ring);
	if (question->burst_frames > 0 && advice->burst_slots > 1)
		advice->below = ring_below_bursts(question, advice);
	advice->buffer_time_ns = ovr_model_buffer_time_ns(
		slots_beside_bursts(question, advice, advice->ring), question->arrival_pps);
	plan_trial(question, advice);
}

void
ovr_method_advise(const struct ovr_method_question *question, struct ovr_method_advice *ret_advice)
{
	struct ovr_method_advice advice = { .kind = OVR_METHOD_ADVICE_RING };
	uint64_t host_ns = look_at_host(question, &advice);
	uint64_t all_ns = host_ns > question->injected_ns ? host_ns : question->injected_ns;
	uint64_t injected_slots = slots_for_injected(question);
	uint64_t host_slots = slots_for(question, (double)host_ns, INFINITY);
	uint64_t all_slots = host_slots > injected_slots ? host_slots : injected_slots;
	double effective_ns;

	advice.burst_slots = need_of(question, 0, INFINITY);
	if (advice.burst_slots == OVR_MODEL_NEED_NONE)
		advice.burst_slots = 0;
	look_at_injected(question, &advice);
	effective_ns = fmax(advice.injected_effective_ns, (double)host_ns);
	if (advice.n_host_beyond == 0)
		advice.ring_all = ring_for(question, all_slots);
	advice.target_stall_ns = question->cover_injected ? question->injected_ns : all_ns;
	effective_ns = question->cover_injected ? advice.injected_effective_ns : effective_ns;
	advice.design_ns = effective_ns * question->margin;
	advice.slots = question->cover_injected ? injected_slots : all_slots;
	advice.least = advice.slots + question->kept_free;
	advice.buffer_time_max_ns = ovr_model_buffer_time_ns(
		slots_beside_bursts(question, &advice, question->ring_max), question->arrival_pps);
	if (advice.n_host_beyond != 0 && !question->cover_injected)
		advice.kind = OVR_METHOD_ADVICE_HOST;
	look_at_time(question, &advice);
	if (advice.ring_injected == 0 && (question->injected_ns != 0 || advice.burst_slots > 1) &&
		ring_for(question, injected_slots) == 0)
		look_at_port(question, &advice);
	look_at_service(question, &advice);
	/* for the stalls that a ring can last, where there are some */
	if ((advice.kind == OVR_METHOD_ADVICE_RING && ring_for(question, advice.slots) != 0) ||
		(advice.kind == OVR_METHOD_ADVICE_HOST && advice.target_stall_ns != 0))
		size_ring(question, &advice);
	*ret_advice = advice;
}
