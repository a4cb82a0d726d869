/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "seq_priv.h"

/* One worker's losses in order of number, and how far the sweep has come. */
struct list {
	const struct ovr_seq_period *at;
	const struct ovr_seq_period *end;
};

static uint64_t
end_of(const struct ovr_seq_period *period)
{
	return period->first_seq + period->n_frames;
}

static int
by_worker_and_number(const void *left, const void *right)
{
	const struct ovr_seq_period *a = left, *b = right;

	if (a->worker != b->worker)
		return a->worker < b->worker ? -1 : 1;
	if (a->first_seq != b->first_seq)
		return a->first_seq < b->first_seq ? -1 : 1;
	return 0;
}

static uint64_t
min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Frames of [first, end) that lie below limit. */
static uint64_t
frames_below(uint64_t first, uint64_t end, uint64_t limit)
{
	end = min_u64(end, limit);
	return end > first ? end - first : 0;
}

/*
 * One worker's list must account for every loss of its account, and the two for every number sent.
 * What the worker saw at or above sent is a contradiction that the ledger finds; it is told apart
 * here so as not to hide a loss.
 */
static int
check_list(const struct list *list, unsigned int worker, const struct ovr_seq_account *account,
	uint64_t first_seq, uint64_t sent, uint64_t *ret_beyond, struct ovr_err *err)
{
	uint64_t range = sent > first_seq ? sent - first_seq : 0;
	uint64_t n_listed = 0, n_lost = 0, at = first_seq;

	for (const struct ovr_seq_period *p = list->at; p != list->end; p++) {
		if (p->first_seq < at || p->n_frames == 0)
			return ovr_err_set(err, -EINVAL,
				"worker %u lists a loss period at %" PRIu64 " that overlaps another one, is "
				"empty or begins before the stream (%" PRIu64 ")",
				worker, p->first_seq, first_seq);
		at = end_of(p);
		n_listed += p->n_frames;
		n_lost += frames_below(p->first_seq, at, sent);
	}
	if (n_listed != account->loss.frames)
		return ovr_err_set(err, -EINVAL,
			"worker %u lists %" PRIu64 " lost frames but counted %" PRIu64, worker, n_listed,
			account->loss.frames);
	if (account->unique < range - n_lost)
		return ovr_err_set(err, -EINVAL,
			"worker %u saw %" PRIu64 " frames and lost %" PRIu64 " of %" PRIu64, worker,
			account->unique, n_lost, range);
	*ret_beyond = account->unique - (range - n_lost);
	return 0;
}

/* The next number range that is missing in every list, below sent. @return whether there is one */
static bool
next_common(struct list *list, unsigned int n_lists, uint64_t sent, struct ovr_seq_period *ret_period)
{
	for (;;) {
		struct ovr_seq_period common = { .after_tx_ns = UINT64_MAX, .after_rx_ns = UINT64_MAX };
		uint64_t end = sent;
		unsigned int shortest = 0;

		for (unsigned int i = 0; i < n_lists; i++) {
			const struct ovr_seq_period *p = list[i].at;

			if (p == list[i].end)
				return false;
			common.first_seq = max_u64(common.first_seq, p->first_seq);
			common.before_tx_ns = max_u64(common.before_tx_ns, p->before_tx_ns);
			common.after_tx_ns = min_u64(common.after_tx_ns, p->after_tx_ns);
			common.after_rx_ns = min_u64(common.after_rx_ns, p->after_rx_ns);
			end = min_u64(end, end_of(p));
			if (end_of(p) < end_of(list[shortest].at))
				shortest = i;
		}
		list[shortest].at++;
		if (common.first_seq < end) {
			common.n_frames = end - common.first_seq;
			*ret_period = common;
			return true;
		}
	}
}

/* Split the sorted list by worker. @return -EINVAL if a period is of a worker that there is not */
static int
split_lists(const struct ovr_seq_period *sorted, uint64_t n_periods, struct list *list, unsigned int n_lists,
	struct ovr_err *err)
{
	const struct ovr_seq_period *p = sorted, *end = sorted + n_periods;

	for (unsigned int i = 0; i < n_lists; i++) {
		list[i].at = p;
		while (p != end && p->worker == i)
			p++;
		list[i].end = p;
	}
	if (p != end)
		return ovr_err_set(
			err, -EINVAL, "a loss period is of worker %u, but there are %u", p->worker, n_lists);
	return 0;
}

/* The sums that need no look at single numbers. */
static struct ovr_seq_account
add_up(const struct ovr_seq_account *account, unsigned int n_workers)
{
	struct ovr_seq_account sum = { 0 };

	for (unsigned int i = 0; i < n_workers; i++) {
		if (account[i].arrivals > 0) {
			if (sum.arrivals == 0 || account[i].first_seq < sum.first_seq)
				sum.first_seq = account[i].first_seq;
			sum.end_seq = max_u64(sum.end_seq, account[i].end_seq);
		}
		ovr_seq_account_add(&sum, &account[i]);
	}
	memset(&sum.loss, 0, sizeof(sum.loss));
	return sum;
}

