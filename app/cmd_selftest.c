/* SPDX-License-Identifier: BSD-3-Clause */
#include "job.h"
#include "report/selftest.h"
#include "selftest/selftest.h"

APP_JOB_EXPECT(expect, ovr_selftest_expect)
APP_JOB_RUN(run, ovr_selftest_run)
APP_JOB_DONE(done, ovr_result_selftest_done)
APP_WRITE(text, ovr_report_selftest_text)
APP_WRITE(json, ovr_report_selftest_json)
APP_CASES(cases, ovr_report_selftest_cases)

/*
 * Two measurements at most, the steps to a rate, and its confirmations, each with a second attempt.
 */
static struct app_job_outlook
outlook(const struct ovr_plan *plan, const void *result)
{
	const uint64_t n_trials = OVR_RESULT_SELFTEST_TRIALS_MAX;
	struct app_job_outlook outlook = { .at_most_ns = n_trials *
			app_job_trial_ns(plan, plan->load.time_ns) };

	(void)result;
	snprintf(outlook.what, sizeof(outlook.what), "up to %d trials (--time)",
		OVR_RESULT_SELFTEST_TRIALS_MAX);
	return outlook;
}

const struct app_job app_job_selftest = {
	.command = OVR_PLAN_SELFTEST,
	.help = "\nOn the wire, unless another port is named: what the transmit cores stamp and hand "
		"over, what the receive cores check, and the highest rate at which both sustain, found "
		"by trials of --time each; and how the cores stall. On another port (netdev:, pci:, "
		"vdev:) all of it on that port. Exit codes: 0 a rate is sustained, 1 none is, 2 void, 3 "
		"could not run.\n",
	.parse = app_options_parse,
	.freeze = ovr_selftest_plan_freeze,
	.result_bytes = sizeof(struct ovr_result_selftest),
	.verdict_at = offsetof(struct ovr_result_selftest, verdict),
	.outlook = outlook,
	.expect = expect,
	.run = run,
	.report = { .text = text, .json = json, .cases = cases },
	.done = done,
};
