/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "base/units.h"
#include "capture/capture.h"
#include "report/check.h"

/* What the command line says. */
struct check_options {
	const char *path;
	uint32_t trial_id;
	bool json;
};

static int
parse(int argc, char **argv, struct check_options *ret_options, struct ovr_err *err)
{
	struct check_options options = { 0 };
	struct ovr_plan plan;
	int status = 0;

	ovr_plan_default(&plan);
	for (int i = 1; i < argc && status == 0; i++) {
		if (strcmp(argv[i], "--json") == 0) {
			options.json = true;
		} else if (strcmp(argv[i], "--trial-id") == 0 && i + 1 == argc) {
			status = ovr_err_set(err, -EINVAL,
				"check: --trial-id: a value is missing; accepted: --trial-id ID, 0x1 to "
				"0xffffffff");
		} else if (strcmp(argv[i], "--trial-id") == 0) {
			/* the same form as in a plan */
			status = ovr_plan_set(&plan, "trial-id", argv[++i], err);
			options.trial_id = plan.trial_id;
		} else if (argv[i][0] == '-' || options.path != NULL) {
			status = ovr_err_set(err, -EINVAL,
				"check: \"%s\" was not expected; accepted: [--trial-id ID] [--json] "
				"FILE.pcap",
				argv[i]);
		} else {
			options.path = argv[i];
		}
	}
	if (status == 0 && options.path == NULL)
		status = ovr_err_set(err, -EINVAL,
			"check: no capture was named; accepted: [--trial-id ID] [--json] FILE.pcap");
	if (status == 0)
		*ret_options = options;
	return status;
}

int
cmd_check(int argc, char **argv)
{
	struct ovr_capture_account account = { 0 };
	struct check_options options;
	struct ovr_err err;
	int code, status;

	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		char *help[] = { (char *)"help", (char *)"check", NULL };

		return cmd_help(2, help);
	}
	status = parse(argc, argv, &options, &err);
	if (status == 0)
		status = ovr_capture_check(options.path, options.trial_id, 0, NULL, &account, &err);
	if (status == 0)
		status = options.json ? ovr_report_check_json(&account, options.path, stdout, &err)
				      : ovr_report_check_text(&account, options.path, stdout, &err);
	if (status == 0 && fflush(stdout) != 0)
		status = ovr_err_set(&err, -errno, "stdout cannot be written: %s", strerror(errno));
	code = status != 0 ? app_fail(&err) : ovr_report_check_verdict(&account);
	ovr_capture_account_done(&account);
	return code;
}

void
cmd_check_help(FILE *out)
{
	fprintf(out,
		"\n  --trial-id ID            the trial to look at, 0x... [the one with the most frames]\n"
		"  --json                   the account as JSON\n\n"
		"Lost are the holes between a stream's first and last frame in the file: what was lost "
		"before or behind\n"
		"them cannot be seen in a capture. Exit codes: 0 no loss, 1 loss or damage, 3 not a capture "
		"of our frames.\n");
}