static void
intersect(struct list *list, unsigned int n_lists, uint64_t sent, struct seq_losses *losses,
	struct ovr_seq_loss *loss)
{
	struct ovr_seq_period period;

	while (next_common(list, n_lists, sent, &period)) {
		period.stream = losses->stream;
		seq_loss_count(losses, loss, &period);
		if (period.after_tx_ns == UINT64_MAX && period.first_seq != losses->first_seq)
			loss->tail = period.n_frames;
	}
}

int
ovr_seq_merge(uint16_t stream, const struct ovr_seq_account *account, unsigned int n_workers,
	const struct ovr_seq_period *period, uint64_t n_periods, uint64_t first_seq, uint64_t sent,
	uint64_t delta, struct ovr_seq_log *log, struct ovr_seq_account *ret_account, struct ovr_err *err)
{
	struct seq_losses losses = { log, delta != 0 ? delta : SEQ_DEFAULT_DELTA, first_seq, 0, stream };
	struct ovr_seq_period *sorted = NULL;
	struct ovr_seq_account merged;
	struct list *list = NULL;
	uint64_t n_seen = 0;
	int ret;

	if (n_workers == 0)
		return ovr_err_set(err, -EINVAL, "stream %u has no worker's account to merge", stream);
	list = calloc(n_workers, sizeof(*list));
	sorted = malloc((n_periods + 1) * sizeof(*sorted));
	if (list == NULL || sorted == NULL) {
		ret = ovr_err_set(err, -ENOMEM, "no memory to merge %" PRIu64 " loss periods of stream %u",
			n_periods, stream);
		goto out;
	}
	if (n_periods > 0)
		memcpy(sorted, period, n_periods * sizeof(*sorted));
	qsort(sorted, n_periods, sizeof(*sorted), by_worker_and_number);
	ret = split_lists(sorted, n_periods, list, n_workers, err);
	for (unsigned int i = 0; ret == 0 && i < n_workers; i++) {
		uint64_t beyond = 0;

		ret = check_list(&list[i], i, &account[i], first_seq, sent, &beyond, err);
		n_seen += beyond;
	}
	if (ret != 0) {
		ovr_err_prefix(err, "stream %u", stream);
		goto out;
	}

	merged = add_up(account, n_workers);
	intersect(list, n_workers, sent, &losses, &merged.loss);
	if (sent > first_seq)
		n_seen += sent - first_seq - merged.loss.frames;
	/* Every number that several workers saw was unique to each of them. */
	merged.duplicate += merged.unique - n_seen;
	merged.replicated = min_u64(merged.replicated + merged.unique - n_seen, n_seen);
	merged.unique = n_seen;
	*ret_account = merged;
out:
	free(sorted);
	free(list);
	return ret;
}

static void
add_loss(struct ovr_seq_loss *into, const struct ovr_seq_loss *from)
{
	into->frames += from->frames;
	into->head += from->head;
	into->tail += from->tail;
	into->periods += from->periods;
	into->longest = max_u64(into->longest, from->longest);
	if (into->min_distance == 0)
		into->min_distance = from->min_distance;
	else if (from->min_distance != 0)
		into->min_distance = min_u64(into->min_distance, from->min_distance);
	into->noticeable += from->noticeable;
	for (unsigned int i = 0; i < OVR_SEQ_LENGTH_CELLS; i++)
		into->length_cell[i] += from->length_cell[i];
}

static void
add_reorder(struct ovr_seq_reorder *into, const struct ovr_seq_reorder *from)
{
	into->frames += from->frames;
	into->extent_max = max_u64(into->extent_max, from->extent_max);
	into->extent_sum += from->extent_sum;
	into->late_time_max_ns = max_u64(into->late_time_max_ns, from->late_time_max_ns);
	into->late_time_sum_ns += from->late_time_sum_ns;
	into->beyond_memory += from->beyond_memory;
	for (unsigned int i = 0; i <= OVR_SEQ_N_REORDER_MAX; i++)
		into->exactly_n[i] += from->exactly_n[i];
	into->runs += from->runs;
	into->run_sum += from->run_sum;
	into->run_square += from->run_square;
}

void
ovr_seq_account_add(struct ovr_seq_account *into, const struct ovr_seq_account *from)
{
	into->arrivals += from->arrivals;
	into->unique += from->unique;
	into->duplicate += from->duplicate;
	into->replicated += from->replicated;
	into->late += from->late;
	add_loss(&into->loss, &from->loss);
	add_reorder(&into->reorder, &from->reorder);
}
