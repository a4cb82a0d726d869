/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_errno.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_malloc.h>
#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_ring_peek.h>

#include "frame/rss.h"
#include "stat/stat.h"

#define BURST_MAX   256
#define BURST_USUAL 64
#define BURST_PS \
	5000000u /* what a turn that is this late may bring: later ones are stalls, and are logged as such */
#define PS_PER_S       1000000000000u
#define LINE_DEFAULT   10000000000u
#define SHORTEST_FRAME 64u
#define IDLE_FLUSH_PS  1000000000u /* a line idle for 1 ms lets go of frames held back for reordering */
#define IDLE_TURN_PS   10000000u   /* more than this between two turns is no idleness: the core stalled */

_Static_assert(OVR_PLAN_WIRE_QUEUES_MAX <= RTE_PMD_RING_MAX_RX_RINGS, "an end has so many receive queues");
_Static_assert(OVR_PLAN_WIRE_QUEUES_MAX <= RTE_PMD_RING_MAX_TX_RINGS, "an end has so many transmit queues");

/* A frame on its way that has not arrived yet, since the line is long. */
struct delayed {
	struct rte_mbuf *frame;
	uint64_t due_ps;
};

struct ovr_wire {
	/* read by the owner every turn */
	struct ovr_clock clock;
	uint64_t epoch_cycles;
	uint64_t ps_per_byte;
	uint64_t shortest_ps; /* what the shortest frame takes */
	uint64_t paused_ps;   /* line time = wall time − this */
	uint64_t free_at_ps;  /* when the line is done with its last frame */
	bool idle;
	uint64_t idle_ps;      /* for how long by now … */
	uint64_t last_turn_ps; /* … as of this line time; both with impairments only */
	uint16_t n_tx, n_rx;
	uint16_t next_tx; /* whose turn it is */
	uint32_t burst_max;
	struct rte_ring *tx[OVR_PLAN_QUEUES_MAX];
	struct rte_ring *rx[OVR_PLAN_QUEUES_MAX];
	struct ovr_impair *impair;
	uint64_t delay_ps;
	struct delayed *delayed; /* ring, delayed_size a power of two */
	uint64_t delayed_size, delayed_head, delayed_tail;
	uint64_t rotate_frames, rotate_left;
	uint16_t rotation;
	uint16_t reta[OVR_RSS_RETA_SIZE];
	struct ovr_rss rss;

	/* written by the owner, read by anybody */
	_Alignas(OVR_STAT_LINE_BYTES) struct ovr_stat tx_frames;
	struct ovr_stat paused_total_ps;
	struct ovr_stat inside; /* delayed or held back */
	struct ovr_stat rx_frames[OVR_PLAN_QUEUES_MAX];
	struct ovr_stat rx_missed[OVR_PLAN_QUEUES_MAX];

	/* control */
	_Alignas(OVR_STAT_LINE_BYTES) uint64_t line_bps;
	bool is_loop;
	int port_id[2];
	char port_name[2][RTE_ETH_NAME_MAX_LEN];
	struct rte_ring *unused[2]; /* what a port needs in the direction that carries nothing */
};

uint32_t
ovr_wire_burst_max(const struct ovr_plan *plan, uint64_t line_bps)
{
	uint64_t late = ovr_frame_line_fps(line_bps, SHORTEST_FRAME) * BURST_PS / PS_PER_S + 1;
	uint64_t most = RTE_MIN(RTE_MAX(late, (uint64_t)BURST_USUAL), (uint64_t)BURST_MAX);

	return (uint32_t)RTE_MIN(RTE_MAX(plan->rxd / 4, 1u), most);
}

static struct rte_ring *
make_ring(const char *name, unsigned int n, uint32_t slots, struct ovr_err *err)
{
	char full[RTE_RING_NAMESIZE];
	struct rte_ring *ring;

	snprintf(full, sizeof(full), "ovr_%s%u", name, n);
	ring = rte_ring_create(
		full, slots, (int)rte_socket_id(), RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ);
	if (ring == NULL)
		ovr_err_set(err, -ENOMEM, "wire: no memory for a ring of %u slots: %s", slots,
			rte_strerror(rte_errno));
	return ring;
}

