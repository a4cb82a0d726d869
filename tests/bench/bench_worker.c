/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What does a frame cost our workers, on one core? Transmit: from the schedule to net_null. Receive
 * and check: frames that stand in a ring of one producer and one consumer are drained by our
 * receive worker, or by what testpmd's rxonly does. Every round makes its trial anew, and the
 * frames of both sides are those that our transmit worker stamped.
 *
 * The clock runs from the first burst that a callback of ethdev sees to the last one, so that start
 * and end of a worker are no part of it; the callback costs all the same.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "bench.h"
#include "bench_eal.h"
#include "clock/clock.h"
#include "env/env.h"
#include "port/port.h"
#include "trial/workers.h"
#include "trial/trial.h"

#define ROUNDS       9
#define MEMORY_MB    512
#define N_IN_RING    1024u
#define N_FILLS      64u
#define N_RECEIVED   (N_IN_RING * N_FILLS)
#define N_SENT       2097152u
#define MBUFS        "40000"
#define CALIBRATE_NS 20000000u

/* Who drains the ring. */
enum receiver {
	OUR_WORKER,
	RXONLY,      /* as in DPDK 22.11: frames go back one by one */
	RXONLY_BULK, /* as in newer releases: a burst at a time */
};

/* A case. */
struct work {
	enum receiver receiver; /* unused where frames are sent */
	const char *burst;
	const char *streams;
};

/* Where the bursts of a port are monitored. One port at a time is. */
static struct {
	struct ovr_run *run; /* told to quit at the end */
	uint64_t frames, frames_wanted;
	uint64_t first_cycles, last_cycles;
	bool has_ended;
} monitor;

static struct rte_ring *ring;
static uint16_t ring_port;
static struct ovr_clock tsc;

static void
monitor_begin(struct ovr_run *run, uint64_t frames_wanted)
{
	memset(&monitor, 0, sizeof(monitor));
	monitor.run = run;
	monitor.frames_wanted = frames_wanted;
}

static void
monitor_end(uint64_t now)
{
	monitor.last_cycles = now;
	monitor.has_ended = true;
	atomic_store_explicit(&monitor.run->quit, true, memory_order_relaxed);
}

/*
 * What comes before the first burst is not measured, nor is that burst. The end is the first empty
 * one.
 */
static uint16_t
see_received(uint16_t port, uint16_t queue, struct rte_mbuf **frame, uint16_t n, uint16_t max, void *arg)
{
	(void)port, (void)queue, (void)frame, (void)max, (void)arg;
	if (monitor.first_cycles == 0)
		monitor.first_cycles = ovr_clock_cycles();
	monitor.frames += n;
	if (n == 0)
		monitor_end(ovr_clock_cycles());
	return n;
}

static uint16_t
see_sent(uint16_t port, uint16_t queue, struct rte_mbuf **frame, uint16_t n, void *arg)
{
	(void)port, (void)queue, (void)frame, (void)arg;
	if (monitor.first_cycles == 0)
		monitor.first_cycles = ovr_clock_cycles();
	monitor.frames += n;
	if (monitor.frames >= monitor.frames_wanted && !monitor.has_ended)
		monitor_end(ovr_clock_cycles());
	return n;
}

/* A trial that is not run as one: its workers are called here, one after the other. */
struct rig {
	struct ovr_plan plan;
	struct ovr_cpu_map cpu_map;
	struct ovr_port_pair *pair;
	struct ovr_workers *workers;
};

static int
make_plan(const struct work *work, struct ovr_plan *ret_plan, struct ovr_err *err)
{
	const char *const setting[][2] = {
		{ "tx", "vdev:net_null0" },
		{ "rx", "vdev:net_null1,no-rx=1" },
		{ "rate", "400mpps" },
		{ "time", "60s" },
		{ "tmax", "60s" },
		{ "stall-min", "1s" },
		{ "mbufs", MBUFS },
		{ "burst", work->burst },
		{ "streams", work->streams },
	};
	int status = 0;

	ovr_plan_default(ret_plan);
	for (size_t i = 0; i < RTE_DIM(setting) && status == 0; i++)
		status = ovr_plan_set(ret_plan, setting[i][0], setting[i][1], err);
	return status == 0 ? ovr_plan_freeze(ret_plan, err) : status;
}

