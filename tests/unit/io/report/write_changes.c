/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes a sample comparison, for checks by other programs: write_changes text|md|json
 * changes|single
 */
#include "report/changes.h"

#include <stdio.h>
#include <string.h>

#include "support/changes_sample.h"

int
main(int argc, char **argv)
{
	struct ovr_err err = { "usage: write_changes text|md|json changes|single" };
	struct ovr_changes changes;
	int rc;

	if (argc != 3) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	changes = strcmp(argv[2], "single") == 0 ? sample_changes_single() : sample_changes();
	if (strcmp(argv[1], "json") == 0)
		rc = ovr_report_changes_json(&changes, stdout, &err);
	else if (strcmp(argv[1], "md") == 0)
		rc = ovr_report_changes_markdown(&changes, stdout, &err);
	else
		rc = ovr_report_changes_text(&changes, stdout, &err);
	ovr_changes_done(&changes);
	return rc == 0 ? 0 : 1;
}
