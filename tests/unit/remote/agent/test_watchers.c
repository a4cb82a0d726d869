/* SPDX-License-Identifier: BSD-3-Clause */
/* Callers that watch, over socket pairs. */
#include "agent/watchers.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <criterion/criterion.h>

#include "end/answer.h"

static struct ovr_agent_limits limits = { .pattern = { "netdev:lo" }, .n_patterns = 1 };
static char logged[512];

static void
note(void *context, const char *line)
{
	(void)context;
	snprintf(logged, sizeof(logged), "%s", line);
}

static struct ovr_agent_watchers
none(void)
{
	return (struct ovr_agent_watchers){ .limits = &limits, .log = note };
}

/* A caller that says hello, as the agent gets it. @return the caller's side */
static struct ovr_channel *
come(struct ovr_agent_watchers *watchers, uint64_t protocol)
{
	struct ovr_channel *caller, *agent;
	struct ovr_message hello;
	int fd[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
	cr_assert_eq(ovr_channel_of_fd(fd[0], 0, "the agent", &caller, NULL), 0);
	cr_assert_eq(ovr_channel_of_fd(fd[1], 0, "a caller", &agent, NULL), 0);
	ovr_channel_bind(caller, ovr_channel_draw_nonce());
	ovr_end_hello_fill(&hello);
	hello.hello.watches = true;
	hello.hello.protocol = protocol;
	cr_assert_eq(ovr_channel_send(caller, &hello, NULL), 0);
	cr_assert_eq(ovr_channel_receive(agent, 20000, &hello, NULL), 0);
	cr_assert(hello.hello.watches);
	ovr_agent_watchers_add(watchers, agent, &hello);
	return caller;
}

static void
expect(struct ovr_channel *caller, enum ovr_message_type type, struct ovr_message *ret_message)
{
	cr_assert_eq(ovr_channel_receive(caller, 20000, ret_message, NULL), 0);
	cr_assert_eq(ret_message->type, type, "%s", ovr_message_name(ret_message->type));
}

/* Say something, and let the agent hear it. */
static void
say(struct ovr_agent_watchers *watchers, struct ovr_channel *caller, struct ovr_message message)
{
	struct ovr_channel *channel = watchers->channel[0];

	cr_assert_eq(ovr_channel_send(caller, &message, NULL), 0);
	cr_assert_eq(ovr_channel_wait(&channel, 1, NULL, 20000), 0);
	ovr_agent_watchers_hear(watchers);
}

static struct ovr_message
question(const char *name)
{
	struct ovr_message message = { .type = OVR_MESSAGE_INTERFACE };

	snprintf(message.interface.name, sizeof(message.interface.name), "%s", name);
	return message;
}

static void
expect_refusal(struct ovr_agent_watchers *watchers, struct ovr_channel *caller, const char *begin)
{
	struct ovr_message message;

	expect(caller, OVR_MESSAGE_ERROR, &message);
	cr_expect(message.error.is_final);
	cr_expect_eq(strncmp(message.error.text, begin, strlen(begin)), 0, "%s", message.error.text);
	cr_expect_eq(watchers->n, 0);
	ovr_channel_close(caller);
}

Test(watchers, counters_are_told_again_and_again)
{
	struct ovr_agent_watchers watchers = none();
	struct ovr_channel *caller = come(&watchers, OVR_MESSAGE_PROTOCOL);
	struct ovr_message message;

	expect(caller, OVR_MESSAGE_HELLO, &message);
	cr_assert_eq(watchers.n, 1);
	cr_expect_str_eq(logged, "a caller watches");
	for (int i = 0; i < 2; i++) {
		say(&watchers, caller, question("lo"));
		expect(caller, OVR_MESSAGE_INTERFACE, &message);
		cr_expect_str_eq(message.interface.name, "lo");
		cr_expect_not_null(message.interface.reading);
		ovr_message_done(&message);
	}
	say(&watchers, caller, (struct ovr_message){ .type = OVR_MESSAGE_CLOSE });
	expect(caller, OVR_MESSAGE_CLOSED, &message);
	cr_expect_eq(watchers.n, 0);
	cr_expect_str_eq(logged, "a caller no longer watches");
	ovr_channel_close(caller);
}

Test(watchers, what_is_not_allowed_is_refused)
{
	struct ovr_agent_watchers watchers = none();
	struct ovr_channel *caller = come(&watchers, OVR_MESSAGE_PROTOCOL);
	struct ovr_message message;

	expect(caller, OVR_MESSAGE_HELLO, &message);
	say(&watchers, caller, question("eth1"));
	expect_refusal(&watchers, caller, "interface: found \"netdev:eth1\", which this host does not allow");
	cr_expect_eq(strncmp(logged, "refused: a caller, which watches: ", 34), 0, "%s", logged);
}

Test(watchers, a_plan_is_refused)
{
	struct ovr_agent_watchers watchers = none();
	struct ovr_channel *caller = come(&watchers, OVR_MESSAGE_PROTOCOL);
	struct ovr_message message, plan = { .type = OVR_MESSAGE_PLAN };
	char text[] = "rate: 1mpps\n";

	expect(caller, OVR_MESSAGE_HELLO, &message);
	plan.plan.plan = text;
	say(&watchers, caller, plan);
	expect_refusal(&watchers, caller, "caller: found \"plan\" of one that watches");
}

Test(watchers, another_protocol_is_refused)
{
	struct ovr_agent_watchers watchers = none();

	expect_refusal(&watchers, come(&watchers, OVR_MESSAGE_PROTOCOL + 1), "protocol: found ");
}

Test(watchers, there_are_not_more_than_a_few)
{
	struct ovr_agent_watchers watchers = none();
	struct ovr_channel *caller[OVR_AGENT_WATCHERS_MAX], *more;
	struct ovr_message message;

	for (uint32_t i = 0; i < OVR_AGENT_WATCHERS_MAX; i++)
		caller[i] = come(&watchers, OVR_MESSAGE_PROTOCOL);
	more = come(&watchers, OVR_MESSAGE_PROTOCOL);
	expect(more, OVR_MESSAGE_ERROR, &message);
	cr_expect_str_eq(message.error.text, "found 8 callers that watch, accepted: no more of them");
	ovr_channel_close(more);
	/* one leaves without a word */
	ovr_channel_close(caller[3]);
	while (watchers.n == OVR_AGENT_WATCHERS_MAX) {
		ovr_channel_wait(watchers.channel, watchers.n, NULL, 1000);
		ovr_agent_watchers_hear(&watchers);
	}
	cr_assert_eq(watchers.n, OVR_AGENT_WATCHERS_MAX - 1);
	ovr_agent_watchers_end(&watchers, "this agent ends");
	cr_expect_eq(watchers.n, 0);
	expect(caller[7], OVR_MESSAGE_HELLO, &message);
	expect(caller[7], OVR_MESSAGE_ERROR, &message);
	cr_expect_str_eq(message.error.text, "this agent ends");
	for (uint32_t i = 0; i < OVR_AGENT_WATCHERS_MAX; i++)
		if (i != 3)
			ovr_channel_close(caller[i]);
}
