/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The keys of a wire port: its speed, and what the line does to frames on their way to it.
 *
 *     speed=10G           line speed (both ends share it)
 *     drop=SHARE          each frame is lost with this probability
 *     drop-burst=N:SHARE  with this probability a run of N frames is lost
 *     drop-at=A-B+C+…     exactly the frames with these indices on the line (0 is the trial's first) are lost
 *     drop-every=N        every N-th frame on the line is lost
 *     dup=SHARE           each frame arrives twice with this probability
 *     reorder=D:SHARE     with this probability a frame is held back until D later ones have passed
 *     delay=TIME          every frame arrives this much later
 *     fcs=SHARE           damaged with a bad FCS: the receiving MAC drops it (rx.errors)
 *     corrupt=SHARE       one bit flipped under a good FCS: delivered, the tester finds it (rx.corrupt)
 *     rotate=N            after every N frames RSS moves each flow to the next queue
 *     list=N              how many of its impairment events the wire lists (default 65536; all are counted)
 *
 * Impairments belong to the receiving end. SHARE is "0.1%" or "0.001", TIME "10us".
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

#define OVR_WIRE_DROP_RANGES_MAX 64

/** Frames [first, last] on the line. */
struct ovr_wire_range {
	uint64_t first, last;
};

/** The keys' values. Zeroed: a clean line of unknown speed. */
struct ovr_wire_conf {
	uint64_t speed_bps; /**< 0: not given */
	uint32_t drop_ppb;
	uint32_t drop_burst_ppb, drop_burst_frames;
	uint32_t n_drop_at;
	struct ovr_wire_range drop_at[OVR_WIRE_DROP_RANGES_MAX]; /**< ascending, apart */
	uint64_t drop_every;                                     /**< frames; 0: none */
	uint32_t dup_ppb;
	uint32_t reorder_ppb, reorder_frames; /**< 1 … 1024 */
	uint64_t delay_ns;                    /**< ≤ 1 s */
	uint32_t fcs_ppb, corrupt_ppb;
	uint64_t rotate_frames; /**< 0: never */
	uint32_t list;          /**< 0: 65536 */
};

/**
 * Parse the keys of a wire port's name ("" is allowed).
 * @return 0; -EINVAL or -ERANGE, the sentence lists the keys
 */
int ovr_wire_conf_parse(
	const char *what, const char *keys, struct ovr_wire_conf *ret_conf, struct ovr_err *err);

/** @return whether anything but the speed is set */
int ovr_wire_conf_impairs(const struct ovr_wire_conf *conf);
