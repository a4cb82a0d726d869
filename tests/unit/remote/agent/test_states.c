/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent/states.h"

#include <criterion/criterion.h>

/* Go through events; every one has its place. */
static enum ovr_agent_state
through(enum ovr_agent_state state, const enum ovr_agent_event *event, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int next = ovr_agent_next(state, event[i]);

		cr_assert_geq(
			next, 0, "%s in %s", ovr_agent_event_name(event[i]), ovr_agent_state_name(state));
		state = (enum ovr_agent_state)next;
	}
	return state;
}

#define THROUGH(state, ...)                                           \
	through(state, (const enum ovr_agent_event[]){ __VA_ARGS__ }, \
		sizeof((const enum ovr_agent_event[]){ __VA_ARGS__ }) / sizeof(enum ovr_agent_event))

Test(states, a_sender_goes_through_all_of_them)
{
	enum ovr_agent_state state = THROUGH(OVR_AGENT_IDLE, OVR_AGENT_SAYS_HELLO, OVR_AGENT_SAYS_EXPECT,
		OVR_AGENT_IS_EXPECTED, OVR_AGENT_SAYS_PLAN);

	cr_expect_eq(state, OVR_AGENT_PREPARED);
	state = THROUGH(state, OVR_AGENT_IS_PREPARED, OVR_AGENT_IS_ARMED);
	cr_expect_eq(state, OVR_AGENT_ARMED);
	state = THROUGH(state, OVR_AGENT_SAYS_START);
	cr_expect_eq(state, OVR_AGENT_RUNNING);
	state = THROUGH(state, OVR_AGENT_HAS_SENT);
	cr_expect_eq(state, OVR_AGENT_DRAINING);
	state = THROUGH(state, OVR_AGENT_HAS_HALF);
	cr_expect_eq(state, OVR_AGENT_REPORTING);
	state = THROUGH(state, OVR_AGENT_SAYS_CLOSE, OVR_AGENT_IS_OVER);
	cr_expect_eq(state, OVR_AGENT_IDLE);
}

Test(states, a_receiver_drains_once_the_senders_are_done)
{
	cr_expect_eq(THROUGH(OVR_AGENT_RUNNING, OVR_AGENT_SAYS_SENT), OVR_AGENT_DRAINING);
	/* of each sender */
	cr_expect_eq(THROUGH(OVR_AGENT_DRAINING, OVR_AGENT_SAYS_SENT), OVR_AGENT_DRAINING);
}

Test(states, the_next_plan_comes_after_a_half_or_a_failure)
{
	cr_expect_eq(THROUGH(OVR_AGENT_REPORTING, OVR_AGENT_SAYS_PLAN), OVR_AGENT_PREPARED);
	cr_expect_eq(
		THROUGH(OVR_AGENT_PREPARED, OVR_AGENT_HAS_FAILED, OVR_AGENT_SAYS_PLAN), OVR_AGENT_PREPARED);
}

Test(states, the_end_of_a_session_leads_to_idle_from_everywhere)
{
	for (int state = 0; state < OVR_AGENT_STATES; state++)
		cr_expect_eq(ovr_agent_next((enum ovr_agent_state)state, OVR_AGENT_IS_OVER), OVR_AGENT_IDLE);
}

Test(states, no_event_but_hello_leaves_idle)
{
	for (int event = 0; event < OVR_AGENT_EVENTS; event++) {
		int next = ovr_agent_next(OVR_AGENT_IDLE, (enum ovr_agent_event)event);

		cr_expect(event == OVR_AGENT_SAYS_HELLO ? next == OVR_AGENT_OPEN
							: next == -1 || next == OVR_AGENT_IDLE,
			"%s", ovr_agent_event_name((enum ovr_agent_event)event));
	}
}

Test(states, what_comes_out_of_its_order_has_no_place)
{
	cr_expect_eq(ovr_agent_next(OVR_AGENT_OPEN, OVR_AGENT_SAYS_START), -1);
	cr_expect_eq(ovr_agent_next(OVR_AGENT_PREPARED, OVR_AGENT_SAYS_START), -1);
	cr_expect_eq(ovr_agent_next(OVR_AGENT_RUNNING, OVR_AGENT_SAYS_PLAN), -1);
	cr_expect_eq(ovr_agent_next(OVR_AGENT_RUNNING, OVR_AGENT_SAYS_START), -1);
	cr_expect_eq(ovr_agent_next(OVR_AGENT_RUNNING, OVR_AGENT_SAYS_EXPECT), -1);
	cr_expect_eq(ovr_agent_next(OVR_AGENT_REPORTING, OVR_AGENT_HAS_HALF), -1);
	cr_expect_eq(ovr_agent_next(OVR_AGENT_OPEN, OVR_AGENT_SAYS_HELLO), -1);
}

Test(states, counters_are_told_between_trials)
{
	for (int state = 0; state < OVR_AGENT_STATES; state++) {
		bool is_between = state == OVR_AGENT_OPEN || state == OVR_AGENT_REPORTING;

		cr_expect_eq(ovr_agent_next((enum ovr_agent_state)state, OVR_AGENT_SAYS_INTERFACE),
			is_between ? state : -1, "%s", ovr_agent_state_name((enum ovr_agent_state)state));
	}
}

Test(states, a_path_is_watched_in_a_session_without_a_trial)
{
	enum ovr_agent_state state = THROUGH(OVR_AGENT_IDLE, OVR_AGENT_SAYS_HELLO, OVR_AGENT_SAYS_PATH);

	cr_expect_eq(state, OVR_AGENT_WATCHING);
	cr_expect_eq(THROUGH(state, OVR_AGENT_SAYS_STOP, OVR_AGENT_HAS_SEEN), OVR_AGENT_OPEN);
	cr_expect_eq(
		THROUGH(state, OVR_AGENT_HAS_SEEN, OVR_AGENT_SAYS_PATH, OVR_AGENT_IS_OVER), OVR_AGENT_IDLE);
	cr_expect_eq(ovr_agent_next(state, OVR_AGENT_SAYS_PATH), -1);
	cr_expect_eq(ovr_agent_next(state, OVR_AGENT_SAYS_PLAN), -1);
	cr_expect_eq(ovr_agent_next(OVR_AGENT_IDLE, OVR_AGENT_SAYS_PATH), -1);
	cr_expect_eq(ovr_agent_next(OVR_AGENT_RUNNING, OVR_AGENT_SAYS_PATH), -1);
	cr_expect_str_eq(ovr_agent_state_name(state), "watching");
	cr_expect_str_eq(ovr_agent_event_name(OVR_AGENT_SAYS_PATH), "path");
	cr_expect_str_eq(ovr_agent_event_name(OVR_AGENT_HAS_SEEN), "seen");
	cr_expect_str_eq(ovr_agent_event_name(OVR_AGENT_IS_OVER), "the end");
}

Test(states, a_start_may_cross_a_failure_on_its_way)
{
	cr_expect_eq(
		THROUGH(OVR_AGENT_ARMED, OVR_AGENT_HAS_FAILED, OVR_AGENT_SAYS_START, OVR_AGENT_SAYS_SENT),
		OVR_AGENT_REPORTING);
}

Test(states, stop_and_close_have_a_place_in_every_session)
{
	for (int state = OVR_AGENT_OPEN; state < OVR_AGENT_STATES; state++) {
		cr_expect_eq(ovr_agent_next((enum ovr_agent_state)state, OVR_AGENT_SAYS_STOP), state);
		cr_expect_eq(ovr_agent_next((enum ovr_agent_state)state, OVR_AGENT_SAYS_CLOSE), state);
	}
}
