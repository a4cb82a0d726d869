/* SPDX-License-Identifier: BSD-3-Clause */
#include "report.h"

#include "page.h"

int
app_report_open(struct app_output *outputs, const struct ovr_plan *plan, struct ovr_err *err)
{
	const struct {
		const char *what, *path;
	} files[APP_REPORT_OUTPUTS] = {
		[APP_REPORT_JSON] = { "json", plan->output.json },
		[APP_REPORT_CSV] = { "csv", plan->output.csv },
		[APP_REPORT_JUNIT] = { "junit", plan->output.junit },
		[APP_REPORT_TAP] = { "tap", plan->output.tap },
	};
	int status = 0;

	for (size_t i = 0; i < APP_REPORT_OUTPUTS && status == 0; i++)
		status = app_output_open(&outputs[i], files[i].what, files[i].path, err);
	return status;
}

static int
write_cases(const struct app_report *report, const void *result, FILE *junit, FILE *tap, struct ovr_err *err)
{
	struct ovr_cases cases = { .n = 0 };
	int status = 0;

	if (junit == NULL && tap == NULL)
		return 0;
	report->cases(result, &cases);
	if (junit != NULL)
		status = ovr_cases_junit(&cases, junit, err);
	if (status == 0 && tap != NULL)
		status = ovr_cases_tap(&cases, tap, err);
	ovr_cases_done(&cases);
	return status;
}

int
app_report_write(const struct app_report *report, const void *result, struct app_output *outputs,
	size_t n_outputs, struct ovr_err *err)
{
	FILE *json = outputs[APP_REPORT_JSON].file;
	FILE *csv = outputs[APP_REPORT_CSV].file;
	bool is_replaced = false;
	int status = 0;
	int printed = 0;

	if (json != NULL)
		status = report->json(result, json, err);
	if (status == 0 && csv != NULL)
		status = report->csv(result, csv, err);
	if (status == 0)
		status = write_cases(
			report, result, outputs[APP_REPORT_JUNIT].file, outputs[APP_REPORT_TAP].file, err);
	if (status == 0)
		status = app_output_finish(outputs, n_outputs, err);
	for (size_t i = 0; i < APP_REPORT_OUTPUTS; i++)
		is_replaced |= outputs[i].is_stdout;
	/* a result that no file takes is not lost */
	if (!is_replaced)
		printed = report->text(result, app_page(APP_PAGE_RESULT), status == 0 ? err : NULL);
	return status != 0 ? status : printed;
}

void
app_report_drop(struct app_output *outputs, size_t n_outputs)
{
	for (size_t i = 0; i < n_outputs; i++)
		app_output_drop(&outputs[i]);
}
