/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading a half that another host wrote, and halves as files. */
#include "report/half.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/half_parts.h"
#include "report/json_check.h"
#include "report/json_put.h"
#include "report/json_tables.h"
#include "report/saved.h"

/*
 * What jansson keeps for each object or list, key and further value, in bytes, and how many times
 * the text's limit all of it may take.
 */
#define OBJECT_BYTES 256
#define KEY_BYTES    96
#define VALUE_BYTES  48
#define FACTOR       16

static int
refuse(const char *key, const char *found, const char *accepted, struct ovr_err *err)
{
	return ovr_err_set(err, -EINVAL, "%s: found %s, accepted: %s", key, found, accepted);
}

/*
 * Cycles become ns by bucket, each where its middle belongs, and the bounds by themselves: these
 * may be in the next bucket.
 */
static bool
is_beside(uint64_t value, unsigned int bucket)
{
	unsigned int index = ovr_hist_index(value);

	return index + 1 >= bucket && index <= bucket + 1;
}

/* Percentiles count on it. */
static int
check_hist(const char *key, const struct ovr_hist *hist, struct ovr_err *err)
{
	unsigned int first = OVR_HIST_BUCKETS, last = 0;
	uint64_t sum = 0;

	if (hist == NULL)
		return 0;
	for (unsigned int i = 0; i < OVR_HIST_BUCKETS; i++) {
		if (hist->bucket[i] == 0)
			continue;
		if (hist->bucket[i] > hist->count - sum)
			return refuse(key, "more values in the buckets than the count", "as many", err);
		sum += hist->bucket[i];
		first = first == OVR_HIST_BUCKETS ? i : first;
		last = i;
	}
	if (sum != hist->count)
		return refuse(key, "fewer values in the buckets than the count", "as many", err);
	if (sum != 0 && (!is_beside(hist->min, first) || !is_beside(hist->max, last)))
		return refuse(key, "a minimum or maximum in no bucket that has one",
			"those of the first and last bucket", err);
	return 0;
}

/* Events are added when the halves are joined: there is room for as many as were asked for. */
static int
make_room(const char *key, struct ovr_loss_events *events, struct ovr_err *err)
{
	struct ovr_loss_event *event;

	if (events->n > events->limit)
		return refuse(key, "more events than room", "as many at most", err);
	for (uint32_t i = 0; i < events->n; i++) {
		const struct ovr_loss_event *it = &events->event[i];

		if (it->start_ns > it->end_ns || (i != 0 && it->start_ns < it[-1].end_ns))
			return refuse(key, "events out of order", "events one after the other", err);
	}
	if (events->limit == 0)
		return 0;
	event = reallocarray(events->event, events->limit, sizeof(*event));
	if (event == NULL)
		return ovr_err_set(err, -ENOMEM, "%s: no memory", key);
	memset(event + events->n, 0, (events->limit - events->n) * sizeof(*event));
	events->event = event;
	return 0;
}

/* Sums of so many frames are still whole numbers with a sign; no trial has as many. */
#define FRAMES_MAX (UINT64_C(1) << 56)

static int
check_frames(const char *key, const uint64_t *frames, size_t n, struct ovr_err *err)
{
	for (size_t i = 0; i < n; i++)
		if (frames[i] > FRAMES_MAX)
			return refuse(key, "more frames than any trial has", "2^56 at most", err);
	return 0;
}

static int
check_sent(const struct ovr_half_sender *sender, struct ovr_err *err)
{
	const uint64_t frames[] = { sender->attempted, sender->refused, sender->sent, sender->shortfall };
	int status = check_frames("sender", frames, sizeof(frames) / sizeof(frames[0]), err);

	return status == 0 ? check_frames("sender.sent_of", sender->sent_of, sender->n_streams, err) : status;
}

static int
check_received(const struct ovr_half_receiver *receiver, struct ovr_err *err)
{
	const uint64_t frames[] = { receiver->ours, receiver->corrupt, receiver->stale, receiver->foreign,
		receiver->merged, receiver->total.unique, receiver->total.duplicate, receiver->total.late };
	int status = check_frames("receiver", frames, sizeof(frames) / sizeof(frames[0]), err);

	for (uint32_t s = 0; s < receiver->n_streams && status == 0; s++) {
		const struct ovr_result_stream *stream = &receiver->stream[s];
		const uint64_t of[] = { stream->sent, stream->corrupt, stream->account.unique,
			stream->account.late };

		status = check_frames("receiver.streams", of, sizeof(of) / sizeof(of[0]), err);
	}
	for (uint32_t i = 0; i < receiver->n_astray && status == 0; i++)
		status = check_frames("receiver.astray", &receiver->astray[i].frames, 1, err);
	return status;
}

