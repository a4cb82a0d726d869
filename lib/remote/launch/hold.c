/* SPDX-License-Identifier: BSD-3-Clause */
#include "launch/hold.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "end/answer.h"

#define NS_PER_MS UINT64_C(1000000)

struct held {
	struct ovr_channel *channel;
	bool is_lost; /* and that was told */
};

struct ovr_hold {
	struct ovr_link *link;
	uint32_t n;
	struct held held[];
};

static int
ask(struct ovr_hold *hold, uint32_t i, const struct ovr_host *host, struct ovr_err *err)
{
	struct ovr_message message;
	int status = ovr_channel_connect(hold->link, host->name, host->address,
		host->has_key ? &host->key : NULL, &hold->held[i].channel, err);

	if (status != 0)
		return status;
	ovr_channel_bind(hold->held[i].channel, ovr_channel_draw_nonce());
	ovr_end_hello_fill(&message);
	message.hello.is_holder = true;
	return ovr_channel_send(hold->held[i].channel, &message, err);
}

/* Its hello. */
static int
hear(struct ovr_channel *channel, uint64_t until_ns, struct ovr_err *err)
{
	struct ovr_message message;
	int status;

	/* signals wait for who leads the job; one that only goes on is none */
	do {
		uint64_t now_ns = ovr_end_now_ns();

		status = ovr_channel_receive(channel,
			now_ns < until_ns ? (int)((until_ns - now_ns) / NS_PER_MS) : 0, &message, err);
	} while (status == -EINTR);
	if (status == -EAGAIN)
		return ovr_err_set(err, -ETIMEDOUT, "host %s: its agent does not answer within %d s",
			ovr_channel_name(channel), OVR_HOLD_WAIT_MS / 1000);
	if (status != 0)
		return status;
	if (message.type == OVR_MESSAGE_HELLO)
		status = ovr_end_hello_check(&message, err);
	else
		status = ovr_err_set(err, -EPROTO, "found \"%s\" of its agent, accepted: hello",
			ovr_message_name(message.type));
	ovr_message_done(&message);
	if (status != 0)
		ovr_err_prefix(err, "host %s", ovr_channel_name(channel));
	return status;
}

int
ovr_hold_take(const struct ovr_keys *keys, const struct ovr_host *host, uint32_t n,
	struct ovr_hold **ret_hold, struct ovr_err *err)
{
	const struct ovr_link_conf conf = { .keys = keys };
	struct ovr_hold *hold = calloc(1, sizeof(*hold) + n * sizeof(hold->held[0]));
	uint64_t until_ns = ovr_end_now_ns() + OVR_HOLD_WAIT_MS * NS_PER_MS;
	int status;

	if (hold == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the hosts of a job");
	status = ovr_link_open(&conf, &hold->link, err);
	for (uint32_t i = 0; i < n && status == 0; i++) {
		status = ask(hold, i, &host[i], err);
		hold->n += hold->held[i].channel != NULL;
	}
	for (uint32_t i = 0; i < n && status == 0; i++)
		status = hear(hold->held[i].channel, until_ns, err);
	if (status != 0) {
		ovr_hold_release(hold);
		return status;
	}
	*ret_hold = hold;
	return 0;
}

bool
ovr_hold_lost(struct ovr_hold *hold, char *ret_why, size_t size)
{
	for (uint32_t i = 0; i < hold->n; i++) {
		struct held *held = &hold->held[i];
		const char *gone = held->is_lost ? NULL : ovr_channel_gone(held->channel);

		if (gone == NULL)
			continue;
		held->is_lost = true;
		snprintf(ret_why, size, "%s: %s", ovr_channel_name(held->channel), gone);
		return true;
	}
	return false;
}

void
ovr_hold_release(struct ovr_hold *hold)
{
	if (hold == NULL)
		return;
	for (uint32_t i = 0; i < hold->n; i++)
		ovr_channel_close(hold->held[i].channel);
	ovr_link_close(hold->link);
	free(hold);
}
