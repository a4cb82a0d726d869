/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes a sample sweep as JSON, for checks by other programs: write_sweep falling|stopped|mixed.
 */
#include <stdio.h>
#include <string.h>

#include "report/sweep.h"
#include "support/sweep_sample.h"

int
main(int argc, char **argv)
{
	struct ovr_result_sweep sweep;
	struct ovr_err err;
	int rc;

	if (argc != 2)
		return 3;
	if (strcmp(argv[1], "falling") == 0)
		sample_sweep_falling(&sweep);
	else if (strcmp(argv[1], "mixed") == 0)
		sample_sweep_mixed(&sweep);
	else
		sample_sweep_stopped(&sweep);
	rc = ovr_report_sweep_json(&sweep, stdout, &err);
	ovr_result_sweep_done(&sweep);
	return rc == 0 ? 0 : 1;
}
