/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/capture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "capture/excerpt.h"
#include "capture/pcap_file.h"
#include "frame/classify.h"

/* Most loss periods that are described one by one; more are counted. */
#define PERIODS_MAX 65536
/* What a tracker can have: see struct ovr_seq_conf. */
#define WINDOW_MIN (1u << 6)
#define WINDOW_MAX (1u << 26)
#define JUMPS_MIN  (1u << 6)
#define JUMPS_MAX  (1u << 20)
/* Most streams whose densities are looked at: each takes 2.5 kB. */
#define DENSITIES_MAX 4096

/* Frames in a row, in the order of the file, that carry one trial's id. */
struct trial_run {
	uint32_t trial_id;
	uint64_t frames;
};

/* What the file holds of one stream. */
struct bounds {
	bool found;
	uint64_t first_seq, last_seq;
	uint64_t reach;   /* how far an arrival was behind the highest number before it, at most */
	uint32_t n_jumps; /* arrivals that leapt over numbers */
};

/* A check under way. */
struct check {
	const char *path;
	struct capture *capture;
	struct ovr_frame_expect expect;
	struct excerpt excerpt;        /* if the file is one */
	struct ovr_frame_flows *flows; /* of the trial's whole frames: one of each stream */
	struct bounds bounds[OVR_FRAME_STREAMS_MAX];
	struct ovr_seq *seq[OVR_FRAME_STREAMS_MAX];
	struct ovr_seq_density_feed *density[OVR_FRAME_STREAMS_MAX]; /* NULL: not looked at */
	struct ovr_seq_log log;
	uint64_t first_ns, last_ns; /* earliest and latest frame of the trial */
	struct ovr_capture_account account;
};

static enum ovr_frame_kind
classify(const struct capture_record *record, const struct ovr_frame_expect *expect,
	struct ovr_frame_tag *ret_tag)
{
	if (record->kept < record->pkt_len)
		return ovr_frame_classify_cut(record->bytes, record->kept, record->pkt_len, expect, ret_tag);
	return ovr_frame_classify(record->bytes, record->kept, expect, ret_tag);
}

static int
compare_runs(const void *a, const void *b)
{
	const struct trial_run *x = a, *y = b;

	return x->trial_id < y->trial_id ? -1 : x->trial_id > y->trial_id;
}

static int
compare_trials(const void *a, const void *b)
{
	const struct ovr_capture_trial *x = a, *y = b;

	if (x->frames != y->frames)
		return x->frames > y->frames ? -1 : 1;
	return x->trial_id < y->trial_id ? -1 : x->trial_id > y->trial_id;
}

/* Add the runs of each trial up: trials, the one with the most frames first. */
static int
add_runs_up(struct trial_run *run, uint64_t n_runs, struct ovr_capture_account *account)
{
	uint64_t n = 0;

	if (n_runs > 0)
		qsort(run, n_runs, sizeof(*run), compare_runs);
	account->trial = calloc(n_runs + 1, sizeof(*account->trial));
	if (account->trial == NULL)
		return -ENOMEM;
	for (uint64_t i = 0; i < n_runs; i++) {
		if (i == 0 || run[i - 1].trial_id != run[i].trial_id)
			account->trial[n++].trial_id = run[i].trial_id;
		account->trial[n - 1].frames += run[i].frames;
	}
	qsort(account->trial, n, sizeof(*account->trial), compare_trials);
	account->n_trials = n;
	return 0;
}

/* Count a frame of a trial. Runs and not frames are kept, since a capture has few trials and many frames. */
static int
add_to_runs(struct trial_run **run, uint64_t *n_runs, uint64_t *room, uint32_t trial_id)
{
	if (*n_runs > 0 && (*run)[*n_runs - 1].trial_id == trial_id) {
		(*run)[*n_runs - 1].frames++;
		return 0;
	}
	if (*n_runs == *room) {
		uint64_t more = *room == 0 ? 16 : *room * 2;
		struct trial_run *larger = reallocarray(*run, more, sizeof(**run));

		if (larger == NULL)
			return -ENOMEM;
		*run = larger;
		*room = more;
	}
	(*run)[(*n_runs)++] = (struct trial_run){ trial_id, 1 };
	return 0;
}

