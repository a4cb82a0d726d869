/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What the hosts of a trial say to each other: JSON objects, each with its type and the nonce of
 * its session.
 *
 *     caller to agent: hello expect plan clock start sent stop interface path close
 *     agent to caller: hello expected prepared clock armed heartbeat sent half interface error
 *                      closed watching seen
 *
 * A type has a size, and a table of rows: key, kind, range, and whether it must be there. Messages
 * are written and read by these tables alone. What is no row is refused, and so is what is out of
 * its range. A reader never needs more memory than the type allows.
 *
 * Times are ns. Pure, any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"

/** Raised whenever a message changes its meaning. Hosts with different ones refuse each other. */
#define OVR_MESSAGE_PROTOCOL 1

/** Room for names and versions, with their end. */
#define OVR_MESSAGE_NAME_BYTES 128
/** Room for a sentence, with its end. */
#define OVR_MESSAGE_SENTENCE_BYTES OVR_ERR_TEXT_BYTES
/** Most plans of an expect, and most notes of a closed. */
#define OVR_MESSAGE_TEXTS_MAX 4096
/** Most addresses of a watching. */
#define OVR_MESSAGE_ADDRESSES_MAX 256
/** Largest text of any message to an agent, and to a caller. */
#define OVR_MESSAGE_TO_AGENT_BYTES  (3u << 19)
#define OVR_MESSAGE_TO_CALLER_BYTES (32u << 20)

enum ovr_message_type {
	OVR_MESSAGE_HELLO,     /**< who I am; the first one, in both directions */
	OVR_MESSAGE_EXPECT,    /**< to an agent: all plans that may come, and what its part in them is */
	OVR_MESSAGE_EXPECTED,  /**< from an agent: the end has started EAL */
	OVR_MESSAGE_PLAN,      /**< to an agent: the next trial */
	OVR_MESSAGE_PREPARED,  /**< from an agent: ports are open for it */
	OVR_MESSAGE_CLOCK,     /**< to an agent with t1, and back with t2 and t3 */
	OVR_MESSAGE_ARMED,     /**< from an agent: workers wait for the start, a receiver polls */
	OVR_MESSAGE_START,     /**< to an agent: time zero */
	OVR_MESSAGE_HEARTBEAT, /**< from an agent, once a second */
	OVR_MESSAGE_SENT,      /**< what each stream sent: from a sender, then to receivers */
	OVR_MESSAGE_STOP,      /**< to an agent: stop sending, or watching a path, and report */
	OVR_MESSAGE_HALF,      /**< from an agent: its half of the result */
	OVR_MESSAGE_INTERFACE, /**< to an agent with a name, and back with a reading of its counters */
	OVR_MESSAGE_CLOSE,     /**< to an agent: the session is over */
	OVR_MESSAGE_CLOSED,    /**< from an agent: everything is restored */
	OVR_MESSAGE_ERROR,     /**< from either: what cannot be done */
	OVR_MESSAGE_PATH,      /**< to an agent: be the far end of a path, or a host on it */
	OVR_MESSAGE_WATCHING,  /**< from an agent: probes may come */
	OVR_MESSAGE_SEEN,      /**< from an agent: what it saw of them */
	OVR_MESSAGE_TYPES
};

enum ovr_message_role { OVR_MESSAGE_TX, OVR_MESSAGE_RX, OVR_MESSAGE_BOTH };

enum ovr_message_state {
	OVR_MESSAGE_IDLE,
	OVR_MESSAGE_IS_PREPARED,
	OVR_MESSAGE_IS_ARMED,
	OVR_MESSAGE_RUNNING,
	OVR_MESSAGE_DRAINING,
	OVR_MESSAGE_REPORTING
};

/** Texts, one after another. Owned by the message. */
struct ovr_message_texts {
	char **text;
	size_t n;
};

/** Counts, one after another. Owned by the message. */
struct ovr_message_counts {
	uint64_t *count; /**< 0 … INT64_MAX */
	size_t n;        /**< 1 … OVR_FRAME_STREAMS_MAX */
};

/**
 * A message. Zeroed memory is an empty hello. Of the union only the member of the type means
 * anything. Texts that are not required may be "", objects that are not required NULL.
 */
