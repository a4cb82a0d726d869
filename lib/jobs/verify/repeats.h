/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Detection of booked counters that count the same frames twice, and of accounts that claim more
 * than was lost. Private to this module. Pure.
 */
#pragma once

#include <stdbool.h>

#include "result/verify.h"

/**
 * Find booked counters that added the same as another booked one (its queues together) in every
 * trial, over two different amounts at least: `repeats` is set in the one that stands later, or
 * that knows no queues.
 */
void ovr_verify_find_repeats(struct ovr_result_verify *verify);

/**
 * Whether the accounts of some trial claim more than was lost, after all its attempts. The
 * verification is no pass then; verdict and reason are set. @return whether they do
 */
bool ovr_verify_is_overdrawn(struct ovr_result_verify *verify);
