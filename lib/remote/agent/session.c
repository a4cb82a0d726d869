/* SPDX-License-Identifier: BSD-3-Clause */
/* One session, from its first message to its end. */
#include "agent/session.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/log.h"
#include "base/wait.h"
#include "end/answer.h"
#include "undo/undo.h"

/* An end process whose socket is closed has ended within 200 ms. */
#define ENDING_LOOKS   20
#define ENDING_LOOK_NS 10000000u

void
ovr_agent_say(const struct ovr_agent *agent, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	ovr_agent_log(agent->conf->log, agent->conf->context, "", format, arguments);
	va_end(arguments);
}

void
ovr_agent_say_session(const struct ovr_agent *agent, const char *format, ...)
{
	char session[32];
	va_list arguments;

	snprintf(session, sizeof(session), "session %016" PRIx64 ": ", ovr_channel_nonce(agent->caller));
	va_start(arguments, format);
	ovr_agent_log(agent->conf->log, agent->conf->context, session, format, arguments);
	va_end(arguments);
}

void
ovr_agent_recover(const struct ovr_agent *agent)
{
	struct ovr_undo_report report = { .n_lines = 0 };
	struct ovr_err err;

	if (ovr_undo_recover(NULL, &report, &err) != 0)
		ovr_agent_say(agent, "what killed runs left is not put back: %s", err.text);
	for (uint32_t i = 0; i < report.n_lines; i++)
		ovr_agent_say(agent, "%s", report.line[i].text);
	if (report.n_dropped != 0)
		ovr_agent_say(agent, "and %u more things that killed runs left", report.n_dropped);
}

void
ovr_agent_forget_trial(struct ovr_agent *agent)
{
	json_decref(agent->so_far);
	agent->so_far = NULL;
}

bool
ovr_agent_is_in_trial(const struct ovr_agent *agent)
{
	return agent->state >= OVR_AGENT_PREPARED && agent->state < OVR_AGENT_REPORTING;
}

void
ovr_agent_keep(struct ovr_agent *agent, json_t *half)
{
	char *text = json_dumps(half, JSON_COMPACT);
	struct ovr_err err;

	if (text == NULL)
		return;
	if (ovr_agent_kept_write(&agent->kept, ovr_channel_nonce(agent->caller), agent->n_trials, text,
		    strlen(text), &err) != 0 &&
		!agent->is_kept_said) {
		ovr_agent_say_session(agent, "%s", err.text);
		agent->is_kept_said = true;
	}
	free(text);
}

void
ovr_agent_end_session(struct ovr_agent *agent, const char *why)
{
	char kept[PATH_MAX];

	ovr_agent_say_session(
		agent, "over after %u trial%s: %s", agent->n_trials, agent->n_trials == 1 ? "" : "s", why);
	ovr_agent_on_path_drop(&agent->on_path);
	ovr_end_stop(&agent->end);
	ovr_spare_end(&agent->spare);
	ovr_agent_recover(agent);
	snprintf(kept, sizeof(kept), "%s", agent->kept.path);
	if (kept[0] != '\0') {
		ovr_agent_say_session(agent, "the last its caller did not take is in %s", kept);
		ovr_agent_kept_leave(&agent->kept);
	}
	ovr_agent_forget_trial(agent);
	if (agent->conf->listener != NULL)
		ovr_channel_close(agent->caller);
	agent->caller = NULL;
	agent->state = (enum ovr_agent_state)ovr_agent_next(agent->state, OVR_AGENT_IS_OVER);
	agent->is_closing = false;
	agent->is_over = agent->conf->is_once || agent->conf->listener == NULL;
}

void
ovr_agent_refuse(struct ovr_agent *agent, const char *sentence)
{
	ovr_end_error_send(agent->caller, sentence, true, NULL);
	ovr_agent_end_session(agent, sentence);
}

void
ovr_agent_lose_caller(struct ovr_agent *agent)
{
	const char *gone = ovr_channel_gone(agent->caller);
	char why[256];

	/* one on standard input that never said anything had no session */
	if (ovr_channel_nonce(agent->caller) == 0) {
		agent->caller = NULL;
		agent->is_over = true;
		return;
	}
	snprintf(why, sizeof(why), "the caller is lost: %s", gone != NULL ? gone : "it takes nothing");
	ovr_agent_end_session(agent, why);
}

