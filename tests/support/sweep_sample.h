/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A sweep as its reports get it, with numbers made up for the purpose.
 */
#pragma once

#include "result/sweep.h"

/**
 * Two rings; ten stalls of 1,000 frames in each cell, two of which the sender's core disturbed.
 * Both cells were kept from an earlier run. The caller ends it with ovr_result_sweep_done().
 */
void sample_sweep_falling(struct ovr_result_sweep *sweep);

/** The same, stopped after its first cell. */
void sample_sweep_stopped(struct ovr_result_sweep *sweep);

/**
 * Four rings: a void cell of 211,948 frames; one excluded, since 4,297 frames were lost in stalls
 * of the host; one of an overload, none of whose stalls was undisturbed; one that lost nothing.
 */
void sample_sweep_mixed(struct ovr_result_sweep *sweep);
