/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/crew.h"

#include <errno.h>
#include <numa.h>
#include <stdlib.h>
#include <string.h>

#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_malloc.h>

#include "base/memory.h"
#include "env/env.h"
#include "port/drivers.h"

/* What a sender works off after a break, at most. */
#define BACKLOG_MAX_PS 10000000u
/* A tag holds 2^48 ns. The control thread looks at the time, and may be a minute late. */
#define SEND_MAX_NS ((UINT64_C(1) << 48) - UINT64_C(60000000000))

/* Memory that a worker writes: on its own node, where there are several. */
static void *
alloc_on(uint16_t cpu, size_t size)
{
	int node = numa_available() >= 0 ? numa_node_of_cpu(cpu) : -1;

	return rte_zmalloc_socket(NULL, size, OVR_STAT_LINE_BYTES, node < 0 ? SOCKET_ID_ANY : node);
}

/* The same for what a library allocates: the kernel places the pages that this thread touches first. */
static void
prefer_node_of(int cpu)
{
	if (numa_available() >= 0 && numa_num_configured_nodes() > 1)
		numa_set_preferred(cpu < 0 ? -1 : numa_node_of_cpu(cpu));
}

static int
no_memory(const char *what, struct ovr_err *err)
{
	return ovr_err_set(err, -ENOMEM, "no memory for %s", what);
}

static struct ovr_pace_conf
pace_of(const struct ovr_crew *crew, uint64_t duration_ns)
{
	const struct ovr_plan *plan = crew->plan;
	struct ovr_pace_conf pace = {
		.rate = plan->rate,
		.line_bps = crew->pair->tx.line_bps,
		.shape = plan->shape.shape,
		.burst_frames = plan->shape.burst_frames,
		.gap_ns = plan->shape.gap_ns,
		.seed = plan->seed,
		.duration_ns = duration_ns,
		.catch_up = plan->catch_up,
		.n_workers = plan->txq,
	};
	return pace;
}

static int
make_tx_queue(struct ovr_crew *crew, uint16_t q, uint16_t cpu, uint64_t count, struct ovr_err *err)
{
	const struct ovr_plan *plan = crew->plan;
	struct ovr_tx_queue *queue = alloc_on(cpu, sizeof(*queue));
	struct ovr_port_queue at = ovr_port_queue(&crew->pair->tx, q);
	struct ovr_pace_conf pace = crew->pace;
	int status;

	if (queue == NULL)
		return no_memory("a transmit queue", err);
	crew->tx_queue[q] = queue;
	queue->port_id = at.device;
	queue->queue_id = at.queue_id;
	queue->burst = plan->burst;
	queue->wait_when_full = plan->on_full == OVR_ON_FULL_WAIT;
	queue->trial_id = crew->trial_id;
	queue->count = count == 0 ? OVR_PLAN_COUNT_MAX : count / plan->txq + (q < count % plan->txq);
	queue->is_over = queue->count == 0;
	queue->mix = &crew->mix;
	queue->pool = crew->pair->tx_pool;
	pace.worker = q;
	status = ovr_pace_init(&queue->pace, &pace, &crew->mix, err);
	if (status != 0)
		return status;
	/* two bursts of backlog are how any sender works, and a break that is no stall yet; with slow rates, one frame */
	if (!plan->catch_up) {
		uint64_t burst_ps = 2 * plan->burst * queue->pace.mean_ps;

		burst_ps = RTE_MIN(RTE_MAX(burst_ps, plan->stall_min_ns * 1000), (uint64_t)BACKLOG_MAX_PS);
		queue->pace.backlog_max_ps = RTE_MAX(queue->pace.mean_ps, burst_ps);
	}
	queue->stream = alloc_on(cpu, (crew->n_streams / plan->txq + 1) * sizeof(*queue->stream));
	if (queue->stream == NULL)
		return no_memory("a transmit queue's streams", err);
	for (uint32_t s = q; s < crew->n_streams; s += plan->txq)
		queue->stream[queue->n_streams++] = (struct ovr_tx_stream){
			.template = crew->template + (size_t)s * crew->mix.n_sizes,
			.stream = (uint16_t)s,
			.place = (uint16_t)(s % crew->mix.length),
		};
	queue->is_uniform = queue->n_streams == 1 && crew->mix.n_sizes == 1 &&
		crew->copy != OVR_TX_COPY_WHOLE;
	return 0;
}

