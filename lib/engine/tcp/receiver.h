/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The receiver: accepts connections, reads them and checks their records. Internal to tcp.
 *
 * A thread of its own runs it. The control thread sets `is_all_sent` and `is_ended`; it reads the
 * connections below `n_accepted` and the totals meanwhile, the rest when the thread has ended.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "frame/record.h"
#include "hist/hist.h"
#include "plan/plan.h"
#include "stall/injection.h"

/** A connection that was accepted. */
struct ovr_tcp_received {
	int fd;
	bool is_reset; /**< ended by a reset, or by the other end */
	struct ovr_record_reader reader;
	uint64_t bytes_read;
};

/** The receiver. */
struct ovr_tcp_receiver {
	const struct ovr_plan *plan;
	uint32_t trial_id;
	uint64_t begin_ns;
	int listener;
	uint32_t n; /**< connections that there can be */
	struct ovr_tcp_received *connection;
	atomic_uint n_accepted;
	atomic_uint_fast64_t bytes_read; /**< of all */
	uint64_t n_records;              /**< of all, damaged ones included */
	struct ovr_hist *latency_ns;
	struct ovr_stall_injection stall;
	uint64_t paused_until_ns; /**< CLOCK_MONOTONIC */
	uint8_t *buffer;
	uint64_t *tx_ns;
	int epoll;
	atomic_bool is_all_sent; /**< nothing holds it back any longer, but --service */
	atomic_bool is_ended;
};

/**
 * Prepare it.
 * @param listener non-blocking, the caller's
 * @param latency_ns takes the time from write to read of intact records
 * @return 0; -ENOMEM; -errno
 */
int ovr_tcp_receiver_init(struct ovr_tcp_receiver *receiver, const struct ovr_plan *plan, int listener,
	uint32_t n, struct ovr_hist *latency_ns, struct ovr_err *err);

/** Receive until `is_ended`: the function of its thread. */
void *ovr_tcp_receiver_run(void *receiver);

/** Close the accepted sockets, and free what it owns. */
void ovr_tcp_receiver_done(struct ovr_tcp_receiver *receiver);
