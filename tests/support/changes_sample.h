/* SPDX-License-Identifier: BSD-3-Clause */
/** @file What changed, by hand: literal values, closed by the arithmetic itself. */
#pragma once

#include "result/changes.h"

/**
 * Three runs of each group: B is 3 % slower, loses in a smaller ring, and ran on another kernel,
 * whose name has a script in it. To be given to ovr_changes_done().
 */
struct ovr_changes sample_changes(void);

/** One run of each group, and nothing lost. */
struct ovr_changes sample_changes_single(void);
