/* SPDX-License-Identifier: BSD-3-Clause */
#include "seq/seq.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "seq_priv.h"

#define WORD_BITS       64u
#define WORD_SHIFT      6u
#define ALL_SEEN        UINT64_MAX
#define DEFAULT_WINDOW  65536u
#define DEFAULT_N_JUMPS 1024u
#define MIN_WINDOW      64u
#define MAX_WINDOW      (1u << 26)
/* With fewer, a forgotten jump could be nearer than the arrivals that n-reordering looks at. */
#define MIN_N_JUMPS OVR_SEQ_N_REORDER_MAX
#define MAX_N_JUMPS (1u << 20)

/* Cache-aligned and touched here, so that no page is first touched while frames arrive. */
static void *
alloc_zeroed(size_t size)
{
	void *memory = aligned_alloc(64, (size + 63) & ~(size_t)63);

	if (memory != NULL)
		memset(memory, 0, size);
	return memory;
}

static int
check_power_of_two(const char *what, uint32_t value, uint32_t low, uint32_t high, struct ovr_err *err)
{
	if (value < low || value > high || (value & (value - 1)) != 0)
		return ovr_err_set(err, -EINVAL,
			"%s of a sequence tracker is %u, but must be a power of two from %u to %u", what,
			value, low, high);
	return 0;
}

int
ovr_seq_create(uint16_t stream, const struct ovr_seq_conf *conf, struct ovr_seq_log *log,
	struct ovr_seq **ret_seq, struct ovr_err *err)
{
	uint32_t window = conf->window != 0 ? conf->window : DEFAULT_WINDOW;
	uint32_t n_jumps = conf->n_jumps != 0 ? conf->n_jumps : DEFAULT_N_JUMPS;
	/* The window slides in whole words: up to one word more than the window is alive. */
	size_t n_words = 2 * (window / WORD_BITS);
	struct ovr_seq *seq;
	int ret;

	ret = check_power_of_two("window", window, MIN_WINDOW, MAX_WINDOW, err);
	if (ret == 0)
		ret = check_power_of_two("jump memory", n_jumps, MIN_N_JUMPS, MAX_N_JUMPS, err);
	if (ret != 0)
		return ret;

