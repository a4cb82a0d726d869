/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Streams for the tests of the tracker, written as the numbers that arrive.
 */
#pragma once

#include <criterion/criterion.h>
#include <stddef.h>
#include <stdlib.h>

#include "seq/seq.h"

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))
#define NUMBERS(...)      ((const uint64_t[]){ __VA_ARGS__ }), N_ELEMENTS(((const uint64_t[]){ __VA_ARGS__ }))

/*
 * A tracker of a stream that begins at first_seq. Number n is sent at 100 n and arrives at 1000 +
 * 100 n.
 */
static inline struct ovr_seq *
feed_start(uint64_t first_seq, struct ovr_seq_log *log)
{
	struct ovr_seq_conf conf = { .first_seq = first_seq };
	struct ovr_seq *seq = NULL;

	cr_assert_eq(ovr_seq_create(7, 1, &conf, log, &seq, NULL), 0);
	return seq;
}

static inline struct ovr_seq *
feed_start_window(uint32_t window, struct ovr_seq_log *log)
{
	struct ovr_seq_conf conf = { .window = window, .n_jumps = 64 };
	struct ovr_seq *seq = NULL;

	cr_assert_eq(ovr_seq_create(7, 1, &conf, log, &seq, NULL), 0);
	return seq;
}

static inline enum ovr_seq_class
feed_one(struct ovr_seq *seq, uint64_t number)
{
	return ovr_seq_arrive(seq, number, 100 * number, 1000 + 100 * number);
}

/* The numbers in [from, to), in order. */
static inline void
feed_range(struct ovr_seq *seq, uint64_t from, uint64_t to)
{
	for (uint64_t number = from; number < to; number++)
		feed_one(seq, number);
}

static inline void
feed(struct ovr_seq *seq, const uint64_t *number, size_t n)
{
	for (size_t i = 0; i < n; i++)
		feed_one(seq, number[i]);
}

/* The account of a stream of which these numbers arrived. */
static inline struct ovr_seq_account
feed_all(uint64_t first_seq, uint64_t sent, const uint64_t *number, size_t n)
{
	struct ovr_seq *seq = feed_start(first_seq, NULL);
	struct ovr_seq_account account;

	feed(seq, number, n);
	ovr_seq_finish(seq, sent);
	account = *ovr_seq_account(seq);
	ovr_seq_destroy(seq, 1);
	return account;
}

/*
 * The account of a stream of which all of [first_seq, sent) arrived but these, which are in rising
 * order.
 */
static inline struct ovr_seq_account
feed_all_but(uint64_t first_seq, uint64_t sent, uint64_t delta, struct ovr_seq_log *log, const uint64_t *lost,
	size_t n)
{
	struct ovr_seq_conf conf = { .first_seq = first_seq, .delta = delta };
	struct ovr_seq *seq = NULL;
	struct ovr_seq_account account;
	size_t i = 0;

	cr_assert_eq(ovr_seq_create(7, 1, &conf, log, &seq, NULL), 0);
	for (uint64_t number = first_seq; number < sent; number++) {
		if (i < n && lost[i] == number)
			i++;
		else
			feed_one(seq, number);
	}
	ovr_seq_finish(seq, sent);
	account = *ovr_seq_account(seq);
	ovr_seq_destroy(seq, 1);
	return account;
}
