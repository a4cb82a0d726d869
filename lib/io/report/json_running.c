/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The JSON of a trial that runs: written on a core that a worker needs back at once. All but the
 * series is small; of the series one row at a time is made, written and freed.
 */
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/json_parts.h"

#define EMPTY_SERIES "\"series\":[]"
/* Rows between two rests. */
#define ROWS 4

static int
write_row(const struct ovr_result_sample *sample, FILE *out)
{
	json_t *row = ovr_json_object(&ovr_json_sample_table, sample, NULL);
	int rc = row == NULL ? -1 : json_dumpf(row, out, JSON_COMPACT);

	json_decref(row);
	return rc;
}

int
ovr_report_json_running(const struct ovr_result *result, const char *command, FILE *out,
	const struct ovr_report_rest *rest, struct ovr_err *err)
{
	struct ovr_result *all_but_series = malloc(sizeof(*all_but_series));
	json_t *root = NULL;
	char *text = NULL, *series;
	int rc = 0;

	if (all_but_series != NULL) {
		*all_but_series = *result;
		all_but_series->n_samples = 0;
		root = ovr_json_result(all_but_series, command);
		free(all_but_series);
	}
	rest->rest(rest->context);
	if (root != NULL)
		text = json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(OVR_JSON_DIGITS));
	json_decref(root);
	/* no text of the result can hold it: there its quotes would be escaped */
	series = text == NULL ? NULL : strstr(text, EMPTY_SERIES);
	if (series == NULL) {
		free(text);
		return ovr_err_set(err, -ENOMEM, "the JSON result: no memory");
	}
	series += strlen(EMPTY_SERIES) - 1;
	rest->rest(rest->context);
	fwrite(text, 1, (size_t)(series - text), out);
	for (uint32_t i = 0; i < result->n_samples; i++) {
		if (i != 0)
			fputc(',', out);
		rc |= write_row(&result->sample[i], out);
		if (i % ROWS == ROWS - 1)
			rest->rest(rest->context);
	}
	fprintf(out, "%s\n", series);
	free(text);
	if (rc != 0 || fflush(out) != 0 || ferror(out) != 0)
		return ovr_err_set(err, -EIO, "the JSON result cannot be written: %s", strerror(errno));
	return 0;
}
