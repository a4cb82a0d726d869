/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The arithmetic of plan-ring and of `ring advise` against a simulation of every frame
 * (support/ring_sim.h), over random loads: smooth, in bursts and at random, by receivers that
 * serve at once or take their time, with and without stalls and jitter. For each load it prints
 * what the simulation needed beside the answer, which must be enough, and no larger than the
 * smallest size that is allowed for that need. Of loads at random the most that came in a run is
 * no more than a lower bound of the need.
 */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/command.h"
#include "result/plan_ring.h"
#include "support/ring_sim.h"

#define NS_PER_S  1e9
#define NS_PER_US 1000u
/*
 * Frames that `ring advise` leaves for batches: two bursts of 32; a ring has four times that at
 * least.
 */
#define SLACK 64u
#define LEAST (4 * SLACK)
/*
 * Slots that may be advised beyond twice the most that came at random: no fewer than a ring has at
 * least.
 */
#define RANDOM_SLACK LEAST

/* A load, as it is typed. */
struct load {
	enum ring_sim_shape shape;
	uint64_t pps, service_pps; /* 0: at once */
	uint64_t burst_frames, gap_us, stall_us, period_us;
	uint32_t jitter_percent;
};

static uint64_t
between(struct ovr_rng *rng, uint64_t from, uint64_t to)
{
	return from + ovr_rng_below(rng, to - from + 1);
}

static double
mean_pps(const struct load *load)
{
	double burst_us = (double)load->burst_frames * 1e6 / (double)load->pps;

	return load->shape == RING_SIM_BURST
		? (double)load->pps * burst_us / (burst_us + (double)load->gap_us)
		: (double)load->pps;
}

/* One of the kinds of load after the other; what it is exactly is drawn. */
static struct load
draw(struct ovr_rng *rng, uint64_t number, bool only_bursts)
{
	struct load load = { .pps = 1000 * between(rng, 10, 2000) };
	bool has_stalls = number % 4 != 0, is_served_at_once = has_stalls && number % 5 == 4;
	double work = 1;

	load.shape = only_bursts ? RING_SIM_BURST : (enum ring_sim_shape)(number % 3);
	if (load.shape == RING_SIM_BURST) {
		load.burst_frames = between(rng, 20, 5000);
		load.gap_us = (uint64_t)((double)load.burst_frames * 1e6 / (double)load.pps *
				      (double)between(rng, 20, 400) / 100) +
			1;
	}
	if (has_stalls) {
		load.period_us = between(rng, 500, 20000) * 1000000 / load.pps + 20;
		load.stall_us = load.period_us * between(rng, 5, 200) / 1000 + 1;
		load.jitter_percent = number % 2 != 0 ? (uint32_t)between(rng, 1, 30) : 0;
		work = 1 - (double)load.stall_us / (double)load.period_us;
	}
	if (!is_served_at_once)
		load.service_pps = (uint64_t)(mean_pps(&load) / work * 100 / (double)between(rng, 40, 90)) +
			1;
	return load;
}

static uint64_t
need_of(const struct load *load, struct ovr_rng *rng)
{
	struct ring_sim sim = {
		.shape = load->shape,
		.arrival_pps = (double)load->pps,
		.burst_frames = load->burst_frames,
		.gap_ns = (double)load->gap_us * NS_PER_US,
		.service_pps = load->service_pps != 0 ? (double)load->service_pps : INFINITY,
		.stall_ns = (double)load->stall_us * NS_PER_US,
		.period_ns = (double)load->period_us * NS_PER_US,
		.jitter = load->jitter_percent / 100.0,
	};
	uint64_t n_frames = 8 * (load->burst_frames + load->pps * load->period_us / 1000000) + 1000;

	return ring_sim_need(&sim, n_frames, load->shape == RING_SIM_POISSON ? 20 : 50, rng);
}