static struct ovr_stall *
make_stall_log(struct ovr_err *err)
{
	struct ovr_stall *log = malloc(OVR_CREW_STALLS * sizeof(*log));

	if (log == NULL)
		no_memory("a log of stalls", err);
	else
		/* touched now, not while the trial runs; with zeros a compiler makes calloc() of it, which touches nothing */
		memset(log, 0xff, OVR_CREW_STALLS * sizeof(*log));
	return log;
}

static int
make_tx_worker(struct ovr_crew *crew, uint16_t w, uint64_t count, struct ovr_err *err)
{
	uint16_t cpu = crew->place->tx_cpu[w];
	struct ovr_tx_worker *worker = alloc_on(cpu, sizeof(*worker));
	struct ovr_stall *log;
	int status = 0;

	if (worker == NULL)
		return no_memory("a transmit worker", err);
	crew->tx[w] = worker;
	prefer_node_of(cpu);
	log = make_stall_log(err);
	if (log == NULL)
		return -ENOMEM;
	ovr_stall_watch_init(
		&worker->watch, &crew->run.clock, crew->plan->stall_min_ns, log, OVR_CREW_STALLS, w, cpu);
	worker->run = &crew->run;
	worker->copy = crew->copy;
	worker->wire = w == 0 && crew->place->wire_cpu < 0 ? crew->pair->wire : NULL;
	worker->queue = calloc(crew->n_tx_queues, sizeof(*worker->queue));
	if (worker->queue == NULL)
		return no_memory("a transmit worker", err);
	for (uint16_t q = w; q < crew->n_tx_queues && status == 0; q = (uint16_t)(q + crew->n_tx)) {
		status = make_tx_queue(crew, q, cpu, count, err);
		worker->queue[worker->n_queues++] = crew->tx_queue[q];
	}
	return status;
}

/* In the list of workers it stands behind the transmitters. */
static int
make_wire_worker(struct ovr_crew *crew, struct ovr_err *err)
{
	struct ovr_stall *log = make_stall_log(err);

	if (log == NULL)
		return -ENOMEM;
	crew->wire = (struct ovr_wire_worker){ .run = &crew->run, .wire = crew->pair->wire };
	ovr_stall_watch_init(&crew->wire.watch, &crew->run.clock, crew->plan->stall_min_ns, log,
		OVR_CREW_STALLS, crew->n_tx, (uint16_t)crew->place->wire_cpu);
	return 0;
}

/* Holes remembered: a sixteenth of the window, within bounds. */
static struct ovr_seq_conf
trackers_of(const struct ovr_plan *plan)
{
	return (struct ovr_seq_conf){
		.window = plan->window,
		.delta = plan->delta,
		.n_jumps = RTE_MAX(RTE_MIN(plan->window / 16, 1024u), 64u),
	};
}

/* Trackers are what grows with the plan. They are touched before the trial: what is not there would be found out by the OOM killer. */
static int
check_memory(const struct ovr_crew *crew, struct ovr_err *err)
{
	struct ovr_seq_conf conf = trackers_of(crew->plan);
	uint64_t wanted = crew->n_rx * ovr_seq_bytes(crew->n_streams, &conf);
	uint64_t found = ovr_memory_available("");

	if (wanted <= found - found / 10)
		return 0;
	return ovr_err_set(err, -ENOMEM,
		"streams and window: %u streams with a window of %u on %u receive workers take %.1f GB of "
		"memory, found %.1f GB available; accepted: fewer streams, a smaller --window or fewer "
		"workers",
		crew->n_streams, crew->plan->window, crew->n_rx, (double)wanted / 1e9, (double)found / 1e9);
}

static int
make_trackers(struct ovr_crew *crew, uint16_t w, struct ovr_err *err)
{
	struct ovr_rx_worker *worker = crew->rx[w];
	struct ovr_seq_conf conf = trackers_of(crew->plan);
	struct ovr_seq_log *log = &crew->log[w];

	log->period = malloc(OVR_CREW_PERIODS * sizeof(*log->period));
	worker->late = calloc(crew->n_streams, sizeof(*worker->late));
	worker->corrupt = calloc(crew->n_streams, sizeof(*worker->corrupt));
	worker->queues_seen = calloc(crew->n_streams, sizeof(*worker->queues_seen));
	if (log->period == NULL || worker->late == NULL || worker->corrupt == NULL ||
		worker->queues_seen == NULL)
		return no_memory("the trackers of a receive worker", err);
	memset(log->period, 0xff, OVR_CREW_PERIODS * sizeof(*log->period));
	log->capacity = OVR_CREW_PERIODS;
	return ovr_seq_create(0, crew->n_streams, &conf, log, &worker->seq, err);
}

