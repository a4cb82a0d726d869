/* SPDX-License-Identifier: BSD-3-Clause */
#include "seq/seq.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "seq_priv.h"

#define WORD_BITS       OVR_SEQ_WORD_BITS
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

static void
free_rest(struct ovr_seq_rest *rest)
{
	if (rest == NULL)
		return;
	free(rest->jumps.ring);
	free(rest->copied);
	free(rest->seen);
	free(rest);
}

/* Sizes are right. @return NULL: no memory */
static struct ovr_seq_rest *
make_rest(uint16_t stream, uint32_t window, uint32_t n_jumps, const struct ovr_seq_conf *conf,
	struct ovr_seq_log *log)
{
	/* The window slides in whole words: up to one word more than the window is alive. */
	size_t n_words = 2 * (window / WORD_BITS);
	struct ovr_seq_rest *rest = alloc_zeroed(sizeof(*rest));

	if (rest == NULL)
		return NULL;
	rest->seen = alloc_zeroed(n_words * sizeof(*rest->seen));
	rest->copied = alloc_zeroed(n_words * sizeof(*rest->copied));
	rest->jumps.ring = alloc_zeroed(n_jumps * sizeof(*rest->jumps.ring));
	if (rest->seen == NULL || rest->copied == NULL || rest->jumps.ring == NULL) {
		free_rest(rest);
		return NULL;
	}
	rest->word_mask = n_words - 1;
	rest->window_words = window / WORD_BITS;
	rest->jumps.mask = n_jumps - 1;
	rest->losses.log = log;
	rest->losses.stream = stream;
	rest->losses.delta = conf->delta != 0 ? conf->delta : SEQ_DEFAULT_DELTA;
	rest->losses.first_seq = conf->first_seq;
	rest->account.first_seq = conf->first_seq;
	rest->low = conf->first_seq;
	rest->low_word = conf->first_seq >> WORD_SHIFT;
	rest->head_word = rest->low_word;
	return rest;
}

uint64_t
ovr_seq_bytes(uint32_t n, const struct ovr_seq_conf *conf)
{
	uint64_t window = conf->window != 0 ? conf->window : DEFAULT_WINDOW;
	uint64_t n_jumps = conf->n_jumps != 0 ? conf->n_jumps : DEFAULT_N_JUMPS;

	return n *
		(sizeof(struct ovr_seq) + sizeof(struct ovr_seq_rest) + 2 * 2 * window / 8 +
			n_jumps * sizeof(struct seq_jump));
}

int
ovr_seq_create(uint16_t first_stream, uint32_t n, const struct ovr_seq_conf *conf, struct ovr_seq_log *log,
	struct ovr_seq **ret_seq, struct ovr_err *err)
{
	uint32_t window = conf->window != 0 ? conf->window : DEFAULT_WINDOW;
	uint32_t n_jumps = conf->n_jumps != 0 ? conf->n_jumps : DEFAULT_N_JUMPS;
	struct ovr_seq *seq;
	int ret;

	ret = check_power_of_two("window", window, MIN_WINDOW, MAX_WINDOW, err);
	if (ret == 0)
		ret = check_power_of_two("jump memory", n_jumps, MIN_N_JUMPS, MAX_N_JUMPS, err);
	if (ret != 0)
		return ret;

