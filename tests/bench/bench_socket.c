/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What does a datagram cost that is read from a socket and checked? A socket is filled with frames
 * of one trial and drained by our receive worker, who checks and tracks each, or by a bare loop of
 * recvmmsg() into buffers that nobody looks at. Same socket, same datagrams, same batch.
 *
 * Both call the recvmmsg() of this file, which looks at the clocks when the first batch has come
 * and when a call finds the socket empty: at that of the wall, and at the CPU time of the thread,
 * which other processes of a busy machine do not add to.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <rte_launch.h>
#include <rte_mbuf.h>

#include "bench.h"
#include "bench_eal.h"
#include "clock/clock.h"
#include "env/env.h"
#include "port/udp.h"
#include "trial/workers.h"

#define ROUNDS       9
#define MEMORY_MB    256
#define CALIBRATE_NS 20000000u
#define N_IN_SOCKET  2048u
#define N_FILLS      32u
#define BATCH_MAX    64
#define BUFFER_BYTES 2048
#define PORT         "udp:127.0.0.1:19009"
/* Bytes that the kernel accounts for so many datagrams of any size up to a page. */
#define RCVBUF ",rcvbuf=16777216"

/* Who drains the socket. */
enum receiver { OUR_WORKER, BARE_LOOP };

/* A case. */
struct work {
	enum receiver receiver;
	const char *size;
	const char *batch;
};

struct rig {
	struct ovr_plan plan;
	struct ovr_cpu_map cpu_map;
	struct ovr_port_pair *pair;
	struct ovr_workers *workers;
};

static struct ovr_clock tsc;

static int
make_plan(const struct work *work, struct ovr_plan *ret_plan, struct ovr_err *err)
{
	const char *const setting[][2] = {
		{ "tx", PORT },
		{ "rx", PORT RCVBUF },
		{ "rate", "10mpps" },
		{ "time", "60s" },
		{ "tmax", "60s" },
		{ "stall-min", "1s" },
		{ "size", work->size },
		{ "burst", work->batch },
	};
	int status = 0;

	ovr_plan_default(ret_plan);
	for (size_t i = 0; i < RTE_DIM(setting) && status == 0; i++)
		status = ovr_plan_set(ret_plan, setting[i][0], setting[i][1], err);
	return status == 0 ? ovr_plan_freeze(ret_plan, err) : status;
}

static int
open_rig(const struct work *work, struct rig *rig, struct ovr_err *err)
{
	int status = make_plan(work, &rig->plan, err);

	rig->pair = NULL;
	rig->workers = NULL;
	rig->cpu_map = (struct ovr_cpu_map){ .n_tx = 1, .n_rx = 1, .wire_cpu = -1 };
	if (status == 0)
		status = ovr_port_pair_open(&rig->plan, &tsc, &rig->pair, err);
	if (status == 0)
		status = ovr_port_pair_start(rig->pair, &rig->plan.ports, &rig->plan.frames, err);
	if (status == 0)
		status = ovr_workers_create(&rig->plan, &rig->cpu_map, rig->pair, &tsc, NULL, 0x5eed1234, 0,
			N_IN_SOCKET, &rig->workers, err);
	return status;
}

static void
close_rig(struct rig *rig)
{
	ovr_workers_destroy(rig->workers);
	if (rig->pair != NULL)
		ovr_port_pair_close(rig->pair, NULL);
}

/* Frames from a number on, as our transmit worker stamps them. */
static int
fill(struct rig *rig, uint64_t first_seq, struct ovr_err *err)
{
	const struct ovr_frame_template *template = rig->workers->template;
	struct ovr_datagrams *out = rig->workers->tx_queue[0]->datagrams;

	for (unsigned int i = 0; i < N_IN_SOCKET; i++) {
		struct ovr_frame_tag tag = { .trial_id = rig->workers->trial_id, .seq = first_seq + i };
		struct rte_mbuf *frame = rte_pktmbuf_alloc(rig->pair->tx_pool);

		if (frame == NULL)
			return ovr_err_set(err, -ENOMEM, "no frame to send");
		memcpy(rte_pktmbuf_mtod(frame, void *), template->bytes, 64);
		ovr_frame_stamp(rte_pktmbuf_mtod(frame, uint8_t *), template, &tag);
		frame->data_len = template->pkt_len;
		frame->pkt_len = template->pkt_len;
		if (ovr_datagrams_send(out, &frame, 1) != 1) {
			rte_pktmbuf_free(frame);
			return ovr_err_set(err, -EAGAIN, "the socket takes no datagram: %s", strerror(errno));
		}
	}
	return 0;
}

/* What draining took, from the first batch on: of the thread that reads, until it has returned. */
static struct {
	uint64_t frames, cycles, cpu_ns;
	bool has_begun;
	atomic_bool is_empty; /* told to the reader too */
	atomic_bool *quit;    /* NULL: the reader looks at is_empty */
} drained;

