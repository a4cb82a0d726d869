/* SPDX-License-Identifier: BSD-3-Clause */
#include "flows/flows.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "atlas/lab.h"
#include "flows/cable.h"
#include "kernel/snapshot.h"
#include "plan/plan.h"
#include "result/tcp_flow.h"
#include "tcp/tcp.h"

#define LAB_ADDRESS "tcp:198.18.0.2:5201"
/* Of slow start: it overshoots, and CUBIC comes down from there by 30 % in each event. */
#define OMIT_EVENTS 8
#define OMIT_MIN_NS UINT64_C(1000000000)
/* Of headers with timestamps in a packet. */
#define HEADER_BYTES 52u
/* Of a port's name, with the namespace of a lab. */
#define PORT_BYTES 96
#define COUNT_TEXT 24

/* All that flows need. */
struct job {
	const struct ovr_flows_conf *conf;
	struct ovr_tcp_impact *impact;
	const atomic_bool *stop;
	struct ovr_atlas_lab *lab; /* NULL: a path that is there */
	struct ovr_plan plan;      /* of a flow: without congestion control, and not frozen */
};

static bool
is_stopped(const struct job *job)
{
	return job->stop != NULL && atomic_load(job->stop);
}

static int
set_number(struct ovr_plan *plan, const char *key, uint64_t value, const char *unit, struct ovr_err *err)
{
	char text[COUNT_TEXT + 4];

	snprintf(text, sizeof(text), "%" PRIu64 "%s", value, unit);
	return ovr_plan_set(plan, key, text, err);
}

/* Ports that are one connection, whose congestion control is chosen here. */
static int
check_ports(const struct ovr_plan_ports *ports, struct ovr_err *err)
{
	const struct ovr_socket_conf *tx = &ports->tx.conf.tcp;

	if (ports->tx.kind != OVR_PORT_TCP || ports->rx.kind != OVR_PORT_TCP)
		return ovr_err_set(err, -EINVAL,
			"tcp: --tx, --rx: found %s and %s, accepted: tcp: ports, as tcp:198.19.0.1:5201",
			ports->tx.label, ports->rx.label);
	if (tx->n_connections > 1)
		return ovr_err_set(err, -EINVAL,
			"tcp: --tx: found connections=%u, accepted: 1, since a flow is measured",
			tx->n_connections);
	if (tx->congestion[0] != '\0')
		return ovr_err_set(err, -EINVAL,
			"tcp: --tx: found congestion=%s, accepted: --cc, which chooses it", tx->congestion);
	return 0;
}

/* Whether the namespaces of a path are there. */
static int
check_namespaces(const struct ovr_plan_ports *ports, struct ovr_err *err)
{
	const char *name[] = { ports->tx.conf.tcp.netns, ports->rx.conf.tcp.netns };
	int status = 0;

	for (size_t i = 0; i < 2 && status == 0; i++) {
		struct ovr_kernel_netns *netns;

		status = ovr_kernel_netns_open(name[i], &netns, err);
		if (status == 0)
			ovr_kernel_netns_close(netns);
	}
	return status;
}

static int
set_ports(struct ovr_plan *plan, const char *tx, const char *rx, struct ovr_err *err)
{
	int status = 0;

	if (tx != NULL)
		status = ovr_plan_set(plan, "tx", tx, err);
	if (status == 0 && rx != NULL)
		status = ovr_plan_set(plan, "rx", rx, err);
	return status;
}

static int
set_lab_ports(struct job *job, struct ovr_err *err)
{
	char tx[PORT_BYTES], rx[PORT_BYTES];

	snprintf(tx, sizeof(tx), LAB_ADDRESS ",netns=%s", ovr_atlas_lab_name(job->lab, OVR_ATLAS_TESTER));
	snprintf(rx, sizeof(rx), LAB_ADDRESS ",netns=%s", ovr_atlas_lab_name(job->lab, OVR_ATLAS_RECEIVER));
	return set_ports(&job->plan, tx, rx, err);
}

