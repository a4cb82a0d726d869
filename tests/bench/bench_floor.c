/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How fast can it be at best? What any program on DPDK must do, and nothing else: frames from the
 * pool into net_null without a look at them; a ring from one core to another, with frames that
 * nobody touches, and with one line of each written on one side and read on the other.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_mbuf.h>
#include <rte_pause.h>
#include <rte_ring.h>

#include "bench.h"
#include "bench_eal.h"
#include "clock/clock.h"
#include "env/env.h"
#include "worker/frames.h"

#define ROUNDS     7
#define MEMORY_MB  128
#define POOL_SIZE  16383
#define POOL_CACHE 256
#define RING_SIZE  1024
#define BURST_MAX  64
#define N_TX       8388608u
#define N_HAND_OFF 8388608u
#define LINE_BYTES 64

static struct rte_mempool *pool;
static struct rte_ring *ring;
static uint16_t null_port;

/* Transmit into net_null. */
struct tx {
	unsigned int burst;
	bool resets; /* frames are made ready as rte_pktmbuf_alloc_bulk() does, as any program does */
	struct bench_round round; /* what the worker measured */
};

/* Over the ring. */
struct hand_off {
	unsigned int burst;
	bool touches;
	struct bench_round round;
	_Atomic uint64_t n_started;
};

static void __attribute__((noinline)) alloc_and_transmit(unsigned int burst, bool resets)
{
	struct rte_mbuf *frame[BURST_MAX];

	for (unsigned int sent = 0; sent < N_TX;) {
		int status = resets ? rte_pktmbuf_alloc_bulk(pool, frame, burst)
				    : rte_mempool_get_bulk(pool, (void **)frame, burst);

		if (status == 0)
			sent += rte_eth_tx_burst(null_port, 0, frame, (uint16_t)burst);
	}
}

static int
tx_worker(void *arg)
{
	struct tx *tx = arg;
	uint64_t start = ovr_clock_cycles();

	alloc_and_transmit(tx->burst, tx->resets);
	tx->round = (struct bench_round){ N_TX, ovr_clock_cycles() - start };
	return 0;
}

static int
run_tx(const void *arg, struct bench_round *ret_round, struct ovr_err *err)
{
	struct tx tx = *(const struct tx *)arg;
	int status = rte_eal_remote_launch(tx_worker, &tx, ovr_env_lcore(1));

	if (status != 0)
		return ovr_err_set(err, status, "the worker cannot be started: %s", strerror(-status));
	bench_eal_wait(ovr_env_lcore(1));
	*ret_round = tx.round;
	return 0;
}

static inline void
write_lines(struct rte_mbuf **frame, unsigned int n, uint64_t number)
{
	for (unsigned int i = 0; i < n; i++)
		memset(frame_bytes(frame[i]), (int)(number + i), LINE_BYTES);
}

static inline uint64_t
read_lines(struct rte_mbuf **frame, unsigned int n)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < n; i++)
		rte_prefetch0(frame_bytes(frame[i]));
	for (unsigned int i = 0; i < n; i++)
		sum += *(const uint64_t *)frame_bytes(frame[i]);
	return sum;
}

/* Both sides wait for each other, so that the clock runs for the hand-off alone. */
static void
meet(struct hand_off *hand_off)
{
	atomic_fetch_add(&hand_off->n_started, 1);
	while (atomic_load(&hand_off->n_started) != 2)
		rte_pause();
}

/*
 * The lines were last read by the other core: they are asked for a burst ahead, as any sender would
 * that is in a hurry.
 */
static inline void
get_frames(struct rte_mbuf **frame, const struct hand_off *hand_off)
{
	while (rte_mempool_get_bulk(pool, (void **)frame, hand_off->burst) != 0)
		rte_pause();
	for (unsigned int i = 0; hand_off->touches && i < hand_off->burst; i++)
		prefetch_to_write(frame_bytes(frame[i]));
}

static int
producer(void *arg)
{
	struct hand_off *hand_off = arg;
	struct rte_mbuf *frame[2][BURST_MAX];
	unsigned int n = hand_off->burst;
	unsigned int turn = 0;

	meet(hand_off);
	get_frames(frame[0], hand_off);
	for (uint64_t sent = 0; sent < N_HAND_OFF; sent += n) {
		struct rte_mbuf **ready = frame[turn];
		unsigned int given = 0;

		turn ^= 1;
		get_frames(frame[turn], hand_off);
		if (hand_off->touches)
			write_lines(ready, n, sent);
		while (given < n)
			given += rte_ring_sp_enqueue_burst(ring, (void **)ready + given, n - given, NULL);
	}
	rte_mempool_put_bulk(pool, (void **)frame[turn], n);
	return 0;
}

