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
 * Name the flag that asks the program to stop, as a signal handler does. To be called once, before
 * there are threads.
 * @param stop lives as long as the program; NULL: there is none
 */
void ovr_wait_stop_by(const atomic_bool *stop);

/** @return whether the program has been asked to stop. Any thread. */
bool ovr_wait_is_stopped(void);

/**
 * Sleep. @return 0; -EINTR: the program was asked to stop, before the wait or in it; the wait ends
 * at most 50 ms later
 */
int ovr_wait_ns(uint64_t ns);
