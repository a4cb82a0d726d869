/* SPDX-License-Identifier: BSD-3-Clause */
#include "env/cpu_map.h"

#include <errno.h>
#include <numa.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>

int
ovr_cpu_map_host_read(struct ovr_cpu_map_host *ret_host, struct ovr_err *err)
{
	struct ovr_cpu_map_host host = { .n_nodes = 1, .tx_node = -1, .rx_node = -1 };
	bool numa = numa_available() >= 0;
	cpu_set_t allowed;

	CPU_ZERO(&allowed);
	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return ovr_err_set(
			err, -errno, "CPUs: cannot read this process's affinity: %s", strerror(errno));
	for (int cpu = 0; cpu < CPU_SETSIZE && host.n_cpus < OVR_CPU_MAP_MAX; cpu++) {
		if (!CPU_ISSET(cpu, &allowed))
			continue;
		host.cpu[host.n_cpus] = (uint16_t)cpu;
		host.node[host.n_cpus] = (int16_t)(numa ? numa_node_of_cpu(cpu) : -1);
		host.n_cpus++;
	}
	if (numa)
		host.n_nodes = (uint16_t)numa_num_configured_nodes();
	*ret_host = host;
	return 0;
}

int
ovr_cpu_map_node_of(const struct ovr_cpu_map_host *host, uint16_t cpu)
{
	for (uint16_t i = 0; i < host->n_cpus; i++)
		if (host->cpu[i] == cpu)
			return host->node[i];
	return -1;
}

/* CPUs still to be given away. */
struct pool {
	uint16_t n;
	uint16_t cpu[OVR_CPU_MAP_MAX];
};

static bool
host_has(const struct ovr_cpu_map_host *host, uint16_t cpu)
{
	for (uint16_t i = 0; i < host->n_cpus; i++)
		if (host->cpu[i] == cpu)
			return true;
	return false;
}

static bool
set_has(const struct ovr_cpuset *set, uint16_t cpu)
{
	for (uint16_t i = 0; i < set->n_cpus; i++)
		if (set->cpu[i] == cpu)
			return true;
	return false;
}

/* The node on which most of the usable CPUs are: that of the first CPU if they are equal. */
static int
best_node(const struct ovr_cpu_map_host *host)
{
	int best = -1;
	unsigned int most = 0;

	for (uint16_t i = 0; i < host->n_cpus; i++) {
		unsigned int n = 0;

		for (uint16_t j = 0; j < host->n_cpus; j++)
			n += host->node[j] == host->node[i];
		if (n > most) {
			most = n;
			best = host->node[i];
		}
	}
	return best;
}

static bool
has_cpus_of(const struct ovr_cpu_map_host *host, int node)
{
	for (uint16_t i = 0; i < host->n_cpus; i++)
		if (host->node[i] == node)
			return true;
	return false;
}

/*
 * The node for what a side leaves open: its port's, else that of the first CPU that was named, else
 * the best one.
 */
static int
node_for(const struct ovr_plan_cores *cores, const struct ovr_cpu_map_host *host, int port_node)
{
	const struct ovr_cpuset *const set[] = { &cores->tx, &cores->rx, &cores->wire };

	if (port_node >= 0 && has_cpus_of(host, port_node))
		return port_node;
	for (unsigned int i = 0; i < sizeof(set) / sizeof(set[0]); i++)
		if (set[i]->n_cpus != 0)
			return ovr_cpu_map_node_of(host, set[i]->cpu[0]);
	return best_node(host);
}

/* Every CPU that the plan does not name. */
static struct pool
unnamed_cpus(const struct ovr_plan_cores *cores, const struct ovr_cpu_map_host *host)
{
	struct pool pool = { 0 };

	for (uint16_t i = 0; i < host->n_cpus; i++) {
		uint16_t cpu = host->cpu[i];

		if (!set_has(&cores->tx, cpu) && !set_has(&cores->rx, cpu) && !set_has(&cores->wire, cpu))
			pool.cpu[pool.n++] = cpu;
	}
	return pool;
}

/* Up to n CPUs: those of the node first. */
static uint16_t
take(struct pool *pool, const struct ovr_cpu_map_host *host, int node, uint16_t n, uint16_t *ret_cpu)
{
	uint16_t taken = 0;

	for (int own_node = 1; own_node >= 0; own_node--) {
		uint16_t left = 0;

		for (uint16_t i = 0; i < pool->n; i++) {
			if (taken < n && (ovr_cpu_map_node_of(host, pool->cpu[i]) == node) == own_node)
				ret_cpu[taken++] = pool->cpu[i];
			else
				pool->cpu[left++] = pool->cpu[i];
		}
		pool->n = left;
	}
	return taken;
}

/* One CPU stays free: the last one that is not on the node, else the last one. */
static void
leave_one(struct pool *pool, const struct ovr_cpu_map_host *host, int node)
{
	uint16_t at = pool->n;

	if (pool->n == 0)
		return;
	while (at > 0 && ovr_cpu_map_node_of(host, pool->cpu[at - 1]) == node)
		at--;
	if (at == 0)
		at = pool->n;
	memmove(pool->cpu + at - 1, pool->cpu + at, (size_t)(pool->n - at) * sizeof(pool->cpu[0]));
	pool->n--;
}

