/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * States of an agent, as a table: what may be said in which of them, and what follows.
 *
 *     idle → open ⇄ watching
 *     idle → open → prepared → armed → running → draining → reporting → idle
 *                 ↖──────────────── next plan ───────────────┘
 *
 * Pure. Any thread.
 */
#pragma once

/** Where an agent stands. */
enum ovr_agent_state {
	OVR_AGENT_IDLE,      /**< without a session: nothing is open, nothing is changed */
	OVR_AGENT_OPEN,      /**< a session without a trial so far */
	OVR_AGENT_PREPARED,  /**< a plan is accepted; its ports are being opened, or are open */
	OVR_AGENT_ARMED,     /**< workers stand ready, and the start is awaited */
	OVR_AGENT_RUNNING,   /**< sending, receiving, or both */
	OVR_AGENT_DRAINING,  /**< all has been sent */
	OVR_AGENT_REPORTING, /**< the half is handed over; the next plan may come */
	OVR_AGENT_WATCHING,  /**< a path is traced, whose end this host is, or which leads through it */
	OVR_AGENT_STATES,
};

/** What happens to it. */
enum ovr_agent_event {
	/* by the caller */
	OVR_AGENT_SAYS_HELLO,
	OVR_AGENT_SAYS_EXPECT,
	OVR_AGENT_SAYS_PLAN,
	OVR_AGENT_SAYS_START,
	OVR_AGENT_SAYS_SENT, /**< what the senders elsewhere have sent */
	OVR_AGENT_SAYS_STOP,
	OVR_AGENT_SAYS_INTERFACE, /**< asks for the counters of an interface */
	OVR_AGENT_SAYS_CLOSE,
	OVR_AGENT_SAYS_PATH,
	/* by the end process */
	OVR_AGENT_IS_EXPECTED,
	OVR_AGENT_IS_PREPARED,
	OVR_AGENT_IS_ARMED,
	OVR_AGENT_HAS_SENT,
	OVR_AGENT_HAS_HALF,
	OVR_AGENT_HAS_FAILED, /**< the trial cannot be run; the session goes on */
	/* of the session */
	OVR_AGENT_HAS_SEEN, /**< the path has been traced, and the caller told what was seen of it */
	OVR_AGENT_IS_OVER,  /**< closed, or one of the two is lost: everything is undone */
	OVR_AGENT_EVENTS,
};

/** @return the state that follows; -1: the event has no place in this state */
int ovr_agent_next(enum ovr_agent_state state, enum ovr_agent_event event);

/** @return "idle" */
const char *ovr_agent_state_name(enum ovr_agent_state state);

/** @return "start": how the event is called in a sentence */
const char *ovr_agent_event_name(enum ovr_agent_event event);
