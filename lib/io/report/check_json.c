/* SPDX-License-Identifier: BSD-3-Clause */
/* The account of a capture for programs (overrun.check/1). */
#include "report/check.h"

#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/json_tables.h"
#include "seq/density.h"
#include "seq/loss_burst.h"

#define TRIAL(member)   OVR_JSON_MEMBER(struct ovr_capture_trial, member)
#define STREAM(member)  OVR_JSON_MEMBER(struct ovr_capture_stream, member)
#define PERIOD(member)  OVR_JSON_MEMBER(struct ovr_seq_period, member)
#define BURST(member)   OVR_JSON_MEMBER(struct ovr_seq_loss_burst, member)
#define ACCOUNT(member) OVR_JSON_MEMBER(struct ovr_capture_account, member)

static const struct ovr_json_row trial_rows[] = {
	{ "trial_id", OVR_JSON_ID, TRIAL(trial_id) },
	{ "frames", OVR_JSON_COUNT, TRIAL(frames) },
};

static const struct ovr_json_table trial_table = OVR_JSON_TABLE(
	"trial", struct ovr_capture_trial, trial_rows, NULL);

/* What the file shows of how much was sent. */
static uint64_t
seen(const struct ovr_seq_account *account)
{
	return account->unique + account->loss.frames;
}

static json_t *
sent(const struct ovr_json_at *at)
{
	return ovr_json_count(seen(at->member));
}

static json_t *
account(const struct ovr_json_at *at)
{
	return ovr_json_account(at->member, seen(at->member));
}

static const struct ovr_json_row stream_rows[] = {
	{ "sent", OVR_JSON_COUNT, .offset = offsetof(struct ovr_capture_stream, account), .value = sent },
	{ NULL, OVR_JSON_OBJECT, STREAM(account), .value = account, .table = &ovr_json_account_table },
	{ "stream", OVR_JSON_COUNT, STREAM(stream) },
	{ "first_seq", OVR_JSON_COUNT, STREAM(first_seq), "the smallest number of its frames in the file" },
	{ "last_seq", OVR_JSON_COUNT, STREAM(last_seq), "the largest one" },
};

static const struct ovr_json_table stream_table = OVR_JSON_TABLE(
	"stream", struct ovr_capture_stream, stream_rows, NULL);

static const struct ovr_json_row total_rows[] = {
	{ "sent", OVR_JSON_COUNT, .about = "unique + lost, as far as the file shows",
		.offset = offsetof(struct ovr_capture_account, total), .value = sent },
	{ NULL, OVR_JSON_OBJECT, ACCOUNT(total), .value = account, .table = &ovr_json_account_table },
};

static const struct ovr_json_table total_table = OVR_JSON_TABLE(
	"total", struct ovr_capture_account, total_rows, "All streams together");

static const struct ovr_json_row period_rows[] = {
	{ "stream", OVR_JSON_COUNT, PERIOD(stream) },
	{ "first_seq", OVR_JSON_COUNT, PERIOD(first_seq), "the first lost number" },
	{ "frames", OVR_JSON_COUNT, PERIOD(n_frames) },
};

static const struct ovr_json_table period_table = OVR_JSON_TABLE(
	"loss_period", struct ovr_seq_period, period_rows, NULL);

static json_t *
burst_density(const struct ovr_json_at *at)
{
	const struct ovr_seq_loss_burst *burst = at->object;

	return ovr_json_count(ovr_seq_loss_burst_density(burst->burst_lost, burst->burst_frames));
}

static json_t *
gap_density(const struct ovr_json_at *at)
{
	const struct ovr_seq_loss_burst *burst = at->object;

	return ovr_json_count(ovr_seq_loss_burst_density(burst->gap_lost, burst->gap_frames));
}

static const struct ovr_json_row burst_rows[] = {
	{ "gmin", OVR_JSON_CONSTANT, .about = "frames without loss that end a burst",
		.max = OVR_SEQ_LOSS_BURST_GMIN },
	{ "bursts", OVR_JSON_COUNT, BURST(bursts) },
	{ "burst_frames", OVR_JSON_COUNT, BURST(burst_frames), "received and lost, in bursts" },
	{ "burst_lost", OVR_JSON_COUNT, BURST(burst_lost) },
	{ "burst_density", OVR_JSON_SHARE, BURST(burst_lost),
		.whole = offsetof(struct ovr_seq_loss_burst, burst_frames) },
	{ "burst_density_256", OVR_JSON_COUNT, .about = "as RTCP XR has it", .value = burst_density,
		.max = 255 },
	{ "gaps", OVR_JSON_COUNT, BURST(gaps) },
	{ "gap_frames", OVR_JSON_COUNT, BURST(gap_frames) },
	{ "gap_lost", OVR_JSON_COUNT, BURST(gap_lost) },
	{ "gap_density", OVR_JSON_SHARE, BURST(gap_lost),
		.whole = offsetof(struct ovr_seq_loss_burst, gap_frames) },
	{ "gap_density_256", OVR_JSON_COUNT, .value = gap_density, .max = 255 },
};

