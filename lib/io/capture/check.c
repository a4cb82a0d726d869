/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/list.h"
#include "capture/capture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
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
struct stream {
	bool found;
	uint64_t first_seq, last_seq;
	uint64_t reach;   /* how far an arrival was behind the highest number before it, at most */
	uint32_t n_jumps; /* arrivals that leapt over numbers */
	struct ovr_seq *seq;
	struct ovr_seq_density_feed *density; /* NULL: not looked at */
};

/* Streams come in pages: most captures have few of the 65,536 that there can be. */
#define PAGE_STREAMS 256u
#define PAGES        (OVR_FRAME_STREAMS_MAX / PAGE_STREAMS)

/* A check under way. */
struct check {
	const char *path;
	struct capture *capture;
	struct ovr_frame_expect expect;
	struct excerpt excerpt;        /* if the file is one */
	struct ovr_frame_flows *flows; /* of the trial's whole frames: one of each stream */
	uint32_t n_flows;              /* room in flows; as many streams can be found */
	struct stream *page[PAGES];    /* NULL: none of its streams was found */
	struct ovr_seq_log log;
	uint64_t first_ns, last_ns; /* earliest and latest frame of the trial */
	struct ovr_capture_account account;
};

/* The first stream found whose id is at least this one, and that id. @return NULL: there is none */
static struct stream *
stream_from(const struct check *check, uint32_t *id)
{
	while (*id < OVR_FRAME_STREAMS_MAX) {
		struct stream *page = check->page[*id / PAGE_STREAMS];

		if (page == NULL)
			*id = (*id / PAGE_STREAMS + 1) * PAGE_STREAMS;
		else if (page[*id % PAGE_STREAMS].found)
			return &page[*id % PAGE_STREAMS];
		else
			++*id;
	}
	return NULL;
}

/* NULL: it was not found */
static struct stream *
found_stream(const struct check *check, uint16_t id)
{
	struct stream *page = check->page[id / PAGE_STREAMS];

	return page == NULL || !page[id % PAGE_STREAMS].found ? NULL : &page[id % PAGE_STREAMS];
}

/* The place of a stream, found before or not. @return NULL: no memory */
static struct stream *
stream_of(struct check *check, uint16_t id)
{
	struct stream **page = &check->page[id / PAGE_STREAMS];

	if (*page == NULL)
		*page = calloc(PAGE_STREAMS, sizeof(**page));
	return *page == NULL ? NULL : &(*page)[id % PAGE_STREAMS];
}

static int
no_memory_for_streams(const struct check *check, struct ovr_err *err)
{
	return ovr_err_set(err, -ENOMEM, "capture '%s': no memory for %u streams", check->path,
		check->account.n_streams);
}

/* What is read again may be another file. */
static int
changes(const struct check *check, struct ovr_err *err)
{
	return ovr_err_set(err, -EINVAL, "capture '%s' changes while it is read", check->path);
}

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

/*
 * Count a frame of a trial. Runs and not frames are kept, since a capture has few trials and many
 * frames.
 */
static int
add_to_runs(struct trial_run **run, uint32_t *n_runs, uint32_t *capacity, uint32_t trial_id)
{
	struct trial_run *added;

	if (*n_runs > 0 && (*run)[*n_runs - 1].trial_id == trial_id) {
		(*run)[*n_runs - 1].frames++;
		return 0;
	}
	added = OVR_LIST_ADD(*run, *n_runs, *capacity);
	if (added == NULL)
		return -ENOMEM;
	*added = (struct trial_run){ trial_id, 1 };
	return 0;
}

