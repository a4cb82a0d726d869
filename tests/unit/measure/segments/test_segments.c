/* SPDX-License-Identifier: BSD-3-Clause */
/* What both ends of TCP connections counted, and what follows. */
#include "segments/segments.h"

#include <criterion/criterion.h>

/* One connection that sent 1,000 records of 1,000 bytes in segments of their own, without loss. */
static struct ovr_segments_connection
clean_connection(void)
{
	return (struct ovr_segments_connection){
		.state = OVR_SEGMENTS_ESTABLISHED,
		.is_accepted = true,
		/* SYN, ACK and 1,000 with data; SYN-ACK and 500 acknowledgements */
		.sender = { .segs_out = 1002, .segs_in = 501, .data_segs_out = 1000, .bytes_sent = 1000000 },
		.receiver = { .segs_out = 500,
			.segs_in = 1002,
			.data_segs_in = 1000,
			.bytes_received = 1000000 },
		.records_written = 1000,
		.records_read = 1000,
		.bytes_written = 1000000,
		.bytes_read = 1000000,
	};
}

static struct ovr_segments_books
close_books(const struct ovr_segments_connection *connection, uint32_t n,
	const struct ovr_segments_account *account, uint32_t n_accounts)
{
	struct ovr_segments_facts facts = {
		.connection = connection,
		.n_connections = n,
		.half_open = { .is_known = true },
		.account = account,
		.n_accounts = n_accounts,
	};
	struct ovr_segments_books books;

	ovr_segments_close(&facts, &books);
	return books;
}

static struct ovr_segments_account
account_of(enum ovr_segments_layer layer, uint64_t min, uint64_t max)
{
	struct ovr_segments_account account = { .layer = layer };

	ovr_ledger_account_set(&account.account, min, max);
	return account;
}

Test(segments, a_clean_connection_loses_nothing_and_passes)
{
	struct ovr_segments_connection connection = clean_connection();
	struct ovr_segments_books books = close_books(&connection, 1, NULL, 0);

	cr_assert_eq(books.verdict, OVR_VERDICT_PASS, "%s", books.reason[0]);
	cr_assert_eq(books.forward.out, 1002);
	cr_assert_eq(books.forward.in, 1002);
	/* the SYN-ACK is added to what the accepted socket sent */
	cr_assert_eq(books.backward.out, 501);
	cr_assert_eq(books.backward.in, 501);
	cr_assert_eq(books.lost_max, 0);
	cr_assert_eq(books.unexplained_max, 0);
}

Test(segments, a_gap_that_a_counter_has_is_explained)
{
	struct ovr_segments_connection connection = clean_connection();
	struct ovr_segments_account account = account_of(OVR_SEGMENTS_WAY, 61, 61);
	struct ovr_segments_books books;

	connection.sender.segs_out += 61;
	connection.sender.data_segs_out += 61;
	connection.sender.total_retrans = 61;
	books = close_books(&connection, 1, &account, 1);
	cr_assert_eq(books.verdict, OVR_VERDICT_LOSS);
	cr_assert_eq(books.lost_min, 61);
	cr_assert_eq(books.lost_max, 61);
	cr_assert_eq(books.explained_max, 61);
	cr_assert_eq(books.unexplained_min, 0);
	cr_assert_eq(books.unexplained_max, 0);
	cr_assert_eq(books.dropped_max, 0);
}

Test(segments, retransmission_without_a_gap_is_no_loss)
{
	struct ovr_segments_connection connection = clean_connection();
	struct ovr_segments_books books;

	connection.sender.segs_out += 55;
	connection.sender.total_retrans = 55;
	connection.receiver.segs_in += 55;
	books = close_books(&connection, 1, NULL, 0);
	cr_assert_eq(books.lost_max, 0);
	cr_assert_eq(books.retransmitted, 55);
	cr_assert_eq(books.verdict, OVR_VERDICT_PASS);
}

Test(segments, a_gap_that_no_counter_has_stays_unexplained)
{
	struct ovr_segments_connection connection = clean_connection();
	struct ovr_segments_books books;

	connection.sender.segs_out += 7;
	books = close_books(&connection, 1, NULL, 0);
	cr_assert_eq(books.unexplained_min, 7);
	cr_assert_eq(books.unexplained_max, 7);
}

