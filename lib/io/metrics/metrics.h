/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Metrics of a running command, or of a watch, as a monitoring system reads them.
 *
 * Counters are sums since the program began, and never fall. docs/reference/metrics.md describes
 * every metric. Plain data in, text out; any thread.
 */
#pragma once

#include "kernel/rules.h"
#include "live/live.h"
#include "metrics/exposition.h"
#include "nic/interval.h"
#include "nic/nic.h"

/** Versions of the program, for overrun_build_info. */
struct ovr_metrics_build {
	const char *version, *dpdk;
};

/** Metrics of a command with trials. */
void ovr_metrics_write(const struct ovr_live *live, const struct ovr_metrics_build *build,
	enum ovr_exposition_format format, FILE *out);

/** An interface that is watched. */
struct ovr_metrics_interface {
	const char *name;
	const struct ovr_nic_interval *total; /**< of all intervals */
};

/** What a place of a namespace lost since the watch began. */
struct ovr_metrics_place {
	char netns[OVR_KERNEL_NETNS_BYTES]; /**< "": the program's own */
	enum ovr_ledger_place place;
	char object[OVR_KERNEL_OBJECT_BYTES];
	char counter[OVR_KERNEL_NAME_BYTES];
	char source[32];
	const char *unit; /**< "frame", static */
	bool is_of_host;
	uint64_t n;
};

/** Places of a watch. Zeroed memory is an empty list; it is owned by it. */
struct ovr_metrics_places {
	struct ovr_metrics_place *place;
	uint32_t n, capacity;
};

/** All that is watched. */
struct ovr_metrics_watch {
	const struct ovr_metrics_interface *interface;
	uint32_t n_interfaces;
	const struct ovr_metrics_places *places; /**< NULL: none are watched */
	uint64_t n_intervals;
	uint64_t at_realtime_ns; /**< the end of the latest interval; 0: there was none */
};

/** Metrics of a watch. */
void ovr_metrics_write_watch(const struct ovr_metrics_watch *watch, const struct ovr_metrics_build *build,
	enum ovr_exposition_format format, FILE *out);

/**
 * Take what all intervals together lost. Where claims are made anew, one may have fewer frames than
 * before, since another counter was found to own them: its place keeps what it had.
 * @return 0; -ENOMEM
 */
int ovr_metrics_places_take(
	struct ovr_metrics_places *places, const struct ovr_kernel_claims *claims, struct ovr_err *err);

/** Free the list. */
void ovr_metrics_places_done(struct ovr_metrics_places *places);

/**
 * @param accept the value of Accept; NULL: there is none
 * @return OpenMetrics where it is named, and is wanted no less than text/plain
 */
enum ovr_exposition_format ovr_metrics_format_for(const char *accept);