/* rte_eth_from_rings() wants rings in both directions; one without frames serves for the other direction. */
static int
make_port(struct ovr_wire *wire, unsigned int end, struct rte_ring **rx, uint16_t n_rx, struct rte_ring **tx,
	uint16_t n_tx, struct ovr_err *err)
{
	char name[32];
	int id;

	snprintf(name, sizeof(name), "ovr_wire%u", end);
	id = rte_eth_from_rings(name, rx, n_rx, tx, n_tx, rte_socket_id());
	if (id < 0)
		return ovr_err_set(
			err, -EIO, "wire:%u: the port cannot be made: %s", end, rte_strerror(rte_errno));
	wire->port_id[end] = id;
	if (rte_eth_dev_get_name_by_port((uint16_t)id, wire->port_name[end]) != 0)
		return ovr_err_set(err, -EIO, "wire:%u: the port has no name", end);
	return 0;
}

static int
make_ports(struct ovr_wire *wire, struct ovr_err *err)
{
	int status;

	if (wire->is_loop) {
		status = make_port(wire, 0, wire->rx, wire->n_rx, wire->tx, wire->n_tx, err);
		wire->port_id[1] = wire->port_id[0];
		return status;
	}
	for (unsigned int end = 0; end < 2; end++) {
		wire->unused[end] = make_ring("unused", end, 1, err);
		if (wire->unused[end] == NULL)
			return -ENOMEM;
	}
	status = make_port(wire, 0, &wire->unused[0], 1, wire->tx, wire->n_tx, err);
	if (status == 0)
		status = make_port(wire, 1, wire->rx, wire->n_rx, &wire->unused[1], 1, err);
	return status;
}

/* The two ends share one speed: that of the key, of --line, or 10G. */
static int
choose_speed(struct ovr_wire *wire, const struct ovr_plan *plan, const struct ovr_wire_conf *conf,
	struct ovr_err *err)
{
	struct ovr_wire_conf tx_conf;
	int status = ovr_wire_conf_parse("tx", plan->tx.keys, &tx_conf, err);

	if (status != 0)
		return status;
	if (tx_conf.speed_bps != 0 && conf->speed_bps != 0 && tx_conf.speed_bps != conf->speed_bps)
		return ovr_err_set(
			err, -EINVAL, "wire: its two ends were given different speeds; accepted: one speed");
	wire->line_bps = conf->speed_bps != 0 ? conf->speed_bps
		: tx_conf.speed_bps != 0      ? tx_conf.speed_bps
		: plan->line_bps != 0         ? plan->line_bps
					      : LINE_DEFAULT;
	wire->ps_per_byte = 8 * (uint64_t)PS_PER_S / wire->line_bps;
	wire->shortest_ps = (SHORTEST_FRAME + OVR_FRAME_OVERHEAD_BYTES) * wire->ps_per_byte;
	wire->burst_max = ovr_wire_burst_max(plan, wire->line_bps);
	return 0;
}

/* Room for all frames that can be on a line that long, duplicates included. */
static int
make_delay(struct ovr_wire *wire, const struct ovr_wire_conf *conf, struct ovr_err *err)
{
	uint64_t frames;

	if (conf->delay_ns == 0)
		return 0;
	wire->delay_ps = conf->delay_ns * 1000;
	frames = 2 * (wire->delay_ps / (84 * wire->ps_per_byte) + 2 * BURST_MAX + OVR_IMPAIR_OUT_MAX);
	wire->delayed_size = rte_align64pow2(frames);
	wire->delayed = calloc(wire->delayed_size, sizeof(*wire->delayed));
	if (wire->delayed == NULL)
		return ovr_err_set(err, -ENOMEM,
			"wire: no memory for the %llu frames that a delay of %llu ns holds",
			(unsigned long long)frames, (unsigned long long)conf->delay_ns);
	memset(wire->delayed, 0xff, wire->delayed_size * sizeof(*wire->delayed));
	return 0;
}

int
ovr_wire_create(const struct ovr_plan *plan, const struct ovr_clock *clock, struct rte_mempool *copies,
	struct ovr_wire **ret_wire, struct ovr_err *err)
{
	struct ovr_wire_conf conf;
	struct ovr_wire *wire;
	int status = ovr_wire_conf_parse("rx", plan->rx.keys, &conf, err);

