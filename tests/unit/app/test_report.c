/* SPDX-License-Identifier: BSD-3-Clause */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

static char folder[] = "/tmp/app_report_XXXXXX";
static char called[32]; /* the forms that were written, in their order */
static int json_status;
static struct app_output outputs[APP_REPORT_OUTPUTS];
static struct ovr_plan plan;
static struct ovr_err err;

static void
enter(void)
{
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
}

static void
leave(void)
{
	unlink("a");
	unlink("b");
	cr_assert_eq(chdir("/"), 0);
	cr_assert_eq(rmdir(folder), 0, "something was left in %s", folder);
}

TestSuite(report, .init = enter, .fini = leave);

static int
write_text(const void *result, FILE *out, struct ovr_err *ret_err)
{
	(void)result;
	(void)out;
	(void)ret_err;
	strcat(called, "text ");
	return 0;
}

static int
write_json(const void *result, FILE *out, struct ovr_err *ret_err)
{
	(void)ret_err;
	strcat(called, "json ");
	fputs(result, out);
	return json_status;
}

static int
write_csv(const void *result, FILE *out, struct ovr_err *ret_err)
{
	(void)ret_err;
	strcat(called, "csv ");
	fputs(result, out);
	return 0;
}

static void
list_cases(const void *result, struct ovr_cases *cases)
{
	static const struct ovr_result_environment environment;

	(void)result;
	strcat(called, "cases ");
	ovr_plan_default(&plan);
	ovr_cases_begin(cases, &plan, &environment);
	ovr_cases_verdict(cases, OVR_VERDICT_PASS, 0, "");
}

static const struct app_report report = {
	.text = write_text,
	.json = write_json,
	.csv = write_csv,
	.cases = list_cases,
};

static int
write_to(const char *json, const char *csv)
{
	int status;

	snprintf(plan.output.json, sizeof(plan.output.json), "%s", json);
	snprintf(plan.output.csv, sizeof(plan.output.csv), "%s", csv);
	cr_assert_eq(app_report_open(outputs, &plan, &err), 0, "%s", err.text);
	status = app_report_write(&report, "abc", outputs, APP_REPORT_OUTPUTS, &err);
	app_report_drop(outputs, APP_REPORT_OUTPUTS);
	return status;
}

static long
bytes_of(const char *path)
{
	FILE *file = fopen(path, "r");
	long bytes;

	if (file == NULL)
		return -1;
	fseek(file, 0, SEEK_END);
	bytes = ftell(file);
	fclose(file);
	return bytes;
}

Test(report, files_are_written_before_the_text)
{
	cr_expect_eq(write_to("a", "b"), 0);
	cr_expect_str_eq(called, "json csv text ");
	cr_expect_eq(bytes_of("a"), 3);
	cr_expect_eq(bytes_of("b"), 3);
}

Test(report, the_text_comes_out_though_a_file_cannot_be_written)
{
	json_status = -EIO;
	cr_expect_eq(write_to("a", "b"), -EIO);
	cr_expect_str_eq(called, "json text ");
	cr_expect_eq(bytes_of("a"), -1);
	cr_expect_eq(bytes_of("b"), -1);
}

Test(report, a_file_on_stdout_takes_the_place_of_the_text)
{
	cr_expect_eq(write_to("", "-"), 0);
	cr_expect_str_eq(called, "csv ");
}

Test(report, what_cannot_be_written_is_found_when_it_is_opened)
{
	snprintf(plan.output.csv, sizeof(plan.output.csv), "none/b");
	cr_expect_eq(app_report_open(outputs, &plan, &err), -ENOENT);
	cr_expect_str_eq(outputs[APP_REPORT_CSV].what, "csv");
	app_report_drop(outputs, APP_REPORT_OUTPUTS);
}

Test(report, test_cases_are_listed_once_for_both_of_their_files)
{
	snprintf(plan.output.junit, sizeof(plan.output.junit), "a");
	snprintf(plan.output.tap, sizeof(plan.output.tap), "b");
	cr_expect_eq(write_to("", ""), 0);
	cr_expect_str_eq(called, "cases text ");
	cr_expect_gt(bytes_of("a"), 100);
	cr_expect_gt(bytes_of("b"), 20);
}

Test(report, test_cases_on_stdout_take_the_place_of_the_text)
{
	snprintf(plan.output.tap, sizeof(plan.output.tap), "-");
	cr_expect_eq(write_to("a", ""), 0);
	cr_expect_str_eq(called, "json cases ");
	cr_expect_eq(bytes_of("a"), 3);
}
