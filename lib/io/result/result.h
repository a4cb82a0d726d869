/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Result of a trial: finished, plain data from which every report is made.
 *
 * `trial` fills it; `report` reads it; nobody changes it afterwards. Arrays are owned by the
 * result.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "hist/hist.h"
#include "ledger/ledger.h"
#include "method/loss_events.h"
#include "nic/meaning.h"
#include "plan/plan.h"
#include "result/outages.h"
#include "seq/seq.h"
#include "stall/match.h"
#include "stall/stall.h"

#define OVR_RESULT_NOTES_MAX  32
#define OVR_RESULT_NOTE_BYTES 256

/** Where the trial ran. Strings are empty where the system does not tell. */
struct ovr_result_environment {
	char overrun_version[32];
	char dpdk_version[48];
	char kernel[128];
	char cpu_model[96];
	uint32_t n_cpus; /**< that this process may use */
	uint32_t n_numa_nodes;
	uint64_t clock_hz;
	bool hugepages;
	char started_utc[32]; /**< ISO 8601 */
};

/** One receive or transmit queue. */
struct ovr_result_queue {
	bool is_tx;
	uint16_t queue;
	uint16_t worker;
	uint16_t cpu;
	uint64_t frames;  /**< received, or accepted for sending */
	uint64_t bytes;   /**< with FCS */
	uint64_t refused; /**< tx */
	uint64_t missed;  /**< rx: what the port's counter of this queue says */
	bool missed_known;
	uint64_t polls, empty_polls; /**< rx: of its worker; tx: polls are bursts */
	uint16_t host;               /**< its number among the hosts, from 1; 0: there is but one */
};

/** One worker, as its core went. */
struct ovr_result_worker {
	bool is_tx;
	bool is_wire; /**< runs the wire and nothing else; counted with the transmitters (is_tx) */
	uint16_t worker;
	uint16_t cpu;
	int16_t numa_node; /**< -1: unknown */
	uint64_t loops;
	uint64_t n_stalls;      /**< all of them */
	uint64_t n_stalls_kept; /**< in the log */
	uint64_t stalled_ns;
	uint64_t longest_ns;
	struct ovr_hist *gap_ns; /**< poll gaps */
	/** what Linux counted on this core while the trial ran */
	bool kernel_known;
	uint64_t involuntary_switches;
	uint64_t run_queue_ns;
	uint64_t steal_ns;          /**< grain: one tick (10 ms as a rule) */
	uint64_t interrupts;        /**< all lines of /proc/interrupts for this core */
	char busiest_interrupt[64]; /**< "LOC Local timer interrupts" */
	uint64_t busiest_interrupts;
	/**
	 * rx with --service: time in which frames waited for a server that was free, since its core
	 * was away
	 */
	uint64_t service_late_ns;
	uint32_t clock_steps;         /**< times that the cycle counter it reads stepped back … */
	uint64_t clock_lost_ns;       /**< … and by how much in all */
	struct ovr_stall_match match; /**< rx: its loss periods and stalls */
	uint16_t host;                /**< its number among the hosts, from 1; 0: there is but one */
};

/** One stream. */
struct ovr_result_stream {
	uint16_t stream;
	int16_t queue;     /**< receive queue; -1: none, or several */
	uint16_t n_queues; /**< queues it was seen on */
	uint64_t sent;
	uint64_t
		corrupt; /**< arrived damaged: by its flow or its tag of this stream, of which number nobody knows */
	struct ovr_seq_account account;
};

/** One frame size of the mix. */
struct ovr_result_size {
	uint16_t size;
	uint64_t sent, lost;
};

/**
 * One interval of the time series: what was counted in it. Live readings: torn between counters by
 * a few frames.
 */
struct ovr_result_sample {
	uint64_t start_ns, end_ns;
	uint64_t attempted, refused, sent, shortfall;
	uint64_t received, unique, missed;   /**< missed: the receive port's ring counters */
	uint64_t sent_bytes, received_bytes; /**< with FCS */
	bool link_lost;                      /**< a port's link was down, or went and came back */
	uint32_t n_rxq;
	uint64_t rxq_received[OVR_PLAN_QUEUES_MAX];
	uint64_t rxq_missed[OVR_PLAN_QUEUES_MAX];
};

/**
 * A counter of a kernel interface that moved while the trial ran and counts losses, an alias of
 * them, or is named like one.
 */
struct ovr_result_counter {
	char port[48];    /**< "netdev:eth0" */
	char counter[48]; /**< in the kernel's or driver's own words */
	char source[32];  /**< who counts: "link", "qdisc", "softnet", "AF_XDP socket", the driver */
	int32_t queue;    /**< -1: of the whole interface, or host */
	uint64_t added;
	bool was_reset; /**< it went backwards: added is what it shows now, a lower bound */
	struct ovr_nic_meaning meaning;
	int32_t port_queue; /**< the port's queue; -1: none of them, or of the whole port */
	/**
	 * Where the books have what it counted, and how many of these frames are booked by this
	 * very counter, at least and at most; of one that repeats another counter none are.
	 * OVR_PLACE_COUNT: in no account. Set by ovr_result_find_accounts().
	 */
	enum ovr_ledger_place place;
	uint64_t frames_min, frames_max;
};

