/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include "app.h"
#include "page.h"
#include "options.h"
#include "output.h"
#include "plans.h"
#include "report/plan_ring.h"

static int
report(const struct ovr_result_plan_ring *ring, const char *path, struct ovr_err *err)
{
	struct app_output json = { 0 };
	int printed = 0;
	int status = app_output_open(&json, "json", path, err);

	if (status != 0)
		return status;
	if (json.file != NULL)
		status = ovr_report_plan_ring_json(ring, json.file, err);
	if (status == 0)
		status = app_output_finish(&json, 1, err);
	/* a result that no file takes is not lost */
	if (!json.is_stdout)
		printed = ovr_report_plan_ring_text(
			ring, app_page(APP_PAGE_RESULT), status == 0 ? err : NULL);
	return status != 0 ? status : printed;
}

int
cmd_plan_ring(int argc, char **argv)
{
	struct ovr_result_plan_ring ring;
	struct app_options options;
	struct ovr_err err;
	int status = app_options_parse(argc, argv, OVR_PLAN_MODEL, &options, &err);

	if (status == 0 && options.eal[0] != NULL)
		status = ovr_err_set(&err, -EINVAL,
			"\"%.80s\" was not expected after --; accepted: nothing, since plan-ring starts no "
			"EAL",
			options.eal[0]);
	if (status == 0)
		status = ovr_result_plan_ring(&options.plan, &ring, &err);
	if (status == 0 && options.dry_run)
		return app_plan_print(&options.plan, &err);
	if (status == 0)
		status = report(&ring, options.plan.output.json, &err);
	if (status != 0)
		return app_fail(&err);
	return ring.advice.ring != 0 ? APP_EXIT_PASS : APP_EXIT_LOSS;
}

void
cmd_plan_ring_help(FILE *out)
{
	fprintf(out,
		"\nPure arithmetic: no traffic, no port, no privileges. Which receive ring "
		"covers the stalls of --stall while frames of --size come at --rate of the "
		"line, spread over --rxq queues; what each size loses per stall, and what no "
		"ring can hold. --service is of the whole receiver, whose cores share it "
		"evenly, one for each queue. Exit codes: 0 a ring is enough, 1 none is, 3 bad "
		"input.\n");
	app_options_help(OVR_PLAN_MODEL, out);
}

void
cmd_plan_ring_man(FILE *out)
{
	app_options_man(OVR_PLAN_MODEL, out);
}
