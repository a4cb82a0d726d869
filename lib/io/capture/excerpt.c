/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/excerpt.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/list.h"
#include "capture/pcapng.h"

int
excerpt_add(struct excerpt *excerpt, const char *comment)
{
	struct ovr_capture_hole hole;
	struct excerpt_hole *added;
	uint64_t last;

	if (sscanf(comment, OVR_CAPTURE_HOLE_SCAN, &hole.stream, &hole.first_seq, &last) != 3 ||
		last < hole.first_seq)
		return 0;
	hole.frames = last - hole.first_seq + 1;
	added = OVR_LIST_ADD(excerpt->hole, excerpt->n, excerpt->capacity);
	if (added == NULL)
		return -ENOMEM;
	added->hole = hole;
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const struct ovr_capture_hole *x = &((const struct excerpt_hole *)a)->hole,
				      *y = &((const struct excerpt_hole *)b)->hole;

	if (x->stream != y->stream)
		return x->stream < y->stream ? -1 : 1;
	return x->first_seq < y->first_seq ? -1 : x->first_seq > y->first_seq;
}

void
excerpt_sort(struct excerpt *excerpt)
{
	if (excerpt->n != 0)
		qsort(excerpt->hole, excerpt->n, sizeof(*excerpt->hole), compare);
}

void
excerpt_arrive(struct excerpt *excerpt, uint16_t stream, uint64_t seq)
{
	uint64_t low = 0, high = excerpt->n;

	/* the last hole that begins at or before the number; a stream's holes do not overlap */
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		const struct ovr_capture_hole *hole = &excerpt->hole[middle].hole;

		if (hole->stream < stream || (hole->stream == stream && hole->first_seq <= seq))
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || excerpt->hole[low - 1].hole.stream != stream)
		return;
	if (seq - excerpt->hole[low - 1].hole.first_seq < excerpt->hole[low - 1].hole.frames)
		excerpt->hole[low - 1].found++;
}

static void
add_period(struct ovr_seq_loss *loss, uint64_t frames)
{
	loss->frames += frames;
	loss->periods++;
	if (frames > loss->longest)
		loss->longest = frames;
}

int
excerpt_collect(const struct excerpt *excerpt, struct ovr_capture_account *account)
{
	struct ovr_seq_period *period = calloc(excerpt->n + 1, sizeof(*period));
	uint32_t at = 0;

	if (period == NULL)
		return -ENOMEM;
	free(account->period);
	account->period = period;
	account->n_periods = account->n_periods_dropped = 0;
	account->total.loss = (struct ovr_seq_loss){ 0 };
	account->burst = (struct ovr_seq_loss_burst){ 0 };
	for (uint32_t i = 0; i < account->n_streams; i++)
		account->stream[i].account.loss = (struct ovr_seq_loss){ 0 };
	for (uint64_t i = 0; i < excerpt->n; i++) {
		const struct excerpt_hole *hole = &excerpt->hole[i];
		uint64_t lost = hole->hole.frames - hole->found;

		if (hole->found >= hole->hole.frames)
			continue;
		while (at + 1 < account->n_streams && account->stream[at].stream < hole->hole.stream)
			at++;
		if (account->stream[at].stream == hole->hole.stream)
			add_period(&account->stream[at].account.loss, lost);
		add_period(&account->total.loss, lost);
		period[account->n_periods++] = (struct ovr_seq_period){
			.stream = hole->hole.stream, .first_seq = hole->hole.first_seq, .n_frames = lost
		};
	}
	return 0;
}

void
excerpt_done(struct excerpt *excerpt)
{
	free(excerpt->hole);
	*excerpt = (struct excerpt){ 0 };
}
