/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Selects the injected stalls that can be compared with the ring model, and decides whether host
 * stalls invalidate the trial.
 *
 * A receiver that does not poll for T while frames come at λ loses max(0, λT − U) of them, U being
 * the slots of its ring (model/model.h). T is the stall as the receiver's log has it, λ what came
 * to the ring while sender and line ran: slots that were skipped in stalls of the one, or refused
 * in pauses of the other, are no part of it. Of T goes off the time that these took
 * (result/pauses.h). The model speaks of a ring that is empty when the stall begins, and of frames
 * that keep coming; where the machine itself got in the way, the stall is excluded. By rule, from
 * the logs of the cores alone, and counted:
 *
 *     rx      the ring had not been found empty since another stall of the same core, or lost frames in one that came before it
 *             was found empty
 *     tx      cores that send, or run the wire, stalled in it, and fewer frames came: so many fewer
 *             that it loses none where it would have lost some, or a tenth at most; or it is not
 *             known to twice a burst and a batch how many. Or one stalled so shortly before that
 *             the transmit ring still felt it, and the stall is one that loses frames
 *     log     a log of stalls or losses was full: nobody knows what else happened
 *     path    frames were lost before the ring too, so that a stall's losses are not the ring's alone
 *     slow    the receiver serves no more than what arrives, or had not emptied its ring without having stalled
 *
 * A ring was found empty when a poll brought less than it may (struct ovr_stall); what has come
 * since then is no backlog as long as it is one transmit burst, or one of each queue. A backlog is
 * that of the stalls since if they were no longer ago than the ring needs to drain: λT / (μ − λ)
 * for each, and U / (μ − λ) at most. Where no service rate is asked for, μ is taken to be twice the
 * arrivals, and at least a batch within --stall-min: a longer turn is a stall. A receiver that
 * needs longer is slow.
 *
 * A transmit ring feels a stall of L for Lρ / (1 − ρ), ρ being the load of the line, and no longer
 * than the line takes to send the whole ring: so long frames wait that were stamped before.
 *
 * For the same reason a stall that loses frames and in which sending ends is excluded (tx), where
 * the line's speed is known.
 *
 * The trial is excluded when frames were lost in host stalls of the receive cores, or in their wake
 * (host), when stalls were injected and none began while frames were sent (absent), and when not
 * one of those that did was undisturbed (overlapped: rx, tx, log, and some of them slow). Where the
 * receiver serves no more than what arrives, its ring is full all along, and loses frames in
 * whatever it meets: a host stall is charged with what came in it, nothing after it is, and the
 * trial is excluded only where that is more than a tenth of what was lost. One with an unread ring
 * whose port counts what it turns away cannot be disturbed: all that came to the ring came while
 * nobody polled, and is counted.
 *
 * Pure; a finished result in, plain data out.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "model/model.h"
#include "result/result.h"

/** A stall of which senders paused for a larger share cannot be compared. */
#define OVR_DISTURBED_PAUSED_MAX 0.1

/** Why an injected stall is excluded; see above. */
enum ovr_disturbed_cause {
	OVR_DISTURBED_NOT, /**< it is not: it can be compared */
	OVR_DISTURBED_RX,
	OVR_DISTURBED_TX,
	OVR_DISTURBED_LOG,
	OVR_DISTURBED_PATH,
	OVR_DISTURBED_SLOW,
	OVR_DISTURBED_CAUSES,
};

/** Why a trial as a whole shows nothing; see above. */
enum ovr_disturbed_exclusion {
	OVR_DISTURBED_EXCLUDED_NOT, /**< it is not excluded */
	OVR_DISTURBED_EXCLUDED_HOST,
	OVR_DISTURBED_EXCLUDED_ABSENT,
	OVR_DISTURBED_EXCLUDED_OVERLAPPED,
	OVR_DISTURBED_EXCLUSIONS,
};

/** One injected stall. */
struct ovr_disturbed_stall {
	enum ovr_disturbed_cause cause;
	uint64_t ran_ns; /**< T: its length while frames were sent */
	double came_ns;  /**< of it, how long frames came at least: in bursts, without senders' pauses */
	uint64_t lost;   /**< frames lost in it */
	double model;    /**< frames that it should lose */
	double model_injected; /**< that it should lose at least, had it lasted no longer than asked */
	double bound_frames;   /**< how far the two may lie apart; see struct ovr_disturbed */
};

/** The stalls of a trial. Plain data. */
struct ovr_disturbed {
	uint64_t n_injected;                 /**< injected stalls that began while frames were sent */
	uint64_t n_of[OVR_DISTURBED_CAUSES]; /**< of these, by cause; the first are compared */
	uint64_t lost_injected;              /**< frames lost in all of them */
	uint64_t n_host;                     /**< host stalls of the receive cores */
	uint64_t lost_host; /**< frames lost in these, or in their wake, or that came in them; see above */
	enum ovr_disturbed_exclusion exclusion; /**< the trial as a whole shows nothing, and why */
	double arrival_pps;                     /**< λ of all rings together */
	double slots;                           /**< U of each */
	/**
	 * One transmit burst and one receive batch: frames that may come, or be taken, at the very
	 * beginning or end of a stall. A transmit burst is --burst frames, or what comes within
	 * --stall-min, since a gap of the sender's that is shorter is no stall; a receive batch is
	 * --burst frames. Of all queues of one receiver together. And half of what senders' pauses
	 * leave open. The largest of all stalls.
	 */
	double bound_frames;
	/* of those that are compared */
	uint64_t ran_ns;   /**< sum of T */
	uint64_t lost;     /**< frames */
	double model;      /**< frames that they should lose */
	uint64_t n_within; /**< stalls for which the two are within the bound */
	double worst_frames; /**< lost − model of the one where they lie farthest apart; 0: none is compared */
};

/** @return "compared", "rx", "tx", "log", "path", "slow" */
const char *ovr_disturbed_cause_name(enum ovr_disturbed_cause cause);

/** @return "no", "host", "absent", "overlapped" */
const char *ovr_disturbed_exclusion_name(enum ovr_disturbed_exclusion exclusion);

/**
 * Judge one stall.
 * @param index into result->rx_stall; of cause OVR_STALL_INJECTED
 * @return false: it began when nothing was sent any more, and is no stall of the trial
 */
bool ovr_disturbed_stall(
	const struct ovr_result *result, uint64_t index, struct ovr_disturbed_stall *ret_stall);

/**
 * @param queue into result->queue; one that receives
 * @return the load of its ring: what came to it while sender and line ran, and its part of what its
 * receiver serves; no stalls
 */
struct ovr_model_load ovr_disturbed_load(const struct ovr_result *result, uint32_t queue);

/** Judge a trial. */
struct ovr_disturbed ovr_disturbed_of(const struct ovr_result *result);
