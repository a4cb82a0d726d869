/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the wire says it did, and what the result says happened, held against each other to the
 * frame.
 *
 * Where no ring overran and no list is cut, lost = dropped + bad FCS + corrupt, as sets of numbers;
 * added to these are the frames held back for so long that they had left the window (late). Where a
 * ring overran, the wire does not say which numbers it took, so the set of the result may only be
 * larger.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "soak.h"

/* Numbers have 48 bits. */
#define NUMBER(stream, seq) ((uint64_t)(stream) << 48 | (seq))

static const enum ovr_impairment_kind losing[] = { OVR_IMPAIRMENT_DROP, OVR_IMPAIRMENT_FCS,
	OVR_IMPAIRMENT_CORRUPT };

#define N_LOSING (sizeof(losing) / sizeof(losing[0]))

static int
same(const char *what, uint64_t found, uint64_t wanted, struct ovr_err *err)
{
	if (found == wanted)
		return 0;
	return ovr_err_set(err, -EPROTO, "%s: found %llu, wanted %llu (%lld too many)", what,
		(unsigned long long)found, (unsigned long long)wanted, (long long)(found - wanted));
}

static int
within(const char *what, uint64_t found, uint64_t low, uint64_t high, struct ovr_err *err)
{
	if (low <= found && found <= high)
		return 0;
	return ovr_err_set(err, -EPROTO, "%s: found %llu, wanted %llu to %llu", what,
		(unsigned long long)found, (unsigned long long)low, (unsigned long long)high);
}

static uint64_t
account_of(const struct ovr_ledger *ledger, enum ovr_ledger_place place)
{
	uint64_t frames = 0;

	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		if (ledger->account[i].place == place)
			frames += ledger->account[i].frames;
	return frames;
}

static int
check_equations(const struct ovr_result *result, struct ovr_err *err)
{
	const struct ovr_ledger *ledger = &result->ledger;
	const struct ovr_ledger_figures *f = &ledger->figures;
	uint64_t after_sending = 0;
	/*
	 * a core that did not run for the few milliseconds of a trial sends nothing, which is void,
	 * and true
	 */
	bool never_ran = f->sent == 0 && f->attempted == 0 && result->shortfall == f->scheduled;
	int status = 0;

	if (ledger->verdict == OVR_VERDICT_VOID && !(never_ran && ledger->n_reasons == 1))
		return ovr_err_set(err, -EPROTO, "the trial is void: %s", ledger->reason[0]);
	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		if (ledger->account[i].place != OVR_PLACE_TX_RING)
			after_sending += ledger->account[i].frames;
	status = same("attempted", f->attempted, f->refused + f->sent, err);
	if (status == 0)
		status = same("scheduled", f->scheduled, f->attempted + result->shortfall, err);
	if (status == 0)
		status = same("received", f->received, f->unique + f->duplicate + f->late + f->corrupt, err);
	if (status == 0)
		status = same("stale and foreign", f->stale + f->foreign, 0, err);
	if (status == 0)
		status = same("polled from the queues", f->queues_received, f->received, err);
	if (status == 0)
		status = same("handed over by the port", f->rx_port_received, f->received, err);
	if (status == 0)
		status = same("carried by the wire", f->tx_port_sent, f->sent, err);
	if (status == 0)
		status = same("lost", (uint64_t)ledger->lost, f->sent - f->unique, err);
	if (status == 0)
		status = same("explained", (uint64_t)ledger->explained,
			after_sending - (f->copies - f->duplicate), err);
	if (status == 0)
		status = same("unexplained", (uint64_t)ledger->unexplained, 0, err);
	return status;
}

