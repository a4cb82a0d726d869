/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/replay.h"

#include <errno.h>
#include <stdlib.h>

#include "report/tcp_impact.h"

/* Append a run of frames, joined with one that it touches or overlaps. */
static void
append(struct ovr_replay *replay, uint64_t first, uint64_t frames)
{
	struct ovr_wire_range *last = replay->n > 0 ? &replay->range[replay->n - 1] : NULL;

	/* runs of several streams at one time follow each other */
	if (last != NULL && first <= last->last + 1) {
		last->last += frames;
		if (last->last >= replay->sent)
			last->last = replay->sent - 1;
		return;
	}
	if (first >= replay->sent)
		return;
	replay->range[replay->n++] = (struct ovr_wire_range){ first,
		first + frames <= replay->sent ? first + frames - 1 : replay->sent - 1 };
}

static int
by_frame(const void *a, const void *b)
{
	const struct ovr_tcp_impact_loss *x = a, *y = b;

	return (x->first_frame > y->first_frame) - (x->first_frame < y->first_frame);
}

static void
fill(struct ovr_replay *replay, struct ovr_tcp_impact *impact)
{
	struct ovr_tcp_impact_measured *measured = &impact->measured;

	if (measured->n_losses > 0)
		qsort(measured->loss, measured->n_losses, sizeof(*measured->loss), by_frame);
	replay->sent = measured->sent;
	for (uint32_t i = 0; i < measured->n_losses; i++) {
		const struct ovr_tcp_impact_loss *loss = &measured->loss[i];

		append(replay, loss->first_frame, loss->frames);
	}
}

int
ovr_replay_read(const char *path, struct ovr_replay *ret_replay, struct ovr_err *err)
{
	const struct ovr_tcp_impact_question question = ovr_tcp_impact_usual();
	struct ovr_tcp_impact impact = { 0 };
	struct ovr_replay replay = { 0 };
	int status = ovr_tcp_impact_read(path, &question, &impact, err);

	if (status == 0 && impact.unknown[0] != '\0')
		status = ovr_err_set(err, -ENODATA, "%.200s: %s", path, impact.unknown);
	else if (status == 0 && impact.measured.n_losses < impact.measured.n_periods)
		status = ovr_err_set(err, -ENODATA,
			"%.200s: %u of %llu loss periods are listed, accepted: a result with all of them",
			path, impact.measured.n_losses, (unsigned long long)impact.measured.n_periods);
	if (status == 0) {
		replay.range = calloc(impact.measured.n_losses + 1u, sizeof(*replay.range));
		if (replay.range == NULL)
			status = ovr_err_set(err, -ENOMEM, "no memory for the losses of a result");
	}
	if (status == 0) {
		fill(&replay, &impact);
		*ret_replay = replay;
	}
	ovr_tcp_impact_done(&impact);
	return status;
}

void
ovr_replay_done(struct ovr_replay *replay)
{
	free(replay->range);
	*replay = (struct ovr_replay){ 0 };
}
