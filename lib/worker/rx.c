/* SPDX-License-Identifier: BSD-3-Clause */
#include "worker/rx.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_pause.h>

/* A turn of the loop is shorter than this. */
#define SERVICE_BREAK_NS 1000

/* Counts of one burst, in registers; they go to memory once per burst. */
struct tally {
	uint32_t unique, duplicate, reordered, late, corrupt, stale, foreign, before_their_time;
	uint64_t bytes;
};

static inline void
flush(struct ovr_rx_counters *counters, const struct tally *tally)
{
	ovr_stat_add(&counters->unique, tally->unique);
	if (likely((tally->duplicate | tally->reordered | tally->late | tally->corrupt | tally->stale |
			   tally->foreign | tally->before_their_time) == 0))
		return;
	ovr_stat_add(&counters->duplicate, tally->duplicate);
	ovr_stat_add(&counters->reordered, tally->reordered);
	ovr_stat_add(&counters->late, tally->late);
	ovr_stat_add(&counters->corrupt, tally->corrupt);
	ovr_stat_add(&counters->stale, tally->stale);
	ovr_stat_add(&counters->foreign, tally->foreign);
	ovr_stat_add(&counters->before_their_time, tally->before_their_time);
}

/* A frame that is seen for the first time. */
static inline void
count_unique(
	struct ovr_rx_worker *worker, const struct ovr_frame_tag *tag, uint64_t rx_ns, struct tally *tally)
{
	/* the size it was sent with: on its way it may have lost or gained a tag */
	if (unlikely(worker->mix != NULL))
		worker->unique_of_size[ovr_mix_index(worker->mix, tag->seq, tag->stream)]++;
	if (likely(tag->tx_ns <= rx_ns))
		ovr_hist_add(&worker->latency_ns, rx_ns - tag->tx_ns);
	else
		tally->before_their_time++;
	if (likely(worker->has_unique))
		ovr_hist_add(&worker->interarrival_ns, rx_ns - worker->last_unique_ns);
	worker->has_unique = true;
	worker->last_unique_ns = rx_ns;
	tally->unique++;
}

static inline void
track(struct ovr_rx_worker *worker, const struct ovr_frame_tag *tag, uint32_t lane_bit, uint64_t rx_ns,
	struct tally *tally)
{
	uint16_t stream = tag->stream;

	if (unlikely(worker->queues_seen[stream] != lane_bit))
		worker->queues_seen[stream] |= lane_bit;
	if (unlikely(rx_ns > tag->tx_ns + worker->tmax_ns)) {
		worker->late[stream]++;
		tally->late++;
		return;
	}
	switch (ovr_seq_arrive(&worker->seq[stream], tag->seq, tag->tx_ns, rx_ns)) {
	case OVR_SEQ_REORDERED:
		tally->reordered++;
		count_unique(worker, tag, rx_ns, tally);
		break;
	case OVR_SEQ_IN_ORDER:
		count_unique(worker, tag, rx_ns, tally);
		break;
	case OVR_SEQ_DUPLICATE:
		tally->duplicate++;
		break;
	case OVR_SEQ_LATE:
		tally->late++;
		break;
	}
}

/* A frame in several segments is read into one piece; the pools hold any frame of ours in one. */
static inline const uint8_t *
contiguous(struct rte_mbuf *frame, uint8_t *scratch)
{
	if (likely(frame->nb_segs == 1))
		return rte_pktmbuf_mtod(frame, const uint8_t *);
	return rte_pktmbuf_read(frame, 0, frame->pkt_len, scratch);
}

/* @return whether the frame shows a loss: it is damaged, or the first one behind a hole */
static inline bool
take(struct ovr_rx_worker *worker, struct rte_mbuf *frame, uint32_t lane_bit, uint64_t rx_ns,
	struct tally *tally, const bool want_loss)
{
	uint8_t scratch[OVR_FRAME_SIZE_MAX];
	struct ovr_frame_tag tag;
	bool shows_loss = false;

	tally->bytes += frame->pkt_len + OVR_FRAME_FCS_BYTES;
	if (unlikely(frame->pkt_len > OVR_FRAME_SIZE_MAX)) {
		tally->foreign++; /* longer than any of ours */
		return false;
	}
	switch (ovr_frame_classify(contiguous(frame, scratch), frame->pkt_len, &worker->expect, &tag)) {
	case OVR_FRAME_OURS:
		if (want_loss)
			shows_loss = tag.seq > worker->seq[tag.stream].next;
		track(worker, &tag, lane_bit, rx_ns, tally);
		break;
	case OVR_FRAME_CORRUPT:
		shows_loss = true;
		tally->corrupt++;
		break;
	case OVR_FRAME_STALE:
		tally->stale++;
		break;
	case OVR_FRAME_FOREIGN:
		tally->foreign++;
		break;
	}
	return shows_loss;
}

