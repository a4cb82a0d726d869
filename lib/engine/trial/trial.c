/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <rte_common.h>

#include "base/wait.h"
#include "capture/capture.h"
#include "halves/join.h"
#include "plan/senders.h"
#include "port/pci.h"
#include "trial/collect.h"
#include "trial/workers.h"
#include "trial/environment.h"
#include "trial/kernel.h"
#include "trial/neighbours.h"
#include "trial/phase.h"

/*
 * How long a learning frame is waited for where none came through these ports yet: perhaps nothing
 * ever does.
 */
#define FIRST_LEARN_NS 200000000u

int
ovr_trial_host(const struct ovr_plan_ports *ports, const struct ovr_plan_frames *frames,
	struct ovr_cpu_map_host *ret_host, struct ovr_env_conf *ret_env, struct ovr_err *err)
{
	struct ovr_port_pci_nodes nodes;
	struct ovr_cpu_map_host host;
	int status;

	if (ovr_plan_has_hosts(ports))
		return ovr_err_set(err, -EINVAL,
			"tx %.48s and rx %.48s: found a port on another machine, accepted here: ports of "
			"this "
			"one",
			ports->tx.label, ports->rx.label);
	status = ovr_port_pci_prepare("", ports, ovr_port_memory_mb(ports, frames), ret_env, &nodes, err);

	if (status == 0)
		status = ovr_cpu_map_host_read(&host, err);
	if (status != 0)
		return status;
	host.tx_node = nodes.tx;
	host.rx_node = nodes.rx;
	*ret_host = host;
	return 0;
}

uint16_t
ovr_trial_cpus(const struct ovr_cpu_map *cpu_map, uint16_t *cpu)
{
	uint16_t n = 0;

	for (uint16_t w = 0; w < cpu_map->n_tx; w++)
		cpu[n++] = cpu_map->tx_cpu[w];
	for (uint16_t w = 0; w < cpu_map->n_rx; w++)
		cpu[n++] = cpu_map->rx_cpu[w];
	if (cpu_map->wire_cpu >= 0)
		cpu[n++] = (uint16_t)cpu_map->wire_cpu;
	return n;
}

int
ovr_trial_env(const struct ovr_plan *plan, struct ovr_cpu_map *ret_map, struct ovr_env_conf *ret_env,
	struct ovr_err *err)
{
	struct ovr_cpu_map_host host;
	struct ovr_cpu_map cpu_map;
	int status = ovr_trial_host(&plan->ports, &plan->frames, &host, ret_env, err);

	if (status == 0)
		status = ovr_cpu_map_choose(&plan->ports, &plan->host.cores, &host, &cpu_map, err);
	if (status != 0)
		return status;
	ret_env->n_workers = ovr_trial_cpus(&cpu_map, ret_env->cpu);
	ret_env->memory_mb = ovr_port_memory_mb(&plan->ports, &plan->frames);
	*ret_map = cpu_map;
	return 0;
}

/*
 * Workers and memory on the port's node: said where it is not so, refused where the plan forbids
 * it.
 */
static int
check_nodes(enum ovr_plan_numa numa, const struct ovr_cpu_map_host *host, const struct ovr_port *port,
	const uint16_t *cpu, uint16_t n, struct ovr_result *result, struct ovr_err *err)
{
	for (uint16_t i = 0; i < n; i++) {
		int node = ovr_cpu_map_node_of(host, cpu[i]);

		if (node < 0 || port->numa_node < 0 || node == port->numa_node)
			continue;
		if (numa == OVR_NUMA_STRICT)
			return ovr_err_set(err, -EXDEV,
				"cores: CPU %u is on NUMA node %d, %s on node %d, and numa is strict; "
				"accepted: a CPU of node %d",
				cpu[i], node, port->label, port->numa_node, port->numa_node);
		ovr_result_note(result, "CPU %u is on NUMA node %d, %s on node %d: frames cross the nodes",
			cpu[i], node, port->label, port->numa_node);
	}
	return 0;
}

