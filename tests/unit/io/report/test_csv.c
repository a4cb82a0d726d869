/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/report.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "support/result_sample.h"

/* @return the CSV, to be freed */
static char *
csv_of(const struct ovr_result *result)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_report_csv(result, out, NULL), 0);
	fclose(out);
	return text;
}

/*
 * The first interval is line rate with one loss; the second lasts 1.5 s, so its rates are not its
 * counts.
 */
Test(csv, a_row_per_interval_with_counts_rates_and_queues)
{
	struct ovr_result *result = sample_loss();
	char *csv = csv_of(result);

	cr_assert_str_eq(csv,
		"start_ns,end_ns,attempted_frames,refused_frames,sent_frames,shortfall_frames,received_"
		"frames,"
		"unique_frames,missed_frames,sent_bytes,received_bytes,tx_pps,rx_pps,tx_l1_bps,rx_l1_bps,"
		"rxq0_received_frames,rxq0_missed_frames\n"
		"0,1000000000,14880952,0,14880952,0,14839742,14839742,41210,952380928,949743488,14880952,"
		"14839742,"
		"9999999744,9972306624,14839742,41210\n"
		"1000000000,2500000000,22321428,28,22321400,3,22321400,22321399,0,1428569600,1428569600,"
		"14880933,"
		"14880933,9999987200,9999987200,22321400,0\n");
	free(csv);
	sample_free(result);
}

Test(csv, every_queue_has_its_columns)
{
	struct ovr_result *result = sample_loss();
	char *csv;

	for (uint32_t i = 0; i < 2; i++)
		result->sample[i].n_rxq = 3;
	result->sample[1].rxq_received[2] = 7;
	result->sample[1].rxq_missed[2] = 8;
	csv = csv_of(result);
	cr_assert_not_null(strstr(csv,
		"rx_l1_bps,rxq0_received_frames,rxq0_missed_frames,rxq1_received_frames,"
		"rxq1_missed_frames,rxq2_received_frames,rxq2_missed_frames\n0,"));
	cr_assert_not_null(strstr(csv, ",9972306624,14839742,41210,0,0,0,0\n"));
	cr_assert_not_null(strstr(csv, ",9999987200,22321400,0,0,0,7,8\n"));
	free(csv);
	sample_free(result);
}

Test(csv, a_trial_without_intervals_is_a_header_line)
{
	struct ovr_result *result = sample_pass();
	char *csv = csv_of(result);

	cr_assert_str_eq(csv,
		"start_ns,end_ns,attempted_frames,refused_frames,sent_frames,shortfall_frames,received_"
		"frames,"
		"unique_frames,missed_frames,sent_bytes,received_bytes,tx_pps,rx_pps,tx_l1_bps,rx_l1_bps\n");
	free(csv);
	sample_free(result);
}

Test(csv, an_interval_of_no_length_has_no_rates)
{
	struct ovr_result *result = sample_loss();
	char *csv;

	result->sample[0].end_ns = 0;
	csv = csv_of(result);
	cr_assert_not_null(strstr(csv,
		"\n0,0,14880952,0,14880952,0,14839742,14839742,41210,952380928,949743488,"
		"0,0,0,0,14839742,41210\n"));
	free(csv);
	sample_free(result);
}

Test(csv, a_full_disk_is_an_error_with_a_sentence)
{
	struct ovr_result *result = sample_pass();
	struct ovr_err err = { "" };
	FILE *out = fopen("/dev/full", "w");

	cr_assert_eq(ovr_report_csv(result, out, &err), -EIO);
	cr_assert_str_eq(err.text, "the time series cannot be written: No space left on device");
	fclose(out);
	sample_free(result);
}