/* 705 packets were dropped, 1,127 segments were lost: GSO had made packets of several. */
Test(segments, a_packet_of_several_segments_makes_the_account_a_range)
{
	struct ovr_segments_connection connection = clean_connection();
	struct ovr_segments_account account = { .layer = OVR_SEGMENTS_WAY };
	struct ovr_segments_books books;

	ovr_segments_of_packets(&account.account, 705, 705, 65);
	cr_assert_eq(account.account.frames_min, 705);
	cr_assert_eq(account.account.frames_max, 45825);
	connection.sender.segs_out += 1127;
	books = close_books(&connection, 1, &account, 1);
	cr_assert_eq(books.explained_min, 705);
	cr_assert_eq(books.explained_max, 1127);
	cr_assert_eq(books.unexplained_min, 0);
	cr_assert_eq(books.unexplained_max, 422);
	cr_assert_eq(books.verdict, OVR_VERDICT_LOSS);
}

Test(segments, counters_above_the_loss_void_the_result)
{
	struct ovr_segments_connection connection = clean_connection();
	struct ovr_segments_account account = account_of(OVR_SEGMENTS_WAY, 3, 3);
	struct ovr_segments_books books = close_books(&connection, 1, &account, 1);

	cr_assert_eq(books.verdict, OVR_VERDICT_VOID);
	cr_assert_eq(books.unexplained_max, -3);
}

Test(segments, beside_others_a_counter_above_the_loss_is_no_contradiction)
{
	struct ovr_segments_connection connection = clean_connection();
	struct ovr_segments_account account = account_of(OVR_SEGMENTS_WAY, 3, 3);
	struct ovr_segments_facts facts = {
		.connection = &connection,
		.n_connections = 1,
		.half_open = { .is_known = true },
		.account = &account,
		.n_accounts = 1,
		.has_others = true,
	};
	struct ovr_segments_books books;

	ovr_segments_close(&facts, &books);
	cr_assert_eq(books.verdict, OVR_VERDICT_PASS, "%s", books.reason[0]);
	cr_assert_eq(books.explained_min, 0);
	cr_assert_eq(books.explained_max, 0);
}

/* Large segments are counted as arrived before their checksum is looked at: no gap, 58 dropped. */
Test(segments, wrong_checksums_of_large_segments_are_dropped_behind_the_count)
{
	struct ovr_segments_connection connection = clean_connection();
	struct ovr_segments_account account = account_of(OVR_SEGMENTS_EITHER, 58, 58);
	struct ovr_segments_books books;

	connection.sender.segs_out += 58;
	connection.receiver.segs_in += 58;
	books = close_books(&connection, 1, &account, 1);
	cr_assert_eq(books.lost_max, 0);
	cr_assert_eq(books.dropped_min, 58);
	cr_assert_eq(books.dropped_max, 58);
	cr_assert_eq(books.unexplained_max, 0);
	cr_assert_eq(books.verdict, OVR_VERDICT_LOSS);
}

/* Small ones are dropped before: which of the two they were, nobody says. */
Test(segments, wrong_checksums_beside_a_gap_may_be_the_gap)
{
	struct ovr_segments_connection connection = clean_connection();
	struct ovr_segments_account account = account_of(OVR_SEGMENTS_EITHER, 58, 58);
	struct ovr_segments_books books;

	connection.sender.segs_out += 58;
	books = close_books(&connection, 1, &account, 1);
	cr_assert_eq(books.unexplained_min, 0);
	cr_assert_eq(books.unexplained_max, 58);
	cr_assert_eq(books.dropped_min, 0);
	cr_assert_eq(books.dropped_max, 58);
}

/* listen(4) and nobody accepts: of 20 SYNs 5 are in the queue, 15 are dropped. */
Test(segments, a_full_accept_queue_loses_the_syns)
{
	struct ovr_segments_connection connection[20] = { 0 };
	struct ovr_segments_account account = account_of(OVR_SEGMENTS_WAY, 15, 15);
	struct ovr_segments_books books;

	for (int i = 0; i < 20; i++) {
		bool is_in = i < 5;

		connection[i].state = is_in ? OVR_SEGMENTS_ESTABLISHED : OVR_SEGMENTS_PENDING;
		connection[i].is_accepted = is_in;
		connection[i].sender.segs_out = is_in ? 2 : 1;
		connection[i].sender.segs_in = is_in ? 1 : 0;
		connection[i].receiver.segs_in = is_in ? 2 : 0;
	}
	books = close_books(connection, 20, &account, 1);
	cr_assert_eq(books.n_in_state[OVR_SEGMENTS_PENDING], 15);
	cr_assert_eq(books.forward.out, 25);
	cr_assert_eq(books.lost_min, 15);
	cr_assert_eq(books.lost_max, 15);
	cr_assert_eq(books.unexplained_max, 0);
	cr_assert_eq(books.verdict, OVR_VERDICT_LOSS);
}

