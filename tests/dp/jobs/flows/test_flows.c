/* SPDX-License-Identifier: BSD-3-Clause */
/* Flows over loopback, without any privilege. Through a lab: tests/system/tcp_measure.sh. */
#include "flows/flows.h"

#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "result/tcp_flow.h"

#define MS UINT64_C(1000000)

static struct ovr_tcp_impact impact;
static struct ovr_err err;

/* A port of loopback that nobody has, as a name. */
static const char *
free_port(void)
{
	static char name[40];
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	cr_assert_eq(bind(fd, (struct sockaddr *)&address, size), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	close(fd);
	snprintf(name, sizeof(name), "tcp:127.0.0.1:%u", ntohs(address.sin_port));
	return name;
}

/* A trial of 100 s in which one of 100 frames was lost. */
static void
begin(void)
{
	impact = (struct ovr_tcp_impact){
		.question = { .rtt_ns = { 20 * MS, 100 * MS },
			.n_rtts = 2,
			.mss = 1448,
			.asks = { false, true } },
		.measured = { .sent = 100000,
			.lost = 1000,
			.unique = 99000,
			.n_periods = 1000,
			.duration_ns = 100000 * MS,
			.latency_min_ns = NAN,
			.latency_mean_ns = NAN },
	};
	for (uint64_t i = 0; i < 1000; i++) {
		struct ovr_tcp_impact_loss loss = { i * 100 * MS, (i * 100 + 2) * MS, 1, i * 100 };

		cr_assert_eq(ovr_tcp_impact_add(&impact, &loss, &err), 0);
	}
	cr_assert_eq(ovr_tcp_impact_close(&impact, &err), 0);
}

static void
end(void)
{
	ovr_tcp_impact_done(&impact);
}

TestSuite(flows, .init = begin, .fini = end);

static uint32_t n_said;

static void
listen_to(uint32_t number, uint32_t n, const struct ovr_tcp_flow *flow, uint64_t time_ns)
{
	n_said++;
	cr_expect_eq(number, 1);
	cr_expect_eq(n, 1);
	cr_expect_eq(flow->cc, OVR_TCP_IMPACT_RENO);
	cr_expect_eq(time_ns, 300 * MS);
}

/* A path has one round-trip time, whichever were asked for; half of the time is slow start. */
Test(flows, a_path_is_measured_once_for_each_algorithm)
{
	const struct ovr_flows_conf conf = { .time_ns = 200 * MS, .rx = free_port(), .say = listen_to };
	const struct ovr_tcp_flow *flow;

	cr_assert_eq(ovr_flows_measure(&conf, &impact, NULL, &err), 0, "%s", err.text);
	cr_assert_eq(impact.n_flows, 1);
	cr_expect_eq(n_said, 1);
	flow = &impact.flow[0];
	cr_assert_str_empty(flow->unknown, "%s", flow->unknown);
	cr_expect_eq(flow->rtt_asked_ns, 0);
	cr_expect_eq(flow->omitted_ns, 100 * MS);
	cr_expect_geq(flow->counted_ns, 100 * MS);
	cr_expect_gt(flow->bytes, 0);
	cr_expect_gt(flow->bps, 0);
	cr_expect_gt(flow->rtt_mean_ns, 0);
	cr_expect_gt(flow->segments_sent, 0);
	cr_expect_neq(flow->counter[OVR_TCP_FLOW_RETRANSMITTED], UINT64_MAX);
	cr_expect_not(flow->has_hop);
	cr_expect_eq(flow->events, UINT64_MAX);
	cr_expect_eq(strncmp(impact.kernel, "Linux ", 6), 0);
}

Test(flows, a_stop_ends_it_in_a_sentence)
{
	const struct ovr_flows_conf conf = { .time_ns = 200 * MS, .rx = free_port() };
	atomic_bool stop = true;

	cr_expect_eq(ovr_flows_measure(&conf, &impact, &stop, &err), -EINTR);
	cr_expect_str_eq(err.text, "tcp: the measurement was interrupted");
}

Test(flows, ports_that_are_no_single_connection_are_refused)
{
	static const char *const wrong[] = { "udp:127.0.0.1:9", "wire:0", "tcp:127.0.0.1:9,connections=2",
		"tcp:127.0.0.1:9,congestion=reno", "tcp:127.0.0.1:9,netns=nowhere", "tcp:nowhere" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const struct ovr_flows_conf conf = { .time_ns = 200 * MS, .tx = wrong[i] };

		err.text[0] = '\0';
		cr_expect_lt(ovr_flows_measure(&conf, &impact, NULL, &err), 0, "%s", wrong[i]);
		cr_expect_str_not_empty(err.text, "%s", wrong[i]);
		cr_expect_eq(impact.n_flows, 0, "%s", wrong[i]);
	}
}

Test(flows, a_lab_needs_root)
{
	const struct ovr_flows_conf conf = { .time_ns = 200 * MS, .keys = "" };

	if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
		cr_skip_test("another user cannot be had");
	cr_expect_eq(ovr_flows_measure(&conf, &impact, NULL, &err), -EPERM);
	cr_expect_eq(impact.n_flows, 0);
}
