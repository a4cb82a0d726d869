/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the benchmarks share: cases that take turns, so that a disturbance of the machine falls on
 * all of them, and figures of all their rounds, for people or as one JSON object per line.
 *
 * Cycles are those of the constant-rate counter (clock/clock.h), whatever frequency the core runs
 * at.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Not what a benchmark of this kind can run on: Meson takes it for a skipped test. */
#define BENCH_SKIPPED 77

/* What one round did. */
struct bench_round {
	uint64_t frames;
	uint64_t cycles;
	uint64_t cpu_ns; /* of the thread that did it; 0: not measured */
};

/* A case. Rounds of all cases alternate. */
struct bench_case {
	const char *name;
	/* Do one round. Returns 0, or a negative errno and a sentence. */
	int (*run)(const void *arg, struct bench_round *ret_round, struct ovr_err *err);
	const void *arg;
};

/* What the command line asks for. */
struct bench_options {
	const char *only; /* the case of this name, or those with it in theirs; NULL: all */
	unsigned int rounds;
	int json;
	int list;
};

/* Read the command line. Returns 0; 1: help was printed; -EINVAL, with the sentence on stderr. */
int bench_options_read(int argc, char **argv, unsigned int rounds, struct bench_options *ret_options);

/*
 * Run the chosen cases in turn and print their figures: cycles per frame, ns per frame and Mpps,
 * median and range over the rounds, and the CPU time per frame where it was measured. Returns the
 * exit code.
 */
int bench_run(const char *bench, const struct bench_options *options, const struct bench_case *cases,
	size_t n_cases);
