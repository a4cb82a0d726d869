/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Packet accounting of one trial: where every frame that was sent ended.
 *
 *     attempted = refused + sent                   refused = Σ accounts tx.app and tx.ring, where there are any
 *     received = unique + duplicate + late + corrupt + stale + foreign
 *     received = Σ received of the queues
 *     lost     = sent − unique
 *     explained = Σ accounts after sending − copies that did not arrive as duplicates
 *     lost     = explained + unexplained
 *
 * The copies: where the path says how many it made (the wire does), the accounts also hold frames
 * that were never sent, since a copy can be dropped like any other frame. Those that did not arrive
 * as duplicates are in some account, but not in lost.
 *
 * Sequence accounting is the truth; counters only say where. Nothing is clamped: unexplained is
 * signed and printed as it is. Positive: frames were lost where nobody counts. Negative: counters
 * claim more than was lost, and the trial is void.
 *
 * A trial is void for two kinds of reasons: a counter of drops cannot be right (more claimed than
 * lost, reset), while everything else is as it should be; or anything else went wrong. Whoever
 * holds counters against the sequence numbers needs the first kind. Pure; plain data in, plain data
 * out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OVR_LEDGER_REASONS_MAX  32
#define OVR_LEDGER_REASON_BYTES 240

/**
 * Where frames may have gone, in the order of a frame's way. The names are promises (NEWS.md).
 * Those of a host's own stack (from its socket to its queueing discipline, and from XDP to its
 * socket) are of ports that are sockets, and of hops.
 */
enum ovr_ledger_place {
	OVR_PLACE_TX_APP,       /**< "tx.app": refused by a socket (EAGAIN, ENOBUFS); not part of lost */
	OVR_PLACE_TX_IP,        /**< "tx.ip": IP output: no route, too large and not to be split */
	OVR_PLACE_TX_NETFILTER, /**< "tx.netfilter": a rule on the way out */
	OVR_PLACE_TX_QDISC,     /**< "tx.qdisc": the queueing discipline's queue was full */
	OVR_PLACE_TX_RING,      /**< "tx.ring": refused, never existed on the line; not part of lost */
	OVR_PLACE_TX_ERRORS,    /**< "tx.errors" */
	OVR_PLACE_TX_KERNEL,    /**< "tx.kernel": taken by the kernel, and dropped by it before the line */
	OVR_PLACE_PATH,         /**< "path": the wire's impairments, or with --path dut the remainder */
	OVR_PLACE_RX_ERRORS,    /**< "rx.errors": bad FCS, dropped by the MAC */
	OVR_PLACE_RX_RING,      /**< "rx.ring": no free descriptor, the RingBuffer overrun */
	OVR_PLACE_RX_NOMBUF,    /**< "rx.nombuf": the pool was empty at refill */
	OVR_PLACE_RX_KERNEL,    /**< "rx.kernel": left the NIC's ring, and dropped by the kernel behind it */
	OVR_PLACE_RX_XDP,       /**< "rx.xdp": dropped by an XDP program */
	OVR_PLACE_RX_SOFTNET,   /**< "rx.softnet": a CPU's backlog was full */
	OVR_PLACE_RX_INGRESS,   /**< "rx.ingress": dropped by tc at ingress */
	OVR_PLACE_RX_NETFILTER, /**< "rx.netfilter": a rule on the way in or through, or conntrack */
	OVR_PLACE_RX_IP,        /**< "rx.ip": IP input and routing */
	OVR_PLACE_RX_UDP,       /**< "rx.udp": no socket, a wrong checksum, no memory */
	OVR_PLACE_RX_TCP,       /**< "rx.tcp": segments that TCP dropped */
	OVR_PLACE_RX_SOCKET,    /**< "rx.socket": the socket's receive buffer was full */
	OVR_PLACE_RX_UNREAD,    /**< "rx.unread": delivered by the interface to queues that nobody reads */
	OVR_PLACE_RX_CORRUPT,   /**< "rx.corrupt": arrived damaged; its number is missing */
	OVR_PLACE_RX_LATE,      /**< "rx.late": arrived after it was given up as lost */
	OVR_PLACE_COUNT,
};