static int
consumer(void *arg)
{
	struct hand_off *hand_off = arg;
	struct rte_mbuf *frame[BURST_MAX];
	uint64_t start, sum = 0;

	meet(hand_off);
	start = ovr_clock_cycles();
	for (uint64_t taken = 0; taken < N_HAND_OFF;) {
		unsigned int n = rte_ring_sc_dequeue_burst(ring, (void **)frame, hand_off->burst, NULL);

		if (n == 0) {
			rte_pause();
			continue;
		}
		if (hand_off->touches)
			sum += read_lines(frame, n);
		rte_mempool_put_bulk(pool, (void **)frame, n);
		taken += n;
	}
	hand_off->round = (struct bench_round){ N_HAND_OFF, ovr_clock_cycles() - start };
	/* what was read is used */
	return hand_off->touches && sum == 0 ? 1 : 0;
}

static int
run_hand_off(const void *arg, struct bench_round *ret_round, struct ovr_err *err)
{
	struct hand_off hand_off = *(const struct hand_off *)arg;
	int status = rte_eal_remote_launch(consumer, &hand_off, ovr_env_lcore(1));

	if (status == 0)
		status = rte_eal_remote_launch(producer, &hand_off, ovr_env_lcore(0));
	if (status != 0)
		return ovr_err_set(err, status, "a worker cannot be started: %s", strerror(-status));
	bench_eal_wait(ovr_env_lcore(0));
	bench_eal_wait(ovr_env_lcore(1));
	*ret_round = hand_off.round;
	return 0;
}

static int
open_null_port(struct ovr_err *err)
{
	const struct rte_eth_conf conf = { 0 };
	int status = rte_vdev_init("net_null0", NULL);

	if (status == 0)
		status = rte_eth_dev_get_port_by_name("net_null0", &null_port);
	if (status == 0)
		status = rte_eth_dev_configure(null_port, 1, 1, &conf);
	if (status == 0)
		status = rte_eth_rx_queue_setup(null_port, 0, 0, SOCKET_ID_ANY, NULL, pool);
	if (status == 0)
		status = rte_eth_tx_queue_setup(null_port, 0, 0, SOCKET_ID_ANY, NULL);
	if (status == 0)
		status = rte_eth_dev_start(null_port);
	return status == 0 ? 0
			   : ovr_err_set(err, status, "net_null0 cannot be opened: %s", strerror(-status));
}

static int
prepare(struct ovr_err *err)
{
	pool = rte_pktmbuf_pool_create(
		"floor", POOL_SIZE, POOL_CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	ring = rte_ring_create("floor", RING_SIZE, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	if (pool == NULL || ring == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the pool and the ring");
	return open_null_port(err);
}

static const struct hand_off untouched_32 = { .burst = 32 }, untouched_64 = { .burst = 64 },
			     touched_32 = { .burst = 32, .touches = true },
			     touched_64 = { .burst = 64, .touches = true };

static const struct bench_case cases[] = {
	{ "alloc and transmit, bursts of 32", run_tx, &(const struct tx){ .burst = 32 } },
	{ "alloc and transmit, bursts of 64", run_tx, &(const struct tx){ .burst = 64 } },
	{ "pktmbuf alloc and transmit, bursts of 32", run_tx,
		&(const struct tx){ .burst = 32, .resets = true } },
	{ "pktmbuf alloc and transmit, bursts of 64", run_tx,
		&(const struct tx){ .burst = 64, .resets = true } },
	{ "hand-off untouched, bursts of 32", run_hand_off, &untouched_32 },
	{ "hand-off untouched, bursts of 64", run_hand_off, &untouched_64 },
	{ "hand-off one line, bursts of 32", run_hand_off, &touched_32 },
	{ "hand-off one line, bursts of 64", run_hand_off, &touched_64 },
};

int
main(int argc, char **argv)
{
	struct bench_options options;
	struct ovr_err err = { "" };
	int code = 3;
	int status = bench_options_read(argc, argv, ROUNDS, &options);

	if (status != 0)
		return status > 0 ? 0 : 3;
	if (!options.list)
		status = bench_eal_start(2, MEMORY_MB, &err);
	if (status == 0 && !options.list)
		status = prepare(&err);
	if (status == 0)
		code = bench_run("floor", &options, cases, sizeof(cases) / sizeof(cases[0]));
	else
		fprintf(stderr, "bench: %s\n", err.text);
	ovr_env_stop();
	return status == -ENODEV ? BENCH_SKIPPED : code;
}
