/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file One run of the workers: start, monitor, drain, settle, stop. Private to this module.
 * Control thread only.
 */
#pragma once

#include "trial/monitor.h"

/** How a run went. Owns its lists; zeroed memory is an empty one. */
struct ovr_phase {
	/**
	 * when the last transmitter was done; where senders are elsewhere, when they had told that
	 * they were
	 */
	uint64_t sent_until_ns;
	const uint64_t *sent_of; /**< that senders elsewhere told, lent; NULL: they are here, or never did */
	char ended_early[OVR_RESULT_NOTE_BYTES]; /**< why the far ends' being gone ended it; "": it did not */
	bool was_stopped;                        /**< by the caller's flag */
	bool has_outlasted; /**< the rest of the schedule lies beyond the time range of the tag, and was not sent */
	bool has_stuck;     /**< transmitters made no progress and were stopped */
	bool drain_was_cut; /**< frames still arrived, or were in the wire, at the end of the longest drain */
	char port_change[OVR_RESULT_NOTE_BYTES]; /**< change of a port during the run; "": none */
	uint64_t frames_inside;                  /**< left in the wire */
	double clock_ppm;
	struct ovr_port_counters
		counters; /**< what the ports counted from start to end, read at rest; accounts and evidence are views of it */
	struct ovr_result_counter *xstat; /**< if the hooks want them */
	uint32_t n_xstats;
	struct ovr_monitor monitor; /**< what was seen meanwhile */
};

/**
 * Run the workers to their end.
 * @param total_ns how long it should take, for the progress; 0: unknown
 * @param hooks may be NULL
 * @param base the result as far as it is known; NULL: a warm-up, without samples and callbacks;
 * hooks->stop ends it too
 * @param[out] ret_phase the caller calls ovr_phase_done(); untouched on failure
 * @return 0; -EBUSY, -ENOMEM; what the far ends' start refuses (ovr_trial_far.armed); -ETIME
 */
int ovr_phase_run(struct ovr_workers *workers, uint64_t total_ns, const struct ovr_trial_hooks *hooks,
	const struct ovr_result *base, struct ovr_phase *ret_phase, struct ovr_err *err);

/** Free what it owns. */
void ovr_phase_done(struct ovr_phase *phase);