struct ovr_message {
	enum ovr_message_type type;
	uint64_t nonce; /**< of the session; a channel fills it in */
	union {
		struct {
			uint64_t protocol;                    /**< 1 … UINT32_MAX */
			uint64_t frame_version;               /**< 1 … UINT32_MAX */
			char overrun[OVR_MESSAGE_NAME_BYTES]; /**< its version */
			char host[OVR_MESSAGE_NAME_BYTES];    /**< not required, nor are the next two */
			char kernel[OVR_MESSAGE_NAME_BYTES];
			char boot[OVR_MESSAGE_NAME_BYTES]; /**< id of the host's boot */
			bool is_holder; /**< to an agent of a job: serve as long as this connection stands */
			bool watches;   /**< to an agent: only interfaces will be asked for, in no session */
		} hello;
		struct {
			enum ovr_message_role role;
			struct ovr_message_texts plans; /**< 1 … OVR_MESSAGE_TEXTS_MAX */
		} expect;
		struct {
			char cores[OVR_MESSAGE_NAME_BYTES]; /**< list of CPUs */
			char dpdk[OVR_MESSAGE_NAME_BYTES];  /**< its version */
			json_t *facts;                      /**< an object; not required */
		} expected;
		struct {
			char *plan;     /**< its text */
			uint64_t trial; /**< id of the trial */
			bool xstats;    /**< the half is to have the receive port's extended statistics */
		} plan;
		struct {
			char port[OVR_MESSAGE_NAME_BYTES];
			char mac[OVR_MESSAGE_NAME_BYTES]; /**< not required */
			uint64_t line_bps;                /**< 0: unknown */
			uint64_t rings;                   /**< descriptors of a ring; 0: unknown */
			uint64_t queues;                  /**< 1 … 65535 */
			json_t *facts;                    /**< an object; not required */
		} prepared;
		struct {
			uint64_t seq; /**< 0 … UINT32_MAX */
			uint64_t t1;  /**< caller's CLOCK_MONOTONIC when it asked */
			uint64_t t2;  /**< agent's, when it heard; not required, 0 in a question */
			uint64_t t3;  /**< agent's, when it answered; likewise */
		} clock;
		struct {
			uint64_t epoch_ns; /**< agent's CLOCK_MONOTONIC at time zero */
		} start;
		struct {
			enum ovr_message_state state;
			json_t *so_far; /**< the half so far, an object; not required */
		} heartbeat;
		struct {
			struct ovr_message_counts of; /**< frames of each stream */
		} sent;
		struct {
			json_t *half;       /**< an object */
			bool is_checkpoint; /**< the end did not live to report: this is its last heartbeat's */
		} half;
		struct {
			char name[OVR_MESSAGE_NAME_BYTES];
			json_t *reading; /**< report/interface.h; not required, NULL in a question */
		} interface;
		struct {
			char text[OVR_MESSAGE_SENTENCE_BYTES];
			bool is_final; /**< the session is over */
		} error;
		struct {
			struct ovr_message_texts notes; /**< 0 … OVR_MESSAGE_TEXTS_MAX */
		} closed;
		struct {
			char reflect[OVR_MESSAGE_NAME_BYTES]; /**< ADDRESS:PORT of a reflector; "": none */
			uint64_t key; /**< of the run's probes: 1 … UINT32_MAX; 0: there is no reflector */
			uint64_t pps; /**< probes a second that come to the reflector, rounded up */
			bool has_places; /**< read what the kernel loses meanwhile */
		} path;
		struct {
			char reflect[OVR_MESSAGE_NAME_BYTES]; /**< where it is; not required */
			/** of this host, numeric: 0 … OVR_MESSAGE_ADDRESSES_MAX; not required */
			struct ovr_message_texts addresses;
		} watching;
		struct {
			char *arrived; /**< path/arrivals.h; NULL: there was no reflector */
			uint64_t duplicates, reordered, unanswered, full; /**< see struct ovr_reflected */
			uint64_t dropped;
			bool is_dropped_known, is_list_short;
			json_t *places; /**< report/path_places.h, an object; not required */
		} seen;
	};
};

/** @return "hello", …; lives as long as the program */
const char *ovr_message_name(enum ovr_message_type type);

/** @return "idle", …; lives as long as the program */
const char *ovr_message_state_name(enum ovr_message_state state);

/** @return largest text of a message of this type, in bytes */
size_t ovr_message_bytes_max(enum ovr_message_type type);

/** Free what the message owns, and zero it. NULL is allowed. */
void ovr_message_done(struct ovr_message *message);

/**
 * Write a message as one line of JSON without a newline.
 * @param[out] ret_text the caller frees it; untouched on failure
 * @param[out] ret_size its bytes, without the end
 * @return 0; -EINVAL: a field is out of its range; -EMSGSIZE: longer than its type may be; -ENOMEM
 */
int ovr_message_write(
	const struct ovr_message *message, char **ret_text, size_t *ret_size, struct ovr_err *err);

/**
 * Read a message.
 * @param text @p size bytes, from anybody
 * @param[out] ret_message untouched on failure; else ovr_message_done() frees what it owns
 * @return 0; -EBADMSG: no message, with a sentence; -EMSGSIZE: longer than its type may be; -ENOMEM
 */
int ovr_message_read(const char *text, size_t size, struct ovr_message *ret_message, struct ovr_err *err);