	if (status != 0)
		return status;
	wire = rte_zmalloc("ovr_wire", sizeof(*wire), OVR_STAT_LINE_BYTES);
	if (wire == NULL)
		return ovr_err_set(err, -ENOMEM, "wire: no memory");
	wire->clock = *clock;
	wire->n_tx = plan->txq;
	wire->n_rx = plan->rxq;
	wire->rotate_frames = conf.rotate_frames;
	wire->is_loop = strcmp(plan->tx.details, plan->rx.details) == 0;
	wire->port_id[0] = wire->port_id[1] = -1;
	ovr_rss_init(&wire->rss, ovr_rss_default_key);
	for (unsigned int i = 0; i < OVR_RSS_RETA_SIZE; i++)
		wire->reta[i] = (uint16_t)(i % wire->n_rx);
	status = choose_speed(wire, plan, &conf, err);
	for (unsigned int q = 0; q < wire->n_tx && status == 0; q++)
		if ((wire->tx[q] = make_ring("tx", q, plan->txd, err)) == NULL)
			status = -ENOMEM;
	for (unsigned int q = 0; q < wire->n_rx && status == 0; q++)
		if ((wire->rx[q] = make_ring("rx", q, plan->rxd, err)) == NULL)
			status = -ENOMEM;
	if (status == 0)
		status = make_delay(wire, &conf, err);
	if (status == 0 && ovr_wire_conf_impairs(&conf))
		status = ovr_impair_create(&conf, plan->seed, copies, &wire->impair, err);
	if (status == 0)
		status = make_ports(wire, err);
	if (status != 0) {
		ovr_wire_destroy(wire);
		return status;
	}
	ovr_wire_begin(wire, ovr_clock_cycles());
	*ret_wire = wire;
	return 0;
}

static void
free_ring(struct rte_ring *ring)
{
	void *frame;

	if (ring == NULL)
		return;
	while (rte_ring_dequeue(ring, &frame) == 0)
		rte_pktmbuf_free(frame);
	rte_ring_free(ring);
}

static inline const struct delayed *
delayed_at(const struct ovr_wire *wire, uint64_t at)
{
	return &wire->delayed[at & (wire->delayed_size - 1)];
}

void
ovr_wire_destroy(struct ovr_wire *wire)
{
	if (wire == NULL)
		return;
	for (unsigned int end = 0; end < 2; end++)
		if (wire->port_id[end] >= 0 && (end == 0 || !wire->is_loop)) {
			rte_eth_dev_close((uint16_t)wire->port_id[end]);
			/* the ring driver's device outlives its port */
			rte_vdev_uninit(wire->port_name[end]);
		}
	for (unsigned int q = 0; q < OVR_PLAN_QUEUES_MAX; q++) {
		free_ring(wire->tx[q]);
		free_ring(wire->rx[q]);
	}
	free_ring(wire->unused[0]);
	free_ring(wire->unused[1]);
	for (; wire->delayed_tail != wire->delayed_head; wire->delayed_tail++)
		rte_pktmbuf_free(delayed_at(wire, wire->delayed_tail)->frame);
	free(wire->delayed);
	ovr_impair_destroy(wire->impair);
	rte_free(wire);
}

uint16_t
ovr_wire_port_id(const struct ovr_wire *wire, unsigned int end)
{
	return (uint16_t)wire->port_id[end];
}

uint64_t
ovr_wire_line_bps(const struct ovr_wire *wire)
{
	return wire->line_bps;
}

/* Frames that are in no ring. */
static inline void
count_inside(struct ovr_wire *wire)
{
	ovr_stat_set(&wire->inside, wire->delayed_head - wire->delayed_tail + ovr_impair_held(wire->impair));
}

