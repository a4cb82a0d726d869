/* SPDX-License-Identifier: BSD-3-Clause */
#include "report.h"

#include "page.h"

int
app_report_open(struct app_output *outputs, const struct ovr_plan *plan, struct ovr_err *err)
{
	int status = app_output_open(&outputs[APP_REPORT_JSON], "json", plan->output.json, err);

	return status != 0 ? status : app_output_open(&outputs[APP_REPORT_CSV], "csv", plan->output.csv, err);
}

int
app_report_write(const struct app_report *report, const void *result, struct app_output *outputs,
	size_t n_outputs, struct ovr_err *err)
{
	FILE *json = outputs[APP_REPORT_JSON].file;
	FILE *csv = outputs[APP_REPORT_CSV].file;
	int status = 0;
	int printed = 0;

	if (json != NULL)
		status = report->json(result, json, err);
	if (status == 0 && csv != NULL)
		status = report->csv(result, csv, err);
	if (status == 0)
		status = app_output_finish(outputs, n_outputs, err);
	/* a result that no file takes is not lost */
	if (!outputs[APP_REPORT_JSON].is_stdout && !outputs[APP_REPORT_CSV].is_stdout)
		printed = report->text(result, app_page(APP_PAGE_RESULT), status == 0 ? err : NULL);
	return status != 0 ? status : printed;
}

void
app_report_drop(struct app_output *outputs, size_t n_outputs)
{
	for (size_t i = 0; i < n_outputs; i++)
		app_output_drop(&outputs[i]);
}
