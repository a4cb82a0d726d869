/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes a sample of an advice as JSON, for checks by other programs: write_advice
 * ring|nic|host|hopeless|full|overload.
 */
#include <stdio.h>
#include <string.h>

#include "report/advice.h"
#include "support/advice_sample.h"

int
main(int argc, char **argv)
{
	static struct ovr_result_advice advice;
	struct ovr_err err;

	if (argc != 2)
		return 3;
	if (strcmp(argv[1], "ring") == 0)
		advice_sample_ring(&advice);
	else if (strcmp(argv[1], "nic") == 0)
		advice_sample_nic(&advice);
	else if (strcmp(argv[1], "host") == 0)
		advice_sample_host(&advice);
	else if (strcmp(argv[1], "hopeless") == 0)
		advice_sample_hopeless(&advice);
	else if (strcmp(argv[1], "full") == 0)
		advice_sample_full(&advice);
	else
		advice_sample_overload(&advice);
	return ovr_report_advice_json(&advice, stdout, &err) == 0 ? 0 : 1;
}