/* What the ports are like, where that bears on what can be counted. */
static void
note_ports(const struct ovr_port_pair *pair, struct ovr_result *result)
{
	const struct ovr_plan *plan = &result->plan;
	uint32_t n_unread = ovr_port_unread_queues(pair);

	if (n_unread != 0)
		ovr_result_note(result,
			"%s has %u receive queues that this trial does not read: the kernel gets their "
			"frames, which are in rx.unread where the driver counts them",
			pair->rx.label, n_unread);
	if (ovr_port_name_is_xdp(&plan->ports.rx) && pair->rx.rxd < plan->ports.rxd)
		ovr_result_note(result,
			"%s: rings of %u were asked, but DPDK's AF_XDP driver gives the kernel at most %u "
			"buffers for each queue",
			pair->rx.label, plan->ports.rxd, pair->rx.rxd);
}

static uint32_t
draw_trial_id(void)
{
	uint32_t id = 0;

	while (id == 0)
		if (getrandom(&id, sizeof(id), 0) != sizeof(id))
			id = (uint32_t)ovr_clock_cycles();
	return id;
}

static void
read_cores(const struct ovr_cpu_map *cpu_map, struct ovr_stall_core *core)
{
	for (uint16_t w = 0; w < cpu_map->n_tx; w++)
		ovr_stall_core_read(cpu_map->tx_cpu[w], core++);
	for (uint16_t w = 0; w < cpu_map->n_rx; w++)
		ovr_stall_core_read(cpu_map->rx_cpu[w], core++);
	if (cpu_map->wire_cpu >= 0)
		ovr_stall_core_read((uint16_t)cpu_map->wire_cpu, core);
}

static void
subtract_cores(const struct ovr_cpu_map *cpu_map, const struct ovr_stall_core *before,
	const struct ovr_stall_core *after, struct ovr_cores_deltas *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (uint16_t w = 0; w < cpu_map->n_tx; w++)
		ret->tx[w] = ovr_stall_core_subtract(after++, before++);
	for (uint16_t w = 0; w < cpu_map->n_rx; w++)
		ret->rx[w] = ovr_stall_core_subtract(after++, before++);
	if (cpu_map->wire_cpu >= 0)
		ret->wire = ovr_stall_core_subtract(after, before);
}

static const atomic_bool *
stop_of(const struct ovr_trial_hooks *hooks)
{
	return hooks == NULL ? NULL : hooks->stop;
}

/*
 * The links came up, so what stands between the ports has its addresses to learn again. Is there a
 * path? Where no link went, none was lost: nothing is sent that a device under test would count
 * besides, unless a time to settle says that there is something to learn.
 */
static void
learn_path(struct ovr_session *session, const struct ovr_plan_ports *ports,
	const struct ovr_plan_frames *frames, struct ovr_neighbours *neighbours, const atomic_bool *stop,
	struct ovr_result *result)
{
	uint64_t timeout_ns = session->was_passed ? ports->link_timeout_ns : FIRST_LEARN_NS;
	bool is_known = ports->link_settle_ns == 0 && !ovr_port_pair_links_came_up(session->pair);

	/* spanning tree, link aggregation */
	ovr_wait_ns(ports->link_settle_ns);
	/* a router is asked, and taught every stream */
	if (frames->gateway.ip_version != 0 || is_known)
		return;
	if (ovr_neighbours_learn(neighbours, draw_trial_id(), timeout_ns, stop))
		session->was_passed = true;
	else
		ovr_result_note(result,
			"no learning frame arrived from %s at %s within %g s after their links came up: the "
			"device between them does not forward yet, or not at all; accepted: a longer "
			"--link-settle",
			session->pair->tx.label, session->pair->rx.label,
			(double)(ports->link_settle_ns + timeout_ns) / 1e9);
}

/*
 * To the receiving NIC unless somebody says otherwise: one that is not promiscuous takes no others.
 */
static void
resolve_destination(const struct ovr_port_pair *pair, struct ovr_plan *plan)
{
	static const uint8_t from_port[6] = { 0 };

	if (memcmp(plan->frames.dst_mac, from_port, sizeof(from_port)) == 0 &&
		!ovr_port_mac(&pair->rx, plan->frames.dst_mac))
		memcpy(plan->frames.dst_mac, OVR_PLAN_DST_MAC, sizeof(plan->frames.dst_mac));
}