/** Who loses a frame: its sender, something on the path, its receiver. */
enum ovr_ledger_side {
	OVR_LEDGER_SENDER,
	OVR_LEDGER_PATH,
	OVR_LEDGER_RECEIVER,
};

/** One account: a place, a number of frames and the counter that says so. Plain data. */
struct ovr_ledger_account {
	enum ovr_ledger_place place;
	/**
	 * The place is one of a host between the ports, so that it is on the path whatever the
	 * place is called; port is "hop:NAME" then.
	 */
	bool is_of_hop;
	char port[48]; /**< "wire:1"; "hop:r1" */
	int32_t queue; /**< -1: of the whole port */
	uint64_t
		frames; /**< the most of what the counter added that balances; before closing: all that may be lost here */
	/**
	 * So many of these were sent and lost here, at least and at most; equal where it is
	 * certain. Who adds the account says what its counter holds besides (a sender's tries).
	 * Closing widens it where others' frames or copies met the same counter, and narrows it
	 * by what was lost.
	 */
	uint64_t frames_min, frames_max;
	uint64_t
		counted; /**< what the counter added, whosoever; without what it certainly counted for another reason */
	char counter
		[48]; /**< in the driver's own words: "imissed", "rx_q0_missed"; "remainder" where it is none */
	char source[32]; /**< who says so: the driver ("net_ring", "wire"), "worker" for our own check */
	char why[160];   /**< one sentence for people; may be empty */
};

/** The figures of a trial, as they were counted. */
struct ovr_ledger_figures {
	uint64_t scheduled; /**< attempted + shortfall */
	uint64_t attempted, refused, sent;
	uint64_t received, unique, duplicate, reordered, late, corrupt, stale, foreign;
	uint64_t merged; /**< part of foreign: several frames of ours each, made into one on the way */
	/** what others counted; ignored where unknown */
	bool tx_port_known, rx_port_known, queues_known, copies_known;
	bool copies_inferred;      /**< set by ovr_ledger_close(): see there */
	uint64_t tx_port_sent;     /**< opackets of the transmit port */
	uint64_t rx_port_received; /**< ipackets of the receive port: frames handed to software */
	uint64_t queues_received;  /**< Σ received of the queues, as their workers took them */
	uint64_t copies;           /**< frames that the path added on purpose */
	/**
	 * late and damaged arrivals beyond what is missing of their streams; at most late + corrupt
	 */
	uint64_t copies_beyond_loss;
	/**
	 * others' frames, some of which arrived or none, that can have met the counters after
	 * the path; ignored where unknown
	 */
	bool others_known;
	uint64_t others_max;
};

/** What decides the verdict, besides the books. */
struct ovr_ledger_limits {
	uint32_t tolerance_ppb; /**< shortfall / scheduled above this voids the trial */
	uint32_t max_loss_ppb;  /**< lost / sent above this is `loss` */
	bool path_dut;          /**< --path dut: a positive remainder is booked to `path` */
};

/** Verdicts; their values are the exit codes. */
enum ovr_ledger_verdict {
	OVR_VERDICT_PASS = 0,
	OVR_VERDICT_LOSS = 1,
	OVR_VERDICT_VOID = 2,
};

/**
 * The books. Zeroed memory is an empty one; the accounts are owned by it, so that a copy of the
 * struct is a loan.
 */
struct ovr_ledger {
	struct ovr_ledger_figures figures;
	struct ovr_ledger_account *account;
	uint32_t n_accounts, capacity;
	int64_t lost;        /**< sent − unique; negative is a contradiction */
	int64_t explained;   /**< Σ accounts after sending */
	int64_t unexplained; /**< lost − explained */
	int64_t unexplained_min,
		unexplained_max; /**< by the accounts' ranges; equal to it where all are certain */
	uint64_t
		overdrawn; /**< frames that counters added beyond all that was lost, and that others' frames or copies account for */
	enum ovr_ledger_verdict verdict;
	char reason[OVR_LEDGER_REASONS_MAX][OVR_LEDGER_REASON_BYTES]; /**< why the verdict is not pass */
	uint32_t n_reasons;
	uint32_t
		spoilt_by; /**< the first reason, from 1, that is about more than a counter of drops; 0: there is none */
};

