/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/check.h"

#include <errno.h>
#include <inttypes.h>

#include "report/figure.h"
#include "report/json_parts.h"
#include "report/json_put.h"

/* More streams than this are told as a total only. */
#define STREAMS_SHOWN 64
/* So many other trials are named. */
#define TRIALS_SHOWN 8

int
ovr_report_check_verdict(const struct ovr_capture_account *account)
{
	return account->total.loss.frames != 0 || account->corrupt != 0 || account->total.late != 0 ? 1 : 0;
}

/* A line of the block, left out where there is nothing to say. */
static void
print_count(FILE *out, const char *name, uint64_t count, const char *remark)
{
	if (count != 0)
		fprintf(out, "  %-11s%13s   %s\n", name, ovr_figure_count(count).text, remark);
}

/* The frames that the reorder density has displaced, and how many waited for them. */
static void
print_density(const struct ovr_capture_account *account, FILE *out)
{
	const struct ovr_seq_density *density = &account->density;
	uint64_t in_place = density->displaced[OVR_SEQ_DENSITY_THRESHOLD], most = 0;
	int first = 0, last = 0;

	if (account->total.reorder.frames == 0)
		return;
	for (int d = -(int)OVR_SEQ_DENSITY_THRESHOLD; d <= (int)OVR_SEQ_DENSITY_THRESHOLD; d++) {
		if (density->displaced[OVR_SEQ_DENSITY_THRESHOLD + d] == 0)
			continue;
		first = d < first ? d : first;
		last = d > last ? d : last;
	}
	for (uint64_t n = 0; n <= OVR_SEQ_DENSITY_THRESHOLD; n++)
		most = density->occupancy[n] != 0 ? n : most;
	fprintf(out, "  %-11s%13s   by %+d to %+d", "displaced",
		ovr_figure_count(density->displaced_frames - in_place).text, first, last);
	/* else it shows how many waited for a lost one */
	if (account->total.loss.frames == 0)
		fprintf(out, "; putting them in order holds up to %" PRIu64, most);
	if (density->beyond != 0)
		fprintf(out, "; %s by more than %u", ovr_figure_count(density->beyond).text,
			OVR_SEQ_DENSITY_THRESHOLD);
	if (account->density_left_out != 0)
		fprintf(out, "; without %u more streams", account->density_left_out);
	fprintf(out, "\n");
}

static void
print_bursts(const struct ovr_capture_account *account, FILE *out)
{
	const struct ovr_seq_loss_burst *burst = &account->burst;

	if (account->total.loss.frames == 0 || account->is_excerpt)
		return;
	if (account->n_periods_dropped != 0) {
		fprintf(out, "  %-11s%13s   not known: too many loss periods\n", "loss bursts", "-");
		return;
	}
	fprintf(out, "  %-11s%13s   %s lost of %s frames in them, %s of %s in gaps (Gmin %u)\n",
		"loss bursts", ovr_figure_count(burst->bursts).text, ovr_figure_count(burst->burst_lost).text,
		ovr_figure_count(burst->burst_frames).text, ovr_figure_count(burst->gap_lost).text,
		ovr_figure_count(burst->gap_frames).text, OVR_SEQ_LOSS_BURST_GMIN);
}

/* Frames of which the file holds the beginning only. */
static void
print_cut(const struct ovr_capture_account *account, FILE *out)
{
	if (account->cut_short == 0)
		return;
	fprintf(out, "  %-11s%13s   ", "cut short", ovr_figure_count(account->cut_short).text);
	if (account->unchecked != 0)
		fprintf(out, "of these %s ours by their tag, with their checksums unchecked\n",
			ovr_figure_count(account->unchecked).text);
	else
		fprintf(out, "not captured as far as the end of a tag; not ours, as far as one can see\n");
}

/* The other trials, so that each can be asked for. */
static void
print_trials(const struct ovr_capture_account *account, FILE *out)
{
	unsigned int n = 0;

	for (uint64_t i = 0; i < account->n_trials; i++) {
		if (account->trial[i].trial_id == account->trial_id)
			continue;
		if (++n > TRIALS_SHOWN)
			continue;
		if (n == 1)
			fprintf(out, "\n  Other trials; account for one with --trial-id:\n");
		fprintf(out, "    0x%08x %13s frame%s\n", account->trial[i].trial_id,
			ovr_figure_count(account->trial[i].frames).text,
			ovr_figure_plural(account->trial[i].frames));
	}
	if (n > TRIALS_SHOWN)
		fprintf(out, "    … and %u more, in --json\n", n - TRIALS_SHOWN);
}