/* Frames of our own go out of one port and come in at the other: sockets have no neighbours. */
static bool
has_raw_ends(const struct ovr_port_pair *pair)
{
	return pair->tx.n_devices != 0 && pair->rx.n_devices != 0;
}

/*
 * Both neighbours of a router. NULL: nobody asks: on a wire, and where both ends are a host's.
 */
static int
find_gateway(struct ovr_session *session, const struct ovr_plan_ports *ports,
	const struct ovr_plan_frames *frames, const struct ovr_capture_templates *templates,
	const struct ovr_trial_hooks *hooks, struct ovr_result *result,
	struct ovr_neighbours **ret_neighbours, struct ovr_err *err)
{
	int status;

	*ret_neighbours = NULL;
	if (session->pair->wire != NULL ||
		(session->pair->tx.n_devices == 0 && session->pair->rx.n_devices == 0))
		return 0;
	status = ovr_neighbours_create(ports, frames, session->pair, templates, ret_neighbours, err);
	if (status == 0 && session->was_started && has_raw_ends(session->pair))
		learn_path(session, ports, frames, *ret_neighbours, stop_of(hooks), result);
	if (status == 0 && ports->tx.kind == OVR_PORT_ELSEWHERE)
		ovr_neighbours_announce(*ret_neighbours, draw_trial_id());
	/* who receives for a sender elsewhere has no neighbour to ask for */
	if (status != 0 || frames->gateway.ip_version == 0 || ports->tx.kind == OVR_PORT_ELSEWHERE)
		return status;
	status = ovr_neighbours_resolve(*ret_neighbours, stop_of(hooks), &result->gateway, err);
	if (status == 0)
		memcpy(result->plan.frames.dst_mac, result->gateway.mac, 6);
	return status;
}

/* What arrives elsewhere is not seen here, before the trial. */
static void
note_untaught(const struct ovr_plan *plan, struct ovr_result *result)
{
	if (plan->frames.gateway.ip_version == 0 || plan->ports.rx.kind != OVR_PORT_ELSEWHERE ||
		plan->ports.rx.kind_there == OVR_PORT_UDP)
		return;
	ovr_result_note(result,
		"the receiver is on another machine: the gateway was not taught the streams before the "
		"trial, and may drop the first frames of each while it asks for their neighbour");
}

/*
 * Before the first workers runs: the router learns who its neighbours are, and it is said where it
 * did not.
 */
static void
teach_gateway(struct ovr_workers *workers, const struct ovr_trial_hooks *hooks, struct ovr_result *result)
{
	const struct ovr_plan *plan = workers->plan;

	if (plan->frames.gateway.ip_version == 0 || !has_raw_ends(workers->pair)) {
		note_untaught(plan, result);
		return;
	}
	ovr_neighbours_teach(workers->neighbours, workers, draw_trial_id(), stop_of(hooks), &result->gateway);
	if (result->gateway.streams_through < plan->frames.streams)
		ovr_result_note(result,
			"before the trial a frame of %llu of %u streams came through the gateway, and none "
			"of "
			"the others within 3 s: it has no route for them, or no neighbour on %s",
			(unsigned long long)result->gateway.streams_through, plan->frames.streams,
			workers->pair->rx.label);
}

/*
 * Send for a while what nobody counts: caches, branch predictors and a device under test get warm.
 */
static int
warm_up(const struct ovr_plan *plan, const struct ovr_cpu_map *cpu_map, struct ovr_port_pair *pair,
	const struct ovr_clock *clock, const struct ovr_capture_templates *templates,
	struct ovr_neighbours *neighbours, const struct ovr_trial_hooks *hooks, struct ovr_result *result,
	struct ovr_err *err)
{
	struct ovr_phase phase;
	struct ovr_workers *workers;
	int status = ovr_workers_create(plan, cpu_map, pair, clock, templates, draw_trial_id(),
		plan->trial.warmup_ns, 0, &workers, err);

	if (status != 0)
		return status;
	workers->neighbours = neighbours;
	teach_gateway(workers, hooks, result);
	status = ovr_phase_run(workers, plan->trial.warmup_ns, hooks, NULL, &phase, err);
	if (status == 0 && (phase.has_stuck || phase.drain_was_cut || phase.frames_inside != 0))
		ovr_result_note(result, "the warm-up did not end cleanly: %s",
			phase.has_stuck ? "nothing left the TX ring" : "frames were still under way");
	if (status == 0)
		ovr_phase_done(&phase);
	ovr_workers_destroy(workers);
	return status;
}

