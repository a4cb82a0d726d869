/* SPDX-License-Identifier: BSD-3-Clause */
#include "expect_cases.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

typedef int write_cases(const struct ovr_cases *cases, FILE *out, struct ovr_err *err);

/* @param from where what is compared begins */
static void
expect(struct ovr_cases *cases, write_cases *write, const char *from, const char *expected)
{
	char *text = NULL;
	const char *begin;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(write(cases, out, NULL), 0);
	fclose(out);
	begin = strstr(text, from);
	cr_assert_not_null(begin, "no \"%s\" in\n%s", from, text);
	cr_expect_str_eq(begin, expected);
	free(text);
	ovr_cases_done(cases);
}

void
expect_junit(struct ovr_cases *cases, const char *expected)
{
	expect(cases, ovr_cases_junit, "<?xml", expected);
}

void
expect_tap(struct ovr_cases *cases, const char *expected)
{
	expect(cases, ovr_cases_tap, "1..", expected);
}