/* Each place holds what the one who counts there says. */
static int
check_places(const struct ovr_result *result, uint64_t *ret_missed, struct ovr_err *err)
{
	const struct ovr_ledger *ledger = &result->ledger;
	const struct ovr_ledger_figures *f = &ledger->figures;
	const uint64_t wanted[OVR_PLACE_COUNT] = {
		[OVR_PLACE_TX_RING] = f->refused,
		[OVR_PLACE_PATH] = result->impairments[OVR_IMPAIRMENT_DROP],
		[OVR_PLACE_RX_ERRORS] = result->impairments[OVR_IMPAIRMENT_FCS],
		[OVR_PLACE_RX_CORRUPT] = f->corrupt,
		[OVR_PLACE_RX_LATE] = f->late,
	};
	uint64_t missed = 0, refused = 0, received = 0, sent = 0;
	int status = 0;

	for (uint32_t q = 0; q < result->n_queues; q++) {
		missed += result->queue[q].missed;
		refused += result->queue[q].refused;
		received += result->queue[q].is_tx ? 0 : result->queue[q].frames;
		sent += result->queue[q].is_tx ? result->queue[q].frames : 0;
	}
	for (int place = 0; place < OVR_PLACE_COUNT && status == 0; place++)
		status = same(ovr_ledger_place_name((enum ovr_ledger_place)place),
			account_of(ledger, (enum ovr_ledger_place)place),
			place == OVR_PLACE_RX_RING ? missed : wanted[place], err);
	if (status == 0)
		status = same("refused by the queues", refused, f->refused, err);
	if (status == 0)
		status = same("sent by the queues", sent, f->sent, err);
	if (status == 0)
		status = same("received by the queues", received, f->received, err);
	if (status == 0)
		status = same("copies", f->copies, result->impairments[OVR_IMPAIRMENT_DUP], err);
	*ret_missed = missed;
	return status;
}

static bool
has_note(const struct ovr_result *result, const char *words)
{
	for (uint32_t i = 0; i < result->n_notes; i++)
		if (strstr(result->note[i], words) != NULL)
			return true;
	return false;
}

/* The streams', the sizes' and the total's figures are those of the ledger. */
static int
check_sums(const struct ovr_result *result, uint64_t *ret_ahead, struct ovr_err *err)
{
	const struct ovr_ledger_figures *f = &result->ledger.figures;
	uint64_t sent = 0, lost = 0, of_sizes = 0;
	int status = 0;

	for (uint32_t s = 0; s < result->n_streams && status == 0; s++) {
		const struct ovr_result_stream *stream = &result->stream[s];

		status = same("lost of a stream", stream->account.loss.frames,
			stream->sent - stream->account.unique, err);
		sent += stream->sent;
		lost += stream->account.loss.frames;
	}
	for (uint32_t i = 0; i < result->n_sizes; i++)
		of_sizes += result->size[i].lost;
	if (status == 0)
		status = same("sent of all streams", sent, f->sent, err);
	if (status == 0)
		status = same("lost of all streams", lost, (uint64_t)result->ledger.lost, err);
	if (status == 0)
		status = same("lost of all sizes", of_sizes, (uint64_t)result->ledger.lost, err);
	if (status == 0)
		status = same("duplicates of all streams", result->total.duplicate, f->duplicate, err);
	if (status == 0)
		status = same("late of all streams", result->total.late, f->late, err);
	/* a frame that seems to be sent after it arrived has no latency, and the result says so */
	*ret_ahead = f->unique - result->latency_ns->count;
	if (status == 0 && *ret_ahead != 0 && !has_note(result, "transmit time that lies ahead"))
		status = same("unique frames with a latency", result->latency_ns->count, f->unique, err);
	return status;
}

static int
by_number(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return a < b ? -1 : a > b;
}

static int
by_first_number(const void *left, const void *right)
{
	const struct ovr_seq_period *a = left, *b = right;
	uint64_t first_a = NUMBER(a->stream, a->first_seq), first_b = NUMBER(b->stream, b->first_seq);

	return first_a < first_b ? -1 : first_a > first_b;
}

static int
make_room(const struct ovr_result *result, struct soak_books *books, struct ovr_err *err)
{
	if (result->n_impairments > books->capacity) {
		books->capacity = 0;
		for (int kind = 0; kind < OVR_IMPAIRMENT_KINDS; kind++) {
			free(books->number[kind]);
			books->number[kind] = calloc(2 * result->n_impairments, sizeof(*books->number[kind]));
			if (books->number[kind] == NULL)
				return ovr_err_set(err, -ENOMEM, "no memory for impairment events");
		}
		books->capacity = 2 * result->n_impairments;
	}
	if (result->n_periods > books->period_capacity) {
		free(books->period);
		books->period_capacity = 0;
		books->period = calloc(2 * result->n_periods, sizeof(*books->period));
		if (books->period == NULL)
			return ovr_err_set(err, -ENOMEM, "no memory for loss periods");
		books->period_capacity = 2 * result->n_periods;
	}
	return 0;
}

