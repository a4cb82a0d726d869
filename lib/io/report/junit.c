/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Test cases as JUnit XML, in the form that CI systems have in common: testsuites, one testsuite
 * with properties, and testcase elements with failure, error or skipped. Attributes and order are
 * those of the strictest readers (tests/support/junit.xsd).
 */
#include "report/cases.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "picture/picture.h"
#include "plan/command_line.h"

#define NS_PER_MS UINT64_C(1000000)
/* "2025-01-31T12:00:00": what readers take, which is without fractions and a zone */
#define TIMESTAMP_BYTES 19

/* In seconds, whatever the locale. */
static void
print_time(uint64_t ns, FILE *out)
{
	uint64_t ms = (ns + NS_PER_MS / 2) / NS_PER_MS;

	fprintf(out, " time=\"%" PRIu64 ".%03" PRIu64 "\"", ms / 1000, ms % 1000);
}

static void
print_attribute(const char *name, const char *text, FILE *out)
{
	fprintf(out, " %s=\"", name);
	ovr_picture_escape(out, text);
	fputc('"', out);
}

static void
print_property(const char *name, const char *value, FILE *out)
{
	if (value[0] == '\0')
		return;
	fputs("      <property", out);
	print_attribute("name", name, out);
	print_attribute("value", value, out);
	fputs("/>\n", out);
}

static void
print_properties(const struct ovr_cases *cases, const char *command_line, FILE *out)
{
	const struct ovr_result_environment *environment = &cases->environment;
	char seed[24];

	snprintf(seed, sizeof(seed), "%" PRIu64, cases->plan->trial.seed);
	fputs("    <properties>\n", out);
	print_property("version", environment->overrun_version, out);
	print_property("command", command_line, out);
	print_property("tx", cases->plan->ports.tx.text, out);
	print_property("rx", cases->plan->ports.rx.text, out);
	print_property("seed", seed, out);
	print_property("verdict", ovr_ledger_verdict_name(cases->verdict), out);
	print_property("dpdk", environment->dpdk_version, out);
	print_property("kernel", environment->kernel, out);
	print_property("cpu", environment->cpu_model, out);
	fputs("    </properties>\n", out);
}

/* An element with the text of a case. @param type of the fault; NULL: the element has none */
static void
print_text(const char *element, const char *type, const struct ovr_case *of, FILE *out)
{
	const char *text = of->text != NULL ? of->text : "";
	char *message = strndup(text, strcspn(text, "\n"));

	fprintf(out, "      <%s", element);
	print_attribute("message", message != NULL ? message : "", out);
	if (type != NULL)
		print_attribute("type", type, out);
	fputc('>', out);
	ovr_picture_escape(out, text);
	fprintf(out, "</%s>\n    </testcase>\n", element);
	free(message);
}

/* @param class_name "overrun.ring.advise" */
static void
print_case(const struct ovr_case *of, const char *class_name, FILE *out)
{
	fputs("    <testcase", out);
	print_attribute("classname", class_name, out);
	print_attribute("name", of->name, out);
	print_time(of->ns, out);
	fputs(of->outcome == OVR_CASE_PASS ? "/>\n" : ">\n", out);
	switch (of->outcome) {
	case OVR_CASE_PASS:
		break;
	case OVR_CASE_LOSS:
		print_text("failure", "loss", of, out);
		break;
	case OVR_CASE_VOID:
		print_text("error", "void", of, out);
		break;
	case OVR_CASE_ASIDE:
		print_text("skipped", NULL, of, out);
		break;
	}
}

/* What cases that pass say: strict readers take no text within one. */
static void
print_figures(const struct ovr_cases *cases, FILE *out)
{
	fputs("    <system-out>", out);
	for (uint32_t i = 0; i < cases->n; i++) {
		const struct ovr_case *of = &cases->item[i];

		if (of->outcome != OVR_CASE_PASS || of->text == NULL)
			continue;
		ovr_picture_escape(out, of->name);
		fputs(": ", out);
		ovr_picture_escape(out, of->text);
		fputc('\n', out);
	}
	fputs("</system-out>\n    <system-err/>\n", out);
}

static void
print_suite(const struct ovr_cases *cases, const char *command_line, FILE *out)
{
	const char *command = ovr_plan_spec_of(cases->plan->command)->name;
	char started[TIMESTAMP_BYTES + 1], class_name[64];

	snprintf(started, sizeof(started), "%.*s", TIMESTAMP_BYTES, cases->environment.started_utc);
	snprintf(class_name, sizeof(class_name), "overrun.%s", command);
	for (char *at = class_name; (at = strchr(at, ' ')) != NULL;)
		*at = '.';
	/* strict readers want a package, an id and a host, which a result does not know */
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		"  <testsuite name=\"overrun %s\" package=\"overrun\" id=\"0\" hostname=\"localhost\" "
		"tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\"",
		command, cases->n, ovr_cases_n_of(cases, OVR_CASE_LOSS), ovr_cases_n_of(cases, OVR_CASE_VOID),
		ovr_cases_n_of(cases, OVR_CASE_ASIDE));
	print_time(ovr_cases_ns(cases), out);
	if (started[0] != '\0')
		print_attribute("timestamp", started, out);
	fputs(">\n", out);
	print_properties(cases, command_line, out);
	for (uint32_t i = 0; i < cases->n; i++)
		print_case(&cases->item[i], class_name, out);
	print_figures(cases, out);
	fputs("  </testsuite>\n</testsuites>\n", out);
}

int
ovr_cases_junit(const struct ovr_cases *cases, FILE *out, struct ovr_err *err)
{
	char *command_line = ovr_plan_command_line(cases->plan);

	if (cases->is_short || command_line == NULL) {
		free(command_line);
		return ovr_err_set(err, -ENOMEM, "no memory for the test cases");
	}
	print_suite(cases, command_line, out);
	free(command_line);
	if (fflush(out) != 0 || ferror(out) != 0)
		return ovr_err_set(err, -EIO, "the test cases cannot be written: %s", strerror(errno));
	return 0;
}