void
ovr_wire_begin(struct ovr_wire *wire, uint64_t epoch_cycles)
{
	wire->epoch_cycles = epoch_cycles;
	wire->paused_ps = 0;
	wire->free_at_ps = 0;
	wire->idle = true;
	wire->idle_ps = 0;
	wire->last_turn_ps = 0;
	wire->next_tx = 0;
	wire->rotation = 0;
	wire->rotate_left = wire->rotate_frames;
	ovr_stat_set(&wire->tx_frames, 0);
	ovr_stat_set(&wire->paused_total_ps, 0);
	for (unsigned int q = 0; q < wire->n_rx; q++) {
		ovr_stat_set(&wire->rx_frames[q], 0);
		ovr_stat_set(&wire->rx_missed[q], 0);
	}
	if (wire->impair != NULL) {
		ovr_impair_begin(wire->impair);
		count_inside(wire);
	}
}

static inline uint64_t
line_cost_ps(const struct ovr_wire *wire, const struct rte_mbuf *frame)
{
	return (frame->pkt_len + OVR_FRAME_FCS_BYTES + OVR_FRAME_OVERHEAD_BYTES) * wire->ps_per_byte;
}

/* The line has stood still since line_ps: it had no time for what came after. */
static inline void
pause_since(struct ovr_wire *wire, uint64_t line_now_ps, uint64_t line_ps)
{
	wire->paused_ps += line_now_ps - line_ps;
	ovr_stat_set(&wire->paused_total_ps, wire->paused_ps);
}

/*
 * How many frames to look at: those that the line can have carried by now if they are short, and one more, to tell whether it had
 * time for it: that time is a pause.
 */
static inline unsigned int
frames_to_see(const struct ovr_wire *wire, uint64_t line_now_ps)
{
	uint64_t free_at_ps = wire->idle ? line_now_ps : wire->free_at_ps;
	uint64_t n = free_at_ps < line_now_ps ? (line_now_ps - free_at_ps) / wire->shortest_ps : 0;

	return (unsigned int)RTE_MIN(n, (uint64_t)wire->burst_max) + 1;
}

/* Take the frames off the TX ring whose last bit is on the line by now, at most burst_max. */
static inline unsigned int
take_sent_of_one(struct ovr_wire *wire, uint64_t line_now_ps, struct rte_mbuf **out)
{
	unsigned int n_seen = rte_ring_dequeue_burst_start(
		wire->tx[0], (void **)out, frames_to_see(wire, line_now_ps), NULL);
	uint64_t free_at_ps = wire->idle ? line_now_ps : wire->free_at_ps;
	unsigned int n = 0;

	wire->idle = n_seen == 0;
	if (n_seen == 0)
		return 0;
	for (; n < n_seen; n++) {
		uint64_t end_ps = free_at_ps + line_cost_ps(wire, out[n]);

		if (end_ps > line_now_ps)
			break;
		if (unlikely(n == wire->burst_max)) {
			pause_since(wire, line_now_ps, free_at_ps);
			break;
		}
		free_at_ps = end_ps;
	}
	rte_ring_dequeue_finish(wire->tx[0], n);
	/* what is handed over from now on has not waited: the line saves no credit until it is seen */
	wire->idle = n == n_seen;
	wire->free_at_ps = free_at_ps;
	ovr_stat_add(&wire->tx_frames, n);
	return n;
}

/* The same of several TX rings in turn. */
static unsigned int
take_sent(struct ovr_wire *wire, uint64_t line_now_ps, struct rte_mbuf **out)
{
	struct rte_mbuf *seen[OVR_PLAN_QUEUES_MAX][BURST_MAX + 1];
	unsigned int n_seen[OVR_PLAN_QUEUES_MAX], n_taken[OVR_PLAN_QUEUES_MAX];
	unsigned int n_to_see = frames_to_see(wire, line_now_ps);
	uint64_t free_at_ps = wire->free_at_ps;
	unsigned int n = 0, left = 0;
	unsigned int q = wire->next_tx;

	for (unsigned int i = 0; i < wire->n_tx; i++) {
		n_taken[i] = 0;
		n_seen[i] = rte_ring_dequeue_burst_start(wire->tx[i], (void **)seen[i], n_to_see, NULL);
		left += n_seen[i];
	}
	if (wire->idle && left != 0)
		free_at_ps = line_now_ps;
	while (left != 0) {
		uint64_t end_ps;

		while (n_taken[q] == n_seen[q])
			q = q + 1 == wire->n_tx ? 0 : q + 1;
		end_ps = free_at_ps + line_cost_ps(wire, seen[q][n_taken[q]]);
		if (end_ps > line_now_ps)
			break;
		if (n == wire->burst_max) {
			pause_since(wire, line_now_ps, free_at_ps);
			break;
		}
		out[n++] = seen[q][n_taken[q]++];
		free_at_ps = end_ps;
		left--;
		q = q + 1 == wire->n_tx ? 0 : q + 1;
	}
	for (unsigned int i = 0; i < wire->n_tx; i++)
		/* cppcheck-suppress uninitvar ; the loop above set all that are read */
		if (n_seen[i] != 0)
			rte_ring_dequeue_finish(wire->tx[i], n_taken[i]);
	wire->idle = left == 0;
	wire->next_tx = (uint16_t)q;
	wire->free_at_ps = free_at_ps;
	ovr_stat_add(&wire->tx_frames, n);
	return n;
}

