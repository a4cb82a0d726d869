/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The sender: connects, and writes records into what is connected. Internal to tcp.
 *
 * A thread of its own runs it. What it counts is read when `is_done` is set.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "plan/plan.h"
#include "segments/segments.h"

/** A connection that sends. */
struct ovr_tcp_sending {
	int fd; /**< -1: it was given up, and `end` is what it had counted */
	enum ovr_segments_state state;
	bool is_blocked;           /**< its send buffer is full */
	uint32_t syn_retrans;      /**< when it was answered */
	uint64_t bytes_written;    /**< taken by the socket */
	uint64_t n_begun;          /**< records in the buffer or behind it */
	uint8_t *buffer;           /**< records that are under way */
	uint32_t begin, end_bytes; /**< the bytes of it that are to be written yet */
	struct ovr_segments_end end;
};

/** The sender. */
struct ovr_tcp_sender {
	const struct ovr_plan *plan;
	const struct sockaddr *address;
	unsigned int address_bytes;
	uint32_t trial_id;
	uint64_t begin_ns; /**< CLOCK_MONOTONIC: time 0 */
	const atomic_bool *stop;
	struct ovr_tcp_sending *connection;
	uint32_t n, n_decided; /**< connections; those that were answered, or failed */
	uint32_t next;         /**< whose turn it is */
	uint32_t buffer_records;
	uint64_t n_begun;     /**< records of all */
	uint64_t sent_ns;     /**< from time 0 to the last byte that was written */
	uint64_t progress_ns; /**< when something was last written or answered */
	int epoll;
	int connect_error; /**< errno of a connect() that sent nothing; 0: none */
	bool is_stuck;     /**< it ended since nothing moved */
	atomic_bool is_done;
};

/**
 * Prepare it.
 * @param client sockets of the connections
 * @return 0; -ENOMEM; -errno
 */
int ovr_tcp_sender_init(struct ovr_tcp_sender *sender, const struct ovr_plan *plan, const int *client,
	uint32_t n, struct ovr_err *err);

/** Send as the plan says: the function of its thread. @param sender a struct ovr_tcp_sender */
void *ovr_tcp_sender_run(void *sender);

/** Free what it owns; sockets that it has not closed stay open. */
void ovr_tcp_sender_done(struct ovr_tcp_sender *sender);