/** @return "tx.ring", … */
const char *ovr_ledger_place_name(enum ovr_ledger_place place);

/** @return the side that a port's account at this place is on */
enum ovr_ledger_side ovr_ledger_place_side(enum ovr_ledger_place place);

/** @return the same of an account; of a hop's always OVR_LEDGER_PATH */
enum ovr_ledger_side ovr_ledger_account_side(const struct ovr_ledger_account *account);

/**
 * @return whether frames at this place of a port were refused: they never existed on the line, and
 * are no part of lost
 */
bool ovr_ledger_place_is_refused(enum ovr_ledger_place place);

/** @return the same of an account; of a hop's never */
bool ovr_ledger_account_is_refused(const struct ovr_ledger_account *account);

/** @return "pass", "loss", "void" */
const char *ovr_ledger_verdict_name(enum ovr_ledger_verdict verdict);

/**
 * A share for people: "0.259 %", with as many decimals as it takes: only nothing is "0 %", only all
 * is "100 %".
 * @return @p buf; "-" for a share of nothing
 */
const char *ovr_ledger_print_ratio(char *buf, size_t size, uint64_t part, uint64_t whole);

/**
 * Add an account, even with 0 frames.
 * @return it, to fill in `why`, until the next one is added; NULL: no memory (then the trial is
 * void)
 */
struct ovr_ledger_account *ovr_ledger_add(struct ovr_ledger *ledger, enum ovr_ledger_place place,
	const char *port, int32_t queue, uint64_t frames, const char *counter, const char *source);

/** Set what an account's counter holds of the trial: @p min to @p max frames. */
void ovr_ledger_account_set(struct ovr_ledger_account *account, uint64_t min, uint64_t max);

/** Add an account that is filled in already. @return as above */
struct ovr_ledger_account *ovr_ledger_add_copy(
	struct ovr_ledger *ledger, const struct ovr_ledger_account *account);

/** Free what the books own; they are empty then. */
void ovr_ledger_done(struct ovr_ledger *ledger);

/**
 * The trial is void, and why. Before or after ovr_ledger_close(). Beyond OVR_LEDGER_REASONS_MAX the
 * last reason is overwritten.
 */
void ovr_ledger_void(struct ovr_ledger *ledger, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * The same, since a counter of drops cannot be right: that alone does not spoil the trial for
 * whoever judges counters.
 */
void ovr_ledger_void_counter(struct ovr_ledger *ledger, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * One more reason, after those that there are, of a verdict that is not pass. After
 * ovr_ledger_close().
 */
void ovr_ledger_add_reason(struct ovr_ledger *ledger, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * The part of ovr_ledger_close() that explains: lost, explained, unexplained, copies. By itself for
 * books that are still open, whose figures need not fit each other yet.
 */
void ovr_ledger_explain(struct ovr_ledger *ledger, bool path_dut);

/**
 * Close the books, once: compute lost, explained and unexplained, check every equation, set the
 * verdict and reasons. Void when: an equation does not hold; unexplained < 0; nothing was sent;
 * attempted misses scheduled by more than the tolerance (shortfall); ovr_ledger_void() was called.
 * Frames of others that arrived, and duplicates where nobody counts copies, may also have been
 * dropped where ours were: on a hop and behind the path, an account is then a range (frames_min,
 * frames_max),
 * as one is that was added so. So is unexplained, unless nothing stands between the ports and the
 * books balance as they are. Where others_max is known, at most so many of an account's frames
 * are others'. Void is only what no value balances. With path_dut a positive remainder becomes an
 * account `path` with counter "remainder" and unexplained is 0. Where copies are unknown, late
 * and damaged arrivals for which nothing is missing, in their stream or in all, are taken to be
 * further copies: figures.copies says so, and copies_inferred is set.
 */
void ovr_ledger_close(struct ovr_ledger *ledger, const struct ovr_ledger_limits *limits);
