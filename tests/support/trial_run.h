/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A whole trial for a test: a plan made of the defaults below and what the test changes, EAL, and
 * the result.
 *
 * The defaults are kind to a busy machine: slow, and with a receive ring that holds every frame of
 * the trial, so that nothing is lost but what the test loses on purpose. Two CPUs are needed; a
 * test without them is skipped.
 */
#pragma once

#include "result/result.h"
#include "trial/trial.h"

/* What a trial gave. Static in each test: it is large. */
struct trial_run {
	struct ovr_plan plan;
	struct ovr_cpu_map cpu_map;
	struct ovr_result result;
	struct ovr_err err;
	int status;
};

/* Key and value in turn, NULL at the end. */
#define WITH(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define PLAIN     ((const char *const[]){ NULL })

/* The plan, frozen; a refusal fails the test. */
void trial_plan(struct trial_run *run, const char *const *with);

/* The plan, and the trial. A trial that cannot be run leaves status and err. */
void trial_run(struct trial_run *run, const char *const *with);

/*
 * The same with hooks: what a test does in the middle of a trial waits for what the trial has
 * come to.
 */
void trial_run_monitored(struct trial_run *run, const struct ovr_trial_hooks *hooks, const char *const *with);

/*
 * The same with several receive workers on one CPU, as a machine with more CPUs would have them on
 * several.
 */
void trial_run_crowded(struct trial_run *run, uint16_t n_rx, const char *const *with);

/* The same with a worker of its own for the wire, which shares the transmitter's CPU here. */
void trial_run_wire_apart(struct trial_run *run, const char *const *with);

/* The trial of a plan that the test has changed behind the checks. */
void trial_run_plan(struct trial_run *run);

/* Frames in all accounts of a place. */
uint64_t trial_account(const struct trial_run *run, enum ovr_ledger_place place);

/* Every equation of the ledger, and unexplained = 0. */
void trial_assert_balanced(const struct trial_run *run);

/*
 * The numbers that the result lists as lost are exactly those of the wire's impairment events that
 * lose a frame.
 */
void trial_assert_lost_is_what_was_done(const struct trial_run *run);
