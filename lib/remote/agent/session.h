/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * One session of an agent: what its modules share. It is private to lib/remote/agent.
 *
 * A function below that ends the session leaves no caller and no end process, and the state idle.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "agent/agent.h"
#include "agent/on_path.h"
#include "agent/states.h"
#include "agent/watchers.h"
#include "end/spawn.h"
#include "link/spare.h"

/** An agent, and its session. Its thread. */
struct ovr_agent {
	const struct ovr_agent_conf *conf;
	struct ovr_agent_kept kept;
	struct ovr_channel *caller;         /* of the session; NULL: idle */
	struct ovr_channel *holder;         /* of the job; NULL: there is none, or it has not come yet */
	struct ovr_agent_watchers watchers; /* beside the session */
	struct ovr_end end;
	struct ovr_spare spare; /* CPUs that the workers of the session leave */
	struct ovr_agent_on_path on_path;
	enum ovr_agent_state state;
	uint32_t n_trials;   /* of the session */
	bool is_closing;     /* the caller has closed it, and the end process has been told */
	uint64_t closing_ns; /* since when */
	uint64_t beaten_ns;  /* the last heartbeat */
	json_t *so_far;      /* of the trial under way; NULL: nothing yet */
	bool is_kept_said;   /* that a checkpoint cannot be kept, once in a session */
	uint64_t begin_ns;   /* it began to serve */
	bool is_over;        /* no more sessions */
};

/** One line of the log; what others said is made plain. */
void ovr_agent_say(const struct ovr_agent *agent, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** One line of the log, of the session. */
void ovr_agent_say_session(const struct ovr_agent *agent, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Put back what end processes left that were killed. */
void ovr_agent_recover(const struct ovr_agent *agent);

/** @return whether a trial is under way, whose half the caller does not have */
bool ovr_agent_is_in_trial(const struct ovr_agent *agent);

/** Its figures so far are no longer needed. */
void ovr_agent_forget_trial(struct ovr_agent *agent);

/** Keep a half on disk. @param half lent */
void ovr_agent_keep(struct ovr_agent *agent, json_t *half);

/**
 * The session is over: stop what runs, restore, be idle. What is kept on disk stays unless the
 * caller has it.
 */
void ovr_agent_end_session(struct ovr_agent *agent, const char *why);

/** Refuse for good: one sentence to the caller, and to the log. The session ends. */
void ovr_agent_refuse(struct ovr_agent *agent, const char *sentence);

/** The caller is gone: the session ends. */
void ovr_agent_lose_caller(struct ovr_agent *agent);

/** The end process died: the caller gets what is known, and then the session ends. */
void ovr_agent_lose_end(struct ovr_agent *agent);

/** @return whether the caller is there; the session has ended where it is not */
bool ovr_agent_tell(struct ovr_agent *agent, const struct ovr_message *message);

/** Hand a message on to the end process; the session has ended where that is gone. */
void ovr_agent_hand_on(struct ovr_agent *agent, const struct ovr_message *message);

/**
 * @param event an ovr_agent_event; -1: what was said is none
 * @return whether the event has its place; the session has ended where it has not
 */
bool ovr_agent_go(struct ovr_agent *agent, int event, const char *who, const char *what);

/** A heartbeat to the caller. @param so_far lent; NULL: nothing new */
void ovr_agent_beat(struct ovr_agent *agent, json_t *so_far);

/** @param heard_ns CLOCK_MONOTONIC, when the message came */
void ovr_agent_take_of_caller(struct ovr_agent *agent, const struct ovr_message *message, uint64_t heard_ns);

/** All that the caller has said. There is a session. */
void ovr_agent_hear_caller(struct ovr_agent *agent);

/** All that the end process has said. There is one. */
void ovr_agent_hear_end(struct ovr_agent *agent);