/** What the wire did on purpose. */
enum ovr_impairment_kind {
	OVR_IMPAIRMENT_DROP,
	OVR_IMPAIRMENT_DUP,
	OVR_IMPAIRMENT_REORDER,
	OVR_IMPAIRMENT_FCS,
	OVR_IMPAIRMENT_CORRUPT,
	OVR_IMPAIRMENT_KINDS,
};

/** One impairment event. */
struct ovr_impairment {
	enum ovr_impairment_kind kind;
	uint16_t stream;
	uint64_t seq;
};

/** What was learnt of plan.gateway before anything was counted. */
struct ovr_result_gateway {
	uint8_t mac[6];
	uint64_t resolve_ns;      /**< from the first question to its answer */
	uint64_t streams_through; /**< streams of which a frame came through it */
};

/** What a port is, as its drivers tell it; a text is empty where they do not. */
struct ovr_result_port {
	char label[48];       /**< "netdev:eth1" */
	char dpdk_driver[32]; /**< "net_ixgbe"; "wire", "udp" */
	char driver[32];      /**< of a kernel interface, as ethtool -i has it: "ixgbe" */
	char driver_version[32], firmware[32];
};

/** How much of a host's half there is. */
enum ovr_result_half {
	OVR_RESULT_HALF_WHOLE,      /**< its workers have ended, and it is complete */
	OVR_RESULT_HALF_CHECKPOINT, /**< so far: what was known when the host was last heard of */
	OVR_RESULT_HALF_NONE,       /**< nothing came */
	OVR_RESULT_HALVES,
};

/** A host of a trial over several, and what it has of the books. */
struct ovr_result_host {
	char name[64];
	bool is_sender, is_receiver;   /**< which ends it has */
	uint32_t receiver;             /**< index of the receiver of its frames; of a receiver its own */
	char port[48];                 /**< of its end; of both ends: the sender's */
	uint32_t ring;                 /**< descriptors of each ring of that port; 0: it does not say */
	struct ovr_result_port device; /**< that port, as its drivers tell it */
	enum ovr_result_half half;
	char why[OVR_RESULT_NOTE_BYTES]; /**< if it is not whole: what became of the host, a clause */
	uint64_t until_ns;               /**< of a checkpoint: what it is as of, since the epoch */
	char overrun_version[32], dpdk_version[48], kernel[128];
	/** of its clock against the caller's, in the middle of the trial; 0 on the caller's own */
	bool clock_known;
	int64_t clock_offset_ns;
	uint64_t clock_bound_ns;
	/* of a sender: its streams, which are no other one's */
	uint32_t stream_first, n_streams;
	bool sent_known; /**< false: sent is that of a checkpoint */
	uint64_t sent;
	bool loss_known; /**< the next five: both ends are whole */
	uint64_t unique, lost;
	uint64_t lost_before_min, lost_before_max; /**< of these: in accounts of its own host */
	double share;                              /**< of all unique frames; NaN: there are none */
};

/** One of several receivers of a trial, and its books with its senders. */
struct ovr_result_receiver {
	uint32_t host;            /**< its index among the hosts */
	struct ovr_ledger ledger; /**< closed */
};

/** Frames of a sender that arrived at a receiver which is not theirs. */
struct ovr_result_astray {
	uint32_t sender, receiver; /**< indexes among the hosts */
	uint64_t frames;           /**< part of the receiver's foreign ones */
};

/** The clocks of a trial whose ends have two. */
struct ovr_result_clock {
	bool is_shared; /**< both ends read one clock: nothing else here means anything */
	bool is_known;
	int64_t offset_ns; /**< the receiver's less the sender's */
	uint64_t bound_ns; /**< times from the one to the other are no further off */
};

/** The trial. Zeroed memory is an empty one. */
struct ovr_result {
	struct ovr_plan plan; /**< frozen; with cores, seed and trial id as used: it repeats the trial */
	struct ovr_result_environment environment;
	struct ovr_ledger ledger;

