/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two halves of a trial in two processes: this one sends, its child receives. What they tell each
 * other goes over a pair of sockets. The child's half comes back as it is in memory.
 */
#include "trial/far.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "halves/document.h"
#include "halves/join.h"
#include "netns.h"
#include "plan/command.h"
#include "report/half.h"
#include "report/report.h"
#include "trial_run.h"
#include "xdp.h"

#define MS      UINT64_C(1000000)
#define STREAMS 16

enum { READY, START, SENT };

/* A message, a packet of its own. */
struct word {
	int kind;
	uint64_t epoch_ns;
	uint32_t n_streams;
	uint64_t sent_of[STREAMS];
};

/* One end of the pair. */
struct pipe {
	int fd;
	uint64_t start_in_ns;
	bool has_sent;
	struct word sent;
	uint32_t n_so_far;
	uint32_t kills_after; /* so many halves so far; 0: never */
	uint64_t received;    /* by the last half so far */
	struct ovr_trial_ready ready;
	uint16_t n_rx;    /* workers, when it was ready */
	uint64_t n_heard; /* frames that came to the sender */
};

/* The parts of a half that a join of these tests needs, as they are in memory. */
struct parcel {
	struct ovr_half_receiver receiver;
	struct ovr_ledger_account account[64];
	struct ovr_ledger_account common_account[64];
	struct ovr_result_queue queue[4];
	struct ovr_result_stream stream[STREAMS];
	uint32_t n_common_accounts;
	uint64_t took_ns;
	char note[8][OVR_RESULT_NOTE_BYTES];
	uint32_t n_notes;
	int status;
	struct ovr_err err;
};

static struct ovr_plan plan;
static struct ovr_halves halves;
static struct ovr_result result;
static struct ovr_err err;
static struct parcel parcel;
static pid_t child;
static bool goes_astray; /* the receiver is that of other streams, of which none was sent */

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 * MS + (uint64_t)now.tv_nsec;
}

static int
armed(void *context, const struct ovr_trial_ready *ready, uint64_t *ret_epoch_ns, struct ovr_err *error)
{
	struct pipe *pipe = context;
	struct word word = { .kind = READY };

	pipe->ready = *ready;
	pipe->n_rx = ready->cpu_map == NULL ? 0 : ready->cpu_map->n_rx;
	if (ready->receives) {
		send(pipe->fd, &word, sizeof(word), MSG_NOSIGNAL);
		if (recv(pipe->fd, &word, sizeof(word), 0) != sizeof(word) || word.kind != START)
			return ovr_err_set(error, -ECANCELED, "the sender gave up");
		*ret_epoch_ns = word.epoch_ns;
		return 0;
	}
	if (recv(pipe->fd, &word, sizeof(word), 0) != sizeof(word) || word.kind != READY)
		return ovr_err_set(error, -ECANCELED, "the receiver gave up");
	word = (struct word){ .kind = START, .epoch_ns = now_ns() + pipe->start_in_ns };
	send(pipe->fd, &word, sizeof(word), MSG_NOSIGNAL);
	*ret_epoch_ns = word.epoch_ns;
	return 0;
}

static const uint64_t *
sent_of(void *context, uint32_t *ret_n_streams)
{
	struct pipe *pipe = context;

	if (!pipe->has_sent)
		pipe->has_sent = recv(pipe->fd, &pipe->sent, sizeof(pipe->sent), MSG_DONTWAIT) ==
			(ssize_t)sizeof(pipe->sent);
	*ret_n_streams = pipe->sent.n_streams;
	return pipe->has_sent ? pipe->sent.sent_of : NULL;
}

/* Frames that came to the sender. Its interface goes with the receiver's namespace. */
static uint64_t
received_by_sender(void)
{
	FILE *file = fopen("/sys/class/net/ovr0/statistics/rx_packets", "re");
	unsigned long long n = 0;

	if (file == NULL)
		return 0;
	if (fscanf(file, "%llu", &n) != 1)
		n = 0;
	fclose(file);
	return n;
}

