/* SPDX-License-Identifier: BSD-3-Clause */
/* A selftest as test cases: its trials, of which some lose frames on purpose. */
#include "report/selftest.h"

#include "report/figure.h"

static void
say_outcome(struct ovr_cases *cases, const struct ovr_result_subtrial *trial)
{
	if (trial->intended_pps > 0)
		ovr_cases_say(cases, "%s at %s: %s", ovr_result_purpose_name(trial->purpose),
			ovr_figure_si(trial->intended_pps, "pps").text,
			ovr_result_sustain_name(trial->outcome));
	else
		ovr_cases_say(cases, "%s as fast as it goes", ovr_result_purpose_name(trial->purpose));
}

void
ovr_report_selftest_cases(const struct ovr_result_selftest *selftest, struct ovr_cases *cases)
{
	ovr_cases_begin(cases, &selftest->plan, &selftest->environment);
	ovr_cases_verdict(cases, selftest->verdict, 0, selftest->reason);
	for (uint32_t i = 0; i < selftest->n_trials; i++) {
		struct ovr_result_summary summary = ovr_result_summary_of(selftest->trial[i].result);

		ovr_cases_trial(cases, &summary, "trial %u", i + 1);
		say_outcome(cases, &selftest->trial[i]);
	}
}
