/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The kernel's counters around a trial over TCP, and the accounts that they make. Internal to tcp.
 * Control thread.
 */
#pragma once

#include "base/err.h"
#include "plan/plan.h"
#include "result/tcp.h"
#include "tcp/ends.h"

/** The namespaces on the path, and what they counted. */
struct ovr_tcp_places;

/**
 * Find the namespaces on the path, and read what they count.
 * @param ends keep their namespaces open
 * @return 0, and @p ret_places is the caller's; -EPERM, -ENOENT of a namespace; -ENOMEM
 */
int ovr_tcp_places_begin(const struct ovr_plan_ports *ports, const struct ovr_tcp_ends *ends,
	struct ovr_tcp_places **ret_places, struct ovr_err *err);

/** Read again, when nothing moves any longer. */
void ovr_tcp_places_end(struct ovr_tcp_places *places);

/**
 * Add the accounts, and notes on what could not be read.
 * @param mss_bytes smallest segment size of the connections; 0: unknown
 */
void ovr_tcp_places_book(struct ovr_tcp_places *places, uint32_t mss_bytes, struct ovr_result_tcp *result);

/** Free it; NULL is allowed. */
void ovr_tcp_places_close(struct ovr_tcp_places *places);
