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
 * Copies: where the path reports how many it made (as the wire does), the accounts also include
 * copies, which can be dropped like any other frame. Copies that did not arrive as duplicates are
 * in an account, but not in lost.
 *
 * Sequence numbers decide how many frames were lost; counters only say where. Nothing is clamped:
 * unexplained is signed and printed unchanged. Positive: frames were lost at a place without a
 * counter. Negative: the counters exceed the loss, and the trial is void.
 *
 * The reasons for a void trial are of two kinds: a drop counter is wrong (above the loss, or
 * reset) and everything else is in order; or any other fault. Checks of counters against sequence
 * numbers use trials of the first kind. Pure; plain data in, plain data out.
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

/** Side on which a frame is lost. */
enum ovr_ledger_side {
	OVR_LEDGER_SENDER,
	OVR_LEDGER_PATH,
	OVR_LEDGER_RECEIVER,
};

/** One account: a place, a number of frames and its counter. Plain data. */
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
		frames; /**< largest part of the counter's increase that balances; before closing: largest loss possible here */
	/**
	 * Bounds of the frames that were sent and lost here; equal where the number is certain.
	 * The caller that adds the account excludes what the counter counts besides (a sender's
	 * retries). Closing widens the range where foreign frames or copies can have met the
	 * counter, and narrows it by the loss.
	 */
	uint64_t frames_min, frames_max;
	uint64_t
		counted; /**< increase of the counter, foreign frames included; without counts that certainly have another reason */
	char counter
		[48]; /**< in the driver's own words: "imissed", "rx_q0_missed"; "remainder" where it is none */
	char source
		[32]; /**< owner of the counter: the driver ("net_ring", "wire"), "worker" for checks of the workers */
	char why[160]; /**< one sentence for the report; may be empty */
	/** counters that moved and count the same frames again: "Udp:InErrors 183"; may be empty */
	char aliases[240];
};

/** Counted figures of a trial. */
struct ovr_ledger_figures {
	uint64_t scheduled; /**< attempted + shortfall */
	uint64_t attempted, refused, sent;
	uint64_t received, unique, duplicate, reordered, late, corrupt, stale, foreign;
	uint64_t merged; /**< part of foreign: several frames of ours each, made into one on the way */
	uint64_t astray; /**< part of foreign: of this trial, for another receiver */
	/** counters other than the workers'; ignored where unknown */
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
	 * foreign frames, arrived or not, that the counters after the path can include; ignored
	 * where unknown
	 */
	bool others_known;
	uint64_t others_max;
	/**
	 * nobody told the figures of that end: they are 0 and mean nothing, and what was lost is
	 * unknown
	 */
	bool sender_unknown, receiver_unknown;
};

/** Limits for the verdict. */
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

/** What a reason is a matter of. */
enum ovr_ledger_check {
	OVR_LEDGER_CHECK_COURSE, /**< something disturbed the trial */
	OVR_LEDGER_CHECK_BOOKS,  /**< an equation does not hold, or a counter is wrong */
	OVR_LEDGER_CHECK_RATE,   /**< the sender fell short of its schedule */
	OVR_LEDGER_CHECK_LOSS,   /**< more was lost than the limit allows */
	OVR_LEDGER_CHECKS,
};

/**
 * The ledger. Zeroed memory is an empty one. It owns the accounts; a copy of the struct does not.
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
		overdrawn; /**< increase of counters beyond the loss that foreign frames or copies account for */
	enum ovr_ledger_verdict verdict;
	char reason[OVR_LEDGER_REASONS_MAX][OVR_LEDGER_REASON_BYTES]; /**< why the verdict is not pass */
	enum ovr_ledger_check check_of[OVR_LEDGER_REASONS_MAX];       /**< of each reason */
	uint32_t n_reasons;
	uint32_t spoilt_by; /**< the first reason, from 1, of the second kind (see above); 0: none */
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

/** @return whether lost, explained and unexplained are known: both ends told their figures */
bool ovr_ledger_knows_loss(const struct ovr_ledger *ledger);

/** @return "pass", "loss", "void" */
const char *ovr_ledger_verdict_name(enum ovr_ledger_verdict verdict);

/**
 * Print a share, "0.259 %", with enough decimals that only zero is "0 %" and only the whole is
 * "100 %".
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
 * Void the trial with a reason. Before or after ovr_ledger_close(). Beyond OVR_LEDGER_REASONS_MAX
 * the last reason is overwritten.
 */
void ovr_ledger_void(struct ovr_ledger *ledger, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * Void the trial since a drop counter is wrong. Such a trial is still valid for checks of
 * counters.
 */
void ovr_ledger_void_counter(struct ovr_ledger *ledger, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * Append a reason to a verdict that is not pass; it is of the same check as the first one. After
 * ovr_ledger_close().
 */
void ovr_ledger_add_reason(struct ovr_ledger *ledger, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * Calculate lost, explained, unexplained and copies: a part of ovr_ledger_close(). Called alone
 * for an open ledger, whose equations need not hold yet.
 */
void ovr_ledger_explain(struct ovr_ledger *ledger, bool path_dut);

/**
 * Close the books, once: compute lost, explained and unexplained, check every equation, set the
 * verdict and reasons. Void when: an equation does not hold; unexplained < 0; nothing was sent;
 * attempted misses scheduled by more than the tolerance (shortfall); the figures of an end are
 * unknown, so that lost, explained and unexplained stay 0; ovr_ledger_void() was called.
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