/* The receiver's plan may have streams of other senders, of which there is none here. */
static void
sent(void *context, const uint64_t *of, uint32_t n_streams)
{
	struct pipe *pipe = context;
	struct word word = { .kind = SENT, .n_streams = plan.frames.stream_first + n_streams };

	pipe->n_heard = received_by_sender();
	if (goes_astray) {
		word.n_streams = n_streams;
		send(pipe->fd, &word, sizeof(word), MSG_NOSIGNAL);
		return;
	}
	memcpy(word.sent_of + plan.frames.stream_first, of, n_streams * sizeof(*of));
	send(pipe->fd, &word, sizeof(word), MSG_NOSIGNAL);
}

static const char *
lost(void *context)
{
	struct pipe *pipe = context;
	struct pollfd poll_fd = { .fd = pipe->fd, .events = POLLRDHUP };

	return poll(&poll_fd, 1, 0) == 1 && (poll_fd.revents & (POLLHUP | POLLRDHUP)) != 0 && !pipe->has_sent
		? "its sockets were closed"
		: NULL;
}

static void
so_far(void *context, const struct ovr_halves *of)
{
	struct pipe *pipe = context;

	pipe->n_so_far++;
	pipe->received = of->receiver.ours;
	if (pipe->n_so_far == pipe->kills_after)
		kill(child, SIGKILL);
}

/* The plan of this process's half. */
static struct ovr_plan
half_plan(const char *tx, const char *rx, const char *const *with)
{
	static const char *const kind[] = { "tmax", "60s", "warmup", "20ms", "drain", "50ms", "settle", "0",
		"rate-tolerance", "100%", "trial-id", "0x1234", "rate", "100kpps", "count", "20000",
		"interval", "50ms", "link-timeout", "5s", NULL };
	struct ovr_plan half;

	ovr_plan_default_for(OVR_PLAN_HALF, &half);
	cr_assert_eq(ovr_plan_set(&half, "tx", tx, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_set(&half, "rx", rx, &err), 0, "%s", err.text);
	for (size_t i = 0; kind[i] != NULL; i += 2)
		cr_assert_eq(ovr_plan_set(&half, kind[i], kind[i + 1], &err), 0, "%s", err.text);
	for (size_t i = 0; with[i] != NULL; i += 2)
		cr_assert_eq(ovr_plan_set(&half, with[i], with[i + 1], &err), 0, "%s", err.text);
	cr_assert_eq(ovr_plan_freeze(&half, &err), 0, "%s", err.text);
	return half;
}

/* Run this process's half. */
static int
run_half(struct pipe *pipe)
{
	struct ovr_trial_far far = { .context = pipe,
		.armed = armed,
		.sent_of = sent_of,
		.sent = sent,
		.lost = lost,
		.so_far = so_far };
	struct ovr_trial_hooks hooks = { .far = &far };
	struct ovr_session session = { .pair = NULL };
	struct ovr_env_conf env = { .extra = NULL };
	struct ovr_cpu_map cpu_map;
	int status = ovr_trial_env(&plan, &cpu_map, &env, &err);

	if (status == 0)
		status = ovr_env_start(&env, &err);
	if (status != 0)
		return status;
	status = ovr_trial_run_half_in(&session, &plan, &cpu_map, &hooks, &halves, &result, &err);
	ovr_session_close(&session, NULL);
	ovr_env_stop();
	return status;
}

/* A list of none may be NULL, which nothing can be copied from. */
static void
copy_list(void *to, const void *from, size_t bytes)
{
	if (bytes != 0)
		memcpy(to, from, bytes);
}

static void
pack(void)
{
	parcel.receiver = halves.receiver;
	copy_list(parcel.queue, halves.receiver.end.queue,
		halves.receiver.end.n_queues * sizeof(parcel.queue[0]));
	copy_list(parcel.account, halves.receiver.end.accounts.account,
		halves.receiver.end.accounts.n * sizeof(parcel.account[0]));
	copy_list(
		parcel.stream, halves.receiver.stream, halves.receiver.n_streams * sizeof(parcel.stream[0]));
	parcel.n_common_accounts = halves.common.accounts.n;
	copy_list(parcel.common_account, halves.common.accounts.account,
		parcel.n_common_accounts * sizeof(parcel.common_account[0]));
	for (; parcel.n_notes < halves.common.n_notes && parcel.n_notes < 8; parcel.n_notes++)
		memcpy(parcel.note[parcel.n_notes], halves.common.note[parcel.n_notes],
			sizeof(parcel.note[0]));
}

static void
write_all(int fd, const void *bytes, size_t size)
{
	for (const char *at = bytes; size != 0;) {
		ssize_t n = write(fd, at, size);

		if (n <= 0)
			_exit(1);
		at += n;
		size -= (size_t)n;
	}
}

/* The child: its half, and then the parcel. */
static void
receive(struct pipe *pipe, int parcel_fd)
{
	uint64_t begun_ns = now_ns();

	parcel.status = run_half(pipe);
	parcel.took_ns = now_ns() - begun_ns;
	parcel.err = err;
	if (parcel.status == 0)
		pack();
	write_all(parcel_fd, &parcel, sizeof(parcel));
	_exit(0);
}

static void *
copy(const void *from, size_t size)
{
	void *to = malloc(size + 1);

	cr_assert_not_null(to);
	memcpy(to, from, size);
	return to;
}

static void
take_parcel(int parcel_fd)
{
	char *at = (char *)&parcel;
	size_t left = sizeof(parcel);

	while (left != 0) {
		ssize_t n = read(parcel_fd, at, left);

		cr_assert_gt(n, 0, "the receiver ended without its half");
		at += n;
		left -= (size_t)n;
	}
	waitpid(child, NULL, 0);
}

static void
unpack(int parcel_fd)
{
	take_parcel(parcel_fd);
	cr_assert_eq(parcel.status, 0, "%s", parcel.err.text);
}

/* Both halves in one process, as the caller of a trial has them. */
static void
join(void)
{
	struct ovr_half *end = &parcel.receiver.end;

	cr_assert(halves.receiver.end.is_unknown);
	end->n_workers = end->n_counters = 0;
	end->n_stalls = 0;
	end->worker = NULL;
	end->counter = NULL;
	end->stall = NULL;
	end->queue = copy(parcel.queue, sizeof(parcel.queue));
	end->accounts.account = copy(parcel.account, sizeof(parcel.account));
	end->accounts.capacity = 64;
	parcel.receiver.stream = copy(parcel.stream, sizeof(parcel.stream));
	parcel.receiver.period = NULL;
	parcel.receiver.n_periods = parcel.receiver.n_shared = 0;
	parcel.receiver.latency_ns = parcel.receiver.interarrival_ns = NULL;
	parcel.receiver.xstat = NULL;
	parcel.receiver.n_xstats = 0;
	memset(&parcel.receiver.unlisted, 0, sizeof(parcel.receiver.unlisted));
	cr_assert_eq(ovr_loss_events_init(&parcel.receiver.events, 1000, 64, &err), 0);
	halves.receiver = parcel.receiver;
	for (uint32_t i = 0; i < parcel.n_common_accounts; i++)
		ovr_half_add_account(&halves.common.accounts, &parcel.common_account[i]);
	cr_assert_eq(ovr_halves_join(&halves, &result, &err), 0, "%s", err.text);
}

/* Nothing in the child may assert: it is no process of the test framework's. */
static void
leave_namespace(int fd)
{
	struct word word = { .kind = READY };

	if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0 ||
		mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount("ovr-sysfs", "/sys", "sysfs", 0, NULL) != 0)
		_exit(1);
	write_all(fd, &word, sizeof(word));
	if (recv(fd, &word, sizeof(word), 0) != sizeof(word))
		_exit(1);
}

