/* SPDX-License-Identifier: BSD-3-Clause */
/* One turn of the line. */
#include "port/wire_priv.h"

#include <string.h>

#include <rte_ring_peek.h>

#define IDLE_FLUSH_PS 1000000000u /* a line idle for 1 ms lets go of frames held back for reordering */
#define IDLE_TURN_PS  10000000u   /* more than this between two turns is no idleness: the core stalled */

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
 * How many frames to look at: those that the line can have carried by now if they are short, and
 * one more, to tell whether it had time for it: that time is a pause.
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
	/*
	 * what is handed over from now on has not waited: the line saves no credit until it is seen
	 */
	wire->idle = n == n_seen;
	wire->free_at_ps = free_at_ps;
	ovr_stat_add(&wire->tx_frames, n);
	return n;
}

/* The same of several TX rings in turn. */
static unsigned int
take_sent(struct ovr_wire *wire, uint64_t line_now_ps, struct rte_mbuf **out)
{
	struct rte_mbuf *seen[OVR_PLAN_WIRE_QUEUES_MAX][WIRE_BURST_MAX + 1];
	unsigned int n_seen[OVR_PLAN_WIRE_QUEUES_MAX], n_taken[OVR_PLAN_WIRE_QUEUES_MAX];
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
	struct rte_mbuf *of_queue[OVR_PLAN_WIRE_QUEUES_MAX][WIRE_BURST_MAX];
	unsigned int n_of[OVR_PLAN_WIRE_QUEUES_MAX];

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
	for (unsigned int done = 0; done < n; done += WIRE_BURST_MAX)
		receive(wire, frame + done, RTE_MIN(n - done, (unsigned int)WIRE_BURST_MAX));
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
		wire->delayed[wire->delayed_head++ & (wire->delayed_size - 1)] =
			(struct wire_delayed){ frame[i], line_now_ps + wire->delay_ps };
}

/*
 * When more delayed frames are due than may arrive in one turn, the line has stood still since the
 * last that may.
 */
static void
hold_delays(struct ovr_wire *wire, uint64_t line_now_ps)
{
	uint64_t next = wire->delayed_tail + wire->burst_max;

	if (wire->delayed_head - wire->delayed_tail > wire->burst_max &&
		wire_delayed_at(wire, next)->due_ps <= line_now_ps)
		pause_since(wire, line_now_ps, wire_delayed_at(wire, next - 1)->due_ps);
}

static void
end_delays(struct ovr_wire *wire, uint64_t line_now_ps)
{
	struct rte_mbuf *out[WIRE_BURST_MAX];
	unsigned int n = 0;

	while (n < wire->burst_max && wire->delayed_tail != wire->delayed_head) {
		const struct wire_delayed *delayed = wire_delayed_at(wire, wire->delayed_tail);

		if (delayed->due_ps > line_now_ps)
			break;
		out[n++] = delayed->frame;
		wire->delayed_tail++;
	}
	arrive(wire, out, n);
}

/*
 * Whether the line has been idle for so long that nothing more will come. A sender that shares the
 * core stalls with it.
 */
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
	wire_count_inside(wire);
}

void
ovr_wire_poll(struct ovr_wire *wire, uint64_t now_cycles)
{
	struct rte_mbuf *sent[WIRE_BURST_MAX + 1];
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
	ovr_stat_add(&wire->turns, 1);
}
