/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What a half tells the other ends of its trial, and what it hears of them. Private to this module.
 * Control thread only.
 *
 * Where nothing is elsewhere and nobody starts the trial from outside, it is zeroed, and its
 * functions do nothing.
 */
#pragma once

#include "trial/phase.h"

/** The other ends, as one measurement goes on. */
struct ovr_far {
	const struct ovr_trial_far *ends; /**< NULL: there are none */
	struct ovr_workers *workers;
	const uint64_t *sent_of; /**< lent; NULL: senders elsewhere have not told it, or are here */
	char ended_early[OVR_RESULT_NOTE_BYTES]; /**< why the half is ended before its time; "" */
	uint64_t next_ns;                        /**< when the half so far is told next */
	uint64_t stopped_ns;          /**< when it was first seen that the user wants to stop; 0: not yet */
	struct ovr_port_counters now; /**< memory for readings */
	struct ovr_phase *so_far;     /**< for ends->so_far; NULL: nobody wants it */
	struct ovr_halves *halves;    /**< memory for it */
};

/** @param hooks may be NULL. @return 0; -ENOMEM */
int ovr_far_init(struct ovr_far *far, struct ovr_workers *workers, const struct ovr_trial_hooks *hooks,
	struct ovr_err *err);

/** Zeroed ones are allowed. */
void ovr_far_done(struct ovr_far *far);

/**
 * Tell that this process is ready, and wait until the start is known.
 * @param base has environment
 * @param[out] ret_epoch_ns CLOCK_MONOTONIC
 * @return 0; what ovr_trial_far.armed returns
 */
int ovr_far_wait_for_start(
	struct ovr_far *far, const struct ovr_result *base, uint64_t *ret_epoch_ns, struct ovr_err *err);

/**
 * Sleep until a moment before the start.
 * @param epoch_ns CLOCK_MONOTONIC
 * @param[out] ret_cycles the cycle counter at the start
 * @return 0; -ETIME: the start has passed
 */
int ovr_far_approach(const struct ovr_far *far, uint64_t epoch_ns, uint64_t *ret_cycles, struct ovr_err *err);

/** @return whether the far ends are gone: the half ends early */
bool ovr_far_is_lost(struct ovr_far *far);

/**
 * Of a half that only receives.
 * @param now_ns since the epoch
 * @param was_stopped by the user: senders that do not tell what they sent are not waited for
 * @return whether senders elsewhere have told what they sent, or the half ends early
 */
bool ovr_far_has_sent(struct ovr_far *far, uint64_t now_ns, bool was_stopped);

/** Tell receivers elsewhere what was sent. Transmitters are done. @return 0; -ENOMEM */
int ovr_far_tell_sent(const struct ovr_far *far, struct ovr_err *err);

/** Tell the half so far, if an interval, or a second, has passed since the last time. */
void ovr_far_tell_so_far(struct ovr_far *far, const struct ovr_monitor *monitor);
