/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/on_path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "end/answer.h"

#define NS_PER_MS UINT64_C(1000000)
/* For an answer: a busy host needs seconds to read its counters. */
#define ANSWER_MS 20000
/* For the end of a session, which nothing depends on. */
#define CLOSE_MS 3000

static void
lose(struct ovr_on_path_agent *agent, const char *why)
{
	if (agent->gone[0] == '\0')
		snprintf(agent->gone, sizeof(agent->gone), "%.480s", why);
}

static int
say(struct ovr_on_path_agent *agent, const struct ovr_message *message, struct ovr_err *err)
{
	int status = ovr_channel_send(agent->place->channel, message, err);

	if (status != 0)
		ovr_err_prefix(err, "%.120s", agent->place->name);
	return status;
}

/*
 * Wait for a message of a type; signs of life are passed over.
 * @return 0; -ETIMEDOUT; -EPROTO: what the agent said instead; what ovr_channel_receive() returns
 */
static int
hear(struct ovr_on_path_agent *agent, enum ovr_message_type type, uint64_t timeout_ms,
	struct ovr_message *ret_message, struct ovr_err *err)
{
	uint64_t end_ns = ovr_end_now_ns() + timeout_ms * NS_PER_MS;
	const char *name = agent->place->name;

	for (uint64_t now_ns = ovr_end_now_ns(); now_ns < end_ns; now_ns = ovr_end_now_ns()) {
		struct ovr_message message;
		struct ovr_err own = { .text = "" };
		int status = ovr_channel_receive(
			agent->place->channel, (int)((end_ns - now_ns) / NS_PER_MS) + 1, &message, &own);

		/* a signal: the trace ends, and its agents are asked all the same */
		if (status == -EAGAIN || status == -EINTR)
			continue;
		if (status != 0)
			return ovr_err_set(err, status, "%.120s: %.380s", name, own.text);
		if (message.type == type) {
			*ret_message = message;
			return 0;
		}
		if (message.type == OVR_MESSAGE_ERROR)
			lose(agent, message.error.text);
		if (message.type == OVR_MESSAGE_ERROR)
			status = ovr_err_set(err, -EPROTO, "%.120s: %.380s", name, message.error.text);
		else if (message.type != OVR_MESSAGE_HEARTBEAT)
			status = ovr_err_set(err, -EPROTO, "%.120s: found %s, accepted: %s", name,
				ovr_message_name(message.type), ovr_message_name(type));
		ovr_message_done(&message);
		if (status != 0)
			return status;
	}
	return ovr_err_set(err, -ETIMEDOUT, "%.120s: no answer within %d s", name, ANSWER_MS / 1000);
}

static int
add_agent(struct ovr_on_path *on_path, const char *host, bool is_far, struct ovr_err *err)
{
	struct ovr_on_path_agent *agent = &on_path->agent[on_path->n];
	struct ovr_end_place *place;
	int status = ovr_ends_add(&on_path->ends, host, &place, err);

	for (uint32_t i = 0; i < on_path->n && status == 0; i++) {
		if (strcmp(on_path->agent[i].place->host, place->host) != 0)
			continue;
		on_path->ends.n--;
		if (on_path->agent[i].is_hop)
			return ovr_err_set(
				err, -EINVAL, "path: found host:%s twice, accepted: once", place->host);
		on_path->agent[i].is_hop = true;
		return 0;
	}
	if (status != 0)
		return status;
	agent->place = place;
	agent->is_far = is_far;
	agent->is_hop = !is_far;
	on_path->n++;
	return 0;
}

static int
greet(struct ovr_on_path_agent *agent, struct ovr_err *err)
{
	struct ovr_message hello;
	int status;

	ovr_end_hello_fill(&hello);
	status = say(agent, &hello, err);
	if (status == 0)
		status = hear(agent, OVR_MESSAGE_HELLO, ANSWER_MS, &hello, err);
	if (status == 0 && ovr_end_hello_check(&hello, err) != 0) {
		ovr_err_prefix(err, "%.120s", agent->place->name);
		status = -EPROTO;
	}
	return status;
}

