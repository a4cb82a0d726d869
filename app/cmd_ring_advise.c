/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>

#include "advise/advise.h"
#include "many.h"
#include "page.h"
#include "report/advice.h"
#include "ring_port.h"

static int
report(const struct ovr_result_advice *advice, struct app_output *json, struct ovr_err *err)
{
	int printed = 0;
	int status = 0;

	if (json->file != NULL)
		status = ovr_report_advice_json(advice, json->file, err);
	if (status == 0)
		status = app_output_finish(json, 1, err);
	/* a result that no file takes is not lost */
	if (!json->is_stdout)
		printed = ovr_report_advice_text(advice, app_page(APP_PAGE_RESULT), status == 0 ? err : NULL);
	return status != 0 ? status : printed;
}

/* A baseline, a saturation trial, and the verifications of two sizes. */
static void
announce(struct app_many *many, const struct ovr_plan *plan)
{
	const uint64_t n_others = OVR_RESULT_ADVICE_TRIALS_MAX - 1;

	app_many_announce(many,
		app_many_trial_ns(plan, plan->advise.baseline_ns) +
			n_others * app_many_trial_ns(plan, plan->time_ns),
		"a baseline (--baseline) and 11 trials (--time), longer where a verification has long "
		"stalls");
}

static int
advise(const struct app_options *options, struct app_output *json, struct ovr_err *err)
{
	struct ovr_result_advice *advice = calloc(1, sizeof(*advice));
	int code = APP_EXIT_CANNOT;
	struct app_many many;
	int status;

	if (advice == NULL) {
		ovr_err_set(err, -ENOMEM, "no memory for an advice");
		return code;
	}
	app_many_begin(&many, options);
	announce(&many, &options->plan);
	status = ovr_advise_expect(&many.series, &options->plan, &many.env, err);
	status = app_many_start(&many, status, err);
	if (status == 0)
		status = ovr_advise_run(&many.series, &options->plan, advice, err);
	app_many_end(&many);
	if (status == 0)
		status = report(advice, json, err);
	if (status == 0)
		code = (int)advice->verdict;
	free(advice);
	return code;
}

int
cmd_ring_advise(int argc, char **argv)
{
	struct app_output json = { 0 };
	struct app_options options;
	struct ovr_err err;
	int status = app_ring_port_parse(argc, argv, "ring advise", OVR_PLAN_ADVISE, &options, &err);
	int code;

	if (app_many_settle(status, ovr_advise_plan_freeze, &options, &json, &code, &err)) {
		code = advise(&options, &json, &err);
		if (code == APP_EXIT_CANNOT)
			app_fail(&err);
	}
	app_output_drop(&json);
	return code;
}

void
cmd_ring_advise_help(FILE *out)
{
	fprintf(out,
		"\nWhich receive "
		"ring is enough for this load on this host: a baseline measures what comes to each "
		"queue and how the receive cores stall, a saturation trial what they can take; the "
		"recommendation "
		"is verified, and the next power of two below it too. Exit codes: 0 a ring is "
		"enough, 1 none is, or the host is to be fixed, 2 void, 3 could not run.\n");
	app_options_help(OVR_PLAN_ADVISE, out);
}
