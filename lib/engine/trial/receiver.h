/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The receiver's half of a trial, from its receive workers and its port. Private to this module.
 * Control thread only.
 */
#pragma once

#include "trial/cores.h"

/**
 * Take the half so far: the counters, of workers that may run.
 * @param counters what the ports have added
 * @param[out] ret_receiver zeroed
 * @return 0; -ENOMEM
 */
int ovr_receiver_so_far(const struct ovr_workers *workers, const struct ovr_port_counters *counters,
	struct ovr_half_receiver *ret_receiver, struct ovr_err *err);

/**
 * Take all of it, of workers at rest: their trackers are finished.
 * @param sent_of numbers that each stream has sent, as the sender says; NULL: it never said, and
 * the streams stay unfinished
 * @param[in,out] phase its losses and extended statistics are taken over
 * @return 0; -ENOMEM
 */
int ovr_receiver_take(struct ovr_workers *workers, struct ovr_phase *phase, const uint64_t *sent_of,
	const struct ovr_cpu_map_host *host, const struct ovr_cores_deltas *cores,
	struct ovr_half_receiver *ret_receiver, struct ovr_err *err);
