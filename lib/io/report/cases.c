/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/cases.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/plain.h"
#include "report/figure.h"

#define TEXT_BYTES 1024

enum outcome { PASSED, FAILED, ERROR, SKIPPED };

/* A test case. */
struct test {
	char name[256];
	enum outcome outcome;
	char message[TEXT_BYTES]; /* why it did not pass; what it found */
};

/* All of a document. */
struct tests {
	struct test *test;
	uint32_t n, capacity;
	bool is_void, is_loss;
	int status; /* the first failure */
};

static struct test *
add(struct tests *tests, enum outcome outcome)
{
	struct test *test = OVR_LIST_ADD(tests->test, tests->n, tests->capacity);

	if (test == NULL)
		tests->status = -ENOMEM;
	else
		test->outcome = outcome;
	return test;
}

static void
add_verdict(struct tests *tests, const json_t *root)
{
	const json_t *reasons = ovr_saved_at(root, "reasons");
	struct test *test = add(tests, tests->is_void ? ERROR : tests->is_loss ? FAILED : PASSED);
	size_t n = 0;

	if (test == NULL)
		return;
	snprintf(test->name, sizeof(test->name), "verdict");
	for (size_t i = 0; i < json_array_size(reasons) && n < sizeof(test->message); i++)
		n += (size_t)snprintf(test->message + n, sizeof(test->message) - n, "%s%s",
			i == 0 ? "" : "; ", json_string_value(json_array_get(reasons, i)));
}

/* What an account of a verdict that is no pass came to. */
static enum outcome
outcome_of(const struct tests *tests, bool has_frames)
{
	if (tests->is_void)
		return SKIPPED;
	return tests->is_loss && has_frames ? FAILED : PASSED;
}

static void
add_accounts(struct tests *tests, const json_t *ledger)
{
	const json_t *accounts = ovr_saved_at(ledger, "accounts");
	int64_t unexplained = ovr_saved_whole(ledger, "unexplained");
	struct test *test;

	for (size_t i = 0; i < json_array_size(accounts); i++) {
		const json_t *account = json_array_get(accounts, i);
		uint64_t frames = ovr_saved_count(account, "frames");
		uint64_t queue = ovr_saved_count(account, "queue");

		test = add(tests, outcome_of(tests, frames != 0));
		if (test == NULL)
			return;
		snprintf(test->name, sizeof(test->name), "account %s of %.80s, %.60s",
			ovr_saved_text(account, "place"), ovr_saved_text(account, "port"),
			ovr_saved_text(account, "counter"));
		if (queue != UINT64_MAX)
			snprintf(test->name + strlen(test->name), sizeof(test->name) - strlen(test->name),
				", queue %llu", (unsigned long long)queue);
		snprintf(test->message, sizeof(test->message), "%s frame%s%s%.600s",
			ovr_figure_count(frames).text, ovr_figure_plural(frames),
			ovr_saved_text(account, "why")[0] == '\0' ? "" : ": ",
			ovr_saved_text(account, "why"));
	}
	test = add(tests, outcome_of(tests, unexplained != 0));
	if (test == NULL)
		return;
	snprintf(test->name, sizeof(test->name), "unexplained");
	snprintf(test->message, sizeof(test->message), "%s frames", ovr_figure_signed(unexplained).text);
}

/* Segments of TCP, whose accounts are ranges. */
static void
add_tcp_accounts(struct tests *tests, const json_t *root)
{
	const json_t *accounts = ovr_saved_at(root, "books.accounts");

	for (size_t i = 0; i < json_array_size(accounts); i++) {
		const json_t *account = json_array_get(accounts, i);
		uint64_t most = ovr_saved_count(account, "segments_max");
		struct test *test = add(tests, outcome_of(tests, most != 0));

		if (test == NULL)
			return;
		snprintf(test->name, sizeof(test->name), "account %s of %.80s, %.60s",
			ovr_saved_text(account, "place"), ovr_saved_text(account, "end"),
			ovr_saved_text(account, "counter"));
		snprintf(test->message, sizeof(test->message), "%s segments at most",
			ovr_figure_count(most).text);
	}
}

