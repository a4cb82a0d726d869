/* SPDX-License-Identifier: BSD-3-Clause */
/* An advice as test cases: its trials, and the rings that were verified. */
#include "report/advice.h"

#include "report/figure.h"

/* Of the recommended ring a loss decides; the one below it is expected to lose. */
static void
add_ring(struct ovr_cases *cases, const struct ovr_result_advice *advice,
	const struct ovr_result_advice_verification *verified)
{
	bool is_recommended = verified->ring == advice->advice.ring;
	enum ovr_case_outcome outcome = OVR_CASE_PASS;

	if (verified->outcome == OVR_RESULT_ADVICE_EXCLUDED)
		outcome = OVR_CASE_ASIDE;
	else if (verified->outcome == OVR_RESULT_ADVICE_LOST && is_recommended)
		outcome = ovr_cases_outcome_of(advice->verdict);
	ovr_cases_add(cases, outcome, 0, "the ring %s: verification %u",
		is_recommended ? "that is recommended" : "below it", verified->attempt);
	ovr_cases_say(cases, "ring %u: %s", verified->ring,
		verified->outcome == OVR_RESULT_ADVICE_EXCLUDED
			? "disturbed: too few stalls show something"
			: ovr_result_advice_outcome_name(verified->outcome));
	ovr_cases_say(cases, "%s frames lost in %s of %s %s that show something, %s outside them",
		ovr_figure_count(verified->lost).text, ovr_figure_count(verified->n_lossy).text,
		ovr_figure_count(verified->n_compared).text, verified->by_bursts ? "bursts" : "stalls",
		ovr_figure_count(verified->lost_outside).text);
}

void
ovr_report_advice_cases(const struct ovr_result_advice *advice, struct ovr_cases *cases)
{
	ovr_cases_begin(cases, &advice->plan, &advice->environment);
	ovr_cases_verdict(cases, advice->verdict, 0, advice->reason);
	for (uint32_t i = 0; i < advice->n_verifications; i++)
		add_ring(cases, advice, &advice->verification[i]);
	for (uint32_t i = 0; i < advice->n_trials; i++) {
		ovr_cases_trial(cases, &advice->trial[i], "trial %u", i + 1);
		ovr_cases_say(cases, "%s", advice->trial[i].label);
	}
}