/*
 * Sort what was done and what was lost. No number suffers the same twice, and no two loss periods
 * meet.
 */
static int
sort(const struct ovr_result *result, struct soak_books *books, struct ovr_err *err)
{
	int status = make_room(result, books, err);

	if (status != 0)
		return status;
	memset(books->n, 0, sizeof(books->n));
	for (uint64_t i = 0; i < result->n_impairments; i++) {
		const struct ovr_impairment *impairment = &result->impairment[i];

		if (impairment->stream >= result->n_streams ||
			impairment->seq >= result->stream[impairment->stream].sent)
			return ovr_err_set(err, -EPROTO, "the wire lists stream %u number %llu, never sent",
				impairment->stream, (unsigned long long)impairment->seq);
		books->number[impairment->kind][books->n[impairment->kind]++] = NUMBER(
			impairment->stream, impairment->seq);
	}
	for (int kind = 0; kind < OVR_IMPAIRMENT_KINDS; kind++) {
		uint64_t *number = books->number[kind];

		if (books->n[kind] > 1)
			qsort(number, books->n[kind], sizeof(*number), by_number);
		for (uint64_t i = 1; i < books->n[kind]; i++)
			if (number[i] == number[i - 1])
				return ovr_err_set(err, -EPROTO, "the wire lists %s twice for one number",
					ovr_impairment_name((enum ovr_impairment_kind)kind));
	}
	if (result->n_periods > 0) {
		memcpy(books->period, result->period, result->n_periods * sizeof(*books->period));
		qsort(books->period, result->n_periods, sizeof(*books->period), by_first_number);
	}
	for (uint64_t i = 1; i < result->n_periods; i++) {
		const struct ovr_seq_period *before = &books->period[i - 1], *at = before + 1;

		if (NUMBER(before->stream, before->first_seq) + before->n_frames >=
			NUMBER(at->stream, at->first_seq))
			return ovr_err_set(err, -EPROTO, "two loss periods of stream %u meet at %llu",
				at->stream, (unsigned long long)at->first_seq);
	}
	return 0;
}

static bool
has(const struct soak_books *books, enum ovr_impairment_kind kind, uint64_t number)
{
	return books->n[kind] != 0 &&
		bsearch(&number, books->number[kind], books->n[kind], sizeof(number), by_number) != NULL;
}

/* Is the number in a loss period? */
static bool
is_lost(const struct soak_books *books, uint64_t n_periods, uint64_t number)
{
	uint64_t low = 0, high = n_periods;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		const struct ovr_seq_period *period = &books->period[middle];
		uint64_t first = NUMBER(period->stream, period->first_seq);

		if (number < first)
			high = middle;
		else if (number >= first + period->n_frames)
			low = middle + 1;
		else
			return true;
	}
	return false;
}

/* What a check of sets works with. */
struct sets {
	const struct ovr_result *result;
	const struct soak_books *books;
	uint64_t missed;
	uint64_t n_losing;    /* numbers that the wire took or damaged */
	uint64_t n_extra;     /* numbers lost besides */
	uint64_t dup_corrupt; /* copies of damaged frames */
	/*
	 * frames may be late for other reasons than being held back, and copies as well as first
	 * ones
	 */
	bool is_loose;
};