static void
print_streams(const struct ovr_capture_account *account, FILE *out)
{
	if (account->n_streams < 2)
		return;
	fprintf(out, "\n  %6s %13s %13s %13s %11s %11s %11s\n", "stream", "first", "last", "unique", "lost",
		"duplicate", "reordered");
	for (uint32_t i = 0; i < account->n_streams && i < STREAMS_SHOWN; i++) {
		const struct ovr_capture_stream *stream = &account->stream[i];

		fprintf(out, "  %6u %13s %13s %13s %11s %11s %11s\n", stream->stream,
			ovr_figure_count(stream->first_seq).text, ovr_figure_count(stream->last_seq).text,
			ovr_figure_count(stream->account.unique).text,
			ovr_figure_count(stream->account.loss.frames).text,
			ovr_figure_count(stream->account.duplicate).text,
			ovr_figure_count(stream->account.reorder.frames).text);
	}
	if (account->n_streams > STREAMS_SHOWN)
		fprintf(out, "  … and %u more streams, in --json\n", account->n_streams - STREAMS_SHOWN);
}

int
ovr_report_check_text(
	const struct ovr_capture_account *account, const char *path, FILE *out, struct ovr_err *err)
{
	const struct ovr_seq_account *total = &account->total;
	uint64_t span = total->unique + total->loss.frames;

	fprintf(out, "%s   trial 0x%08x   %u stream%s   %s\n\n", path, account->trial_id, account->n_streams,
		ovr_figure_plural(account->n_streams), ovr_figure_time(account->duration_ns).text);
	print_count(out, "frames", account->frames, "in the capture");
	print_count(out, "unique", total->unique,
		account->is_excerpt ? "" : ovr_figure_ratio(total->unique, span).text);
	fprintf(out, "  %-11s%13s   %s   %s loss period%s, longest %s frame%s; %s\n", "lost",
		ovr_figure_count(total->loss.frames).text,
		account->is_excerpt ? "" : ovr_figure_ratio(total->loss.frames, span).text,
		ovr_figure_count(total->loss.periods).text, ovr_figure_plural(total->loss.periods),
		ovr_figure_count(total->loss.longest).text, ovr_figure_plural(total->loss.longest),
		account->is_excerpt ? "the holes that its frames name"
				    : "between each stream's first and last frame");
	print_bursts(account, out);
	print_count(out, "duplicate", total->duplicate, "");
	print_count(out, "reordered", total->reorder.frames, "");
	print_density(account, out);
	print_count(out, "late", total->late, "behind the window");
	print_count(out, "corrupt", account->corrupt, "a checksum or a length is wrong");
	print_count(
		out, "stale", account->stale, account->stale == 1 ? "of another trial" : "of other trials");
	print_count(out, "foreign", account->foreign, "not ours");
	print_cut(account, out);
	print_trials(account, out);
	print_streams(account, out);
	if (account->is_excerpt)
		fprintf(out,
			"\n  An excerpt that a trial wrote: the frames around its losses. What lies between "
			"them is "
			"not in the\n  file, and is no loss; the trial's result has the whole account.\n");
	else
		fprintf(out,
			"\n  What was lost before a stream's first frame or after its last cannot be seen "
			"in a "
			"capture.\n");
	if (account->is_cut)
		fprintf(out, "  The file ends in the middle of a frame, as when its writer was killed.\n");
	return ferror(out) ? ovr_err_set(err, -EIO, "the text cannot be written") : 0;
}

static json_t *
trials_of(const struct ovr_capture_account *account)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint64_t i = 0; i < account->n_trials; i++) {
		json_t *trial = json_object();
		char id[16];
		int put;

		snprintf(id, sizeof(id), "0x%08x", account->trial[i].trial_id);
		put = ovr_json_put_text(trial, "trial_id", id);
		put |= ovr_json_put_count(trial, "frames", account->trial[i].frames);
		rc |= json_array_append_new(list, ovr_json_finish(trial, put));
	}
	return ovr_json_finish(list, rc);
}

static json_t *
stream_of(const struct ovr_capture_stream *stream)
{
	json_t *object = ovr_json_total(
		&stream->account, stream->account.unique + stream->account.loss.frames);
	int rc = ovr_json_put_count(object, "stream", stream->stream);

	rc |= ovr_json_put_count(object, "first_seq", stream->first_seq);
	rc |= ovr_json_put_count(object, "last_seq", stream->last_seq);
	return ovr_json_finish(object, rc);
}

static json_t *
streams_of(const struct ovr_capture_account *account)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint32_t i = 0; i < account->n_streams; i++)
		rc |= json_array_append_new(list, stream_of(&account->stream[i]));
	return ovr_json_finish(list, rc);
}

static json_t *
periods_of(const struct ovr_capture_account *account)
{
	json_t *list = json_array();
	int rc = 0;

	for (uint64_t i = 0; i < account->n_periods; i++) {
		json_t *period = json_object();
		int put = ovr_json_put_count(period, "stream", account->period[i].stream);

		put |= ovr_json_put_count(period, "first_seq", account->period[i].first_seq);
		put |= ovr_json_put_count(period, "frames", account->period[i].n_frames);
		rc |= json_array_append_new(list, ovr_json_finish(period, put));
	}
	return ovr_json_finish(list, rc);
}

