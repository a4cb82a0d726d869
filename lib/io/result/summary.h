/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file One trial of many, in short: what was asked, and what came of it. Plain data without
 * pointers, some KB less than the trial.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "result/result.h"

#define OVR_RESULT_SUMMARY_LABEL_BYTES 80

/** What the cores of one side did not poll. */
struct ovr_result_summary_stalls {
	uint64_t n, total_ns; /**< all of them */
	uint64_t longest_ns;
	/** as far as their log was kept: of these, injected ones, and the longest host stall */
	uint64_t n_injected, injected_ns;
	uint64_t longest_host_ns;
};

/** Latency of the unique frames, in ns; percentiles are exact to 1/32 (hist/hist.h). */
struct ovr_result_summary_latency {
	uint64_t count; /**< frames with a latency; 0: it is unknown, and so is the rest */
	uint64_t min_ns, p50_ns, p99_ns, max_ns;
};

/** A trial. Zeroed memory is none. */
struct ovr_result_summary {
	uint32_t number;                            /**< in its series, from 1 */
	uint32_t attempt;                           /**< at what was asked, from 1 */
	char label[OVR_RESULT_SUMMARY_LABEL_BYTES]; /**< what it was for, for people */

	/* asked; texts as a plan has them */
	char size[64], rate[32], stall[64], service[32];
	uint32_t rxd, txd;
	uint16_t rxq, txq, burst;
	uint64_t seed;
	uint32_t trial_id;

	/* what came of it */
	enum ovr_ledger_verdict verdict;
	char reason[OVR_LEDGER_REASON_BYTES]; /**< the first one; "" */
	uint32_t rxd_set;                     /**< descriptors as the device has them; 0: it does not say */
	uint64_t duration_ns;
	double planned_pps, tx_pps, rx_pps;
	uint64_t scheduled, shortfall, shortfall_in_stalls;
	uint64_t attempted, refused, sent, received, unique, duplicate, reordered, late, corrupt;
	int64_t lost, explained, unexplained;
	uint64_t frames_at[OVR_PLACE_COUNT]; /**< Σ of the accounts of each place; a hop's are at `path` */
	/**
	 * frames lost in stalls of the receive cores: injected ones, and host stalls; as far as the
	 * logs were kept
	 */
	uint64_t lost_in_injected_stalls, lost_in_host_stalls;
	struct ovr_result_summary_stalls rx, tx;
	struct ovr_result_summary_latency latency;
	int64_t line_paused_ns; /**< the wire; -1: no wire */
};

/** @return the summary of a finished trial; number 0, attempt 1, no label */
struct ovr_result_summary ovr_result_summary_of(const struct ovr_result *result);