static int
check_accounts(const char *key, const struct ovr_half_accounts *accounts, struct ovr_err *err)
{
	for (uint32_t i = 0; i < accounts->n; i++) {
		const struct ovr_ledger_account *account = &accounts->account[i];

		if (account->frames_min > account->frames || account->frames > account->frames_max)
			return refuse(key, "frames that are not from frames_min to frames_max",
				"a number between them", err);
		if (check_frames(key, &account->frames_max, 1, err) != 0)
			return -EINVAL;
	}
	return 0;
}

/* @param is_tx what its queues do, and its workers */
static int
check_end(const struct ovr_half *end, bool is_tx, struct ovr_err *err)
{
	const char *name = is_tx ? "sender.end" : "receiver.end";
	int status = check_accounts(name, &end->accounts, err);

	for (uint32_t q = 0; q < end->n_queues && status == 0; q++)
		if (end->queue[q].is_tx != is_tx)
			status = refuse(name, "a queue of the other end", "its own queues", err);
	for (uint32_t w = 0; w < end->n_workers && status == 0; w++) {
		if (end->worker[w].is_tx != is_tx)
			status = refuse(name, "a worker of the other end", "its own workers", err);
		else
			status = check_hist(name, end->worker[w].gap_ns, err);
	}
	for (uint64_t i = 1; i < end->n_stalls && status == 0; i++)
		if (end->stall[i].worker == end->stall[i - 1].worker &&
			end->stall[i].start_ns < end->stall[i - 1].start_ns)
			status = refuse(name, "stalls out of order", "stalls by worker and time", err);
	return status;
}

static int
check_receiver(struct ovr_half_receiver *receiver, struct ovr_err *err)
{
	int status = check_end(&receiver->end, false, err);

	if (status == 0)
		status = check_hist("receiver.latency_ns", receiver->latency_ns, err);
	if (status == 0)
		status = check_hist("receiver.interarrival_ns", receiver->interarrival_ns, err);
	if (status == 0 && receiver->n_shared > receiver->n_periods)
		status = refuse(
			"receiver.periods_shared", "more than there are periods", "as many at most", err);
	for (uint64_t i = 0; i < receiver->n_periods && status == 0; i++)
		if (receiver->period[i].n_frames == 0)
			status = refuse("receiver.periods", "a period without a frame", "one at least", err);
	if (status == 0)
		status = make_room("receiver.events", &receiver->events, err);
	if (status == 0)
		status = make_room("receiver.unlisted_events", &receiver->unlisted, err);
	return status;
}

/* What depends on each other. */
static int
check_figures(struct ovr_half_document *half, struct ovr_err *err)
{
	struct ovr_half_common *common = &half->halves.common;
	int status = 0;

	common->accounts.capacity = common->accounts.n;
	common->notes_capacity = common->n_notes;
	half->halves.sender.end.accounts.capacity = half->halves.sender.end.accounts.n;
	half->halves.receiver.end.accounts.capacity = half->halves.receiver.end.accounts.n;
	if (!half->has_sender && !half->has_receiver)
		status = refuse("sender", "no end at all", "a sender, a receiver, or both", err);
	if (status == 0 && half->has_sender)
		status = check_end(&half->halves.sender.end, true, err);
	if (status == 0 && half->has_receiver)
		status = check_receiver(&half->halves.receiver, err);
	if (status == 0)
		status = check_sent(&half->halves.sender, err);
	if (status == 0)
		status = check_received(&half->halves.receiver, err);
	if (status == 0)
		status = check_frames("common.impairments", common->impairments, OVR_IMPAIRMENT_KINDS, err);
	if (status == 0 && common->outages.n < common->outages.n_kept)
		status = refuse("common.outages_all", "fewer than are listed", "as many at least", err);
	return status == 0 ? check_accounts("common.accounts", &common->accounts, err) : status;
}

int
ovr_half_read(const json_t *value, struct ovr_half_document *ret_half, struct ovr_err *err)
{
	static const struct ovr_json_table *const table = &ovr_json_half_table;
	struct ovr_half_document half;
	int status = ovr_json_check(&table, 1, value, err);

	if (status == 0)
		status = ovr_json_read(table, value, &half, err);
	if (status != 0)
		return status;
	status = check_figures(&half, err);
	if (status == 0)
		*ret_half = half;
	else
		ovr_half_document_done(&half);
	return status;
}

