/* SPDX-License-Identifier: BSD-3-Clause */
#include "job.h"
#include "report/verify.h"
#include "ring_port.h"
#include "verify/verify.h"

/* A trial sends for as long as its counters need: this at most. */
#define TRIAL_LONGEST_NS UINT64_C(60000000000)

APP_JOB_EXPECT(expect, ovr_verify_expect)
APP_JOB_RUN(run, ovr_verify_run)
APP_WRITE(text, ovr_report_verify_text)
APP_WRITE(json, ovr_report_verify_json)
APP_CASES(cases, ovr_report_verify_cases)

static struct app_job_outlook
outlook(const struct ovr_plan *plan, const void *result)
{
	(void)result;
	return (struct app_job_outlook){
		.at_most_ns = OVR_RESULT_VERIFY_TRIALS * app_job_trial_ns(plan, TRIAL_LONGEST_NS),
		.what = "4 trials, more where one has to be repeated",
	};
}

const struct app_job app_job_verify = {
	.command = OVR_PLAN_RING_VERIFY,
	.help = "\nAre the drop counters of the driver of PORT, which receives, true? Its ring overflows "
		"on purpose, by amounts that differ, and each counter that claims losses is held against "
		"the sequence numbers. Nothing is changed in the table of drivers: the lines for it are "
		"printed. Exit codes: 0 some counter tells the losses, 1 none does, 2 void, 3 could not "
		"run.\n",
	.parse = app_ring_port_parse,
	.freeze = ovr_verify_plan_freeze,
	.result_bytes = sizeof(struct ovr_result_verify),
	.verdict_at = offsetof(struct ovr_result_verify, verdict),
	.outlook = outlook,
	.expect = expect,
	.run = run,
	.report = { .text = text, .json = json, .cases = cases },
};