/*
 * Start the child, which receives.
 * @param apart in a network namespace of its own; it waits there for connect_namespaces()
 * @return this process's end of the pair
 */
static struct pipe
fork_receiver(const struct ovr_plan *receivers, bool apart, int *ret_parcel_fd)
{
	int fd[2], parcel_fd[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), 0);
	cr_assert_eq(pipe(parcel_fd), 0);
	fflush(NULL);
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		struct pipe mine = { .fd = fd[1] };

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(fd[0]);
		close(parcel_fd[0]);
		if (apart)
			leave_namespace(fd[1]);
		plan = *receivers;
		receive(&mine, parcel_fd[1]);
	}
	close(fd[1]);
	close(parcel_fd[1]);
	*ret_parcel_fd = parcel_fd[0];
	return (struct pipe){ .fd = fd[0], .start_in_ns = 1000 * MS };
}

static void
need_two_cpus(void)
{
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		cr_skip_test("two CPUs are needed");
}

static uint64_t
booked(enum ovr_ledger_place place, const char *port)
{
	uint64_t frames = 0;

	for (uint32_t i = 0; i < result.ledger.n_accounts; i++)
		if (result.ledger.account[i].place == place &&
			strcmp(result.ledger.account[i].port, port) == 0)
			frames += result.ledger.account[i].frames;
	return frames;
}

