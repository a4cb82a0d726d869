/* SPDX-License-Identifier: BSD-3-Clause */
#include "seq_priv.h"

#define WORD_BITS 64u

/* n losses that come distance after the one before each of them. */
static void
count_distance(const struct seq_losses *losses, struct ovr_seq_loss *loss, uint64_t distance, uint64_t n)
{
	if (loss->min_distance == 0 || distance < loss->min_distance)
		loss->min_distance = distance;
	if (distance <= losses->delta)
		loss->noticeable += n;
}

/* Cell 0 is 1, cell k is 2^(k-1)+1 … 2^k. */
static unsigned int
length_cell(uint64_t length)
{
	unsigned int cell = length == 1 ? 0 : WORD_BITS - (unsigned int)__builtin_clzll(length - 1);

	return cell < OVR_SEQ_LENGTH_CELLS ? cell : OVR_SEQ_LENGTH_CELLS - 1;
}

static void
list(struct ovr_seq_log *log, const struct ovr_seq_period *period)
{
	uint64_t n;

	if (log == NULL)
		return;
	n = atomic_load_explicit(&log->n_kept, memory_order_relaxed);
	if (n < log->capacity) {
		log->period[n] = *period;
		/* who sees the number sees the entry */
		atomic_store_explicit(&log->n_kept, n + 1, memory_order_release);
		return;
	}
	n = atomic_load_explicit(&log->n_dropped, memory_order_relaxed);
	atomic_store_explicit(&log->n_dropped, n + 1, memory_order_relaxed);
	n = atomic_load_explicit(&log->dropped_frames, memory_order_relaxed);
	atomic_store_explicit(&log->dropped_frames, n + period->n_frames, memory_order_relaxed);
}

void
seq_loss_count(struct seq_losses *losses, struct ovr_seq_loss *loss, const struct ovr_seq_period *period)
{
	if (loss->frames > 0)
		count_distance(losses, loss, period->first_seq - losses->last_lost, 1);
	if (period->n_frames > 1)
		count_distance(losses, loss, 1, period->n_frames - 1);
	losses->last_lost = period->first_seq + period->n_frames - 1;
	if (period->first_seq == losses->first_seq)
		loss->head = period->n_frames;
	loss->frames += period->n_frames;
	loss->periods++;
	if (period->n_frames > loss->longest)
		loss->longest = period->n_frames;
	loss->length_cell[length_cell(period->n_frames)]++;
	list(losses->log, period);
}

void
seq_loss_close(struct ovr_seq_rest *rest)
{
	struct ovr_seq_period period = {
		.stream = rest->losses.stream,
		.first_seq = rest->open.first,
		.n_frames = rest->open.n,
	};
	const struct seq_jump *jump;

	if (rest->open.n == 0)
		return;
	rest->open.n = 0;
	/*
	 * The frame that jumped arrived, and so did the one before the hole: no period has two
	 * jumps.
	 */
	jump = seq_jumps_find(&rest->jumps, period.first_seq);
	if (jump != NULL) {
		period.before_tx_ns = jump->before_tx_ns;
	} else {
		/*
		 * Every hole is some jump's; all that is sure is that it was made before the oldest
		 * known.
		 */
		jump = seq_jumps_oldest(&rest->jumps);
	}
	period.after_tx_ns = jump->after_tx_ns;
	period.after_rx_ns = jump->after_rx_ns;
	seq_loss_count(&rest->losses, &rest->account.loss, &period);
}

void
seq_loss_missing(struct ovr_seq_rest *rest, uint64_t first, uint64_t n)
{
	/* Numbers leave the window without a gap, so an open run always goes on at first. */
	if (rest->open.n == 0)
		rest->open.first = first;
	rest->open.n += n;
}

void
seq_loss_word(struct ovr_seq_rest *rest, uint64_t base, uint64_t seen)
{
	unsigned int at = 0;

	while (at < WORD_BITS) {
		uint64_t from_here = seen >> at;
		unsigned int n = WORD_BITS - at;

		if ((from_here & 1) != 0) {
			if (~from_here != 0)
				n = (unsigned int)__builtin_ctzll(~from_here);
			seq_loss_close(rest);
		} else {
			if (from_here != 0)
				n = (unsigned int)__builtin_ctzll(from_here);
			seq_loss_missing(rest, base + at, n);
		}
		at += n;
	}
}

void
seq_loss_cut(struct ovr_seq_rest *rest, uint64_t end)
{
	struct seq_open_run *open = &rest->open;

	if (open->n == 0 || open->first + open->n <= end)
		return;
	open->n = open->first < end ? end - open->first : 0;
}
