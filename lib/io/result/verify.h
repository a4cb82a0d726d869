/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Result of a verification of drop counters. Plain data, owned by whoever made it.
 */
#pragma once

#include "nic/truth.h"
#include "result/summary.h"

#define OVR_RESULT_VERIFY_TRIALS       4
#define OVR_RESULT_VERIFY_COUNTERS_MAX 256

/** One trial. */
struct ovr_result_verify_trial {
	bool is_settled; /**< counters were read after the long settling time */
	struct ovr_result_summary summary;
};

/** One counter, and what it is worth. */
struct ovr_result_verify_counter {
	char counter[48]; /**< in the words of whoever counts */
	char source[32];
	int32_t queue;                  /**< of the port; -1: of all of it */
	bool is_account;                /**< the ledger books it */
	bool is_kernels;                /**< of the interface, not of a DPDK driver */
	struct ovr_nic_meaning meaning; /**< as the table has it until now */
	struct ovr_nic_truth_trial trial[OVR_RESULT_VERIFY_TRIALS];
	bool is_unknown[OVR_RESULT_VERIFY_TRIALS]; /**< nobody knows how much was lost where it counts */
	struct ovr_nic_truth truth;
	char repeats[48]; /**< a booked counter that added the same in every trial; "": none */
	char row[192]; /**< what the table of drivers does not say of it yet, as data; "" where there is none */
};

/** The verification. Zeroed memory is an empty one. */
struct ovr_result_verify {
	struct ovr_plan plan; /**< frozen; how much is sent when is not used */
	struct ovr_result_environment environment;
	/**
	 * loss: no counter tells the loss, or the accounts claim more than was lost; void: a trial
	 * says nothing of counters, or lost nothing. Reason says which
	 */
	enum ovr_ledger_verdict verdict;
	char reason[OVR_LEDGER_REASON_BYTES + 80];
	char driver[48];       /**< of the receive port's interface; "": it is no kernel interface */
	uint64_t settle_ns[2]; /**< short and long settling time */
	struct ovr_result_verify_trial trial[OVR_RESULT_VERIFY_TRIALS];
	uint32_t n_trials;
	struct ovr_result_verify_counter counter[OVR_RESULT_VERIFY_COUNTERS_MAX];
	uint32_t n_counters;
};