/* An answer is there, or it fails with its size's reason. */
static void
add_answers(struct tests *tests, const json_t *root)
{
	const json_t *sizes = ovr_saved_at(root, "search.sizes");

	for (size_t i = 0; i < json_array_size(sizes); i++) {
		const json_t *size = json_array_get(sizes, i), *answers = ovr_saved_at(size, "answers");
		const char *reason = ovr_saved_text(size, "reason");

		for (size_t g = 0; g < json_array_size(answers); g++) {
			const json_t *answer = json_array_get(answers, g);
			double pps = ovr_saved_real(answer, "lower_pps");
			bool is_short = isnan(pps) || strcmp(ovr_saved_text(answer, "end"), "open") == 0;
			struct test *test = add(tests, tests->is_void ? SKIPPED : is_short ? FAILED : PASSED);

			if (test == NULL)
				return;
			snprintf(test->name, sizeof(test->name), "size %.60s, loss ratio %g",
				ovr_saved_text(size, "size"), ovr_saved_real(answer, "loss_ratio"));
			snprintf(test->message, sizeof(test->message), "%s%s%.600s",
				isnan(pps) ? "no answer" : ovr_figure_si(pps, "pps").text,
				is_short && reason[0] != '\0' ? ": " : "", is_short ? reason : "");
		}
	}
}

/* A curve has a ring that loses nothing, or it fails. */
static void
add_curves(struct tests *tests, const json_t *root)
{
	const json_t *curves = ovr_saved_at(root, "sweep.curves");

	for (size_t i = 0; i < json_array_size(curves); i++) {
		const json_t *curve = json_array_get(curves, i);
		uint64_t rxd = ovr_saved_count(curve, "smallest_lossless_ring.rxd");
		struct test *test = add(tests,
			tests->is_void              ? SKIPPED
				: rxd == UINT64_MAX ? FAILED
						    : PASSED);

		if (test == NULL)
			return;
		snprintf(test->name, sizeof(test->name),
			"size %.40s, rate %.40s, burst %.20s, rxq %.20s, stall %.40s",
			ovr_saved_text(curve, "size"), ovr_saved_text(curve, "rate"),
			ovr_saved_text(curve, "burst"), ovr_saved_text(curve, "rxq"),
			ovr_saved_text(curve, "stall"));
		if (rxd == UINT64_MAX)
			snprintf(test->message, sizeof(test->message), "no ring is known to lose nothing");
		else
			snprintf(test->message, sizeof(test->message), "a ring of %llu loses nothing",
				(unsigned long long)rxd);
	}
}

static int
make(const struct ovr_saved *saved, struct tests *tests, struct ovr_err *err)
{
	const char *verdict = ovr_saved_text(saved->root, "verdict");

	*tests = (struct tests){
		.is_void = strcmp(verdict, "void") == 0,
		.is_loss = strcmp(verdict, "loss") == 0,
	};
	if (strcmp(saved->name, "result") != 0 && strcmp(saved->name, "tcp") != 0)
		return ovr_err_set(err, -EINVAL,
			"found a document of %s, accepted: of a command with trials, which has a verdict",
			saved->command);
	add_verdict(tests, saved->root);
	if (ovr_saved_is_known(saved->root, "trial"))
		add_accounts(tests, ovr_saved_at(saved->root, "trial.ledger"));
	add_tcp_accounts(tests, saved->root);
	add_answers(tests, saved->root);
	add_curves(tests, saved->root);
	for (uint32_t i = 0; i < tests->n; i++) {
		ovr_plain(tests->test[i].name);
		ovr_plain(tests->test[i].message);
	}
	return tests->status == 0 ? 0 : ovr_err_set(err, tests->status, "no memory for test cases");
}

static unsigned int
n_of(const struct tests *tests, enum outcome outcome)
{
	unsigned int n = 0;

	for (uint32_t i = 0; i < tests->n; i++)
		n += tests->test[i].outcome == outcome;
	return n;
}

/* A text of XML, also within quotes; it has no control characters. */
static void
print_xml(const char *text, FILE *out)
{
	for (; *text != '\0'; text++)
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
}

static void
print_test(const char *command, const struct test *test, FILE *out)
{
	static const char *const element[] = { [FAILED] = "failure", [ERROR] = "error" };

	fprintf(out, "    <testcase classname=\"overrun.%s\" name=\"", command);
	print_xml(test->name, out);
	fputs("\" time=\"0\"", out);
	if (test->outcome == PASSED) {
		fputs("/>\n", out);
		return;
	}
	if (test->outcome == SKIPPED) {
		fputs("><skipped/></testcase>\n", out);
		return;
	}
	fprintf(out, "><%s type=\"%s\" message=\"", element[test->outcome],
		test->outcome == FAILED ? "loss" : "void");
	print_xml(test->message, out);
	fprintf(out, "\"/></testcase>\n");
}

