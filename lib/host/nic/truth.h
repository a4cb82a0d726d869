/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Verification of a drop counter: its claim is compared with the loss known from sequence numbers,
 * in trials in which receive rings overflow by known amounts.
 *
 * One match may be an accident, so nothing is said before losses of two different amounts. A
 * counter may also need time: trials with a short and with a long settling time tell one that is
 * late from one that is wrong. Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nic/meaning.h"

/** What a counter turned out to be. */
enum ovr_nic_worth {
	OVR_NIC_WORTH_EXACT,     /**< of its queue, to the frame, whenever it is read */
	OVR_NIC_WORTH_PORT,      /**< the same, of the whole port only */
	OVR_NIC_WORTH_LATE,      /**< exact once it has had the long settling time */
	OVR_NIC_WORTH_PART,      /**< one of several that are booked and exact together */
	OVR_NIC_WORTH_ELSEWHERE, /**< it counts something else, of which nothing was made to happen */
	OVR_NIC_WORTH_ZERO,      /**< it stayed at zero although frames were lost: its zero says nothing */
	OVR_NIC_WORTH_WRONG,     /**< it claims another number */
	OVR_NIC_WORTH_UNTRIED,   /**< fewer than two amounts were lost where it counts */
};

/** One trial, as seen by one counter. In frames. */
struct ovr_nic_truth_trial {
	uint64_t lost;    /**< of its queue or port, by the sequence numbers */
	uint64_t counted; /**< what the counter added */
	bool was_reset;   /**< it went backwards meanwhile */
	bool is_settled;  /**< read after the long settling time */
	bool is_booked;   /**< it is an account of the ledger, and the accounts together are the loss */
};

/** What the trials say. */
struct ovr_nic_truth {
	enum ovr_nic_worth worth;
	uint32_t n_trials;            /**< in which frames were lost where it counts */
	int64_t error_min, error_max; /**< counted − lost over these trials */
};

/**
 * @param queue of the counter; -1: of the whole port
 * @param meaning what the table of drivers says of it until now
 */
struct ovr_nic_truth ovr_nic_truth_of(const struct ovr_nic_truth_trial *trial, size_t n_trials, int32_t queue,
	const struct ovr_nic_meaning *meaning);

/** What a verification adds to the table of drivers: one counter of one driver. */
struct ovr_nic_truth_subject {
	const char *driver; /**< of the interface */
	const char *name;   /**< the counter's */
	bool driver_counts; /**< the driver counts it (`ethtool -S`); else it is the link's */
	bool is_alias;      /**< it added the same as another counter that is booked */
};

/**
 * The counter's entry for the table of drivers, as data: "driver=vmxnet3 source=driver
 * counter="pkts rx OOB" kind=loss place=rx.ring trust="exact"". "" where the trials say nothing, or
 * nothing that the table does not say already.
 * @return @p buf
 */
const char *ovr_nic_truth_row(char *buf, size_t size, const struct ovr_nic_truth_subject *subject,
	const struct ovr_nic_truth *truth, const struct ovr_nic_meaning *meaning);

/** The name as the table has it: digits become '#'. @return @p buf */
const char *ovr_nic_name_pattern(char *buf, size_t size, const char *name);

/**
 * @return "exact", "port-level only", "late", "part", "elsewhere", "always zero", "wrong",
 * "untried"
 */
const char *ovr_nic_worth_name(enum ovr_nic_worth worth);
