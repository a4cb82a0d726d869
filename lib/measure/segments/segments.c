/* SPDX-License-Identifier: BSD-3-Clause */
#include "segments/segments.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"

#define PPB 1000000000.0

/* What the accounts hold together, by layer: smallest and largest. */
struct held {
	uint64_t way_min, way_max, stack_min, stack_max, either;
};

/* The text of one number. */
struct count {
	char text[OVR_UNITS_TEXT_BYTES];
};

static struct count
count(uint64_t value)
{
	struct count number = { "" };

	ovr_units_print_count(number.text, sizeof(number.text), value);
	return number;
}

static uint64_t
smaller(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

static int64_t
not_below_zero(int64_t value)
{
	return value > 0 ? value : 0;
}

void
ovr_segments_judge(struct ovr_segments_books *books, enum ovr_ledger_verdict verdict, const char *format, ...)
{
	uint32_t at = (uint32_t)smaller(books->n_reasons, OVR_SEGMENTS_REASONS_MAX - 1);
	va_list args;

	if (verdict > books->verdict)
		books->verdict = verdict;
	va_start(args, format);
	vsnprintf(books->reason[at], sizeof(books->reason[at]), format, args);
	va_end(args);
	books->n_reasons = at + 1;
}

/* Both ends of one connection, in the sums. The SYN-ACK is in no count of the accepted socket. */
static void
add_connection(struct ovr_segments_books *books, const struct ovr_segments_connection *connection)
{
	const struct ovr_segments_end *sender = &connection->sender, *receiver = &connection->receiver;

	books->n_in_state[connection->state]++;
	books->forward.out += sender->segs_out;
	books->forward.data_out += sender->data_segs_out;
	books->backward.in += sender->segs_in;
	books->backward.data_in += sender->data_segs_in;
	books->retransmitted += sender->total_retrans;
	books->bytes_sent += sender->bytes_sent;
	books->bytes_retrans += sender->bytes_retrans;
	books->records_written += connection->records_written;
	books->records_read += connection->records_read;
	books->records_corrupt += connection->records_corrupt;
	books->bytes_written += connection->bytes_written;
	books->bytes_read += connection->bytes_read;
	books->bytes_unread += connection->bytes_unread;
	books->bytes_unacknowledged += connection->bytes_unacknowledged;
	if (connection->is_accepted) {
		books->n_accepted++;
		books->forward.in += receiver->segs_in;
		books->forward.data_in += receiver->data_segs_in;
		books->backward.out += receiver->segs_out + 1 + receiver->total_retrans;
		books->backward.data_out += receiver->data_segs_out;
	} else if (connection->state == OVR_SEGMENTS_REFUSED) {
		/* the reset shows that a SYN arrived */
		books->forward.in++;
		books->backward.out++;
	}
}

/* SYNs that may have arrived, and are in no count. */
static uint64_t
uncounted_syns(const struct ovr_segments_facts *facts)
{
	uint64_t n = facts->syncookies_sent, pending_retrans = 0, n_pending = 0;

	for (uint32_t i = 0; i < facts->n_connections; i++) {
		const struct ovr_segments_connection *connection = &facts->connection[i];

		if (connection->is_accepted) {
			n += smaller(connection->syn_retrans, connection->receiver.total_retrans);
		} else if (connection->state == OVR_SEGMENTS_REFUSED) {
			n += connection->syn_retrans;
		} else {
			pending_retrans += connection->syn_retrans;
			n_pending += connection->state == OVR_SEGMENTS_PENDING;
		}
	}
	/* a repeated SYN is answered again */
	if (facts->half_open.is_known)
		return n + smaller(pending_retrans, facts->half_open.syn_acks - facts->half_open.n);
	return n + pending_retrans + n_pending;
}

static struct held
sum_accounts(const struct ovr_segments_facts *facts)
{
	struct held held = { 0 };

	for (uint32_t i = 0; i < facts->n_accounts; i++) {
		const struct ovr_ledger_account *account = &facts->account[i].account;

		switch (facts->account[i].layer) {
		case OVR_SEGMENTS_WAY:
			held.way_min += account->frames_min;
			held.way_max += account->frames_max;
			break;
		case OVR_SEGMENTS_STACK:
			held.stack_min += account->frames_min;
			held.stack_max += account->frames_max;
			break;
		case OVR_SEGMENTS_EITHER:
			held.either += account->frames_max;
			break;
		}
	}
	return held;
}

/*
 * What no other account explains of the loss may be wrong checksums of small segments, the rest of
 * them were large ones, which had been counted as arrived.
 */
static void
explain(struct ovr_segments_books *books, const struct held *held, bool has_others)
{
	uint64_t left = (uint64_t)not_below_zero(books->lost_max - (int64_t)held->way_min);
	uint64_t before = smaller(left, held->either);
	int64_t most = books->lost_max - (int64_t)(has_others ? 0 : held->way_min);
	int64_t least = books->lost_min - (int64_t)(held->way_max + before);

	books->explained_min = has_others ? 0 : held->way_min;
	books->explained_max = smaller(held->way_max + before, (uint64_t)not_below_zero(books->lost_max));
	books->unexplained_max = most;
	books->unexplained_min = most < 0 ? most : not_below_zero(least);
	books->dropped_min = has_others ? 0 : held->stack_min + held->either - before;
	books->dropped_max = held->stack_max + held->either;
	if (most < 0)
		ovr_segments_judge(books, OVR_VERDICT_VOID,
			"the counters hold at least %" PRIu64
			" segments that were lost, the ends miss %" PRId64,
			held->way_min, books->lost_max);
}

/*
 * Of a connection that was reset one segment may have come from neither end: a firewall that
 * rejects sends the reset itself.
 */
static void
check_direction(
	struct ovr_segments_books *books, const struct ovr_segments_direction *direction, const char *name)
{
	if (direction->lost >= 0)
		return;
	if (-direction->lost <= (int64_t)books->n_in_state[OVR_SEGMENTS_RESET])
		ovr_segments_judge(books, OVR_VERDICT_VOID,
			"%s segments arrived %s, but only %s were counted where they were sent: a reset is "
			"in no such count, nor is one by a firewall (reject with tcp reset)",
			count(direction->in).text, name, count(direction->out).text);
	else
		ovr_segments_judge(books, OVR_VERDICT_VOID,
			"%s segments arrived %s, but only %s were sent: the network repeats them, or they "
			"are others'",
			count(direction->in).text, name, count(direction->out).text);
}

static void
check_bytes(struct ovr_segments_books *books, const struct ovr_segments_connection *connection, uint32_t i)
{
	uint64_t there = connection->bytes_read + connection->bytes_unread;

	/* what is not acknowledged may have arrived */
	if (connection->bytes_written >= there &&
		connection->bytes_written <= there + connection->bytes_unacknowledged)
		return;
	ovr_segments_judge(books, OVR_VERDICT_VOID,
		"connection %" PRIu32 ": %" PRIu64 " bytes written, but %" PRIu64 " read, %" PRIu64
		" unread and %" PRIu64 " not acknowledged",
		i, connection->bytes_written, connection->bytes_read, connection->bytes_unread,
		connection->bytes_unacknowledged);
}

static void
judge_connections(struct ovr_segments_books *books, const struct ovr_segments_facts *facts)
{
	uint32_t n_open = books->n_in_state[OVR_SEGMENTS_ESTABLISHED];

	for (uint32_t i = 0; i < facts->n_connections; i++) {
		const struct ovr_segments_connection *connection = &facts->connection[i];

		if (connection->state == OVR_SEGMENTS_RESET)
			ovr_segments_judge(books, OVR_VERDICT_VOID,
				"connection %" PRIu32 " was reset: its last segments are in no count", i);
		else if (connection->is_accepted)
			check_bytes(books, connection, i);
	}
	if (books->forward.out == 0)
		ovr_segments_judge(books, OVR_VERDICT_VOID, "nothing was sent");
	if (n_open != facts->n_connections && books->n_in_state[OVR_SEGMENTS_RESET] == 0)
		ovr_segments_judge(books, OVR_VERDICT_LOSS,
			"%" PRIu32 " of %" PRIu32 " connections were not established",
			facts->n_connections - n_open, facts->n_connections);
	else if (books->n_accepted < n_open)
		ovr_segments_judge(books, OVR_VERDICT_LOSS,
			"%" PRIu32 " of %" PRIu32 " connections were not accepted",
			n_open - books->n_accepted, n_open);
}

bool
ovr_segments_is_beyond(const struct ovr_segments_books *books, uint32_t max_loss_ppb)
{
	uint64_t out = books->forward.out + books->backward.out;
	int64_t lost = books->lost_max + (int64_t)books->dropped_max;

	return (double)lost * PPB > (double)max_loss_ppb * (double)out;
}

static void
judge(struct ovr_segments_books *books, uint32_t max_loss_ppb)
{
	uint64_t out = books->forward.out + books->backward.out;
	bool is_beyond = ovr_segments_is_beyond(books, max_loss_ppb);

	if (is_beyond && books->lost_max > 0)
		ovr_segments_judge(books, OVR_VERDICT_LOSS, "%s of %s segments were lost on the way",
			count((uint64_t)books->lost_max).text, count(out).text);
	if (is_beyond && books->dropped_max != 0)
		ovr_segments_judge(books, OVR_VERDICT_LOSS,
			"%s segments that had arrived were dropped by the receiver's TCP",
			count(books->dropped_max).text);
	if (books->records_corrupt != 0)
		ovr_segments_judge(books, OVR_VERDICT_LOSS, "%s records arrived damaged",
			count(books->records_corrupt).text);
	if (books->records_read + books->records_corrupt < books->records_written)
		ovr_segments_judge(books, OVR_VERDICT_LOSS, "%s of %s records were not read",
			count(books->records_written - books->records_read - books->records_corrupt).text,
			count(books->records_written).text);
	if (books->records_read + books->records_corrupt > books->records_written)
		ovr_segments_judge(books, OVR_VERDICT_VOID, "%s records were read, but only %s written",
			count(books->records_read + books->records_corrupt).text,
			count(books->records_written).text);
}

static void
find_lost(struct ovr_segments_direction *direction)
{
	direction->lost = (int64_t)(direction->out - direction->in);
}

/*
 * SYNs that the counters on the way hold beyond what is missing: a rule dropped them, and answered
 * with the reset. No listener has seen them, and the reset was sent by neither end.
 */
static void
take_rejected(struct ovr_segments_books *books, const struct held *held, bool has_others)
{
	uint64_t n_refused = books->n_in_state[OVR_SEGMENTS_REFUSED];
	int64_t lost = books->forward.lost + books->backward.lost;
	uint64_t most = smaller(n_refused, (uint64_t)not_below_zero((int64_t)held->way_max - lost));
	uint64_t least = has_others
		? 0
		: smaller(n_refused, (uint64_t)not_below_zero((int64_t)held->way_min - lost));

	books->forward.in -= least;
	books->backward.out -= least;
	books->backward.in -= least;
	find_lost(&books->forward);
	books->lost_max = lost + (int64_t)most;
}

void
ovr_segments_close(const struct ovr_segments_facts *facts, struct ovr_segments_books *ret_books)
{
	struct ovr_segments_books *books = ret_books;
	struct held held = sum_accounts(facts);

	memset(books, 0, sizeof(*books));
	for (uint32_t i = 0; i < facts->n_connections; i++)
		add_connection(books, &facts->connection[i]);
	books->forward.in += facts->half_open.n;
	books->backward.out += facts->half_open.syn_acks;
	find_lost(&books->forward);
	find_lost(&books->backward);
	take_rejected(books, &held, facts->has_others);
	books->lost_min = books->forward.lost + books->backward.lost -
		(int64_t)smaller(uncounted_syns(facts), (uint64_t)not_below_zero(books->forward.lost));
	check_direction(books, &books->forward, "at the receiver");
	check_direction(books, &books->backward, "back at the sender");
	explain(books, &held, facts->has_others);
	judge_connections(books, facts);
	judge(books, facts->max_loss_ppb);
}

void
ovr_segments_of_packets(
	struct ovr_ledger_account *ret_account, uint64_t min, uint64_t max, uint32_t segments_max)
{
	ovr_ledger_account_set(ret_account, min, max * segments_max);
}

const char *
ovr_segments_state_name(enum ovr_segments_state state)
{
	static const char *const name[] = {
		[OVR_SEGMENTS_UNSENT] = "unsent",
		[OVR_SEGMENTS_PENDING] = "pending",
		[OVR_SEGMENTS_REFUSED] = "refused",
		[OVR_SEGMENTS_ESTABLISHED] = "established",
		[OVR_SEGMENTS_RESET] = "reset",
	};

	return name[state];
}
