/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Result of a selftest: the tester's own limits on this machine or port. Plain data, owned by
 * whoever made it.
 *
 * Rates are of the whole tester in frames/s, over the time of sending, stalls included; how much of
 * the time the cores were stalled stands beside them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "method/sustain.h"
#include "result/result.h"

/** Workers of the largest plan, on both sides, and the wire. */
#define OVR_RESULT_CORES_MAX (2 * OVR_PLAN_WORKERS_MAX + 1)
/**
 * Trials of the longest selftest: send, check, each rate and each confirmation with all their
 * attempts.
 */
#define OVR_RESULT_SELFTEST_TRIALS_MAX \
	((2 + OVR_METHOD_SUSTAIN_RATES_MAX + OVR_METHOD_SUSTAIN_CONFIRMS_MAX) * OVR_METHOD_SUSTAIN_ATTEMPTS)

/** What one trial of a selftest was for. */
enum ovr_result_purpose {
	OVR_RESULT_SEND,  /**< frames are stamped and handed over as fast as it goes; nobody takes them */
	OVR_RESULT_CHECK, /**< frames are sent as fast as it goes, to overrun the receiver */
	OVR_RESULT_SATURATION, /**< both of these at once, where a port is given that only has one way to go */
	OVR_RESULT_SUSTAIN,    /**< judge whether a rate is sustained */
	OVR_RESULT_CONFIRM,    /**< repeat the trial that is to be the answer */
	OVR_RESULT_PURPOSES,
};

/** One trial of a selftest. */
struct ovr_result_subtrial {
	enum ovr_result_purpose purpose;
	double intended_pps;             /**< SUSTAIN and CONFIRM: the rate; else 0: as fast as it goes */
	uint32_t attempt;                /**< 1, or 2 for a retry */
	enum ovr_method_sustain outcome; /**< SUSTAIN and CONFIRM */
	struct ovr_method_sustain_figures figures; /**< what it was judged by */
	struct ovr_result *result;
};

/** One core. */
struct ovr_result_core {
	bool is_tx, is_wire; /**< as in struct ovr_result_worker */
	uint16_t worker, cpu;
	/**
	 * frames/s that this core handed over (send) or took (check) in that trial; 0 for the
	 * wire's core
	 */
	double pps;
	double pps_stalled; /**< share of that trial in which it was stalled */
	/* over all trials */
	uint64_t monitored_ns; /**< time in which it was monitored */
	uint64_t n_stalls, stalled_ns, longest_ns;
	uint64_t
		longest_frames; /**< that arrive within the longest one at the sustained rate; 0: no such rate */
};

/** The selftest. Zeroed memory is an empty one. */
struct ovr_result_selftest {
	struct ovr_plan plan; /**< frozen; its load is not used */
	struct ovr_result_environment environment;
	enum ovr_ledger_verdict verdict;           /**< loss: no rate was sustained */
	char reason[OVR_LEDGER_REASON_BYTES + 80]; /**< why it is not pass */

	double send_pps;      /**< accepted by the port; 0: not measured */
	char send_port[48];   /**< that took them */
	double check_pps;     /**< unique frames */
	char check_port[48];  /**< that they came from */
	double check_overrun; /**< share of the attempted frames that the receiver had no room for */
	bool check_is_least;  /**< the receiver was not overrun: it takes at least this */
	uint64_t line_bps;    /**< of the port of the trials at a rate; 0: unknown */
	struct ovr_method_sustain_search search; /**< sustained, missed, answer, limit */
	double pacing_error_ppm; /**< of the trial that confirmed the answer; stalls do not count */
	double clock_ppm;        /**< drift of the cycle counter, of the trial where it was largest */

	struct ovr_result_core core[OVR_RESULT_CORES_MAX];
	uint32_t n_cores;
	struct ovr_result_subtrial trial[OVR_RESULT_SELFTEST_TRIALS_MAX];
	uint32_t n_trials;
};

/** @return "send", "check", "saturation", "sustain", "confirm" */
const char *ovr_result_purpose_name(enum ovr_result_purpose purpose);

/** @return "sustained", "missed", "refused", "lost", "stalled" */
const char *ovr_result_sustain_name(enum ovr_method_sustain outcome);

/** Free what the selftest owns (not the struct). Zeroed and half-filled ones are allowed. */
void ovr_result_selftest_done(struct ovr_result_selftest *selftest);
