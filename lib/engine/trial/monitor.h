/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Monitor of a running trial: time series, loss events and links. Private to this module.
 * Control thread only.
 *
 * Counters are read with relaxed loads while their owners write them; counters of one reading may
 * differ by a few frames.
 */
#pragma once

#include "result/samples.h"
#include "trial/workers.h"
#include "trial/losses.h"
#include "trial/reading.h"
#include "trial/trial.h"

/** Counters as they stood at the end of the last interval. */
struct ovr_monitor_reading {
	uint64_t at_ns;
	struct ovr_result_sample total;
};

/** A monitor on one run. */
struct ovr_monitor {
	struct ovr_workers *workers;
	struct ovr_trial_hooks hooks;        /**< zeroed: none */
	bool is_measured;                    /**< false: a warm-up, of which nothing is kept */
	uint64_t total_ns;                   /**< how long it should take; 0: unknown */
	uint64_t epoch_realtime_ns;          /**< CLOCK_REALTIME at the run's epoch */
	struct ovr_port_counters before;     /**< of the ports, at the start */
	struct ovr_port_counters now, since; /**< memory: the last reading, and what was added until then */
	struct ovr_monitor_reading last;
	struct ovr_samples samples;
	struct ovr_losses losses;
	struct ovr_outages outages;
	struct ovr_port_link first[2]; /**< the links of the ports, tx and rx, as they were at the start */
	bool link_changed;
	char link_change[128];            /**< which one, and how */
	struct ovr_live_reading *reading; /**< for hooks.live; NULL: nobody wants any */
	struct ovr_reading_seen seen;
};

/** Set up, with all memory that the monitor needs. @return 0; -ENOMEM */
int ovr_monitor_init(struct ovr_monitor *monitor, struct ovr_workers *workers, uint64_t total_ns,
	const struct ovr_trial_hooks *hooks, bool is_measured, struct ovr_err *err);

/** Free what is still its own. Zeroed ones are allowed. */
void ovr_monitor_done(struct ovr_monitor *monitor);

/**
 * Read the counters before a run starts, into `before`. May take milliseconds.
 */
void ovr_monitor_begin(struct ovr_monitor *monitor);

/** Record CLOCK_REALTIME at the run's epoch, which has just been set. */
void ovr_monitor_epoch_is_set(struct ovr_monitor *monitor);

/** Take a sample at the end of an interval. Some microseconds. */
void ovr_monitor_look(struct ovr_monitor *monitor);

/** @return nanoseconds since the run's epoch; 0 before it */
uint64_t ovr_monitor_now_ns(struct ovr_workers *workers);
