/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes what a sample result means for TCP as JSON: write_tcp_impact SAMPLE. */
#include <stdio.h>
#include <string.h>

#include "report/tcp_impact.h"
#include "support/result_sample.h"
#include "support/saved_sample.h"
#include "support/tcp_flow_sample.h"

int
main(int argc, char **argv)
{
	const struct ovr_tcp_impact_question question = ovr_tcp_impact_usual();
	const char *name = argc == 2 ? argv[1] : "";
	bool is_measured = strcmp(name, "measured") == 0;
	struct ovr_result *result = is_measured || strcmp(name, "loss") == 0 ? sample_loss()
		: strcmp(name, "void") == 0                                  ? sample_void()
		: strcmp(name, "impaired") == 0                              ? sample_impaired()
									     : sample_pass();
	struct ovr_saved saved = saved_of(result);
	struct ovr_tcp_impact impact = { 0 };
	struct ovr_err err = { "" };
	int status = ovr_tcp_impact_of(saved.root, "sample.json", &question, &impact, &err);

	if (status == 0 && is_measured)
		sample_flows(&impact);
	if (status == 0)
		status = ovr_report_tcp_impact_json(&impact, stdout, &err);
	if (status != 0)
		fprintf(stderr, "%s\n", err.text);
	ovr_tcp_impact_done(&impact);
	ovr_saved_close(&saved);
	sample_free(result);
	return status == 0 ? 0 : 1;
}
