/* SPDX-License-Identifier: BSD-3-Clause */
/* What the caller says, and what is done about it. */
#include "agent/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/interface.h"
#include "agent/peer.h"
#include "end/answer.h"
#include "plan/command.h"

static int
check_plan(const struct ovr_agent *agent, const char *text, struct ovr_err *err)
{
	struct ovr_plan *plan = calloc(1, sizeof(*plan));
	int status;

	if (plan == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a plan");
	ovr_plan_default_for(OVR_PLAN_HALF, plan);
	status = ovr_plan_load_text(plan, "plan", text, strlen(text), err);
	if (status == 0)
		status = ovr_plan_freeze(plan, err);
	if (status == 0)
		status = ovr_agent_limits_check(&agent->conf->limits, plan, err);
	free(plan);
	return status;
}

static void
take_hello(struct ovr_agent *agent, const struct ovr_message *message)
{
	struct ovr_message hello;
	struct ovr_err err;

	ovr_agent_say_session(agent, "begins with %s, overrun %s on %s", ovr_channel_name(agent->caller),
		message->hello.overrun, message->hello.host[0] != '\0' ? message->hello.host : "some host");
	if (ovr_end_hello_check(message, &err) != 0) {
		ovr_agent_refuse(agent, err.text);
		return;
	}
	if (message->hello.is_holder) {
		ovr_agent_refuse(agent,
			"hello: found one of a job's first host, accepted: a caller's, since this "
			"agent belongs to no job");
		return;
	}
	ovr_end_hello_fill(&hello);
	ovr_agent_tell(agent, &hello);
}

static void
take_expect(struct ovr_agent *agent, const struct ovr_message *message)
{
	char address[80] = "", peer[OVR_AGENT_PEER_BYTES];
	struct ovr_end_conf conf = { .program = agent->conf->end_program };
	struct ovr_err err;
	int status = 0;

	if (agent->end.channel != NULL) {
		ovr_agent_refuse(agent, "expect: found a second one, accepted: one in a session");
		return;
	}
	for (size_t i = 0; i < message->expect.plans.n && status == 0; i++)
		status = check_plan(agent, message->expect.plans.text[i], &err);
	/* of ssh's caller SSH_CONNECTION tells */
	if (sscanf(ovr_channel_name(agent->caller), "caller %79s", address) == 1)
		conf.caller = ovr_agent_peer_print(peer, sizeof(peer), address);
	if (status == 0)
		status = ovr_end_start(&conf, &agent->end, &err);
	if (status != 0) {
		ovr_agent_refuse(agent, err.text);
		return;
	}
	ovr_channel_bind(agent->end.channel, ovr_channel_nonce(agent->caller));
	ovr_agent_hand_on(agent, message);
}

static void
take_plan(struct ovr_agent *agent, const struct ovr_message *message)
{
	struct ovr_err err;

	if (agent->end.channel == NULL) {
		ovr_agent_refuse(agent, "plan: found before expect, accepted: after it");
		return;
	}
	if (check_plan(agent, message->plan.plan, &err) != 0) {
		ovr_agent_refuse(agent, err.text);
		return;
	}
	agent->n_trials++;
	/* of a trial before that could not be finished */
	ovr_agent_forget_trial(agent);
	ovr_agent_hand_on(agent, message);
}

static void
take_interface(struct ovr_agent *agent, const struct ovr_message *message)
{
	struct ovr_err err;
	int status = ovr_agent_interface_answer(&agent->conf->limits, agent->caller, message, &err);

	if (status == -EPIPE)
		ovr_agent_lose_caller(agent);
	else if (status != 0)
		ovr_agent_refuse(agent, err.text);
}

/* The caller traces a path to this host, or through it. */
static void
take_path(struct ovr_agent *agent, const struct ovr_message *message)
{
	struct ovr_listen where = { 0 };
	struct ovr_message watching;
	struct ovr_err err;
	int status = 0;

	if (message->path.reflect[0] != '\0')
		status = ovr_listen_parse("path", message->path.reflect, &where, &err);
	if (status == 0 && where.ip_version == 0 && !message->path.has_places)
		status = ovr_err_set(&err, -EINVAL,
			"path: found nothing to do, accepted: a reflector's address, or has_places");
	if (status == 0 && where.ip_version != 0 && message->path.key == 0)
		status = ovr_err_set(&err, -EINVAL, "path: found no key, accepted: 1 to 4294967295");
	if (status == 0)
		status = ovr_agent_limits_check_path(
			&agent->conf->limits, &where, message->path.pps, message->path.has_places, &err);
	if (status == 0)
		status = ovr_agent_on_path_begin(&agent->on_path, message, &where, &watching, &err);
	if (status != 0) {
		ovr_agent_refuse(agent, err.text);
		return;
	}
	ovr_agent_say_session(agent, "watches a path%s%s", where.ip_version != 0 ? ", reflecting at " : "",
		watching.watching.reflect);
	ovr_agent_tell(agent, &watching);
	ovr_message_done(&watching);
}

/* It has been traced. */
static void
end_path(struct ovr_agent *agent)
{
	struct ovr_message seen;
	struct ovr_err err;
	int status = ovr_agent_on_path_end(&agent->on_path, &seen, &err);

	if (status != 0) {
		ovr_agent_refuse(agent, err.text);
		return;
	}
	agent->state = (enum ovr_agent_state)ovr_agent_next(agent->state, OVR_AGENT_HAS_SEEN);
	ovr_agent_tell(agent, &seen);
	ovr_message_done(&seen);
}

static void
take_close(struct ovr_agent *agent, const struct ovr_message *message)
{
	struct ovr_message closed = { .type = OVR_MESSAGE_CLOSED };

	if (agent->end.channel == NULL) {
		if (ovr_agent_tell(agent, &closed))
			ovr_agent_end_session(agent, "closed by the caller");
		return;
	}
	agent->is_closing = true;
	agent->closing_ns = ovr_end_now_ns();
	ovr_agent_hand_on(agent, message);
}

/* What the caller says, as an event; -1: it is none. */
static int
event_of_caller(enum ovr_message_type type)
{
	switch (type) {
	case OVR_MESSAGE_HELLO:
		return OVR_AGENT_SAYS_HELLO;
	case OVR_MESSAGE_EXPECT:
		return OVR_AGENT_SAYS_EXPECT;
	case OVR_MESSAGE_PLAN:
		return OVR_AGENT_SAYS_PLAN;
	case OVR_MESSAGE_START:
		return OVR_AGENT_SAYS_START;
	case OVR_MESSAGE_SENT:
		return OVR_AGENT_SAYS_SENT;
	case OVR_MESSAGE_STOP:
		return OVR_AGENT_SAYS_STOP;
	case OVR_MESSAGE_INTERFACE:
		return OVR_AGENT_SAYS_INTERFACE;
	case OVR_MESSAGE_CLOSE:
		return OVR_AGENT_SAYS_CLOSE;
	case OVR_MESSAGE_PATH:
		return OVR_AGENT_SAYS_PATH;
	default:
		return -1;
	}
}

/* The half of the trial before, which its caller goes on after, is no longer needed. */
static void
forget_half(struct ovr_agent *agent, enum ovr_message_type type)
{
	if (agent->state == OVR_AGENT_REPORTING && (type == OVR_MESSAGE_PLAN || type == OVR_MESSAGE_CLOSE))
		ovr_agent_kept_drop(&agent->kept);
}

void
ovr_agent_take_of_caller(struct ovr_agent *agent, const struct ovr_message *message, uint64_t heard_ns)
{
	struct ovr_err err;

	if (message->type == OVR_MESSAGE_CLOCK) {
		if (ovr_end_clock_answer(agent->caller, message, heard_ns, &err) == -EPIPE)
			ovr_agent_lose_caller(agent);
		return;
	}
	/* of another host of the trial, which cannot go on */
	if (message->type == OVR_MESSAGE_ERROR) {
		ovr_agent_say_session(agent, "the caller says: %s", message->error.text);
		ovr_agent_hand_on(agent, message);
		return;
	}
	forget_half(agent, message->type);
	if (!ovr_agent_go(agent, event_of_caller(message->type), "caller", ovr_message_name(message->type)))
		return;
	switch (message->type) {
	case OVR_MESSAGE_HELLO:
		take_hello(agent, message);
		break;
	case OVR_MESSAGE_EXPECT:
		take_expect(agent, message);
		break;
	case OVR_MESSAGE_PLAN:
		take_plan(agent, message);
		break;
	case OVR_MESSAGE_INTERFACE:
		take_interface(agent, message);
		break;
	case OVR_MESSAGE_CLOSE:
		take_close(agent, message);
		break;
	case OVR_MESSAGE_PATH:
		take_path(agent, message);
		break;
	case OVR_MESSAGE_STOP:
		if (agent->state == OVR_AGENT_WATCHING)
			end_path(agent);
		else
			ovr_agent_hand_on(agent, message);
		break;
	default:
		ovr_agent_hand_on(agent, message);
	}
}

void
ovr_agent_hear_caller(struct ovr_agent *agent)
{
	struct ovr_message message;
	struct ovr_err err;
	int status = 0;

	while (agent->caller != NULL && status == 0) {
		status = ovr_channel_receive(agent->caller, 0, &message, &err);
		if (status == 0) {
			ovr_agent_take_of_caller(agent, &message, ovr_end_now_ns());
			ovr_message_done(&message);
		}
	}
	if (agent->caller == NULL)
		return;
	if (status == -EPIPE)
		ovr_agent_lose_caller(agent);
	else if (status != -EAGAIN && status != -EINTR)
		ovr_agent_refuse(agent, err.text);
}