/* 100 SYNs, a SYN queue that takes 49, and a rule that drops every SYN-ACK. */
Test(segments, a_half_open_connection_has_seen_its_syn_and_sent_syn_acks)
{
	struct ovr_segments_connection connection[100] = { 0 };
	struct ovr_segments_account account[] = { account_of(OVR_SEGMENTS_WAY, 51, 51),
		account_of(OVR_SEGMENTS_WAY, 49, 49) };
	struct ovr_segments_facts facts = {
		.connection = connection,
		.n_connections = 100,
		.half_open = { .is_known = true, .n = 49, .syn_acks = 49 },
		.account = account,
		.n_accounts = 2,
	};
	struct ovr_segments_books books;

	for (int i = 0; i < 100; i++) {
		connection[i].state = OVR_SEGMENTS_PENDING;
		connection[i].sender.segs_out = 1;
	}
	ovr_segments_close(&facts, &books);
	cr_assert_eq(books.forward.lost, 51);
	cr_assert_eq(books.backward.lost, 49);
	cr_assert_eq(books.lost_min, 100);
	cr_assert_eq(books.unexplained_min, 0);
	cr_assert_eq(books.unexplained_max, 0);
}

/* The listener answers a repeated SYN and counts it nowhere. */
Test(segments, a_repeated_syn_may_have_arrived)
{
	struct ovr_segments_connection connection = clean_connection();
	struct ovr_segments_books books;

	connection.syn_retrans = 1;
	connection.sender.segs_out++;
	connection.sender.total_retrans = 1;
	/* with a SYN-ACK that was sent again and arrived */
	connection.receiver.total_retrans = 1;
	connection.sender.segs_in++;
	books = close_books(&connection, 1, NULL, 0);
	cr_assert_eq(books.lost_min, 0);
	cr_assert_eq(books.lost_max, 1);
	cr_assert_eq(books.unexplained_min, 0);
	cr_assert_eq(books.unexplained_max, 1);
}

Test(segments, half_open_connections_that_cannot_be_read_make_a_range)
{
	struct ovr_segments_connection connection = {
		.state = OVR_SEGMENTS_PENDING, .sender = { .segs_out = 2 }, .syn_retrans = 1
	};
	struct ovr_segments_facts facts = { .connection = &connection, .n_connections = 1 };
	struct ovr_segments_books books;

	ovr_segments_close(&facts, &books);
	cr_assert_eq(books.lost_min, 0);
	cr_assert_eq(books.lost_max, 2);
}

Test(segments, a_refused_connection_lost_nothing)
{
	struct ovr_segments_connection connection = { .state = OVR_SEGMENTS_REFUSED,
		.sender = { .segs_out = 1, .segs_in = 1 } };
	struct ovr_segments_books books = close_books(&connection, 1, NULL, 0);

	cr_assert_eq(books.lost_max, 0);
	cr_assert_eq(books.unexplained_max, 0);
	cr_assert_eq(books.verdict, OVR_VERDICT_LOSS);
	cr_assert_str_eq(books.reason[0], "1 of 1 connections were not established");
}

/* Rule: reject with tcp reset. */
Test(segments, a_syn_that_a_firewall_rejects_is_lost_there)
{
	struct ovr_segments_connection refused = { .state = OVR_SEGMENTS_REFUSED,
		.sender = { .segs_out = 1, .segs_in = 1 } };
	struct ovr_segments_connection connection[] = { refused, refused, refused, clean_connection() };
	struct ovr_segments_account account = account_of(OVR_SEGMENTS_WAY, 2, 2);
	struct ovr_segments_books books = close_books(connection, 4, &account, 1);

	/* the third one was refused by the receiver */
	cr_assert_eq(books.verdict, OVR_VERDICT_LOSS, "%s", books.reason[0]);
	cr_assert_eq(books.forward.out, 1005);
	cr_assert_eq(books.forward.in, 1003);
	cr_assert_eq(books.backward.out, 502);
	cr_assert_eq(books.backward.in, 502);
	cr_assert_eq(books.lost_min, 2);
	cr_assert_eq(books.lost_max, 2);
	cr_assert_eq(books.explained_min, 2);
	cr_assert_eq(books.unexplained_min, 0);
	cr_assert_eq(books.unexplained_max, 0);
	/* more than were refused cannot be rejected SYNs */
	account = account_of(OVR_SEGMENTS_WAY, 4, 4);
	books = close_books(connection, 4, &account, 1);
	cr_assert_eq(books.verdict, OVR_VERDICT_VOID);
	cr_assert_str_eq(
		books.reason[0], "the counters hold at least 4 segments that were lost, the ends miss 3");
}