static const char *
reasons(void)
{
	return result.ledger.n_reasons == 0 ? "" : result.ledger.reason[0];
}

/* A command in the receiver's namespace. */
#define THERE(format, ...) netns_run("nsenter -t %d -n " format, child, ##__VA_ARGS__)

/* The receiver has left: the other end of the veth goes there. */
static void
connect_namespaces(const struct pipe *pipe, bool loses)
{
	struct word word;

	cr_assert_eq(recv(pipe->fd, &word, sizeof(word), 0), sizeof(word), "the receiver has no namespace");
	/* or it sends frames of its own */
	THERE("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1");
	netns_run("ip link set ovr1 netns %d", child);
	THERE("ip link set lo up");
	THERE("ip link set ovr1 up");
	THERE("ip address add 198.19.0.2/24 dev ovr1");
	/* where frames of an interface come from */
	THERE("ip route add 198.18.0.0/16 dev ovr1");
	THERE("ip neighbour add 198.19.0.1 lladdr 02:00:00:00:01:01 dev ovr1 nud permanent");
	if (loses) {
		THERE("nft add table inet ovr");
		THERE("nft 'add chain inet ovr in { type filter hook input priority 0; }'");
		THERE("nft 'add rule inet ovr in udp dport 9 numgen inc mod 10 == 0 counter drop'");
	}
	netns_run("ip address add 198.19.0.1/24 dev ovr0");
	netns_run("ip neighbour add 198.19.0.2 lladdr 02:00:00:00:01:02 dev ovr0 nud permanent");
	write_all(pipe->fd, &word, sizeof(word));
}

static void
make_veth(void)
{
	netns_enter();
	netns_make_pair("ovr0", "ovr1");
	netns_run("ip link set ovr0 address 02:00:00:00:01:01");
	netns_run("ip link set ovr1 address 02:00:00:00:01:02");
}

static void
expect_all_arrived(uint64_t frames)
{
	const struct ovr_ledger_figures *figures = &result.ledger.figures;

	cr_expect_eq(figures->sent, frames);
	cr_expect_eq(figures->unique, frames);
	cr_expect_eq(result.ledger.lost, 0);
	cr_expect_eq(result.ledger.unexplained, 0);
	cr_expect_eq(result.ledger.verdict, OVR_VERDICT_PASS, "%s", reasons());
}

/* The queues, pool and workers of one end alone are in each process. */
Test(far, two_halves_over_loopback_make_one_result)
{
	int parcel_fd;
	struct pipe pipe;

	need_two_cpus();
	netns_enter();
	netns_run("ip link set lo up");
	plan = half_plan("elsewhere:", "udp:127.0.0.1:9,rcvbuf=32m", WITH("streams", "4"));
	pipe = fork_receiver(&plan, false, &parcel_fd);
	plan = half_plan("udp:127.0.0.1:9", "elsewhere:udp:127.0.0.1:9", WITH("streams", "4"));
	cr_assert_eq(run_half(&pipe), 0, "%s", err.text);
	unpack(parcel_fd);
	cr_expect(pipe.ready.sends && !pipe.ready.receives);
	cr_expect_str_eq(pipe.ready.tx.port.label, "udp:127.0.0.1:9");
	cr_expect_eq(pipe.ready.tx.n_queues, 1);
	cr_expect_eq(pipe.n_rx, 0);
	cr_expect_geq(pipe.n_so_far, 1);
	/* the halves have one time zero, to some microseconds */
	cr_expect_lt(parcel.receiver.before_their_time, 200);
	join();
	expect_all_arrived(20000);
	ovr_halves_done(&halves);
	ovr_result_done(&result);
}