static int
make_rx_worker(struct ovr_crew *crew, uint16_t w, struct ovr_err *err)
{
	const struct ovr_plan *plan = crew->plan;
	uint16_t cpu = crew->place->rx_cpu[w];
	struct ovr_rx_worker *worker = alloc_on(cpu, sizeof(*worker));
	struct ovr_stall *log;
	int status;

	if (worker == NULL)
		return no_memory("a receive worker", err);
	crew->rx[w] = worker;
	prefer_node_of(cpu);
	log = make_stall_log(err);
	if (log == NULL)
		return -ENOMEM;
	ovr_stall_watch_init(
		&worker->watch, &crew->run.clock, plan->stall_min_ns, log, OVR_CREW_STALLS, w, cpu);
	ovr_stall_purpose_init(&worker->purpose, &plan->stall, plan->seed, w);
	worker->run = &crew->run;
	worker->expect = (struct ovr_frame_expect){
		.trial_id = crew->trial_id,
		.n_streams = crew->n_streams,
		.flows = crew->flows,
	};
	worker->tmax_ns = plan->tmax_ns;
	worker->short_polls = ovr_driver_short_polls(crew->pair->rx.driver);
	/* the plan's figure is 1/1000 frame/s of all receivers */
	if (plan->service.value != 0)
		worker->service_ps = 1000000000000000u / plan->service.value * crew->n_rx;
	if (crew->mix.n_sizes > 1)
		worker->mix = &crew->mix;
	worker->queue = calloc(crew->n_rx_queues, sizeof(*worker->queue));
	if (worker->queue == NULL)
		return no_memory("a receive worker", err);
	for (uint16_t q = w; q < crew->n_rx_queues; q = (uint16_t)(q + crew->n_rx)) {
		struct ovr_port_queue at = ovr_port_queue(&crew->pair->rx, q);
		struct ovr_rx_queue *queue = alloc_on(cpu, sizeof(*queue));

		if (queue == NULL)
			return no_memory("a receive queue", err);
		queue->port_id = at.device;
		queue->queue_id = at.queue_id;
		queue->bit = 1u << q;
		queue->burst = ovr_driver_poll(crew->pair->rx.driver, plan->burst);
		queue->batch = RTE_MIN(queue->burst, OVR_RX_BATCH);
		crew->rx_queue[q] = queue;
		worker->queue[worker->n_queues++] = queue;
	}
	status = make_trackers(crew, w, err);
	if (status == 0 && plan->capture[0] != '\0') {
		worker->keeps_snapshot = true;
		status = ovr_snapshot_init(&worker->snapshot,
			plan->capture_frames / crew->n_rx + (w < plan->capture_frames % crew->n_rx),
			ovr_mix_max(&crew->mix), err);
	}
	return status;
}

int
ovr_crew_create(const struct ovr_plan *plan, const struct ovr_place *place, struct ovr_port_pair *pair,
	const struct ovr_clock *clock, const struct ovr_capture_templates *templates, uint32_t trial_id,
	uint64_t duration_ns, uint64_t count, struct ovr_crew **ret_crew, struct ovr_err *err)
{
	struct ovr_crew *crew = aligned_alloc(64, RTE_ALIGN_CEIL(sizeof(*crew), (size_t)64));
	int status;

	if (crew == NULL)
		return no_memory("a trial", err);
	memset(crew, 0, sizeof(*crew));
	crew->plan = plan;
	crew->place = place;
	crew->pair = pair;
	crew->run.clock = *clock;
	crew->trial_id = trial_id;
	crew->send_max_ns = SEND_MAX_NS;
	crew->n_streams = plan->streams;
	crew->n_tx_queues = plan->txq;
	crew->n_rx_queues = plan->rxq;
	crew->n_tx = place->n_tx;
	crew->n_rx = place->n_rx;
	crew->mix = plan->size;
	crew->pace = pace_of(crew, duration_ns);
	status = check_memory(crew, err);
	if (status == 0)
		status = ovr_crew_make_templates(crew, templates, err);
	for (uint16_t w = 0; w < crew->n_tx && status == 0; w++)
		status = make_tx_worker(crew, w, count, err);
	for (uint16_t w = 0; w < crew->n_rx && status == 0; w++)
		status = make_rx_worker(crew, w, err);
	prefer_node_of(-1);
	if (status == 0 && place->wire_cpu >= 0)
		status = make_wire_worker(crew, err);
	if (status != 0) {
		ovr_crew_destroy(crew);
		return status;
	}
	*ret_crew = crew;
	return 0;
}

