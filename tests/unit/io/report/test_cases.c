/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/cases.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"
#include "report/search.h"
#include "support/result_sample.h"
#include "support/search_sample.h"

typedef int write_fn(const struct ovr_saved *saved, FILE *out, struct ovr_err *err);

/* @return what is written of a document, to be freed */
static char *
written(write_fn *write, const char *document)
{
	struct ovr_saved saved;
	struct ovr_err err = { "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_saved_parse(document, strlen(document), &saved, &err), 0, "%s", err.text);
	cr_assert_eq(write(&saved, out, &err), 0, "%s", err.text);
	fclose(out);
	ovr_saved_close(&saved);
	return text;
}

/* The same of a trial's result, which is freed. */
static char *
of_run(write_fn *write, struct ovr_result *result)
{
	char *document = NULL, *text;
	size_t size = 0;
	FILE *out = open_memstream(&document, &size);

	cr_assert_eq(ovr_report_json(result, "run", out, NULL), 0);
	fclose(out);
	sample_free(result);
	text = written(write, document);
	free(document);
	return text;
}

static void
assert_has(const char *text, const char *part)
{
	cr_assert(strstr(text, part) != NULL, "no %s in\n%s", part, text);
}

Test(cases, a_loss_fails_its_verdict_and_the_accounts_that_have_it)
{
	char *text = of_run(ovr_report_junit, sample_loss());

	assert_has(text,
		"<testsuite name=\"overrun.run\" package=\"overrun\" id=\"0\" "
		"timestamp=\"2025-01-31T12:00:00\" "
		"hostname=\"localhost\" tests=\"4\" failures=\"2\" errors=\"0\" skipped=\"0\" "
		"time=\"5.000\">");
	assert_has(text,
		"<testcase classname=\"overrun.run\" name=\"verdict\" time=\"0\"><failure type=\"loss\" "
		"message=\"lost 192,884 of 74,404,761 frames: 0.259 % is above the limit of 0 "
		"%\"/></testcase>");
	assert_has(text, "name=\"account tx.ring of wire:0, tx_q0_refused, queue 0\" time=\"0\"/>");
	assert_has(text,
		"name=\"account rx.ring of wire:1, rx_q0_missed, queue 0\" time=\"0\"><failure type=\"loss\" "
		"message=\"192,884 frames: 11 stalls of core 1");
	assert_has(text, "<property name=\"rate\" value=\"100%\"/>");
	free(text);
}

Test(cases, a_pass_has_no_failure)
{
	char *text = of_run(ovr_report_junit, sample_pass());

	assert_has(text, "failures=\"0\" errors=\"0\" skipped=\"0\"");
	assert_has(text, "name=\"verdict\" time=\"0\"/>");
	free(text);
	text = of_run(ovr_report_tap, sample_pass());
	assert_has(text, "TAP version 13\n1..4\nok 1 - verdict\nok 2 - account ");
	cr_assert_null(strstr(text, "not ok"));
	free(text);
}

Test(cases, a_void_trial_is_an_error_and_its_accounts_are_skipped)
{
	char *text = of_run(ovr_report_junit, sample_void());

	assert_has(text, "failures=\"0\" errors=\"1\"");
	assert_has(text, "name=\"verdict\" time=\"0\"><error type=\"void\" message=\"");
	assert_has(text, "name=\"unexplained\" time=\"0\"><skipped/></testcase>");
	free(text);
	text = of_run(ovr_report_tap, sample_void());
	assert_has(text, "not ok 1 - verdict\n  ---\n  message: '");
	assert_has(text, "\n  severity: void\n  ...\nok 2 - account ");
	assert_has(text, " - unexplained # SKIP the trial is void\n");
	free(text);
}

Test(cases, a_search_has_a_case_for_each_size_and_goal)
{
	struct ovr_result_search *search = sample_search_found();
	char *document = NULL, *text;
	size_t size = 0;
	FILE *out = open_memstream(&document, &size);

	cr_assert_eq(ovr_report_search_json(search, out, NULL), 0);
	fclose(out);
	text = written(ovr_report_tap, document);
	assert_has(text, " - size 64, loss ratio 0\n");
	assert_has(text, " - size 64, loss ratio 0.005\n");
	free(text);
	free(document);
	sample_search_free(search);
}

/* A name or a reason may hold anything. */
Test(cases, nothing_in_a_text_is_markup)
{
	struct ovr_result *result = sample_loss();
	char *text;

	strcpy(result->ledger.account[1].port, "<&\"#\x1b'>");
	text = of_run(ovr_report_junit, result);
	assert_has(text, "name=\"account rx.ring of &lt;&amp;&quot;#?'&gt;, rx_q0_missed");
	free(text);
	result = sample_loss();
	strcpy(result->ledger.account[1].port, "a#b");
	strcpy(result->ledger.reason[0], "it's lost");
	text = of_run(ovr_report_tap, result);
	assert_has(text, "account rx.ring of a?b, rx_q0_missed");
	assert_has(text, "message: 'it''s lost'");
	free(text);
}

Test(cases, a_document_without_a_verdict_is_refused)
{
	static const char watch[] = "{\"schema\":\"overrun.watch/1\",\"record\":\"total\",\"at_unix_ns\":1,"
				    "\"interfaces\":[]}";
	struct ovr_saved saved;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_saved_parse(watch, sizeof(watch) - 1, &saved, &err), 0);
	cr_assert_eq(ovr_report_junit(&saved, stdout, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"found a document of watch, accepted: of a command with trials, which has a verdict");
	ovr_saved_close(&saved);
}
