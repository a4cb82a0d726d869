/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the files of this module share. A tracker has three parts, each in a file: the window of
 * bits (seq.c); the losses, from zero bits that leave the window (loss.c); the memory of jumps and
 * reordered arrivals, which gives the extent of a reordered arrival and the times of a loss period
 * (reorder.c).
 */
#pragma once

#include <stddef.h>

#include "seq/seq.h"

/* RFC 3357's example of a distance at which a loss is noticeable. */
#define SEQ_DEFAULT_DELTA 99u

/* An arrival above the next expected number: everything in between became missing at once. */
struct seq_jump {
	uint64_t first_missing; /* the number that was expected */
	uint64_t arrival;       /* index of the jumping frame among the first copies, from 0 */
	uint64_t before_tx_ns;  /* transmit time of the highest number until then; 0: none */
	uint64_t after_tx_ns;   /* of the jumping frame */
	uint64_t after_rx_ns;
};

/* The latest jumps, in order of arrival and hence of number. */
struct seq_jumps {
	struct seq_jump *ring;
	uint64_t mask;
	uint64_t n_made;
};

/* A reordered arrival. */
struct seq_swap {
	uint64_t arrival;
	uint64_t number;
};

/*
 * The latest reordered arrivals. As many as can stand among the OVR_SEQ_N_REORDER_MAX arrivals
 * before one.
 */
struct seq_swaps {
	struct seq_swap ring[OVR_SEQ_N_REORDER_MAX];
	uint64_t n_made;
	uint64_t run_start; /* arrival at which the open free run began */
};

/* Where loss periods are counted and listed. */
struct seq_losses {
	struct ovr_seq_log *log;
	uint64_t delta;
	uint64_t first_seq; /* a period that starts here is the head */
	uint64_t last_lost; /* highest number lost so far, if there was a loss */
	uint16_t stream;
};

/* Lost numbers in a row whose end has not left the window. n is 0 while there are none. */
struct seq_open_run {
	uint64_t first;
	uint64_t n;
};

/* Fields that an arrival in order uses once in 64 numbers only. */
struct ovr_seq_rest {
	uint64_t *
		seen; /* a bit per number, a ring of word_mask + 1 words; that of head_word is in ovr_seq.head_seen */
	uint64_t word_mask;
	uint64_t low;       /* numbers below are late */
	uint64_t low_word;  /* word of the ring that the window begins with, as number / 64 */
	uint64_t head_word; /* and the one it ends with */
	uint64_t window_words;

	/* unique, arrivals and end_seq are updated by ovr_seq_account() */
	struct ovr_seq_account account;
	uint64_t late_end; /* one above the highest number below conf.first_seq that arrived; 0: none */

	uint64_t *copied;  /* a bit per number of which there was another copy; the same ring */
	uint64_t n_copied; /* bits set in it */
	struct seq_open_run open;
	struct seq_losses losses;
	struct seq_jumps jumps;
	struct seq_swaps swaps;
};

/* loss.c: loss periods from the numbers that were not seen */

/* Count one maximal run of losses and list it. Periods come in order of number. */
void seq_loss_count(
	struct seq_losses *losses, struct ovr_seq_loss *loss, const struct ovr_seq_period *period);

/* The 64 numbers from base on leave the window; a set bit is a number that was seen. */
void seq_loss_word(struct ovr_seq_rest *rest, uint64_t base, uint64_t seen);

/* The n numbers from first on leave the window, and none was seen. */
void seq_loss_missing(struct ovr_seq_rest *rest, uint64_t first, uint64_t n);

/* The open run, if there is one, is complete. */
void seq_loss_close(struct ovr_seq_rest *rest);

/* Remove numbers from end on, which were not sent, from the open run. */
void seq_loss_cut(struct ovr_seq_rest *rest, uint64_t end);

/* reorder.c: the first arrival above a number, and the extent of a reordered one */

/* Remember a jump, at the cost of the oldest one. */
void seq_jumps_push(struct seq_jumps *jumps, const struct seq_jump *jump);

/* The jump that made number missing; NULL if it is forgotten. */
const struct seq_jump *seq_jumps_find(const struct seq_jumps *jumps, uint64_t number);

/* The oldest jump that is remembered; NULL if there never was one. */
const struct seq_jump *seq_jumps_oldest(const struct seq_jumps *jumps);

/*
 * Number is the first copy of its kind and below the next expected; arrival counts the first copies
 * before it.
 */
void seq_reorder_arrive(struct ovr_seq_rest *rest, uint64_t number, uint64_t arrival, uint64_t rx_ns);