/* Write the frames that the receivers kept around their losses. Without a file they are counted. */
static int
write_capture(const struct ovr_workers *workers, FILE *file, uint64_t epoch_ns, struct ovr_result *result,
	struct ovr_err *err)
{
	struct ovr_capture_frame *frame;
	uint64_t n = 0;
	int status = 0;

	for (uint16_t w = 0; w < workers->n_rx; w++)
		n += workers->rx[w]->snapshot.n_kept;
	frame = calloc(RTE_MAX(n, 1u), sizeof(*frame));
	if (frame == NULL)
		return ovr_err_set(err, -ENOMEM, "capture: no memory for %llu frames", (unsigned long long)n);
	n = 0;
	for (uint16_t w = 0; w < workers->n_rx; w++) {
		const struct ovr_snapshot *snapshot = &workers->rx[w]->snapshot;

		for (uint32_t i = 0; i < snapshot->n_kept; i++)
			frame[n++] = (struct ovr_capture_frame){
				.rx_ns = snapshot->frame[i].rx_ns,
				.pkt_len = snapshot->frame[i].pkt_len,
				.cap_len = snapshot->frame[i].cap_len,
				.bytes = ovr_snapshot_bytes(snapshot, &snapshot->frame[i]),
				.is_before = snapshot->frame[i].is_before,
				.is_after = snapshot->frame[i].is_after,
				.shows_loss = snapshot->frame[i].shows_loss,
				.hole = { snapshot->frame[i].hole.stream, snapshot->frame[i].hole.first_seq,
					snapshot->frame[i].hole.frames },
			};
		result->capture_left_out += snapshot->left_out;
	}
	if (file != NULL)
		status = ovr_capture_write(file, epoch_ns, frame, n, err);
	result->captured_frames = n;
	free(frame);
	return status;
}

/* What was left open is in the result's plan as it was used: it repeats the trial. */
static void
fill_plan(const struct ovr_cpu_map *cpu_map, uint32_t trial_id, struct ovr_plan *plan)
{
	struct ovr_plan_cores cores = { .tx = { .n_cpus = cpu_map->n_tx },
		.rx = { .n_cpus = cpu_map->n_rx } };

	memcpy(cores.tx.cpu, cpu_map->tx_cpu, cpu_map->n_tx * sizeof(cores.tx.cpu[0]));
	memcpy(cores.rx.cpu, cpu_map->rx_cpu, cpu_map->n_rx * sizeof(cores.rx.cpu[0]));
	if (cpu_map->wire_cpu >= 0)
		cores.wire = (struct ovr_cpuset){ .n_cpus = 1, .cpu = { (uint16_t)cpu_map->wire_cpu } };
	plan->host.cores = cores;
	plan->trial.id = trial_id;
}

/*
 * How long workers will send: none of them may be here, and then the line of those that are
 * elsewhere is not known.
 */
static uint64_t
sends_ns(const struct ovr_workers *workers)
{
	const struct ovr_plan *plan = workers->plan;
	uint64_t total_ns = plan->load.time_ns;
	double ns;

	if (plan->load.count == 0)
		return total_ns;
	ns = workers->n_tx_queues != 0 ? ovr_pace_count_ns(&workers->pace, &workers->mix, plan->load.count)
				       : ovr_plan_sends_ns(plan, workers->pair->tx.line_bps);
	return total_ns == 0 || ns < (double)total_ns ? (uint64_t)ns : total_ns;
}