/* Put frames of one queue into its ring; what finds no room is a ring overrun. */
static inline void
fill_ring(struct ovr_wire *wire, unsigned int q, struct rte_mbuf **frame, unsigned int n)
{
	unsigned int put = rte_ring_enqueue_burst(wire->rx[q], (void **)frame, n, NULL);

	ovr_stat_add(&wire->rx_frames[q], put);
	if (unlikely(put != n)) {
		ovr_stat_add(&wire->rx_missed[q], n - put);
		rte_pktmbuf_free_bulk(frame + put, n - put);
	}
}

/* The receiving MAC: to each frame its queue. */
static void
receive(struct ovr_wire *wire, struct rte_mbuf **frame, unsigned int n)
{
	struct rte_mbuf *of_queue[OVR_PLAN_QUEUES_MAX][BURST_MAX];
	unsigned int n_of[OVR_PLAN_QUEUES_MAX];

	if (wire->n_rx == 1) {
		fill_ring(wire, 0, frame, n);
		return;
	}
	memset(n_of, 0, wire->n_rx * sizeof(n_of[0]));
	for (unsigned int i = 0; i < n; i++) {
		uint32_t hash = ovr_rss_hash_frame(
			&wire->rss, rte_pktmbuf_mtod(frame[i], const uint8_t *), frame[i]->data_len);
		unsigned int q = wire->reta[hash % OVR_RSS_RETA_SIZE];

		if (wire->rotate_frames != 0) {
			q = (q + wire->rotation) % wire->n_rx;
			if (--wire->rotate_left == 0) {
				wire->rotate_left = wire->rotate_frames;
				wire->rotation = wire->rotation + 1 == wire->n_rx ? 0 : wire->rotation + 1;
			}
		}
		of_queue[q][n_of[q]++] = frame[i];
	}
	for (unsigned int q = 0; q < wire->n_rx; q++)
		if (n_of[q] != 0)
			fill_ring(wire, q, of_queue[q], n_of[q]);
}

/* In chunks that receive() can sort. */
static void
arrive(struct ovr_wire *wire, struct rte_mbuf **frame, unsigned int n)
{
	for (unsigned int done = 0; done < n; done += BURST_MAX)
		receive(wire, frame + done, RTE_MIN(n - done, (unsigned int)BURST_MAX));
}

/* On to the receiver, now or after the delay. */
static void
pass_on(struct ovr_wire *wire, uint64_t line_now_ps, struct rte_mbuf **frame, unsigned int n)
{
	if (wire->delayed == NULL) {
		arrive(wire, frame, n);
		return;
	}
	for (unsigned int i = 0; i < n; i++)
		wire->delayed[wire->delayed_head++ & (wire->delayed_size - 1)] = (struct delayed){ frame[i],
			line_now_ps + wire->delay_ps };
}

/* More delayed frames are due than may arrive in one turn? Then the line has stood still since the last that may. */
static void
hold_delays(struct ovr_wire *wire, uint64_t line_now_ps)
{
	uint64_t next = wire->delayed_tail + wire->burst_max;

	if (wire->delayed_head - wire->delayed_tail > wire->burst_max &&
		delayed_at(wire, next)->due_ps <= line_now_ps)
		pause_since(wire, line_now_ps, delayed_at(wire, next - 1)->due_ps);
}

