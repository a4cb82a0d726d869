/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sequence accounts as JSON: streams, sizes, loss periods, in the terms of RFC 3357, 4737 and
 * 5560.
 */
#include "report/json_parts.h"
#include "report/json_put.h"

/* Pairs [longest length of the cell, periods] of the cells that hold any. */
static json_t *
length_cells(const struct ovr_seq_loss *loss)
{
	json_t *list = json_array();
	int rc = 0;

	for (unsigned int k = 0; k < OVR_SEQ_LENGTH_CELLS; k++)
		if (loss->length_cell[k] != 0)
			rc |= json_array_append_new(list,
				json_pack("[II]", (json_int_t)(UINT64_C(1) << k),
					(json_int_t)loss->length_cell[k]));
	return ovr_json_finish(list, rc);
}

static json_t *
loss_of(const struct ovr_seq_loss *loss, uint64_t sent)
{
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_count(object, "frames", loss->frames);
	rc |= json_object_set_new(object, "ratio", ovr_json_ratio(loss->frames, sent));
	rc |= ovr_json_put_count(object, "head", loss->head);
	rc |= ovr_json_put_count(object, "tail", loss->tail);
	rc |= ovr_json_put_count(object, "periods", loss->periods);
	rc |= ovr_json_put_count(object, "longest", loss->longest);
	rc |= ovr_json_put_known(object, "min_distance", loss->min_distance != 0, loss->min_distance);
	rc |= ovr_json_put_count(object, "noticeable", loss->noticeable);
	rc |= json_object_set_new(object, "noticeable_rate", ovr_json_ratio(loss->noticeable, loss->frames));
	rc |= json_object_set_new(object, "lengths", length_cells(loss));
	return ovr_json_finish(object, rc);
}

/*
 * Pairs [n, arrivals that are n-reordered and not more] where there are any; the last n is "or
 * more".
 */
static json_t *
exactly_n(const struct ovr_seq_reorder *reorder)
{
	json_t *list = json_array();
	int rc = 0;

	for (unsigned int n = 0; n <= OVR_SEQ_N_REORDER_MAX; n++)
		if (reorder->exactly_n[n] != 0)
			rc |= json_array_append_new(
				list, json_pack("[iI]", (int)n, (json_int_t)reorder->exactly_n[n]));
	return ovr_json_finish(list, rc);
}

static json_t *
reorder_of(const struct ovr_seq_reorder *reorder, uint64_t unique)
{
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_count(object, "frames", reorder->frames);
	rc |= json_object_set_new(object, "ratio", ovr_json_ratio(reorder->frames, unique));
	rc |= ovr_json_put_count(object, "extent_max", reorder->extent_max);
	rc |= ovr_json_put_count(object, "extent_sum", reorder->extent_sum);
	rc |= ovr_json_put_count(object, "late_time_max_ns", reorder->late_time_max_ns);
	rc |= ovr_json_put_count(object, "late_time_sum_ns", reorder->late_time_sum_ns);
	rc |= ovr_json_put_count(object, "beyond_memory", reorder->beyond_memory);
	rc |= json_object_set_new(object, "exactly_n", exactly_n(reorder));
	rc |= ovr_json_put_count(object, "runs", reorder->runs);
	rc |= ovr_json_put_count(object, "run_sum", reorder->run_sum);
	rc |= ovr_json_put_count(object, "run_square", reorder->run_square);
	return ovr_json_finish(object, rc);
}

json_t *
ovr_json_total(const struct ovr_seq_account *account, uint64_t sent)
{
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_count(object, "sent", sent);
	rc |= ovr_json_put_count(object, "arrivals", account->arrivals);
	rc |= ovr_json_put_count(object, "unique", account->unique);
	rc |= ovr_json_put_count(object, "duplicate", account->duplicate);
	rc |= json_object_set_new(
		object, "duplicate_fraction", ovr_json_ratio(account->duplicate, account->unique));
	rc |= ovr_json_put_count(object, "replicated", account->replicated);
	rc |= json_object_set_new(
		object, "replicated_rate", ovr_json_ratio(account->replicated, account->unique));
	rc |= ovr_json_put_count(object, "late", account->late);
	rc |= json_object_set_new(object, "loss", loss_of(&account->loss, sent));
	rc |= json_object_set_new(object, "reorder", reorder_of(&account->reorder, account->unique));
	return ovr_json_finish(object, rc);
}

static json_t *
stream_of(const struct ovr_result_stream *stream)
{
	json_t *object = json_object();
	json_t *account = ovr_json_total(&stream->account, stream->sent);
	int rc = 0;

	rc |= ovr_json_put_count(object, "stream", stream->stream);
	rc |= ovr_json_put_known(object, "queue", stream->queue >= 0, (uint64_t)stream->queue);
	rc |= ovr_json_put_count(object, "queues_seen", stream->n_queues);
	rc |= ovr_json_put_count(object, "corrupt", stream->corrupt);
	rc |= ovr_json_put_known(
		object, "first_seq", stream->account.arrivals != 0, stream->account.first_seq);
	rc |= ovr_json_put_count(object, "end_seq", stream->account.end_seq);
	rc |= json_object_update(object, account);
	json_decref(account);
	return ovr_json_finish(object, rc);
}

json_t *
ovr_json_streams(const struct ovr_result *result)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < result->n_streams; i++)
		rc |= json_array_append_new(list, stream_of(&result->stream[i]));
	return ovr_json_finish(list, rc);
}

json_t *
ovr_json_sizes(const struct ovr_result *result)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < result->n_sizes; i++) {
		const struct ovr_result_size *size = &result->size[i];
		json_t *object = json_object();

		rc |= ovr_json_put_count(object, "size", size->size);
		rc |= ovr_json_put_count(object, "sent", size->sent);
		rc |= ovr_json_put_count(object, "lost", size->lost);
		rc |= json_array_append_new(list, object);
	}
	return ovr_json_finish(list, rc);
}

json_t *
ovr_json_loss_periods(const struct ovr_result *result)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint64_t i = 0; i < result->n_periods; i++) {
		const struct ovr_seq_period *period = &result->period[i];
		uint32_t stall = result->period_stall == NULL ? UINT32_MAX : result->period_stall[i];
		json_t *object = json_object();

		rc |= ovr_json_put_count(object, "stream", period->stream);
		rc |= ovr_json_put_count(object, "worker", period->worker);
		rc |= ovr_json_put_count(object, "first_seq", period->first_seq);
		rc |= ovr_json_put_count(object, "frames", period->n_frames);
		rc |= ovr_json_put_count(object, "before_tx_ns", period->before_tx_ns);
		rc |= ovr_json_put_count(object, "after_tx_ns", period->after_tx_ns);
		rc |= ovr_json_put_count(object, "after_rx_ns", period->after_rx_ns);
		rc |= ovr_json_put_known(object, "stall",
			stall != UINT32_MAX && result->rx_stall[stall].explained != 0, stall);
		rc |= json_array_append_new(list, object);
	}
	return ovr_json_finish(list, rc);
}
