/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file The tables of the text report. Each begins with an empty line, or prints nothing where it
 * has nothing to say.
 *
 * Internal to report.
 */
#pragma once

#include <stdio.h>

#include "result/result.h"

/** What became of the frames: attempted … foreign. */
void ovr_text_frames(const struct ovr_result *result, FILE *out);

/** The hosts of a trial over several: what each sender lost, and what came of its half. */
void ovr_text_hosts(const struct ovr_result *result, FILE *out);

/** Where they went, which counter says so, and why. */
void ovr_text_accounts(const struct ovr_result *result, FILE *out);

/** Latency, stalls, the line's pauses, impairments, the capture. */
void ovr_text_facts(const struct ovr_result *result, FILE *out);

/** Loss by frame size, if there are several. */
void ovr_text_sizes(const struct ovr_result *result, FILE *out);

/** The queues of a direction that has several. */
void ovr_text_queues(const struct ovr_result *result, FILE *out);

/** What the kernel counted on its interfaces besides what they carried. */
void ovr_text_counters(const struct ovr_result *result, FILE *out);

/** When links were away; of a trial of a minute and more, when frames were lost, and how often. */
void ovr_text_soak(const struct ovr_result *result, FILE *out);
