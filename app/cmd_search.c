/* SPDX-License-Identifier: BSD-3-Clause */
#include "job.h"
#include "report/search.h"
#include "search/plans.h"
#include "search/search.h"

APP_JOB_EXPECT(expect, ovr_search_expect)
APP_JOB_RUN(run, ovr_search_run)
APP_JOB_DONE(done, ovr_result_search_done)
APP_WRITE(text, ovr_report_search_text)
APP_WRITE(json, ovr_report_search_json)
APP_WRITE(csv, ovr_report_search_csv)
APP_CASES(cases, ovr_report_search_cases)

/* A search is long: say how long at most. */
static struct app_job_outlook
outlook(const struct ovr_plan *plan, const void *result)
{
	uint32_t n_sizes = ovr_search_plan_sizes(&plan->sizes);
	struct app_job_outlook outlook = { .at_most_ns = plan->search.limit_ns * n_sizes };

	(void)result;
	snprintf(outlook.what, sizeof(outlook.what), "%u size%s (--search-time)", n_sizes,
		n_sizes == 1 ? "" : "s");
	return outlook;
}

const struct app_job app_job_search = {
	.command = OVR_PLAN_SEARCH,
	.help = "\nThe highest load at which no more is lost than each goal allows, by trials of --time "
		"each: NDR (nothing) and PDR (0.5%) unless said otherwise. What the tester itself sends "
		"on this port is measured first and is the highest load; an answer there is \"at "
		"least\". Exit codes: 0 every goal has its answer, 1 one has none, or not as narrow as "
		"required, and the reason is printed, 2 void, 3 could not run.\n",
	.parse = app_options_parse,
	.freeze = ovr_search_plan_freeze,
	.result_bytes = sizeof(struct ovr_result_search),
	.verdict_at = offsetof(struct ovr_result_search, verdict),
	.outlook = outlook,
	.expect = expect,
	.run = run,
	.report = { .text = text, .json = json, .csv = csv, .cases = cases },
	.done = done,
};