/* Which trials have frames in the file, and how many? */
static int
find_trials(struct check *check, struct ovr_err *err)
{
	/* No trial has the id 0, so frames of all trials are stale here. */
	const struct ovr_frame_expect expect = { 0 };
	struct trial_run *run = NULL;
	uint64_t n_runs = 0, room = 0;
	struct capture_record record;
	struct ovr_frame_tag tag;
	int rc;

	while ((rc = capture_next(check->capture, &record, err)) == 1) {
		if (classify(&record, &expect, &tag) != OVR_FRAME_STALE)
			continue;
		rc = add_to_runs(&run, &n_runs, &room, tag.trial_id);
		if (rc != 0)
			break;
	}
	if (rc == 0)
		rc = add_runs_up(run, n_runs, &check->account);
	if (rc == -ENOMEM)
		ovr_err_set(err, rc, "capture '%s': no memory to count its trials", check->path);
	free(run);
	return rc;
}

/* The first frame of a stream tells its flow, by which damaged ones are known. */
static void
begin_stream(struct check *check, const struct capture_record *record, const struct ovr_frame_tag *tag)
{
	struct ovr_frame_flow flow;

	check->bounds[tag->stream] = (struct bounds){ true, tag->seq, tag->seq, 0, 0 };
	check->account.n_streams++;
	if (ovr_frame_flow_read(record->bytes, record->kept, &flow))
		ovr_frame_flows_add(check->flows, &flow, tag->stream);
}

static void
widen_bounds(struct check *check, const struct capture_record *record, const struct ovr_frame_tag *tag)
{
	struct bounds *bounds = &check->bounds[tag->stream];

	if (!bounds->found)
		begin_stream(check, record, tag);
	if (tag->seq < bounds->first_seq)
		bounds->first_seq = tag->seq;
	if (tag->seq > bounds->last_seq + 1)
		bounds->n_jumps++;
	if (tag->seq > bounds->last_seq)
		bounds->last_seq = tag->seq;
	if (bounds->last_seq - tag->seq > bounds->reach)
		bounds->reach = bounds->last_seq - tag->seq;
	if (check->account.ours == 0 || record->ns < check->first_ns)
		check->first_ns = record->ns;
	if (check->account.ours == 0 || record->ns > check->last_ns)
		check->last_ns = record->ns;
	check->account.ours++;
}

static bool
is_excerpt(const struct capture *capture)
{
	return strncmp(capture_comment(capture), OVR_CAPTURE_EXCERPT, strlen(OVR_CAPTURE_EXCERPT)) == 0;
}

/* Find where the trial's streams begin and end, and which flows they have. */
static int
find_bounds(struct check *check, struct ovr_err *err)
{
	struct capture_record record;
	struct ovr_frame_tag tag;
	int rc = capture_rewind(check->capture, err);

	if (rc == 0)
		rc = ovr_frame_flows_create(OVR_FRAME_STREAMS_MAX, &check->flows, err);
	if (rc != 0)
		return rc;
	while ((rc = capture_next(check->capture, &record, err)) == 1) {
		check->account.frames++;
		if (classify(&record, &check->expect, &tag) != OVR_FRAME_OURS)
			continue;
		widen_bounds(check, &record, &tag);
		/* the comments of other trials' frames name other holes */
		rc = excerpt_add(&check->excerpt, record.comment);
		if (rc != 0)
			return ovr_err_set(err, rc, "capture '%s': no memory for its holes", check->path);
	}
	excerpt_sort(&check->excerpt);
	check->account.is_excerpt = is_excerpt(check->capture);
	check->account.is_cut = capture_is_cut(check->capture);
	check->expect.flows = check->flows;
	return rc;
}

static uint32_t
power_of_two(uint64_t at_least, uint32_t min, uint32_t max)
{
	uint32_t n = min;

	while (n < at_least && n < max)
		n *= 2;
	return n;
}

/*
 * A tracker that finds all that the file holds, whatever the distance of reordered frames, in as little memory: a
 * capture around a loss has a few frames of each of many streams.
 */
static void
fit_tracker(struct ovr_seq_conf *conf, const struct bounds *bounds)
{
	if (conf->window == 0)
		conf->window = power_of_two(bounds->reach + 1, WINDOW_MIN, WINDOW_MAX);
	if (conf->n_jumps == 0)
		conf->n_jumps = power_of_two(bounds->n_jumps + 2ull, JUMPS_MIN, JUMPS_MAX);
}

