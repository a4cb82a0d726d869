/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/result.h"

#include <stdio.h>
#include <stdlib.h>

void
ovr_result_note(struct ovr_result *result, const char *format, ...)
{
	va_list args;

	if (result->n_notes < OVR_RESULT_NOTES_MAX)
		result->n_notes++;
	va_start(args, format);
	vsnprintf(result->note[result->n_notes - 1], OVR_RESULT_NOTE_BYTES, format, args);
	va_end(args);
}

void
ovr_result_done(struct ovr_result *result)
{
	for (uint32_t i = 0; i < result->n_workers; i++)
		free(result->worker[i].gap_ns);
	ovr_ledger_done(&result->ledger);
	free(result->queue);
	free(result->worker);
	free(result->stream);
	free(result->size);
	free(result->sample);
	free(result->rx_stall);
	free(result->tx_stall);
	free(result->period);
	free(result->period_stall);
	ovr_loss_events_done(&result->loss_events);
	free(result->latency_ns);
	free(result->interarrival_ns);
	free(result->counter);
	free(result->xstat);
	free(result->impairment);
	free(result->host);
	for (uint32_t i = 0; i < result->n_receivers; i++)
		ovr_ledger_done(&result->receiver[i].ledger);
	free(result->receiver);
	free(result->astray);
	*result = (struct ovr_result){ 0 };
}

const char *
ovr_result_half_name(enum ovr_result_half half)
{
	static const char *const name[OVR_RESULT_HALVES] = {
		[OVR_RESULT_HALF_WHOLE] = "whole",
		[OVR_RESULT_HALF_CHECKPOINT] = "checkpoint",
		[OVR_RESULT_HALF_NONE] = "none",
	};

	return name[half];
}

const char *
ovr_impairment_name(enum ovr_impairment_kind kind)
{
	static const char *const name[OVR_IMPAIRMENT_KINDS] = {
		[OVR_IMPAIRMENT_DROP] = "drop",
		[OVR_IMPAIRMENT_DUP] = "dup",
		[OVR_IMPAIRMENT_REORDER] = "reorder",
		[OVR_IMPAIRMENT_FCS] = "fcs",
		[OVR_IMPAIRMENT_CORRUPT] = "corrupt",
	};

	return name[kind];
}
