/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes a sample result in a format, for checks by other programs: write_samples text|json|csv
 * pass|loss|impaired|void|ranges|kernel|soak.
 */
#include "report/report.h"

#include <stdio.h>
#include <string.h>

#include "support/result_sample.h"

static const struct {
	const char *name;
	struct ovr_result *(*make)(void);
} samples[] = {
	{ "pass", sample_pass },
	{ "loss", sample_loss },
	{ "impaired", sample_impaired },
	{ "void", sample_void },
	{ "ranges", sample_ranges },
	{ "kernel", sample_kernel },
	{ "soak", sample_soak },
	{ "hosts", sample_hosts },
	{ "mesh", sample_mesh },
	{ "host_lost", sample_host_lost },
};

static int
write_as(const char *format, const struct ovr_result *result, struct ovr_err *err)
{
	if (strcmp(format, "text") == 0)
		return ovr_report_text(result, stdout, err);
	if (strcmp(format, "csv") == 0)
		return ovr_report_csv(result, stdout, err);
	return ovr_report_json(result, "run", stdout, err);
}

int
main(int argc, char **argv)
{
	struct ovr_err err = {
		"usage: write_samples text|json|csv pass|loss|impaired|void|ranges|kernel|soak"
	};
	int rc = -1;

	for (unsigned int i = 0; argc == 3 && i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct ovr_result *result;

		if (strcmp(argv[2], samples[i].name) != 0)
			continue;
		result = samples[i].make();
		rc = write_as(argv[1], result, &err);
		sample_free(result);
	}
	if (rc != 0)
		fprintf(stderr, "%s\n", err.text);
	return rc == 0 ? 0 : 1;
}
