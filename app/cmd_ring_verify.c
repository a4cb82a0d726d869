/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>

#include "many.h"
#include "page.h"
#include "report/verify.h"
#include "ring_port.h"
#include "verify/verify.h"

static int
report(const struct ovr_result_verify *verify, struct app_output *json, struct ovr_err *err)
{
	int printed = 0;
	int status = 0;

	if (json->file != NULL)
		status = ovr_report_verify_json(verify, json->file, err);
	if (status == 0)
		status = app_output_finish(json, 1, err);
	/* a result that no file takes is not lost */
	if (!json->is_stdout)
		printed = ovr_report_verify_text(verify, app_page(APP_PAGE_RESULT), status == 0 ? err : NULL);
	return status != 0 ? status : printed;
}

/* A trial sends for as long as its counters need: this at most. */
#define TRIAL_LONGEST_NS UINT64_C(60000000000)

static int
run_verify(const struct app_options *options, struct app_output *json, struct ovr_err *err)
{
	struct ovr_result_verify *verify = calloc(1, sizeof(*verify));
	int code = APP_EXIT_CANNOT;
	struct app_many many;
	int status;

	if (verify == NULL) {
		ovr_err_set(err, -ENOMEM, "no memory for a verification");
		return code;
	}
	app_many_begin(&many, options);
	app_many_announce(&many,
		OVR_RESULT_VERIFY_TRIALS * app_many_trial_ns(&options->plan, TRIAL_LONGEST_NS),
		"4 trials, more where one has to be repeated");
	status = ovr_verify_expect(&many.series, &options->plan, &many.env, err);
	status = app_many_start(&many, status, err);
	if (status == 0)
		status = ovr_verify_run(&many.series, &options->plan, verify, err);
	app_many_end(&many);
	if (status == 0)
		status = report(verify, json, err);
	if (status == 0)
		code = (int)verify->verdict;
	free(verify);
	return code;
}

int
cmd_ring_verify(int argc, char **argv)
{
	struct app_output json = { 0 };
	struct app_options options;
	struct ovr_err err;
	int status = app_ring_port_parse(argc, argv, "ring verify", OVR_PLAN_RING_VERIFY, &options, &err);
	int code;

	if (app_many_settle(status, ovr_verify_plan_freeze, &options, &json, &code, &err)) {
		code = run_verify(&options, &json, &err);
		if (code == APP_EXIT_CANNOT)
			app_fail(&err);
	}
	app_output_drop(&json);
	return code;
}

void
cmd_ring_verify_help(FILE *out)
{
	fprintf(out,
		"\nAre the drop "
		"counters of the driver of PORT, which receives, true? Its ring overflows on "
		"purpose, by amounts that differ, and each counter that claims losses is held "
		"against the sequence numbers. Nothing is changed in the table of drivers: the "
		"lines for it are printed. Exit codes: 0 some counter tells the losses, 1 none "
		"does, 2 void, 3 could not run.\n");
	app_options_help(OVR_PLAN_RING_VERIFY, out);
}
