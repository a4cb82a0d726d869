/* SPDX-License-Identifier: BSD-3-Clause */
/* A result as a document that was written and read back. */
#pragma once

#include <criterion/criterion.h>
#include <stdlib.h>

#include "report/report.h"
#include "report/saved.h"

/* @return the document of a trial's result; closed by the test */
static inline struct ovr_saved
saved_of(const struct ovr_result *result)
{
	struct ovr_saved saved = { 0 };
	struct ovr_err err = { "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_not_null(out);
	cr_assert_eq(ovr_report_json(result, "run", out, &err), 0, "%s", err.text);
	cr_assert_eq(fclose(out), 0);
	cr_assert_eq(ovr_saved_parse(text, size, &saved, &err), 0, "%s", err.text);
	free(text);
	return saved;
}
