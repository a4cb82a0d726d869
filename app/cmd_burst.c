/* SPDX-License-Identifier: BSD-3-Clause */
#include "back_to_back/back_to_back.h"
#include "many.h"
#include "page.h"
#include "report/back_to_back.h"

static int
report(const struct ovr_result_back_to_back *burst, struct app_output *json, struct ovr_err *err)
{
	int printed = 0;
	int status = 0;

	if (json->file != NULL)
		status = ovr_report_back_to_back_json(burst, json->file, err);
	if (status == 0)
		status = app_output_finish(json, 1, err);
	/* a result that no file takes is not lost */
	if (!json->is_stdout)
		printed = ovr_report_back_to_back_text(
			burst, app_page(APP_PAGE_RESULT), status == 0 ? err : NULL);
	return status != 0 ? status : printed;
}

/*
 * Each search halves its way to an answer, with attempts at each length; disturbed lengths are sent
 * again.
 */
static void
announce(struct app_many *many, const struct ovr_plan *plan)
{
	const struct ovr_plan_back_to_back *own = &plan->back_to_back;
	uint64_t frames = own->limit_frames != 0 ? own->limit_frames : plan->mbufs;
	uint64_t n_lengths = 2;
	char what[96];

	for (uint64_t left = frames; left > own->step_frames; left /= 2)
		n_lengths++;
	snprintf(what, sizeof(what), "%u searches of %llu bursts, more where bursts are disturbed",
		plan->repeats, (unsigned long long)(n_lengths * plan->attempts));
	app_many_announce(many,
		plan->repeats * n_lengths * plan->attempts * app_many_trial_ns(plan, own->limit_ns), what);
}

static int
run_burst(const struct app_options *options, struct app_output *json, struct ovr_err *err)
{
	struct ovr_result_back_to_back burst = { .n_trials = 0 };
	int code = APP_EXIT_CANNOT;
	struct app_many many;
	int status;

	app_many_begin(&many, options);
	status = ovr_back_to_back_expect(&many.series, &options->plan, &many.env, err);
	announce(&many, &options->plan);
	status = app_many_start(&many, status, err);
	if (status == 0)
		status = ovr_back_to_back_run(&many.series, &options->plan, &burst, err);
	app_many_end(&many);
	if (status == 0)
		status = report(&burst, json, err);
	if (status == 0)
		code = (int)burst.verdict;
	ovr_result_back_to_back_done(&burst);
	return code;
}

int
cmd_burst(int argc, char **argv)
{
	struct app_output json = { 0 };
	struct app_options options;
	struct ovr_err err;
	int code;

	if (app_many_prepare(
		    argc, argv, OVR_PLAN_BURST, ovr_back_to_back_plan_freeze, &options, &json, &code, &err)) {
		code = run_burst(&options, &json, &err);
		if (code == APP_EXIT_CANNOT)
			app_fail(&err);
	}
	app_output_drop(&json);
	return code;
}

void
cmd_burst_help(FILE *out)
{
	fprintf(out,
		"\nThe longest burst at line rate that arrives without loss (RFC 2544 section "
		"26.4, RFC 9004), searched for --repeats times, and the buffer that the "
		"average shows: in time and in frames, corrected by what is forwarded while "
		"the burst arrives. --service makes the receiver slow enough to need a buffer. "
		"Exit codes: 0 there is a buffer time, 1 no burst arrives or none could be "
		"sent undisturbed, 2 void (the receiver keeps up with the line, a signal), 3 "
		"could not run.\n");
	app_options_help(OVR_PLAN_BURST, out);
}

void
cmd_burst_man(FILE *out)
{
	app_options_man(OVR_PLAN_BURST, out);
}
