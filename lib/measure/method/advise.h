/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Sizing of a receive ring from rates and stalls, measured or given: a ring size, or the change
 * that is needed instead.
 *
 * The ring has to hold the worst backlog of bursts and stalls (model/need.h), the part of the
 * stalls times a margin, and a few frames for batches. The recommendation is a power of two, or
 * the largest ring that the port has. No ring is enough where the receiver, its stalls included,
 * serves no more than what arrives: λ ≥ μ(1 − T/P − S), S being the share of the time that host
 * stalls take; a larger ring only delays the loss.
 *
 * Where jitter brings two stalls closer together than the first one's backlog takes to drain, the
 * ring holds the rest of it when the second begins: 2λT − (μ − λ)(D − T) frames, D being the
 * shortest distance of their starts. Bursts that come faster than they are served fill the ring
 * without any stall, and several stalls may fall into one of them.
 *
 * Stalls are of two kinds: injected ones (a profile to be survived), and host stalls. A host stall
 * longer than the buffer time of the largest ring cannot be covered: the host has to be fixed, and
 * the ring is sized for the other stalls, if there are any.
 *
 * A recommendation can be verified: with stalls of the length that it was sized for, plus a ninth
 * for the senders' pauses in them where the ring has room, the ring loses nothing and the next
 * power of two below loses. ovr_method_advise() returns these stalls. Where batches are too large
 * to tell the two rings apart, a smaller power of two has to lose, or none. Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/**
 * Largest share of a verifying stall for which senders may pause: the ring is sized for the
 * arrivals of the rest.
 */
#define OVR_METHOD_ADVISE_STALL_PAUSED 0.1
/**
 * Largest share of verifying bursts that senders may hold back: the rest still overruns the ring
 * below.
 */
#define OVR_METHOD_ADVISE_BURST_PAUSED 0.05

/** Input of the sizing. Rates in frames/s; zeroed memory is an empty one. */
struct ovr_method_question {
	double arrival_pps; /**< λ of the fullest queue, while frames come: within a burst where they come in bursts; > 0 */
	double total_pps;   /**< λ of all queues together; ≥ arrival_pps */
	uint32_t n_queues;  /**< ≥ 1; each with a ring */
	double service_pps; /**< μ of one queue's core while it polls; INFINITY: far more than arrives */

	double burst_frames; /**< that a burst brings to the fullest queue; 0: frames come without a break */
	double gap_ns;       /**< idle time after each burst */
	double random_loss; /**< they come at random: the ring is full at an instant with this probability at most; 0: they do not */

	uint64_t injected_ns, injected_period_ns; /**< the profile: T and P > T; both 0: none */
	double injected_jitter; /**< each of its starts is moved by up to this share of P to either side; T + 2 of it < P */
	const uint64_t *host_ns; /**< host stalls, in any order; the caller's */
	uint64_t n_host;
	uint64_t monitored_ns; /**< for how long stalls were monitored; 0: they were not */
	bool cover_injected; /**< recommend for the profile alone, as on a quiet host; host stalls are told beside it */

	double margin; /**< m ≥ 1 */
	double level;  /**< of confidence, within (0, 1) */

	/**
	 * share of the time that host stalls take from the core that service_pps is of, [0, 1); for
	 * an overload
	 */
	double host_share;

	uint32_t slack;     /**< frames that come, or are taken, at once around a stall */
	uint32_t kept_free; /**< descriptors of a ring that hold no frame */
	uint32_t ring_min;  /**< smallest ring of the port; ≥ 1 */
	uint32_t ring_max;  /**< largest ring of the port */
};

/** What is recommended. */
enum ovr_method_advice_kind {
	OVR_METHOD_ADVICE_RING, /**< a ring is enough */
	OVR_METHOD_ADVICE_HOST, /**< host stalls are longer than the buffer time of the port's largest ring: fix the host */
	OVR_METHOD_ADVICE_PORT,     /**< the profile's stalls are: more queues, or shorter stalls */
	OVR_METHOD_ADVICE_OVERLOAD, /**< the receiver is slower than the arrivals: more queues and cores */
	OVR_METHOD_ADVICE_KINDS,
};

/** The recommendation. */
struct ovr_method_advice {
	enum ovr_method_advice_kind kind;
	uint64_t target_stall_ns; /**< longest stall that the size is made for, without the margin */
	double design_ns; /**< with it, and with what a stall of the profile can find in the ring: see injected_effective_ns */
	uint64_t slots;       /**< that it takes */
	uint64_t burst_slots; /**< that it takes without any stall */
	uint64_t least;       /**< descriptors that it takes: the smallest ring, of any size */
	uint32_t ring;        /**< recommended: a power of two, or ring_max; 0: none */
	uint32_t
		below; /**< largest power of two below that a trial can tell from it; 0: none from ring_min */
	uint32_t
		ring_injected; /**< for the profile alone; 0: no profile, or no ring's buffer time is enough */
	uint32_t ring_all;     /**< for host stalls too; 0: no ring's buffer time is enough */
	double buffer_time_ns; /**< of the recommended ring: the longest stall without loss, when it was empty before */
	double buffer_time_max_ns; /**< of the largest ring */

	uint64_t host_longest_ns;
	uint64_t
		n_host_beyond; /**< host stalls that, with the margin, are longer than the buffer time of the port's largest ring */
	double longer_per_hour; /**< stalls longer than all that were seen: at most so many, at the level; NaN: not monitored */
	double beyond_per_hour; /**< of those beyond: at most so many; NaN: not monitored */

	double injected_spacing_ns; /**< from start to start of the profile's stalls, at least: P less twice the jitter; 0: no profile */
	/**
	 * T, and what of the backlog of the stall before may not have drained by then, as time of
	 * arrivals; 0: no profile
	 */
	double injected_effective_ns;
	double duty;          /**< T/P of the profile */
	double duty_max;      /**< 1 − λ/μ */
	double drain_ns;      /**< after a stall of target_stall_ns; INFINITY: never */
	double period_min_ns; /**< of such stalls */
	double overload; /**< share that is lost in the long run with any ring: 1 − μ(1 − T/P − S)/λ; 0: none */
	uint32_t
		n_queues; /**< OVERLOAD, PORT: queues, each with its core, that would be enough; 0: no number */

	/* the verification; 0: there is no ring */
	uint64_t verification_stall_ns, verification_period_ns;
};

/** Recommends a ring, or what to do instead. */
void ovr_method_advise(const struct ovr_method_question *question, struct ovr_method_advice *ret_advice);

/** @return frames that a ring of @p descriptors of this port holds */
uint32_t ovr_method_advise_usable(const struct ovr_method_question *question, uint32_t descriptors);

/**
 * @return whether bursts, or what comes at random, are more than the largest ring of the port
 *         holds, without any stall
 */
bool ovr_method_advise_is_full_unstalled(
	const struct ovr_method_question *question, const struct ovr_method_advice *advice);

/** @return λ of the fullest queue over bursts and gaps, in frames/s */
double ovr_method_advise_mean_pps(const struct ovr_method_question *question);

/** @return "ring", "host", "port", "overload" */
const char *ovr_method_advice_kind_name(enum ovr_method_advice_kind kind);