static unsigned int
cost_of(char c)
{
	switch (c) {
	case '{':
	case '[':
		return OBJECT_BYTES;
	case ':':
		return KEY_BYTES;
	case ',':
		return VALUE_BYTES;
	default:
		return 0;
	}
}

/* Nothing is built of a text that would become too much. */
static int
check_cost(const char *text, size_t bytes, struct ovr_err *err)
{
	uint64_t cost = 0;
	bool is_in_text = false;

	/* a file ends in a newline */
	if (bytes > OVR_HALF_BYTES_MAX + 1)
		return ovr_err_set(err, -EFBIG,
			"found %zu bytes, accepted: a half of %" PRIu64 " MiB at most", bytes,
			OVR_HALF_BYTES_MAX >> 20);
	for (size_t i = 0; i < bytes; i++) {
		if (is_in_text && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			is_in_text = !is_in_text;
		else if (!is_in_text)
			cost += cost_of(text[i]);
	}
	if (cost > FACTOR * OVR_HALF_BYTES_MAX)
		return ovr_err_set(err, -EFBIG, "found more values than a half of %" PRIu64 " MiB has",
			OVR_HALF_BYTES_MAX >> 20);
	return 0;
}

int
ovr_half_parse(const char *text, size_t bytes, struct ovr_half_document *ret_half, struct ovr_err *err)
{
	struct ovr_saved saved;
	int status = check_cost(text, bytes, err);

	if (status == 0)
		status = ovr_saved_parse(text, bytes, &saved, err);
	if (status != 0)
		return status;
	if (strcmp(saved.name, "half") != 0)
		status = ovr_err_set(
			err, -EINVAL, "schema: found overrun.%s/1, accepted: overrun.half/1", saved.name);
	else
		status = ovr_half_read(saved.root, ret_half, err);
	ovr_saved_close(&saved);
	return status;
}

/* Written beside the file and renamed: a half is there as a whole or not at all. */
int
ovr_half_save(const struct ovr_half_document *half, const char *path, struct ovr_err *err)
{
	json_t *value = ovr_half_json(half);
	char *text = value == NULL ? NULL : json_dumps(value, JSON_COMPACT);
	size_t bytes = text == NULL ? 0 : strlen(text);
	char beside[PATH_MAX];
	FILE *out = NULL;
	int status = 0;

	json_decref(value);
	if (text == NULL)
		return ovr_err_set(err, -ENOMEM, "%s: no memory", path);
	if (bytes > OVR_HALF_BYTES_MAX)
		status = ovr_err_set(err, -EFBIG,
			"%s: the half has %zu bytes, accepted: %" PRIu64 " MiB at most", path, bytes,
			OVR_HALF_BYTES_MAX >> 20);
	else if ((size_t)snprintf(beside, sizeof(beside), "%s.%ld", path, (long)getpid()) >= sizeof(beside))
		status = ovr_err_set(err, -ENAMETOOLONG, "%.200s…: %s", path, strerror(ENAMETOOLONG));
	else if ((out = fopen(beside, "we")) == NULL)
		status = ovr_err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (out != NULL) {
		bool is_written = fwrite(text, 1, bytes, out) == bytes && fputc('\n', out) != EOF &&
			fflush(out) == 0;

		if (fclose(out) != 0 || !is_written || rename(beside, path) != 0) {
			status = ovr_err_set(err, errno == 0 ? -EIO : -errno, "%s: %s", path,
				strerror(errno == 0 ? EIO : errno));
			unlink(beside);
		}
	}
	free(text);
	return status;
}

int
ovr_half_load(const char *path, struct ovr_half_document *ret_half, struct ovr_err *err)
{
	FILE *in = fopen(path, "re");
	char *text = NULL;
	size_t bytes = 0;
	int status = 0;

	if (in == NULL)
		return ovr_err_set(err, -errno, "%s: %s", path, strerror(errno));
	/* a byte more than is accepted, so that more is noticed */
	text = malloc(OVR_HALF_BYTES_MAX + 2);
	if (text == NULL)
		status = ovr_err_set(err, -ENOMEM, "%s: no memory", path);
	else
		bytes = fread(text, 1, OVR_HALF_BYTES_MAX + 2, in);
	if (status == 0 && ferror(in))
		status = ovr_err_set(err, -EIO, "%s: %s", path, strerror(EIO));
	fclose(in);
	if (status == 0) {
		status = ovr_half_parse(text, bytes, ret_half, err);
		if (status != 0)
			ovr_err_prefix(err, "%s", path);
	}
	free(text);
	return status;
}
