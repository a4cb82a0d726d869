/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * EAL for a benchmark: without privileges, with workers on CPUs of their own.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

/*
 * Start it with n_workers lcores, ovr_env_lcore(0) … . Returns 0; -ENODEV: too few CPUs; what
 * ovr_env_start() returns.
 */
int bench_eal_start(uint16_t n_workers, uint32_t memory_mb, struct ovr_err *err);

/*
 * Wait until a worker's function has returned, asleep: rte_eal_wait_lcore() spins, and where it
 * does so it takes time from the core that is measured, or from its sibling.
 */
void bench_eal_wait(unsigned int lcore);
