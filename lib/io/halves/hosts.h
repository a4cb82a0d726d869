/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The result of a trial over several hosts from their halves: any number of senders and receivers.
 * Pure.
 *
 *     half of each host, its clock → a half of all senders + one of all receivers → result
 *
 * Senders have streams of their own, so that the loss of each is known to the frame. What
 * one host's counters have is booked at that host's port ("host:a/netdev:eth1").
 *
 * Of several receivers each has books with its senders besides, which have to balance as those of
 * all do. A frame that came to another receiver than its own is foreign there. Since a network may
 * bring frames to many, nobody knows whether its own receiver got it too: it is lost where its
 * sender's numbers say so, and up to as many frames may have been lost that way.
 *
 * A host that was lost leaves its last checkpoint, or nothing. What it sent or what arrived there
 * in the end is unknown then: nothing is lost, and the trial is void.
 */
#pragma once

#include "base/err.h"
#include "halves/document.h"

/** A host of a trial, as the caller knows it. */
struct ovr_half_host {
	char name[64];
	bool is_here;                    /**< this one: its ports are named without it */
	bool is_sender, is_receiver;     /**< which ends it has */
	uint32_t receiver;               /**< index of the receiver of its frames; of a receiver its own */
	char port[48];                   /**< of its end, for a host without a half; "netdev:eth1" */
	struct ovr_half_document *half;  /**< lent, and its lists are taken; NULL: nothing came */
	char why[OVR_RESULT_NOTE_BYTES]; /**< without a whole half: what became of it, a clause */
	bool clock_known;
	int64_t clock_offset_ns; /**< its clock less the caller's, in the middle of the trial */
	uint64_t clock_bound_ns; /**< which is no further off */
	/**
	 * how much earlier than the caller's time zero its own one was, as clock_offset_ns has it:
	 * its times since the epoch are so much too large
	 */
	int64_t early_ns;
};

/**
 * Join the halves of a trial.
 * @param host senders in the order of their streams, and the receivers in the same order; one that
 * is alone may be a sender too. Their documents are empty then, and the caller frees them
 * @param[in,out] result has plan (with the trial's id), environment, notes; gets everything else
 * @return 0, whatever the verdict is; -EINVAL: no sender, or one of no receiver; -ENOMEM
 */
int ovr_half_hosts_join(
	struct ovr_half_host *host, uint32_t n_hosts, struct ovr_result *result, struct ovr_err *err);
