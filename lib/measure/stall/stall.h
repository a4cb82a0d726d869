/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Stalls of a polling core: when it did not poll, and why.
 *
 * A monitor is fed one clock reading per turn of a worker's loop. Every gap between two turns goes
 * to a histogram; a gap of at least the threshold is a stall and goes to a bounded log, with what
 * Linux says about the thread in that time: how long it stood in the run queue and how often it was
 * switched (/proc/thread-self/schedstat, read through a descriptor that was opened in setup; one
 * pread per stall, never in a turn without one).
 *
 * A receiver also reports polls that found its rings empty. From these polls each stall records
 * the age of the backlog at its start and when its own backlog had drained.
 *
 * Owner: the worker; any thread may read after the worker has joined, and what is in
 * ovr_stall_monitor.live at any time.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "clock/clock.h"
#include "hist/hist.h"
#include "stat/stat.h"

/** Why a core did not poll. */
enum ovr_stall_cause {
	OVR_STALL_UNKNOWN,   /**< Linux did not say */
	OVR_STALL_INJECTED,  /**< --stall */
	OVR_STALL_PREEMPTED, /**< most of it in the run queue: something else ran on this core */
	OVR_STALL_OFF_CPU,   /**< not running, not queued for most of it: no switch seen or it slept */
	OVR_STALL_ON_CPU, /**< never switched out: an interrupt, SMI, page fault, or the hypervisor (steal) */
	OVR_STALL_CAUSES,
};

/** Cells of lengths: cell k counts stalls of 2^(k-1) to 2^k - 1 ns. */
#define OVR_STALL_CELLS 65

/** One stall. Plain data. */
struct ovr_stall {
	uint64_t start_ns; /**< last turn before it, since the trial's epoch */
	uint64_t length_ns;
	uint64_t run_queue_ns; /**< of it: runnable, but not running; 0 if unknown */
	/** times the thread was switched in since the last stall or start; 0 if unknown */
	uint32_t switches;
	uint16_t worker;
	uint16_t cpu;
	enum ovr_stall_cause cause;
	/**
	 * transmit: slots skipped for it; receive: frames lost while it lasted, filled by
	 * ovr_stall_match()
	 */
	uint64_t frames;
	/* receive */
	uint64_t
		explained; /**< of these frames, the most that the stall can have caused; filled by ovr_result_explain() */
	uint64_t
		backlog_ns; /**< age of the backlog at its start: time since a poll found the rings empty; 0: the last poll did */
	/**
	 * when a poll after it found the rings empty, since the trial's epoch; UINT64_MAX: none
	 * did before the next stall or the end
	 */
	uint64_t drained_ns;
};

/**
 * Stalls that are over, for those who look while the worker runs. Written by the worker; any thread
 * reads. Zeroed with the monitor.
 */
struct ovr_stall_live {
	struct ovr_stat cell[OVR_STALL_CAUSES][OVR_STALL_CELLS]; /**< how many, by length */
	struct ovr_stat ns[OVR_STALL_CAUSES];                    /**< time in them */
	/**
	 * entries of the log whose start, length, CPU and cause do not change any more. Read it
	 * with acquire before them
	 */
	_Atomic uint64_t n_listed;
};

/** A monitor on one worker. */
struct ovr_stall_monitor {
	uint64_t last_cycles;      /**< the last turn */
	uint64_t threshold_cycles; /**< gaps this long are stalls */
	uint64_t epoch_cycles;
	uint64_t empty_cycles; /**< the last turn that found the rings empty */
	struct ovr_stall *
		draining; /**< the latest stall while its backlog drains; NULL: it has drained, or is not in the log */
	struct ovr_clock clock;
	int schedstat_fd;      /**< -1: not available */
	uint64_t run_queue_ns; /**< reading after the last stall */
	uint64_t switches;
	uint16_t worker, cpu;
	struct ovr_stall *stall; /**< log, capacity entries */
	uint64_t capacity;
	uint64_t n_kept;
	uint64_t n_stalls;   /**< all, those beyond the log included */
	uint64_t stalled_ns; /**< time in all of them */
	uint64_t longest_ns;
	uint64_t last_length_ns;    /**< of the stall that was recorded last, in the log or not */
	struct ovr_hist gap_cycles; /**< every gap, in cycles */
	struct ovr_stall_live live;
};

/**
 * @return the name of a cause as JSON and text have it: "unknown", "injected", "preempted",
 *         "off-cpu", "on-cpu"
 */
const char *ovr_stall_cause_name(enum ovr_stall_cause cause);

/**
 * Initialize a monitor. Setup.
 * @param threshold_ns gaps this long are stalls; > 0
 * @param log room for @p capacity stalls, the caller's
 */
void ovr_stall_monitor_init(struct ovr_stall_monitor *monitor, const struct ovr_clock *clock,
	uint64_t threshold_ns, struct ovr_stall *log, uint64_t capacity, uint16_t worker, uint16_t cpu);

/**
 * Open this thread's schedstat. Called by the worker's own thread before its loop; failure leaves
 * the causes unknown.
 */
void ovr_stall_monitor_attach(struct ovr_stall_monitor *monitor);

/** Close it. By the same thread after its loop; any thread if it was never attached. */
void ovr_stall_monitor_detach(struct ovr_stall_monitor *monitor);

/**
 * Begin (again): forget everything before @p now_cycles, which becomes a turn; @p epoch_cycles is
 * time zero.
 */
void ovr_stall_monitor_start(struct ovr_stall_monitor *monitor, uint64_t epoch_cycles, uint64_t now_cycles);

/**
 * The slow half of ovr_stall_monitor_turn(). An injected stall is over when it was extended.
 * @return the stall's log entry; NULL if the log is full
 */
struct ovr_stall *ovr_stall_monitor_record(
	struct ovr_stall_monitor *monitor, uint64_t now_cycles, uint64_t gap_cycles, bool is_injected);

/**
 * Extend the injected stall that was recorded last, and end it.
 * @param stall its entry; NULL: the log is full
 */
void ovr_stall_monitor_extend(struct ovr_stall_monitor *monitor, struct ovr_stall *stall, uint64_t cycles);

/**
 * A turn of the loop.
 * @param now_cycles at least that of the turn before: a steady clock's (ovr_clock_steady_at())
 * @return the log's entry if the turn ended a stall; NULL: no stall, or the log is full
 */
static inline struct ovr_stall *
ovr_stall_monitor_turn(struct ovr_stall_monitor *monitor, uint64_t now_cycles)
{
	uint64_t gap = now_cycles - monitor->last_cycles;

	ovr_hist_add(&monitor->gap_cycles, gap);
	monitor->last_cycles = now_cycles;
	if (__builtin_expect(gap >= monitor->threshold_cycles, 0))
		return ovr_stall_monitor_record(monitor, now_cycles, gap, false);
	return NULL;
}

/**
 * Record that the poll of the latest turn, which had no stall, found all rings of this core empty.
 */
static inline void
ovr_stall_monitor_found_empty(struct ovr_stall_monitor *monitor)
{
	monitor->empty_cycles = monitor->last_cycles;
	if (__builtin_expect(monitor->draining != NULL, 0)) {
		monitor->draining->drained_ns = ovr_clock_ns(
			&monitor->clock, monitor->last_cycles - monitor->epoch_cycles);
		monitor->draining = NULL;
	}
}