/* Look at a stream's densities too, if there is room. */
static int
create_density(struct check *check, unsigned int stream, uint32_t n_before, struct ovr_err *err)
{
	if (n_before >= DENSITIES_MAX) {
		check->account.density_left_out++;
		return 0;
	}
	check->density[stream] = malloc(sizeof(*check->density[stream]));
	if (check->density[stream] == NULL)
		return ovr_err_set(err, -ENOMEM, "capture '%s': no memory for %u streams", check->path,
			check->account.n_streams);
	ovr_seq_density_begin(
		check->density[stream], check->bounds[stream].first_seq, OVR_SEQ_DENSITY_THRESHOLD);
	return 0;
}

static int
create_trackers(struct check *check, const struct ovr_seq_conf *seq_conf, struct ovr_err *err)
{
	uint32_t n = 0;
	int rc;

	check->log.period = calloc(PERIODS_MAX, sizeof(*check->log.period));
	check->account.stream = calloc(check->account.n_streams, sizeof(*check->account.stream));
	if (check->log.period == NULL || check->account.stream == NULL)
		return ovr_err_set(err, -ENOMEM, "capture '%s': no memory for %u streams", check->path,
			check->account.n_streams);
	check->log.capacity = PERIODS_MAX;
	for (unsigned int i = 0; i < OVR_FRAME_STREAMS_MAX; i++) {
		struct ovr_seq_conf conf = { 0 };

		if (!check->bounds[i].found)
			continue;
		if (seq_conf != NULL)
			conf = *seq_conf;
		fit_tracker(&conf, &check->bounds[i]);
		conf.first_seq = check->bounds[i].first_seq;
		rc = ovr_seq_create((uint16_t)i, 1, &conf, &check->log, &check->seq[i], err);
		if (rc == 0)
			rc = create_density(check, i, n++, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static void
arrive(struct check *check, const struct ovr_frame_tag *tag, uint64_t ns)
{
	enum ovr_seq_class class = ovr_seq_arrive(check->seq[tag->stream], tag->seq, tag->tx_ns, ns);

	if (class == OVR_SEQ_IN_ORDER || class == OVR_SEQ_REORDERED)
		excerpt_arrive(&check->excerpt, tag->stream, tag->seq);
	if (check->density[tag->stream] != NULL && (class == OVR_SEQ_IN_ORDER || class == OVR_SEQ_REORDERED))
		ovr_seq_density_arrive(check->density[tag->stream], tag->seq, &check->account.density);
}

/* Count all frames by their kind, and follow the trial's streams. */
static int
track(struct check *check, struct ovr_err *err)
{
	struct ovr_capture_account *account = &check->account;
	struct capture_record record;
	struct ovr_frame_tag tag;
	int rc = capture_rewind(check->capture, err);

	while (rc == 0 && (rc = capture_next(check->capture, &record, err)) == 1) {
		bool is_whole = record.kept == record.pkt_len;

		rc = 0;
		account->cut_short += !is_whole;
		switch (classify(&record, &check->expect, &tag)) {
		case OVR_FRAME_OURS:
			/* Only if the file has changed since it was read first. */
			if (check->seq[tag.stream] == NULL)
				return ovr_err_set(
					err, -EINVAL, "capture '%s' changes while it is read", check->path);
			account->unchecked += !is_whole;
			arrive(check, &tag, record.ns - check->first_ns);
			break;
		case OVR_FRAME_STALE:
			account->stale++;
			break;
		case OVR_FRAME_CORRUPT:
			account->corrupt++;
			break;
		case OVR_FRAME_MERGED:
		case OVR_FRAME_FOREIGN:
			account->foreign++;
			break;
		}
	}
	return rc;
}

static int
compare_periods(const void *a, const void *b)
{
	const struct ovr_seq_period *x = a, *y = b;

	if (x->stream != y->stream)
		return x->stream < y->stream ? -1 : 1;
	return x->first_seq < y->first_seq ? -1 : x->first_seq > y->first_seq;
}

/* Bursts and gaps of each stream, from its loss periods: those in order. */
static void
count_bursts(struct ovr_capture_account *account)
{
	uint64_t from = 0;

	if (account->n_periods_dropped != 0)
		return;
	for (uint32_t i = 0; i < account->n_streams; i++) {
		const struct ovr_capture_stream *stream = &account->stream[i];
		uint64_t to = from;

		while (to < account->n_periods && account->period[to].stream == stream->stream)
			to++;
		ovr_seq_burst_add(&account->period[from], to - from, stream->first_seq, stream->last_seq + 1,
			OVR_SEQ_BURST_GMIN, &account->burst);
		from = to;
	}
}

/* End all streams where the file does, and hand their accounts over. */
static void
collect(struct check *check)
{
	struct ovr_capture_account *account = &check->account;
	uint32_t n = 0;

	account->trial_id = check->expect.trial_id;
	account->duration_ns = check->last_ns - check->first_ns;
	for (unsigned int i = 0; i < OVR_FRAME_STREAMS_MAX; i++) {
		struct ovr_capture_stream *stream = &account->stream[n];

		if (check->seq[i] == NULL)
			continue;
		ovr_seq_finish(check->seq[i], check->bounds[i].last_seq + 1);
		if (check->density[i] != NULL)
			ovr_seq_density_finish(check->density[i], &account->density);
		stream->stream = (uint16_t)i;
		stream->first_seq = check->bounds[i].first_seq;
		stream->last_seq = check->bounds[i].last_seq;
		stream->account = *ovr_seq_account(check->seq[i]);
		ovr_seq_account_add(&account->total, &stream->account);
		n++;
	}
	qsort(check->log.period, check->log.n_kept, sizeof(*check->log.period), compare_periods);
	account->period = check->log.period;
	account->n_periods = check->log.n_kept;
	account->n_periods_dropped = check->log.n_dropped;
	check->log.period = NULL;
	count_bursts(account);
}

/* The whole check, on an open file. The trial must be known before its streams, and these before they are tracked. */
static int
run(struct check *check, uint32_t trial_id, const struct ovr_seq_conf *seq_conf, struct ovr_err *err)
{
	int rc = find_trials(check, err);

	if (rc != 0)
		return rc;
	if (trial_id == 0 && check->account.n_trials != 0)
		trial_id = check->account.trial[0].trial_id;
	check->expect = (struct ovr_frame_expect){ .trial_id = trial_id, .n_streams = OVR_FRAME_STREAMS_MAX };
	rc = find_bounds(check, err);
	if (rc != 0)
		return rc;
	if (trial_id == 0 || check->account.ours == 0)
		return ovr_err_set(err, -ENODATA,
			"capture '%s': none of its %" PRIu64 " frames is a whole one of %s", check->path,
			check->account.frames, trial_id == 0 ? "ours" : "this trial");
	rc = create_trackers(check, seq_conf, err);
	if (rc == 0)
		rc = track(check, err);
	if (rc != 0)
		return rc;
	collect(check);
	if (check->account.is_excerpt && excerpt_collect(&check->excerpt, &check->account) != 0)
		return ovr_err_set(err, -ENOMEM, "capture '%s': no memory for its holes", check->path);
	return 0;
}

int
ovr_capture_check(const char *path, uint32_t trial_id, const struct ovr_seq_conf *seq_conf,
	struct ovr_capture_account *ret_account, struct ovr_err *err)
{
	struct check *check = calloc(1, sizeof(*check));
	int rc;

	if (check == NULL)
		return ovr_err_set(err, -ENOMEM, "capture '%s': no memory", path);
	check->path = strcmp(path, "-") == 0 ? "/dev/stdin" : path;
	rc = capture_open(check->path, &check->capture, err);
	if (rc == 0)
		rc = run(check, trial_id, seq_conf, err);
	for (unsigned int i = 0; i < OVR_FRAME_STREAMS_MAX; i++) {
		ovr_seq_destroy(check->seq[i], 1);
		free(check->density[i]);
	}
	free(check->log.period);
	ovr_frame_flows_destroy(check->flows);
	excerpt_done(&check->excerpt);
	capture_close(check->capture);
	if (rc != 0)
		ovr_capture_account_done(&check->account);
	else
		*ret_account = check->account;
	free(check);
	return rc;
}

void
ovr_capture_account_done(struct ovr_capture_account *account)
{
	free(account->trial);
	free(account->stream);
	free(account->period);
	*account = (struct ovr_capture_account){ 0 };
}
