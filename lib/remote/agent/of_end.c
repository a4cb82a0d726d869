/* SPDX-License-Identifier: BSD-3-Clause */
/* What the end process says, and what is done about it. */
#include "agent/session.h"

#include <errno.h>

/* Its own threads stay off the CPUs of the workers, where there are others. */
static void
leave_cores(struct ovr_agent *agent, const char *cores)
{
	struct ovr_cpuset workers;

	if (ovr_cpuset_parse("cores", cores, &workers, NULL) == 0)
		ovr_spare_take(&agent->spare, &workers);
}

/* The end process beats too: it has the figures. */
static void
take_heartbeat(struct ovr_agent *agent, const struct ovr_message *message)
{
	if (message->heartbeat.so_far == NULL || !ovr_agent_is_in_trial(agent))
		return;
	ovr_agent_forget_trial(agent);
	agent->so_far = json_incref(message->heartbeat.so_far);
	ovr_agent_keep(agent, agent->so_far);
	ovr_agent_beat(agent, agent->so_far);
}

static int
event_of_end(enum ovr_message_type type)
{
	switch (type) {
	case OVR_MESSAGE_EXPECTED:
		return OVR_AGENT_IS_EXPECTED;
	case OVR_MESSAGE_PREPARED:
		return OVR_AGENT_IS_PREPARED;
	case OVR_MESSAGE_ARMED:
		return OVR_AGENT_IS_ARMED;
	case OVR_MESSAGE_SENT:
		return OVR_AGENT_HAS_SENT;
	case OVR_MESSAGE_HALF:
		return OVR_AGENT_HAS_HALF;
	case OVR_MESSAGE_ERROR:
		return OVR_AGENT_HAS_FAILED;
	case OVR_MESSAGE_CLOSED:
		return OVR_AGENT_IS_OVER;
	default:
		return -1;
	}
}

/* It has closed its ports: the caller is told once it has ended. */
static void
take_closed(struct ovr_agent *agent, const struct ovr_message *message)
{
	ovr_end_stop(&agent->end);
	if (ovr_agent_tell(agent, message))
		ovr_agent_end_session(agent, "closed by the caller");
}

static void
take_of_end(struct ovr_agent *agent, const struct ovr_message *message)
{
	if (message->type == OVR_MESSAGE_HEARTBEAT) {
		take_heartbeat(agent, message);
		return;
	}
	if (message->type == OVR_MESSAGE_CLOSED) {
		take_closed(agent, message);
		return;
	}
	if (message->type == OVR_MESSAGE_ERROR && message->error.is_final) {
		ovr_agent_refuse(agent, message->error.text);
		return;
	}
	if (!ovr_agent_go(agent, event_of_end(message->type), "end process", ovr_message_name(message->type)))
		return;
	if (message->type == OVR_MESSAGE_ERROR)
		ovr_agent_say_session(agent, "trial %u: %s", agent->n_trials, message->error.text);
	if (message->type == OVR_MESSAGE_EXPECTED)
		leave_cores(agent, message->expected.cores);
	if (message->type == OVR_MESSAGE_HALF) {
		ovr_agent_keep(agent, message->half.half);
		ovr_agent_forget_trial(agent);
	}
	ovr_agent_tell(agent, message);
}

void
ovr_agent_hear_end(struct ovr_agent *agent)
{
	struct ovr_message message;
	struct ovr_err err;
	int status = 0;

	while (agent->end.channel != NULL && status == 0) {
		status = ovr_channel_receive(agent->end.channel, 0, &message, &err);
		if (status == 0) {
			take_of_end(agent, &message);
			ovr_message_done(&message);
		}
	}
	if (agent->end.channel == NULL)
		return;
	if (status == -EPIPE)
		ovr_agent_lose_end(agent);
	else if (status != -EAGAIN && status != -EINTR)
		ovr_agent_refuse(agent, err.text);
}
