/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Counters of Linux for this core and this thread during the trial.
 *
 * The figures cover the whole run, as Linux has no counters of interrupts and steal time per
 * stall.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** One thread's figures over a run. */
struct ovr_stall_thread {
	bool known;
	uint64_t involuntary_switches; /**< getrusage(RUSAGE_THREAD) */
	uint64_t run_queue_ns;         /**< /proc/thread-self/schedstat */
};

/** Begin. By the thread itself. */
void ovr_stall_thread_begin(struct ovr_stall_thread *thread);

/** End: the figures become the differences since the begin. By the thread itself. */
void ovr_stall_thread_end(struct ovr_stall_thread *thread);

#define OVR_STALL_INTERRUPTS_MAX       512
#define OVR_STALL_INTERRUPT_NAME_BYTES 64

/** One core's figures at one moment. */
struct ovr_stall_core {
	bool known;
	uint64_t steal_ns; /**< /proc/stat: taken by the hypervisor; grain one clock tick */
	uint32_t n_lines;  /**< lines of /proc/interrupts */
	uint64_t interrupts[OVR_STALL_INTERRUPTS_MAX];
	char name[OVR_STALL_INTERRUPTS_MAX]
		 [OVR_STALL_INTERRUPT_NAME_BYTES]; /**< "LOC Local timer interrupts" */
};

/** Read them. Control thread; some 100 us, so not while the trial runs. */
void ovr_stall_core_read(uint16_t cpu, struct ovr_stall_core *ret_core);

/** Difference of two readings. */
struct ovr_stall_core_delta {
	bool known;
	uint64_t steal_ns;
	uint64_t interrupts; /**< all lines together */
	uint64_t busiest;    /**< of the busiest line */
	char busiest_name[OVR_STALL_INTERRUPT_NAME_BYTES];
};

/** @return after − before */
struct ovr_stall_core_delta ovr_stall_core_subtract(
	const struct ovr_stall_core *after, const struct ovr_stall_core *before);