	seq = alloc_zeroed(n * sizeof(*seq));
	if (seq == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for sequence trackers of %u streams", n);
	for (uint32_t i = 0; i < n; i++) {
		seq[i].rest = make_rest((uint16_t)(first_stream + i), window, n_jumps, conf, log);
		if (seq[i].rest == NULL) {
			ovr_seq_destroy(seq, i);
			return ovr_err_set(err, -ENOMEM,
				"no memory for %u sequence trackers with a window of %u and %u jumps", n,
				window, n_jumps);
		}
		seq[i].next = conf->first_seq;
		/* What comes before the stream is not lost. */
		seq[i].head_seen = ((uint64_t)1 << (conf->first_seq % WORD_BITS)) - 1;
	}
	*ret_seq = seq;
	return 0;
}

void
ovr_seq_destroy(struct ovr_seq *seq, uint32_t n)
{
	if (seq == NULL)
		return;
	for (uint32_t i = 0; i < n; i++)
		free_rest(seq[i].rest);
	free(seq);
}

/* The last word of the window is kept at hand: put it into the ring, or take it from there. */
static inline void
put_head(struct ovr_seq *seq)
{
	seq->rest->seen[seq->rest->head_word & seq->rest->word_mask] = seq->head_seen;
}

static inline void
take_head(struct ovr_seq *seq)
{
	seq->head_seen = seq->rest->seen[seq->rest->head_word & seq->rest->word_mask];
}

/* The words below end leave the window and are cleared for the numbers that will use them next. */
static void
retire(struct ovr_seq_rest *rest, uint64_t end)
{
	uint64_t word = rest->low_word;

	for (; word < end && word <= rest->head_word; word++) {
		uint64_t slot = word & rest->word_mask;
		uint64_t seen = rest->seen[slot];

		rest->seen[slot] = 0;
		if (rest->n_copied != 0) {
			rest->n_copied -= (uint64_t)__builtin_popcountll(rest->copied[slot]);
			rest->copied[slot] = 0;
		}
		if (seen != ALL_SEEN || rest->open.n != 0)
			seq_loss_word(rest, word << WORD_SHIFT, seen);
	}
	/* Words that a long jump leapt over were never in the ring. */
	if (word < end)
		seq_loss_missing(rest, word << WORD_SHIFT, (end - word) << WORD_SHIFT);
	rest->low_word = end;
	rest->low = end << WORD_SHIFT;
}

/* Make the word the last one of the window. */
static inline void
slide(struct ovr_seq_rest *rest, uint64_t word)
{
	if (word > rest->low_word + rest->window_words)
		retire(rest, word - rest->window_words);
	rest->head_word = word;
}

void
ovr_seq_turn(struct ovr_seq *seq)
{
	put_head(seq);
	slide(seq->rest, seq->next >> WORD_SHIFT);
	take_head(seq);
}

void
ovr_seq_arrive_next(struct ovr_seq *seq, uint64_t n, uint64_t tx_ns)
{
	uint64_t end = seq->next + n;

	seq->high_tx_ns = tx_ns;
	seq->unique += n;
	while (seq->next != end) {
		uint64_t bit = seq->next % WORD_BITS;
		uint64_t room = WORD_BITS - bit;
		uint64_t step = end - seq->next < room ? end - seq->next : room;

		if (bit == 0)
			ovr_seq_turn(seq);
		seq->head_seen |= ALL_SEEN >> (WORD_BITS - step) << bit;
		seq->next += step;
	}
}

static enum ovr_seq_class
arrive_below(struct ovr_seq *seq, uint64_t number, uint64_t rx_ns)
{
	struct ovr_seq_rest *rest = seq->rest;
	uint64_t slot = (number >> WORD_SHIFT) & rest->word_mask;
	uint64_t bit = (uint64_t)1 << (number % WORD_BITS);

	if (number < rest->low) {
		rest->account.late++;
		if (number < rest->losses.first_seq && number >= rest->late_end)
			rest->late_end = number + 1;
		return OVR_SEQ_LATE;
	}
	if ((rest->seen[slot] & bit) != 0) {
		rest->account.duplicate++;
		if ((rest->copied[slot] & bit) == 0) {
			rest->copied[slot] |= bit;
			rest->n_copied++;
			rest->account.replicated++;
		}
		return OVR_SEQ_DUPLICATE;
	}
	rest->seen[slot] |= bit;
	seq_reorder_arrive(rest, number, seq->unique, rx_ns);
	seq->unique++;
	return OVR_SEQ_REORDERED;
}

/* An arrival above the next expected number. */
static void
jump_to(struct ovr_seq *seq, uint64_t number, uint64_t tx_ns, uint64_t rx_ns)
{
	struct ovr_seq_rest *rest = seq->rest;
	struct seq_jump jump = {
		.first_missing = seq->next,
		.arrival = seq->unique,
		.before_tx_ns = seq->high_tx_ns,
		.after_tx_ns = tx_ns,
		.after_rx_ns = rx_ns,
	};

	/* First retire: the jumps of the periods that end now must still be remembered. */
	slide(rest, number >> WORD_SHIFT);
	seq_jumps_push(&rest->jumps, &jump);
	rest->seen[(number >> WORD_SHIFT) & rest->word_mask] |= (uint64_t)1 << (number % WORD_BITS);
	seq->next = number + 1;
	seq->high_tx_ns = tx_ns;
	seq->unique++;
}

enum ovr_seq_class
ovr_seq_arrive_unexpected(struct ovr_seq *seq, uint64_t number, uint64_t tx_ns, uint64_t rx_ns)
{
	struct ovr_seq_account *account = &seq->rest->account;
	enum ovr_seq_class class = OVR_SEQ_IN_ORDER;

	if (seq->unique + account->duplicate + account->late == 0 || number < account->first_seq)
		account->first_seq = number;
	put_head(seq);
	if (number < seq->next)
		class = arrive_below(seq, number, rx_ns);
	else
		jump_to(seq, number, tx_ns, rx_ns);
	take_head(seq);
	return class;
}

const struct ovr_seq_account *
ovr_seq_account(struct ovr_seq *seq)
{
	struct ovr_seq_account *account = &seq->rest->account;

	account->unique = seq->unique;
	account->arrivals = seq->unique + account->duplicate + account->late;
	/* the first arrival that is not below the stream's begin is a first copy */
	account->end_seq = seq->unique != 0 ? seq->next : seq->rest->late_end;
	return account;
}

void
ovr_seq_finish(struct ovr_seq *seq, uint64_t sent)
{
	struct ovr_seq_rest *rest = seq->rest;
	uint64_t end = seq->next < sent ? seq->next : sent;
	struct ovr_seq_reorder *reorder = &rest->account.reorder;

	put_head(seq);
	seq_loss_cut(rest, sent);
	for (uint64_t word = rest->low_word; word <= rest->head_word; word++) {
		uint64_t base = word << WORD_SHIFT;
		uint64_t seen = rest->seen[word & rest->word_mask];

		if (base >= end)
			break;
		if (end - base < WORD_BITS)
			seen |= ALL_SEEN << (end - base);
		seq_loss_word(rest, base, seen);
	}
	seq_loss_close(rest);
	if (sent > seq->next) {
		struct ovr_seq_period tail = {
			.stream = rest->losses.stream,
			.first_seq = seq->next,
			.n_frames = sent - seq->next,
			.before_tx_ns = seq->high_tx_ns,
			.after_tx_ns = UINT64_MAX,
			.after_rx_ns = UINT64_MAX,
		};

		seq_loss_count(&rest->losses, &rest->account.loss, &tail);
		/* Where nothing arrived at all, every loss is the head's. */
		if (seq->unique > 0)
			rest->account.loss.tail = tail.n_frames;
	}
	/* RFC 4737's sum over in-order arrivals goes on after the last run. */
	reorder->run_sum = seq->unique - reorder->frames;
	ovr_seq_account(seq);
}
