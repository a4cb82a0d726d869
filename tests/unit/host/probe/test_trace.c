/* SPDX-License-Identifier: BSD-3-Clause */
/* Probes to the own host: one hop, which answers by errors, resets or datagrams. */
#include "probe/trace.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#define MS UINT64_C(1000000)

static struct ovr_trace_conf
conf_to(enum ovr_probe_protocol protocol, uint16_t port)
{
	struct ovr_trace_conf conf = {
		.probe = { .protocol = protocol, .n_flows = 1 },
		.interval_ns = 5 * MS,
		.wait_ns = 500 * MS,
		.count = 10,
		.seed = 1,
		.ttl_max = 30,
	};
	struct sockaddr_in *to = (struct sockaddr_in *)&conf.probe.to;

	to->sin_family = AF_INET;
	to->sin_port = htons(port);
	to->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return conf;
}

/* A port that nobody listens at, for now. */
static uint16_t
free_port(int type)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(own);
	int fd = socket(AF_INET, type, 0);

	cr_assert_eq(bind(fd, (struct sockaddr *)&own, size), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&own, &size), 0);
	close(fd);
	return ntohs(own.sin_port);
}

static void
expect_one_hop(const struct ovr_trace_conf *conf, enum ovr_path_answer answer)
{
	static struct ovr_trace trace;
	struct ovr_path path;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_trace_run(conf, &trace, &err), 0, "%s", err.text);
	ovr_path_judge(trace.probe, trace.n_probes, 0, &path);
	cr_assert_eq(path.n_hops, 1);
	/* those that find the distance are in no row */
	cr_assert_eq(path.hop[0].sent, 10);
	cr_assert_geq(trace.search_sent, 1);
	cr_assert_eq(path.hop[0].answered, path.hop[0].sent);
	cr_assert_eq(path.verdict, OVR_PATH_PASSES);
	cr_assert_eq(trace.rounds, 10);
	cr_assert_eq(trace.uncounted + trace.unsent + trace.duplicates, 0);
	cr_assert_str_eq(trace.address[path.hop[0].address[0]], "127.0.0.1");
	for (uint32_t i = 0; i < trace.n_probes; i++)
		cr_assert_eq(trace.probe[i].answer, answer, "probe %u: %d", i, trace.probe[i].answer);
	cr_assert_gt(trace.source[0], 0);
	ovr_trace_done(&trace);
}

Test(trace, a_closed_udp_port_answers_every_probe_by_an_error)
{
	struct ovr_trace_conf conf = conf_to(OVR_PROBE_UDP, free_port(SOCK_DGRAM));

	expect_one_hop(&conf, OVR_PATH_PORT_UNREACHABLE);
}

Test(trace, a_closed_tcp_port_answers_every_syn_by_a_reset)
{
	struct ovr_trace_conf conf = conf_to(OVR_PROBE_TCP, free_port(SOCK_STREAM));

	expect_one_hop(&conf, OVR_PATH_DESTINATION);
}

Test(trace, an_open_tcp_port_answers_every_syn)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(own);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct ovr_trace_conf conf;

	cr_assert_eq(bind(fd, (struct sockaddr *)&own, size), 0);
	cr_assert_eq(listen(fd, 64), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&own, &size), 0);
	conf = conf_to(OVR_PROBE_TCP, ntohs(own.sin_port));
	expect_one_hop(&conf, OVR_PATH_DESTINATION);
	close(fd);
}

static void *
echo(void *of)
{
	int fd = *(int *)of;
	char bytes[65536];

	for (;;) {
		struct sockaddr_in from;
		socklen_t size = sizeof(from);
		ssize_t n = recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &size);

		if (n <= 0)
			return NULL;
		sendto(fd, bytes, (size_t)n, 0, (struct sockaddr *)&from, size);
	}
}

Test(trace, a_service_that_sends_datagrams_back_is_the_destination_and_shows_the_mtu)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(own);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct ovr_trace_conf conf;
	static struct ovr_trace trace;
	struct ovr_err err = { "" };
	pthread_t thread;

	cr_assert_eq(bind(fd, (struct sockaddr *)&own, size), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&own, &size), 0);
	cr_assert_eq(pthread_create(&thread, NULL, echo, &fd), 0);
	conf = conf_to(OVR_PROBE_UDP, ntohs(own.sin_port));
	expect_one_hop(&conf, OVR_PATH_DESTINATION);
	conf.find_mtu = true;
	cr_assert_eq(ovr_trace_run(&conf, &trace, &err), 0, "%s", err.text);
	cr_assert_eq(trace.mtu.state, OVR_PATH_MTU_OWN);
	cr_assert_eq(trace.mtu.passes_bytes, trace.mtu.own_bytes);
	cr_assert_eq(trace.mtu.missing, 0);
	ovr_trace_done(&trace);
	shutdown(fd, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(fd);
}

#define LATE_MAX 1024

/* A datagram that is sent back 300 ms after it came. */
struct late {
	uint64_t due_ns;
	struct sockaddr_in from;
	ssize_t n;
	char bytes[128];
};

static void *
echo_late(void *of)
{
	int fd = *(int *)of;
	static struct late late[LATE_MAX];
	size_t n = 0, done = 0;

	while (n < LATE_MAX) {
		struct pollfd wait = { fd, POLLIN, 0 };

		if (poll(&wait, 1, 1) > 0) {
			socklen_t size = sizeof(late[n].from);

			late[n].n = recvfrom(fd, late[n].bytes, sizeof(late[n].bytes), 0,
				(struct sockaddr *)&late[n].from, &size);
			if (late[n].n <= 0)
				return NULL;
			late[n++].due_ns = ovr_probe_now_ns() + 300 * MS;
		}
		for (; done < n && late[done].due_ns <= ovr_probe_now_ns(); done++)
			sendto(fd, late[done].bytes, (size_t)late[done].n, 0,
				(struct sockaddr *)&late[done].from, sizeof(late[done].from));
	}
	return NULL;
}

/* Each comes after its wait, and the last ones are no more missing than the first ones. */
Test(trace, answers_later_than_the_wait_are_waited_for_at_the_end)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(own);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct ovr_trace_conf conf;
	static struct ovr_trace trace;
	struct ovr_path path;
	struct ovr_err err = { "" };
	pthread_t thread;

	cr_assert_eq(bind(fd, (struct sockaddr *)&own, size), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&own, &size), 0);
	cr_assert_eq(pthread_create(&thread, NULL, echo_late, &fd), 0);
	conf = conf_to(OVR_PROBE_UDP, ntohs(own.sin_port));
	conf.wait_ns = 60 * MS;
	conf.count = 60;
	cr_assert_eq(ovr_trace_run(&conf, &trace, &err), 0, "%s", err.text);
	ovr_path_judge(trace.probe, trace.n_probes, 0, &path);
	cr_assert_eq(path.n_hops, 1);
	cr_assert_eq(path.hop[0].sent, 60);
	cr_assert_geq(path.hop[0].best_ns, 300 * MS);
	cr_assert_eq(path.hop[0].missing, 0);
	cr_assert_eq(path.verdict, OVR_PATH_PASSES);
	ovr_trace_done(&trace);
	shutdown(fd, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(fd);
}
