/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes a sample search, for checks by other programs: write_search found|none|void|curve [text].
 */
#include <stdio.h>
#include <string.h>

#include "report/search.h"
#include "support/search_sample.h"

static const struct {
	const char *name;
	struct ovr_result_search *(*make)(void);
} samples[] = {
	{ "found", sample_search_found },
	{ "none", sample_search_none },
	{ "void", sample_search_void },
	{ "curve", sample_search_curve },
};

int
main(int argc, char **argv)
{
	struct ovr_err err = { "usage: write_search found|none|void|curve [text]" };
	int rc = -1;

	for (unsigned int i = 0; argc >= 2 && i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct ovr_result_search *search;

		if (strcmp(argv[1], samples[i].name) != 0)
			continue;
		search = samples[i].make();
		rc = argc == 2 ? ovr_report_search_json(search, stdout, &err)
			       : ovr_report_search_text(search, stdout, &err);
		sample_search_free(search);
	}
	if (rc != 0)
		fprintf(stderr, "%s\n", err.text);
	return rc == 0 ? 0 : 1;
}
