/* SPDX-License-Identifier: BSD-3-Clause */
#include "end/answer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

static struct ovr_channel *here, *there;
static struct ovr_err err;

/* Two channels, each the other's peer. */
static void
connect_both(void)
{
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	cr_assert_eq(ovr_channel_of_fd(pair[0], 0, "there", &here, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_channel_of_fd(pair[1], 0, "here", &there, &err), 0, "%s", err.text);
	ovr_channel_bind(here, 1);
	ovr_channel_bind(there, 1);
}

static void
close_both(void)
{
	ovr_channel_close(here);
	ovr_channel_close(there);
}

TestSuite(answer, .init = connect_both, .fini = close_both);

static struct ovr_message
heard(void)
{
	struct ovr_message message;

	cr_assert_eq(ovr_channel_receive(there, 20000, &message, &err), 0, "%s", err.text);
	return message;
}

Test(answer, a_hello_of_this_host_can_be_said_and_is_taken)
{
	struct ovr_message message;

	ovr_end_hello_fill(&message);
	cr_assert_eq(ovr_channel_send(here, &message, &err), 0, "%s", err.text);
	message = heard();
	cr_expect_eq(message.type, OVR_MESSAGE_HELLO);
	cr_expect_str_not_empty(message.hello.host);
	cr_expect_eq(strlen(message.hello.boot), 36, "%s", message.hello.boot);
	cr_expect_eq(ovr_end_hello_check(&message, &err), 0, "%s", err.text);
}

Test(answer, other_versions_are_refused)
{
	struct ovr_message message;

	ovr_end_hello_fill(&message);
	message.hello.protocol++;
	cr_expect_eq(ovr_end_hello_check(&message, &err), -EPROTO);
	cr_expect_eq(strncmp(err.text, "protocol: found 2 of overrun ", 29), 0, "%s", err.text);
	ovr_end_hello_fill(&message);
	message.hello.frame_version++;
	cr_expect_eq(ovr_end_hello_check(&message, &err), -EPROTO);
	cr_expect_eq(strncmp(err.text, "frame version: found 2 of overrun ", 34), 0, "%s", err.text);
}

Test(answer, the_clock_says_when_it_heard_and_when_it_answered)
{
	struct ovr_message question = { .type = OVR_MESSAGE_CLOCK }, answer;
	uint64_t heard_ns = ovr_end_now_ns();

	question.clock.seq = 7;
	question.clock.t1 = 1234;
	cr_assert_eq(ovr_end_clock_answer(here, &question, heard_ns, &err), 0, "%s", err.text);
	answer = heard();
	cr_expect_eq(answer.type, OVR_MESSAGE_CLOCK);
	cr_expect_eq(answer.clock.seq, 7);
	cr_expect_eq(answer.clock.t1, 1234);
	cr_expect_eq(answer.clock.t2, heard_ns);
	cr_expect(answer.clock.t3 >= heard_ns && answer.clock.t3 <= ovr_end_now_ns());
}

Test(answer, an_error_says_whether_it_is_final)
{
	struct ovr_message message;

	cr_assert_eq(ovr_end_error_send(here, "no", true, &err), 0, "%s", err.text);
	message = heard();
	cr_expect_eq(message.type, OVR_MESSAGE_ERROR);
	cr_expect_str_eq(message.error.text, "no");
	cr_expect(message.error.is_final);
}
