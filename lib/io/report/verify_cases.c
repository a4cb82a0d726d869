/* SPDX-License-Identifier: BSD-3-Clause */
/* A verification of drop counters as test cases: its trials, and what the counters are worth. */
#include "report/verify.h"

static void
say_counters(struct ovr_cases *cases, const struct ovr_result_verify *verify)
{
	for (uint32_t i = 0; i < verify->n_counters; i++) {
		const struct ovr_result_verify_counter *counter = &verify->counter[i];

		ovr_cases_say(cases, "counter %s of %s: %s", counter->counter, counter->source,
			ovr_nic_worth_name(counter->truth.worth));
	}
}

void
ovr_report_verify_cases(const struct ovr_result_verify *verify, struct ovr_cases *cases)
{
	ovr_cases_begin(cases, &verify->plan, &verify->environment);
	ovr_cases_verdict(cases, verify->verdict, 0, verify->reason);
	say_counters(cases, verify);
	for (uint32_t i = 0; i < verify->n_trials; i++) {
		ovr_cases_trial(cases, &verify->trial[i].summary, "trial %u", i + 1);
		ovr_cases_say(cases, "%s", verify->trial[i].summary.label);
	}
}