static int
check_named(const struct ovr_cpuset *set, const char *name, const struct ovr_cpu_map_host *host,
	struct ovr_err *err)
{
	for (uint16_t i = 0; i < set->n_cpus; i++)
		if (!host_has(host, set->cpu[i]))
			return ovr_err_set(err, -EINVAL,
				"cores: %s=: found CPU %u, which this process may not use, accepted: the %u "
				"CPU%s "
				"that it may, from %u to %u",
				name, set->cpu[i], host->n_cpus, host->n_cpus == 1 ? "" : "s", host->cpu[0],
				host->cpu[host->n_cpus - 1]);
	return 0;
}

/* CPUs that are named for an end elsewhere are those of its machine. */
static struct ovr_plan_cores
cores_here(const struct ovr_plan_ports *ports, const struct ovr_plan_cores *cores)
{
	struct ovr_plan_cores here = *cores;

	if (ports->tx.kind == OVR_PORT_ELSEWHERE)
		here.tx = (struct ovr_cpuset){ .n_cpus = 0 };
	if (ports->rx.kind == OVR_PORT_ELSEWHERE)
		here.rx = (struct ovr_cpuset){ .n_cpus = 0 };
	return here;
}

int
ovr_cpu_map_choose(const struct ovr_plan_ports *ports, const struct ovr_plan_cores *named,
	const struct ovr_cpu_map_host *host, struct ovr_cpu_map *ret_map, struct ovr_err *err)
{
	struct ovr_plan_cores here = cores_here(ports, named), *cores = &here;
	bool sends = ports->tx.kind != OVR_PORT_ELSEWHERE, receives = ports->rx.kind != OVR_PORT_ELSEWHERE;
	struct ovr_cpu_map cpu_map = { .wire_cpu = -1 };
	int tx_node = node_for(cores, host, host->tx_node), rx_node = node_for(cores, host, host->rx_node);
	uint16_t tx_wanted = sends ? ports->txq : 1, rx_wanted = receives ? ports->rxq : 1;
	unsigned int needed = (sends && cores->tx.n_cpus == 0) + (receives && cores->rx.n_cpus == 0) +
		cores->tx.n_cpus + cores->rx.n_cpus + cores->wire.n_cpus;
	struct pool pool;
	int status;

	if ((status = check_named(&cores->tx, "tx", host, err)) != 0 ||
		(status = check_named(&cores->rx, "rx", host, err)) != 0 ||
		(status = check_named(&cores->wire, "wire", host, err)) != 0)
		return status;
	pool = unnamed_cpus(cores, host);
	cpu_map.n_tx = cores->tx.n_cpus;
	memcpy(cpu_map.tx_cpu, cores->tx.cpu, cpu_map.n_tx * sizeof(cpu_map.tx_cpu[0]));
	cpu_map.n_rx = cores->rx.n_cpus;
	memcpy(cpu_map.rx_cpu, cores->rx.cpu, cpu_map.n_rx * sizeof(cpu_map.rx_cpu[0]));
	if (cores->wire.n_cpus != 0)
		cpu_map.wire_cpu = cores->wire.cpu[0];

	/*
	 * One each first, so that many queues of one side do not starve the other. So has an end
	 * elsewhere, where there is one to spare: two halves on one machine do not meet.
	 */
	if (cpu_map.n_tx == 0 && (sends || pool.n > 1))
		cpu_map.n_tx = take(&pool, host, tx_node, 1, cpu_map.tx_cpu);
	if (cpu_map.n_rx == 0)
		cpu_map.n_rx = take(&pool, host, rx_node, 1, cpu_map.rx_cpu);
	if ((sends && cpu_map.n_tx == 0) || (receives && cpu_map.n_rx == 0))
		return ovr_err_set(err, -ENODEV,
			"cores: sender and receiver each need a CPU of their own; this process may use %u, "
			"accepted: at least %u",
			host->n_cpus, needed);
	/* Where there is plenty, one CPU is left to the control thread and everybody else. */
	leave_one(&pool, host, rx_node);
	if (cores->rx.n_cpus == 0 && rx_wanted > 1)
		cpu_map.n_rx = (uint16_t)(1 +
			take(&pool, host, rx_node, (uint16_t)(rx_wanted - 1), cpu_map.rx_cpu + 1));
	if (cores->tx.n_cpus == 0 && tx_wanted > 1)
		cpu_map.n_tx = (uint16_t)(1 +
			take(&pool, host, tx_node, (uint16_t)(tx_wanted - 1), cpu_map.tx_cpu + 1));
	if (!sends)
		cpu_map.n_tx = 0;
	if (!receives)
		cpu_map.n_rx = 0;
	*ret_map = cpu_map;
	return 0;
}
