/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What does one arrival cost the tracker? The streams take turns, as a receive worker sees them;
 * trackers are made anew for each round, with the window that a plan of that many streams has.
 */
#include <stdio.h>

#include "bench.h"
#include "clock/clock.h"
#include "plan/plan.h"
#include "seq/seq.h"

#define ROUNDS     11
#define N_ARRIVALS 2097152u
#define BURST      32

/* Which number arrives as the n-th of its stream? */
typedef uint64_t number_fn(uint64_t n);

static inline uint64_t
in_order(uint64_t n)
{
	return n;
}

static inline uint64_t
one_in_100_lost(uint64_t n)
{
	return n + n / 99;
}

/* One frame of each hundred is overtaken by the next one. */
static inline uint64_t
one_in_100_reordered(uint64_t n)
{
	uint64_t place = n % 100;

	return place == 0 ? n + 1 : place == 1 ? n - 1 : n;
}

static inline uint64_t
every_other_lost(uint64_t n)
{
	return 2 * n;
}

static inline uint64_t
pairs_swapped(uint64_t n)
{
	return n ^ 1;
}

static inline uint64_t
all_twice(uint64_t n)
{
	return n / 2;
}

static inline void __attribute__((always_inline)) /* the number must be computed in place */
feed(struct ovr_seq *seq, unsigned int n_streams, number_fn *number)
{
	uint64_t now_ns = 0;

	for (uint64_t n = 0; n < N_ARRIVALS / n_streams; n++) {
		for (unsigned int s = 0; s < n_streams; s++) {
			ovr_seq_arrive(&seq[s], number(n), now_ns, now_ns);
			/* a worker has other things to do in between: nothing stays in registers */
			__asm__ volatile("" : : : "memory");
			now_ns += 67;
		}
	}
}

/* A function of its own for each pattern: callgrind counts by function. */
#define FEED(pattern)                                                                                     \
	static void __attribute__((noinline)) feed_##pattern(struct ovr_seq *seq, unsigned int n_streams) \
	{                                                                                                 \
		feed(seq, n_streams, pattern);                                                            \
	}

FEED(in_order)
FEED(one_in_100_lost)
FEED(one_in_100_reordered)
FEED(every_other_lost)
FEED(pairs_swapped)
FEED(all_twice)

/* As a worker tells a whole burst that came in order. */
static void __attribute__((noinline)) feed_bursts(struct ovr_seq *seq, unsigned int n_streams)
{
	for (uint64_t burst = 0; burst < N_ARRIVALS / BURST / n_streams; burst++)
		for (unsigned int s = 0; s < n_streams; s++)
			ovr_seq_arrive_next(&seq[s], BURST, 67 * burst);
}

/* Arrivals of one kind. */
struct arrivals {
	void (*feed)(struct ovr_seq *seq, unsigned int n_streams);
	unsigned int n_streams;
};

/* As a trial makes its trackers. */
static int
conf_of(unsigned int n_streams, struct ovr_seq_conf *ret_conf, struct ovr_err *err)
{
	struct ovr_plan plan;
	char streams[16];
	int status;

	snprintf(streams, sizeof(streams), "%u", n_streams);
	ovr_plan_default(&plan);
	status = ovr_plan_set(&plan, "streams", streams, err);
	if (status == 0)
		status = ovr_plan_freeze(&plan, err);
	if (status != 0)
		return status;
	*ret_conf = (struct ovr_seq_conf){ .window = plan.receiver.window, .delta = plan.receiver.delta };
	ret_conf->n_jumps = plan.receiver.window / 16 > 1024 ? 1024 : plan.receiver.window / 16;
	if (ret_conf->n_jumps < 64)
		ret_conf->n_jumps = 64;
	return 0;
}

static int
run(const void *arg, struct bench_round *ret_round, struct ovr_err *err)
{
	const struct arrivals *arrivals = arg;
	struct ovr_seq_conf conf;
	struct ovr_seq *seq;
	uint64_t start;
	int status = conf_of(arrivals->n_streams, &conf, err);

	if (status == 0)
		status = ovr_seq_create(0, arrivals->n_streams, &conf, NULL, &seq, err);
	if (status != 0)
		return status;
	start = ovr_clock_cycles();
	arrivals->feed(seq, arrivals->n_streams);
	*ret_round = (struct bench_round){ N_ARRIVALS, ovr_clock_cycles() - start };
	ovr_seq_destroy(seq, arrivals->n_streams);
	return 0;
}

#define CASE(name, pattern, n_streams)              \
	{                                           \
		name, run, &(const struct arrivals) \
		{                                   \
			feed_##pattern, n_streams   \
		}                                   \
	}

static const struct bench_case cases[] = {
	CASE("in order", in_order, 1),
	CASE("in order, bursts of 32 told at once", bursts, 1),
	CASE("in order, 64 streams", in_order, 64),
	CASE("in order, 4096 streams", in_order, 4096),
	CASE("in order, 65536 streams", in_order, 65536),
	CASE("1 % lost", one_in_100_lost, 1),
	CASE("1 % lost, 64 streams", one_in_100_lost, 64),
	CASE("1 % reordered", one_in_100_reordered, 1),
	CASE("1 % reordered, 64 streams", one_in_100_reordered, 64),
	CASE("every other one lost", every_other_lost, 1),
	CASE("pairs swapped", pairs_swapped, 1),
	CASE("all twice", all_twice, 1),
};

int
main(int argc, char **argv)
{
	struct bench_options options;
	int status = bench_options_read(argc, argv, ROUNDS, &options);

	if (status != 0)
		return status > 0 ? 0 : 3;
	return bench_run("seq", &options, cases, sizeof(cases) / sizeof(cases[0]));
}