/* One poll of one queue. @return frames taken */
static __rte_always_inline uint16_t
poll(struct ovr_rx_worker *worker, struct ovr_rx_lane *lane, uint32_t lane_bit, const bool snapshot)
{
	struct rte_mbuf *frame[OVR_RX_BURST_MAX];
	uint16_t n = rte_eth_rx_burst(lane->port_id, lane->queue, frame, lane->burst);
	struct tally tally = { 0 };
	uint64_t now, rx_ns;
	uint16_t n_free = 0;

	ovr_stat_add(&lane->polls, 1);
	if (n == 0) {
		ovr_stat_add(&lane->empty_polls, 1);
		/* looking again at once would take the ring's line from the core that is about to fill it */
		rte_pause();
		return 0;
	}
	/* after the poll: a frame cannot have been sent later than this */
	now = ovr_clock_cycles_after_reads();
	rx_ns = ovr_run_ns(worker->run, now);
	/* first where the frames are, then the frames: each line's way here overlaps with the others' */
	for (uint16_t i = 0; i < n; i++)
		rte_prefetch0(frame[i]);
	for (uint16_t i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(frame[i], const void *));
	for (uint16_t i = 0; i < n; i++) {
		bool shows_loss = take(worker, frame[i], lane_bit, rx_ns, &tally, snapshot);

		if (snapshot) {
			struct rte_mbuf *unneeded = ovr_snapshot_add(
				&worker->snapshot, frame[i], rx_ns, shows_loss);

			if (unneeded != NULL)
				frame[n_free++] = unneeded;
		}
	}
	rte_pktmbuf_free_bulk(frame, snapshot ? n_free : n);
	ovr_stat_add(&lane->frames, n);
	ovr_stat_add(&lane->bytes, tally.bytes);
	flush(&worker->counters, &tally);
	return n;
}

/* Do not poll until a time, or (UINT64_MAX) until everything has been sent; on purpose. */
static void
pause_until(struct ovr_rx_worker *worker, uint64_t until_ns)
{
	const struct ovr_run *run = worker->run;
	uint64_t now;

	do {
		now = ovr_clock_cycles();
	} while (ovr_run_ns(run, now) < until_ns && !atomic_load_explicit(&run->quit, memory_order_relaxed) &&
		(until_ns != UINT64_MAX || !atomic_load_explicit(&run->all_sent, memory_order_relaxed)));
	ovr_hist_add(&worker->watch.gap_cycles, now - worker->watch.last_cycles);
	ovr_stall_watch_record(&worker->watch, now, now - worker->watch.last_cycles, true);
	worker->watch.last_cycles = now;
}

/*
 * --service: a server with a fixed time per frame. While it is busy without a break, one service follows the other exactly; the
 * turn of the loop in between is not idle time.
 */
static void
serve(struct ovr_rx_worker *worker, uint64_t now_ns, uint64_t n)
{
	uint64_t start_ns = now_ns - worker->busy_until_ns < SERVICE_BREAK_NS ? worker->busy_until_ns
									      : now_ns;

	worker->busy_until_ns = start_ns + n * worker->service_ps / 1000;
}

static __rte_always_inline void
work(struct ovr_rx_worker *worker, const bool snapshot)
{
	const struct ovr_run *run = worker->run;

	while (!atomic_load_explicit(&run->quit, memory_order_relaxed)) {
		uint64_t now = ovr_clock_cycles();
		uint64_t now_ns = ovr_run_ns(run, now);
		uint64_t n = 0;

		worker->loops++;
		ovr_stall_watch_turn(&worker->watch, now);
		if (unlikely(now_ns >= worker->purpose.next_ns)) {
			pause_until(worker, ovr_stall_purpose_begin(&worker->purpose, now_ns));
			continue;
		}
		if (unlikely(now_ns < worker->busy_until_ns))
			continue;
		for (uint16_t i = 0; i < worker->n_lanes; i++)
			n += poll(worker, worker->lane[i], worker->lane[i]->bit, snapshot);
		if (unlikely(worker->service_ps != 0 && n != 0))
			serve(worker, now_ns, n);
	}
}

int
ovr_rx_work(void *arg)
{
	struct ovr_rx_worker *worker = arg;

	ovr_stall_watch_attach(&worker->watch);
	ovr_stall_thread_begin(&worker->thread);
	ovr_run_wait_for_epoch(worker->run);
	ovr_stall_watch_start(&worker->watch, worker->run->epoch_cycles, ovr_clock_cycles());
	if (worker->keeps_snapshot)
		work(worker, true);
	else
		work(worker, false);
	ovr_stall_thread_end(&worker->thread);
	ovr_stall_watch_detach(&worker->watch);
	return 0;
}
