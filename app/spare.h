/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Threads that serve whoever looks on: off the CPUs of the workers, where others are to be had, and
 * behind everybody else where not.
 */
#pragma once

#include <pthread.h>
#include <sched.h>
#include <stdint.h>

/**
 * @param cpu of the workers
 * @param[out] ret_spare the CPUs that this process may use and no worker has; where there are none,
 * all that it may use
 */
void app_spare_cpus(const uint16_t *cpu, uint16_t n_cpus, cpu_set_t *ret_spare);

/** Make a thread that gets no signals. @return 0; an errno */
int app_spare_thread(pthread_t *ret_thread, void *(*work)(void *), void *context);

/**
 * The calling thread takes these CPUs, a low priority and a name; so do threads that it makes.
 * @param name of at most 15 bytes, as top shows it
 */
void app_spare_take(const cpu_set_t *spare, const char *name);
