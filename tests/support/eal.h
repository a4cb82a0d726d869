/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * EAL for a test: started once in the test's process, without privileges, and stopped without a
 * trace.
 */
#pragma once

#include <stdint.h>

/* Start it without workers. Fits TestSuite(.init). */
void eal_start(void);

/*
 * Start it with workers, on the CPUs that this process may use: in turn, where there are too few.
 */
void eal_start_workers(uint16_t n_workers);

/* Stop it. Fits TestSuite(.fini). */
void eal_stop(void);
