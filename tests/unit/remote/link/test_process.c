/* SPDX-License-Identifier: BSD-3-Clause */
#include "link/channel.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What comes for sure is waited for so long; a busy host takes its time. */
#define WAIT_MS 20000
#define BUSY_S  15.0

static struct ovr_err err;
static int fd[2];
static struct ovr_channel *here, *there;

static void
make_pair(void)
{
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
	cr_assert_eq(ovr_channel_of_fd(fd[0], getpid(), "the end", &here, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_channel_of_fd(fd[1], getpid(), "the agent", &there, &err), 0, "%s", err.text);
	ovr_channel_bind(here, 7);
}

static void
close_pair(void)
{
	ovr_channel_close(here);
	ovr_channel_close(there);
}

TestSuite(process, .init = make_pair, .fini = close_pair);

static void
send_start(struct ovr_channel *channel, uint64_t epoch_ns)
{
	struct ovr_message message = { .type = OVR_MESSAGE_START };

	message.start.epoch_ns = epoch_ns;
	cr_assert_eq(ovr_channel_send(channel, &message, &err), 0, "%s", err.text);
}

static void
expect_start(struct ovr_channel *channel, uint64_t epoch_ns)
{
	struct ovr_message message;

	cr_assert_eq(ovr_channel_receive(channel, WAIT_MS, &message, &err), 0, "%s", err.text);
	cr_assert_eq(message.type, OVR_MESSAGE_START);
	cr_assert_eq(message.start.epoch_ns, epoch_ns);
	ovr_message_done(&message);
}

Test(process, messages_go_both_ways_in_order)
{
	struct ovr_message message;

	send_start(here, 1);
	send_start(here, 2);
	expect_start(there, 1);
	cr_assert_eq(ovr_channel_nonce(there), 7);
	expect_start(there, 2);
	cr_assert_eq(ovr_channel_receive(there, 0, &message, &err), -EAGAIN);
	send_start(there, 3);
	expect_start(here, 3);
	cr_assert_null(ovr_channel_gone(here));
	cr_assert_str_eq(ovr_channel_name(here), "the end");
}

Test(process, a_message_of_another_session_is_discarded)
{
	struct ovr_message message;

	send_start(here, 1);
	expect_start(there, 1);
	ovr_channel_bind(here, 8);
	send_start(here, 2);
	ovr_channel_bind(here, 7);
	send_start(here, 3);
	expect_start(there, 3);
	cr_assert_eq(ovr_channel_discarded(there), 1);
	/* 0 is no session */
	cr_assert_gt(write(fd[0], "{\"type\":\"stop\",\"nonce\":\"0000000000000000\"}\n", 43), 0);
	cr_assert_eq(ovr_channel_receive(there, 50, &message, &err), -EAGAIN);
	cr_assert_eq(ovr_channel_discarded(there), 2);
}

Test(process, what_is_no_message_is_refused_and_the_next_one_is_received)
{
	struct ovr_message message;

	cr_assert_eq(write(fd[0], "hello\n", 6), 6);
	send_start(here, 4);
	cr_assert_eq(ovr_channel_receive(there, WAIT_MS, &message, &err), -EBADMSG);
	cr_assert_str_eq(err.text, "the agent: message: no JSON: '[' or '{' expected near 'hello'");
	expect_start(there, 4);
}

Test(process, what_was_said_before_the_end_is_received)
{
	struct ovr_message message;

	send_start(here, 1);
	send_start(here, 2);
	ovr_channel_close(here);
	here = NULL;
	expect_start(there, 1);
	expect_start(there, 2);
	cr_assert_eq(ovr_channel_receive(there, WAIT_MS, &message, &err), -EPIPE);
	cr_assert_str_eq(err.text, "the agent is gone: its process has closed the connection");
	cr_assert_str_eq(ovr_channel_gone(there), "its process has closed the connection");
	message.type = OVR_MESSAGE_STOP;
	cr_assert_eq(ovr_channel_send(there, &message, &err), -EPIPE);
}

Test(process, many_small_messages_all_arrive)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct ovr_message message = { .type = OVR_MESSAGE_START };

		for (uint64_t i = 0; i < 5000; i++) {
			message.start.epoch_ns = i;
			if (ovr_channel_send(here, &message, &err) != 0)
				_exit(1);
		}
		_exit(0);
	}
	for (uint64_t i = 0; i < 5000; i++)
		expect_start(there, i);
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
}

