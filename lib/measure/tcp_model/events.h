/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Loss events that a TCP flow would meet on a path whose losses were measured with other frames.
 *
 * A loss event is all losses within one round-trip time of its first (RFC 5348 §5.2). How many a
 * flow meets depends on its own rate, which in turn depends on them: ovr_tcp_model_settle() finds
 * the rate at which both agree. A measurement cannot tell how losses follow another load, so there
 * are two readings, which bound what a flow meets and agree where it sends at the measured rate:
 *
 *     shared  losses follow time: the flow is one of many in the measured load, and loses what it
 *             sends while the path loses. A loss period of d seconds hits a flow of x segments/s
 *             with probability x d, at most 1. A flow faster than the load is taken as all of it
 *     alone   losses follow frames: the flow is all that the path carries, and its n-th segment
 *             meets what the n-th frame met, as with drops by a counter or by chance
 *
 * Pure; any thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** How losses follow the load. */
enum ovr_tcp_model_reading {
	OVR_TCP_MODEL_SHARED,
	OVR_TCP_MODEL_ALONE,
	OVR_TCP_MODEL_READINGS,
};

/** Frames lost in a row. */
struct ovr_tcp_model_loss {
	uint64_t start_ns;    /**< when the frame before the first lost one was sent, since the epoch */
	uint64_t frames;      /**< > 0 */
	uint64_t first_frame; /**< of all frames, in their order */
};

/** What was measured. Plain data; the list is the caller's. */
struct ovr_tcp_model_measured {
	const struct ovr_tcp_model_loss *loss; /**< in order of start_ns, and of first_frame */
	size_t n_losses;
	uint64_t sent, lost;  /**< frames; sent > 0 */
	uint64_t duration_ns; /**< of sending, > 0 */
};

/** Loss events of a flow. */
struct ovr_tcp_model_events {
	double counted;     /**< events in the trial: those seen (alone), those expected (shared) */
	double per_segment; /**< p, the ratio of events to segments sent */
	double per_second;
	double lost_each; /**< segments lost in an event, in the mean; 0 without events */
	double flow_pps;  /**< at this rate of the flow, in segments/s */
};

/** @return "shared", "alone" */
const char *ovr_tcp_model_reading_name(enum ovr_tcp_model_reading reading);

/** @param flow_pps segments/s, > 0 @return the events that a flow of this rate meets */
struct ovr_tcp_model_events ovr_tcp_model_events(const struct ovr_tcp_model_measured *measured,
	enum ovr_tcp_model_reading reading, uint64_t rtt_ns, double flow_pps);

/**
 * @param limit_pps the flow sends no faster: the line; INFINITY: nothing limits it
 * @return the events at the rate that CUBIC reaches with them (tcp_model/rate.h): the smallest such
 * rate. With no loss all are 0, and flow_pps is the limit
 */
struct ovr_tcp_model_events ovr_tcp_model_settle(const struct ovr_tcp_model_measured *measured,
	enum ovr_tcp_model_reading reading, uint64_t rtt_ns, double limit_pps);
