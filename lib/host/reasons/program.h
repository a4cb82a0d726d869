/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Loading of the BPF program (reasons.bpf.c), and reading of its counts. Internal to reasons.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "reasons/record.h"

/** A loaded program. It counts until it is closed or the process ends. */
struct ovr_reasons_program;

/** What it is to look for. */
struct ovr_reasons_program_conf {
	uint32_t trial_id;
	const uint32_t *netns; /**< inodes of the namespaces to count in */
	uint32_t n_netns;      /**< up to OVR_REASONS_NETNS_MAX */
	bool has_rx_sk;        /**< as the kernel has it (reasons/kernel.h) */
};

/**
 * Load and attach it.
 * @return 0; -ENOTSUP: this build has none; -EPERM: capabilities are missing; -ENOMEM; -errno
 */
int ovr_reasons_program_open(const struct ovr_reasons_program_conf *conf,
	struct ovr_reasons_program **ret_program, struct ovr_err *err);

/** What is done with each record. @return 0, or what ends the reading */
typedef int ovr_reasons_program_on_record(
	void *data, const struct ovr_reasons_key *key, const struct ovr_reasons_value *value);

/**
 * Hand out all records.
 * @param[out] ret_missed events that are in none
 * @return 0; what @p on_record returned; -errno
 */
int ovr_reasons_program_read(struct ovr_reasons_program *program, ovr_reasons_program_on_record *on_record,
	void *data, uint64_t *ret_missed, struct ovr_err *err);

/** Detach and free it. NULL is allowed. */
void ovr_reasons_program_close(struct ovr_reasons_program *program);
