/* SPDX-License-Identifier: BSD-3-Clause */
/* The time series for plots: a row per interval, units in the names of the columns. */
#include "report/report.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "report/figure.h"

static uint32_t
rx_queues_of(const struct ovr_result *result)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < result->n_samples; i++)
		if (result->sample[i].n_rxq > most)
			most = result->sample[i].n_rxq;
	return most;
}

static void
print_header(uint32_t n_rxq, FILE *out)
{
	fprintf(out,
		"start_ns,end_ns,attempted_frames,refused_frames,sent_frames,shortfall_frames,received_"
		"frames,"
		"unique_frames,missed_frames,sent_bytes,received_bytes,tx_pps,rx_pps,tx_l1_bps,rx_l1_bps");
	for (uint32_t q = 0; q < n_rxq; q++)
		fprintf(out, ",rxq%" PRIu32 "_received_frames,rxq%" PRIu32 "_missed_frames", q, q);
	fputc('\n', out);
}

static void
print_sample(const struct ovr_result_sample *s, uint32_t n_rxq, FILE *out)
{
	uint64_t ns = s->end_ns > s->start_ns ? s->end_ns - s->start_ns : 0;
	const uint64_t whole[] = { s->start_ns, s->end_ns, s->attempted, s->refused, s->sent, s->shortfall,
		s->received, s->unique, s->missed, s->sent_bytes, s->received_bytes };
	const double rate[] = { ovr_figure_rate(s->sent, ns), ovr_figure_rate(s->received, ns),
		8 * ovr_figure_rate(s->sent_bytes + OVR_FRAME_OVERHEAD_BYTES * s->sent, ns),
		8 * ovr_figure_rate(s->received_bytes + OVR_FRAME_OVERHEAD_BYTES * s->received, ns) };

	for (unsigned int i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		fprintf(out, "%s%" PRIu64, i == 0 ? "" : ",", whole[i]);
	for (unsigned int i = 0; i < sizeof(rate) / sizeof(rate[0]); i++)
		fprintf(out, ",%.0f", rate[i]);
	for (uint32_t q = 0; q < n_rxq; q++)
		fprintf(out, ",%" PRIu64 ",%" PRIu64, s->rxq_received[q], s->rxq_missed[q]);
	fputc('\n', out);
}

int
ovr_report_csv(const struct ovr_result *result, FILE *out, struct ovr_err *err)
{
	uint32_t n_rxq = rx_queues_of(result);

	print_header(n_rxq, out);
	for (uint32_t i = 0; i < result->n_samples; i++)
		print_sample(&result->sample[i], n_rxq, out);
	if (fflush(out) != 0 || ferror(out) != 0)
		return ovr_err_set(err, -EIO, "the time series cannot be written: %s", strerror(errno));
	return 0;
}