static void
destroy_rx_worker(struct ovr_rx_worker *worker, uint32_t n_streams)
{
	if (worker == NULL)
		return;
	ovr_snapshot_done(&worker->snapshot);
	ovr_seq_destroy(worker->seq, n_streams);
	free(worker->late);
	free(worker->corrupt);
	free(worker->queues_seen);
	free(worker->watch.stall);
	free(worker->queue);
	rte_free(worker);
}

void
ovr_crew_destroy(struct ovr_crew *crew)
{
	if (crew == NULL)
		return;
	for (uint16_t w = 0; w < crew->n_rx; w++) {
		destroy_rx_worker(crew->rx[w], crew->n_streams);
		free(crew->log[w].period);
	}
	for (uint16_t w = 0; w < crew->n_tx; w++) {
		if (crew->tx[w] == NULL)
			continue;
		free(crew->tx[w]->watch.stall);
		free(crew->tx[w]->queue);
		rte_free(crew->tx[w]);
	}
	for (uint16_t q = 0; q < OVR_PLAN_QUEUES_MAX; q++) {
		if (crew->tx_queue[q] != NULL) {
			ovr_tx_queue_done(crew->tx_queue[q]);
			rte_free(crew->tx_queue[q]->stream);
			rte_free(crew->tx_queue[q]);
		}
		rte_free(crew->rx_queue[q]);
	}
	free(crew->wire.watch.stall);
	free(crew->template);
	free(crew->template_bytes);
	ovr_frame_flows_destroy(crew->flows);
	free(crew);
}

/* One more worker on its CPU. cpu, n: where those before it are. */
static int
launch(lcore_function_t *work, void *context, uint16_t on_cpu, uint16_t *cpu, uint16_t *n)
{
	uint16_t nth = 0;
	unsigned int lcore;

	for (uint16_t i = 0; i < *n; i++)
		nth += cpu[i] == on_cpu;
	cpu[(*n)++] = on_cpu;
	lcore = ovr_env_lcore_on(on_cpu, nth);
	return lcore == 0 ? -ENODEV : rte_eal_remote_launch(work, context, lcore);
}

int
ovr_crew_launch(struct ovr_crew *crew, struct ovr_err *err)
{
	const struct ovr_place *place = crew->place;
	uint16_t cpu[OVR_ENV_WORKERS_MAX];
	uint16_t n = 0;
	int status = 0;

	for (uint16_t w = 0; w < crew->n_tx && status == 0; w++)
		status = launch(ovr_tx_work, crew->tx[w], place->tx_cpu[w], cpu, &n);
	for (uint16_t w = 0; w < crew->n_rx && status == 0; w++)
		status = launch(ovr_rx_work, crew->rx[w], place->rx_cpu[w], cpu, &n);
	if (status == 0 && place->wire_cpu >= 0)
		status = launch(ovr_wire_work, &crew->wire, (uint16_t)place->wire_cpu, cpu, &n);
	if (status == 0)
		return 0;
	ovr_crew_join(crew);
	return ovr_err_set(err, status, "worker %u cannot be started on CPU %u: %s", n - 1u, cpu[n - 1u],
		strerror(-status));
}

void
ovr_crew_join(struct ovr_crew *crew)
{
	atomic_store_explicit(&crew->run.stop_sending, true, memory_order_relaxed);
	atomic_store_explicit(&crew->run.quit, true, memory_order_relaxed);
	rte_eal_mp_wait_lcore();
}

bool
ovr_crew_has_sent(const struct ovr_crew *crew, uint64_t *ret_done_ns)
{
	uint64_t latest = 0;

	for (uint16_t w = 0; w < crew->n_tx; w++) {
		uint64_t done = atomic_load_explicit(&crew->tx[w]->done_ns, memory_order_acquire);

		if (done == 0)
			return false;
		latest = RTE_MAX(latest, done);
	}
	*ret_done_ns = latest;
	return true;
}
