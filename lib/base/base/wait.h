/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Waits of the control thread, which end when the program is asked to stop.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * What asks the program to stop, a flag that a signal handler sets. Once, before there are threads.
 * @param stop lives as long as the program; NULL: nothing asks
 */
void ovr_wait_stop_by(const atomic_bool *stop);

/** @return whether the program has been asked to stop. Any thread. */
bool ovr_wait_is_stopped(void);

/**
 * Sleep. @return 0; -EINTR: the program was asked to stop, before the wait or within it, at most 50
 * ms ago
 */
int ovr_wait_ns(uint64_t ns);
