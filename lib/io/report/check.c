/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/check.h"

#include <errno.h>
#include <inttypes.h>

#include "report/figure.h"

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
