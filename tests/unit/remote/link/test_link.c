/* SPDX-License-Identifier: BSD-3-Clause */
#include "link/link.h"

#include <criterion/criterion.h>
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

/* An agent and a caller, each with its own link, in one process. */

/* What comes for sure is waited for so long; a busy host takes its time. */
#define WAIT_MS 20000

static struct ovr_err err;
static struct ovr_keys agent_keys, caller_keys, stranger_keys;
static struct ovr_authorized authorized;
static struct ovr_link *agent_link, *caller_link;
static struct ovr_listener *listener;
static struct ovr_channel *agent, *caller;
static char refused[640];
static unsigned int n_refused;

static void
note_refused(void *context, const char *sentence)
{
	cr_assert_eq(context, &authorized);
	snprintf(refused, sizeof(refused), "%s", sentence);
	n_refused++;
}

static void
open_agent(const struct ovr_keys *keys)
{
	struct ovr_link_conf conf = { .keys = keys };
	struct ovr_listener_conf where = {
		.address = ":0", .authorized = &authorized, .refused = note_refused, .context = &authorized
	};

	cr_assert_eq(ovr_link_open(&conf, &agent_link, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_listener_open(agent_link, &where, &listener, &err), 0, "%s", err.text);
}

static void
open_caller_of(const char *agent_name, const struct ovr_keys *keys, const struct ovr_key *agent_key)
{
	struct ovr_link_conf conf = { .keys = keys };

	cr_assert_eq(ovr_link_open(&conf, &caller_link, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_channel_connect(caller_link, "rack1", agent_name, agent_key, &caller, &err), 0, "%s",
		err.text);
	ovr_channel_bind(caller, 0x1234);
}

static void
open_caller(const struct ovr_keys *keys, const struct ovr_key *agent_key)
{
	open_caller_of(ovr_listener_name(listener), keys, agent_key);
}

static void
make_keys(void)
{
	char text[OVR_KEY_TEXT_BYTES], line[OVR_KEY_TEXT_BYTES + 16];

	cr_assert_eq(ovr_keys_make(&agent_keys, &err), 0);
	cr_assert_eq(ovr_keys_make(&caller_keys, &err), 0);
	cr_assert_eq(ovr_keys_make(&stranger_keys, &err), 0);
	snprintf(line, sizeof(line), "%s me@here\n", ovr_key_print(text, &caller_keys.public_key));
	cr_assert_eq(ovr_authorized_read("keys", line, &authorized, &err), 0, "%s", err.text);
}

static void
close_all(void)
{
	ovr_channel_close(agent);
	ovr_channel_close(caller);
	ovr_listener_close(listener);
	ovr_link_close(agent_link);
	ovr_link_close(caller_link);
	ovr_authorized_done(&authorized);
}

TestSuite(link, .init = make_keys, .fini = close_all, .timeout = 60);

static void
say_hello(struct ovr_channel *channel)
{
	struct ovr_message message = { .type = OVR_MESSAGE_HELLO };

	message.hello.protocol = 1;
	message.hello.frame_version = 1;
	strcpy(message.hello.overrun, "0.1.0");
	cr_assert_eq(ovr_channel_send(channel, &message, &err), 0, "%s", err.text);
}

static void
expect(struct ovr_channel *channel, enum ovr_message_type type)
{
	struct ovr_message message;

	cr_assert_eq(ovr_channel_receive(channel, WAIT_MS, &message, &err), 0, "%s", err.text);
	cr_assert_eq(message.type, type);
	ovr_message_done(&message);
}

static void
meet(void)
{
	open_agent(&agent_keys);
	open_caller(&caller_keys, &agent_keys.public_key);
	say_hello(caller);
	cr_assert_eq(ovr_listener_accept(listener, WAIT_MS, &agent, &err), 0);
	expect(agent, OVR_MESSAGE_HELLO);
}

/*
 * Let the agent answer for keys while the caller waits, and until it has told of a refusal.
 * @return what the caller's receive came to
 */
static int
wait_at_caller(int timeout_ms)
{
	struct ovr_message message;
	int status = -EAGAIN;

	for (int ms = 0; ms < timeout_ms && (status == -EAGAIN || n_refused == 0); ms += 20) {
		struct ovr_channel *none;

		cr_assert_eq(ovr_listener_accept(listener, 10, &none, &err), -EAGAIN);
		status = ovr_channel_receive(caller, 10, &message, &err);
	}
	return status;
}

Test(link, messages_go_both_ways)
{
	meet();
	cr_assert_eq(ovr_channel_nonce(agent), 0x1234);
	cr_assert_str_eq(ovr_channel_name(agent), "caller 127.0.0.1 (me@here)");
	cr_assert_eq(strncmp(ovr_channel_name(caller), "rack1 (127.0.0.1:", 17), 0);
	say_hello(agent);
	expect(caller, OVR_MESSAGE_HELLO);
	cr_assert_null(ovr_channel_gone(agent));
	cr_assert_null(ovr_channel_gone(caller));
	cr_assert_eq(n_refused, 0);
}

Test(link, a_large_message_goes_in_pieces)
{
	struct ovr_message message = { .type = OVR_MESSAGE_SENT }, answer;

	meet();
	message.sent.of.n = 65536;
	message.sent.of.count = malloc(65536 * sizeof(uint64_t));
	for (size_t i = 0; i < 65536; i++)
		message.sent.of.count[i] = INT64_MAX - i;
	cr_assert_eq(ovr_channel_send(caller, &message, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_channel_receive(agent, WAIT_MS, &answer, &err), 0, "%s", err.text);
	cr_assert_eq(answer.sent.of.n, 65536);
	cr_assert_eq(memcmp(answer.sent.of.count, message.sent.of.count, 65536 * sizeof(uint64_t)), 0);
	ovr_message_done(&answer);
	free(message.sent.of.count);
}

Test(link, a_key_that_is_not_authorized_is_refused)
{
	char text[OVR_KEY_TEXT_BYTES], expected[256];

	open_agent(&agent_keys);
	open_caller(&stranger_keys, &agent_keys.public_key);
	say_hello(caller);
	cr_assert_eq(wait_at_caller(5000), -EPIPE);
	cr_assert_str_eq(ovr_channel_gone(caller), "it does not accept our key");
	snprintf(expected, sizeof(expected), "caller 127.0.0.1: refused, its key %s is not authorized",
		ovr_key_print(text, &stranger_keys.public_key));
	cr_assert_str_eq(refused, expected);
}

Test(link, an_agent_with_another_key_is_refused)
{
	open_agent(&agent_keys);
	open_caller(&caller_keys, &stranger_keys.public_key);
	say_hello(caller);
	cr_assert_eq(wait_at_caller(5000), -EPIPE);
	cr_assert_str_eq(ovr_channel_gone(caller),
		"it ended the connection before a key was accepted: it has another key than the given one, "
		"or is no "
		"agent");
	cr_assert_str_eq(refused, "refused a connection: it was made for another key than that of this host");
}

/* As the kernel of a host does whose agent is stopped: it takes connections, and nobody reads. */
Test(link, an_agent_that_takes_the_connection_and_says_nothing_is_not_blamed_for_its_key)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct ovr_link_conf conf = { .keys = &caller_keys };
	int silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(here);
	char address[32];

	cr_assert_eq(bind(silent, (struct sockaddr *)&here, size), 0);
	cr_assert_eq(listen(silent, 1), 0);
	cr_assert_eq(getsockname(silent, (struct sockaddr *)&here, &size), 0);
	snprintf(address, sizeof(address), "127.0.0.1:%u", ntohs(here.sin_port));
	cr_assert_eq(ovr_link_open(&conf, &caller_link, &err), 0, "%s", err.text);
	cr_assert_eq(
		ovr_channel_connect(caller_link, "rack1", address, &agent_keys.public_key, &caller, &err), 0,
		"%s", err.text);
	ovr_channel_bind(caller, 0x1234);
	say_hello(caller);
	cr_assert_eq(wait_at_caller(5000), -EPIPE);
	cr_assert_str_eq(ovr_channel_gone(caller),
		"it took the connection and has not answered: it is stopped or too busy, or is no agent");
	close(silent);
}

Test(link, a_caller_without_keys_is_refused)
{
	open_agent(&agent_keys);
	open_caller(NULL, NULL);
	say_hello(caller);
	cr_assert_eq(wait_at_caller(5000), -EPIPE);
	/* which side is the first to see it is open */
	cr_assert_not_null(ovr_channel_gone(caller));
	cr_assert_eq(strncmp(refused, "refused a connection: ", 22), 0, "%s", refused);
}

Test(link, loopback_needs_no_keys)
{
	open_agent(NULL);
	open_caller(NULL, NULL);
	say_hello(caller);
	cr_assert_eq(ovr_listener_accept(listener, WAIT_MS, &agent, &err), 0);
	expect(agent, OVR_MESSAGE_HELLO);
	cr_assert_str_eq(ovr_channel_name(agent), "caller 127.0.0.1");
}

Test(link, beyond_loopback_keys_are_needed)
{
	struct ovr_listener_conf where = { .address = "0.0.0.0:0" };
	struct ovr_link_conf conf = { .keys = NULL };
	struct ovr_channel *channel = NULL;

	cr_assert_eq(ovr_link_open(&conf, &agent_link, &err), 0);
	cr_assert_eq(ovr_listener_open(agent_link, &where, &listener, &err), -EACCES);
	cr_assert_str_eq(
		err.text, "listen: found 0.0.0.0:0 and no keys, accepted: keys, or a loopback address");
	cr_assert_eq(ovr_channel_connect(agent_link, "a", "192.0.2.1", NULL, &channel, &err), -EACCES);
	cr_assert_str_eq(err.text,
		"host a: found 192.0.2.1:5205 and no key of it, accepted: keys, or a loopback address");
	cr_assert_eq(
		ovr_channel_connect(agent_link, "a", "192.0.2.1", &agent_keys.public_key, &channel, &err),
		-EACCES);
	cr_assert_str_eq(err.text,
		"host a: found 192.0.2.1:5205 and no key of this host, accepted: keys, or a loopback "
		"address");
	cr_assert_null(channel);
	cr_assert_null(listener);
}

Test(link, nobody_listens)
{
	struct ovr_message message;

	open_agent(NULL);
	open_caller(NULL, NULL);
	ovr_channel_close(caller);
	cr_assert_eq(ovr_channel_connect(caller_link, "rack1", "127.0.0.1:1", NULL, &caller, &err), 0);
	cr_assert_eq(ovr_channel_receive(caller, WAIT_MS, &message, &err), -EPIPE);
	cr_assert_str_eq(
		err.text, "rack1 (127.0.0.1:1) is gone: nothing listens there, or it does not answer");
}

Test(link, a_port_that_is_taken_is_named)
{
	struct ovr_listener_conf where = { 0 };
	struct ovr_listener *second = NULL;
	struct ovr_link *link;
	char expected[256];

	open_agent(NULL);
	where.address = ovr_listener_name(listener);
	cr_assert_eq(ovr_link_open(&(struct ovr_link_conf){ 0 }, &link, &err), 0);
	cr_assert_eq(ovr_listener_open(link, &where, &second, &err), -EADDRINUSE);
	snprintf(expected, sizeof(expected), "listen: %s cannot be listened at: Address already in use",
		where.address);
	cr_assert_str_eq(err.text, expected);
	ovr_link_close(link);
}

Test(link, a_replayed_message_is_discarded)
{
	meet();
	ovr_channel_bind(caller, 0x9999);
	say_hello(caller);
	ovr_channel_bind(caller, 0x1234);
	say_hello(caller);
	expect(agent, OVR_MESSAGE_HELLO);
	cr_assert_eq(ovr_channel_discarded(agent), 1);
}

Test(link, what_was_said_before_the_end_is_received)
{
	struct ovr_message message;

	meet();
	say_hello(caller);
	ovr_channel_close(caller);
	caller = NULL;
	expect(agent, OVR_MESSAGE_HELLO);
	cr_assert_eq(ovr_channel_receive(agent, WAIT_MS, &message, &err), -EPIPE);
	cr_assert_str_eq(err.text, "caller 127.0.0.1 (me@here) is gone: the connection is lost");
}

Test(link, an_agent_that_closes_is_gone_after_its_last_words)
{
	struct ovr_message message;

	meet();
	say_hello(agent);
	ovr_channel_close(agent);
	agent = NULL;
	ovr_listener_close(listener);
	listener = NULL;
	/* not before it was sent */
	ovr_link_close(agent_link);
	agent_link = NULL;
	usleep(200000);
	expect(caller, OVR_MESSAGE_HELLO);
	cr_assert_eq(ovr_channel_receive(caller, WAIT_MS, &message, &err), -EPIPE);
	cr_assert_str_eq(ovr_channel_gone(caller), "the connection is lost");
}

Test(link, a_second_caller_has_a_channel_of_its_own)
{
	struct ovr_channel *second, *second_agent;
	struct ovr_message message;

	meet();
	cr_assert_eq(ovr_channel_connect(caller_link, "rack1", ovr_listener_name(listener),
			     &agent_keys.public_key, &second, &err),
		0);
	ovr_channel_bind(second, 0x5678);
	say_hello(second);
	cr_assert_eq(ovr_listener_accept(listener, WAIT_MS, &second_agent, &err), 0);
	cr_assert_neq(second_agent, agent);
	expect(second_agent, OVR_MESSAGE_HELLO);
	cr_assert_eq(ovr_channel_nonce(second_agent), 0x5678);
	say_hello(caller);
	expect(agent, OVR_MESSAGE_HELLO);
	ovr_channel_close(second);
	cr_assert_eq(ovr_channel_receive(second_agent, WAIT_MS, &message, &err), -EPIPE);
	cr_assert_null(ovr_channel_gone(agent));
	ovr_channel_close(second_agent);
	say_hello(agent);
	expect(caller, OVR_MESSAGE_HELLO);
}

Test(link, a_session_begins_with_a_hello)
{
	struct ovr_message stop = { .type = OVR_MESSAGE_STOP };
	struct ovr_channel *none = NULL;

	open_agent(&agent_keys);
	open_caller(&caller_keys, &agent_keys.public_key);
	cr_assert_eq(ovr_channel_send(caller, &stop, &err), 0);
	cr_assert_eq(ovr_listener_accept(listener, 1000, &none, &err), -EAGAIN);
	cr_assert_str_eq(refused, "caller 127.0.0.1 (me@here): discarded a message of no session");
	say_hello(caller);
	cr_assert_eq(ovr_listener_accept(listener, WAIT_MS, &agent, &err), 0);
	expect(agent, OVR_MESSAGE_HELLO);
}

/* What an authorized caller sends by libzmq itself. */
static void *
open_raw(void *context)
{
	void *raw = zmq_socket(context, ZMQ_DEALER);
	char endpoint[128];

	snprintf(endpoint, sizeof(endpoint), "tcp://%s", ovr_listener_name(listener));
	cr_assert_eq(zmq_setsockopt(raw, ZMQ_CURVE_SERVERKEY, agent_keys.public_key.byte, 32), 0);
	cr_assert_eq(zmq_setsockopt(raw, ZMQ_CURVE_PUBLICKEY, caller_keys.public_key.byte, 32), 0);
	cr_assert_eq(zmq_setsockopt(raw, ZMQ_CURVE_SECRETKEY, caller_keys.secret_key.byte, 32), 0);
	cr_assert_eq(zmq_setsockopt(raw, ZMQ_LINGER, &(int){ 0 }, sizeof(int)), 0);
	cr_assert_eq(zmq_connect(raw, endpoint), 0);
	return raw;
}

#define HELLO_OF(nonce)                                                                    \
	".{\"type\":\"hello\",\"nonce\":\"" nonce "\",\"protocol\":1,\"frame_version\":1," \
	"\"overrun\":\"1\"}"

#define HELLO HELLO_OF("0000000000000007")

/* 0 says that a channel is not bound: such a session would never be one. */
Test(link, a_hello_of_no_session_is_refused)
{
	static const char hello[] = HELLO_OF("0000000000000000");
	struct ovr_channel *none = NULL;
	void *context = zmq_ctx_new(), *raw;

	open_agent(&agent_keys);
	raw = open_raw(context);
	cr_assert_eq(zmq_send(raw, hello, strlen(hello), 0), (int)strlen(hello));
	cr_assert_eq(ovr_listener_accept(listener, 2000, &none, &err), -EAGAIN);
	cr_assert_str_eq(refused, "caller 127.0.0.1 (me@here): discarded a message of no session");
	zmq_close(raw);
	zmq_ctx_term(context);
}

Test(link, a_message_in_parts_ends_the_channel)
{
	void *context = zmq_ctx_new();
	struct ovr_message message;
	void *raw;

	open_agent(&agent_keys);
	raw = open_raw(context);
	cr_assert_gt(zmq_send(raw, HELLO, strlen(HELLO), 0), 0);
	cr_assert_eq(ovr_listener_accept(listener, WAIT_MS, &agent, &err), 0);
	expect(agent, OVR_MESSAGE_HELLO);
	cr_assert_gt(zmq_send(raw, HELLO, strlen(HELLO), ZMQ_SNDMORE), 0);
	cr_assert_gt(zmq_send(raw, HELLO, strlen(HELLO), 0), 0);
	cr_assert_eq(ovr_channel_receive(agent, WAIT_MS, &message, &err), -EPIPE);
	cr_assert_str_eq(ovr_channel_gone(agent), "it sent something that is no part of a message");
	zmq_close(raw);
	zmq_ctx_term(context);
}

/* They would keep others out. */
Test(link, callers_that_say_no_hello_make_room_for_others)
{
	void *context = zmq_ctx_new();
	struct ovr_channel *none = NULL;
	void *raw[OVR_LINK_PEERS_MAX];

	open_agent(&agent_keys);
	for (unsigned int i = 0; i < OVR_LINK_PEERS_MAX; i++) {
		raw[i] = open_raw(context);
		cr_assert_gt(zmq_send(raw[i], "+{", 2, 0), 0);
	}
	cr_assert_eq(ovr_listener_accept(listener, 1000, &none, &err), -EAGAIN);
	open_caller(&caller_keys, &agent_keys.public_key);
	for (int i = 0; i < 50 && agent == NULL; i++) {
		say_hello(caller);
		(void)ovr_listener_accept(listener, 200, &agent, &err);
	}
	cr_assert_not_null(agent);
	for (unsigned int i = 0; i < OVR_LINK_PEERS_MAX; i++)
		zmq_close(raw[i]);
	zmq_ctx_term(context);
}

Test(link, a_piece_that_is_too_long_ends_the_connection)
{
	void *context = zmq_ctx_new();
	struct ovr_message message;
	char *piece = malloc(1u << 20);
	void *raw;

	open_agent(&agent_keys);
	raw = open_raw(context);
	cr_assert_gt(zmq_send(raw, HELLO, strlen(HELLO), 0), 0);
	cr_assert_eq(ovr_listener_accept(listener, WAIT_MS, &agent, &err), 0);
	expect(agent, OVR_MESSAGE_HELLO);
	memset(piece, '+', 1u << 20);
	cr_assert_gt(zmq_send(raw, piece, 1u << 20, 0), 0);
	cr_assert_eq(ovr_channel_receive(agent, WAIT_MS, &message, &err), -EPIPE);
	cr_assert_str_eq(ovr_channel_gone(agent), "the connection is lost");
	free(piece);
	zmq_close(raw);
	zmq_ctx_term(context);
}

static double
now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/*
 * The caller in a process of its own, which begins before the agent has threads: their locks,
 * as that of a sanitizer's malloc, would be held in it for ever. @return its id
 */
static pid_t
meet_another_process(void)
{
	char name[256] = "";
	int ends[2];
	pid_t pid;

	cr_assert_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		if (read(ends[0], name, sizeof(name) - 1) <= 0)
			_exit(1);
		open_caller_of(name, &caller_keys, &agent_keys.public_key);
		say_hello(caller);
		for (;;)
			pause();
	}
	open_agent(&agent_keys);
	snprintf(name, sizeof(name), "%s", ovr_listener_name(listener));
	cr_assert_eq(write(ends[1], name, strlen(name)), (ssize_t)strlen(name));
	close(ends[0]);
	close(ends[1]);
	cr_assert_eq(ovr_listener_accept(listener, WAIT_MS, &agent, &err), 0);
	expect(agent, OVR_MESSAGE_HELLO);
	return pid;
}

static void
expect_gone_after(pid_t pid, int signal_number)
{
	struct ovr_message message;
	double begin = now_s();

	kill(pid, signal_number);
	cr_assert_eq(ovr_channel_receive(agent, WAIT_MS, &message, &err), -EPIPE);
	/* within 4 s where nothing else runs; a busy host takes longer to see it */
	cr_assert_lt(now_s() - begin, 15.0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

Test(link, a_caller_that_is_killed_is_gone)
{
	expect_gone_after(meet_another_process(), SIGKILL);
}

Test(link, a_caller_that_is_stopped_is_gone_after_3_s)
{
	expect_gone_after(meet_another_process(), SIGSTOP);
}

Test(link, a_caller_that_says_nothing_is_still_there)
{
	pid_t pid = meet_another_process();
	struct ovr_message message;

	cr_assert_eq(ovr_channel_receive(agent, 4000, &message, &err), -EAGAIN);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* @return the thread of this name; 0: there is none */
static pid_t
thread_of(const char *expected)
{
	DIR *tasks = opendir("/proc/self/task");
	pid_t found = 0;

	for (struct dirent *task = readdir(tasks); task != NULL; task = readdir(tasks)) {
		char path[300], name[64] = "";
		FILE *file;

		snprintf(path, sizeof(path), "/proc/self/task/%s/comm", task->d_name);
		file = fopen(path, "r");
		if (file == NULL)
			continue;
		if (fgets(name, sizeof(name), file) != NULL && strncmp(name, expected, strlen(expected)) == 0)
			found = (pid_t)strtol(task->d_name, NULL, 10);
		fclose(file);
	}
	closedir(tasks);
	return found;
}

Test(link, its_thread_stays_on_its_cpu)
{
	struct ovr_link_conf conf = { .has_cpu = true, .cpu = 0 };
	pid_t thread = 0;
	cpu_set_t cpus;

	cr_assert_eq(ovr_link_open(&conf, &caller_link, &err), 0);
	cr_assert_eq(ovr_channel_connect(caller_link, "rack1", "127.0.0.1:1", NULL, &caller, &err), 0);
	/* it gives itself its name, after its CPU */
	for (int i = 0; i < 3000 && thread == 0; i++) {
		usleep(10000);
		thread = thread_of("ZMQbg/IO");
	}
	cr_assert_neq(thread, 0);
	cr_assert_eq(sched_getaffinity(thread, sizeof(cpus), &cpus), 0);
	cr_assert_eq(CPU_COUNT(&cpus), 1);
	cr_assert(CPU_ISSET(0, &cpus));
}
