/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How long one caller needs to conduct many agents: the caller's own conductor, over the network of
 * this host, and processes that answer as agents do without a port or a frame.
 *
 *     serve_many AGENTS HALF.json
 *
 * HALF.json is what each agent hands over, and tells once a second. Prints one JSON object of
 * times in ms and of memory. Exit code 0: every agent was told the start in time, and handed over
 * its half; 1: not so, with a line on stderr.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "caller/conduct.h"
#include "end/answer.h"
#include "link/link.h"

/* Agents that one process stands for. */
#define EACH 10
/* Frames that each sender says it sent. */
#define FRAMES    UINT64_C(1000)
#define NS_PER_MS UINT64_C(1000000)
#define TRIAL_NS  (2000 * NS_PER_MS)
#define WAIT_MS   20000
#define BEAT_NS   (1000 * NS_PER_MS)

static struct ovr_err err;

static void
need(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "serve_many: %s: %s\n", what, err.text);
	exit(1);
}

/* --- the agents */

struct agent {
	struct ovr_listener *listener;
	struct ovr_channel *channel;
	enum ovr_message_role role;
	uint64_t epoch_ns, beat_ns; /* 0: not started */
	bool has_sent, has_reported, is_over;
};

/* What an agent tells of its start, to the process that began all. */
struct told {
	bool is_sender;
	uint64_t epoch_ns;
	uint64_t left_ns; /* until then, when it was told; 0: it was too late */
};

static json_t *half;
static int tell_fd;

static void
say(struct agent *agent, const struct ovr_message *message)
{
	need(ovr_channel_send(agent->channel, message, &err) == 0, "an agent cannot send");
}

static void
say_type(struct agent *agent, enum ovr_message_type type)
{
	struct ovr_message message = { .type = type };

	say(agent, &message);
}

static void
prepare(struct agent *agent)
{
	struct ovr_message prepared = { .type = OVR_MESSAGE_PREPARED };

	snprintf(prepared.prepared.port, sizeof(prepared.prepared.port), "netdev:eth1");
	snprintf(prepared.prepared.mac, sizeof(prepared.prepared.mac), "52:54:00:00:00:01");
	prepared.prepared.queues = 1;
	prepared.prepared.line_bps = UINT64_C(10000000000);
	say(agent, &prepared);
	say_type(agent, OVR_MESSAGE_ARMED);
}

static void
start(struct agent *agent, uint64_t epoch_ns)
{
	uint64_t now = ovr_end_now_ns();
	struct told told = { agent->role == OVR_MESSAGE_TX, epoch_ns, epoch_ns > now ? epoch_ns - now : 0 };

	agent->epoch_ns = epoch_ns;
	agent->beat_ns = now;
	need(write(tell_fd, &told, sizeof(told)) == sizeof(told), "nobody hears of a start");
}

static void
report(struct agent *agent)
{
	struct ovr_message message = { .type = OVR_MESSAGE_HALF };

	message.half.half = half;
	say(agent, &message);
	agent->has_reported = true;
}

/* What becomes due with time. */
static void
tick(struct agent *agent)
{
	struct ovr_message message = { .type = OVR_MESSAGE_HEARTBEAT };
	uint64_t now = ovr_end_now_ns(), frames = FRAMES;

	if (agent->epoch_ns == 0 || agent->has_reported || now < agent->beat_ns)
		return;
	if (agent->role == OVR_MESSAGE_TX && now >= agent->epoch_ns + TRIAL_NS) {
		message = (struct ovr_message){ .type = OVR_MESSAGE_SENT };
		message.sent.of.count = &frames;
		message.sent.of.n = 1;
		say(agent, &message);
		report(agent);
		return;
	}
	message.heartbeat.state = OVR_MESSAGE_RUNNING;
	message.heartbeat.so_far = half;
	say(agent, &message);
	agent->beat_ns += BEAT_NS;
}

static void
answer(struct agent *agent, const struct ovr_message *message)
{
	struct ovr_message hello, expected = { .type = OVR_MESSAGE_EXPECTED };

	switch (message->type) {
	case OVR_MESSAGE_HELLO:
		ovr_end_hello_fill(&hello);
		say(agent, &hello);
		break;
	case OVR_MESSAGE_EXPECT:
		agent->role = message->expect.role;
		expected.expected.cores[0] = '0';
		snprintf(expected.expected.dpdk, sizeof(expected.expected.dpdk), "none");
		say(agent, &expected);
		break;
	case OVR_MESSAGE_PLAN:
		prepare(agent);
		break;
	case OVR_MESSAGE_CLOCK:
		ovr_end_clock_answer(agent->channel, message, ovr_end_now_ns(), &err);
		break;
	case OVR_MESSAGE_START:
		start(agent, message->start.epoch_ns);
		break;
	case OVR_MESSAGE_SENT:
		report(agent);
		break;
	case OVR_MESSAGE_CLOSE:
		say_type(agent, OVR_MESSAGE_CLOSED);
		agent->is_over = true;
		break;
	case OVR_MESSAGE_ERROR:
		snprintf(err.text, sizeof(err.text), "%s", message->error.text);
		need(false, "given up");
		break;
	default:
		need(false, ovr_message_name(message->type));
	}
}