static int
measure(const struct ovr_plan *plan, const struct ovr_cpu_map *cpu_map, const struct ovr_cpu_map_host *host,
	struct ovr_port_pair *pair, const struct ovr_clock *clock,
	const struct ovr_capture_templates *templates, struct ovr_neighbours *neighbours,
	const struct ovr_trial_hooks *hooks, struct ovr_halves *halves, struct ovr_result *result,
	struct ovr_err *err)
{
	size_t n_cores = (size_t)cpu_map->n_tx + cpu_map->n_rx + 1;
	struct ovr_stall_core *core = calloc(2 * n_cores, sizeof(*core));
	uint32_t trial_id = plan->trial.id != 0 ? plan->trial.id : draw_trial_id();
	struct ovr_cores_deltas cores;
	struct ovr_phase phase = { 0 };
	struct ovr_workers *workers = NULL;
	struct ovr_trial_kernel *kernel = NULL;
	int status = ovr_plan_check_count(plan, pair->tx.line_bps, err);

	if (core == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the cores' figures");
	fill_plan(cpu_map, trial_id, &result->plan);
	if (status == 0)
		status = ovr_trial_kernel_open(&plan->ports.via, plan->frames.ip_version, pair, &kernel, err);
	if (status == 0)
		status = ovr_workers_create(plan, cpu_map, pair, clock, templates, trial_id,
			plan->load.time_ns, plan->load.count, &workers, err);
	if (status == 0) {
		workers->neighbours = neighbours;
		workers->kernel = kernel;
		if (plan->trial.warmup_ns == 0)
			teach_gateway(workers, hooks, result);
		read_cores(cpu_map, core);
		status = ovr_phase_run(workers, sends_ns(workers), hooks, result, &phase, err);
	}
	if (status == 0) {
		read_cores(cpu_map, core + n_cores);
		subtract_cores(cpu_map, core, core + n_cores, &cores);
		status = ovr_collect(workers, &phase, host, &cores, halves, err);
	}
	if (status == 0 && plan->output.capture[0] != '\0')
		status = write_capture(workers, hooks != NULL ? hooks->capture : NULL,
			phase.monitor.epoch_realtime_ns, result, err);
	ovr_phase_done(&phase);
	ovr_workers_destroy(workers);
	ovr_trial_kernel_close(kernel);
	free(core);
	return status;
}

/* What is known of the ports before anything is sent. */
static int
note_start(const struct ovr_session *session, enum ovr_plan_numa numa, const struct ovr_cpu_map *cpu_map,
	const struct ovr_cpu_map_host *host, struct ovr_result *result, struct ovr_err *err)
{
	const struct ovr_port_pair *pair = session->pair;
	int status;

	if (session->undone.text[0] != '\0')
		ovr_result_note(result, "%s", session->undone.text);
	for (uint32_t i = 0; i < pair->n_notes; i++)
		ovr_result_note(result, "%s", pair->note[i]);
	status = check_nodes(numa, host, &pair->tx, cpu_map->tx_cpu, cpu_map->n_tx, result, err);
	return status != 0 ? status
			   : check_nodes(numa, host, &pair->rx, cpu_map->rx_cpu, cpu_map->n_rx, result, err);
}

/* From open ports to halves. Where the sender is elsewhere, it warms up there. */
static int
run(struct ovr_session *session, const struct ovr_plan *plan, const struct ovr_cpu_map *cpu_map,
	const struct ovr_cpu_map_host *host, const struct ovr_capture_templates *templates,
	const struct ovr_trial_hooks *hooks, struct ovr_halves *halves, struct ovr_result *result,
	struct ovr_err *err)
{
	struct ovr_plan resolved = *plan; /* with the MAC address that frames go to */
	struct ovr_port_pair *pair = session->pair;
	const struct ovr_clock *clock = &session->clock;
	struct ovr_neighbours *neighbours = NULL;
	int status = note_start(session, plan->host.numa, cpu_map, host, result, err);

