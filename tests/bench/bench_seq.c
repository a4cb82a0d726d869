/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What does one arrival cost the tracker? Each round times every case once, so that a disturbance of the
 * machine falls on all of them; printed are the least, the median and the largest round of each case, in ns
 * per arrival.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "seq/seq.h"

#define N_ROUNDS   21
#define N_ARRIVALS 4000000u
#define N_STREAMS  64

/* Feeds N_ARRIVALS arrivals to trackers that have just been made. */
typedef void feed_fn(struct ovr_seq *const *seq);

static void
feed_in_order(struct ovr_seq *const *seq)
{
	for (uint64_t i = 0; i < N_ARRIVALS; i++)
		ovr_seq_arrive(seq[0], i, 67 * i, 67 * i);
}

/* As a receive worker sees them: the streams take turns. */
static void
feed_streams_in_turn(struct ovr_seq *const *seq)
{
	for (uint64_t i = 0; i < N_ARRIVALS; i++)
		ovr_seq_arrive(seq[i % N_STREAMS], i / N_STREAMS, 67 * i, 67 * i);
}

static void
feed_one_in_100_lost(struct ovr_seq *const *seq)
{
	for (uint64_t i = 0; i < N_ARRIVALS; i++)
		ovr_seq_arrive(seq[0], i + i / 99, 67 * i, 67 * i);
}

static void
feed_every_other_lost(struct ovr_seq *const *seq)
{
	for (uint64_t i = 0; i < N_ARRIVALS; i++)
		ovr_seq_arrive(seq[0], 2 * i, 67 * i, 67 * i);
}

static void
feed_pairs_swapped(struct ovr_seq *const *seq)
{
	for (uint64_t i = 0; i < N_ARRIVALS; i++)
		ovr_seq_arrive(seq[0], i ^ 1, 67 * i, 67 * i);
}

static void
feed_all_twice(struct ovr_seq *const *seq)
{
	for (uint64_t i = 0; i < N_ARRIVALS; i++)
		ovr_seq_arrive(seq[0], i / 2, 67 * i, 67 * i);
}

static const struct {
	const char *name;
	feed_fn *feed;
	unsigned int n_streams;
} cases[] = {
	{ "in order", feed_in_order, 1 },
	{ "in order, 64 streams in turn", feed_streams_in_turn, N_STREAMS },
	{ "1 of 100 lost", feed_one_in_100_lost, 1 },
	{ "every other one lost", feed_every_other_lost, 1 },
	{ "pairs swapped", feed_pairs_swapped, 1 },
	{ "all twice", feed_all_twice, 1 },
};

#define N_CASES (sizeof(cases) / sizeof(cases[0]))

static double
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

/* @return ns per arrival; negative if there is no memory */
static double
time_case(size_t index)
{
	struct ovr_seq_conf conf = { 0 };
	struct ovr_seq *seq[N_STREAMS] = { 0 };
	double start, ns = -1;
	unsigned int i;

	for (i = 0; i < cases[index].n_streams; i++) {
		if (ovr_seq_create((uint16_t)i, 1, &conf, NULL, &seq[i], NULL) != 0)
			goto out;
	}
	start = now_ns();
	cases[index].feed(seq);
	ns = (now_ns() - start) / N_ARRIVALS;
out:
	for (i = 0; i < N_STREAMS; i++)
		ovr_seq_destroy(seq[i], 1);
	return ns;
}

static int
by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

int
main(void)
{
	static double ns[N_CASES][N_ROUNDS];

	for (int round = 0; round < N_ROUNDS; round++) {
		for (size_t i = 0; i < N_CASES; i++) {
			ns[i][round] = time_case(i);
			if (ns[i][round] < 0) {
				fprintf(stderr, "no memory for the trackers\n");
				return EXIT_FAILURE;
			}
		}
	}
	printf("ns per arrival, %d rounds of %u arrivals%10s%8s%8s\n", N_ROUNDS, N_ARRIVALS, "least",
		"median", "largest");
	for (size_t i = 0; i < N_CASES; i++) {
		qsort(ns[i], N_ROUNDS, sizeof(double), by_value);
		printf("%-43s%10.2f%8.2f%8.2f\n", cases[i].name, ns[i][0], ns[i][N_ROUNDS / 2],
			ns[i][N_ROUNDS - 1]);
	}
	return EXIT_SUCCESS;
}
