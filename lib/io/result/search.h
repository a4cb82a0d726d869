/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Result of a search: the highest loads within loss ratios, by frame size. Plain data, owned by
 * whoever made it.
 *
 * A load is of one direction, in frames/s that were put on the line.
 */
#pragma once

#include "base/err.h"
#include "method/goal.h"
#include "result/summary.h"

/** What a trial of a search was for. */
enum ovr_result_search_purpose {
	OVR_RESULT_SEARCH_WARMUP,       /**< discarded */
	OVR_RESULT_SEARCH_TESTER_LIMIT, /**< measure the tester limit on this port */
	OVR_RESULT_SEARCH_LOAD,         /**< measure the loss at one load */
	OVR_RESULT_SEARCH_PURPOSES,
};

/** One trial. */
struct ovr_result_search_trial {
	enum ovr_result_search_purpose purpose;
	uint32_t size;        /**< index */
	double intended_pps;  /**< 0: as much as goes */
	double load_pps;      /**< at which it counts (ovr_method_goal_short_load()); 0: for no load */
	uint64_t duration_ns; /**< as asked */
	bool is_short;        /**< irregular: the sender fell short */
	bool is_void;         /**< irregular: not to be trusted, counts for nothing, and was repeated */
	struct ovr_result_summary summary;
};

/** Latency at one load, of the trials that have one (RFC 2544 section 26.2: the mean of trials). */
struct ovr_result_search_latency {
	uint32_t n_trials;       /**< that have one; 0: it is unknown, and so is the rest */
	double p50_ns, p99_ns;   /**< mean of the trials' percentiles */
	uint64_t min_ns, max_ns; /**< of all of them */
};

/** All trials at one load. */
struct ovr_result_search_load {
	double load_pps;      /**< intended, or that at which trials of a sender that fell short count */
	double achieved_pps;  /**< mean */
	double forwarded_pps; /**< mean of what arrived */
	uint32_t n_trials, n_lossy;
	uint64_t sent, lost;
	uint64_t lost_host;   /**< of these, in host stalls of our receive cores */
	uint64_t duration_ns; /**< of the trials, together */
	struct ovr_result_search_latency latency;
	enum ovr_method_bound bound[OVR_METHOD_GOALS_MAX]; /**< mlr and binary: by goal */
};

/** One size. */
struct ovr_result_search_size {
	char size[sizeof(((struct ovr_mix *)NULL)->text)]; /**< as a plan has it */
	double mean_bytes;                                 /**< with FCS */
	double line_pps; /**< what the line takes of these frames; 0: its speed is not known */
	/* the tester limit */
	double tester_limit_pps; /**< highest load to be tried: the intended load if that was sent, else what was sent */
	double tester_limit_tx_pps; /**< maximum offered load of all trials (RFC 2285 section 3.5.3); 0: not measured */
	double tester_limit_rx_pps;    /**< and what arrived of that */
	bool tester_limit_is_intended; /**< the sender sent all of the intended load: the line, or --max-rate */
	double lowest_pps;             /**< lowest load to be tried */
	double frmol_pps, mfr_pps;     /**< RFC 2285, of the means at each load; NaN without any */
	/* the search */
	enum ovr_method_stop stop;
	struct ovr_method_answer answer[OVR_METHOD_GOALS_MAX];
	bool is_complete;   /**< curve: two successive loads lost nothing */
	uint32_t n_decided; /**< binary: loads that were decided */
	uint32_t n_retried; /**< binary: of these, passed but not at the first attempt */
	uint64_t spent_ns;  /**< with all that is around trials */
	uint32_t n_trials;  /**< at a load */
	uint32_t n_short, n_void;
	uint32_t n_lossy;      /**< lost frames, of those that count */
	uint32_t n_lossy_host; /**< of these: lost some in a host stall of our receive cores */
	uint64_t lost, lost_host;
	struct ovr_result_search_load *load; /**< from the highest down */
	uint32_t n_loads;
	char reason[OVR_ERR_TEXT_BYTES]; /**< why there is no answer, or not as narrow as required; "" */
};

/** The search. Zeroed memory is an empty one. */
struct ovr_result_search {
	struct ovr_plan plan; /**< frozen; its rate is not used */
	struct ovr_result_environment environment;
	enum ovr_ledger_verdict verdict; /**< loss: an answer is missing, or not as narrow as required */
	char reason[2 * OVR_ERR_TEXT_BYTES +
		16]; /**< of every size without an answer as narrow as required, or why it is void */
	struct ovr_method_goal goal[OVR_METHOD_GOALS_MAX];
	uint32_t n_goals; /**< 0: a curve */
	struct ovr_result_search_size size[OVR_PLAN_LIST_MAX];
	uint32_t n_sizes; /**< begun */
	struct ovr_result_search_trial *trial;
	uint32_t n_trials, capacity;
};

/** @return "warm-up", "tester limit", "load" */
const char *ovr_result_search_purpose_name(enum ovr_result_search_purpose purpose);

/** @return "done", "time", "trials", "sender" */
const char *ovr_result_search_stop_name(enum ovr_method_stop stop);

/**
 * Add a trial.
 * @return it, zeroed; valid until the next one is added. NULL: no memory
 */
struct ovr_result_search_trial *ovr_result_search_add(struct ovr_result_search *search);

/** @return the latency at the load of a goal's lower bound, its answer; n_trials 0: unknown */
struct ovr_result_search_latency ovr_result_search_latency_of(
	const struct ovr_result_search_size *size, uint32_t goal);

/** Free what the search owns (not the struct). Zeroed and half-filled ones are allowed. */
void ovr_result_search_done(struct ovr_result_search *search);
