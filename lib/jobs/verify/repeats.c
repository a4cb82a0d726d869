/* SPDX-License-Identifier: BSD-3-Clause */
#include "verify/repeats.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool
is_same_family(const struct ovr_result_verify_counter *one, const struct ovr_result_verify_counter *other)
{
	char pattern[2][64];

	ovr_nic_name_pattern(pattern[0], sizeof(pattern[0]), one->counter);
	ovr_nic_name_pattern(pattern[1], sizeof(pattern[1]), other->counter);
	return one->is_account && other->is_account && strcmp(one->source, other->source) == 0 &&
		strcmp(pattern[0], pattern[1]) == 0;
}

/* What the queues of a counter added together. */
static uint64_t
added_by(const struct ovr_result_verify *verify, const struct ovr_result_verify_counter *like, uint32_t trial)
{
	uint64_t added = 0;

	for (uint32_t i = 0; i < verify->n_counters; i++)
		if (is_same_family(like, &verify->counter[i]))
			added += verify->counter[i].trial[trial].counted;
	return added;
}

/* One match may be an accident; two of different amounts are none. */
static bool
move_together(const struct ovr_result_verify *verify, const struct ovr_result_verify_counter *one,
	const struct ovr_result_verify_counter *other)
{
	uint64_t amount = 0;
	bool has_two = false;

	for (uint32_t t = 0; t < verify->n_trials; t++) {
		uint64_t added = added_by(verify, one, t);

		if (added != added_by(verify, other, t))
			return false;
		has_two |= added != 0 && amount != 0 && added != amount;
		amount = added != 0 ? added : amount;
	}
	return has_two;
}

void
ovr_verify_find_repeats(struct ovr_result_verify *verify)
{
	for (uint32_t i = 0; i < verify->n_counters; i++) {
		struct ovr_result_verify_counter *one = &verify->counter[i];

		for (uint32_t j = 0; j < verify->n_counters && one->is_account; j++) {
			const struct ovr_result_verify_counter *other = &verify->counter[j];
			bool comes_first = (other->queue >= 0) != (one->queue >= 0) ? other->queue >= 0
										    : j < i;

			if (!other->is_account || !comes_first || is_same_family(one, other) ||
				!move_together(verify, one, other))
				continue;
			memcpy(one->repeats, other->counter, sizeof(one->repeats));
			break;
		}
	}
}

bool
ovr_verify_is_overdrawn(struct ovr_result_verify *verify)
{
	const struct ovr_result_verify_counter *repeat = NULL;
	uint32_t t = 0;

	while (t < verify->n_trials && verify->trial[t].summary.unexplained >= 0)
		t++;
	if (t == verify->n_trials)
		return false;
	for (uint32_t i = 0; i < verify->n_counters && repeat == NULL; i++)
		if (verify->counter[i].repeats[0] != '\0')
			repeat = &verify->counter[i];
	verify->verdict = OVR_VERDICT_LOSS;
	if (repeat != NULL)
		snprintf(verify->reason, sizeof(verify->reason),
			"trial %u: the accounts claim %" PRIu64
			" frames more than were lost: %s of %s repeats %s",
			t + 1, (uint64_t)-verify->trial[t].summary.unexplained, repeat->counter,
			repeat->source, repeat->repeats);
	else
		snprintf(verify->reason, sizeof(verify->reason),
			"trial %u: the accounts claim %" PRIu64 " frames more than were lost", t + 1,
			(uint64_t)-verify->trial[t].summary.unexplained);
	return true;
}
