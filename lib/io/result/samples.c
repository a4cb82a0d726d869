/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/samples.h"

#include <errno.h>
#include <stdlib.h>

int
ovr_samples_init(struct ovr_samples *samples, uint32_t limit, struct ovr_err *err)
{
	if (limit < 2)
		return ovr_err_set(err, -EINVAL,
			"series-rows: found %u, accepted: 2 or more, since two rows become one", limit);
	/* calloc leaves pages alone that no row of a short trial reaches */
	*samples = (struct ovr_samples){
		.row = calloc(limit, sizeof(*samples->row)),
		.limit = limit,
		.intervals_per_row = 1,
	};
	if (samples->row == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a time series of %u rows", limit);
	return 0;
}

void
ovr_samples_done(struct ovr_samples *samples)
{
	free(samples->row);
	*samples = (struct ovr_samples){ 0 };
}

void
ovr_samples_merge(struct ovr_result_sample *row, const struct ovr_result_sample *next)
{
	row->end_ns = next->end_ns;
	row->attempted += next->attempted;
	row->refused += next->refused;
	row->sent += next->sent;
	row->shortfall += next->shortfall;
	row->received += next->received;
	row->unique += next->unique;
	row->missed += next->missed;
	row->sent_bytes += next->sent_bytes;
	row->received_bytes += next->received_bytes;
	row->link_lost |= next->link_lost;
	row->n_rxq = next->n_rxq > row->n_rxq ? next->n_rxq : row->n_rxq;
	for (uint32_t q = 0; q < next->n_rxq; q++) {
		row->rxq_received[q] += next->rxq_received[q];
		row->rxq_missed[q] += next->rxq_missed[q];
	}
}

static void
halve(struct ovr_samples *samples)
{
	uint32_t n = samples->n_rows;

	for (uint32_t i = 0; i < n / 2; i++) {
		samples->row[i] = samples->row[2 * i];
		ovr_samples_merge(&samples->row[i], &samples->row[2 * i + 1]);
	}
	/* one without a neighbour has room for as much again */
	if (n % 2 != 0)
		samples->row[n / 2] = samples->row[n - 1];
	else
		samples->n_in_last *= 2;
	samples->n_rows = n / 2 + n % 2;
	samples->intervals_per_row *= 2;
}

void
ovr_samples_add(struct ovr_samples *samples, const struct ovr_result_sample *sample)
{
	if (samples->n_rows == samples->limit && samples->n_in_last == samples->intervals_per_row)
		halve(samples);
	if (samples->n_rows != 0 && samples->n_in_last < samples->intervals_per_row) {
		ovr_samples_merge(&samples->row[samples->n_rows - 1], sample);
		samples->n_in_last++;
		return;
	}
	samples->row[samples->n_rows++] = *sample;
	samples->n_in_last = 1;
}

static uint64_t
missed_since(uint64_t before, uint64_t after)
{
	return after >= before ? after - before : after;
}

struct ovr_result_sample
ovr_samples_between(const struct ovr_result_sample *before, const struct ovr_result_sample *after)
{
	struct ovr_result_sample sample = *after;

	sample.attempted -= before->attempted;
	sample.refused -= before->refused;
	sample.sent -= before->sent;
	sample.shortfall -= before->shortfall;
	sample.received -= before->received;
	sample.unique -= before->unique;
	sample.missed = missed_since(before->missed, after->missed);
	sample.sent_bytes -= before->sent_bytes;
	sample.received_bytes -= before->received_bytes;
	for (uint32_t q = 0; q < sample.n_rxq; q++) {
		sample.rxq_received[q] -= before->rxq_received[q];
		sample.rxq_missed[q] = missed_since(before->rxq_missed[q], after->rxq_missed[q]);
	}
	return sample;
}
