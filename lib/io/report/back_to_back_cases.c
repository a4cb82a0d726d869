/* SPDX-License-Identifier: BSD-3-Clause */
/* A burst search as test cases: its single searches. */
#include "report/back_to_back.h"

#include "report/figure.h"

/* How long the bursts of one search took together. @param repeat from 1 */
static uint64_t
time_of(const struct ovr_result_back_to_back *burst, uint32_t repeat)
{
	uint64_t ns = 0;

	for (uint32_t i = 0; i < burst->n_trials; i++)
		if (burst->trial[i].repeat == repeat)
			ns += burst->trial[i].summary.duration_ns;
	return ns;
}

static void
add_search(struct ovr_cases *cases, const struct ovr_result_back_to_back *burst, uint32_t index)
{
	const struct ovr_result_back_to_back_repeat *repeat = &burst->repeat[index];
	bool counts = ovr_result_back_to_back_counts(repeat);

	ovr_cases_add(cases, counts ? OVR_CASE_PASS : OVR_CASE_ASIDE, time_of(burst, index + 1), "search %u",
		index + 1);
	if (counts)
		ovr_cases_say(cases, "longest burst without loss: %s frames",
			ovr_figure_count(repeat->search.lossless_frames).text);
	else if (repeat->is_excluded)
		ovr_cases_say(cases, "excluded: a length was disturbed again and again");
	else
		ovr_cases_say(cases, "not finished");
	if (repeat->n_disturbed != 0)
		ovr_cases_say(cases, "%u trial%s disturbed and repeated", repeat->n_disturbed,
			repeat->n_disturbed == 1 ? " was" : "s were");
}

void
ovr_report_back_to_back_cases(const struct ovr_result_back_to_back *burst, struct ovr_cases *cases)
{
	ovr_cases_begin(cases, &burst->plan, &burst->environment);
	ovr_cases_verdict(cases, burst->verdict, 0, burst->reason);
	for (uint32_t i = 0; i < burst->n_repeats; i++)
		add_search(cases, burst, i);
	for (uint32_t i = burst->n_repeats; i < burst->plan.repetition.repeats; i++) {
		ovr_cases_add(cases, OVR_CASE_ASIDE, 0, "search %u", i + 1);
		ovr_cases_say(cases, "not begun");
	}
}