int
ovr_on_path_open(const struct ovr_on_path_conf *conf, struct ovr_on_path *on_path, struct ovr_err *err)
{
	int status = 0;

	memset(on_path, 0, sizeof(*on_path));
	if (conf->far != NULL)
		status = add_agent(on_path, conf->far, true, err);
	for (uint32_t i = 0; i < conf->n_hops && status == 0; i++)
		status = add_agent(on_path, conf->hop[i], false, err);
	if (status == 0)
		status = ovr_ends_reach(&on_path->ends, conf->hosts, err);
	for (uint32_t i = 0; i < on_path->n && status == 0; i++)
		status = greet(&on_path->agent[i], err);
	if (status != 0)
		ovr_on_path_close(on_path);
	return status;
}

int
ovr_on_path_far_address(
	const struct ovr_on_path *on_path, char *ret_address, size_t size, struct ovr_err *err)
{
	const struct ovr_end_place *place = on_path->agent[0].place;

	if (ovr_control_host(place->address, ret_address, size))
		return 0;
	return ovr_err_set(err, -ENOENT,
		"path: found host:%s, whose address ssh alone knows, accepted: host:%s/ADDRESS", place->host,
		place->host);
}

int
ovr_on_path_watch(
	struct ovr_on_path *on_path, const char *reflect, uint32_t key, uint64_t pps, struct ovr_err *err)
{
	int status = 0;

	for (uint32_t i = 0; i < on_path->n && status == 0; i++) {
		struct ovr_message path = { .type = OVR_MESSAGE_PATH };

		if (on_path->agent[i].is_far) {
			snprintf(path.path.reflect, sizeof(path.path.reflect), "%s", reflect);
			path.path.key = key;
			path.path.pps = pps;
		}
		path.path.has_places = on_path->agent[i].is_hop;
		status = say(&on_path->agent[i], &path, err);
	}
	for (uint32_t i = 0; i < on_path->n && status == 0; i++)
		status = hear(&on_path->agent[i], OVR_MESSAGE_WATCHING, ANSWER_MS,
			&on_path->agent[i].watching, err);
	return status;
}

void
ovr_on_path_listen(struct ovr_on_path *on_path)
{
	for (uint32_t i = 0; i < on_path->n; i++) {
		struct ovr_on_path_agent *agent = &on_path->agent[i];
		struct ovr_message message;
		struct ovr_err err;
		int status = 0;

		while (agent->gone[0] == '\0' && status == 0) {
			status = ovr_channel_receive(agent->place->channel, 0, &message, &err);
			if (status == 0 && message.type == OVR_MESSAGE_ERROR)
				lose(agent, message.error.text);
			else if (status != 0 && status != -EAGAIN && status != -EINTR)
				lose(agent, err.text);
			if (status == 0)
				ovr_message_done(&message);
		}
	}
}

void
ovr_on_path_seen(struct ovr_on_path *on_path)
{
	const struct ovr_message stop = { .type = OVR_MESSAGE_STOP };
	struct ovr_err err;

	ovr_on_path_listen(on_path);
	for (uint32_t i = 0; i < on_path->n; i++)
		if (on_path->agent[i].gone[0] == '\0' && say(&on_path->agent[i], &stop, &err) != 0)
			lose(&on_path->agent[i], err.text);
	for (uint32_t i = 0; i < on_path->n; i++)
		if (on_path->agent[i].gone[0] == '\0' &&
			hear(&on_path->agent[i], OVR_MESSAGE_SEEN, ANSWER_MS, &on_path->agent[i].seen,
				&err) != 0)
			lose(&on_path->agent[i], err.text);
}

void
ovr_on_path_close(struct ovr_on_path *on_path)
{
	const struct ovr_message close = { .type = OVR_MESSAGE_CLOSE };
	struct ovr_message closed;

	for (uint32_t i = 0; i < on_path->n; i++) {
		struct ovr_on_path_agent *agent = &on_path->agent[i];

		if (agent->place->channel != NULL && agent->gone[0] == '\0' &&
			say(agent, &close, NULL) == 0 &&
			hear(agent, OVR_MESSAGE_CLOSED, CLOSE_MS, &closed, NULL) == 0)
			ovr_message_done(&closed);
		ovr_message_done(&agent->watching);
		ovr_message_done(&agent->seen);
	}
	ovr_ends_leave(&on_path->ends);
	on_path->n = 0;
}
