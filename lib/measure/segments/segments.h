/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Accounting of TCP connections in segments: what both ends counted, what was lost between them,
 * and which counters explain it.
 *
 *     out           = Σ segments that the ends sent, those sent again included
 *     in            = Σ segments that arrived at the ends' sockets, or that the listener has seen
 *     lost          = out − in, for each direction
 *     explained     = Σ accounts of places before a socket
 *     unexplained   = lost − explained
 *     dropped       = Σ accounts of places behind the count of arrivals: the receiver's TCP itself
 *     bytes written = bytes read + those in the receiver's queue + those that are not acknowledged
 *
 * The figures are those of TCP_INFO (tcp(7)). Linux counts in them: each transmission of a segment,
 * a segment of GSO by itself; on the accepted socket the SYN, but not the SYN-ACK. The listener
 * answers a repeated SYN and counts it nowhere, so it may have arrived or not: lost is a range
 * then. Counters of packets count an skb, which with GSO or GRO is up to 65 segments: such an
 * account is a range too.
 *
 * A SYN that was answered by a reset has arrived, unless the accounts hold more than is missing:
 * then a firewall dropped it and sent the reset (reject with tcp reset), which is in no count.
 *
 * Retransmission is no loss: the sender may be wrong. Pure; plain data in, plain data out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/ledger.h"

#define OVR_SEGMENTS_REASONS_MAX 16

/** One end of a connection: TCP_INFO without "tcpi_". Plain data. */
struct ovr_segments_end {
	uint64_t segs_out, segs_in;           /**< all of them */
	uint64_t data_segs_out, data_segs_in; /**< those with data */
	uint64_t total_retrans;               /**< segments sent again, SYN and SYN-ACK included */
	uint64_t bytes_sent;                  /**< payload, what was sent again included */
	uint64_t bytes_retrans;               /**< payload that was sent again */
	uint64_t bytes_received;              /**< payload that arrived in order, each byte once */
	uint64_t busy_us;                     /**< with data to send */
	uint64_t rwnd_limited_us;             /**< of it: the receiver's window was closed */
	uint64_t sndbuf_limited_us;           /**< of it: the send buffer was too small */
};

/** How far a connection came. */
enum ovr_segments_state {
	OVR_SEGMENTS_UNSENT,      /**< connect() failed, and no SYN was sent */
	OVR_SEGMENTS_PENDING,     /**< the SYN was not answered */
	OVR_SEGMENTS_REFUSED,     /**< it was answered by a reset, of the receiver or of a firewall */
	OVR_SEGMENTS_ESTABLISHED, /**< the sender has the SYN-ACK */
	OVR_SEGMENTS_RESET,       /**< established, and ended by a reset */
	OVR_SEGMENTS_STATES,
};

/** A connection, both ends. Plain data. */
struct ovr_segments_connection {
	enum ovr_segments_state state; /**< as the sender has it */
	bool is_accepted;              /**< the receiver has a socket of it */
	uint32_t syn_retrans;          /**< SYNs that were sent again */
	struct ovr_segments_end sender;
	struct ovr_segments_end receiver; /**< zeros unless it is accepted */
	uint64_t records_written, records_read, records_corrupt;
	uint64_t bytes_written;        /**< taken by the sender's socket */
	uint64_t bytes_read;           /**< by the receiving program */
	uint64_t bytes_unread;         /**< in the receiver's queue */
	uint64_t bytes_unacknowledged; /**< in the sender's queue: not sent, or not acknowledged */
};

/** Connections that the listener has seen and that are not established on its side. */
struct ovr_segments_half_open {
	bool is_known;
	uint64_t n;        /**< each has seen one SYN at least */
	uint64_t syn_acks; /**< that were sent for them */
};

/** Where an account's segments are missing. */
enum ovr_segments_layer {
	OVR_SEGMENTS_WAY,    /**< before a socket counted them */
	OVR_SEGMENTS_STACK,  /**< a socket counted them as arrived, and TCP dropped them */
	OVR_SEGMENTS_EITHER, /**< small ones before, large ones behind it: wrong checksums */
};

/** What a counter holds: the account's frames are segments. */
struct ovr_segments_account {
	struct ovr_ledger_account account;
	enum ovr_segments_layer layer;
};

/** One direction. */
struct ovr_segments_direction {
	uint64_t out, in;
	uint64_t data_out, data_in; /**< those of them with data */
	int64_t lost;               /**< out − in; negative is a contradiction */
};

/** The sums, the result and the verdict. Plain data. */
struct ovr_segments_books {
	uint32_t n_in_state[OVR_SEGMENTS_STATES], n_accepted;
	struct ovr_segments_direction forward;  /**< from the sender: SYNs, data, acknowledgements */
	struct ovr_segments_direction backward; /**< from the receiver: SYN-ACKs, acknowledgements */
	uint64_t retransmitted;                 /**< by the sender, SYNs included */
	int64_t lost_min, lost_max;             /**< both directions, on the way */
	uint64_t explained_min, explained_max;  /**< of it, by the accounts */
	int64_t unexplained_min, unexplained_max;
	uint64_t dropped_min, dropped_max; /**< in the receiver's TCP */
	uint64_t records_written, records_read, records_corrupt;
	uint64_t bytes_written, bytes_read, bytes_unread, bytes_unacknowledged;
	uint64_t bytes_sent, bytes_retrans;
	enum ovr_ledger_verdict verdict;
	char reason[OVR_SEGMENTS_REASONS_MAX][OVR_LEDGER_REASON_BYTES]; /**< why it is not pass */
	uint32_t n_reasons;
};

/** What is summed up. */
struct ovr_segments_facts {
	const struct ovr_segments_connection *connection;
	uint32_t n_connections;
	struct ovr_segments_half_open half_open;
	uint64_t syncookies_sent; /**< SYN-ACKs without a memory of the SYN */
	const struct ovr_segments_account *account;
	uint32_t n_accounts;
	/** others' segments are in the counters, so that an account may hold more than was lost */
	bool has_others;
	uint32_t max_loss_ppb; /**< lost / out above this is `loss` */
};

/**
 * Sum up, check every equation, and judge.
 *
 * Void: more segments arrived than were sent; the accounts hold more than was lost, and all of it
 * is ours; the bytes of a connection do not add up; a connection was reset; nothing was sent. Where
 * the half-open connections cannot be read, SYNs that were not answered make lost a range.
 * Loss: segments were lost or dropped beyond the limit; a connection was not established; a record
 * was not delivered, or damaged.
 */
void ovr_segments_close(const struct ovr_segments_facts *facts, struct ovr_segments_books *ret_books);

/** @return whether more segments may be lost or dropped than the limit allows */
bool ovr_segments_is_beyond(const struct ovr_segments_books *books, uint32_t max_loss_ppb);

/**
 * The segments that a counter of packets stands for.
 * @param segments_max of one packet: 1 without GSO and GRO
 * @param[out] ret_account frames_min and frames_max are set
 */
void ovr_segments_of_packets(
	struct ovr_ledger_account *ret_account, uint64_t min, uint64_t max, uint32_t segments_max);

/** Add a reason, and make the verdict @p verdict where it was a milder one. */
void ovr_segments_judge(struct ovr_segments_books *books, enum ovr_ledger_verdict verdict, const char *format,
	...) __attribute__((format(printf, 3, 4)));

/** @return "unsent", "pending", "refused", "established", "reset" */
const char *ovr_segments_state_name(enum ovr_segments_state state);
