/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Searches as their reports get them, with numbers made up for the purpose.
 */
#pragma once

#include "result/search.h"

/**
 * MLRsearch with two goals: one found, one at least; a warm-up, a tester limit, two loads, one of
 * them by a sender that fell short.
 */
struct ovr_result_search *sample_search_found(void);

/** Nothing arrived: a reason, and no load. */
struct ovr_result_search *sample_search_none(void);

/** Binary search, stopped by a signal at its first load. */
struct ovr_result_search *sample_search_void(void);

/** A curve of three loads. */
struct ovr_result_search *sample_search_curve(void);

/** Free it. NULL is allowed. */
void sample_search_free(struct ovr_result_search *search);
