/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp_model/events.h"

#include <math.h>

#include "tcp_model/rate.h"

#define NS_PER_S  1e9
#define STEPS_MAX 200
/* Two rates this close are one. */
#define GRAIN 1e-9

const char *
ovr_tcp_model_reading_name(enum ovr_tcp_model_reading reading)
{
	static const char *const names[] = { "shared", "alone" };

	return names[reading];
}

/* Where a loss is: in time, or among frames, whatever the sender's pauses. */
static double
place_of(const struct ovr_tcp_model_loss *loss, enum ovr_tcp_model_reading reading)
{
	return reading == OVR_TCP_MODEL_ALONE ? (double)loss->first_frame : (double)loss->start_ns;
}

/*
 * Events that a flow meets in the trial. @gap: losses no further from the first of an event are of
 * it, in ns or frames. @flow_by_load: segments that the flow sends in the time of a frame; from 1
 * on it meets every event.
 */
static double
expected(const struct ovr_tcp_model_measured *measured, enum ovr_tcp_model_reading reading, double gap,
	double flow_by_load)
{
	double events = 0;

	for (size_t i = 0; i < measured->n_losses;) {
		double first = place_of(&measured->loss[i], reading), missed = 1;

		for (; i < measured->n_losses && place_of(&measured->loss[i], reading) - first <= gap; i++)
			missed *= 1 - fmin(1, (double)measured->loss[i].frames * flow_by_load);
		events += 1 - missed;
	}
	return events;
}

struct ovr_tcp_model_events
ovr_tcp_model_events(const struct ovr_tcp_model_measured *measured, enum ovr_tcp_model_reading reading,
	uint64_t rtt_ns, double flow_pps)
{
	double duration_s = (double)measured->duration_ns / NS_PER_S;
	double load_pps = (double)measured->sent / duration_s;
	double loss_ratio = (double)measured->lost / (double)measured->sent;
	struct ovr_tcp_model_events events = { .flow_pps = flow_pps };

	if (measured->n_losses == 0)
		return events;
	if (reading == OVR_TCP_MODEL_ALONE) {
		/* as many frames as the flow sends segments in a round trip */
		events.counted = expected(measured, reading, (double)rtt_ns / NS_PER_S * flow_pps, 1);
		events.per_segment = events.counted / (double)measured->sent;
		events.per_second = events.per_segment * flow_pps;
	} else {
		/* no part of the load is faster than all of it: more is as if it were all */
		double part_pps = fmin(flow_pps, load_pps);

		events.counted = expected(measured, reading, (double)rtt_ns, part_pps / load_pps);
		events.per_segment = events.counted / duration_s / part_pps;
		events.per_second = events.per_segment * flow_pps;
	}
	events.lost_each = events.per_segment > 0 ? loss_ratio / events.per_segment : 0;
	return events;
}

struct ovr_tcp_model_events
ovr_tcp_model_settle(const struct ovr_tcp_model_measured *measured, enum ovr_tcp_model_reading reading,
	uint64_t rtt_ns, double limit_pps)
{
	double rtt_s = (double)rtt_ns / NS_PER_S;
	double loss_ratio = (double)measured->lost / (double)measured->sent;
	struct ovr_tcp_model_events events = { .flow_pps = limit_pps };
	/* each loss an event of its own: no flow is slower */
	double flow_pps = fmin(limit_pps, ovr_tcp_model_cubic_pps(loss_ratio, rtt_s));

	if (measured->n_losses == 0)
		return events;
	/* a faster flow has more losses in an event, and thus fewer events: rates only rise */
	for (unsigned int step = 0; step < STEPS_MAX; step++) {
		double next_pps;

		events = ovr_tcp_model_events(measured, reading, rtt_ns, flow_pps);
		next_pps = fmin(limit_pps, ovr_tcp_model_cubic_pps(events.per_segment, rtt_s));
		if (next_pps <= flow_pps * (1 + GRAIN))
			break;
		flow_pps = next_pps;
	}
	return events;
}
