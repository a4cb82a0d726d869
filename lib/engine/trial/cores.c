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
 * The watch counts cycles, the result nanoseconds: every bucket moves to where its middle
 * belongs.
 */
static struct ovr_hist *
gaps_in_ns(const struct ovr_stall_watch *watch)
{
	const struct ovr_hist *cycles = &watch->gap_cycles;
	struct ovr_hist *ns = calloc(1, sizeof(*ns));

	if (ns == NULL || cycles->count == 0)
		return ns;
	for (unsigned int i = 0; i < OVR_HIST_BUCKETS; i++) {
		uint64_t low = ovr_hist_bucket_low(i), high = ovr_hist_bucket_high(i);

		if (cycles->bucket[i] != 0)
			ovr_hist_add_n(
				ns, ovr_clock_ns(&watch->clock, low + (high - low) / 2), cycles->bucket[i]);
	}
	ns->min = ovr_clock_ns(&watch->clock, cycles->min);
	ns->max = ovr_clock_ns(&watch->clock, cycles->max);
	ns->sum = ovr_clock_ns(&watch->clock, cycles->sum);
	return ns;
}

static int
collect_worker(struct ovr_result_worker *out, bool is_tx, const struct ovr_stall_watch *watch, uint64_t loops,
	const struct ovr_stall_thread *thread, const struct ovr_stall_core_delta *core,
	const struct ovr_place_host *host, struct ovr_err *err)
{
	*out = (struct ovr_result_worker){
		.is_tx = is_tx,
		.worker = watch->worker,
		.cpu = watch->cpu,
		.numa_node = (int16_t)ovr_place_node_of(host, watch->cpu),
		.loops = loops,
		.n_stalls = watch->n_stalls,
		.n_stalls_kept = watch->n_kept,
		.stalled_ns = watch->stalled_ns,
		.longest_ns = watch->longest_ns,
		.gap_ns = gaps_in_ns(watch),
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
collect_workers(struct ovr_crew *crew, const struct ovr_place_host *host,
	const struct ovr_cores_deltas *cores, struct ovr_result *result, struct ovr_err *err)
{
	bool has_wire = crew->place->wire_cpu >= 0;
	int status = 0;

	result->worker = calloc((size_t)crew->n_tx + crew->n_rx + 1, sizeof(*result->worker));
	if (result->worker == NULL)
		return no_memory("the workers' figures", err);
	for (uint16_t w = 0; w < crew->n_tx && status == 0; w++)
		status = collect_worker(&result->worker[result->n_workers++], true, &crew->tx[w]->watch,
			crew->tx[w]->loops, &crew->tx[w]->thread, &cores->tx[w], host, err);
	for (uint16_t w = 0; w < crew->n_rx && status == 0; w++) {
		struct ovr_result_worker *worker = &result->worker[result->n_workers++];

		status = collect_worker(worker, false, &crew->rx[w]->watch, crew->rx[w]->loops,
			&crew->rx[w]->thread, &cores->rx[w], host, err);
		worker->service_late_ns = crew->rx[w]->service_late_ns;
	}
	if (has_wire && status == 0) {
		status = collect_worker(&result->worker[result->n_workers], true, &crew->wire.watch,
			crew->wire.loops, &crew->wire.thread, &cores->wire, host, err);
		result->worker[result->n_workers++].is_wire = true;
	}
	return status;
}

/* Append a worker's log to a list that has room for all. */
static void
append_stalls(struct ovr_stall *list, uint64_t *n, const struct ovr_stall_watch *watch)
{
	memcpy(list + *n, watch->stall, watch->n_kept * sizeof(*list));
	*n += watch->n_kept;
}

static int
collect_stalls(const struct ovr_crew *crew, struct ovr_result *result, struct ovr_err *err)
{
	uint64_t n_tx = 1 + crew->wire.watch.n_kept, n_rx = 1;

	for (uint16_t w = 0; w < crew->n_tx; w++)
		n_tx += crew->tx[w]->watch.n_kept;
	for (uint16_t w = 0; w < crew->n_rx; w++)
		n_rx += crew->rx[w]->watch.n_kept;
	result->tx_stall = malloc(n_tx * sizeof(*result->tx_stall));
	result->rx_stall = malloc(n_rx * sizeof(*result->rx_stall));
	if (result->tx_stall == NULL || result->rx_stall == NULL)
		return no_memory("the stalls", err);
	for (uint16_t w = 0; w < crew->n_tx; w++)
		append_stalls(result->tx_stall, &result->n_tx_stalls, &crew->tx[w]->watch);
	if (crew->place->wire_cpu >= 0)
		append_stalls(result->tx_stall, &result->n_tx_stalls, &crew->wire.watch);
	for (uint16_t w = 0; w < crew->n_rx; w++)
		append_stalls(result->rx_stall, &result->n_rx_stalls, &crew->rx[w]->watch);
	return 0;
}

int
ovr_cores_collect(struct ovr_crew *crew, const struct ovr_place_host *host,
	const struct ovr_cores_deltas *deltas, struct ovr_result *result, struct ovr_err *err)
{
	int status = collect_workers(crew, host, deltas, result, err);

	return status != 0 ? status : collect_stalls(crew, result, err);
}
