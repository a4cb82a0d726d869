/* SPDX-License-Identifier: BSD-3-Clause */
#include "path/limit.h"

#define ANSWERS_MIN 4
/* Fewer missing ones between answers are also what a loss of every other packet looks like. */
#define RUN_MIN 3

static void
keep_longest(struct ovr_path_rhythm *rhythm, uint64_t ns)
{
	if (ns > rhythm->longer_ns)
		rhythm->longer_ns = ns;
}

static void
keep_shortest(struct ovr_path_rhythm *rhythm, uint64_t ns)
{
	if (rhythm->shorter_ns == 0 || ns < rhythm->shorter_ns)
		rhythm->shorter_ns = ns;
}

/* An answer after the burst. */
static void
add_answer(struct ovr_path_rhythm *rhythm, uint64_t sent_ns)
{
	if (rhythm->n_after == 0)
		rhythm->begun_ns = sent_ns;
	if (rhythm->run > 0) {
		if (rhythm->n_after > 0)
			keep_longest(rhythm, rhythm->last_ns - rhythm->answered_ns);
		rhythm->before_last_ns = rhythm->before_ns;
		rhythm->n_last = rhythm->n_together;
		rhythm->before_ns = rhythm->last_ns;
		rhythm->n_together = 0;
	}
	rhythm->n_after++;
	rhythm->n_together++;
	/* the tokens of all answers but one came since an empty bucket */
	if (rhythm->n_together > 1)
		keep_shortest(rhythm, (sent_ns - rhythm->before_ns) / (rhythm->n_together - 1));
	if (rhythm->n_last > 0)
		keep_shortest(rhythm,
			(sent_ns - rhythm->before_last_ns) / (rhythm->n_last + rhythm->n_together - 1));
	rhythm->answered_ns = sent_ns;
}

void
ovr_path_rhythm_add(struct ovr_path_rhythm *rhythm, uint64_t sent_ns, bool is_answered)
{
	if (rhythm->n++ == 0)
		rhythm->first_ns = sent_ns;
	if (!is_answered) {
		rhythm->n_missing++;
		rhythm->run++;
	} else {
		if (rhythm->n_missing == 0)
			rhythm->burst++;
		else
			add_answer(rhythm, sent_ns);
		rhythm->run = 0;
	}
	rhythm->last_ns = sent_ns;
}

struct ovr_path_limit
ovr_path_rhythm_limit(const struct ovr_path_rhythm *rhythm)
{
	struct ovr_path_limit limit = { 0 };

	if (rhythm->n_after < ANSWERS_MIN || rhythm->n_missing < RUN_MIN * (rhythm->n_after - 1) ||
		rhythm->longer_ns - rhythm->longer_ns / 100 >= rhythm->shorter_ns)
		return limit;
	limit.is_found = true;
	limit.burst = rhythm->burst;
	limit.interval_ns = (rhythm->answered_ns - rhythm->begun_ns) / (rhythm->n_after - 1);
	return limit;
}

double
ovr_path_rhythm_rate(const struct ovr_path_rhythm *rhythm)
{
	return rhythm->last_ns == rhythm->first_ns
		? 0
		: (double)(rhythm->n - 1) * 1e9 / (double)(rhythm->last_ns - rhythm->first_ns);
}
