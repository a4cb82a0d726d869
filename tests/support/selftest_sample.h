/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Finished selftests, made by hand, for tests of what is made from one. Free with
 * sample_selftest_free().
 */
#pragma once

#include "result/selftest.h"

/** On the wire, two cores: 133 Mpps sent, 116 Mpps checked, 60 Mpps sustained. */
struct ovr_result_selftest *sample_selftest_sustained(void);

/** The same, but no rate was sustained: a core was stalled for too long. */
struct ovr_result_selftest *sample_selftest_none(void);

/** A signal came in the first trial. */
struct ovr_result_selftest *sample_selftest_void(void);

/**
 * A port whose line of 10G is sustained, with a core for the wire and two receive cores of two
 * queues each.
 */
struct ovr_result_selftest *sample_selftest_limit(void);

/** Free it. NULL is allowed. */
void sample_selftest_free(struct ovr_result_selftest *selftest);