/* One of several senders: its streams are the last four of the receiver's eight. */
Test(far, a_sender_has_a_range_of_the_receivers_streams)
{
	int parcel_fd;
	struct pipe pipe;

	need_two_cpus();
	netns_enter();
	netns_run("ip link set lo up");
	plan = half_plan("elsewhere:", "udp:127.0.0.1:9,rcvbuf=32m", WITH("streams", "8", "size", "64,128"));
	pipe = fork_receiver(&plan, false, &parcel_fd);
	plan = half_plan("udp:127.0.0.1:9", "elsewhere:udp:127.0.0.1:9",
		WITH("streams", "4", "stream-first", "4", "size", "64,128"));
	cr_assert_eq(run_half(&pipe), 0, "%s", err.text);
	unpack(parcel_fd);
	cr_expect_eq(result.plan.frames.stream_first, 4);
	cr_expect_eq(parcel.receiver.n_streams, 8);
	cr_expect_eq(parcel.receiver.total.unique, 20000);
	cr_expect_eq(parcel.receiver.foreign, 0);
	for (uint32_t s = 0; s < 8; s++) {
		cr_expect_eq(parcel.stream[s].sent, s < 4 ? 0 : halves.sender.sent_of[s - 4]);
		cr_expect_eq(parcel.stream[s].account.unique, parcel.stream[s].sent);
	}
	cr_expect_eq(parcel.receiver.unique_of_size[0], halves.sender.size[0].sent);
	ovr_halves_done(&halves);
	ovr_result_done(&result);
}

/* The frames of a sender come to a receiver that has the first four of eight streams. */
Test(far, frames_of_another_receiver_are_foreign_and_counted_by_stream)
{
	int parcel_fd;
	struct pipe pipe;

	need_two_cpus();
	netns_enter();
	netns_run("ip link set lo up");
	goes_astray = true;
	plan = half_plan("elsewhere:", "udp:127.0.0.1:9,rcvbuf=32m",
		WITH("streams", "8", "streams-own", "4", "size", "64,128"));
	pipe = fork_receiver(&plan, false, &parcel_fd);
	plan = half_plan("udp:127.0.0.1:9", "elsewhere:udp:127.0.0.1:9",
		WITH("streams", "4", "stream-first", "4", "size", "64,128"));
	cr_assert_eq(run_half(&pipe), 0, "%s", err.text);
	unpack(parcel_fd);
	cr_expect_eq(parcel.receiver.n_streams, 4);
	cr_expect_eq(parcel.receiver.total.unique, 0);
	cr_expect_eq(parcel.receiver.ours, 0);
	cr_expect_eq(parcel.receiver.foreign, 20000);
	cr_expect_eq(parcel.receiver.n_astray, 4);
	cr_expect_eq(parcel.receiver.n_periods, 0);
	ovr_halves_done(&halves);
	ovr_result_done(&result);
}

/* The rings and counters of an interface of each namespace. The ring holds all that is sent. */
static void
join_over_interfaces(const char *tx, const char *rx, const char *tx_elsewhere, const char *rx_elsewhere,
	const char *ring, unsigned int frames)
{
	char count[16];
	int parcel_fd;
	struct pipe pipe;

	snprintf(count, sizeof(count), "%u", frames);
	need_two_cpus();
	make_veth();
	plan = half_plan(tx_elsewhere, rx, WITH("rxd", ring));
	pipe = fork_receiver(&plan, true, &parcel_fd);
	connect_namespaces(&pipe, false);
	plan = half_plan(tx, rx_elsewhere, WITH("count", count));
	cr_assert_eq(run_half(&pipe), 0, "%s", err.text);
	unpack(parcel_fd);
	cr_expect_eq(pipe.ready.tx.ring, 1024);
	/* the receiver said where it is, so that a switch would know it */
	cr_expect_eq(pipe.n_heard, 1);
	join();
	expect_all_arrived(frames);
	ovr_halves_done(&halves);
	ovr_result_done(&result);
}

Test(far, two_halves_over_packet_sockets_of_two_namespaces_make_one_result)
{
	join_over_interfaces("netdev:ovr0,mode=af_packet", "netdev:ovr1,mode=af_packet",
		"elsewhere:netdev:ovr0,mode=af_packet", "elsewhere:netdev:ovr1,mode=af_packet", "32768",
		20000);
}

Test(far, two_halves_over_af_xdp_of_two_namespaces_make_one_result)
{
	/* skips where programs may not be loaded */
	close(xdp_load(XDP_PASS));
	join_over_interfaces(
		"netdev:ovr0", "netdev:ovr1", "elsewhere:netdev:ovr0", "elsewhere:netdev:ovr1", "4096", 2000);
}