static uint64_t
cpu_ns(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void
note_empty(void)
{
	drained.cycles = ovr_clock_cycles() - drained.cycles;
	drained.cpu_ns = cpu_ns() - drained.cpu_ns;
	atomic_store(&drained.is_empty, true);
	if (drained.quit != NULL)
		atomic_store(drained.quit, true);
}

/* In place of libc's. */
int
recvmmsg(int fd, struct mmsghdr *message, unsigned int n, int flags, struct timespec *timeout)
{
	int received = (int)syscall(SYS_recvmmsg, fd, message, n, flags, timeout);

	if (received > 0 && drained.has_begun) {
		drained.frames += (unsigned int)received;
	} else if (received > 0) {
		drained.has_begun = true;
		drained.cpu_ns = cpu_ns();
		drained.cycles = ovr_clock_cycles();
	} else if (drained.has_begun && !atomic_load(&drained.is_empty)) {
		note_empty();
	}
	return received;
}

static int
drain(lcore_function_t *reader, void *arg, atomic_bool *quit)
{
	memset(&drained, 0, sizeof(drained));
	drained.quit = quit;
	if (rte_eal_remote_launch(reader, arg, ovr_env_lcore(0)) != 0)
		return -EBUSY;
	bench_eal_wait(ovr_env_lcore(0));
	return 0;
}

static int
drain_by_worker(struct rig *rig)
{
	rig->workers->run.epoch_cycles = ovr_clock_cycles();
	atomic_store(&rig->workers->run.quit, false);
	return drain(ovr_rx_work, rig->workers->rx[0], &rig->workers->run.quit);
}

/* The bare loop. */
struct loop {
	int fd;
	unsigned int batch;
};

static int
read_bare(void *arg)
{
	static uint8_t buffer[BATCH_MAX][BUFFER_BYTES];
	struct mmsghdr message[BATCH_MAX] = { 0 };
	struct iovec payload[BATCH_MAX];
	const struct loop *loop = arg;

	for (unsigned int i = 0; i < loop->batch; i++) {
		payload[i] = (struct iovec){ buffer[i], sizeof(buffer[i]) };
		message[i].msg_hdr = (struct msghdr){ .msg_iov = &payload[i], .msg_iovlen = 1 };
	}
	while (!atomic_load_explicit(&drained.is_empty, memory_order_relaxed))
		recvmmsg(loop->fd, message, loop->batch, MSG_DONTWAIT, NULL);
	return 0;
}

static int
drain_by_loop(struct rig *rig)
{
	struct loop loop = { .fd = rig->pair->rx_udp->fd[0], .batch = rig->plan.ports.burst };

	return drain(read_bare, &loop, NULL);
}

static int
run(const void *arg, struct bench_round *ret_round, struct ovr_err *err)
{
	const struct work *work = arg;
	struct bench_round round = { 0 };
	struct rig rig;
	int status = open_rig(work, &rig, err);

	for (unsigned int i = 0; i < N_FILLS && status == 0; i++) {
		status = fill(&rig, (uint64_t)i * N_IN_SOCKET, err);
		if (status != 0)
			break;
		status = work->receiver == OUR_WORKER ? drain_by_worker(&rig) : drain_by_loop(&rig);
		if (status != 0)
			ovr_err_set(err, status, "the reader's core is in use");
		round.frames += drained.frames;
		round.cycles += drained.cycles;
		round.cpu_ns += drained.cpu_ns;
	}
	if (status == 0 && work->receiver == OUR_WORKER &&
		ovr_stat_read(&rig.workers->rx[0]->counters.unique) != N_FILLS * N_IN_SOCKET)
		status = ovr_err_set(err, -EBADMSG, "of %u datagrams %llu are unique", N_FILLS * N_IN_SOCKET,
			(unsigned long long)ovr_stat_read(&rig.workers->rx[0]->counters.unique));
	*ret_round = round;
	close_rig(&rig);
	return status;
}

static const struct work ours_1 = { OUR_WORKER, "64", "1" }, bare_1 = { BARE_LOOP, "64", "1" },
			 ours_32 = { OUR_WORKER, "64", "32" }, bare_32 = { BARE_LOOP, "64", "32" },
			 ours_64 = { OUR_WORKER, "64", "64" }, bare_64 = { BARE_LOOP, "64", "64" },
			 ours_large = { OUR_WORKER, "1518", "32" }, bare_large = { BARE_LOOP, "1518", "32" };

static const struct bench_case cases[] = {
	{ "bare recvmmsg, batches of 1", run, &bare_1 },
	{ "socket, batches of 1", run, &ours_1 },
	{ "bare recvmmsg, batches of 32", run, &bare_32 },
	{ "socket, batches of 32", run, &ours_32 },
	{ "bare recvmmsg, batches of 64", run, &bare_64 },
	{ "socket, batches of 64", run, &ours_64 },
	{ "bare recvmmsg, 1518 bytes", run, &bare_large },
	{ "socket, 1518 bytes", run, &ours_large },
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
		tsc = ovr_clock_calibrate(CALIBRATE_NS);
	if (status == 0)
		code = bench_run("socket", &options, cases, RTE_DIM(cases));
	else
		fprintf(stderr, "bench: %s\n", err.text);
	ovr_env_stop();
	return status == -ENODEV ? BENCH_SKIPPED : code;
}
