/* SPDX-License-Identifier: BSD-3-Clause */
#include "path/limit.h"

#define ANSWERS_MIN 4
/* Fewer missing ones between answers are also what a loss of every other packet looks like. */
#define RUN_MIN 3

/* An answer after the burst. */
static void
add_answer(struct ovr_path_rhythm *rhythm, uint64_t sent_ns)
{
	if (rhythm->n_after > 0) {
		uint64_t longer_ns = rhythm->last_ns - rhythm->answered_ns;
		uint64_t shorter_ns = sent_ns - rhythm->before_ns;

		if (longer_ns > rhythm->longer_ns)
			rhythm->longer_ns = longer_ns;
		if (rhythm->n_after == 1 || shorter_ns < rhythm->shorter_ns)
			rhythm->shorter_ns = shorter_ns;
		if (rhythm->n_after == 1 || rhythm->run < rhythm->run_min)
			rhythm->run_min = rhythm->run;
	} else {
		rhythm->begun_ns = sent_ns;
	}
	rhythm->n_after++;
	rhythm->answered_ns = sent_ns;
	rhythm->before_ns = rhythm->last_ns;
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

	if (rhythm->n_after < ANSWERS_MIN || rhythm->run_min < RUN_MIN ||
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