/* The sender asks for the neighbour that has the socket's address: the other namespace answers. */
Test(far, an_interface_sends_to_a_socket_of_another_namespace)
{
	int parcel_fd;
	struct pipe pipe;

	need_two_cpus();
	make_veth();
	plan = half_plan("elsewhere:netdev:ovr0,mode=af_packet", "udp:198.19.0.2:9,rcvbuf=32m", PLAIN);
	pipe = fork_receiver(&plan, true, &parcel_fd);
	connect_namespaces(&pipe, false);
	plan = half_plan("netdev:ovr0,mode=af_packet", "elsewhere:udp:198.19.0.2:9", PLAIN);
	cr_assert_eq(run_half(&pipe), 0, "%s", err.text);
	unpack(parcel_fd);
	cr_expect_eq(memcmp(result.gateway.mac, "\x02\x00\x00\x00\x01\x02", 6), 0);
	join();
	expect_all_arrived(20000);
	ovr_halves_done(&halves);
	ovr_result_done(&result);
}

/* A ring that nobody reads until senders have told what they sent: the rest is its own. */
Test(far, a_ring_that_overruns_is_owned_by_the_receivers_half)
{
	int parcel_fd;
	struct pipe pipe;

	need_two_cpus();
	make_veth();
	plan = half_plan("elsewhere:netdev:ovr0,mode=af_packet", "netdev:ovr1,mode=af_packet",
		WITH("rxd", "512", "stall", "unread"));
	pipe = fork_receiver(&plan, true, &parcel_fd);
	connect_namespaces(&pipe, false);
	plan = half_plan(
		"netdev:ovr0,mode=af_packet", "elsewhere:netdev:ovr1,mode=af_packet", WITH("count", "2000"));
	cr_assert_eq(run_half(&pipe), 0, "%s", err.text);
	unpack(parcel_fd);
	join();
	cr_expect_eq(result.ledger.figures.sent, 2000);
	cr_expect_gt(result.ledger.lost, 1000);
	cr_expect_eq(booked(OVR_PLACE_RX_RING, "netdev:ovr1"), (uint64_t)result.ledger.lost);
	cr_expect_eq(result.ledger.unexplained, 0);
	ovr_halves_done(&halves);
	ovr_result_done(&result);
}

static int
start_at_once(
	void *context, const struct ovr_trial_ready *ready, uint64_t *ret_epoch_ns, struct ovr_err *error)
{
	struct pipe *pipe = context;

	(void)error;
	pipe->ready = *ready;
	*ret_epoch_ns = now_ns() + 500 * MS;
	return 0;
}

static const char *
never(void *context)
{
	(void)context;
	return NULL;
}