static void
end_delays(struct ovr_wire *wire, uint64_t line_now_ps)
{
	struct rte_mbuf *out[BURST_MAX];
	unsigned int n = 0;

	while (n < wire->burst_max && wire->delayed_tail != wire->delayed_head) {
		const struct delayed *delayed = delayed_at(wire, wire->delayed_tail);

		if (delayed->due_ps > line_now_ps)
			break;
		out[n++] = delayed->frame;
		wire->delayed_tail++;
	}
	arrive(wire, out, n);
}

/* Has the line been idle for so long that nothing more will come? A sender that shares the core stalls with it. */
static bool
is_at_rest(struct ovr_wire *wire, uint64_t line_now_ps, unsigned int n_sent)
{
	uint64_t turn_ps = line_now_ps - wire->last_turn_ps;

	wire->last_turn_ps = line_now_ps;
	if (n_sent != 0 || !wire->idle) {
		wire->idle_ps = 0;
		return false;
	}
	wire->idle_ps += RTE_MIN(turn_ps, (uint64_t)IDLE_TURN_PS);
	return wire->idle_ps > IDLE_FLUSH_PS;
}

static void
pass_impaired(struct ovr_wire *wire, uint64_t line_now_ps, struct rte_mbuf **frame, unsigned int n)
{
	struct rte_mbuf *out[OVR_IMPAIR_OUT_MAX];

	for (unsigned int i = 0; i < n; i++)
		pass_on(wire, line_now_ps, out, ovr_impair_pass(wire->impair, frame[i], out));
	if (is_at_rest(wire, line_now_ps, n) && ovr_impair_held(wire->impair) != 0)
		pass_on(wire, line_now_ps, out, ovr_impair_release(wire->impair, out));
	if (wire->delayed != NULL)
		end_delays(wire, line_now_ps);
	count_inside(wire);
}

void
ovr_wire_poll(struct ovr_wire *wire, uint64_t now_cycles)
{
	struct rte_mbuf *sent[BURST_MAX + 1];
	uint64_t now_ps = ovr_clock_ps(&wire->clock, now_cycles - wire->epoch_cycles);
	unsigned int n;

	if (unlikely(wire->delayed != NULL))
		hold_delays(wire, now_ps - wire->paused_ps);
	if (likely(wire->n_tx == 1))
		n = take_sent_of_one(wire, now_ps - wire->paused_ps, sent);
	else
		n = take_sent(wire, now_ps - wire->paused_ps, sent);
	/* a pause may have begun meanwhile */
	if (unlikely(wire->impair != NULL))
		pass_impaired(wire, now_ps - wire->paused_ps, sent, n);
	else if (n != 0)
		receive(wire, sent, n);
}

uint64_t
ovr_wire_frames_inside(const struct ovr_wire *wire)
{
	uint64_t n = ovr_stat_read(&wire->inside);

	for (unsigned int q = 0; q < wire->n_tx; q++)
		n += rte_ring_count(wire->tx[q]);
	for (unsigned int q = 0; q < wire->n_rx; q++)
		n += rte_ring_count(wire->rx[q]);
	return n;
}

uint16_t
ovr_wire_queue_of(const struct ovr_wire *wire, const struct ovr_frame_flow *flow)
{
	return wire->reta[ovr_rss_hash_flow(&wire->rss, flow) % OVR_RSS_RETA_SIZE];
}

void
ovr_wire_counters_read(const struct ovr_wire *wire, struct ovr_wire_counters *ret_counters)
{
	memset(ret_counters, 0, sizeof(*ret_counters));
	ret_counters->tx_frames = ovr_stat_read(&wire->tx_frames);
	ret_counters->paused_ns = ovr_stat_read(&wire->paused_total_ps) / 1000;
	for (unsigned int q = 0; q < wire->n_rx; q++) {
		ret_counters->rx_frames[q] = ovr_stat_read(&wire->rx_frames[q]);
		ret_counters->rx_missed[q] = ovr_stat_read(&wire->rx_missed[q]);
	}
}

const struct ovr_impair *
ovr_wire_impair(const struct ovr_wire *wire)
{
	return wire->impair;
}
