/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Drop reasons: why the kernel dropped skbs, as its tracepoint skb:kfree_skb tells.
 *
 * A BPF program counts dropped skbs by namespace, device, reason and place in the kernel, and finds
 * the frames of one trial among them by the id in their UDP payload. It is a second witness beside
 * the kernel's counters: where a counter of exactly that loss exists, the reason confirms it; where
 * none exists, the reason may own the loss (reasons/rules.h).
 *
 * Where BPF is not to be had, perf counts each reason for the whole host: others' drops are in
 * these sums, and no frame is known to be ours, so that they confirm and never own.
 *
 *     ovr_reasons_open(trial_id, namespaces, 2, &reasons, err);
 *     …                                                      the trial
 *     ovr_reasons_read(reasons, &reading, err);
 *     ovr_reasons_close(reasons);
 *
 * Not every lost frame is a dropped skb (native XDP, rings of packet sockets, a driver's ring), and
 * not every dropped skb is a lost frame: one that a packet socket has taken is still dropped by IP
 * if nobody else wants it. Events are skbs, and `ours` are frames: an skb that stands for several
 * segments counts as so many.
 *
 * Program and counters are held by file descriptors alone: nothing stays when the process is
 * killed. Needs CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN. Control thread only; one may be open for
 * each trial. No DPDK.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/** Longest names, with their ends. Longer ones are cut. */
#define OVR_REASONS_NAME_BYTES 64

/** An open witness. */
struct ovr_reasons;

/** What was counted of one reason at one place since opening. Plain data. */
struct ovr_reasons_row {
	/**
	 * As it was named when opening, and owned by the witness; NULL: none of those named, or it
	 * is unknown (a datagram in a socket's queue has no namespace any more). Such rows have
	 * frames of ours alone, unless the reading is of the whole host.
	 */
	const char *netns;
	uint32_t ifindex; /**< in that namespace; 0: unknown */
	char device[16];  /**< its name when the first event came; "": unknown */
	/** The running kernel's name without prefix: "NO_SOCKET"; a number where it has none. */
	char reason[OVR_REASONS_NAME_BYTES];
	/** Function of the kernel: "ip_error"; "": unknown (kernel.kptr_restrict, or perf). */
	char location[OVR_REASONS_NAME_BYTES];
	uint32_t ip_version; /**< 4, 6; 0: no IP packet, or unknown */
	uint64_t events;     /**< skbs dropped, whosoever */
	uint64_t ours;       /**< frames of this trial */
	uint64_t fragments;  /**< of events: fragments of UDP after the first, which show no id */
	uint64_t hidden;     /**< of events: UDP whose payload the program could not read */
};

/** One reading. Zeroed memory is an empty one; the rows are owned by it. */
struct ovr_reasons_reading {
	/** Counted by perf for all namespaces together; `ours` is unknown, and 0. */
	bool whole_host;
	/**
	 * Events that were seen and not counted: no room for another row, or the CPU was counting
	 * already. `ours` is exact only if this is 0.
	 */
	uint64_t missed;
	uint32_t n, capacity;
	struct ovr_reasons_row *row;
};

/**
 * Begin to count.
 * @param trial_id of the frames to find
 * @param namespaces "" is that of the calling thread, "r1" one of `ip netns`, "/proc/7/ns/net" any
 * other; copied
 * @param n_namespaces 1 to 64
 * @param[out] ret_reasons the caller's, to be closed with ovr_reasons_close()
 * @return 0, also where only perf counts (ovr_reasons_shortcoming()); -EINVAL: too many namespaces,
 * or none; -ENOENT: there is no such namespace; -ENOMEM; any other: there is no witness, the
 * sentence says why, and the caller can go on without
 */
int ovr_reasons_open(uint32_t trial_id, const char *const *namespaces, uint32_t n_namespaces,
	struct ovr_reasons **ret_reasons, struct ovr_err *err);

/** Why there is no BPF program, so that perf counts; "" where the program counts. Never NULL. */
const char *ovr_reasons_shortcoming(const struct ovr_reasons *reasons);

/**
 * Read what was counted since opening. Memory of an earlier reading is used again. Counting goes
 * on.
 * @return 0; -ENOMEM; -errno; then the reading is empty
 */
int ovr_reasons_read(struct ovr_reasons *reasons, struct ovr_reasons_reading *reading, struct ovr_err *err);

/** Free what a reading owns. */
void ovr_reasons_reading_done(struct ovr_reasons_reading *reading);

/** End counting, and free it. Rows that were read lose their namespace's name. NULL is allowed. */
void ovr_reasons_close(struct ovr_reasons *reasons);
