/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent/states.h"

#include <stddef.h>

/* Short names for the table below. */
enum { NONE = -1, IDLE, OPEN, PREP, ARMED, RUN, DRAIN, REPORT, WATCH };

/* clang-format off */
static const signed char next[OVR_AGENT_STATES][OVR_AGENT_EVENTS] = {
/*                        hello expect plan  start   sent    stop    iface   close   path   expected prepared armed  sent   half    failed  seen  over */
[OVR_AGENT_IDLE]      = { OPEN, NONE,  NONE, NONE,   NONE,   NONE,   NONE,   IDLE,   NONE,  NONE,    NONE,    NONE,  NONE,  NONE,   NONE,   NONE, IDLE },
[OVR_AGENT_OPEN]      = { NONE, OPEN,  PREP, NONE,   NONE,   OPEN,   OPEN,   OPEN,   WATCH, OPEN,    NONE,    NONE,  NONE,  NONE,   OPEN,   NONE, IDLE },
[OVR_AGENT_PREPARED]  = { NONE, NONE,  NONE, NONE,   PREP,   PREP,   NONE,   PREP,   NONE,  NONE,    PREP,    ARMED, NONE,  REPORT, REPORT, NONE, IDLE },
[OVR_AGENT_ARMED]     = { NONE, NONE,  NONE, RUN,    ARMED,  ARMED,  NONE,   ARMED,  NONE,  NONE,    NONE,    NONE,  NONE,  REPORT, REPORT, NONE, IDLE },
[OVR_AGENT_RUNNING]   = { NONE, NONE,  NONE, NONE,   DRAIN,  RUN,    NONE,   RUN,    NONE,  NONE,    NONE,    NONE,  DRAIN, REPORT, REPORT, NONE, IDLE },
[OVR_AGENT_DRAINING]  = { NONE, NONE,  NONE, NONE,   DRAIN,  DRAIN,  NONE,   DRAIN,  NONE,  NONE,    NONE,    NONE,  DRAIN, REPORT, REPORT, NONE, IDLE },
[OVR_AGENT_REPORTING] = { NONE, NONE,  PREP, REPORT, REPORT, REPORT, REPORT, REPORT, NONE,  NONE,    NONE,    NONE,  NONE,  NONE,   REPORT, NONE, IDLE },
[OVR_AGENT_WATCHING]  = { NONE, NONE,  NONE, NONE,   NONE,   WATCH,  NONE,   WATCH,  NONE,  NONE,    NONE,    NONE,  NONE,  NONE,   NONE,   OPEN, IDLE },
};
/* clang-format on */

_Static_assert((int)WATCH == (int)OVR_AGENT_WATCHING, "the short names are the states, in their order");

int
ovr_agent_next(enum ovr_agent_state state, enum ovr_agent_event event)
{
	return next[state][event];
}

const char *
ovr_agent_state_name(enum ovr_agent_state state)
{
	static const char *const name[] = { "idle", "open", "prepared", "armed", "running", "draining",
		"reporting", "watching" };

	return name[state];
}

const char *
ovr_agent_event_name(enum ovr_agent_event event)
{
	static const char *const name[] = { "hello", "expect", "plan", "start", "sent", "stop", "interface",
		"close", "path", "expected", "prepared", "armed", "sent", "half", "error", "seen",
		"the end" };

	return name[event];
}
