/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Parts common to the texts of ring advise and of plan-ring. Internal to report.
 */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "report/figure.h"

/** @return a time that was calculated: "68.7 µs"; "never" for INFINITY */
struct ovr_figure ovr_advice_time(double ns);

/**
 * End the line that says that no ring is enough, with the queues that would be.
 * @param n_queues 0: no number of them
 */
void ovr_advice_print_queues(uint32_t n_queues, FILE *out);
