/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/workers.h"

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
#include "port/udp.h"

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

/*
 * The same for what a library allocates: the kernel places the pages that this thread touches
 * first.
 */
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
pace_of(const struct ovr_workers *workers, uint64_t duration_ns)
{
	const struct ovr_plan *plan = workers->plan;
	struct ovr_pace_conf pace = {
		.rate = plan->load.rate,
		.line_bps = workers->pair->tx.line_bps,
		.shape = plan->load.shape.shape,
		.burst_frames = plan->load.shape.burst_frames,
		.gap_ns = plan->load.shape.gap_ns,
		.seed = plan->trial.seed,
		.duration_ns = duration_ns,
		.catch_up = plan->load.catch_up,
		.n_workers = plan->ports.txq,
	};
	return pace;
}

/* Bytes of a frame before its UDP payload. */
static uint16_t
payload_offset(const struct ovr_plan_frames *frames)
{
	return (uint16_t)(ovr_frame_size_min(frames->ip_version, frames->n_vlans) - OVR_FRAME_FCS_BYTES -
		OVR_FRAME_TAG_BYTES);
}

/* Datagrams in one system call of a port's. */
static uint16_t
batch_of(const struct ovr_udp *udp, const struct ovr_plan_ports *ports)
{
	return udp->conf.batch != 0 ? udp->conf.batch : ports->burst;
}

/* Where queue @q of a port is: at a device, or a socket. */
static int
make_tx_end(struct ovr_workers *workers, uint16_t q, struct ovr_tx_queue *queue, struct ovr_err *err)
{
	const struct ovr_udp *udp = workers->pair->tx_udp;
	struct ovr_port_queue at;

	if (udp != NULL)
		return ovr_datagrams_create(udp->fd[q], payload_offset(&workers->plan->frames),
			batch_of(udp, &workers->plan->ports), NULL, &queue->datagrams, err);
	at = ovr_port_queue(&workers->pair->tx, q);
	queue->port_id = at.device;
	queue->queue_id = at.queue_id;
	return 0;
}

static int
make_rx_end(struct ovr_workers *workers, uint16_t q, struct ovr_rx_queue *queue, struct ovr_err *err)
{
	const struct ovr_udp *udp = workers->pair->rx_udp;
	struct ovr_port_queue at;

	if (udp != NULL) {
		queue->burst = RTE_MIN(queue->burst, batch_of(udp, &workers->plan->ports));
		return ovr_datagrams_create(udp->fd[q], payload_offset(&workers->plan->frames),
			batch_of(udp, &workers->plan->ports), workers->pair->rx_pool, &queue->datagrams, err);
	}
	at = ovr_port_queue(&workers->pair->rx, q);
	queue->port_id = at.device;
	queue->queue_id = at.queue_id;
	return 0;
}

static int
make_tx_queue(struct ovr_workers *workers, uint16_t q, uint16_t cpu, uint64_t count, struct ovr_err *err)
{
	const struct ovr_plan *plan = workers->plan;
	struct ovr_tx_queue *queue = alloc_on(cpu, sizeof(*queue));
	struct ovr_pace_conf pace = workers->pace;
	int status;

	if (queue == NULL)
		return no_memory("a transmit queue", err);
	workers->tx_queue[q] = queue;
	status = make_tx_end(workers, q, queue, err);
	if (status != 0)
		return status;
	queue->burst = plan->ports.burst;
	queue->wait_when_full = plan->load.on_full == OVR_ON_FULL_WAIT;
	queue->trial_id = workers->trial_id;
	queue->count = count == 0 ? OVR_PLAN_COUNT_MAX
				  : count / plan->ports.txq + (q < count % plan->ports.txq);
	queue->is_over = queue->count == 0;
	queue->mix = &workers->mix;
	queue->pool = workers->pair->tx_pool;
	pace.worker = q;
	status = ovr_pace_init(&queue->pace, &pace, &workers->mix, err);
	if (status != 0)
		return status;
	/*
	 * two bursts of backlog are how any sender works, and a break that is no stall yet; with
	 * slow rates, one frame
	 */
	if (!plan->load.catch_up) {
		uint64_t burst_ps = 2 * plan->ports.burst * queue->pace.mean_ps;

		burst_ps = RTE_MIN(
			RTE_MAX(burst_ps, plan->trial.stall_min_ns * 1000), (uint64_t)BACKLOG_MAX_PS);
		queue->pace.backlog_max_ps = RTE_MAX(queue->pace.mean_ps, burst_ps);
	}
	queue->stream = alloc_on(cpu, (workers->n_streams / plan->ports.txq + 1) * sizeof(*queue->stream));
	if (queue->stream == NULL)
		return no_memory("a transmit queue's streams", err);
	for (uint32_t s = q; s < workers->n_streams; s += plan->ports.txq)
		queue->stream[queue->n_streams++] = (struct ovr_tx_stream){
			.template = workers->template + (size_t)s * workers->mix.n_sizes,
			.stream = (uint16_t)(workers->stream_first + s),
			.place = (uint16_t)((workers->stream_first + s) % workers->mix.length),
		};
	queue->is_uniform = queue->n_streams == 1 && workers->mix.n_sizes == 1 &&
		workers->copy != OVR_TX_COPY_WHOLE;
	return 0;
}

