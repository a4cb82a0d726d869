/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp_model/events.h"

#include <criterion/criterion.h>
#include <math.h>

#include "tcp_model/rate.h"

#define MS UINT64_C(1000000)
#define S  (1000 * MS)

#define LOSSES 100

/* A loss of that many frames in each 100 ms of 10 s, at 1,000 frames/s. */
static struct ovr_tcp_model_measured
periodic(struct ovr_tcp_model_loss *loss, uint64_t frames)
{
	for (uint64_t i = 0; i < LOSSES; i++)
		loss[i] = (struct ovr_tcp_model_loss){ i * 100 * MS, frames, i * 100 };
	return (struct ovr_tcp_model_measured){ loss, LOSSES, 10000, LOSSES * frames, 10 * S };
}

static void
assert_near(double found, double expected)
{
	cr_assert(fabs(found - expected) <= 1e-6 * expected, "found %.9g, expected %.9g", found, expected);
}

Test(events, a_burst_is_one_event_whatever_its_frames)
{
	struct ovr_tcp_model_loss loss[LOSSES];
	struct ovr_tcp_model_measured measured = periodic(loss, 5);
	struct ovr_tcp_model_events events = ovr_tcp_model_events(
		&measured, OVR_TCP_MODEL_ALONE, 20 * MS, 1000);

	assert_near(events.counted, 100);
	assert_near(events.per_segment, 0.01);
	assert_near(events.per_second, 10);
	assert_near(events.lost_each, 5);
}

Test(events, losses_within_a_round_trip_of_the_first_are_one)
{
	struct ovr_tcp_model_loss loss[LOSSES];
	struct ovr_tcp_model_measured measured = periodic(loss, 1);

	/* 0, 100 and 200 ms, then 300 ms */
	assert_near(ovr_tcp_model_events(&measured, OVR_TCP_MODEL_ALONE, 299 * MS, 1000).counted, 34);
	assert_near(ovr_tcp_model_events(&measured, OVR_TCP_MODEL_ALONE, 300 * MS, 1000).counted, 25);
	assert_near(ovr_tcp_model_events(&measured, OVR_TCP_MODEL_ALONE, 99 * MS, 1000).counted, 100);
}

/* a tenth of the rate takes ten times as long for the frames between two losses */
Test(events, a_slower_flow_that_is_alone_meets_the_same_frames_later)
{
	struct ovr_tcp_model_loss loss[LOSSES];
	struct ovr_tcp_model_measured measured = periodic(loss, 1);
	struct ovr_tcp_model_events events = ovr_tcp_model_events(
		&measured, OVR_TCP_MODEL_ALONE, 299 * MS, 100);

	assert_near(events.counted, 100);
	assert_near(events.per_second, 1);
}

/* A sender that stood still sends what is due at once: for frames nothing changes. */
Test(events, pauses_of_the_sender_do_not_join_the_events_of_a_flow_that_is_alone)
{
	struct ovr_tcp_model_loss loss[LOSSES];
	struct ovr_tcp_model_measured measured = periodic(loss, 1);

	for (uint64_t i = 0; i < LOSSES; i++)
		loss[i].start_ns = i / 10 * S;
	assert_near(ovr_tcp_model_events(&measured, OVR_TCP_MODEL_ALONE, 20 * MS, 1000).counted, 100);
	assert_near(ovr_tcp_model_events(&measured, OVR_TCP_MODEL_SHARED, 20 * MS, 1000).counted, 10);
}

Test(events, a_flow_in_a_shared_load_meets_a_period_by_its_length)
{
	struct ovr_tcp_model_loss loss[LOSSES];
	struct ovr_tcp_model_measured measured = periodic(loss, 5);
	struct ovr_tcp_model_events events = ovr_tcp_model_events(
		&measured, OVR_TCP_MODEL_SHARED, 20 * MS, 100);

	/* 5 ms of loss at 100/s: half a segment */
	assert_near(events.counted, 50);
	assert_near(events.per_second, 5);
	assert_near(events.per_segment, 0.05);
	assert_near(events.lost_each, 1);
}

Test(events, a_flow_that_is_the_whole_load_meets_every_period_in_either_reading)
{
	struct ovr_tcp_model_loss loss[LOSSES];
	struct ovr_tcp_model_measured measured = periodic(loss, 5);

	assert_near(ovr_tcp_model_events(&measured, OVR_TCP_MODEL_SHARED, 20 * MS, 1000).per_segment, 0.01);
	assert_near(ovr_tcp_model_events(&measured, OVR_TCP_MODEL_ALONE, 20 * MS, 1000).per_segment, 0.01);
	/* and no more than that */
	assert_near(ovr_tcp_model_events(&measured, OVR_TCP_MODEL_SHARED, 20 * MS, 5000).per_segment, 0.01);
}

/* a chance of 1/2 each, in one event: 3/4 */
Test(events, a_flow_meets_an_event_if_any_of_its_periods_hits_it)
{
	const struct ovr_tcp_model_loss loss[] = { { 0, 5, 0 }, { 10 * MS, 5, 10 } };
	const struct ovr_tcp_model_measured measured = { loss, 2, 10000, 10, 10 * S };

	assert_near(ovr_tcp_model_events(&measured, OVR_TCP_MODEL_SHARED, 20 * MS, 100).counted, 0.75);
}

Test(events, the_settled_rate_is_that_of_its_own_events)
{
	for (int reading = 0; reading < OVR_TCP_MODEL_READINGS; reading++) {
		struct ovr_tcp_model_loss loss[LOSSES];
		struct ovr_tcp_model_measured measured = periodic(loss, 3);
		struct ovr_tcp_model_events events = ovr_tcp_model_settle(
			&measured, (enum ovr_tcp_model_reading)reading, 20 * MS, INFINITY);

		assert_near(ovr_tcp_model_cubic_pps(events.per_segment, 0.02), events.flow_pps);
	}
}

/* at 1 % in single frames far apart, no two are ever one event: p = 0.01 */
Test(events, single_losses_far_apart_are_events_each_in_both_readings)
{
	struct ovr_tcp_model_loss loss[LOSSES];
	struct ovr_tcp_model_measured measured = periodic(loss, 1);
	double expected = ovr_tcp_model_cubic_pps(0.01, 0.02);
	double alone = ovr_tcp_model_settle(&measured, OVR_TCP_MODEL_ALONE, 20 * MS, INFINITY).flow_pps;
	double shared = ovr_tcp_model_settle(&measured, OVR_TCP_MODEL_SHARED, 20 * MS, INFINITY).flow_pps;

	assert_near(alone, expected);
	assert_near(shared, expected);
}

Test(events, a_line_limits_the_flow)
{
	struct ovr_tcp_model_loss loss[LOSSES];
	struct ovr_tcp_model_measured measured = periodic(loss, 1), clean = { .sent = 1, .duration_ns = 1 };

	assert_near(ovr_tcp_model_settle(&measured, OVR_TCP_MODEL_ALONE, 20 * MS, 50).flow_pps, 50);
	assert_near(ovr_tcp_model_settle(&clean, OVR_TCP_MODEL_SHARED, 20 * MS, 50).flow_pps, 50);
	cr_assert_eq(ovr_tcp_model_settle(&clean, OVR_TCP_MODEL_SHARED, 20 * MS, 50).per_segment, 0);
}
