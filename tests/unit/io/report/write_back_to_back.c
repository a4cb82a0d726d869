/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes a sample burst search as JSON, for checks by other programs: write_back_to_back
 * found|none|void.
 */
#include <stdio.h>
#include <string.h>

#include "report/back_to_back.h"
#include "support/back_to_back_sample.h"

int
main(int argc, char **argv)
{
	struct ovr_result_back_to_back *burst;
	struct ovr_err err;
	int rc;

	if (argc != 2)
		return 3;
	burst = strcmp(argv[1], "found") == 0  ? sample_back_to_back_found()
		: strcmp(argv[1], "none") == 0 ? sample_back_to_back_none()
					       : sample_back_to_back_void();
	rc = ovr_report_back_to_back_json(burst, stdout, &err);
	sample_back_to_back_free(burst);
	return rc == 0 ? 0 : 1;
}