	struct ovr_result_gateway gateway; /**< if plan.gateway is one */
	uint32_t trial_id;
	struct ovr_result_port tx_port, rx_port;
	uint64_t line_bps; /**< the transmit port's; 0: unknown */
	uint32_t rxd_set,
		txd_set; /**< descriptors of each ring, as the devices have them; 0: they do not say */
	bool rxd_is_given, txd_is_given; /**< not read back from the device: its driver was given this */
	uint64_t warmup_ns;              /**< sent before the measurement and discarded */
	uint64_t duration_ns;            /**< first slot to end of sending */
	uint64_t
		epoch_realtime_ns; /**< CLOCK_REALTIME at the epoch: times since it become dates; 0: unknown */
	double planned_pps;        /**< mean rate that the plan asked for */
	double tx_pps, rx_pps;     /**< sent and unique frames over duration_ns */
	double tx_l1_bps, tx_l2_bps;
	uint64_t shortfall; /**< slots the sender could not keep */
	/** of these: skipped right after a stall of the transmit core that is in its log */
	uint64_t shortfall_in_stalls;
	uint64_t shortfall_pool; /**< slots without a free mbuf */
	uint64_t full_waits;     /**< --on-full wait: turns that waited for room */
	int64_t line_paused_ns;  /**< the core that emulates the link ran late; -1: no wire */
	double pacing_error_ppm; /**< slots per second of CLOCK_MONOTONIC_RAW against the plan's; stalls do not count */
	double clock_ppm; /**< drift of the cycle counter against CLOCK_MONOTONIC_RAW over the trial */

	struct ovr_seq_account total; /**< all streams */
	uint64_t moved_streams;       /**< streams seen on more than one queue */
	uint64_t
		uncountable_streams; /**< of these: their books cannot be merged, since the loss log overflowed */

	struct ovr_result_queue *queue;
	uint32_t n_queues;
	struct ovr_result_worker *worker;
	uint32_t n_workers;
	struct ovr_result_stream *stream;
	uint32_t n_streams;
	struct ovr_result_size *size;
	uint32_t n_sizes;
	struct ovr_result_sample *sample;
	uint32_t n_samples;

	struct ovr_stall *rx_stall, *tx_stall; /**< the kept ones, by worker and time */
	struct ovr_stall_transit transit; /**< 0: no frame was seen that had not waited in a receive ring */
	uint64_t n_rx_stalls, n_tx_stalls;

	struct ovr_seq_period *period; /**< loss periods that were kept */
	uint32_t *period_stall;        /**< index into rx_stall, or UINT32_MAX */
	uint64_t n_periods;
	uint64_t n_periods_dropped;
	struct ovr_outages outages; /**< of the ports' links */
	struct ovr_loss_events
		loss_events; /**< all losses, by time; times are when their neighbours were sent */

	struct ovr_hist *latency_ns; /**< unique frames; one clock reading per burst on either side */
	char latency_unknown[OVR_RESULT_NOTE_BYTES]; /**< why it is NULL, a clause; "": it is not asked for */
	struct ovr_hist *interarrival_ns;            /**< between unique frames of one worker */

	struct ovr_result_counter *counter; /**< of kernel interfaces, by port */
	uint32_t n_counters;

	struct ovr_result_counter *
		xstat; /**< of the receive port's DPDK driver, named like a loss, moved or not; if asked for */
	uint32_t n_xstats;

	struct ovr_impairment *impairment;          /**< the wire's list */
	uint64_t n_impairments;                     /**< in the list */
	uint64_t impairments[OVR_IMPAIRMENT_KINDS]; /**< all */

	struct ovr_result_host *host; /**< of a trial over several: senders in their order, receivers */
	uint32_t n_hosts;
	struct ovr_result_receiver *receiver; /**< of several, in the order of the hosts */
	uint32_t n_receivers;                 /**< 0: there is but one */
	struct ovr_result_astray *astray;
	uint32_t n_astray;
	struct ovr_result_clock clock; /**< if there are hosts */
	double fairness; /**< Jain's, of the frames of each sender that arrived; NaN: fewer than two */

	uint64_t captured_frames;  /**< written to plan.capture */
	uint64_t capture_left_out; /**< would have been captured, but for the limit */

	char note[OVR_RESULT_NOTES_MAX]
		 [OVR_RESULT_NOTE_BYTES]; /**< what people should know: placement, limits */
	uint32_t n_notes;
};

/** Add a note; beyond OVR_RESULT_NOTES_MAX the last one is overwritten. */
void ovr_result_note(struct ovr_result *result, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Point each of the kernel's counters at the account of the closed books that has its frames. */
void ovr_result_find_accounts(struct ovr_result *result);

/**
 * Nothing came through a device between the ports: it may be a router that was not meant. One
 * more reason of a closed ledger.
 */
void ovr_result_suggest_gateway(struct ovr_result *result);

/** Free what the result owns (not the struct). Zeroed and half-filled ones are allowed. */
void ovr_result_done(struct ovr_result *result);

/** @return "whole", "checkpoint", "none" */
const char *ovr_result_half_name(enum ovr_result_half half);

/** @return "drop", "dup", "reorder", "fcs", "corrupt" */
const char *ovr_impairment_name(enum ovr_impairment_kind kind);
