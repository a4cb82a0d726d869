/* SPDX-License-Identifier: BSD-3-Clause */
#include "report.h"

#include <errno.h>
#include <stdlib.h>

#include "page.h"
#include "report/cases.h"
#include "report/saved.h"

int
app_report_open(struct app_output *outputs, const struct ovr_plan *plan, struct ovr_err *err)
{
	const struct {
		const char *what, *path;
	} file[APP_REPORT_OUTPUTS] = {
		[APP_REPORT_JSON] = { "json", plan->output.json },
		[APP_REPORT_CSV] = { "csv", plan->output.csv },
		[APP_REPORT_JUNIT] = { "junit", plan->output.junit },
		[APP_REPORT_TAP] = { "tap", plan->output.tap },
	};
	int status = 0;

	for (size_t i = 0; status == 0 && i < APP_REPORT_OUTPUTS; i++)
		status = app_output_open(&outputs[i], file[i].what, file[i].path, err);
	return status;
}

/* Test cases are made of the document that --json has: one source for every form. */
static int
write_cases(const struct app_report *report, const void *result, FILE *junit, FILE *tap, struct ovr_err *err)
{
	struct ovr_saved saved = { 0 };
	char *text = NULL;
	size_t size = 0;
	FILE *json = open_memstream(&text, &size);
	int status = json == NULL ? ovr_err_set(err, -ENOMEM, "no memory for test cases")
				  : report->json(result, json, err);

	if (json != NULL)
		fclose(json);
	if (status == 0)
		status = ovr_saved_parse(text, size, &saved, err);
	free(text);
	if (status == 0 && junit != NULL)
		status = ovr_report_junit(&saved, junit, err);
	if (status == 0 && tap != NULL)
		status = ovr_report_tap(&saved, tap, err);
	ovr_saved_close(&saved);
	return status;
}

static int
write_files(
	const struct app_report *report, const void *result, struct app_output *outputs, struct ovr_err *err)
{
	FILE *json = outputs[APP_REPORT_JSON].file, *csv = outputs[APP_REPORT_CSV].file;
	FILE *junit = outputs[APP_REPORT_JUNIT].file, *tap = outputs[APP_REPORT_TAP].file;
	int status = json == NULL ? 0 : report->json(result, json, err);

	if (status == 0 && csv != NULL)
		status = report->csv(result, csv, err);
	if (status == 0 && (junit != NULL || tap != NULL))
		status = write_cases(report, result, junit, tap, err);
	return status;
}

int
app_report_write(const struct app_report *report, const void *result, struct app_output *outputs,
	size_t n_outputs, struct ovr_err *err)
{
	int status = write_files(report, result, outputs, err);
	bool is_taken = false;
	int printed = 0;

	if (status == 0)
		status = app_output_finish(outputs, n_outputs, err);
	for (size_t i = 0; i < APP_REPORT_OUTPUTS; i++)
		is_taken |= outputs[i].is_stdout;
	/* a result that no file takes is not lost */
	if (!is_taken)
		printed = report->text(result, app_page(APP_PAGE_RESULT), status == 0 ? err : NULL);
	return status != 0 ? status : printed;
}

void
app_report_drop(struct app_output *outputs, size_t n_outputs)
{
	for (size_t i = 0; i < n_outputs; i++)
		app_output_drop(&outputs[i]);
}