static struct ovr_stall *
make_stall_log(struct ovr_err *err)
{
	struct ovr_stall *log = malloc(OVR_WORKERS_STALLS * sizeof(*log));

	if (log == NULL)
		no_memory("a log of stalls", err);
	else
		/*
		 * touched now, not while the trial runs; with zeros a compiler makes calloc() of
		 * it, which touches nothing
		 */
		memset(log, 0xff, OVR_WORKERS_STALLS * sizeof(*log));
	return log;
}

static int
make_tx_worker(struct ovr_workers *workers, uint16_t w, uint64_t count, struct ovr_err *err)
{
	uint16_t cpu = workers->cpu_map->tx_cpu[w];
	struct ovr_tx_worker *worker = alloc_on(cpu, sizeof(*worker));
	struct ovr_stall *log;
	int status = 0;

	if (worker == NULL)
		return no_memory("a transmit worker", err);
	workers->tx[w] = worker;
	prefer_node_of(cpu);
	log = make_stall_log(err);
	if (log == NULL)
		return -ENOMEM;
	ovr_stall_monitor_init(&worker->monitor, &workers->run.clock, workers->plan->trial.stall_min_ns, log,
		OVR_WORKERS_STALLS, w, cpu);
	worker->run = &workers->run;
	worker->copy = workers->copy;
	worker->wire = w == 0 && workers->cpu_map->wire_cpu < 0 ? workers->pair->wire : NULL;
	worker->queue = calloc(workers->n_tx_queues, sizeof(*worker->queue));
	if (worker->queue == NULL)
		return no_memory("a transmit worker", err);
	for (uint16_t q = w; q < workers->n_tx_queues && status == 0; q = (uint16_t)(q + workers->n_tx)) {
		status = make_tx_queue(workers, q, cpu, count, err);
		worker->queue[worker->n_queues++] = workers->tx_queue[q];
	}
	return status;
}

/* In the list of workers it stands after the transmitters. */
static int
make_wire_worker(struct ovr_workers *workers, struct ovr_err *err)
{
	struct ovr_stall *log = make_stall_log(err);

	if (log == NULL)
		return -ENOMEM;
	workers->wire = (struct ovr_wire_worker){ .run = &workers->run, .wire = workers->pair->wire };
	ovr_stall_monitor_init(&workers->wire.monitor, &workers->run.clock, workers->plan->trial.stall_min_ns,
		log, OVR_WORKERS_STALLS, workers->n_tx, (uint16_t)workers->cpu_map->wire_cpu);
	return 0;
}

/* Holes remembered: a sixteenth of the window, within bounds. */
static struct ovr_seq_conf
trackers_of(const struct ovr_plan_receiver *receiver)
{
	return (struct ovr_seq_conf){
		.window = receiver->window,
		.delta = receiver->delta,
		.n_jumps = RTE_MAX(RTE_MIN(receiver->window / 16, 1024u), 64u),
	};
}

/*
 * Trackers are what grows with the plan. They are touched before the trial: what is not there would
 * be found out by the OOM killer.
 */
static int
check_memory(const struct ovr_workers *workers, struct ovr_err *err)
{
	struct ovr_seq_conf conf = trackers_of(&workers->plan->receiver);
	uint64_t wanted = workers->n_rx * ovr_seq_bytes(workers->n_streams, &conf);
	uint64_t found = ovr_memory_available("");

	if (wanted <= found - found / 10)
		return 0;
	return ovr_err_set(err, -ENOMEM,
		"streams and window: %u streams with a window of %u on %u receive workers take %.1f GB of "
		"memory, found %.1f GB available; accepted: fewer streams, a smaller --window or fewer "
		"workers",
		workers->n_streams, workers->plan->receiver.window, workers->n_rx, (double)wanted / 1e9,
		(double)found / 1e9);
}

