/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Burst searches as their reports get them, with numbers made up for the purpose.
 */
#pragma once

#include "result/back_to_back.h"

/**
 * Three searches on 10G, 990, 1,000 and 1,010 frames, throughput 8 Mpps as seen; a fourth one is
 * excluded.
 */
struct ovr_result_back_to_back *sample_back_to_back_found(void);

/** No single frame arrived. */
struct ovr_result_back_to_back *sample_back_to_back_none(void);

/** Each search ended at its limit. */
struct ovr_result_back_to_back *sample_back_to_back_void(void);

/** Free it. NULL is allowed. */
void sample_back_to_back_free(struct ovr_result_back_to_back *burst);
