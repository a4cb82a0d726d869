/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Books held for long: random plans, one trial after the other, and every result held against what
 * the wire says it did.
 */
#pragma once

#include "result/result.h"

/*
 * Megabytes that EAL gets, and that the pools of a plan may take of them: what earlier trials left
 * behind is in pieces.
 */
#define SOAK_MEMORY_MB 1536
#define SOAK_PLAN_MB   512

/* Memory for the check of one result; grows and is used again. Zeroed memory is an empty one. */
struct soak_books {
	uint64_t *number
		[OVR_IMPAIRMENT_KINDS]; /* of each kind's impairment events: stream and sequence number in one, ascending */
	uint64_t n[OVR_IMPAIRMENT_KINDS];
	uint64_t capacity;
	struct ovr_seq_period *period; /* by stream and number */
	uint64_t period_capacity;
};

/* What a check that found no contradiction has shown. */
struct soak_seen {
	bool has_overrun; /* the ring took frames, so that copies and originals cannot be told apart */
	bool is_listed;   /* no list or log had to leave anything out */
	bool is_exact;    /* listed, and the numbers lost are those that the wire took, and no others */
	uint64_t impairments;
	uint64_t n_ahead; /* frames whose transmit time lies ahead of their arrival */
};

/*
 * The plan of one trial, frozen: a function of (seed, trial, most frames) alone.
 * @return 0; negative errno: what was drawn is refused
 */
int soak_draw(
	uint64_t seed, uint64_t trial, uint64_t most_frames, struct ovr_plan *ret_plan, struct ovr_err *err);

/* @return 0; -EPROTO: a contradiction, and which one; -ENOMEM */
int soak_check(const struct ovr_result *result, struct soak_books *books, struct soak_seen *ret_seen,
	struct ovr_err *err);

void soak_books_done(struct soak_books *books);