static int
begin_plan(struct job *job, struct ovr_err *err)
{
	uint32_t mss = job->impact->question.mss;
	struct ovr_plan frozen;
	int status;

	ovr_plan_default(&job->plan);
	status = job->lab != NULL ? set_lab_ports(job, err)
				  : set_ports(&job->plan, job->conf->tx, job->conf->rx, err);
	if (status == 0)
		status = set_number(
			&job->plan, "size", mss < OVR_FLOWS_MSS_MAX ? mss : OVR_FLOWS_MSS_MAX, "", err);
	frozen = job->plan;
	if (status == 0)
		status = ovr_plan_freeze(&frozen, err);
	if (status == 0)
		status = check_ports(&frozen.ports, err);
	return status != 0 ? status : check_namespaces(&frozen.ports, err);
}

/* Links that carry segments of the size that was asked for. */
static int
set_mtu(struct job *job, struct ovr_err *err)
{
	static const struct {
		enum ovr_atlas_host host;
		const char *link;
	} ends[] = { { OVR_ATLAS_TESTER, "ovr0a" }, { OVR_ATLAS_HOP, "ovr1a" }, { OVR_ATLAS_HOP, "ovr1b" },
		{ OVR_ATLAS_RECEIVER, "ovr2b" } };
	int status = 0;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]) && status == 0; i++) {
		char line[64];
		const struct ovr_atlas_command command = { ends[i].host, line };

		snprintf(line, sizeof(line), "ip link set dev %s mtu %u", ends[i].link,
			job->impact->question.mss + HEADER_BYTES);
		status = ovr_atlas_lab_do(job->lab, &command, err);
	}
	return status;
}

static int
begin_lab(struct job *job, struct ovr_err *err)
{
	int status;

	if (geteuid() != 0)
		return ovr_err_set(err, -EPERM,
			"tcp: --measure makes network namespaces, and found no root; accepted: root, or --rx "
			"tcp:ADDRESS:PORT over a path that is there");
	status = ovr_atlas_lab_open(&job->lab, err);
	if (status == 0)
		status = ovr_atlas_lab_make(job->lab, OVR_ATLAS_CABLE, err);
	return status != 0 ? status : set_mtu(job, err);
}

/* Whether the kernel has it, or loads it. @return 0; -errno */
static int
try_algorithm(const char *name)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int status = fd < 0 ? -errno : 0;

	if (status == 0 && setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, (socklen_t)strlen(name)) != 0)
		status = -errno;
	if (fd >= 0)
		close(fd);
	return status;
}

/* Until slow start is over, by the loss events that are predicted; half the time at most. */
static int
time_to_omit(const struct job *job, uint64_t rtt_ns, uint64_t *ret_ns, struct ovr_err *err)
{
	struct ovr_tcp_impact_flow flow;
	uint64_t most_ns = job->conf->time_ns / 2;
	double events_ns = 0;
	int status = 0;

	*ret_ns = most_ns;
	/* of a path that is there the round-trip time is not known yet */
	if (rtt_ns == 0)
		return 0;
	status = ovr_tcp_impact_alone(job->impact, rtt_ns, &flow, err);
	if (status != 0)
		return status;
	if (flow.events_per_s > 0)
		events_ns = OMIT_EVENTS / flow.events_per_s * 1e9;
	if (events_ns < (double)OMIT_MIN_NS)
		events_ns = (double)OMIT_MIN_NS;
	if (events_ns < (double)most_ns)
		*ret_ns = (uint64_t)events_ns;
	return 0;
}

/* What the sender's namespace counts. */
static int
read_counters(const struct ovr_plan *plan, struct ovr_kernel_snapshot *ret_snapshot, struct ovr_err *err)
{
	struct ovr_kernel_netns *netns;
	int status = ovr_kernel_netns_open(plan->ports.tx.conf.tcp.netns, &netns, err);

	if (status != 0)
		return status;
	status = ovr_kernel_snapshot_read(netns, ret_snapshot, err);
	ovr_kernel_netns_close(netns);
	return status;
}

