/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Verifications made up for tests: of an interface whose counters are exact, late, wrong and always
 * zero, and of one that counts nothing.
 */
#pragma once

#include "result/verify.h"

/* Two trials, which lost 628 and 2,256 frames. */
void verify_sample_told(struct ovr_result_verify *verify);

/* The same, and no counter tells it. */
void verify_sample_none(struct ovr_result_verify *verify);
