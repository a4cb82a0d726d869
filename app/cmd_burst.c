/* SPDX-License-Identifier: BSD-3-Clause */
#include "back_to_back/back_to_back.h"
#include "job.h"
#include "report/back_to_back.h"

APP_JOB_EXPECT(expect, ovr_back_to_back_expect)
APP_JOB_RUN(run, ovr_back_to_back_run)
APP_JOB_DONE(done, ovr_result_back_to_back_done)
APP_WRITE(text, ovr_report_back_to_back_text)
APP_WRITE(json, ovr_report_back_to_back_json)
APP_CASES(cases, ovr_report_back_to_back_cases)

/*
 * Each search halves its way to an answer, with attempts at each length; disturbed lengths are sent
 * again.
 */
static struct app_job_outlook
outlook(const struct ovr_plan *plan, const void *result)
{
	const struct ovr_plan_back_to_back *own = &plan->back_to_back;
	uint64_t frames = own->limit_frames != 0 ? own->limit_frames : plan->ports.mbufs;
	uint64_t trial_ns = app_job_trial_ns(plan, own->limit_ns);
	struct app_job_outlook outlook;
	uint64_t n_lengths = 2;

	(void)result;
	for (uint64_t left = frames; left > own->step_frames; left /= 2)
		n_lengths++;
	outlook = (struct app_job_outlook){ .at_most_ns = plan->repetition.repeats * n_lengths *
			plan->repetition.attempts * trial_ns };
	snprintf(outlook.what, sizeof(outlook.what),
		"%u searches of %llu bursts, more where bursts are disturbed", plan->repetition.repeats,
		(unsigned long long)(n_lengths * plan->repetition.attempts));
	return outlook;
}

const struct app_job app_job_burst = {
	.command = OVR_PLAN_BURST,
	.help = "\nThe longest burst at line rate that arrives without loss (RFC 2544 section 26.4, RFC "
		"9004), searched for --repeats times, and the buffer that the average shows: in time and "
		"in frames, corrected by what is forwarded while the burst arrives. --service makes the "
		"receiver slow enough to need a buffer. Exit codes: 0 there is a buffer time, 1 no burst "
		"arrives or none could be sent undisturbed, 2 void (the receiver keeps up with the line, "
		"a signal), 3 could not run.\n",
	.parse = app_options_parse,
	.freeze = ovr_back_to_back_plan_freeze,
	.result_bytes = sizeof(struct ovr_result_back_to_back),
	.verdict_at = offsetof(struct ovr_result_back_to_back, verdict),
	.outlook = outlook,
	.expect = expect,
	.run = run,
	.report = { .text = text, .json = json, .cases = cases },
	.done = done,
};
