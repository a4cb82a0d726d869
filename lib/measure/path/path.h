/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Where on a path packets are lost: what probes of growing TTL say together.
 *
 * A probe with TTL t is answered by hop t, from the destination's distance on by the destination.
 * Routers limit their answers and lose none of the packets that they forward, so a hop's missing
 * answers alone say nothing. A packet that is lost before hop h reaches no later hop either: the
 * loss before h is at most what is missing at any hop from h on that answers. The suffix minimum
 *
 *     counted(h) = min over k ≥ h of missing(k) / sent(k), of hops that answer
 *
 * is what counts of a hop's missing answers. Loss starts where it rises by more than chance: the
 * 95 % intervals (Wilson) of before and after do not overlap.
 *
 * Loss is shown by a destination whose answers are not limited. A destination that does not answer
 * is unknown, and no loss. A probe that was lost and an answer that was lost on its way back look
 * alike, so the direction is known of the destination alone, where a reflector of ours counts or an
 * agent lists what came (arrivals.h).
 *
 * Pure; plain data in, plain data out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "method/confidence.h"

#define OVR_PATH_TTL_MAX       64
#define OVR_PATH_FLOWS_MAX     16
#define OVR_PATH_ADDRESSES_MAX 8
#define OVR_PATH_FAULTS_MAX    8

/** Level of the intervals. */
#define OVR_PATH_LEVEL 0.95

/** What came of a probe. */
enum ovr_path_answer {
	OVR_PATH_WAITING,          /**< the wait is not over; not counted as sent */
	OVR_PATH_MISSING,          /**< no answer within the wait */
	OVR_PATH_HOP,              /**< a router: the TTL has expired */
	OVR_PATH_DESTINATION,      /**< the destination itself: echo, reset, SYN-ACK, datagram */
	OVR_PATH_PORT_UNREACHABLE, /**< the destination, by an ICMP error, which hosts limit */
	OVR_PATH_NO_ROUTE,         /**< network unreachable */
	OVR_PATH_NO_NEIGHBOUR,     /**< host unreachable: its link asks for its address in vain */
	OVR_PATH_PROHIBITED,       /**< a firewall rejected it */
	OVR_PATH_TOO_BIG,          /**< a link's MTU is smaller, and it may not be fragmented */
	OVR_PATH_ANSWERS,
};

/** Whether a probe came to the far end, as an agent there lists them. */
enum ovr_path_arrival {
	OVR_PATH_ARRIVAL_UNKNOWN, /**< nobody tells */
	OVR_PATH_NOT_ARRIVED,
	OVR_PATH_HAS_ARRIVED,
};

/** A probe. Plain data. */
struct ovr_path_probe {
	uint64_t sent_ns;   /**< of any clock that only grows */
	uint64_t rtt_ns;    /**< of one that was answered */
	uint32_t reflected; /**< the flow's count at a reflector of ours, that counted it; 0: none */
	uint16_t flow;      /**< from 0; below OVR_PATH_FLOWS_MAX */
	uint16_t address;   /**< who answered: a number of the caller's, not 0; 0: nobody */
	uint8_t ttl;        /**< 1 to OVR_PATH_TTL_MAX */
	uint8_t answer;     /**< enum ovr_path_answer */
	uint8_t arrival;    /**< enum ovr_path_arrival */
	bool is_search;     /**< it looked for the distance: in no row */
};

/** What a hop's missing answers mean. */
enum ovr_path_state {
	OVR_PATH_NO_LOSS,         /**< none that counts: a later hop misses none */
	OVR_PATH_LOSS_STARTS,     /**< between starts_after and this hop, or on the way back */
	OVR_PATH_LOSS_BEFORE,     /**< it misses what is lost before */
	OVR_PATH_ANSWERS_LIMITED, /**< it misses more than later hops, or answers by a rhythm */
	OVR_PATH_SILENT,          /**< it never answers, and later hops do */
	OVR_PATH_UNKNOWN,
	OVR_PATH_STATES,
};

/** A limit of answers, recognised by its rhythm. */
struct ovr_path_limit {
	bool is_found;
	uint32_t burst;       /**< answers before the first one missing: the allowance, or more */
	uint64_t interval_ns; /**< of the answers after it: at most one in each */
};