static void
serve(struct agent *agent)
{
	struct ovr_message message;
	int status;

	while ((status = ovr_channel_receive(agent->channel, 0, &message, &err)) == 0) {
		answer(agent, &message);
		ovr_message_done(&message);
	}
	need(status == -EAGAIN || agent->is_over, "the caller is lost");
}

/* A process of its own. It writes the addresses of its agents, then what each is told to start. */
static void
agents(uint32_t n)
{
	struct ovr_listener_conf conf = { .address = "127.0.0.1:0" };
	struct ovr_link_conf link_conf = { .keys = NULL };
	struct agent agent[EACH] = { { .listener = NULL } };
	struct ovr_channel *channel[EACH];
	struct ovr_link *link;
	uint32_t n_over = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	need(ovr_link_open(&link_conf, &link, &err) == 0, "link of agents");
	for (uint32_t i = 0; i < n; i++) {
		char address[64] = "";

		need(ovr_listener_open(link, &conf, &agent[i].listener, &err) == 0, "listener");
		snprintf(address, sizeof(address), "%s", ovr_listener_name(agent[i].listener));
		need(write(tell_fd, address, sizeof(address)) == sizeof(address), "nobody hears an address");
	}
	for (uint32_t i = 0; i < n; i++) {
		need(ovr_listener_accept(agent[i].listener, WAIT_MS, &channel[i], &err) == 0, "nobody came");
		agent[i].channel = channel[i];
	}
	while (n_over < n) {
		ovr_channel_wait(channel, n, NULL, 100);
		n_over = 0;
		for (uint32_t i = 0; i < n; i++) {
			if (!agent[i].is_over) {
				serve(&agent[i]);
				tick(&agent[i]);
			}
			n_over += agent[i].is_over;
		}
	}
	for (uint32_t i = 0; i < n; i++) {
		ovr_channel_close(channel[i]);
		ovr_listener_close(agent[i].listener);
	}
	ovr_link_close(link);
	exit(0);
}

/* --- the caller */

struct group {
	pid_t pid;
	int fd;
};

static struct group
begin_group(uint32_t n)
{
	struct group group;
	int fd[2];

	need(pipe(fd) == 0, "pipe");
	group.pid = fork();
	need(group.pid >= 0, "fork");
	if (group.pid == 0) {
		close(fd[0]);
		tell_fd = fd[1];
		agents(n);
	}
	close(fd[1]);
	group.fd = fd[0];
	return group;
}

static double
since_ms(uint64_t *from_ns)
{
	uint64_t now = ovr_end_now_ns();
	double ms = (double)(now - *from_ns) / 1e6;

	*from_ns = now;
	return ms;
}

