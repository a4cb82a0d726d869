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

/* Where a worker's figures stand. */
struct core {
	const struct ovr_stall_monitor *monitor;
	const struct ovr_clock_steady *time;
	const struct ovr_stall_thread *thread;
	const struct ovr_stall_core_delta *delta;
	uint64_t loops;
};

/* Room for the workers of one end, and for the stalls in their logs. */
static int
make_room(struct ovr_half *end, const struct core *core, uint32_t n, struct ovr_err *err)
{
	uint64_t n_stalls = 1;

	for (uint32_t i = 0; i < n; i++)
		n_stalls += core[i].monitor->n_kept;
	end->worker = calloc(n, sizeof(*end->worker));
	end->stall = malloc(n_stalls * sizeof(*end->stall));
	if (end->worker == NULL)
		return no_memory("the workers' figures", err);
	return end->stall == NULL ? no_memory("the stalls", err) : 0;
}

static int
add_worker(struct ovr_half *end, bool is_tx, const struct core *core, const struct ovr_cpu_map_host *host,
	struct ovr_err *err)
{
	const struct ovr_stall_monitor *monitor = core->monitor;
	struct ovr_result_worker *out = &end->worker[end->n_workers++];

	*out = (struct ovr_result_worker){
		.is_tx = is_tx,
		.worker = monitor->worker,
		.cpu = monitor->cpu,
		.numa_node = (int16_t)ovr_cpu_map_node_of(host, monitor->cpu),
		.loops = core->loops,
		.n_stalls = monitor->n_stalls,
		.n_stalls_kept = monitor->n_kept,
		.stalled_ns = monitor->stalled_ns,
		.longest_ns = monitor->longest_ns,
		.gap_ns = gaps_in_ns(monitor),
		.kernel_known = core->thread->known && core->delta->known,
		.involuntary_switches = core->thread->involuntary_switches,
		.run_queue_ns = core->thread->run_queue_ns,
		.steal_ns = core->delta->steal_ns,
		.interrupts = core->delta->interrupts,
		.busiest_interrupts = core->delta->busiest,
		.clock_steps = core->time->n_steps,
		.clock_lost_ns = ovr_clock_ns(&monitor->clock, core->time->lost_cycles),
	};
	memcpy(out->busiest_interrupt, core->delta->busiest_name, sizeof(out->busiest_interrupt));
	memcpy(end->stall + end->n_stalls, monitor->stall, monitor->n_kept * sizeof(*end->stall));
	end->n_stalls += monitor->n_kept;
	return out->gap_ns == NULL ? no_memory("a histogram of poll gaps", err) : 0;
}

static int
add_workers(struct ovr_half *end, bool is_tx, const struct core *core, uint32_t n,
	const struct ovr_cpu_map_host *host, struct ovr_err *err)
{
	int status = make_room(end, core, n, err);

	for (uint32_t i = 0; i < n && status == 0; i++)
		status = add_worker(end, is_tx, &core[i], host, err);
	return status;
}

int
ovr_cores_of_sender(const struct ovr_workers *workers, const struct ovr_cpu_map_host *host,
	const struct ovr_cores_deltas *deltas, struct ovr_half *sender, struct ovr_err *err)
{
	struct core core[OVR_PLAN_WORKERS_MAX + 1];
	const struct ovr_wire_worker *wire = &workers->wire;
	bool has_wire = workers->cpu_map->wire_cpu >= 0;
	uint32_t n = 0;
	int status;

	for (; n < workers->n_tx; n++) {
		const struct ovr_tx_worker *tx = workers->tx[n];

		core[n] = (struct core){ &tx->monitor, &tx->time, &tx->thread, &deltas->tx[n], tx->loops };
	}
	if (has_wire)
		core[n++] = (struct core){ &wire->monitor, &wire->time, &wire->thread, &deltas->wire,
			wire->loops };
	status = add_workers(sender, true, core, n, host, err);
	if (status == 0)
		sender->worker[n - 1].is_wire = has_wire;
	return status;
}

int
ovr_cores_of_receiver(const struct ovr_workers *workers, const struct ovr_cpu_map_host *host,
	const struct ovr_cores_deltas *deltas, struct ovr_half *receiver, struct ovr_err *err)
{
	struct core core[OVR_PLAN_WORKERS_MAX];
	int status;

	for (uint32_t w = 0; w < workers->n_rx; w++) {
		const struct ovr_rx_worker *rx = workers->rx[w];

		core[w] = (struct core){ &rx->monitor, &rx->time, &rx->thread, &deltas->rx[w], rx->loops };
	}
	status = add_workers(receiver, false, core, workers->n_rx, host, err);
	for (uint32_t w = 0; w < receiver->n_workers; w++)
		receiver->worker[w].service_late_ns = workers->rx[w]->service_late_ns;
	return status;
}
