/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The sender's half of a trial, from its transmit workers and its port. Private to this module.
 * Control thread only.
 */
#pragma once

#include "trial/cores.h"

/**
 * Take the half so far: the counters, of workers that may run.
 * @param sent_until_ns now, or the end of sending
 * @param[out] ret_sender zeroed
 * @return 0; -ENOMEM
 */
int ovr_sender_so_far(const struct ovr_workers *workers, uint64_t sent_until_ns,
	struct ovr_half_sender *ret_sender, struct ovr_err *err);

/**
 * Numbers that each stream has sent. Transmitters are done.
 * @param[out] ret_sent_of workers->n_streams
 */
void ovr_sender_sent_of(const struct ovr_workers *workers, uint64_t *ret_sent_of);

/** Take all of it, of workers at rest. @return 0; -ENOMEM */
int ovr_sender_take(const struct ovr_workers *workers, const struct ovr_phase *phase,
	const struct ovr_cpu_map_host *host, const struct ovr_cores_deltas *cores,
	struct ovr_half_sender *ret_sender, struct ovr_err *err);
