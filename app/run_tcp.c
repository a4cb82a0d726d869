/* SPDX-License-Identifier: BSD-3-Clause */
#include "run_tcp.h"

#include <errno.h>
#include <stdlib.h>

#include "app.h"
#include "report.h"
#include "report/tcp.h"
#include "tcp/tcp.h"

APP_WRITE(text, ovr_report_tcp_text)
APP_WRITE(json, ovr_report_tcp_json)
APP_CASES(cases, ovr_report_tcp_cases)

static const struct app_report report = { .text = text, .json = json, .cases = cases };

int
app_run_tcp(const struct ovr_plan *plan, char *const *eal, struct app_output *outputs, struct ovr_err *err)
{
	struct ovr_result_tcp *result = calloc(1, sizeof(*result));
	int code = APP_EXIT_CANNOT, status = 0;

	if (result == NULL)
		status = ovr_err_set(err, -ENOMEM, "no memory for a result");
	else if (eal != NULL && eal[0] != NULL)
		status = ovr_err_set(err, -EINVAL,
			"--: found arguments for EAL (%.40s) with tcp ports, accepted: none, since no device "
			"of "
			"DPDK takes part",
			eal[0]);
	app_signals_open();
	if (status == 0)
		status = ovr_tcp_run(plan, &app_stop, NULL, result, err);
	if (status == 0)
		status = app_report_write(&report, result, outputs, APP_REPORT_OUTPUTS, err);
	if (status == 0)
		code = (int)result->books.verdict;
	if (result != NULL)
		ovr_result_tcp_done(result);
	free(result);
	return code;
}
