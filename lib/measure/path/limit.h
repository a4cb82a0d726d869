/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A limit of answers, recognised by its rhythm. Pure; any thread.
 *
 * A bucket of tokens lets a burst pass, and after it one answer per interval T, as soon as a probe
 * comes. With answer i to the probe sent at a(i), and the probe before it, which was not answered,
 * sent at m(i), the token came between m(i) and a(i). So for all i
 *
 *     m(i) − a(i − 1)  <  T  <  a(i) − m(i − 1)
 *
 * whatever the times of the probes are. While the sender is held up the bucket saves tokens, and
 * several probes in a row are answered. A bucket that left a probe at m without an answer had less
 * than a token. So the k-th answer after m, to a probe at a, has waited for k − 1 others at least:
 *
 *     (k − 1) T  <  a − m
 *
 * Random loss contradicts itself after a few answers.
 */
#pragma once

#include "path/path.h"

/** The answers of a hop, probe by probe. Zeroed: none yet. */
struct ovr_path_rhythm {
	uint64_t n;                     /**< probes */
	uint64_t first_ns, last_ns;     /**< of sending, of the first one and the latest one */
	uint32_t burst;                 /**< answered before the first one that was not */
	uint64_t n_missing;             /**< not answered */
	uint64_t n_after;               /**< answered after the first of those */
	uint64_t begun_ns, answered_ns; /**< of those: the first one, the latest one */
	uint64_t run;                   /**< missing ones since */
	uint64_t n_together, n_last;    /**< answers in a row: the latest ones, those before them */
	uint64_t before_ns;             /**< the missing one just before the latest ones … */
	uint64_t before_last_ns;        /**< … and before those before them */
	uint64_t longer_ns, shorter_ns; /**< the interval is longer, and shorter, than these */
};

/** Add a probe; in the order of sending. */
void ovr_path_rhythm_add(struct ovr_path_rhythm *rhythm, uint64_t sent_ns, bool is_answered);

/**
 * @return found: after the burst, four answers or more with three missing ones or more between any
 * two, in the mean, that agree about the interval within one hundredth
 */
struct ovr_path_limit ovr_path_rhythm_limit(const struct ovr_path_rhythm *rhythm);

/** @return probes per second; 0 for fewer than two */
double ovr_path_rhythm_rate(const struct ovr_path_rhythm *rhythm);