bool
ovr_agent_tell(struct ovr_agent *agent, const struct ovr_message *message)
{
	struct ovr_message shorter = *message;
	struct ovr_err err;
	int status = ovr_channel_send(agent->caller, message, &err);

	/* figures that are too many for a heartbeat are left out of it */
	if (status == -EMSGSIZE && message->type == OVR_MESSAGE_HEARTBEAT) {
		shorter.heartbeat.so_far = NULL;
		status = ovr_channel_send(agent->caller, &shorter, &err);
	}
	if (status == -EPIPE)
		ovr_agent_lose_caller(agent);
	else if (status != 0)
		ovr_agent_refuse(agent, err.text);
	return status == 0;
}

void
ovr_agent_lose_end(struct ovr_agent *agent)
{
	struct ovr_message message = { .type = OVR_MESSAGE_HALF };
	const char *gone = ovr_channel_gone(agent->end.channel);
	char why[128], sentence[512];

	snprintf(why, sizeof(why), "%s", gone != NULL ? gone : "it takes nothing");
	/* its socket is closed a moment before it can be asked how it ended */
	for (int i = 0; i < ENDING_LOOKS && !ovr_end_has_ended(&agent->end, why, sizeof(why)); i++)
		ovr_wait_ns(ENDING_LOOK_NS);
	snprintf(sentence, sizeof(sentence), "the end process is lost: %s", why);
	ovr_end_stop(&agent->end);
	if (ovr_agent_is_in_trial(agent) && agent->so_far != NULL) {
		message.half.half = agent->so_far;
		message.half.is_checkpoint = true;
		if (!ovr_agent_tell(agent, &message))
			return;
	}
	ovr_agent_refuse(agent, sentence);
}

void
ovr_agent_hand_on(struct ovr_agent *agent, const struct ovr_message *message)
{
	struct ovr_err err;
	int status;

	if (agent->end.channel == NULL)
		return;
	status = ovr_channel_send(agent->end.channel, message, &err);
	if (status == -EPIPE)
		ovr_agent_lose_end(agent);
	else if (status != 0)
		ovr_agent_refuse(agent, err.text);
}

bool
ovr_agent_go(struct ovr_agent *agent, int event, const char *who, const char *what)
{
	int next = event < 0 ? -1 : ovr_agent_next(agent->state, (enum ovr_agent_event)event);
	char sentence[256];

	if (next >= 0) {
		agent->state = (enum ovr_agent_state)next;
		return true;
	}
	snprintf(sentence, sizeof(sentence), "%s: found \"%s\", which has no place in the state %s", who,
		what, ovr_agent_state_name(agent->state));
	ovr_agent_refuse(agent, sentence);
	return false;
}

static enum ovr_message_state
state_of(const struct ovr_agent *agent)
{
	static const enum ovr_message_state state[OVR_AGENT_STATES] = {
		[OVR_AGENT_IDLE] = OVR_MESSAGE_IDLE,
		[OVR_AGENT_OPEN] = OVR_MESSAGE_IDLE,
		[OVR_AGENT_PREPARED] = OVR_MESSAGE_IS_PREPARED,
		[OVR_AGENT_ARMED] = OVR_MESSAGE_IS_ARMED,
		[OVR_AGENT_RUNNING] = OVR_MESSAGE_RUNNING,
		[OVR_AGENT_DRAINING] = OVR_MESSAGE_DRAINING,
		[OVR_AGENT_REPORTING] = OVR_MESSAGE_REPORTING,
		[OVR_AGENT_WATCHING] = OVR_MESSAGE_RUNNING,
	};

	return state[agent->state];
}

void
ovr_agent_beat(struct ovr_agent *agent, json_t *so_far)
{
	struct ovr_message message = { .type = OVR_MESSAGE_HEARTBEAT };

	message.heartbeat.state = state_of(agent);
	message.heartbeat.so_far = so_far;
	agent->beaten_ns = ovr_end_now_ns();
	ovr_agent_tell(agent, &message);
}