/** A hop, or the destination. */
struct ovr_path_hop {
	uint16_t ttl;
	bool is_destination;
	enum ovr_path_state state;
	uint16_t address[OVR_PATH_ADDRESSES_MAX]; /**< who answered, in the order of appearance */
	uint32_t n_addresses;
	uint32_t n_addresses_beyond;              /**< answers of further ones */
	uint64_t sent, answered, missing;         /**< the rest was answered elsewhere */
	struct ovr_method_interval missing_ratio; /**< at OVR_PATH_LEVEL; 0 to 1 for none sent */
	double counted_ratio;                     /**< the suffix minimum; NAN: no later hop answers */
	struct ovr_method_interval counted;       /**< of it */
	uint64_t last_ns, best_ns, worst_ns;      /**< round-trip times; 0: none was answered */
	double mean_ns, stdev_ns;                 /**< of the sample, n − 1; 0 for fewer than two */
	double jitter_ns;                         /**< mean difference of answers next to each other */
	struct ovr_path_limit limit;
	/**
	 * LOSS_STARTS: the TTL of the last hop before it that misses less than what counts here, by
	 * more than chance; hops between do not tell. 0: this host; -1: no loss starts here
	 */
	int32_t starts_after;
};

/** What is wrong with the path besides loss. */
enum ovr_path_fault_kind {
	OVR_PATH_FAULT_NO_ROUTE,
	OVR_PATH_FAULT_NO_NEIGHBOUR,
	OVR_PATH_FAULT_PROHIBITED,
	OVR_PATH_FAULT_LOOP,        /**< a router answers at two distances, and the destination at none */
	OVR_PATH_FAULT_TWO_ANSWERS, /**< the destination has its port open, and closed */
	OVR_PATH_FAULT_OTHER_HOST,  /**< who answered has the agent's address, and is not its host */
	OVR_PATH_FAULT_DETOUR,      /**< a router answers where the destination did */
	OVR_PATH_FAULTS,
};

/** A fault, and who tells of it. */
struct ovr_path_fault {
	enum ovr_path_fault_kind kind;
	uint16_t address; /**< of the router or host that told */
	uint16_t ttl;     /**< smallest of the probes that showed it */
	uint16_t period;  /**< LOOP: hops until the router comes again */
	uint64_t n;       /**< answers */
};

/** What the path as a whole says. */
enum ovr_path_verdict {
	OVR_PATH_PASSES,    /**< the destination misses no answer */
	OVR_PATH_LOSES,     /**< it misses some, and is not limited */
	OVR_PATH_UNDECIDED, /**< it does not answer, or its answers are limited */
	OVR_PATH_VERDICTS,
};

/** All of it. Plain data. */
struct ovr_path {
	struct ovr_path_hop hop[OVR_PATH_TTL_MAX];
	uint32_t n_hops;
	bool is_reached; /**< the last hop is the destination; else it is what lies behind the others */
	enum ovr_path_verdict verdict;
	bool lengths_differ;         /**< flows have other distances: rows are of different routers */
	bool has_direction;          /**< a reflector of ours stands at the end: reflect.h */
	bool is_listed;              /**< by an agent's list: exact, and none is undirected */
	uint64_t forward_missing;    /**< of the destination's missing answers: lost on the way there */
	uint64_t backward_missing;   /**< lost on the way back */
	uint64_t undirected_missing; /**< after the last answer, there or back */
	struct ovr_path_fault fault[OVR_PATH_FAULTS_MAX];
	uint32_t n_faults;
};

/** Every flow, for ovr_path_judge(). */
#define OVR_PATH_ALL_FLOWS UINT16_MAX

/**
 * Sum up the probes of a flow, or of all flows, and judge. Destinations of paths of different
 * length are one row, the last one; where loss starts is then for each flow to say.
 *
 * A destination that answers by ICMP errors alone is undecided if answers are missing while it got
 * more than one probe per second, since hosts limit such answers.
 * @param probe in the order of sending, @p n of them
 * @param flow OVR_PATH_ALL_FLOWS: every one
 */
void ovr_path_judge(const struct ovr_path_probe *probe, size_t n, uint16_t flow, struct ovr_path *ret_path);

/**
 * Answers may have been lost on the own host: where any are missing, it is unknown why.
 */
void ovr_path_doubt(struct ovr_path *path);

/**
 * The distance of the destination in a flow.
 * @return the smallest TTL that it, or a router in its place, answered at; 0: none yet
 */
uint8_t ovr_path_distance(const struct ovr_path_probe *probe, size_t n, uint16_t flow);

/** @return "no loss", "loss starts here", "loss before", "answers limited", "silent", "unknown" */
const char *ovr_path_state_name(enum ovr_path_state state);

/** @return "no loss", "loss", "unknown" */
const char *ovr_path_verdict_name(enum ovr_path_verdict verdict);

/**
 * @return "no route", "no neighbour", "prohibited", "loop", "two answers", "other host", "detour"
 */
const char *ovr_path_fault_name(enum ovr_path_fault_kind kind);