	seq = alloc_zeroed(sizeof(*seq));
	if (seq == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a sequence tracker");
	seq->seen = alloc_zeroed(n_words * sizeof(*seq->seen));
	seq->copied = alloc_zeroed(n_words * sizeof(*seq->copied));
	seq->jumps.ring = alloc_zeroed(n_jumps * sizeof(*seq->jumps.ring));
	if (seq->seen == NULL || seq->copied == NULL || seq->jumps.ring == NULL) {
		ovr_seq_destroy(seq);
		return ovr_err_set(err, -ENOMEM,
			"no memory for a sequence tracker with a window of %u and %u jumps", window, n_jumps);
	}
	seq->word_mask = n_words - 1;
	seq->window_words = window / WORD_BITS;
	seq->jumps.mask = n_jumps - 1;
	seq->losses.log = log;
	seq->losses.stream = stream;
	seq->losses.delta = conf->delta != 0 ? conf->delta : SEQ_DEFAULT_DELTA;
	seq->losses.first_seq = conf->first_seq;
	seq->account.first_seq = conf->first_seq;
	seq->next = conf->first_seq;
	seq->low = conf->first_seq;
	seq->low_word = conf->first_seq >> WORD_SHIFT;
	seq->head_word = seq->low_word;
	/* What comes before the stream is not lost. */
	seq->seen[seq->low_word & seq->word_mask] = ((uint64_t)1 << (conf->first_seq % WORD_BITS)) - 1;
	*ret_seq = seq;
	return 0;
}

void
ovr_seq_destroy(struct ovr_seq *seq)
{
	if (seq == NULL)
		return;
	free(seq->jumps.ring);
	free(seq->copied);
	free(seq->seen);
	free(seq);
}

/* The words below end leave the window and are cleared for the numbers that will use them next. */
static void
retire(struct ovr_seq *seq, uint64_t end)
{
	uint64_t word = seq->low_word;

	for (; word < end && word <= seq->head_word; word++) {
		uint64_t slot = word & seq->word_mask;
		uint64_t seen = seq->seen[slot];

		seq->seen[slot] = 0;
		if (seq->n_copied != 0) {
			seq->n_copied -= (uint64_t)__builtin_popcountll(seq->copied[slot]);
			seq->copied[slot] = 0;
		}
		if (seen != ALL_SEEN || seq->open.n != 0)
			seq_loss_word(seq, word << WORD_SHIFT, seen);
	}
	/* Words that a long jump leapt over were never in the ring. */
	if (word < end)
		seq_loss_missing(seq, word << WORD_SHIFT, (end - word) << WORD_SHIFT);
	seq->low_word = end;
	seq->low = end << WORD_SHIFT;
}

/* Make the word the last one of the window. */
static inline void
slide(struct ovr_seq *seq, uint64_t word)
{
	if (word > seq->low_word + seq->window_words)
		retire(seq, word - seq->window_words);
	seq->head_word = word;
}

/* A first copy at or above the next expected number. */
static inline void
accept_highest(struct ovr_seq *seq, uint64_t number, uint64_t tx_ns)
{
	seq->seen[(number >> WORD_SHIFT) & seq->word_mask] |= (uint64_t)1 << (number % WORD_BITS);
	seq->next = number + 1;
	seq->high_tx_ns = tx_ns;
	seq->account.unique++;
	seq->account.end_seq = number + 1;
}

static enum ovr_seq_class
arrive_behind(struct ovr_seq *seq, uint64_t number, uint64_t rx_ns)
{
	uint64_t slot = (number >> WORD_SHIFT) & seq->word_mask;
	uint64_t bit = (uint64_t)1 << (number % WORD_BITS);

	if (number < seq->low) {
		seq->account.late++;
		return OVR_SEQ_LATE;
	}
	if ((seq->seen[slot] & bit) != 0) {
		seq->account.duplicate++;
		if ((seq->copied[slot] & bit) == 0) {
			seq->copied[slot] |= bit;
			seq->n_copied++;
			seq->account.replicated++;
		}
		return OVR_SEQ_DUPLICATE;
	}
	seq->seen[slot] |= bit;
	seq_reorder_arrive(seq, number, rx_ns);
	seq->account.unique++;
	return OVR_SEQ_REORDERED;
}

static __attribute__((noinline)) enum ovr_seq_class
arrive_unexpected(struct ovr_seq *seq, uint64_t number, uint64_t tx_ns, uint64_t rx_ns)
{
	struct ovr_seq_account *account = &seq->account;
	struct seq_jump jump;

	if (account->arrivals == 1 || number < account->first_seq)
		account->first_seq = number;
	if (number >= account->end_seq)
		account->end_seq = number + 1;
	if (number < seq->next)
		return arrive_behind(seq, number, rx_ns);

	jump.first_missing = seq->next;
	jump.arrival = account->unique;
	jump.before_tx_ns = seq->high_tx_ns;
	jump.after_tx_ns = tx_ns;
	jump.after_rx_ns = rx_ns;
	/* First retire: the jumps of the periods that end now must still be remembered. */
	slide(seq, number >> WORD_SHIFT);
	seq_jumps_push(&seq->jumps, &jump);
	accept_highest(seq, number, tx_ns);
	return OVR_SEQ_IN_ORDER;
}

enum ovr_seq_class
ovr_seq_arrive(struct ovr_seq *seq, uint64_t number, uint64_t tx_ns, uint64_t rx_ns)
{
	seq->account.arrivals++;
	if (__builtin_expect(number != seq->next, 0))
		return arrive_unexpected(seq, number, tx_ns, rx_ns);
	if (number % WORD_BITS == 0)
		slide(seq, number >> WORD_SHIFT);
	accept_highest(seq, number, tx_ns);
	return OVR_SEQ_IN_ORDER;
}

void
ovr_seq_finish(struct ovr_seq *seq, uint64_t sent)
{
	uint64_t end = seq->next < sent ? seq->next : sent;
	struct ovr_seq_reorder *reorder = &seq->account.reorder;

	seq_loss_cut(seq, sent);
	for (uint64_t word = seq->low_word; word <= seq->head_word; word++) {
		uint64_t base = word << WORD_SHIFT;
		uint64_t seen = seq->seen[word & seq->word_mask];

		if (base >= end)
			break;
		if (end - base < WORD_BITS)
			seen |= ALL_SEEN << (end - base);
		seq_loss_word(seq, base, seen);
	}
	seq_loss_close(seq);
	if (sent > seq->next) {
		struct ovr_seq_period tail = {
			.stream = seq->losses.stream,
			.first_seq = seq->next,
			.n_frames = sent - seq->next,
			.before_tx_ns = seq->high_tx_ns,
			.after_tx_ns = UINT64_MAX,
			.after_rx_ns = UINT64_MAX,
		};

		seq_loss_count(&seq->losses, &seq->account.loss, &tail);
		/* Where nothing arrived at all, every loss is the head's. */
		if (seq->account.unique > 0)
			seq->account.loss.tail = tail.n_frames;
	}
	/* RFC 4737's sum over in-order arrivals goes on behind the last run. */
	reorder->run_sum = seq->account.unique - reorder->frames;
}

const struct ovr_seq_account *
ovr_seq_account(const struct ovr_seq *seq)
{
	return &seq->account;
}

uint64_t
ovr_seq_missing(const struct ovr_seq *seq)
{
	return seq->next - seq->losses.first_seq - seq->account.unique;
}
