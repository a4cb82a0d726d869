/* SPDX-License-Identifier: BSD-3-Clause */
/* Test cases as TAP 14 (testanything.org), with what is said of each in a YAML block. */
#include "report/cases.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "picture/picture.h"
#include "plan/command_line.h"

#define NS_PER_MS UINT64_C(1000000)
#define US_PER_MS UINT64_C(1000)

/*
 * A text in which some characters have a backslash before them. A line break, and what cannot be
 * printed, is U+FFFD.
 */
static void
print_escaped(const char *text, size_t length, const char *special, FILE *out)
{
	for (size_t at = 0; at < length;) {
		size_t n = ovr_picture_character_bytes(text + at);

		if (n == 0 || text[at] == '\n' || text[at] == '\t') {
			fputs("\xef\xbf\xbd", out);
			at++;
			continue;
		}
		if (strchr(special, text[at]) != NULL)
			fputc('\\', out);
		fwrite(text + at, 1, n, out);
		at += n;
	}
}

static void
print_yaml_text(const char *text, size_t length, FILE *out)
{
	fputc('"', out);
	print_escaped(text, length, "\"\\", out);
	fputs("\"\n", out);
}

/* The first line is the message, the others are its details. */
static void
print_yaml_lines(const char *text, FILE *out)
{
	size_t length = strcspn(text, "\n");

	fputs("  message: ", out);
	print_yaml_text(text, length, out);
	if (text[length] == '\0')
		return;
	fputs("  details:\n", out);
	while (text[length] != '\0') {
		text += length + 1;
		length = strcspn(text, "\n");
		fputs("    - ", out);
		print_yaml_text(text, length, out);
	}
}

static void
print_block(const struct ovr_case *of, FILE *out)
{
	static const char *const severity[] = {
		[OVR_CASE_PASS] = NULL,
		[OVR_CASE_LOSS] = "loss",
		[OVR_CASE_VOID] = "void",
		[OVR_CASE_ASIDE] = NULL,
	};
	uint64_t us = (of->ns + NS_PER_MS / US_PER_MS / 2) / (NS_PER_MS / US_PER_MS);

	if (of->text == NULL && of->ns == 0 && severity[of->outcome] == NULL)
		return;
	fputs("  ---\n", out);
	if (of->text != NULL)
		print_yaml_lines(of->text, out);
	if (severity[of->outcome] != NULL)
		fprintf(out, "  severity: %s\n", severity[of->outcome]);
	if (of->ns != 0)
		fprintf(out, "  duration_ms: %" PRIu64 ".%03" PRIu64 "\n", us / US_PER_MS, us % US_PER_MS);
	fputs("  ...\n", out);
}

static void
print_case(const struct ovr_case *of, uint32_t number, FILE *out)
{
	bool is_ok = of->outcome == OVR_CASE_PASS || of->outcome == OVR_CASE_ASIDE;

	fprintf(out, "%s %u - ", is_ok ? "ok" : "not ok", number);
	print_escaped(of->name, strlen(of->name), "#\\", out);
	if (of->outcome == OVR_CASE_VOID)
		fputs(" # void", out);
	if (of->outcome == OVR_CASE_ASIDE)
		fputs(" # SKIP", out);
	if (of->outcome == OVR_CASE_ASIDE && of->text != NULL) {
		fputc(' ', out);
		print_escaped(of->text, strcspn(of->text, "\n"), "#\\", out);
	}
	fputc('\n', out);
	print_block(of, out);
}

int
ovr_cases_tap(const struct ovr_cases *cases, FILE *out, struct ovr_err *err)
{
	char *command_line = ovr_plan_command_line(cases->plan);

	if (cases->is_short || command_line == NULL) {
		free(command_line);
		return ovr_err_set(err, -ENOMEM, "no memory for the test cases");
	}
	fprintf(out, "TAP version 14\n# overrun %s: ", cases->environment.overrun_version);
	print_escaped(command_line, strlen(command_line), "", out);
	fprintf(out, "\n1..%u\n", cases->n);
	free(command_line);
	for (uint32_t i = 0; i < cases->n; i++)
		print_case(&cases->item[i], i + 1, out);
	if (fflush(out) != 0 || ferror(out) != 0)
		return ovr_err_set(err, -EIO, "the test cases cannot be written: %s", strerror(errno));
	return 0;
}
