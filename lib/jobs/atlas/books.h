/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What a trial's JSON says of its losses, of datagrams (overrun.result/1) and of TCP segments
 * (overrun.tcp/1) alike. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define OVR_ATLAS_ACCOUNTS_MAX 24

/** An account in which something is. */
struct ovr_atlas_account {
	char place[24];    /**< "rx.netfilter" */
	char end[96];      /**< port or hop, of TCP "sender", "receiver", "hop:NAME"; "" for a remainder */
	char counter[160]; /**< in the kernel's or the driver's words; a drop reason where that owns it */
	char why[240];     /**< a sentence, or "" */
	char aliases[240]; /**< counters that count the same again, or "" */
	int64_t lost;      /**< frames or segments */
};

/** The books of a trial. Plain data. */
struct ovr_atlas_books {
	const char *unit;         /**< "frames", "segments" */
	char verdict[8];          /**< "pass", "loss", "void" */
	char reason[240];         /**< the first reason for it; "" */
	bool lacks_reasons;       /**< it says that drop reasons are not known here */
	int64_t sent;             /**< of TCP data segments and others, of both directions */
	int64_t refused;          /**< of datagrams: by the port, and never sent; else 0 */
	int64_t lost;             /**< of TCP with those that it dropped after they had arrived */
	int64_t unexplained;      /**< lost without an owner; negative: counters exceed the loss */
	int64_t window_waited_us; /**< of TCP: how long connections waited for a receive window; else 0 */
	uint32_t n_accounts;
	struct ovr_atlas_account account[OVR_ATLAS_ACCOUNTS_MAX];
};

/**
 * Read them.
 * @param json text of one document
 * @return 0; -EINVAL: it is no document of overrun, or lacks a key
 */
int ovr_atlas_books_read(const char *json, struct ovr_atlas_books *ret_books, struct ovr_err *err);

/** @return what the accounts of that place have; @p end NULL: of all ports and hops together */
int64_t ovr_atlas_books_of(const struct ovr_atlas_books *books, const char *place, const char *end);
