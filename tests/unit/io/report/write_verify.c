/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes a sample of a verification as JSON, for checks by other programs: write_verify told|none.
 */
#include <stdio.h>
#include <string.h>

#include "report/verify.h"
#include "support/verify_sample.h"

int
main(int argc, char **argv)
{
	static struct ovr_result_verify verify;
	struct ovr_err err;

	if (argc != 2)
		return 3;
	if (strcmp(argv[1], "told") == 0)
		verify_sample_told(&verify);
	else
		verify_sample_none(&verify);
	return ovr_report_verify_json(&verify, stdout, &err) == 0 ? 0 : 1;
}
