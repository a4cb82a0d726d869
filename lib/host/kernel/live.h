/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Losses of network namespaces as they happen: the claims of each interval, and those of all
 * intervals together.
 *
 * Claims are of all traffic (kernel/rules.h). Counters are read one after the other, so frames that
 * are dropped meanwhile may be in the claims of an interval twice, as a range or at two places. The
 * total is claimed anew from the sum of all changes. It has them once, if nothing is dropped while
 * the last interval is read. Control thread. Nothing is cleared or changed.
 */
#pragma once

#include "kernel/rules.h"
#include "kernel/snapshot.h"

/** Sentences that are kept. */
#define OVR_KERNEL_LIVE_NOTES_MAX 64

/** What is read. Zeroed memory is closed; the lists are owned by it. */
struct ovr_kernel_live {
	struct ovr_kernel_netns **netns;
	uint32_t n_netns, netns_capacity;
	struct ovr_kernel_snapshot before, now; /**< the latest reading is `before` */
	struct ovr_kernel_changes changes;      /**< of the latest interval */
	struct ovr_kernel_changes total;        /**< of all intervals */
	/** that are there, and those that are gone and lost something */
	struct ovr_kernel_link *link;
	uint32_t n_links, links_capacity;
	struct ovr_kernel_claims claims; /**< of the latest interval */
	uint64_t interval_ns, total_ns;
	/**
	 * What was unknown since the start: what cannot be read, and what claims are missing or
	 * uncertain; one sentence each, and each once.
	 */
	char (*note)[OVR_KERNEL_NOTE_BYTES];
	uint32_t n_notes, notes_capacity;
	uint32_t first_note;     /**< those from here on are new in the latest interval */
	uint32_t n_notes_beyond; /**< that were not kept */
};

/**
 * Open namespaces, and read them for the first time.
 * @param name of each, as for ovr_kernel_netns_open()
 * @return 0, and it is to be closed; -EEXIST: two of them are one; as ovr_kernel_netns_open() and
 * ovr_kernel_snapshot_read()
 */
int ovr_kernel_live_open(
	const char *const *name, uint32_t n_names, struct ovr_kernel_live *live, struct ovr_err *err);

/** End an interval: read, compare, claim, and add it to the total. @return 0; -ENOMEM; -errno */
int ovr_kernel_live_take(struct ovr_kernel_live *live, struct ovr_err *err);

/**
 * Claim what all intervals together lost.
 * @param claims zeroed, or an earlier list; the caller's
 * @return 0; -ENOMEM
 */
int ovr_kernel_live_total(
	const struct ovr_kernel_live *live, struct ovr_kernel_claims *claims, struct ovr_err *err);

/** Close it, and free what it owns. */
void ovr_kernel_live_close(struct ovr_kernel_live *live);
