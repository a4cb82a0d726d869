/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/ring_sim.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define NS_PER_S 1e9
/* Two instants this close are the same one. */
#define SAME_NS 1e-4

/* The receiver: when is the next stretch of work broken, and until when? */
struct stalls {
	const struct ring_sim *sim;
	double first_ns, start_ns, end_ns;
	double n;
	bool is_closest; /* the first one late and all others early, or moved at random */
	struct ovr_rng *rng;
};

static void
next_stall(struct stalls *stalls)
{
	const struct ring_sim *sim = stalls->sim;
	double moved = 0;

	if (sim->stall_ns <= 0) {
		stalls->start_ns = stalls->end_ns = INFINITY;
		return;
	}
	if (sim->jitter > 0 && stalls->is_closest)
		moved = stalls->n == 0 ? 0 : -2 * sim->jitter;
	else if (sim->jitter > 0)
		moved = sim->jitter * (2 * ovr_rng_unit(stalls->rng) - 1);
	stalls->start_ns = stalls->first_ns + (stalls->n + moved) * sim->period_ns;
	stalls->end_ns = stalls->start_ns + sim->stall_ns;
	stalls->n++;
}

/* When a service that begins at @p ns is over. */
static double
served_at(struct stalls *stalls, double ns)
{
	double left_ns = isinf(stalls->sim->service_pps) ? 0 : NS_PER_S / stalls->sim->service_pps;

	for (;;) {
		while (stalls->end_ns <= ns)
			next_stall(stalls);
		if (ns >= stalls->start_ns - SAME_NS)
			ns = stalls->end_ns;
		else if (ns + left_ns > stalls->start_ns + SAME_NS) {
			left_ns -= stalls->start_ns - ns;
			ns = stalls->end_ns;
		} else {
			return ns + left_ns;
		}
	}
}

static double
arrival_ns(const struct ring_sim *sim, uint64_t n, double before_ns, struct ovr_rng *rng)
{
	switch (sim->shape) {
	case RING_SIM_POISSON:
		return n == 0 ? 0 : before_ns + ovr_rng_exponential(rng) * NS_PER_S / sim->arrival_pps;
	case RING_SIM_BURST:
		return (double)n * NS_PER_S / sim->arrival_pps +
			(double)(n / sim->burst_frames) * sim->gap_ns;
	case RING_SIM_SMOOTH:
		break;
	}
	return (double)n * NS_PER_S / sim->arrival_pps;
}

static uint64_t
run(const struct ring_sim *sim, uint64_t n_frames, struct stalls *stalls)
{
	double *done = malloc(n_frames * sizeof(*done));
	double at_ns = 0, free_ns = -INFINITY;
	uint64_t n_done = 0, most = 0;

	next_stall(stalls);
	for (uint64_t n = 0; n < n_frames && done != NULL; n++) {
		at_ns = arrival_ns(sim, n, at_ns, stalls->rng);
		free_ns = served_at(stalls, fmax(at_ns, free_ns));
		done[n] = free_ns;
		while (n_done < n && done[n_done] <= at_ns + SAME_NS)
			n_done++;
		if (n + 1 - n_done > most)
			most = n + 1 - n_done;
	}
	free(done);
	return most;
}

uint64_t
ring_sim_run(const struct ring_sim *sim, uint64_t n_frames, double stall_ns, struct ovr_rng *rng)
{
	struct stalls stalls = { .sim = sim, .first_ns = stall_ns, .rng = rng };

	return run(sim, n_frames, &stalls);
}

uint64_t
ring_sim_need(const struct ring_sim *sim, uint64_t n_frames, uint32_t n_runs, struct ovr_rng *rng)
{
	struct stalls closest = { .sim = sim, .is_closest = true, .rng = rng };
	uint64_t most = run(sim, n_frames, &closest);

	for (uint32_t i = 1; i < n_runs; i++) {
		uint64_t need = ring_sim_run(sim, n_frames, ovr_rng_unit(rng) * sim->period_ns, rng);

		most = need > most ? need : most;
	}
	return most;
}
