/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent/agent.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/session.h"
#include "end/answer.h"

#define NS_PER_S     UINT64_C(1000000000)
#define HEARTBEAT_NS NS_PER_S
/* In a trial the end process beats, with figures; one without comes only where it is late. */
#define LATE_BEAT_NS (NS_PER_S * 5 / 4)
#define WAIT_MS      200
#define IDLE_MS      500
/* A wait that took this long: this process was stopped, and its session is over. */
#define STOPPED_NS (3 * NS_PER_S)
/* After close the ports are closed within this time. */
#define CLOSING_NS (10 * NS_PER_S)

/* Another caller, while there is a session. */
static void
turn_away(const struct ovr_agent *agent, struct ovr_channel *channel)
{
	ovr_agent_say(agent, "refused: %s while there is a session", ovr_channel_name(channel));
	ovr_end_error_send(channel, "it is busy with another session, accepted: one at a time", true, NULL);
	ovr_channel_close(channel);
}

/* The first host of the job: it is answered as a caller is, and has no session. */
static void
take_holder(struct ovr_agent *agent, struct ovr_channel *channel)
{
	struct ovr_message hello;

	ovr_channel_close(agent->holder);
	agent->holder = channel;
	ovr_end_hello_fill(&hello);
	ovr_channel_send(channel, &hello, NULL);
}

/* A peer that has come, by its first message; a busy agent answers to its nonce. */
static void
take_peer(struct ovr_agent *agent, struct ovr_channel *channel)
{
	struct ovr_message first;
	struct ovr_err err;
	int status = ovr_channel_receive(channel, 0, &first, &err);

	if (status == 0 && first.type == OVR_MESSAGE_HELLO && first.hello.is_holder && agent->conf->is_held) {
		take_holder(agent, channel);
	} else if (status == 0 && first.type == OVR_MESSAGE_HELLO && first.hello.watches) {
		ovr_agent_watchers_add(&agent->watchers, channel, &first);
	} else if (agent->caller != NULL) {
		turn_away(agent, channel);
	} else {
		agent->caller = channel;
		agent->n_trials = 0;
		agent->is_kept_said = false;
		if (status == 0)
			ovr_agent_take_of_caller(agent, &first, ovr_end_now_ns());
		else if (status != -EAGAIN && status != -EINTR && status != -EPIPE)
			ovr_agent_refuse(agent, err.text);
	}
	if (status == 0)
		ovr_message_done(&first);
}

static int
accept_callers(struct ovr_agent *agent, struct ovr_err *err)
{
	struct ovr_channel *channel = NULL;
	int status = ovr_listener_accept(agent->conf->listener, 0, &channel, err);

	while (status == 0) {
		take_peer(agent, channel);
		status = ovr_listener_accept(agent->conf->listener, 0, &channel, err);
	}
	return status == -EAGAIN || status == -EINTR ? 0 : status;
}

/* An agent of a job is over when the job is. */
static void
look_at_holder(struct ovr_agent *agent)
{
	const char *gone = agent->holder != NULL ? ovr_channel_gone(agent->holder) : NULL;
	bool is_late = agent->holder == NULL &&
		ovr_end_now_ns() - agent->begin_ns > OVR_AGENT_HELD_MS * UINT64_C(1000000);

	if (!agent->conf->is_held || (gone == NULL && !is_late))
		return;
	if (is_late)
		ovr_agent_say(agent, "over: the first host of the job did not come within %d s",
			OVR_AGENT_HELD_MS / 1000);
	agent->is_over = true;
}

/* What time brings: heartbeats, and an end to a process that does not close its ports. */
static void
look_at_clock(struct ovr_agent *agent, uint64_t waited_ns)
{
	uint64_t now_ns = ovr_end_now_ns();
	char sentence[128];

	if (agent->caller == NULL)
		return;
	if (waited_ns > STOPPED_NS) {
		snprintf(sentence, sizeof(sentence), "this agent was stopped for %.1f s",
			(double)waited_ns / (double)NS_PER_S);
		ovr_agent_refuse(agent, sentence);
	} else if (agent->is_closing && now_ns - agent->closing_ns > CLOSING_NS) {
		ovr_agent_refuse(agent, "the end process does not close its ports");
	} else if (agent->state != OVR_AGENT_IDLE &&
		now_ns - agent->beaten_ns >= (ovr_agent_is_in_trial(agent) ? LATE_BEAT_NS : HEARTBEAT_NS)) {
		ovr_agent_beat(agent, NULL);
	}
}

/* One turn of the loop: wait, then all that there is. */
static int
turn(struct ovr_agent *agent, struct ovr_err *err)
{
	struct ovr_channel *channel[2 + OVR_AGENT_WATCHERS_MAX] = { agent->caller, agent->end.channel };
	uint64_t begin_ns = ovr_end_now_ns();
	int status = 0;

	memcpy(channel + 2, agent->watchers.channel, agent->watchers.n * sizeof(channel[0]));
	ovr_channel_wait(channel, 2 + agent->watchers.n, agent->conf->listener,
		agent->caller != NULL ? WAIT_MS : IDLE_MS);
	/* what is done between waits may take long, and is done all the same */
	look_at_clock(agent, ovr_end_now_ns() - begin_ns);
	if (agent->end.channel != NULL)
		ovr_agent_hear_end(agent);
	if (agent->caller != NULL)
		ovr_agent_hear_caller(agent);
	ovr_agent_watchers_hear(&agent->watchers);
	/* after one that has left */
	if (agent->conf->listener != NULL)
		status = accept_callers(agent, err);
	look_at_holder(agent);
	return status;
}

int
ovr_agent_run(const struct ovr_agent_conf *conf, struct ovr_err *err)
{
	struct ovr_agent agent = { .conf = conf,
		.kept = conf->kept,
		.caller = conf->channel,
		.watchers = { .limits = &conf->limits, .log = conf->log, .context = conf->context },
		.begin_ns = ovr_end_now_ns() };
	int status = 0;

	ovr_agent_recover(&agent);
	while (status == 0 && !agent.is_over && !atomic_load(conf->stop))
		status = turn(&agent, err);
	if (agent.caller != NULL && ovr_channel_nonce(agent.caller) != 0)
		ovr_agent_refuse(&agent,
			agent.is_over ? "the job of this agent is over" : "this agent was asked to end");
	else if (agent.caller != NULL && conf->listener != NULL)
		ovr_channel_close(agent.caller);
	ovr_channel_close(agent.holder);
	ovr_agent_watchers_end(&agent.watchers, "this agent ends");
	ovr_end_stop(&agent.end);
	return status;
}