/* Everything that the wire took is lost, and nothing else is but for a reason. */
static int
check_lost(struct sets *sets, bool has_all_periods, struct ovr_err *err)
{
	const struct ovr_result *result = sets->result;
	const struct soak_books *books = sets->books;
	uint64_t listed = 0;

	for (size_t k = 0; k < N_LOSING; k++)
		for (uint64_t i = 0; i < books->n[losing[k]]; i++) {
			uint64_t number = books->number[losing[k]][i];

			if ((losing[k] != OVR_IMPAIRMENT_DROP && has(books, OVR_IMPAIRMENT_DROP, number)) ||
				(losing[k] == OVR_IMPAIRMENT_CORRUPT &&
					has(books, OVR_IMPAIRMENT_FCS, number)))
				return ovr_err_set(err, -EPROTO, "the wire lists one number as lost twice");
			if (has_all_periods && !is_lost(books, result->n_periods, number))
				return ovr_err_set(err, -EPROTO,
					"stream %llu number %llu is listed as %s, but not lost",
					(unsigned long long)(number >> 48),
					(unsigned long long)(number << 16 >> 16),
					ovr_impairment_name(losing[k]));
		}
	for (uint64_t i = 0; i < result->n_periods; i++)
		listed += books->period[i].n_frames;
	if (has_all_periods && listed != (uint64_t)result->ledger.lost)
		return same("frames in loss periods", listed, (uint64_t)result->ledger.lost, err);
	if ((uint64_t)result->ledger.lost < sets->n_losing)
		return same("lost", (uint64_t)result->ledger.lost, sets->n_losing, err);
	sets->n_extra = (uint64_t)result->ledger.lost - sets->n_losing;
	if (sets->missed != 0)
		return within("lost besides what the wire took", sets->n_extra, 0,
			sets->missed + result->ledger.figures.late, err);
	if (sets->is_loose)
		return within("lost besides what the wire took", sets->n_extra, 0,
			result->ledger.figures.late, err);
	return same("lost besides what the wire took", sets->n_extra, result->ledger.figures.late, err);
}

/* No ring overran: each number lost that the wire did not take was held back. */
static int
check_extra(const struct sets *sets, struct ovr_err *err)
{
	const struct soak_books *books = sets->books;

	if (sets->n_extra == 0)
		return 0;
	for (uint64_t i = 0; i < sets->result->n_periods; i++)
		for (uint64_t k = 0; k < books->period[i].n_frames; k++) {
			uint64_t number = NUMBER(books->period[i].stream, books->period[i].first_seq + k);

			if (!has(books, OVR_IMPAIRMENT_DROP, number) &&
				!has(books, OVR_IMPAIRMENT_FCS, number) &&
				!has(books, OVR_IMPAIRMENT_CORRUPT, number) &&
				!has(books, OVR_IMPAIRMENT_REORDER, number))
				return ovr_err_set(err, -EPROTO,
					"stream %u number %llu is lost, and the wire did nothing to it",
					books->period[i].stream,
					(unsigned long long)books->period[i].first_seq + k);
		}
	return 0;
}

/* A copy of a damaged frame is one more damaged frame; any other copy is a duplicate. */
static int
check_copies(const struct sets *sets, struct ovr_err *err)
{
	const struct ovr_result *result = sets->result;
	const struct ovr_ledger_figures *f = &result->ledger.figures;
	uint64_t corrupt = result->impairments[OVR_IMPAIRMENT_CORRUPT] + sets->dup_corrupt;
	uint64_t duplicates = result->impairments[OVR_IMPAIRMENT_DUP] - sets->dup_corrupt;
	uint64_t gone = sets->missed;
	int status = within("corrupt", f->corrupt, corrupt > gone ? corrupt - gone : 0, corrupt, err);

	if (sets->is_loose)
		gone += f->late;
	if (status == 0)
		status = within("duplicates", f->duplicate, duplicates > gone ? duplicates - gone : 0,
			duplicates, err);
	if (status == 0 && sets->missed == 0)
		status = same(
			"duplicates and late ones", f->duplicate + f->late, duplicates + sets->n_extra, err);
	if (status == 0)
		status = same("numbers with a copy", result->total.replicated, f->duplicate, err);
	return status;
}

/*
 * One stream: was a frame that was held back passed by a sound one that was not held back itself?
 * Certain if the first that passed it was sound; where that was damaged, the line may have fallen
 * idle before the next one.
 */
