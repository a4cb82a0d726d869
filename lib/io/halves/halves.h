/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Halves of a trial: what each end knows of it once its workers are at rest, as plain data.
 *
 *     sender's half + receiver's half + what is of both → result   (halves/join.h)
 *
 * An end fills in its half from its own workers and its own port, and needs nothing of the other
 * end but the number of frames that each stream sent, which the receiver's trackers are finished
 * with. Times are ns since the trial's epoch.
 *
 * Filled in by the control thread of the end. Lists are owned by the half until it is joined;
 * ovr_halves_done() frees what is left.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "result/result.h"

/** Accounts, in the order in which they are booked. Zeroed memory is an empty list. */
struct ovr_half_accounts {
	struct ovr_ledger_account *account;
	uint32_t n, capacity;
};

/** What either end has. */
struct ovr_half {
	bool is_unknown; /**< nothing came from this end, and nothing else in its half means anything */
	char why[OVR_RESULT_NOTE_BYTES]; /**< then: why not, a clause */
	/**
	 * it was ended before its time, and by no user: why, a clause; "": it was not. What a
	 * receiver counted by then is in its half, and what arrived in the end is unknown
	 */
	char ended_early[OVR_RESULT_NOTE_BYTES];
	struct ovr_result_port port; /**< what it is */
	uint32_t ring;        /**< descriptors of each ring, as the device has them; 0: it does not say */
	bool ring_is_given;   /**< not read back from the device: its driver was given this */
	bool port_known;      /**< whether the port's driver counts frames */
	uint64_t port_frames; /**< if so: accepted from the sender, or handed to the receiver */
	struct ovr_half_accounts accounts;  /**< by the port's counters */
	struct ovr_result_counter *counter; /**< of the port's kernel interface */
	uint32_t n_counters;
	struct ovr_result_queue *queue; /**< by number */
	uint32_t n_queues;
	struct ovr_result_worker *worker; /**< by number; of a sender the wire's own comes last */
	uint32_t n_workers;
	struct ovr_stall *stall; /**< the kept ones, by worker and time */
	uint64_t n_stalls;
};

/** The sender's. */
struct ovr_half_sender {
	struct ovr_half end;
	bool is_socket;             /**< frames are refused by a socket, not by a ring */
	bool refused_is_booked;     /**< in the accounts, port by port: it is of several senders */
	uint64_t line_bps;          /**< 0: unknown */
	uint64_t epoch_realtime_ns; /**< CLOCK_REALTIME at the epoch; 0: unknown */
	uint64_t sent_until_ns;     /**< when the last transmitter was done */
	double planned_pps;         /**< mean rate that the plan asked for */
	double clock_ppm;           /**< drift of the cycle counter */
	uint64_t attempted, refused, sent;
	uint64_t sent_bytes; /**< with FCS */
	uint64_t shortfall, shortfall_in_stalls, shortfall_pool;
	uint64_t full_waits;
	uint64_t *sent_of; /**< by each of the plan's streams */
	uint32_t n_streams;
	struct ovr_result_size *size; /**< with what was sent; lost is 0 */
	uint32_t n_sizes;
	bool has_outlasted; /**< sending was ended behind its schedule: the tag's time was used up */
	bool has_stuck;     /**< transmitters made no progress, and were stopped */
};

/** Frames of a stream that arrived at another receiver than its own. */
struct ovr_half_astray {
	uint16_t stream;
	uint64_t frames;
};

/** The receiver's. */
struct ovr_half_receiver {
	struct ovr_half end;
	bool classes_are_booked; /**< in the accounts, port by port: it is of several receivers */
	/**
	 * frames by class, as the workers counted them one by one; ours: unique, duplicate and late
	 * together
	 */
	uint64_t ours, corrupt, stale, foreign;
	uint64_t merged;                /**< part of foreign */
	struct ovr_half_astray *astray; /**< part of foreign: of streams of other receivers, by stream */
	uint32_t n_astray;
	uint64_t before_their_time;   /**< with a transmit time ahead of their arrival: without latency */
	struct ovr_seq_account total; /**< all streams, as the trackers concluded */
	/**
	 * those of this receiver, by number, finished with `sent`, as the sender told it; none:
	 * they are not finished yet
	 */
	struct ovr_result_stream *stream;
	uint32_t n_streams;
	uint64_t uncountable_streams; /**< their workers' accounts could not be merged: a log was full */
	uint32_t n_elsewhere;         /**< streams on other queues than RSS should have led them to */
	uint64_t unique_of_size[OVR_MIX_SIZES_MAX]; /**< where the mix has several sizes */
	/**
	 * those that were kept, by worker; the last n_shared ones are of streams that several
	 * workers saw, and of no worker
	 */
	struct ovr_seq_period *period;
	uint64_t n_periods, n_shared, n_periods_dropped;
	uint32_t periods_max; /**< that the log of one worker holds */
	/** so far, followed while the trial ran; and of these, those of no period that was kept */
	struct ovr_loss_events events, unlisted;
	struct ovr_stall_transit transit;
	struct ovr_hist *latency_ns, *interarrival_ns;
	struct ovr_result_counter *xstat; /**< if asked for */
	uint32_t n_xstats;
	bool drain_was_cut; /**< frames still arrived at the end of the longest drain */
};

/** What is of no end alone: what stands between them, and what was seen of both together. */
struct ovr_half_common {
	bool was_stopped; /**< by the user */
	struct ovr_result_sample *sample;
	uint32_t n_samples, samples_max;
	uint64_t intervals_per_row;
	struct ovr_outages outages;
	char link_change[128];                   /**< "": none */
	char port_change[OVR_RESULT_NOTE_BYTES]; /**< "": none */
	bool has_wire;                           /**< the next five are the wire's */
	uint64_t line_paused_ns;
	uint64_t frames_inside; /**< left in it */
	uint64_t impairments[OVR_IMPAIRMENT_KINDS];
	struct ovr_impairment *impairment;
	uint64_t n_impairments;
	bool cable_known;      /**< the ports are both ends of a veth */
	uint64_t cable_frames; /**< that passed it, others' too */
	uint32_t n_unknown;    /**< counters of the ports that were read at one end of the trial only */
	char unknown[128];     /**< the first of these */
	char reset[128];       /**< a counter of the ports that went backwards; "": none */
	bool is_incomplete;    /**< there was no memory for all counters of the ports */
	struct ovr_half_accounts accounts;   /**< of the kernels on the way */
	char (*note)[OVR_RESULT_NOTE_BYTES]; /**< on these */
	uint32_t n_notes, notes_capacity;
};

/** The halves of one trial. Zeroed memory is of ends that did nothing. */
struct ovr_halves {
	struct ovr_half_sender sender;
	struct ovr_half_receiver receiver;
	struct ovr_half_common common;
};

/** @return whether it is known, and was not ended early: what arrived in the end is in it */
static inline bool
ovr_half_is_complete(const struct ovr_half *half)
{
	return !half->is_unknown && half->ended_early[0] == '\0';
}

/** Add an account. @return 0; -ENOMEM */
int ovr_half_add_account(struct ovr_half_accounts *accounts, const struct ovr_ledger_account *account);

/** Add a note; without memory it is left out. */
void ovr_half_note(struct ovr_half_common *common, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Free what they own (not the struct); they are empty then. */
void ovr_halves_done(struct ovr_halves *halves);