	/* as the ports have it: it repeats the trial */
	resolved.ports.mbufs = result->plan.ports.mbufs = pair->plan.ports.mbufs;
	resolve_destination(pair, &resolved);
	memcpy(result->plan.frames.dst_mac, resolved.frames.dst_mac, sizeof(resolved.frames.dst_mac));
	if (status == 0)
		status = find_gateway(session, &resolved.ports, &resolved.frames, templates, hooks, result,
			&neighbours, err);
	if (status == 0) {
		memcpy(resolved.frames.dst_mac, result->plan.frames.dst_mac, sizeof(resolved.frames.dst_mac));
		note_ports(pair, result);
		ovr_environment_read(host, clock, &result->environment);
		if (plan->trial.warmup_ns != 0 && plan->ports.tx.kind != OVR_PORT_ELSEWHERE) {
			status = warm_up(
				&resolved, cpu_map, pair, clock, templates, neighbours, hooks, result, err);
			result->warmup_ns = plan->trial.warmup_ns;
		}
	}
	if (status == 0)
		status = measure(&resolved, cpu_map, host, pair, clock, templates, neighbours, hooks, halves,
			result, err);
	ovr_neighbours_destroy(neighbours);
	return status;
}

/* Halves, and in the result what a join needs besides. Both are zeroed. */
static int
run_to_halves(struct ovr_session *session, const struct ovr_plan *plan, const struct ovr_cpu_map *cpu_map,
	const struct ovr_trial_hooks *hooks, struct ovr_halves *halves, struct ovr_result *result,
	struct ovr_err *err)
{
	struct ovr_capture_templates templates = { 0 };
	struct ovr_capture_templates *used = plan->frames.templates[0] != '\0' ? &templates : NULL;
	struct ovr_cpu_map_host host;
	int status;

	result->plan = *plan;
	status = ovr_cpu_map_host_read(&host, err);
	if (status == 0 && used != NULL)
		status = ovr_capture_templates_read(plan->frames.templates, OVR_MIX_LENGTH_MAX, used, err);
	if (status == 0)
		status = ovr_session_take(session, plan, err);
	if (status == 0)
		status = run(session, plan, cpu_map, &host, used, hooks, halves, result, err);
	ovr_capture_templates_done(&templates);
	return status;
}

int
ovr_trial_run_in(struct ovr_session *session, const struct ovr_plan *plan, const struct ovr_cpu_map *cpu_map,
	const struct ovr_trial_hooks *hooks, struct ovr_result *ret_result, struct ovr_err *err)
{
	struct ovr_result *result = calloc(1, sizeof(*result));
	struct ovr_halves *halves = calloc(1, sizeof(*halves));
	int status;

	if (result == NULL || halves == NULL)
		status = ovr_err_set(err, -ENOMEM, "no memory for a result");
	else
		status = run_to_halves(session, plan, cpu_map, hooks, halves, result, err);
	if (status == 0)
		status = ovr_halves_join(halves, result, err);
	if (status == 0)
		*ret_result = *result;
	else if (result != NULL)
		ovr_result_done(result);
	if (halves != NULL)
		ovr_halves_done(halves);
	free(halves);
	free(result);
	return status;
}

int
ovr_trial_run_half_in(struct ovr_session *session, const struct ovr_plan *plan,
	const struct ovr_cpu_map *cpu_map, const struct ovr_trial_hooks *hooks, struct ovr_halves *ret_halves,
	struct ovr_result *ret_base, struct ovr_err *err)
{
	bool is_whole = ovr_plan_is_whole(&plan->ports);
	struct ovr_halves *halves;
	struct ovr_result *base;
	int status;

	if (!is_whole && plan->trial.id == 0)
		return ovr_err_set(err, -EINVAL,
			"trial-id: found none for a half, accepted: the one that the other half has");
	halves = calloc(1, sizeof(*halves));
	base = calloc(1, sizeof(*base));
	if (halves == NULL || base == NULL)
		status = ovr_err_set(err, -ENOMEM, "no memory for a half");
	else
		status = run_to_halves(session, plan, cpu_map, hooks, halves, base, err);
	if (status == 0) {
		*ret_halves = *halves;
		*ret_base = *base;
	} else {
		if (halves != NULL)
			ovr_halves_done(halves);
		if (base != NULL)
			ovr_result_done(base);
	}
	free(halves);
	free(base);
	return status;
}

int
ovr_trial_run(const struct ovr_plan *plan, const struct ovr_cpu_map *cpu_map,
	const struct ovr_trial_hooks *hooks, struct ovr_result *ret_result, struct ovr_err *err)
{
	struct ovr_session session = { .pair = NULL };
	struct ovr_err undone;
	int status = ovr_trial_run_in(&session, plan, cpu_map, hooks, ret_result, err);

	if (ovr_session_close(&session, &undone) != 0 && status == 0)
		ovr_result_note(ret_result, "%s", undone.text);
	return status;
}