static int
make_trackers(struct ovr_workers *workers, uint16_t w, struct ovr_err *err)
{
	struct ovr_rx_worker *worker = workers->rx[w];
	struct ovr_seq_conf conf = trackers_of(&workers->plan->receiver);
	struct ovr_seq_log *log = &workers->log[w];

	log->period = malloc(OVR_WORKERS_PERIODS * sizeof(*log->period));
	worker->late = calloc(workers->n_streams, sizeof(*worker->late));
	worker->corrupt = calloc(workers->n_streams, sizeof(*worker->corrupt));
	worker->astray = calloc(workers->n_streams, sizeof(*worker->astray));
	worker->queues_seen = calloc(workers->n_streams, sizeof(*worker->queues_seen));
	if (log->period == NULL || worker->late == NULL || worker->corrupt == NULL ||
		worker->astray == NULL || worker->queues_seen == NULL)
		return no_memory("the trackers of a receive worker", err);
	memset(log->period, 0xff, OVR_WORKERS_PERIODS * sizeof(*log->period));
	log->capacity = OVR_WORKERS_PERIODS;
	return ovr_seq_create(0, workers->n_streams, &conf, log, &worker->seq, err);
}

static int
make_rx_worker(struct ovr_workers *workers, uint16_t w, struct ovr_err *err)
{
	const struct ovr_plan *plan = workers->plan;
	uint16_t cpu = workers->cpu_map->rx_cpu[w];
	struct ovr_rx_worker *worker = alloc_on(cpu, sizeof(*worker));
	struct ovr_stall *log;
	int status;

	if (worker == NULL)
		return no_memory("a receive worker", err);
	workers->rx[w] = worker;
	prefer_node_of(cpu);
	log = make_stall_log(err);
	if (log == NULL)
		return -ENOMEM;
	ovr_stall_monitor_init(&worker->monitor, &workers->run.clock, plan->trial.stall_min_ns, log,
		OVR_WORKERS_STALLS, w, cpu);
	ovr_stall_injection_init(&worker->injection, &plan->receiver.stall, plan->trial.seed, w);
	worker->run = &workers->run;
	worker->expect = (struct ovr_frame_expect){
		.trial_id = workers->trial_id,
		.n_streams = workers->n_streams,
		.flows = workers->flows,
		.payload_offset = plan->frames.templates[0] == '\0' ? payload_offset(&plan->frames) : 0,
		/* on other hosts several senders may be of several kinds */
		.is_of_socket = plan->ports.tx.kind == OVR_PORT_ELSEWHERE ||
			plan->ports.tx.kind == OVR_PORT_UDP,
	};
	worker->own_first = (uint16_t)workers->own_first;
	worker->n_own = workers->n_own;
	worker->tmax_ns = plan->receiver.tmax_ns;
	worker->short_polls = ovr_driver_short_polls(workers->pair->rx.driver);
	/* the plan's figure is 1/1000 frame/s of all receivers */
	if (plan->receiver.service.value != 0)
		worker->service_ps = 1000000000000000u / plan->receiver.service.value * workers->n_rx;
	if (workers->mix.n_sizes > 1)
		worker->mix = &workers->mix;
	worker->queue = calloc(workers->n_rx_queues, sizeof(*worker->queue));
	if (worker->queue == NULL)
		return no_memory("a receive worker", err);
	for (uint16_t q = w; q < workers->n_rx_queues; q = (uint16_t)(q + workers->n_rx)) {
		struct ovr_rx_queue *queue = alloc_on(cpu, sizeof(*queue));

		if (queue == NULL)
			return no_memory("a receive queue", err);
		workers->rx_queue[q] = queue;
		queue->bit = 1u << q;
		queue->burst = ovr_driver_poll(workers->pair->rx.driver, plan->ports.burst);
		status = make_rx_end(workers, q, queue, err);
		if (status != 0)
			return status;
		queue->batch = RTE_MIN(queue->burst, OVR_RX_BATCH);
		worker->queue[worker->n_queues++] = queue;
	}
	status = make_trackers(workers, w, err);
	if (status == 0 && plan->output.capture[0] != '\0') {
		worker->keeps_snapshot = true;
		status = ovr_snapshot_init(&worker->snapshot,
			plan->output.capture_frames / workers->n_rx +
				(w < plan->output.capture_frames % workers->n_rx),
			ovr_mix_max(&workers->mix), err);
	}
	return status;
}

