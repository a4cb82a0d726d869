/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Finished results, made by hand, for tests of what is made from a result.
 *
 * Every figure is a literal; the books are closed by the ledger itself. Free with sample_free().
 */
#pragma once

#include "result/result.h"

/** 5 s of 10G line rate at 64 bytes; all 74,404,761 frames arrived. */
struct ovr_result *sample_pass(void);

/** The same; 192,884 frames were lost in 11 loss periods, in 11 stalls of core 1. */
struct ovr_result *sample_loss(void);

/**
 * A wire that drops, duplicates, reorders and corrupts; two sizes, four receive queues on two
 * cores, a full TX ring.
 */
struct ovr_result *sample_impaired(void);

/** A sender that kept 95 % of its schedule, and counters that claim more than was lost. */
struct ovr_result *sample_void(void);

/** The first one, and three counters of a kernel interface that moved meanwhile. */
struct ovr_result *sample_kernel(void);

/**
 * A path that may drop: 1,000 frames lost, 600 drops at the ring of which up to 40 may be others';
 * 30 arrived that are not ours, and 10 that hold several frames of ours.
 */
struct ovr_result *sample_ranges(void);

/**
 * 24 hours at 1 Mpps from 2025-01-31 12:00 UTC on, with 1,010 frames lost in three events: after 1,
 * 12 and 20 hours; the link went twice.
 */
struct ovr_result *sample_soak(void);

/** Two senders on hosts of their own, and a receiver on a third one. */
struct ovr_result *sample_hosts(void);

/** The same with a receiver of each sender, of which one got twelve frames of the other. */
struct ovr_result *sample_mesh(void);

/** The first of these; one of the senders was lost. */
struct ovr_result *sample_host_lost(void);

/** Free it. NULL is allowed. */
void sample_free(struct ovr_result *result);