/* Both send more than the socket takes, before either receives. */
Test(process, two_that_send_at_once_do_not_wait_for_each_other)
{
	struct ovr_message message = { .type = OVR_MESSAGE_SENT }, answer;
	pid_t pid;
	int status;

	message.sent.of.n = 65536;
	message.sent.of.count = malloc(65536 * sizeof(uint64_t));
	for (size_t i = 0; i < 65536; i++)
		message.sent.of.count[i] = INT64_MAX;
	pid = fork();
	if (pid == 0) {
		if (ovr_channel_send(here, &message, &err) != 0 ||
			ovr_channel_receive(here, WAIT_MS, &answer, &err) != 0)
			_exit(1);
		_exit(answer.sent.of.n == 65536 ? 0 : 2);
	}
	ovr_channel_bind(there, 7);
	cr_assert_eq(ovr_channel_send(there, &message, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_channel_receive(there, WAIT_MS, &answer, &err), 0, "%s", err.text);
	cr_assert_eq(answer.sent.of.count[65535], INT64_MAX);
	ovr_message_done(&answer);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
	free(message.sent.of.count);
}

Test(process, one_that_takes_nothing_is_gone_after_3_s)
{
	struct ovr_message message = { .type = OVR_MESSAGE_EXPECT };
	char plan[60001], *plans[] = { plan };
	int status = 0;

	memset(plan, 'x', 60000);
	plan[60000] = '\0';
	message.expect.plans = (struct ovr_message_texts){ plans, 1 };
	for (int i = 0; i < 100 && status == 0; i++)
		status = ovr_channel_send(here, &message, &err);
	cr_assert_eq(status, -EPIPE);
	cr_assert_str_eq(err.text, "the end is gone: it took no message within 3 s");
}

static double
now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Its socket stays open, and all that is said to it is taken. */
Test(process, a_process_that_is_stopped_is_gone_after_3_s)
{
	struct ovr_channel *stopped;
	struct ovr_message message;
	int pair[2];
	double begin;
	pid_t pid;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	pid = fork();
	if (pid == 0)
		for (;;)
			pause();
	cr_assert_eq(ovr_channel_of_fd(pair[0], pid, "the end", &stopped, &err), 0);
	cr_assert_eq(ovr_channel_receive(stopped, 500, &message, &err), -EAGAIN);
	kill(pid, SIGSTOP);
	begin = now_s();
	cr_assert_eq(ovr_channel_receive(stopped, WAIT_MS, &message, &err), -EPIPE);
	cr_assert_str_eq(err.text, "the end is gone: its process is stopped");
	cr_assert_gt(now_s() - begin, 2.0);
	/* within 3 s where nothing else runs */
	cr_assert_lt(now_s() - begin, BUSY_S);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ovr_channel_close(stopped);
}

/* A cable that is cut behind ssh: nothing comes any more, and all that is sent is taken. */
Test(process, a_peer_without_signs_of_life_is_gone_after_3_s)
{
	struct ovr_channel *near;
	struct ovr_message message;
	int pair[2];
	double begin, silent_s;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	cr_assert_eq(ovr_channel_of_fd(pair[0], 0, "rack1", &near, &err), 0);
	ovr_channel_bind(near, 1);
	/* one that has given none may go on so */
	cr_assert_gt(write(pair[1], "{\"type\":\"stop\",\"nonce\":\"0000000000000001\"}\n", 43), 0);
	cr_assert_eq(ovr_channel_receive(near, WAIT_MS, &message, &err), 0);
	cr_assert_eq(ovr_channel_receive(near, 3500, &message, &err), -EAGAIN);
	cr_assert_eq(write(pair[1], "\n", 1), 1);
	begin = now_s();
	cr_assert_eq(ovr_channel_receive(near, WAIT_MS, &message, &err), -EPIPE);
	cr_assert_eq(sscanf(err.text, "rack1 is gone: it gave no sign of life for %lf s", &silent_s), 1, "%s",
		err.text);
	cr_assert_geq(silent_s, 2.0);
	cr_assert_gt(now_s() - begin, 2.0);
	/* within 3 s where nothing else runs */
	cr_assert_lt(now_s() - begin, BUSY_S);
	ovr_channel_close(near);
	close(pair[1]);
}

/* Neither receives nor sends for longer than a peer may be silent. */
Test(process, one_that_does_other_things_is_still_there)
{
	struct ovr_channel *near, *far;
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	cr_assert_eq(ovr_channel_of_fd(pair[0], 0, "rack1", &near, &err), 0);
	cr_assert_eq(ovr_channel_of_fd(pair[1], 0, "the caller", &far, &err), 0);
	ovr_channel_bind(near, 7);
	send_start(near, 1);
	expect_start(far, 1);
	usleep(4000000);
	cr_assert_null(ovr_channel_gone(near));
	cr_assert_null(ovr_channel_gone(far));
	send_start(far, 2);
	expect_start(near, 2);
	ovr_channel_close(near);
	ovr_channel_close(far);
}

/* A grandchild may still have the socket. */
Test(process, a_process_that_ended_is_gone_though_its_socket_is_open)
{
	struct ovr_channel *ended;
	struct ovr_message message;
	int pair[2];
	pid_t pid;

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	pid = fork();
	if (pid == 0)
		_exit(0);
	cr_assert_eq(ovr_channel_of_fd(pair[0], pid, "the end", &ended, &err), 0);
	cr_assert_eq(ovr_channel_receive(ended, WAIT_MS, &message, &err), -EPIPE);
	cr_assert_str_eq(err.text, "the end is gone: its process has ended");
	waitpid(pid, NULL, 0);
	ovr_channel_close(ended);
}

Test(process, a_wait_ends_with_the_first_news_of_several)
{
	struct ovr_channel *all[] = { here, NULL, there };

	cr_assert_eq(ovr_channel_wait(all, 3, NULL, 20), -EAGAIN);
	send_start(here, 1);
	cr_assert_eq(ovr_channel_wait(all, 3, NULL, WAIT_MS), 0);
	expect_start(there, 1);
	cr_assert_eq(ovr_channel_wait(all, 3, NULL, 0), -EAGAIN);
	ovr_channel_close(here);
	here = NULL;
	cr_assert_eq(ovr_channel_wait(&there, 1, NULL, WAIT_MS), 0);
}

Test(process, a_descriptor_that_is_no_socket_is_refused)
{
	struct ovr_channel *channel = NULL;

	cr_assert_eq(ovr_channel_of_fd(-1, 0, "the end", &channel, &err), -EBADF);
	cr_assert_str_eq(err.text, "the end: descriptor -1 is no stream socket");
	cr_assert_null(channel);
}

Test(process, a_nonce_is_never_0_and_drawn_anew)
{
	uint64_t nonce = ovr_channel_draw_nonce();

	cr_assert_neq(nonce, 0);
	cr_assert_neq(ovr_channel_draw_nonce(), nonce);
}