static int
open_rig(const struct work *work, uint64_t count, struct rig *rig, struct ovr_err *err)
{
	struct ovr_cpu_map_host host;
	int status = make_plan(work, &rig->plan, err);

	rig->pair = NULL;
	rig->workers = NULL;
	if (status == 0)
		status = ovr_cpu_map_host_read(&host, err);
	if (status == 0) {
		/* both workers' memory is this core's */
		rig->cpu_map = (struct ovr_cpu_map){ .n_tx = 1, .n_rx = 1, .wire_cpu = -1 };
		rig->cpu_map.tx_cpu[0] = rig->cpu_map.rx_cpu[0] = host.cpu[host.n_cpus - 1];
		status = ovr_port_pair_open(&rig->plan, &tsc, &rig->pair, err);
	}
	if (status == 0)
		status = ovr_port_pair_start(rig->pair, &rig->plan.ports, &rig->plan.frames, err);
	if (status == 0)
		status = ovr_workers_create(&rig->plan, &rig->cpu_map, rig->pair, &tsc, NULL, 0x5eed1234, 0,
			count, &rig->workers, err);
	return status;
}

static void
close_rig(struct rig *rig)
{
	ovr_workers_destroy(rig->workers);
	if (rig->pair != NULL)
		ovr_port_pair_close(rig->pair, NULL);
}

/* Have our transmit worker send frames of the trial. */
static void
send_some(struct rig *rig, uint16_t port, uint64_t count)
{
	const struct rte_eth_rxtx_callback *callback = rte_eth_add_tx_callback(port, 0, see_sent, NULL);

	monitor_begin(&rig->workers->run, count);
	ovr_tx_work(rig->workers->tx[0]);
	rte_eth_remove_tx_callback(port, 0, callback);
	atomic_store(&rig->workers->run.quit, false);
}

static int
run_tx(const void *arg, struct bench_round *ret_round, struct ovr_err *err)
{
	struct rig rig;
	int status = open_rig(arg, N_SENT, &rig, err);

	if (status == 0) {
		rig.workers->run.epoch_cycles = ovr_clock_cycles();
		send_some(&rig, rig.workers->tx_queue[0]->port_id, N_SENT);
		*ret_round = (struct bench_round){ monitor.frames,
			monitor.last_cycles - monitor.first_cycles };
	}
	close_rig(&rig);
	return status;
}

/* What testpmd does with a burst. */
static void __attribute__((noinline)) /* callgrind counts by function */
drain_as_rxonly(uint16_t port, uint16_t burst, bool is_bulk)
{
	struct rte_mbuf *frame[OVR_RX_BURST_MAX];
	uint64_t received = 0;

	while (!atomic_load_explicit(&monitor.run->quit, memory_order_relaxed)) {
		uint16_t n = rte_eth_rx_burst(port, 0, frame, burst);

		if (n == 0)
			continue;
		received += n;
		if (is_bulk)
			rte_pktmbuf_free_bulk(frame, n);
		else
			for (uint16_t i = 0; i < n; i++)
				rte_pktmbuf_free(frame[i]);
	}
	/* nothing else keeps the count alive */
	if (received == UINT64_MAX)
		abort();
}

/* Fill the ring and drain it. @return cycles that the draining took */
static uint64_t
fill_and_drain(struct rig *rig, const struct work *work)
{
	const struct rte_eth_rxtx_callback *callback;

	send_some(rig, ring_port, N_IN_RING);
	callback = rte_eth_add_rx_callback(ring_port, 0, see_received, NULL);
	monitor_begin(&rig->workers->run, 0);
	if (work->receiver == OUR_WORKER)
		ovr_rx_work(rig->workers->rx[0]);
	else
		drain_as_rxonly(ring_port, rig->plan.ports.burst, work->receiver == RXONLY_BULK);
	rte_eth_remove_rx_callback(ring_port, 0, callback);
	atomic_store(&rig->workers->run.quit, false);
	return monitor.last_cycles - monitor.first_cycles;
}

static int
run_rx(const void *arg, struct bench_round *ret_round, struct ovr_err *err)
{
	const struct work *work = arg;
	uint64_t cycles = 0, received = 0;
	struct rig rig;
	int status = open_rig(work, N_RECEIVED, &rig, err);

	if (status != 0) {
		close_rig(&rig);
		return status;
	}
	rig.workers->tx_queue[0]->port_id = ring_port;
	rig.workers->rx_queue[0]->port_id = ring_port;
	rig.workers->run.epoch_cycles = ovr_clock_cycles();
	for (unsigned int i = 0; i < N_FILLS; i++) {
		cycles += fill_and_drain(&rig, work);
		received += monitor.frames;
	}
	if (received != N_RECEIVED ||
		(work->receiver == OUR_WORKER &&
			ovr_stat_read(&rig.workers->rx[0]->counters.unique) != N_RECEIVED))
		status = ovr_err_set(err, -EBADMSG,
			"of %u frames in the ring %llu came out and %llu are unique", N_RECEIVED,
			(unsigned long long)received,
			(unsigned long long)ovr_stat_read(&rig.workers->rx[0]->counters.unique));
	*ret_round = (struct bench_round){ received, cycles };
	close_rig(&rig);
	return status;
}