static void set(struct ovr_plan *plan, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void
set(struct ovr_plan *plan, const char *key, const char *format, ...)
{
	struct ovr_err err = { "" };
	char text[96];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (ovr_plan_set(plan, key, text, &err) != 0) {
		fprintf(stderr, "ring_model: %s\n", err.text);
		exit(3);
	}
}

static void
type(const struct load *load, struct ovr_plan *plan)
{
	ovr_plan_default_for(OVR_PLAN_MODEL, plan);
	set(plan, "line", "400G");
	set(plan, "margin", "1");
	set(plan, "rate", "%" PRIu64 "pps", load->pps);
	if (load->service_pps != 0)
		set(plan, "service", "%" PRIu64 "pps", load->service_pps);
	if (load->shape == RING_SIM_BURST)
		set(plan, "shape", "burst=%" PRIu64 ",gap=%" PRIu64 "us", load->burst_frames, load->gap_us);
	if (load->shape == RING_SIM_POISSON)
		set(plan, "shape", "poisson");
	if (load->stall_us != 0)
		set(plan, "stall", "%" PRIu64 "us/%" PRIu64 "us,jitter=%u%%", load->stall_us, load->period_us,
			load->jitter_percent);
}

static void
describe(const struct load *load)
{
	static const char *const shape[] = { "smooth", "burst", "poisson" };
	char burst[48] = "", stall[64] = "none";

	if (load->shape == RING_SIM_BURST)
		snprintf(burst, sizeof(burst), "=%" PRIu64 ",gap=%" PRIu64 "us", load->burst_frames,
			load->gap_us);
	if (load->stall_us != 0)
		snprintf(stall, sizeof(stall), "%" PRIu64 "us/%" PRIu64 "us,jitter=%u%%", load->stall_us,
			load->period_us, load->jitter_percent);
	printf("%8" PRIu64 " %8" PRIu64 "  %-8s%-20s %-28s", load->pps, load->service_pps, shape[load->shape],
		burst, stall);
}

/* One answer, beside the need. @return whether it is right */
static bool
judge(const char *who, const struct load *load, uint64_t need, uint64_t slots, uint64_t ring,
	uint64_t allowed)
{
	bool is_random = load->shape == RING_SIM_POISSON;
	bool is_right = need <= slots && (is_random ? slots <= 2 * need + RANDOM_SLACK : ring <= allowed);

	printf("  %s: %" PRIu64 " <= %" PRIu64 ", ring %" PRIu64 " of %" PRIu64 "%s", who, need, slots, ring,
		allowed, is_right ? "" : "  WRONG");
	return is_right;
}

static bool
check(const struct load *load, struct ovr_rng *rng)
{
	uint64_t need = need_of(load, rng), batches = need + SLACK;
	struct ovr_result_plan_ring ring;
	struct ovr_method_question question;
	struct ovr_method_advice advice;
	struct ovr_err err = { "" };
	struct ovr_plan plan;
	bool is_right;

	describe(load);
	type(load, &plan);
	if (ovr_result_plan_ring(&plan, &ring, &err) != 0) {
		fprintf(stderr, "ring_model: %s\n", err.text);
		exit(3);
	}
	/* one descriptor of a ring of plan-ring is always free, and none on the wire */
	is_right = judge("plan-ring", load, need, ring.advice.slots, ring.advice.ring,
		ovr_model_power_of_two(need + 1));
	question = ring.question;
	question.slack = SLACK;
	question.kept_free = 0;
	ovr_method_advise(&question, &advice);
	is_right &= judge("advise", load, need, advice.slots, advice.ring,
		ovr_model_power_of_two(batches > LEAST ? batches : LEAST));
	putchar('\n');
	return is_right;
}

int
main(int argc, char **argv)
{
	uint64_t count = 20, seed = 1, n_right = 0;
	bool only_bursts = false;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--count") == 0 && i + 1 < argc) {
			count = strtoull(argv[++i], NULL, 10);
		} else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
			seed = strtoull(argv[++i], NULL, 10);
		} else if (strcmp(argv[i], "--bursts") == 0) {
			only_bursts = true;
		} else {
			fprintf(stderr, "ring_model: found \"%s\", accepted: --count N, --seed N, --bursts\n",
				argv[i]);
			return 3;
		}
	}
	printf("seed %" PRIu64 "\n%8s %8s  %-28s %-28s  need <= slots, ring of the smallest allowed\n", seed,
		"pps", "service", "shape", "stall");
	for (uint64_t i = 0; i < count; i++) {
		struct ovr_rng rng;
		struct load load;

		ovr_rng_seed(&rng, seed, i);
		load = draw(&rng, i, only_bursts);
		n_right += check(&load, &rng);
	}
	printf("right: %" PRIu64 " of %" PRIu64 "\n", n_right, count);
	return n_right == count ? 0 : 1;
}
