/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Frames that the receive rings lost: what the sequence numbers miss, less what the ledger books
 * elsewhere. Private to this module. Pure.
 *
 * Elsewhere is in front of the port and behind the ring. What our own workers found (damaged, late)
 * is sure. What counters say of other places is believed as far as the books bear it out: those of
 * the sender where nothing is claimed twice, those of the receiving port, which are on trial
 * themselves, where they and the ring's counters together are the loss to the frame.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "result/result.h"

/**
 * Frames that the ring of a queue lost.
 * @param queue of the port; -1: all of its rings
 * @return false: nobody knows which ring lost them, since streams came on no queue or on several,
 * or frames were lost elsewhere
 */
bool ovr_verify_lost(const struct ovr_result *result, int32_t queue, uint64_t *ret_lost);
