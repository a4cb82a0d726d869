/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/cases.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "report/figure.h"

void
ovr_cases_begin(struct ovr_cases *cases, const struct ovr_plan *plan,
	const struct ovr_result_environment *environment)
{
	*cases = (struct ovr_cases){ .plan = plan, .environment = *environment };
}

enum ovr_case_outcome
ovr_cases_outcome_of(enum ovr_ledger_verdict verdict)
{
	switch (verdict) {
	case OVR_VERDICT_PASS:
		return OVR_CASE_PASS;
	case OVR_VERDICT_LOSS:
		return OVR_CASE_LOSS;
	case OVR_VERDICT_VOID:
		break;
	}
	return OVR_CASE_VOID;
}

static struct ovr_case *
add(struct ovr_cases *cases, enum ovr_case_outcome outcome, uint64_t ns)
{
	struct ovr_case *added = OVR_LIST_ADD(cases->item, cases->n, cases->capacity);

	if (added == NULL) {
		cases->is_short = true;
		return NULL;
	}
	added->outcome = outcome;
	added->ns = ns;
	return added;
}

static char *print_name(struct ovr_cases *cases, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

/* @return NULL: no memory */
static char *
print_name(struct ovr_cases *cases, const char *format, va_list arguments)
{
	char *name;

	if (vasprintf(&name, format, arguments) >= 0)
		return name;
	cases->is_short = true;
	return NULL;
}

void
ovr_cases_add(struct ovr_cases *cases, enum ovr_case_outcome outcome, uint64_t ns, const char *format, ...)
{
	struct ovr_case *added = add(cases, outcome, ns);
	va_list arguments;

	if (added == NULL)
		return;
	va_start(arguments, format);
	added->name = print_name(cases, format, arguments);
	va_end(arguments);
}

void
ovr_cases_say(struct ovr_cases *cases, const char *format, ...)
{
	struct ovr_case *last = cases->n == 0 ? NULL : &cases->item[cases->n - 1];
	char *line = NULL, *text = NULL;
	va_list arguments;

	if (cases->is_short || last == NULL)
		return;
	va_start(arguments, format);
	if (vasprintf(&line, format, arguments) < 0)
		line = NULL;
	va_end(arguments);
	if (line != NULL && last->text == NULL) {
		last->text = line;
		return;
	}
	if (line == NULL || asprintf(&text, "%s\n%s", last->text, line) < 0) {
		cases->is_short = true;
	} else {
		free(last->text);
		last->text = text;
	}
	free(line);
}

void
ovr_cases_verdict(struct ovr_cases *cases, enum ovr_ledger_verdict verdict, uint64_t ns, const char *reason)
{
	cases->verdict = verdict;
	ovr_cases_add(cases, ovr_cases_outcome_of(verdict), ns, "verdict");
	if (reason[0] != '\0')
		ovr_cases_say(cases, "%s", reason);
}

void
ovr_cases_trial(struct ovr_cases *cases, const struct ovr_result_summary *summary, const char *format, ...)
{
	bool is_void = summary->verdict == OVR_VERDICT_VOID;
	struct ovr_case *added = add(cases, is_void ? OVR_CASE_ASIDE : OVR_CASE_PASS, summary->duration_ns);
	va_list arguments;

	if (added == NULL)
		return;
	va_start(arguments, format);
	added->name = print_name(cases, format, arguments);
	va_end(arguments);
	if (is_void)
		ovr_cases_say(cases, "void%s%s", summary->reason[0] != '\0' ? ": " : "", summary->reason);
	ovr_cases_say(cases, "sent %s, lost %s, unexplained %s", ovr_figure_count(summary->sent).text,
		ovr_figure_signed(summary->lost).text, ovr_figure_signed(summary->unexplained).text);
}

uint32_t
ovr_cases_n_of(const struct ovr_cases *cases, enum ovr_case_outcome outcome)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < cases->n; i++)
		n += cases->item[i].outcome == outcome;
	return n;
}

uint64_t
ovr_cases_ns(const struct ovr_cases *cases)
{
	uint64_t ns = 0;

	for (uint32_t i = 0; i < cases->n; i++)
		ns += cases->item[i].ns;
	return ns;
}

void
ovr_cases_done(struct ovr_cases *cases)
{
	for (uint32_t i = 0; i < cases->n; i++) {
		free(cases->item[i].name);
		free(cases->item[i].text);
	}
	free(cases->item);
	*cases = (struct ovr_cases){ .n = 0 };
}
