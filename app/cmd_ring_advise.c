/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/advise.h"
#include "job.h"
#include "report/advice.h"
#include "ring_port.h"

APP_JOB_EXPECT(expect, ovr_advise_expect)
APP_JOB_RUN(run, ovr_advise_run)
APP_WRITE(text, ovr_report_advice_text)
APP_WRITE(json, ovr_report_advice_json)
APP_CASES(cases, ovr_report_advice_cases)

/* A baseline, a saturation trial, and the verifications of two sizes. */
static struct app_job_outlook
outlook(const struct ovr_plan *plan, const void *result)
{
	const uint64_t n_others = OVR_RESULT_ADVICE_TRIALS_MAX - 1;

	(void)result;
	return (struct app_job_outlook){
		.at_most_ns = app_job_trial_ns(plan, plan->advise.baseline_ns) +
			n_others * app_job_trial_ns(plan, plan->load.time_ns),
		.what = "a baseline (--baseline) and 11 trials (--time), longer where a verification has "
			"long "
			"stalls",
	};
}

const struct app_job app_job_advise = {
	.command = OVR_PLAN_ADVISE,
	.help = "\nWhich receive ring is enough for this load on this host: a baseline measures what "
		"comes to each queue and how the receive cores stall, a saturation trial what they can "
		"take; the recommendation is verified, and the next power of two below it too. Exit "
		"codes: 0 a ring is enough, 1 none is, or the host is to be fixed, 2 void, 3 could not "
		"run.\n",
	.parse = app_ring_port_parse,
	.freeze = ovr_advise_plan_freeze,
	.result_bytes = sizeof(struct ovr_result_advice),
	.verdict_at = offsetof(struct ovr_result_advice, verdict),
	.outlook = outlook,
	.expect = expect,
	.run = run,
	.report = { .text = text, .json = json, .cases = cases },
};