/* The plan: what repeats the trial. */
static void
print_properties(const json_t *plan, FILE *out)
{
	const char *key;
	json_t *value;

	fputs("    <properties>\n", out);
	json_object_foreach((json_t *)(uintptr_t)plan, key, value)
	{
		char text[TEXT_BYTES];

		snprintf(text, sizeof(text), "%s", json_string_value(value));
		fprintf(out, "      <property name=\"%s\" value=\"", key);
		print_xml(ovr_plain(text), out);
		fputs("\"/>\n", out);
	}
	fputs("    </properties>\n", out);
}

/* "ring advise" is ring-advise in a class's name. */
static const char *
print_command(const struct ovr_saved *saved, char *text, size_t size)
{
	snprintf(text, size, "%s", saved->command);
	for (char *at = text; *at != '\0'; at++)
		if (*at == ' ')
			*at = '-';
	return text;
}

int
ovr_report_junit(const struct ovr_saved *saved, FILE *out, struct ovr_err *err)
{
	const json_t *root = saved->root;
	double ns = ovr_saved_real(root, "trial.duration_ns");
	uint64_t begun_ns = ovr_saved_count(root, "begin_unix_ns");
	char command[32], began[24];
	struct tests tests;
	int status = make(saved, &tests, err);

	if (status != 0) {
		free(tests.test);
		return status;
	}
	/* of XML's dateTime, without a fraction or a zone */
	snprintf(began, sizeof(began), "%.19s",
		begun_ns != UINT64_MAX ? ovr_figure_utc(begun_ns).text
				       : ovr_saved_text(root, "environment.started_utc"));
	ovr_plain(began);
	print_command(saved, command, sizeof(command));
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		"  <testsuite name=\"overrun.%s\" package=\"overrun\" id=\"0\" timestamp=\"",
		command);
	print_xml(began[0] == '\0' ? "1970-01-01T00:00:00" : began, out);
	/* the host of a result is not known: so says the form */
	fprintf(out,
		"\" hostname=\"localhost\" tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" "
		"time=\"%.3f\">\n",
		tests.n, n_of(&tests, FAILED), n_of(&tests, ERROR), n_of(&tests, SKIPPED),
		isnan(ns) ? 0 : ns / 1e9);
	print_properties(ovr_saved_at(root, "plan"), out);
	for (uint32_t i = 0; i < tests.n; i++)
		print_test(command, &tests.test[i], out);
	fputs("    <system-out/>\n    <system-err/>\n  </testsuite>\n</testsuites>\n", out);
	free(tests.test);
	return ferror(out) ? ovr_err_set(err, -EIO, "the test cases cannot be written") : 0;
}

/* A text of YAML within single quotes. */
static void
print_quoted(const char *text, FILE *out)
{
	fputc('\'', out);
	for (; *text != '\0'; text++)
		fputs(*text == '\'' ? "''" : (const char[]){ *text, '\0' }, out);
	fputc('\'', out);
}

int
ovr_report_tap(const struct ovr_saved *saved, FILE *out, struct ovr_err *err)
{
	struct tests tests;
	int status = make(saved, &tests, err);

	if (status != 0) {
		free(tests.test);
		return status;
	}
	fprintf(out, "TAP version 13\n1..%u\n", tests.n);
	for (uint32_t i = 0; i < tests.n; i++) {
		const struct test *test = &tests.test[i];
		bool is_ok = test->outcome == PASSED || test->outcome == SKIPPED;
		char name[sizeof(test->name)];

		/* what follows this sign is no name */
		snprintf(name, sizeof(name), "%s", test->name);
		for (char *at = name; *at != '\0'; at++)
			if (*at == '#')
				*at = '?';
		fprintf(out, "%s %u - %s%s\n", is_ok ? "ok" : "not ok", i + 1, name,
			test->outcome == SKIPPED ? " # SKIP the trial is void" : "");
		if (is_ok)
			continue;
		fputs("  ---\n  message: ", out);
		print_quoted(test->message, out);
		fprintf(out, "\n  severity: %s\n  ...\n", test->outcome == ERROR ? "void" : "loss");
	}
	free(tests.test);
	return ferror(out) ? ovr_err_set(err, -EIO, "the test cases cannot be written") : 0;
}