/* [[value, share], …] of the cells of a histogram that are not empty; cell 0 stands for `first`. */
static json_t *
shares_of(const uint64_t *cell, unsigned int n_cells, int first, uint64_t frames)
{
	json_t *list = json_array();
	int rc = 0;

	for (unsigned int i = 0; i < n_cells; i++) {
		json_t *pair;
		int put;

		if (cell[i] == 0)
			continue;
		pair = json_array();
		put = json_array_append_new(pair, json_integer(first + (int)i));
		put |= json_array_append_new(pair, ovr_json_ratio(cell[i], frames));
		rc |= json_array_append_new(list, ovr_json_finish(pair, put));
	}
	return ovr_json_finish(list, rc);
}

static int
put_densities(json_t *object, const struct ovr_capture_account *account)
{
	const struct ovr_seq_density *density = &account->density;
	int rc = ovr_json_put_count(object, "dt", OVR_SEQ_DENSITY_THRESHOLD);

	rc |= json_object_set_new(object, "reorder_density",
		shares_of(density->displaced, 2 * OVR_SEQ_DENSITY_THRESHOLD + 1,
			-(int)OVR_SEQ_DENSITY_THRESHOLD, density->displaced_frames));
	rc |= json_object_set_new(object, "buffer_density",
		shares_of(density->occupancy, OVR_SEQ_DENSITY_THRESHOLD + 1, 0, density->occupancy_frames));
	rc |= ovr_json_put_count(object, "displaced_beyond_dt", density->beyond);
	rc |= ovr_json_put_count(object, "density_streams_left_out", account->density_left_out);
	return rc;
}

/* Null if not known. */
static json_t *
bursts_of(const struct ovr_capture_account *account)
{
	const struct ovr_seq_loss_burst *burst = &account->burst;
	json_t *object;
	int rc;

	if (account->n_periods_dropped != 0 || account->is_excerpt)
		return json_null();
	object = json_object();
	rc = ovr_json_put_count(object, "gmin", OVR_SEQ_LOSS_BURST_GMIN);
	rc |= ovr_json_put_count(object, "bursts", burst->bursts);
	rc |= ovr_json_put_count(object, "burst_frames", burst->burst_frames);
	rc |= ovr_json_put_count(object, "burst_lost", burst->burst_lost);
	rc |= json_object_set_new(
		object, "burst_density", ovr_json_ratio(burst->burst_lost, burst->burst_frames));
	rc |= ovr_json_put_count(object, "burst_density_256",
		ovr_seq_loss_burst_density(burst->burst_lost, burst->burst_frames));
	rc |= ovr_json_put_count(object, "gaps", burst->gaps);
	rc |= ovr_json_put_count(object, "gap_frames", burst->gap_frames);
	rc |= ovr_json_put_count(object, "gap_lost", burst->gap_lost);
	rc |= json_object_set_new(object, "gap_density", ovr_json_ratio(burst->gap_lost, burst->gap_frames));
	rc |= ovr_json_put_count(
		object, "gap_density_256", ovr_seq_loss_burst_density(burst->gap_lost, burst->gap_frames));
	return ovr_json_finish(object, rc);
}

int
ovr_report_check_json(
	const struct ovr_capture_account *account, const char *path, FILE *out, struct ovr_err *err)
{
	const struct ovr_seq_account *total = &account->total;
	char trial_id[16];
	json_t *object = json_object();
	int rc = ovr_json_put_text(object, "schema", "overrun.check/1");

	snprintf(trial_id, sizeof(trial_id), "0x%08x", account->trial_id);
	rc |= ovr_json_put_text(object, "command", "check");
	rc |= ovr_json_put_text(object, "file", path);
	rc |= ovr_json_put_text(object, "trial_id", trial_id);
	rc |= ovr_json_put_count(object, "duration_ns", account->duration_ns);
	rc |= ovr_json_put_count(object, "frames", account->frames);
	rc |= ovr_json_put_count(object, "ours", account->ours);
	rc |= ovr_json_put_count(object, "corrupt", account->corrupt);
	rc |= ovr_json_put_count(object, "stale", account->stale);
	rc |= ovr_json_put_count(object, "foreign", account->foreign);
	rc |= ovr_json_put_count(object, "cut_short", account->cut_short);
	rc |= ovr_json_put_count(object, "unchecked", account->unchecked);
	rc |= json_object_set_new(object, "excerpt", json_boolean(account->is_excerpt));
	rc |= json_object_set_new(object, "file_is_cut", json_boolean(account->is_cut));
	rc |= json_object_set_new(object, "trials", trials_of(account));
	rc |= json_object_set_new(object, "total", ovr_json_total(total, total->unique + total->loss.frames));
	rc |= json_object_set_new(object, "streams", streams_of(account));
	rc |= json_object_set_new(object, "loss_periods", periods_of(account));
	rc |= ovr_json_put_count(object, "loss_periods_dropped", account->n_periods_dropped);
	rc |= json_object_set_new(object, "loss_bursts", bursts_of(account));
	rc |= put_densities(object, account);
	object = ovr_json_finish(object, rc);
	if (object == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the account as JSON");
	rc = json_dumpf(object, out, JSON_INDENT(2));
	json_decref(object);
	fputc('\n', out);
	return rc != 0 || ferror(out) ? ovr_err_set(err, -EIO, "the JSON cannot be written") : 0;
}