static long
cpu_ms(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
		(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
}

static void
connect_all(struct ovr_link *link, const struct group *group, struct ovr_conduct *conduct)
{
	uint64_t nonce = ovr_channel_draw_nonce();

	for (uint32_t i = 0; i < conduct->n_ends; i++) {
		struct ovr_conduct_end *end = &conduct->end[i];
		char address[64];

		need(read(group[i / EACH].fd, address, sizeof(address)) == sizeof(address), "no address");
		need(ovr_channel_connect(link, "agent", address, NULL, &end->channel, &err) == 0, address);
		ovr_channel_bind(end->channel, nonce);
		end->role = i == 0 ? OVR_MESSAGE_RX : OVR_MESSAGE_TX;
		end->name = ovr_channel_name(end->channel);
	}
}

/* How far apart senders were told to start, and how long before it the last one heard. */
static void
starts(const struct group *group, uint32_t n, double *ret_spread_us, double *ret_left_ms)
{
	uint64_t first = UINT64_MAX, last = 0, left = UINT64_MAX;

	for (uint32_t i = 0; i < n; i++) {
		struct told told;

		need(read(group[i / EACH].fd, &told, sizeof(told)) == sizeof(told), "no start");
		left = told.left_ns < left ? told.left_ns : left;
		if (!told.is_sender)
			continue;
		last = told.epoch_ns > last ? told.epoch_ns : last;
		first = told.epoch_ns < first ? told.epoch_ns : first;
	}
	*ret_spread_us = (double)(last - first) / 1e3;
	*ret_left_ms = (double)left / 1e6;
}

static void
conduct_all(struct ovr_conduct *conduct, const struct group *group)
{
	static char plan[] = "tx: elsewhere:netdev:eth1\nrx: netdev:eth1\nrate: 10%\n";
	static char *plans[] = { plan };
	struct ovr_message_texts *texts = calloc(conduct->n_ends, sizeof(*texts));
	uint64_t at_ns = ovr_end_now_ns(), run_ns;
	double hello_ms, prepare_ms, start_ms, run_ms, close_ms, spread_us, left_ms;
	struct rusage used;

	need(texts != NULL, "no memory");
	for (uint32_t i = 0; i < conduct->n_ends; i++)
		texts[i] = (struct ovr_message_texts){ plans, 1 };
	need(ovr_conduct_hello(conduct, texts, &err) == 0, "hello");
	hello_ms = since_ms(&at_ns);
	ovr_conduct_begin(conduct);
	for (uint32_t i = 0; i < conduct->n_ends; i++)
		need(ovr_conduct_plan(conduct, i, plan, 7, &err) == 0, "a plan");
	need(ovr_conduct_prepared(conduct, 0, conduct->n_ends, WAIT_MS, &err) == 0, "prepare");
	prepare_ms = since_ms(&at_ns);
	run_ns = at_ns;
	need(ovr_conduct_run(conduct, &err) == 0, "run");
	run_ms = since_ms(&at_ns);
	start_ms = (double)(conduct->epoch_ns - run_ns) / 1e6;
	for (uint32_t i = 0; i < conduct->n_ends; i++) {
		snprintf(err.text, sizeof(err.text), "%s", conduct->end[i].gone);
		need(conduct->end[i].half != NULL && !conduct->end[i].is_checkpoint, "no half");
		need(conduct->end[i].has_after, "a clock could not be read again");
	}
	starts(group, conduct->n_ends, &spread_us, &left_ms);
	need(left_ms > 0, "an agent was told after the start");
	at_ns = ovr_end_now_ns();
	ovr_conduct_close(conduct, WAIT_MS);
	close_ms = since_ms(&at_ns);
	getrusage(RUSAGE_SELF, &used);
	printf("{\"agents\": %u, \"hello_ms\": %.0f, \"prepare_ms\": %.0f, \"clocks_and_lead_ms\": %.0f, "
	       "\"start_spread_us\": %.1f, \"start_bound_us\": %.1f, \"told_before_start_ms\": %.0f, "
	       "\"after_trial_ms\": %.0f, \"close_ms\": %.0f, \"cpu_ms\": %ld, \"peak_kib\": %ld}\n",
		conduct->n_ends, hello_ms, prepare_ms, start_ms, spread_us, (double)conduct->bound_ns / 1e3,
		left_ms, run_ms - start_ms - (double)TRIAL_NS / 1e6, close_ms, cpu_ms(), used.ru_maxrss);
	free(texts);
}

int
main(int argc, char **argv)
{
	struct ovr_link_conf conf = { .keys = NULL };
	struct ovr_conduct conduct = { .n_ends = 0 };
	struct ovr_link *link;
	struct group *group;
	json_error_t wrong;
	uint32_t n_groups;

	need(argc == 3, "AGENTS HALF.json");
	conduct.n_ends = (uint32_t)strtoul(argv[1], NULL, 10);
	need(conduct.n_ends >= 2, "AGENTS: 2 or more");
	half = json_load_file(argv[2], 0, &wrong);
	need(half != NULL, wrong.text);
	n_groups = (conduct.n_ends + EACH - 1) / EACH;
	group = calloc(n_groups, sizeof(*group));
	conduct.end = calloc(conduct.n_ends, sizeof(*conduct.end));
	need(group != NULL && conduct.end != NULL, "no memory");
	for (uint32_t i = 0; i < n_groups; i++) {
		uint32_t rest = conduct.n_ends - i * EACH;

		group[i] = begin_group(rest < EACH ? rest : EACH);
	}
	need(ovr_link_open(&conf, &link, &err) == 0, "link");
	connect_all(link, group, &conduct);
	conduct_all(&conduct, group);
	for (uint32_t i = 0; i < conduct.n_ends; i++)
		ovr_channel_close(conduct.end[i].channel);
	ovr_conduct_done(&conduct);
	ovr_link_close(link);
	for (uint32_t i = 0; i < n_groups; i++) {
		int status = 0;

		waitpid(group[i].pid, &status, 0);
		need(WIFEXITED(status) && WEXITSTATUS(status) == 0, "agents ended badly");
	}
	json_decref(half);
	free(conduct.end);
	free(group);
	return 0;
}
