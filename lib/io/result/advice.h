/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Result of `ring advise`: the baseline, the recommendation, and its verification. Plain data,
 * without pointers to free.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "method/advise.h"
#include "result/summary.h"
#include "result/result.h"

/** Trials of one size, at most; each that shows nothing is repeated. */
#define OVR_RESULT_ADVICE_ATTEMPTS 5
/** Injected stalls that must show something, for a trial to be judged. */
#define OVR_RESULT_ADVICE_COMPARED_MIN 3
/** Baseline, saturation, and the verifications of two sizes. */
#define OVR_RESULT_ADVICE_TRIALS_MAX (2 + 2 * OVR_RESULT_ADVICE_ATTEMPTS)
/** Host stalls that are listed one by one, the longest first. */
#define OVR_RESULT_ADVICE_LISTED 5
/** Stalls by length: below 10 us, 100 us, 1 ms, 10 ms, 100 ms, and longer. */
#define OVR_RESULT_ADVICE_CLASSES 6

/** A host stall. */
struct ovr_result_advice_stall {
	struct ovr_stall stall;
	bool is_logged;    /**< false: the log was full; when it was, and why, is not known */
	bool is_prolonged; /**< injected, and then made longer by the host */
};

/** What the receive cores did in the baseline. */
struct ovr_result_advice_baseline {
	uint64_t duration_ns;
	uint64_t sent, lost;
	uint64_t shortfall_outside_stalls, scheduled; /**< slots that the sender could not keep */
	uint64_t n_injected;                          /**< injected stalls */
	uint64_t n_host;                              /**< the others */
	uint64_t n_host_of[OVR_RESULT_ADVICE_CLASSES];
	bool log_full; /**< more stalls than the log of a core has room for: those that it has are looked at */
	uint64_t monitored_ns; /**< until when all logs tell of every stall; duration_ns: none was full */
	struct ovr_result_advice_stall longest[OVR_RESULT_ADVICE_LISTED];
	uint32_t n_listed;
	uint64_t involuntary_switches, run_queue_ns, steal_ns, interrupts; /**< of the core of the longest */
	char busiest_interrupt[64];
};

/** What the receiver can take. */
struct ovr_result_advice_service {
	double pps;    /**< of all queues while it polls; frames/s */
	bool is_least; /**< it was not overrun: it takes at least this */
	double busiest; /**< share of its core, while it polls, that the busiest receiver needs for the arrivals; 0 with is_least */
};

/** What a trial of a size showed. */
enum ovr_result_advice_outcome {
	OVR_RESULT_ADVICE_LOSSLESS, /**< no frame was lost in the stalls that show something, nor outside stalls */
	OVR_RESULT_ADVICE_LOST,     /**< some were */
	OVR_RESULT_ADVICE_EXCLUDED, /**< fewer than OVR_RESULT_ADVICE_COMPARED_MIN stalls show something */
	OVR_RESULT_ADVICE_OUTCOMES,
};

/** A trial of a size. */
struct ovr_result_advice_verification {
	uint32_t ring, attempt;
	uint32_t
		nic_ring; /**< RX ring of the interface's own meanwhile, as its driver took it; 0: it was not set */
	uint32_t number; /**< of the trial in its series */
	enum ovr_result_advice_outcome outcome;
	bool by_bursts; /**< the receiver is slower than a burst: the next three are of bursts */
	uint64_t n_injected, n_compared; /**< injected stalls, and those that show something */
	uint64_t n_lossy;                /**< of these, in which frames were lost */
	uint64_t lost;                   /**< frames lost in these */
	double model;                    /**< frames that they should lose */
	uint64_t
		lost_outside; /**< frames lost neither in a stall nor while the backlog of an excluded one drained */
	uint64_t
		lost_excluded; /**< frames lost in excluded and host stalls, or while their backlogs drained */
};

/** The advice. Zeroed memory is none. */
struct ovr_result_advice {
	struct ovr_plan plan; /**< frozen */
	struct ovr_result_environment environment;
	enum ovr_ledger_verdict
		verdict; /**< pass: a ring is enough and was verified; loss: none is; void: not to be trusted */
	char reason[OVR_LEDGER_REASON_BYTES + 80];

	struct ovr_result_advice_baseline baseline;
	struct ovr_result_advice_service service;
	struct ovr_method_question question; /**< host_ns is NULL */
	struct ovr_method_advice advice;
	bool ring_control;         /**< the interface's own rings can be set */
	uint32_t nic_ring;         /**< then: what they are */
	uint32_t nic_refused_ring; /**< first size of a verification that they could not be set to; 0: none */
	char nic_refused[OVR_ERR_TEXT_BYTES]; /**< and why not */
	char command[160];                    /**< that sets the recommended ring; "": none is recommended */
	uint32_t buffer_bytes;
	uint64_t cache_bytes, ddio_bytes; /**< 0: unknown */

	struct ovr_result_advice_verification verification[2 * OVR_RESULT_ADVICE_ATTEMPTS];
	uint32_t n_verifications;
	struct ovr_result_summary trial[OVR_RESULT_ADVICE_TRIALS_MAX];
	uint32_t n_trials;
};

/**
 * @return whether the recommended ring is to be set on the interface itself: it has such rings, and
 * they could be set for the verification
 */
bool ovr_result_advice_sets_nic(const struct ovr_result_advice *advice);

/** @return "lossless", "lost", "excluded" */
const char *ovr_result_advice_outcome_name(enum ovr_result_advice_outcome outcome);

/** @return the last verification of a size; NULL: there was none */
const struct ovr_result_advice_verification *ovr_result_advice_verification_of(
	const struct ovr_result_advice *advice, uint32_t ring);
