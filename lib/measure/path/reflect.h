/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Forward and reverse loss apart, where a reflector of ours stands at the end.
 *
 * The reflector counts the probes of a flow, and stamps each answer with the count. Of the probes
 * up to the last answer, those that it did not count were lost on the way there, and those that it
 * counted and that were not answered were lost on the way back. Pure; plain data.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/** Numbers below the newest one that are remembered. */
#define OVR_PATH_COUNT_WINDOW 4096

/** The count of a flow at the reflector. Zeroed: none has come. */
struct ovr_path_count {
	uint64_t n;      /**< probes, each number once */
	uint32_t newest; /**< the largest number */
	uint64_t seen[OVR_PATH_COUNT_WINDOW / 64];
};

/**
 * A probe has come.
 * @return whether it counts: not if its number has come before, or is too old to say
 */
bool ovr_path_count_add(struct ovr_path_count *count, uint32_t number);

/** Probes of a flow to the destination, in the order of sending. Zeroed: none yet. */
struct ovr_path_directions {
	uint64_t sent, answered;           /**< all of them */
	uint64_t sent_then, answered_then; /**< up to the last answer */
	uint64_t count;                    /**< that it is stamped with */
	bool is_doubtful; /**< an answer has no stamp, or the stamps do not grow: reordered, begun anew */
};

/**
 * Add a probe.
 * @param count the stamp of its answer; 0: there was none
 */
void ovr_path_directions_add(struct ovr_path_directions *directions, bool is_answered, uint64_t count);

/** @return whether forward and backward are known: there are stamps, and they do not contradict */
bool ovr_path_directions_are_known(const struct ovr_path_directions *directions);