static void
count_passed(const struct sets *sets, const struct ovr_wire_conf *conf, uint64_t *ret_certain,
	uint64_t *ret_possible)
{
	const struct soak_books *books = sets->books;
	uint64_t sent = sets->result->stream[0].sent;

	*ret_certain = *ret_possible = 0;
	for (uint64_t i = 0; i < books->n[OVR_IMPAIRMENT_REORDER]; i++) {
		uint64_t number = books->number[OVR_IMPAIRMENT_REORDER][i];
		uint32_t n_passed = 0;

		if (has(books, OVR_IMPAIRMENT_CORRUPT, number))
			continue;
		for (uint64_t n = number + 1; n < sent && n_passed < conf->reorder_frames; n++) {
			if (has(books, OVR_IMPAIRMENT_DROP, n) || has(books, OVR_IMPAIRMENT_FCS, n) ||
				has(books, OVR_IMPAIRMENT_REORDER, n))
				continue;
			n_passed++;
			if (has(books, OVR_IMPAIRMENT_CORRUPT, n))
				continue;
			*ret_certain += n_passed == 1;
			*ret_possible += 1;
			break;
		}
	}
}

static int
check_order(const struct sets *sets, const struct ovr_wire_conf *conf, bool is_listed, struct ovr_err *err)
{
	const struct ovr_result *result = sets->result;
	const struct ovr_ledger_figures *f = &result->ledger.figures;
	uint64_t reordered = f->reordered, certain, possible;

	if (conf->rotate_frames != 0 && result->plan.ports.rxq > 1)
		return within("reordered", reordered, 0, f->unique, err);
	if (!is_listed || sets->missed != 0 || sets->is_loose || result->n_streams != 1)
		return within("reordered", reordered, 0, result->impairments[OVR_IMPAIRMENT_REORDER], err);
	count_passed(sets, conf, &certain, &possible);
	return within("reordered, and late", reordered + f->late, certain, possible, err);
}

int
soak_check(const struct ovr_result *result, struct soak_books *books, struct soak_seen *ret_seen,
	struct ovr_err *err)
{
	struct sets sets = { .result = result, .books = books };
	struct soak_seen seen = { .impairments = 0 };
	const struct ovr_wire_conf *conf = &result->plan.ports.rx.conf.wire;
	int status = check_equations(result, err);
	if (status == 0)
		status = check_places(result, &sets.missed, err);
	if (status == 0)
		status = check_sums(result, &seen.n_ahead, err);
	if (status == 0)
		status = sort(result, books, err);
	if (status != 0)
		return status;
	for (int kind = 0; kind < OVR_IMPAIRMENT_KINDS; kind++)
		seen.impairments += result->impairments[kind];
	for (size_t k = 0; k < N_LOSING; k++)
		sets.n_losing += result->impairments[losing[k]];
	seen.is_listed = seen.impairments == result->n_impairments && result->n_periods_dropped == 0;
	seen.has_overrun = sets.missed != 0;
	sets.is_loose = (conf->rotate_frames != 0 && result->plan.ports.rxq > 1) ||
		result->plan.receiver.tmax_ns < 1000000000u;
	for (uint64_t i = 0; i < books->n[OVR_IMPAIRMENT_DUP]; i++)
		sets.dup_corrupt += has(books, OVR_IMPAIRMENT_CORRUPT, books->number[OVR_IMPAIRMENT_DUP][i]);
	status = check_lost(&sets, result->n_periods_dropped == 0, err);
	if (status == 0 && seen.is_listed && !seen.has_overrun && !sets.is_loose)
		status = check_extra(&sets, err);
	if (status == 0 && seen.impairments == result->n_impairments)
		status = check_copies(&sets, err);
	if (status == 0)
		status = check_order(&sets, conf, seen.is_listed, err);
	seen.is_exact = seen.is_listed && sets.n_extra == 0;
	if (status == 0)
		*ret_seen = seen;
	return status;
}

void
soak_books_done(struct soak_books *books)
{
	for (int kind = 0; kind < OVR_IMPAIRMENT_KINDS; kind++)
		free(books->number[kind]);
	free(books->period);
	memset(books, 0, sizeof(*books));
}
