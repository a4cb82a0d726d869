/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes a sample selftest as JSON, for checks by other programs: write_selftest
 * sustained|none|void|limit.
 */
#include <stdio.h>
#include <string.h>

#include "report/selftest.h"
#include "support/selftest_sample.h"

static const struct {
	const char *name;
	struct ovr_result_selftest *(*make)(void);
} samples[] = {
	{ "sustained", sample_selftest_sustained },
	{ "none", sample_selftest_none },
	{ "void", sample_selftest_void },
	{ "limit", sample_selftest_limit },
};

int
main(int argc, char **argv)
{
	struct ovr_err err = { "usage: write_selftest sustained|none|void|limit" };
	int rc = -1;

	for (unsigned int i = 0; argc == 2 && i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct ovr_result_selftest *selftest;

		if (strcmp(argv[1], samples[i].name) != 0)
			continue;
		selftest = samples[i].make();
		rc = ovr_report_selftest_json(selftest, stdout, &err);
		sample_selftest_free(selftest);
	}
	if (rc != 0)
		fprintf(stderr, "%s\n", err.text);
	return rc == 0 ? 0 : 1;
}