static void
take_counters(const struct ovr_plan *plan, const struct ovr_kernel_snapshot *before,
	const struct ovr_kernel_snapshot *after, struct ovr_tcp_flow *flow)
{
	const char *netns = plan->ports.tx.conf.tcp.netns;

	for (int i = 0; i < OVR_TCP_FLOW_COUNTERS; i++) {
		const char *name = ovr_tcp_flow_counter_name((enum ovr_tcp_flow_counter)i);
		const struct ovr_kernel_counter *one = ovr_kernel_snapshot_find(
			before, netns, OVR_KERNEL_MIB, "", name);
		const struct ovr_kernel_counter *other = ovr_kernel_snapshot_find(
			after, netns, OVR_KERNEL_MIB, "", name);

		if (one != NULL && other != NULL && other->value >= one->value)
			flow->counter[i] = other->value - one->value;
	}
}

static void
take_watch(const struct ovr_tcp_watch *watch, struct ovr_tcp_flow *flow)
{
	flow->counted_ns = watch->counted_ns;
	flow->bytes = watch->bytes;
	if (watch->n_samples > 0)
		flow->rtt_mean_ns = watch->rtt_sum_us * 1000 / (double)watch->n_samples;
	flow->rtt_min_ns = watch->rtt_min_us * 1000;
	flow->segments_sent = watch->segments_sent;
	flow->retransmitted = watch->retransmitted;
	flow->dsacks = watch->dsacks;
	flow->reordered = watch->reordered;
}

/* The flow, and the counters around it. */
static int
send_flow(const struct job *job, const struct ovr_plan *plan, struct ovr_tcp_flow *flow, uint64_t *ret_end_ns,
	struct ovr_err *err)
{
	struct ovr_tcp_watch watch = { .omit_ns = flow->omitted_ns };
	struct ovr_kernel_snapshot before = { 0 }, after = { 0 };
	struct ovr_result_tcp *result = calloc(1, sizeof(*result));
	int status = result == NULL ? ovr_err_set(err, -ENOMEM, "no memory for a result")
				    : read_counters(plan, &before, err);

	if (status == 0)
		status = ovr_tcp_run(plan, job->stop, &watch, result, err);
	if (status == 0)
		status = read_counters(plan, &after, err);
	if (status == 0 && is_stopped(job))
		status = ovr_err_set(err, -EINTR, "tcp: the measurement was interrupted");
	if (status == 0) {
		take_watch(&watch, flow);
		take_counters(plan, &before, &after, flow);
		*ret_end_ns = watch.end_ns;
		if (result->n_connections == 0 || result->connection[0].state != OVR_SEGMENTS_ESTABLISHED)
			snprintf(flow->unknown, sizeof(flow->unknown),
				"the connection did not last: it is %s",
				result->n_connections == 0
					? "not there"
					: ovr_segments_state_name(result->connection[0].state));
		else if (watch.counted_ns == 0)
			snprintf(flow->unknown, sizeof(flow->unknown), "it ended before slow start was over");
	}
	if (result != NULL)
		ovr_result_tcp_done(result);
	free(result);
	ovr_kernel_snapshot_done(&before);
	ovr_kernel_snapshot_done(&after);
	return status;
}

/* The same through a hop that runs meanwhile. */
static int
send_through_hop(const struct job *job, const struct ovr_plan *plan, struct ovr_tcp_flow *flow,
	uint64_t *ret_end_ns, struct ovr_err *err)
{
	struct ovr_hop_conf conf = {
		.line = { job->conf->line, { 0 } },
		.keys = { job->conf->keys, "" },
		.replay = job->conf->replay,
		.seed = job->conf->seed,
		.queue_frames = OVR_CABLE_QUEUE,
	};
	struct ovr_flows_cable *cable;
	struct ovr_result_hop result;
	int status;

	conf.line[0].delay_ns += flow->rtt_asked_ns / 2;
	conf.line[1].delay_ns = flow->rtt_asked_ns / 2;
	status = ovr_flows_cable_open(job->lab, &conf, &cable, err);
	if (status != 0)
		return status;
	status = send_flow(job, plan, flow, ret_end_ns, err);
	ovr_flows_cable_end(cable, &result);
	if (status == 0) {
		*ret_end_ns = *ret_end_ns > result.begin_ns ? *ret_end_ns - result.begin_ns : 0;
		if (result.reason[0] != '\0')
			snprintf(flow->unknown, sizeof(flow->unknown), "%s", result.reason);
		status = ovr_tcp_flow_take_hop(flow, &result.way[0], err);
	}
	ovr_flows_cable_close(cable);
	return status;
}

