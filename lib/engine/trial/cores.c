/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/cores.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int
no_memory(const char *what, struct ovr_err *err)
{
	return ovr_err_set(err, -ENOMEM, "no memory for %s", what);
}

/*
 * The monitor counts cycles, the result nanoseconds: every bucket moves to where its middle
 * belongs.
 */
static struct ovr_hist *
gaps_in_ns(const struct ovr_stall_monitor *monitor)
{
	const struct ovr_hist *cycles = &monitor->gap_cycles;
	struct ovr_hist *ns = calloc(1, sizeof(*ns));

	if (ns == NULL || cycles->count == 0)
		return ns;
	for (unsigned int i = 0; i < OVR_HIST_BUCKETS; i++) {
		uint64_t low = ovr_hist_bucket_low(i), high = ovr_hist_bucket_high(i);

		if (cycles->bucket[i] != 0)
			ovr_hist_add_n(
				ns, ovr_clock_ns(&monitor->clock, low + (high - low) / 2), cycles->bucket[i]);
	}
	ns->min = ovr_clock_ns(&monitor->clock, cycles->min);
	ns->max = ovr_clock_ns(&monitor->clock, cycles->max);
	ns->sum = ovr_clock_ns(&monitor->clock, cycles->sum);
	return ns;
}

static int
collect_worker(struct ovr_result_worker *out, bool is_tx, const struct ovr_stall_monitor *monitor,
	uint64_t loops, const struct ovr_stall_thread *thread, const struct ovr_stall_core_delta *core,
	const struct ovr_cpu_map_host *host, struct ovr_err *err)
{
	*out = (struct ovr_result_worker){
		.is_tx = is_tx,
		.worker = monitor->worker,
		.cpu = monitor->cpu,
		.numa_node = (int16_t)ovr_cpu_map_node_of(host, monitor->cpu),
		.loops = loops,
		.n_stalls = monitor->n_stalls,
		.n_stalls_kept = monitor->n_kept,
		.stalled_ns = monitor->stalled_ns,
		.longest_ns = monitor->longest_ns,
		.gap_ns = gaps_in_ns(monitor),
		.kernel_known = thread->known && core->known,
		.involuntary_switches = thread->involuntary_switches,
		.run_queue_ns = thread->run_queue_ns,
		.steal_ns = core->steal_ns,
		.interrupts = core->interrupts,
		.busiest_interrupts = core->busiest,
	};
	memcpy(out->busiest_interrupt, core->busiest_name, sizeof(out->busiest_interrupt));
	return out->gap_ns == NULL ? no_memory("a histogram of poll gaps", err) : 0;
}

static int
collect_workers(struct ovr_workers *workers, const struct ovr_cpu_map_host *host,
	const struct ovr_cores_deltas *cores, struct ovr_result *result, struct ovr_err *err)
{
	bool has_wire = workers->cpu_map->wire_cpu >= 0;
	int status = 0;

	result->worker = calloc((size_t)workers->n_tx + workers->n_rx + 1, sizeof(*result->worker));
	if (result->worker == NULL)
		return no_memory("the workers' figures", err);
	for (uint16_t w = 0; w < workers->n_tx && status == 0; w++)
		status = collect_worker(&result->worker[result->n_workers++], true, &workers->tx[w]->monitor,
			workers->tx[w]->loops, &workers->tx[w]->thread, &cores->tx[w], host, err);
	for (uint16_t w = 0; w < workers->n_rx && status == 0; w++) {
		struct ovr_result_worker *worker = &result->worker[result->n_workers++];

		status = collect_worker(worker, false, &workers->rx[w]->monitor, workers->rx[w]->loops,
			&workers->rx[w]->thread, &cores->rx[w], host, err);
		worker->service_late_ns = workers->rx[w]->service_late_ns;
	}
	if (has_wire && status == 0) {
		status = collect_worker(&result->worker[result->n_workers], true, &workers->wire.monitor,
			workers->wire.loops, &workers->wire.thread, &cores->wire, host, err);
		result->worker[result->n_workers++].is_wire = true;
	}
	return status;
}

/* Append a worker's log to a list that has room for all. */
static void
append_stalls(struct ovr_stall *list, uint64_t *n, const struct ovr_stall_monitor *monitor)
{
	memcpy(list + *n, monitor->stall, monitor->n_kept * sizeof(*list));
	*n += monitor->n_kept;
}

static int
collect_stalls(const struct ovr_workers *workers, struct ovr_result *result, struct ovr_err *err)
{
	uint64_t n_tx = 1 + workers->wire.monitor.n_kept, n_rx = 1;

	for (uint16_t w = 0; w < workers->n_tx; w++)
		n_tx += workers->tx[w]->monitor.n_kept;
	for (uint16_t w = 0; w < workers->n_rx; w++)
		n_rx += workers->rx[w]->monitor.n_kept;
	result->tx_stall = malloc(n_tx * sizeof(*result->tx_stall));
	result->rx_stall = malloc(n_rx * sizeof(*result->rx_stall));
	if (result->tx_stall == NULL || result->rx_stall == NULL)
		return no_memory("the stalls", err);
	for (uint16_t w = 0; w < workers->n_tx; w++)
		append_stalls(result->tx_stall, &result->n_tx_stalls, &workers->tx[w]->monitor);
	if (workers->cpu_map->wire_cpu >= 0)
		append_stalls(result->tx_stall, &result->n_tx_stalls, &workers->wire.monitor);
	for (uint16_t w = 0; w < workers->n_rx; w++)
		append_stalls(result->rx_stall, &result->n_rx_stalls, &workers->rx[w]->monitor);
	return 0;
}

int
ovr_cores_collect(struct ovr_workers *workers, const struct ovr_cpu_map_host *host,
	const struct ovr_cores_deltas *deltas, struct ovr_result *result, struct ovr_err *err)
{
	int status = collect_workers(workers, host, deltas, result, err);

	return status != 0 ? status : collect_stalls(workers, result, err);
}