int
ovr_workers_create(const struct ovr_plan *plan, const struct ovr_cpu_map *cpu_map, struct ovr_port_pair *pair,
	const struct ovr_clock *clock, const struct ovr_capture_templates *templates, uint32_t trial_id,
	uint64_t duration_ns, uint64_t count, struct ovr_workers **ret_workers, struct ovr_err *err)
{
	struct ovr_workers *workers = aligned_alloc(64, RTE_ALIGN_CEIL(sizeof(*workers), (size_t)64));
	int status;

	if (workers == NULL)
		return no_memory("a trial", err);
	memset(workers, 0, sizeof(*workers));
	workers->plan = plan;
	workers->cpu_map = cpu_map;
	workers->pair = pair;
	workers->run.clock = *clock;
	workers->trial_id = trial_id;
	workers->send_max_ns = SEND_MAX_NS;
	workers->n_streams = plan->frames.streams;
	/* a receiver knows the streams of all */
	workers->stream_first = plan->frames.streams_own != 0 ? 0 : plan->frames.stream_first;
	workers->own_first = plan->frames.stream_first - workers->stream_first;
	workers->n_own = ovr_plan_streams_own(&plan->frames);
	workers->n_tx_queues = plan->ports.tx.kind == OVR_PORT_ELSEWHERE ? 0 : plan->ports.txq;
	workers->n_rx_queues = plan->ports.rx.kind == OVR_PORT_ELSEWHERE ? 0 : plan->ports.rxq;
	workers->n_tx = cpu_map->n_tx;
	workers->n_rx = cpu_map->n_rx;
	workers->mix = plan->frames.size;
	workers->pace = pace_of(workers, duration_ns);
	status = check_memory(workers, err);
	if (status == 0)
		status = ovr_workers_make_templates(workers, templates, err);
	for (uint16_t w = 0; w < workers->n_tx && status == 0; w++)
		status = make_tx_worker(workers, w, count, err);
	for (uint16_t w = 0; w < workers->n_rx && status == 0; w++)
		status = make_rx_worker(workers, w, err);
	prefer_node_of(-1);
	if (status == 0 && cpu_map->wire_cpu >= 0)
		status = make_wire_worker(workers, err);
	if (status != 0) {
		ovr_workers_destroy(workers);
		return status;
	}
	*ret_workers = workers;
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
	free(worker->astray);
	free(worker->queues_seen);
	free(worker->monitor.stall);
	free(worker->queue);
	rte_free(worker);
}

void
ovr_workers_destroy(struct ovr_workers *workers)
{
	if (workers == NULL)
		return;
	for (uint16_t w = 0; w < workers->n_rx; w++) {
		destroy_rx_worker(workers->rx[w], workers->n_streams);
		free(workers->log[w].period);
	}
	for (uint16_t w = 0; w < workers->n_tx; w++) {
		if (workers->tx[w] == NULL)
			continue;
		free(workers->tx[w]->monitor.stall);
		free(workers->tx[w]->queue);
		rte_free(workers->tx[w]);
	}
	for (uint16_t q = 0; q < OVR_PLAN_QUEUES_MAX; q++) {
		if (workers->tx_queue[q] != NULL) {
			ovr_tx_queue_done(workers->tx_queue[q]);
			rte_free(workers->tx_queue[q]->stream);
			rte_free(workers->tx_queue[q]);
		}
		if (workers->rx_queue[q] != NULL)
			ovr_datagrams_destroy(workers->rx_queue[q]->datagrams);
		rte_free(workers->rx_queue[q]);
	}
	free(workers->wire.monitor.stall);
	free(workers->template);
	free(workers->template_bytes);
	ovr_frame_flows_destroy(workers->flows);
	free(workers);
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
ovr_workers_launch(struct ovr_workers *workers, struct ovr_err *err)
{
	const struct ovr_cpu_map *cpu_map = workers->cpu_map;
	uint16_t cpu[OVR_ENV_WORKERS_MAX];
	uint16_t n = 0;
	int status = 0;

	for (uint16_t w = 0; w < workers->n_tx && status == 0; w++)
		status = launch(ovr_tx_work, workers->tx[w], cpu_map->tx_cpu[w], cpu, &n);
	for (uint16_t w = 0; w < workers->n_rx && status == 0; w++)
		status = launch(ovr_rx_work, workers->rx[w], cpu_map->rx_cpu[w], cpu, &n);
	if (status == 0 && cpu_map->wire_cpu >= 0)
		status = launch(ovr_wire_work, &workers->wire, (uint16_t)cpu_map->wire_cpu, cpu, &n);
	if (status == 0)
		return 0;
	ovr_workers_join(workers);
	return ovr_err_set(err, status, "worker %u cannot be started on CPU %u: %s", n - 1u, cpu[n - 1u],
		strerror(-status));
}

void
ovr_workers_join(struct ovr_workers *workers)
{
	atomic_store_explicit(&workers->run.stop_sending, true, memory_order_relaxed);
	atomic_store_explicit(&workers->run.quit, true, memory_order_relaxed);
	rte_eal_mp_wait_lcore();
}

bool
ovr_workers_has_sent(const struct ovr_workers *workers, uint64_t *ret_done_ns)
{
	uint64_t latest = 0;

	for (uint16_t w = 0; w < workers->n_tx; w++) {
		uint64_t done = atomic_load_explicit(&workers->tx[w]->done_ns, memory_order_acquire);

		if (done == 0)
			return false;
		latest = RTE_MAX(latest, done);
	}
	*ret_done_ns = latest;
	return true;
}
