/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Result of a trial over TCP connections. Units are segments, records, bytes and connections, never
 * frames.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "hist/hist.h"
#include "plan/plan.h"
#include "segments/segments.h"

#define OVR_RESULT_TCP_NOTES_MAX  24
#define OVR_RESULT_TCP_NOTE_BYTES 256

/** Zeroed memory is an empty one. The lists are owned by it. */
struct ovr_result_tcp {
	struct ovr_plan plan; /**< frozen */
	uint32_t trial_id;
	uint64_t begin_unix_ns;
	uint64_t sent_ns;  /**< from the first connect() to the last record that was written */
	uint64_t total_ns; /**< to the end of the drain */
	bool is_drained;   /**< everything written was acknowledged and read */
	bool was_stopped;  /**< by a signal */
	struct ovr_segments_connection *connection;
	uint32_t n_connections;
	struct ovr_segments_half_open half_open;
	uint64_t syncookies_sent;
	struct ovr_segments_account *account; /**< in the order of the path */
	uint32_t n_accounts, accounts_capacity;
	bool has_others;                  /**< others' segments are in the counters */
	uint32_t segments_per_packet_max; /**< by GSO and GRO of the links on the path; 1: none */
	uint32_t send_buffer_bytes, receive_buffer_bytes; /**< as the kernel accounts them */
	char congestion[OVR_SOCKET_CONGESTION_BYTES];     /**< of the first connection */
	struct ovr_hist latency_ns;                       /**< from write to read, of intact records */
	struct ovr_segments_books books;
	char note[OVR_RESULT_TCP_NOTES_MAX][OVR_RESULT_TCP_NOTE_BYTES];
	uint32_t n_notes;
};

/** Add a note; beyond OVR_RESULT_TCP_NOTES_MAX the last one is overwritten. */
void ovr_result_tcp_note(struct ovr_result_tcp *result, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Add an account. @return 0; -ENOMEM */
int ovr_result_tcp_add(struct ovr_result_tcp *result, const struct ovr_segments_account *account);

/** Sum up, and judge. */
void ovr_result_tcp_close(struct ovr_result_tcp *result);

/** Free what it owns; it is empty then. */
void ovr_result_tcp_done(struct ovr_result_tcp *result);