/* The trials that have frames in the file, with their counts. */
static int
find_trials(struct check *check, struct ovr_err *err)
{
	/* No trial has the id 0, so frames of all trials are stale here. */
	const struct ovr_frame_expect expect = { 0 };
	struct trial_run *run = NULL;
	uint32_t n_runs = 0, capacity = 0;
	struct capture_record record;
	struct ovr_frame_tag tag;
	int rc;

	while ((rc = capture_next(check->capture, &record, err)) == 1) {
		if (classify(&record, &expect, &tag) != OVR_FRAME_STALE)
			continue;
		rc = add_to_runs(&run, &n_runs, &capacity, tag.trial_id);
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
begin_stream(struct check *check, struct stream *stream, const struct capture_record *record,
	const struct ovr_frame_tag *tag)
{
	struct ovr_frame_flow flow;

	*stream = (struct stream){ .found = true, .first_seq = tag->seq, .last_seq = tag->seq };
	check->account.n_streams++;
	if (ovr_frame_flow_read(record->bytes, record->kept, &flow))
		ovr_frame_flows_add(check->flows, &flow, tag->stream);
}

static int
widen_bounds(struct check *check, const struct capture_record *record, const struct ovr_frame_tag *tag,
	struct ovr_err *err)
{
	struct stream *stream = stream_of(check, tag->stream);

	if (stream == NULL)
		return no_memory_for_streams(check, err);
	if (!stream->found && check->account.n_streams == check->n_flows)
		return changes(check, err);
	if (!stream->found)
		begin_stream(check, stream, record, tag);
	if (tag->seq < stream->first_seq)
		stream->first_seq = tag->seq;
	if (tag->seq > stream->last_seq + 1)
		stream->n_jumps++;
	if (tag->seq > stream->last_seq)
		stream->last_seq = tag->seq;
	if (stream->last_seq - tag->seq > stream->reach)
		stream->reach = stream->last_seq - tag->seq;
	if (check->account.ours == 0 || record->ns < check->first_ns)
		check->first_ns = record->ns;
	if (check->account.ours == 0 || record->ns > check->last_ns)
		check->last_ns = record->ns;
	check->account.ours++;
	return 0;
}

static bool
is_excerpt(const struct capture *capture)
{
	return strncmp(capture_comment(capture), OVR_CAPTURE_EXCERPT, strlen(OVR_CAPTURE_EXCERPT)) == 0;
}

/* Room for the flows of as many streams as the trial's frames can have. */
static int
create_flows(struct check *check, struct ovr_err *err)
{
	const struct ovr_capture_account *account = &check->account;
	uint64_t frames = 0;

	for (uint64_t i = 0; i < account->n_trials; i++) {
		if (account->trial[i].trial_id == check->expect.trial_id)
			frames = account->trial[i].frames;
	}
	check->n_flows = frames < OVR_FRAME_STREAMS_MAX ? (uint32_t)frames : OVR_FRAME_STREAMS_MAX;
	return ovr_frame_flows_create(check->n_flows == 0 ? 1 : check->n_flows, &check->flows, err);
}

/* Find where the trial's streams begin and end, and which flows they have. */
static int
find_bounds(struct check *check, struct ovr_err *err)
{
	struct capture_record record;
	struct ovr_frame_tag tag;
	int rc = capture_rewind(check->capture, err);

	if (rc == 0)
		rc = create_flows(check, err);
	if (rc != 0)
		return rc;
	while ((rc = capture_next(check->capture, &record, err)) == 1) {
		check->account.frames++;
		/* the id 0 is no trial's, though a damaged frame can carry it */
		if (check->expect.trial_id == 0 || classify(&record, &check->expect, &tag) != OVR_FRAME_OURS)
			continue;
		rc = widen_bounds(check, &record, &tag, err);
		if (rc != 0)
			return rc;
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
 * A tracker that finds all that the file holds, whatever the distance of reordered frames, in as
 * little memory: a capture around a loss has a few frames of each of many streams.
 */
static void
fit_tracker(struct ovr_seq_conf *conf, const struct stream *stream)
{
	if (conf->window == 0)
		conf->window = power_of_two(stream->reach + 1, WINDOW_MIN, WINDOW_MAX);
	if (conf->n_jumps == 0)
		conf->n_jumps = power_of_two(stream->n_jumps + 2ull, JUMPS_MIN, JUMPS_MAX);
	conf->first_seq = stream->first_seq;
}

static struct ovr_seq_conf
tracker_of(const struct stream *stream, const struct ovr_seq_conf *seq_conf)
{
	struct ovr_seq_conf conf = { 0 };

	if (seq_conf != NULL)
		conf = *seq_conf;
	fit_tracker(&conf, stream);
	return conf;
}

/* Trackers are touched when they are made; too large ones would end in the OOM killer. */
static int
check_memory(const struct check *check, const struct ovr_seq_conf *seq_conf, struct ovr_err *err)
{
	uint64_t wanted = 0, found = ovr_memory_available("");
	const struct stream *stream;

	for (uint32_t id = 0; (stream = stream_from(check, &id)) != NULL; id++) {
		struct ovr_seq_conf conf = tracker_of(stream, seq_conf);

		wanted += ovr_seq_bytes(1, &conf);
	}
	if (wanted <= found - found / 10)
		return 0;
	return ovr_err_set(err, -ENOMEM,
		"capture '%s': its %u streams, as far as they are reordered, take %.1f GB of memory, found "
		"%.1f GB available; accepted: fewer of its frames",
		check->path, check->account.n_streams, (double)wanted / 1e9, (double)found / 1e9);
}

/* Look at a stream's densities too, if there is room. */
static int
create_density(struct check *check, struct stream *stream, uint32_t n_before, struct ovr_err *err)
{
	if (n_before >= DENSITIES_MAX) {
		check->account.density_left_out++;
		return 0;
	}
	stream->density = malloc(sizeof(*stream->density));
	if (stream->density == NULL)
		return no_memory_for_streams(check, err);
	ovr_seq_density_begin(stream->density, stream->first_seq, OVR_SEQ_DENSITY_THRESHOLD);
	return 0;
}

static int
create_trackers(struct check *check, const struct ovr_seq_conf *seq_conf, struct ovr_err *err)
{
	/* a loss period stands between two frames of its stream */
	uint64_t n_periods = check->account.ours < PERIODS_MAX ? check->account.ours : PERIODS_MAX;
	struct stream *stream;
	uint32_t n = 0;
	int rc;

	rc = check_memory(check, seq_conf, err);
	if (rc != 0)
		return rc;
	check->log.period = calloc(n_periods, sizeof(*check->log.period));
	check->account.stream = calloc(check->account.n_streams, sizeof(*check->account.stream));
	if (check->log.period == NULL || check->account.stream == NULL)
		return no_memory_for_streams(check, err);
	check->log.capacity = n_periods;
	for (uint32_t id = 0; (stream = stream_from(check, &id)) != NULL; id++) {
		struct ovr_seq_conf conf = tracker_of(stream, seq_conf);

		rc = ovr_seq_create((uint16_t)id, 1, &conf, &check->log, &stream->seq, err);
		if (rc == 0)
			rc = create_density(check, stream, n++, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int
arrive(struct check *check, const struct ovr_frame_tag *tag, uint64_t ns, struct ovr_err *err)
{
	struct stream *stream = found_stream(check, tag->stream);
	enum ovr_seq_class class;

	if (stream == NULL)
		return changes(check, err);
	class = ovr_seq_arrive(stream->seq, tag->seq, tag->tx_ns, ns);
	if (class != OVR_SEQ_IN_ORDER && class != OVR_SEQ_REORDERED)
		return 0;
	excerpt_arrive(&check->excerpt, tag->stream, tag->seq);
	if (stream->density != NULL)
		ovr_seq_density_arrive(stream->density, tag->seq, &check->account.density);
	return 0;
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
			account->unchecked += !is_whole;
			rc = arrive(check, &tag, record.ns - check->first_ns, err);
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
		ovr_seq_loss_burst_add(&account->period[from], to - from, stream->first_seq,
			stream->last_seq + 1, OVR_SEQ_LOSS_BURST_GMIN, &account->burst);
		from = to;
	}
}

/* End all streams where the file does, and hand their accounts over. */
static void
collect(struct check *check)
{
	struct ovr_capture_account *account = &check->account;
	struct ovr_capture_stream *out = account->stream;
	struct stream *stream;

	account->trial_id = check->expect.trial_id;
	account->duration_ns = check->last_ns - check->first_ns;
	for (uint32_t id = 0; (stream = stream_from(check, &id)) != NULL; id++) {
		ovr_seq_finish(stream->seq, stream->last_seq + 1);
		if (stream->density != NULL)
			ovr_seq_density_finish(stream->density, &account->density);
		out->stream = (uint16_t)id;
		out->first_seq = stream->first_seq;
		out->last_seq = stream->last_seq;
		out->account = *ovr_seq_account(stream->seq);
		ovr_seq_account_add(&account->total, &out->account);
		out++;
	}
	qsort(check->log.period, check->log.n_kept, sizeof(*check->log.period), compare_periods);
	account->period = check->log.period;
	account->n_periods = check->log.n_kept;
	account->n_periods_dropped = check->log.n_dropped;
	check->log.period = NULL;
	count_bursts(account);
}

/*
 * The whole check, on an open file. The trial must be known before its streams, and these before
 * they are tracked.
 */
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

static void
destroy_streams(struct check *check)
{
	struct stream *stream;

	for (uint32_t id = 0; (stream = stream_from(check, &id)) != NULL; id++) {
		ovr_seq_destroy(stream->seq, 1);
		free(stream->density);
	}
	for (unsigned int i = 0; i < PAGES; i++)
		free(check->page[i]);
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
	destroy_streams(check);
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