/* A machine with both ends has both halves, and starts when it is told. */
Test(far, both_ends_in_one_process_are_two_halves_that_are_not_joined)
{
	struct ovr_trial_far far = { .armed = start_at_once, .lost = never };
	struct ovr_trial_hooks hooks = { .far = &far };
	struct ovr_session session = { .pair = NULL };
	struct ovr_env_conf env = { .extra = NULL };
	struct ovr_cpu_map cpu_map;
	struct pipe pipe = { .fd = -1 };

	need_two_cpus();
	far.context = &pipe;
	plan = half_plan("wire:0", "wire:1,drop=1%", WITH("rxd", "32768"));
	cr_assert_eq(ovr_trial_env(&plan, &cpu_map, &env, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_trial_run_half_in(&session, &plan, &cpu_map, &hooks, &halves, &result, &err), 0,
		"%s", err.text);
	ovr_session_close(&session, NULL);
	ovr_env_stop();
	cr_expect(pipe.ready.sends && pipe.ready.receives);
	cr_expect_eq(pipe.ready.rx.ring, 32768);
	cr_expect_eq(halves.sender.sent, 20000);
	cr_expect_eq(result.ledger.figures.sent, 0);
	cr_assert_eq(ovr_halves_join(&halves, &result, &err), 0, "%s", err.text);
	cr_expect_eq(result.ledger.figures.sent, 20000);
	cr_expect_gt(result.ledger.lost, 0);
	cr_expect_eq(result.ledger.unexplained, 0);
	ovr_halves_done(&halves);
	ovr_result_done(&result);
}

/* The JSON of what two halves are joined to, beside what came with them. */
static char *
joined(struct ovr_halves *from, const struct ovr_result *base)
{
	struct ovr_result *it = malloc(sizeof(*it));
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	*it = *base;
	cr_assert_eq(ovr_halves_join(from, it, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_report_json(it, "run", out, &err), 0, "%s", err.text);
	fclose(out);
	ovr_result_done(it);
	free(it);
	return text;
}

Test(far, halves_that_are_written_and_read_are_joined_to_the_same_result)
{
	static struct ovr_half_document written, read;
	struct ovr_trial_far far = { .armed = start_at_once, .lost = never };
	struct ovr_trial_hooks hooks = { .far = &far };
	struct ovr_session session = { .pair = NULL };
	struct ovr_env_conf env = { .extra = NULL };
	struct ovr_cpu_map cpu_map;
	struct pipe pipe = { .fd = -1 };
	char *text, *direct, *through;
	json_t *value;

	need_two_cpus();
	far.context = &pipe;
	plan = half_plan("wire:0", "wire:1,drop=1%,dup=1%,reorder=4:1%,corrupt=1%,fcs=1%",
		WITH("rxd", "256", "stall", "1ms/5ms"));
	cr_assert_eq(ovr_trial_env(&plan, &cpu_map, &env, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_trial_run_half_in(&session, &plan, &cpu_map, &hooks, &halves, &result, &err), 0,
		"%s", err.text);
	ovr_session_close(&session, NULL);
	ovr_env_stop();
	ovr_half_document_fill(&written, &halves, &result);
	value = ovr_half_json(&written);
	text = json_dumps(value, JSON_COMPACT);
	cr_assert_not_null(text);
	json_decref(value);
	cr_assert_eq(ovr_half_parse(text, strlen(text), &read, &err), 0, "%s", err.text);
	cr_expect_gt(read.halves.common.n_impairments, 0);
	cr_expect_gt(read.halves.receiver.n_periods, 0);
	cr_expect_gt(read.halves.receiver.end.n_stalls, 0);
	through = joined(&read.halves, &result);
	direct = joined(&written.halves, &result);
	cr_assert_str_eq(through, direct);
	free(text);
	free(through);
	free(direct);
	ovr_half_document_done(&read);
	ovr_half_document_done(&written);
}

static int
start_too_late(
	void *context, const struct ovr_trial_ready *ready, uint64_t *ret_epoch_ns, struct ovr_err *error)
{
	(void)context;
	(void)ready;
	(void)error;
	*ret_epoch_ns = now_ns() - 1;
	return 0;
}

Test(far, a_start_in_the_past_is_refused)
{
	struct ovr_trial_far far = { .armed = start_too_late, .lost = never };
	struct ovr_trial_hooks hooks = { .far = &far };
	struct ovr_session session = { .pair = NULL };
	struct ovr_env_conf env = { .extra = NULL };
	struct ovr_cpu_map cpu_map;

	need_two_cpus();
	plan = half_plan("wire:0", "wire:1", PLAIN);
	cr_assert_eq(ovr_trial_env(&plan, &cpu_map, &env, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_env_start(&env, &err), 0, "%s", err.text);
	cr_assert_eq(
		ovr_trial_run_half_in(&session, &plan, &cpu_map, &hooks, &halves, &result, &err), -ETIME);
	cr_assert_not_null(strstr(err.text, "a start that is farther ahead"), "%s", err.text);
	ovr_session_close(&session, NULL);
	ovr_env_stop();
}

/* Each half reads the kernel of its own namespace: that of the receiver dropped every tenth. */
Test(far, what_the_receivers_kernel_drops_is_owned_by_its_half)
{
	int parcel_fd;
	struct pipe pipe;

	need_two_cpus();
	make_veth();
	plan = half_plan("elsewhere:", "udp:198.19.0.2:9,rcvbuf=32m", PLAIN);
	pipe = fork_receiver(&plan, true, &parcel_fd);
	connect_namespaces(&pipe, true);
	plan = half_plan(
		"udp:198.19.0.2:9", "elsewhere:udp:198.19.0.2:9", WITH("warmup", "0", "max-loss", "10%"));
	cr_assert_eq(run_half(&pipe), 0, "%s", err.text);
	unpack(parcel_fd);
	cr_expect_eq(halves.common.accounts.n, 0);
	join();
	cr_expect_eq(result.ledger.figures.sent, 20000);
	cr_expect_eq(result.ledger.lost, 2000);
	cr_expect_eq(booked(OVR_PLACE_RX_NETFILTER, "udp:198.19.0.2:9"), 2000, "%s", parcel.note[0]);
	cr_expect_eq(result.ledger.unexplained, 0);
	ovr_halves_done(&halves);
	ovr_result_done(&result);
}

/* Start the receiver and be gone when it has run for half a second. */
static void
start_and_leave(struct pipe *pipe)
{
	struct ovr_trial_ready ready = { .sends = true };
	uint64_t epoch_ns;

	cr_assert_eq(armed(pipe, &ready, &epoch_ns, &err), 0);
	usleep(1500000);
	close(pipe->fd);
}

Test(far, a_receiver_whose_far_end_is_gone_ends_and_says_so)
{
	int parcel_fd;
	struct pipe pipe;
	uint64_t left_ns;

	netns_enter();
	netns_run("ip link set lo up");
	plan = half_plan("elsewhere:", "udp:127.0.0.1:9", WITH("count", "none", "time", "1h"));
	pipe = fork_receiver(&plan, false, &parcel_fd);
	start_and_leave(&pipe);
	left_ns = now_ns();
	unpack(parcel_fd);
	/* within a second where nothing else runs; else it would be an hour */
	cr_expect_lt(now_ns() - left_ns, 60000 * MS);
	cr_expect_str_eq(parcel.receiver.end.ended_early, "its sockets were closed");
	cr_expect_eq(parcel.receiver.n_streams, 0);
	cr_expect_eq(parcel.receiver.total.loss.frames, 0);
	cr_expect(!ovr_half_is_complete(&parcel.receiver.end));
}

/* It stops sending, and knows to the frame what it sent. */
Test(far, a_sender_whose_far_end_is_gone_stops_and_says_so)
{
	uint64_t begun_ns = now_ns(), sent_of_all = 0;
	int parcel_fd;
	struct pipe pipe;

	need_two_cpus();
	netns_enter();
	netns_run("ip link set lo up");
	plan = half_plan(
		"elsewhere:", "udp:127.0.0.1:9", WITH("streams", "4", "count", "none", "time", "1h"));
	pipe = fork_receiver(&plan, false, &parcel_fd);
	pipe.kills_after = 4;
	plan = half_plan("udp:127.0.0.1:9", "elsewhere:udp:127.0.0.1:9",
		WITH("streams", "4", "count", "none", "time", "1h"));
	cr_assert_eq(run_half(&pipe), 0, "%s", err.text);
	waitpid(child, NULL, 0);
	cr_expect_lt(now_ns() - begun_ns, 60000 * MS);
	cr_expect_str_eq(halves.sender.end.ended_early, "its sockets were closed");
	cr_expect(halves.receiver.end.is_unknown);
	for (uint32_t s = 0; s < halves.sender.n_streams; s++)
		sent_of_all += halves.sender.sent_of[s];
	cr_expect_gt(sent_of_all, 0);
	cr_expect_eq(halves.sender.sent, sent_of_all);
	/* no receiver, no loss */
	cr_assert_eq(ovr_halves_join(&halves, &result, &err), 0, "%s", err.text);
	cr_expect_eq(result.ledger.lost, 0);
	cr_expect_eq(result.ledger.verdict, OVR_VERDICT_VOID);
	ovr_halves_done(&halves);
	ovr_result_done(&result);
}

Test(far, a_trial_whose_far_end_gave_up_before_the_start_cannot_be_run)
{
	int parcel_fd;
	struct pipe pipe;

	netns_enter();
	netns_run("ip link set lo up");
	plan = half_plan("elsewhere:", "udp:127.0.0.1:9", PLAIN);
	pipe = fork_receiver(&plan, false, &parcel_fd);
	close(pipe.fd);
	take_parcel(parcel_fd);
	cr_expect_eq(parcel.status, -ECANCELED);
}

Test(far, a_half_has_the_number_of_its_trial)
{
	struct ovr_session session = { .pair = NULL };
	struct ovr_cpu_map cpu_map = { .n_rx = 1 };

	plan = half_plan("elsewhere:", "udp:127.0.0.1:9", PLAIN);
	plan.trial.id = 0;
	cr_assert_eq(ovr_trial_run_half_in(&session, &plan, &cpu_map, NULL, &halves, &result, &err), -EINVAL);
	cr_assert_not_null(strstr(err.text, "trial-id: found none"), "%s", err.text);
}