static int
open_ring_port(struct ovr_err *err)
{
	const struct rte_eth_conf conf = { 0 };
	struct rte_mempool *pool = rte_pktmbuf_pool_create(
		"ring", 63, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	int id, status;

	ring = rte_ring_create(
		"worker", N_IN_RING, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ);
	if (ring == NULL || pool == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a ring");
	id = rte_eth_from_ring(ring);
	if (id < 0)
		return ovr_err_set(err, -ENODEV, "no port of a ring; DPDK's net_ring driver is needed");
	ring_port = (uint16_t)id;
	status = rte_eth_dev_configure(ring_port, 1, 1, &conf);
	if (status == 0)
		status = rte_eth_rx_queue_setup(ring_port, 0, N_IN_RING, SOCKET_ID_ANY, NULL, pool);
	if (status == 0)
		status = rte_eth_tx_queue_setup(ring_port, 0, N_IN_RING, SOCKET_ID_ANY, NULL);
	if (status == 0)
		status = rte_eth_dev_start(ring_port);
	return status == 0
		? 0
		: ovr_err_set(err, status, "the ring's port cannot be opened: %s", strerror(-status));
}

static const struct work tx_32 = { .burst = "32", .streams = "1" }, tx_64 = { .burst = "64", .streams = "1" },
			 tx_64_streams = { .burst = "32", .streams = "64" },
			 rx_32 = { OUR_WORKER, "32", "1" }, rx_64 = { OUR_WORKER, "64", "1" },
			 rx_64_streams = { OUR_WORKER, "32", "64" },
			 rx_4096_streams = { OUR_WORKER, "32", "4096" }, rxonly_32 = { RXONLY, "32", "1" },
			 rxonly_64 = { RXONLY, "64", "1" }, bulk_32 = { RXONLY_BULK, "32", "1" };

static const struct bench_case cases[] = {
	{ "transmit", run_tx, &tx_32 },
	{ "transmit, bursts of 64", run_tx, &tx_64 },
	{ "transmit, 64 streams", run_tx, &tx_64_streams },
	{ "receive as rxonly", run_rx, &rxonly_32 },
	{ "receive as rxonly, bursts of 64", run_rx, &rxonly_64 },
	{ "receive as rxonly with bulk free", run_rx, &bulk_32 },
	{ "receive and check", run_rx, &rx_32 },
	{ "receive and check, bursts of 64", run_rx, &rx_64 },
	{ "receive and check, 64 streams", run_rx, &rx_64_streams },
	{ "receive and check, 4096 streams", run_rx, &rx_4096_streams },
};

/* What the worker's core is to do. */
struct job {
	const struct bench_options *options;
	int code;
};

static int
work_alone(void *arg)
{
	struct job *job = arg;

	job->code = bench_run("worker", job->options, cases, RTE_DIM(cases));
	return 0;
}

int
main(int argc, char **argv)
{
	struct bench_options options;
	struct job job = { .options = &options, .code = 3 };
	struct ovr_err err = { "" };
	int status = bench_options_read(argc, argv, ROUNDS, &options);

	if (status != 0)
		return status > 0 ? 0 : 3;
	if (options.list)
		return bench_run("worker", &options, cases, RTE_DIM(cases));
	status = bench_eal_start(1, MEMORY_MB, &err);
	if (status == 0) {
		tsc = ovr_clock_calibrate(CALIBRATE_NS);
		status = open_ring_port(&err);
	}
	if (status == 0)
		status = rte_eal_remote_launch(work_alone, &job, ovr_env_lcore(0));
	if (status == 0)
		bench_eal_wait(ovr_env_lcore(0));
	else
		fprintf(stderr, "bench: %s\n", err.text[0] != '\0' ? err.text : strerror(-status));
	ovr_env_stop();
	return status == -ENODEV ? BENCH_SKIPPED : job.code;
}