static const struct ovr_json_table burst_table = OVR_JSON_TABLE("loss_bursts", struct ovr_seq_loss_burst,
	burst_rows, "Bursts and gaps of loss in the terms of RFC 3611");

static bool
is_burst_known(const struct ovr_json_at *at)
{
	const struct ovr_capture_account *account = at->object;

	return account->n_periods_dropped == 0 && !account->is_excerpt;
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

static json_t *
reorder_density(const struct ovr_json_at *at)
{
	const struct ovr_seq_density *density = &((const struct ovr_capture_account *)at->object)->density;

	return shares_of(density->displaced, 2 * OVR_SEQ_DENSITY_THRESHOLD + 1,
		-(int)OVR_SEQ_DENSITY_THRESHOLD, density->displaced_frames);
}

static json_t *
buffer_density(const struct ovr_json_at *at)
{
	const struct ovr_seq_density *density = &((const struct ovr_capture_account *)at->object)->density;

	return shares_of(density->occupancy, OVR_SEQ_DENSITY_THRESHOLD + 1, 0, density->occupancy_frames);
}

/* The context of an account is the name of its file. */
static json_t *
file_of(const struct ovr_json_at *at)
{
	return ovr_json_text(at->context);
}

static const struct ovr_json_row account_rows[] = {
	{ "schema", OVR_JSON_FIXED, .fixed = "overrun.check/1" },
	{ "command", OVR_JSON_FIXED, .fixed = "check" },
	{ "file", OVR_JSON_TEXT, .value = file_of, .min = 1 },
	{ "trial_id", OVR_JSON_ID, ACCOUNT(trial_id), "the trial of which this is the account" },
	{ "duration_ns", OVR_JSON_COUNT, ACCOUNT(duration_ns),
		"from the trial's first frame to its last one" },
	{ "frames", OVR_JSON_COUNT, ACCOUNT(frames), "in the file; ours + corrupt + stale + foreign" },
	{ "ours", OVR_JSON_COUNT, ACCOUNT(ours), "frames of the trial, those cut after their tag too" },
	{ "corrupt", OVR_JSON_COUNT, ACCOUNT(corrupt), "a checksum or a length is wrong" },
	{ "stale", OVR_JSON_COUNT, ACCOUNT(stale), "of other trials" },
	{ "foreign", OVR_JSON_COUNT, ACCOUNT(foreign), "not ours" },
	{ "cut_short", OVR_JSON_COUNT, ACCOUNT(cut_short), "of which the file has the beginning only" },
	{ "unchecked", OVR_JSON_COUNT, ACCOUNT(unchecked),
		"of these: ours by headers and tag, checksums not checked" },
	{ "excerpt", OVR_JSON_BOOL, ACCOUNT(is_excerpt),
		"what a run wrote around its losses: not the whole of a trial" },
	{ "file_is_cut", OVR_JSON_BOOL, ACCOUNT(is_cut), "it ends in the middle of a frame" },
	{ "trials", OVR_JSON_LIST, .about = "every trial in the file, the one of this account too",
		OVR_JSON_VECTOR(struct ovr_capture_account, trial, n_trials), .table = &trial_table,
		.min = 1 },
	{ "total", OVR_JSON_OBJECT, .table = &total_table },
	{ "streams", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_capture_account, stream, n_streams),
		.table = &stream_table, .min = 1 },
	{ "loss_periods", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_capture_account, period, n_periods),
		.table = &period_table },
	{ "loss_periods_dropped", OVR_JSON_COUNT, ACCOUNT(n_periods_dropped), "found after the first 65536" },
	{ "loss_bursts", OVR_JSON_OBJECT, ACCOUNT(burst),
		"null: not known, for an excerpt and where loss periods were dropped",
		.is_known = is_burst_known, .table = &burst_table },
	{ "dt", OVR_JSON_CONSTANT, .about = "the displacement threshold of both densities (RFC 5236)",
		.max = OVR_SEQ_DENSITY_THRESHOLD },
	{ "reorder_density", OVR_JSON_SHARES,
		.about = "[displacement, share of the frames] (RFC 5236); negative: early",
		.value = reorder_density },
	{ "buffer_density", OVR_JSON_SHARES,
		.about = "[frames that wait to be put in order, share of the arrivals] (RFC 5236)",
		.value = buffer_density },
	{ "displaced_beyond_dt", OVR_JSON_COUNT, ACCOUNT(density.beyond),
		"frames displaced by more than dt" },
	{ "density_streams_left_out", OVR_JSON_COUNT, ACCOUNT(density_left_out),
		"streams after the first 4096, in neither density" },
};

const struct ovr_json_table ovr_json_check_table = OVR_JSON_TABLE("check", struct ovr_capture_account,
	account_rows,
	"The account of a capture, overrun check --json. Losses are the holes between a stream's first and "
	"last frame.");

int
ovr_report_check_json(
	const struct ovr_capture_account *account, const char *path, FILE *out, struct ovr_err *err)
{
	return ovr_json_dump(ovr_json_object(&ovr_json_check_table, account, path), JSON_INDENT(2), out, err);
}