Test(segments, a_rejected_syn_that_may_be_anothers_makes_lost_a_range)
{
	struct ovr_segments_connection connection = { .state = OVR_SEGMENTS_REFUSED,
		.sender = { .segs_out = 1, .segs_in = 1 } };
	struct ovr_segments_account account = account_of(OVR_SEGMENTS_WAY, 0, 1);
	struct ovr_segments_books books = close_books(&connection, 1, &account, 1);

	cr_assert_eq(books.lost_min, 0);
	cr_assert_eq(books.lost_max, 1);
	cr_assert_eq(books.explained_max, 1);
	cr_assert_eq(books.unexplained_min, 0);
	cr_assert_eq(books.unexplained_max, 1);
}

Test(segments, resets_that_no_end_counted_are_not_repeated_by_the_network)
{
	struct ovr_segments_connection connection = clean_connection();
	struct ovr_segments_books books;

	connection.state = OVR_SEGMENTS_RESET;
	connection.sender.segs_in += 1;
	books = close_books(&connection, 1, NULL, 0);
	cr_assert_eq(books.verdict, OVR_VERDICT_VOID);
	cr_assert_str_eq(books.reason[0],
		"502 segments arrived back at the sender, but only 501 were counted where they were sent: a "
		"reset is in no such count, nor is one by a firewall (reject with tcp reset)");
	/* one connection has one reset */
	connection.sender.segs_in += 1;
	books = close_books(&connection, 1, NULL, 0);
	cr_assert_str_eq(books.reason[0],
		"503 segments arrived back at the sender, but only 501 were sent: the network repeats them, "
		"or "
		"they are others'");
}

Test(segments, a_reset_connection_voids_the_result)
{
	struct ovr_segments_connection connection = clean_connection();

	connection.state = OVR_SEGMENTS_RESET;
	cr_assert_eq(close_books(&connection, 1, NULL, 0).verdict, OVR_VERDICT_VOID);
}

Test(segments, more_segments_in_than_out_void_the_result)
{
	struct ovr_segments_connection connection = clean_connection();

	connection.receiver.segs_in += 50;
	cr_assert_eq(close_books(&connection, 1, NULL, 0).verdict, OVR_VERDICT_VOID);
}

Test(segments, bytes_that_do_not_add_up_void_the_result)
{
	struct ovr_segments_connection connection = clean_connection();

	connection.bytes_read -= 1;
	cr_assert_eq(close_books(&connection, 1, NULL, 0).verdict, OVR_VERDICT_VOID);
	/* they may be unread, or under way */
	connection.bytes_unread = 1;
	cr_assert_eq(close_books(&connection, 1, NULL, 0).verdict, OVR_VERDICT_PASS);
	connection.bytes_unread = 0;
	connection.bytes_unacknowledged = 1;
	cr_assert_eq(close_books(&connection, 1, NULL, 0).verdict, OVR_VERDICT_PASS);
}

Test(segments, a_loss_within_the_limit_passes)
{
	struct ovr_segments_connection connection = clean_connection();
	struct ovr_segments_facts facts = { .connection = &connection,
		.n_connections = 1,
		.half_open = { .is_known = true },
		.max_loss_ppb = 1000000 };
	struct ovr_segments_books books;

	/* 1 of 1,504, and of 1,505 2 */
	connection.sender.segs_out += 1;
	ovr_segments_close(&facts, &books);
	cr_assert_eq(books.verdict, OVR_VERDICT_PASS);
	connection.sender.segs_out += 1;
	ovr_segments_close(&facts, &books);
	cr_assert_eq(books.verdict, OVR_VERDICT_LOSS);
}

Test(segments, a_damaged_record_is_a_loss)
{
	struct ovr_segments_connection connection = clean_connection();

	connection.records_read--;
	connection.records_corrupt++;
	cr_assert_eq(close_books(&connection, 1, NULL, 0).verdict, OVR_VERDICT_LOSS);
}
