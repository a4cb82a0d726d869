/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes a sample burst search as JSON, for checks by other programs: write_burst found|none|void. */
#include <stdio.h>
#include <string.h>

#include "report/burst.h"
#include "support/burst_sample.h"

int
main(int argc, char **argv)
{
	struct ovr_result_burst *burst;
	struct ovr_err err;
	int rc;

	if (argc != 2)
		return 3;
	burst = strcmp(argv[1], "found") == 0  ? sample_burst_found()
		: strcmp(argv[1], "none") == 0 ? sample_burst_none()
					       : sample_burst_void();
	rc = ovr_report_burst_json(burst, stdout, &err);
	sample_burst_free(burst);
	return rc == 0 ? 0 : 1;
}
