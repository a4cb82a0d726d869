/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The command line of `overrun ring`.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "ring/depth.h"

#define APP_RING_NAMES_MAX 64

/** What is to be done. */
enum app_ring_verb {
	APP_RING_SHOW,
	APP_RING_SET,
	APP_RING_RESTORE,
};

/** What the command line says. The names point into argv. */
struct app_ring_options {
	enum app_ring_verb verb;
	const char *name[APP_RING_NAMES_MAX];
	uint32_t n_names;
	struct ovr_ring_sizes sizes; /**< OVR_RING_KEEP: not asked for */
	uint64_t line_bps;           /**< 0: not given */
	uint32_t link_timeout_ms;
	bool all, json, quiet;
};

/** Read it; argv[0] is the verb. @return 0; -EINVAL, -ERANGE with a sentence */
int app_ring_options_parse(int argc, char **argv, enum app_ring_verb verb,
	struct app_ring_options *ret_options, struct ovr_err *err);

/** The options of a verb, for the help. */
void app_ring_options_help(enum app_ring_verb verb, FILE *out);