static int
measure_flow(const struct job *job, struct ovr_tcp_flow *flow, uint32_t number, struct ovr_err *err)
{
	const char *name = ovr_tcp_impact_cc_name(flow->cc);
	struct ovr_plan plan = job->plan;
	uint64_t end_ns = 0;
	int missing = try_algorithm(name), status;

	if (missing != 0) {
		snprintf(flow->unknown, sizeof(flow->unknown), "the kernel refuses %s: %s", name,
			strerror(-missing));
		return 0;
	}
	status = time_to_omit(job, flow->rtt_asked_ns, &flow->omitted_ns, err);
	if (status == 0)
		status = set_number(&plan, "time", job->conf->time_ns + flow->omitted_ns, "ns", err);
	if (status == 0)
		status = ovr_plan_freeze(&plan, err);
	if (status != 0)
		return status;
	snprintf(plan.ports.tx.conf.tcp.congestion, sizeof(plan.ports.tx.conf.tcp.congestion), "%s", name);
	if (job->conf->say != NULL)
		job->conf->say(number, job->impact->n_flows, flow, job->conf->time_ns + flow->omitted_ns);
	status = job->lab != NULL ? send_through_hop(job, &plan, flow, &end_ns, err)
				  : send_flow(job, &plan, flow, &end_ns, err);
	return status != 0 ? status : ovr_tcp_flow_close(flow, job->impact, end_ns, err);
}

/* A flow for each round-trip time and algorithm. */
static int
list_flows(struct job *job, struct ovr_err *err)
{
	struct ovr_tcp_impact *impact = job->impact;
	const struct ovr_tcp_impact_question *question = &impact->question;
	uint32_t n_rtts = job->lab != NULL ? question->n_rtts : 1;

	impact->flow = calloc((size_t)n_rtts * OVR_TCP_IMPACT_CCS, sizeof(*impact->flow));
	if (impact->flow == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for flows");
	for (uint32_t i = 0; i < n_rtts; i++)
		for (int cc = 0; cc < OVR_TCP_IMPACT_CCS; cc++)
			if (question->asks[cc])
				impact->flow[impact->n_flows++] = ovr_tcp_flow_unmeasured(
					(enum ovr_tcp_impact_cc)cc,
					job->lab != NULL ? question->rtt_ns[i] : 0);
	return 0;
}

static void
name_kernel(struct ovr_tcp_impact *impact)
{
	struct utsname names;

	if (uname(&names) == 0)
		snprintf(impact->kernel, sizeof(impact->kernel), "%.20s %.64s", names.sysname, names.release);
}

int
ovr_flows_measure(const struct ovr_flows_conf *conf, struct ovr_tcp_impact *impact, const atomic_bool *stop,
	struct ovr_err *err)
{
	struct job job = { .conf = conf, .impact = impact, .stop = stop };
	struct ovr_err late;
	int status = 0, removed = 0;

	if (conf->tx == NULL && conf->rx == NULL)
		status = begin_lab(&job, err);
	if (status == 0)
		status = begin_plan(&job, err);
	if (status == 0)
		status = list_flows(&job, err);
	name_kernel(impact);
	snprintf(impact->impaired, sizeof(impact->impaired), "%.511s", conf->keys);
	for (uint32_t i = 0; i < impact->n_flows && status == 0; i++)
		status = is_stopped(&job) ? ovr_err_set(err, -EINTR, "tcp: the measurement was interrupted")
					  : measure_flow(&job, &impact->flow[i], i + 1, err);
	if (job.lab != NULL)
		removed = ovr_atlas_lab_remove(job.lab, &late);
	ovr_atlas_lab_close(job.lab);
	if (status == 0 && removed != 0)
		return ovr_err_set(err, removed, "%s", late.text);
	return status;
}
