/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Frames that the receive rings lost: what the sequence numbers miss, less what the ledger books
 * elsewhere. Private to this module. Pure.
 *
 * Elsewhere is before the port and after the ring. What our own workers found (damaged, late) is
 * certain. Counters of other places are used as far as the books confirm them: the sender's where
 * no frame is claimed twice; the receiving port's, which are being verified themselves, where they
 * and the ring's counters together equal the loss to the frame.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "result/result.h"

/**
 * Frames that the ring of a queue lost.
 * @param queue of the port; -1: all of its rings
 * @return false: it is unknown which ring lost them, since streams came on no queue or on several,
 * or frames were lost elsewhere
 */
bool ovr_verify_lost(const struct ovr_result *result, int32_t queue, uint64_t *ret_lost);
