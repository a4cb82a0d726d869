/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Conducts one trial over several ends, each behind a channel: the order of messages, the clock of
 * each end, one time to start, what each one sent, and what became of an end that is gone.
 *
 *     receivers: plan → prepared     senders: plan → prepared     all: clock ×40 → armed → start
 *     → heartbeats → a receiver's senders have sent → it: sent → halves → clock ×40
 *
 * A local end is one without a network; nothing here knows the difference. What goes wrong before
 * the start is an error. What goes wrong after it ends the trial: the others stop at once and hand
 * over what they have.
 *
 * Control thread.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "link/channel.h"
#include "offset/offset.h"
#include "report/interface.h"

/** Ends of one trial, at most: senders, and as many receivers. */
#define OVR_CONDUCT_ENDS_MAX (2 * OVR_PLAN_SENDERS_MAX)

/** Exchanges before and after a trial. */
#define OVR_CONDUCT_CLOCKS 40

/** An end of a trial, and what it said. Zeroed but for what the caller fills in. */
struct ovr_conduct_end {
	/* filled in by the caller */
	struct ovr_channel *channel; /**< lent */
	enum ovr_message_role role;
	uint32_t receiver; /**< index of the receiver of its frames; of that its own */
	const char *name;  /**< for sentences: "host rack-b"; lent */
	/* by ovr_conduct_hello(): the session */
	struct ovr_message hello;           /**< what it said of itself */
	char cores[OVR_MESSAGE_NAME_BYTES]; /**< list of the CPUs of its workers; "": not told */
	json_t *reading;                    /**< of the interface that it was asked for; NULL: not told yet */
	bool is_over;                       /**< the session is: closed, refused for good, or cut off */
	/* the trial under way */
	bool is_prepared, is_armed, is_started, has_sent;
	bool is_told;      /**< a receiver: what its senders sent */
	bool has_refused;  /**< it said that it cannot go on, and that its session does; unless is_over */
	uint8_t mac[6];    /**< of its receiving port, */
	bool has_mac;      /**< where that is a NIC's */
	uint64_t line_bps; /**< 0: unknown */
	uint64_t *sent_of; /**< frames of each of its streams, once has_sent */
	size_t n_sent_of;
	json_t *so_far;                        /**< of its last heartbeat; NULL: it told nothing yet */
	json_t *half;                          /**< its half; NULL: none came */
	bool is_checkpoint;                    /**< that half is one of before its end */
	char gone[OVR_MESSAGE_SENTENCE_BYTES]; /**< why it cannot go on, a sentence; "": it can */
	struct ovr_offset_exchange exchange[OVR_CONDUCT_CLOCKS]; /**< of the latest set */
	uint32_t n_exchanges;
	struct ovr_offset before, after;       /**< its clock, by both sets */
	uint64_t start_ns;                     /**< time zero on its clock, as it was told */
	bool has_after;                        /**< else it could not be asked again, or was stepped */
	uint64_t rtt_before_ns, rtt_during_ns; /**< the longest exchange; 0: there was none */
	uint64_t heard_ns;                     /**< when it last said something */
	uint64_t asked_ns;                     /**< the exchange under way began; 0: there is none */
	uint32_t asked_seq;                    /**< its number */
};

/** The ends of a trial. */
struct ovr_conduct {
	struct ovr_conduct_end *end;
	uint32_t n_ends;
	const atomic_bool *stop; /**< set by a signal handler; NULL: nothing stops it */
	/** what an end has told so far, for a live view. NULL: nobody looks */
	void (*so_far)(void *context, const struct ovr_conduct_end *end, uint64_t elapsed_ns);
	void *context;
	uint64_t more_lead_ns; /**< start so much later than usual */
	bool wants_xstats;     /**< receivers are to tell their port's extended statistics */
	/* this process itself, as CLOCK_BOOTTIME: stopped or suspended, it hears nobody */
	uint64_t turn_ns;        /**< it last came round; 0: it begins to wait */
	uint64_t still_ns;       /**< it stood still for so long, */
	uint64_t still_until_ns; /**< until then; 0: it never did */
	/* its own */
	bool is_closing; /**< ends that refused a trial are heard, too, until their session is over */
	struct ovr_channel **open; /**< those that are waited for; NULL: no room yet */
	uint64_t heard_all_ns;     /**< when all were last heard, as CLOCK_MONOTONIC */
	/* of the trial under way */
	uint64_t epoch_ns; /**< time zero, as CLOCK_MONOTONIC of this process; 0: not started */
	uint64_t bound_ns; /**< receivers began so much earlier: what the clocks may be apart */
	bool was_stopped;
	char fault[OVR_MESSAGE_SENTENCE_BYTES]; /**< what ended it; "": nothing did */
	uint64_t fault_ns;                      /**< when, as CLOCK_MONOTONIC */
};

/**
 * Say hello to every end and hear who it is.
 * @param watches only ovr_conduct_interface() will follow: an agent answers beside a session
 * @return as ovr_conduct_hello()
 */
int ovr_conduct_greet(struct ovr_conduct *conduct, bool watches, struct ovr_err *err);

/**
 * Say hello to every end, hear who it is, and tell it all plans that may come.
 * @param plans of each end, one after the other
 * @return 0; -EPROTO: another version; -EBUSY, -EPIPE, -ETIMEDOUT and others with what an end said
 */
int ovr_conduct_hello(
	struct ovr_conduct *conduct, const struct ovr_message_texts *plans, struct ovr_err *err);

/**
 * Ask an end for an interface of its machine, between trials.
 * @param[out] ret_interface the caller calls ovr_interface_done(). Untouched on failure
 * @return 0; negative errno and what the end said
 */
int ovr_conduct_interface(struct ovr_conduct *conduct, uint32_t end, const char *name,
	struct ovr_interface *ret_interface, struct ovr_err *err);

/** Begin a trial: forget what the ends told of the one before. */
void ovr_conduct_begin(struct ovr_conduct *conduct);

/**
 * Give one end its plan, and do not wait: many ends open their ports at the same time. Receivers
 * come first: their address goes into the plan of the senders.
 * @param text of its half
 * @return 0; -EPIPE: it is gone; -ENOMEM
 */
int ovr_conduct_plan(
	struct ovr_conduct *conduct, uint32_t end, const char *text, uint64_t trial_id, struct ovr_err *err);

/**
 * Wait until @p n ends from @p first on have opened their ports.
 * @return 0; negative errno and what an end said
 */
int ovr_conduct_prepared(
	struct ovr_conduct *conduct, uint32_t first, uint32_t n, uint64_t timeout_ms, struct ovr_err *err);

/**
 * From prepared ends to their halves.
 * @return 0: it was started; each end has a half, or `gone` says why not. Negative errno: it was
 * not started; -ETIME: an end was not ready by the start, and nothing was sent
 */
int ovr_conduct_run(struct ovr_conduct *conduct, struct ovr_err *err);

/**
 * Tell every end that the session is over, and wait until it has put back what it changed; one that
 * refused a trial, too. An agent is free for others then.
 */
void ovr_conduct_close(struct ovr_conduct *conduct, uint64_t timeout_ms);

/** Free what the ends told. */
void ovr_conduct_done(struct ovr_conduct *conduct);
