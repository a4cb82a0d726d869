/* SPDX-License-Identifier: BSD-3-Clause */
#include "worker/rx.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_pause.h>

#include "worker/frames.h"

/* A turn of the loop is shorter than this. */
#define SERVICE_BREAK_NS 1000

/* Frames of one poll. */
struct burst {
	struct ovr_rx_queue *queue;
	uint64_t rx_ns;
	bool is_fresh; /* the rings were empty just before */
	uint16_t n;
	struct rte_mbuf *frame[OVR_RX_BURST_MAX + OVR_FRAME_KINDS_PAD];
};

/* Counts of one burst, in registers; they go to memory once per burst. */
struct tally {
	uint32_t unique, duplicate, reordered, late, corrupt, stale, foreign, merged, before_their_time;
	uint32_t n_alike;    /* frames in a row … */
	uint64_t latency_ns; /* … with this latency, not added yet */
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
	ovr_stat_add(&counters->merged, tally->merged);
	ovr_stat_add(&counters->before_their_time, tally->before_their_time);
}

/* The latencies of frames that were sent and received together. */
static inline void
add_latencies(struct ovr_rx_worker *worker, struct tally *tally)
{
	if (tally->n_alike != 0)
		ovr_hist_add_n(&worker->latency_ns, tally->latency_ns, tally->n_alike);
	tally->n_alike = 0;
}

/* n frames that are seen for the first time, with the numbers from the tag's on. */
static inline void
count_unique(struct ovr_rx_worker *worker, const struct ovr_frame_tag *tag, uint32_t n, uint64_t rx_ns,
	struct tally *tally)
{
	/* the size each was sent with: on its way it may have lost or gained a tag */
	if (unlikely(worker->mix != NULL))
		for (uint32_t i = 0; i < n; i++)
			worker->unique_of_size[ovr_mix_index(worker->mix, tag->seq + i, tag->stream)]++;
	tally->unique += n;
	if (unlikely(tag->tx_ns > rx_ns)) {
		tally->before_their_time += n;
		return;
	}
	if (tally->latency_ns != rx_ns - tag->tx_ns) {
		add_latencies(worker, tally);
		tally->latency_ns = rx_ns - tag->tx_ns;
	}
	tally->n_alike += n;
}

static inline bool
is_astray(const struct ovr_rx_worker *worker, uint16_t stream)
{
	return (uint32_t)(stream - worker->own_first) >= worker->n_own;
}

/*
 * n frames with the numbers from the tag's on, of one stream, sent at one time. No queue is noted
 * for a stream of another receiver, so that its frames are told from others where they cost least.
 */
static inline void
track(struct ovr_rx_worker *worker, const struct ovr_frame_tag *tag, uint32_t n, uint32_t queue_bit,
	uint64_t rx_ns, struct tally *tally)
{
	uint16_t stream = tag->stream;
	struct ovr_seq *seq = &worker->seq[stream];

	if (unlikely(worker->queues_seen[stream] != queue_bit)) {
		if (is_astray(worker, stream)) {
			worker->astray[stream] += n;
			tally->foreign += n;
			return;
		}
		worker->queues_seen[stream] |= queue_bit;
	}
	if (unlikely(rx_ns > tag->tx_ns + worker->tmax_ns)) {
		worker->late[stream] += n;
		tally->late += n;
		return;
	}
	if (likely(tag->seq == seq->next)) {
		ovr_seq_arrive_next(seq, n, tag->tx_ns);
		count_unique(worker, tag, n, rx_ns, tally);
		return;
	}
	for (struct ovr_frame_tag one = *tag; one.seq != tag->seq + n; one.seq++) {
		switch (ovr_seq_arrive(seq, one.seq, one.tx_ns, rx_ns)) {
		case OVR_SEQ_REORDERED:
			tally->reordered++;
			count_unique(worker, &one, 1, rx_ns, tally);
			break;
		case OVR_SEQ_IN_ORDER:
			count_unique(worker, &one, 1, rx_ns, tally);
			break;
		case OVR_SEQ_DUPLICATE:
			tally->duplicate++;
			break;
		case OVR_SEQ_LATE:
			tally->late++;
			break;
		}
	}
}

static inline void
count_unusable(struct ovr_rx_worker *worker, enum ovr_frame_kind kind, uint16_t stream, const uint8_t *pkt,
	uint32_t pkt_len, struct tally *tally)
{
	if (kind == OVR_FRAME_FOREIGN && worker->answerer != NULL)
		ovr_answerer_meet(worker->answerer, pkt, pkt_len);
	if (kind == OVR_FRAME_CORRUPT && is_astray(worker, stream)) {
		worker->astray[stream]++;
		tally->foreign++;
	} else if (kind == OVR_FRAME_CORRUPT) {
		worker->corrupt[stream]++;
		tally->corrupt++;
	}
	tally->stale += kind == OVR_FRAME_STALE;
	tally->foreign += kind == OVR_FRAME_FOREIGN || kind == OVR_FRAME_MERGED;
	tally->merged += kind == OVR_FRAME_MERGED;
}

/* A frame in several segments is read into one piece; the pools hold any frame of ours in one. */
static inline const uint8_t *
contiguous(struct rte_mbuf *frame, uint8_t *scratch)
{
	if (likely(frame->nb_segs == 1))
		return rte_pktmbuf_mtod(frame, const uint8_t *);
	return rte_pktmbuf_read(frame, 0, frame->pkt_len, scratch);
}

/*
 * Any frame, by itself. @return whether it shows a loss: it is damaged, or the first one after a
 * hole
 * @param[out] ret_hole which
 */
static bool
take_one(struct ovr_rx_worker *worker, struct rte_mbuf *frame, uint32_t queue_bit, uint64_t rx_ns,
	struct tally *tally, struct ovr_snapshot_hole *ret_hole)
{
	uint8_t scratch[OVR_FRAME_SIZE_MAX];
	const uint8_t *pkt;
	struct ovr_frame_tag tag;
	enum ovr_frame_kind kind;
	bool shows_loss;

	if (unlikely(frame->pkt_len > OVR_FRAME_SIZE_MAX)) {
		tally->foreign++; /* longer than any of ours */
		return false;
	}
	pkt = contiguous(frame, scratch);
	kind = ovr_frame_classify(pkt, frame->pkt_len, &worker->expect, &tag);
	if (kind != OVR_FRAME_OURS) {
		count_unusable(worker, kind, tag.stream, pkt, frame->pkt_len, tally);
		return kind == OVR_FRAME_CORRUPT && !is_astray(worker, tag.stream);
	}
	ret_hole->stream = tag.stream;
	ret_hole->first_seq = worker->seq[tag.stream].next;
	ret_hole->frames = tag.seq - ret_hole->first_seq;
	shows_loss = tag.seq > ret_hole->first_seq && !is_astray(worker, tag.stream);
	track(worker, &tag, 1, queue_bit, rx_ns, tally);
	return shows_loss;
}

/*
 * Frames one by one, for what happens rarely.
 * @return how many of them are to be given back; they stand in front
 */
static uint16_t
take_each(struct ovr_rx_worker *worker, struct burst *burst, struct tally *tally, bool snapshot)
{
	uint16_t n_free = 0;

	for (uint16_t i = 0; i < burst->n; i++) {
		struct rte_mbuf *frame = burst->frame[i];
		struct ovr_snapshot_hole hole;
		bool shows_loss = take_one(worker, frame, burst->queue->bit, burst->rx_ns, tally, &hole);

		if (snapshot)
			frame = ovr_snapshot_add(
				&worker->snapshot, frame, burst->rx_ns, shows_loss ? &hole : NULL);
		if (frame != NULL)
			burst->frame[n_free++] = frame;
	}
	return n_free;
}

/*
 * Frames in one segment, all at once: what they are, then stretch by stretch what their streams say
 * to them.
 */
static inline void
take_all(struct ovr_rx_worker *worker, const struct burst *burst, const uint8_t *const *pkt,
	const uint32_t *pkt_len, struct tally *tally)
{
	struct ovr_frame_kinds found;
	unsigned int n;

	ovr_frame_classify_by_four(pkt, pkt_len, burst->n, &worker->expect, &found);
	for (unsigned int i = 0; i < burst->n; i += n) {
		struct ovr_frame_tag tag = {
			.stream = (uint16_t)found.stream[i], .seq = found.seq[i], .tx_ns = found.tx_ns[i]
		};

		n = 1;
		if (unlikely(found.kind[i] != OVR_FRAME_OURS)) {
			count_unusable(worker, found.kind[i], tag.stream, pkt[i], pkt_len[i], tally);
			continue;
		}
		n = ovr_frame_kinds_run(&found, i, burst->n);
		track(worker, &tag, n, burst->queue->bit, burst->rx_ns, tally);
	}
}

/* The end of every burst: what its frames add to histograms and counters. */
static __rte_always_inline void
count_burst(struct ovr_rx_worker *worker, uint64_t rx_ns, bool is_fresh, struct tally *tally)
{
	add_latencies(worker, tally);
	if (is_fresh && tally->unique > tally->before_their_time)
		ovr_hist_add(&worker->transit_ns, tally->latency_ns);
	if (likely(tally->unique != 0)) {
		if (likely(worker->has_unique))
			ovr_hist_add(&worker->interarrival_ns, rx_ns - worker->last_unique_ns);
		ovr_hist_add_n(&worker->interarrival_ns, 0, tally->unique - 1);
		worker->has_unique = true;
		worker->last_unique_ns = rx_ns;
	}
	flush(&worker->counters, tally);
}

/* Look at what was received by the poll before this one: meanwhile its lines have arrived. */
static __rte_always_inline void
take(struct ovr_rx_worker *worker, struct burst *burst, const bool snapshot)
{
	const uint8_t *pkt[OVR_RX_BURST_MAX + OVR_FRAME_KINDS_PAD];
	uint32_t pkt_len[OVR_RX_BURST_MAX + OVR_FRAME_KINDS_PAD];
	struct rte_mempool *pool = burst->frame[0]->pool;
	struct ovr_rx_queue *queue = burst->queue;
	struct tally tally = { 0 };
	uint64_t bytes = (uint64_t)burst->n * OVR_FRAME_FCS_BYTES;
	uint16_t n_free = burst->n;
	bool all_plain = true;

	for (uint16_t i = 0; i < burst->n; i++) {
		const struct rte_mbuf *frame = burst->frame[i];

		pkt[i] = rte_pktmbuf_mtod(frame, const uint8_t *);
		pkt_len[i] = frame->pkt_len;
		bytes += frame->pkt_len;
		all_plain &= is_plain(frame) & (frame->pool == pool) & (frame->pkt_len <= OVR_FRAME_SIZE_MAX);
	}
	if (snapshot || unlikely(!all_plain))
		n_free = take_each(worker, burst, &tally, snapshot);
	else
		take_all(worker, burst, pkt, pkt_len, &tally);
	if (likely(all_plain && !snapshot))
		rte_mempool_put_bulk(pool, (void **)burst->frame, n_free);
	else
		rte_pktmbuf_free_bulk(burst->frame, n_free);
	ovr_stat_add(&queue->frames, burst->n);
	ovr_stat_add(&queue->bytes, bytes);
	count_burst(worker, burst->rx_ns, burst->is_fresh, &tally);
	burst->n = 0;
}

static inline uint64_t
now_cycles(struct ovr_rx_worker *worker)
{
	return ovr_clock_steady_at(&worker->time, ovr_clock_cycles());
}

/*
 * One poll of one queue.
 * @return frames received, at ret_now; they are asked for, and looked at in the next turn
 */
static inline uint16_t
poll(struct ovr_rx_worker *worker, struct ovr_rx_queue *queue, struct burst *burst, uint64_t *ret_now)
{
	burst->n = rte_eth_rx_burst(queue->port_id, queue->queue_id, burst->frame, queue->burst);
	ovr_stat_add(&queue->polls, 1);
	if (burst->n == 0) {
		ovr_stat_add(&queue->empty_polls, 1);
		return 0;
	}
	burst->queue = queue;
	/* after the poll: a frame cannot have been sent later than this */
	*ret_now = ovr_clock_steady_at(&worker->time, ovr_clock_cycles_after_reads());
	burst->rx_ns = ovr_run_ns(worker->run, *ret_now);
	for (uint16_t i = 0; i < burst->n; i++)
		prefetch_received(burst->frame[i]);
	return burst->n;
}

/* Whether a tag continues a stretch: n consecutive numbers of one stream, sent at one time. */
static inline bool
continues(const struct ovr_frame_tag *first, uint32_t n, const struct ovr_frame_tag *tag)
{
	return tag->seq == first->seq + n && tag->tx_ns == first->tx_ns && tag->stream == first->stream;
}

/* Payloads that a socket delivered, at @p rx_ns. */
static void
take_payloads(struct ovr_rx_worker *worker, struct ovr_rx_queue *queue, const struct ovr_datagram *datagram,
	uint16_t n, uint64_t rx_ns, bool is_fresh)
{
	uint32_t around = ovr_datagrams_offset(queue->datagrams), n_alike = 0;
	uint64_t bytes = (uint64_t)n * (around + OVR_FRAME_FCS_BYTES);
	struct ovr_frame_tag first = { 0 };
	struct tally tally = { 0 };

	for (uint16_t i = 0; i < n; i++) {
		const uint8_t *payload = datagram[i].payload;
		uint32_t length = datagram[i].length;
		struct ovr_frame_tag tag = { 0 };
		enum ovr_frame_kind kind = around + length > OVR_FRAME_SIZE_MAX
			? OVR_FRAME_FOREIGN
			: ovr_frame_classify_payload(payload, length, &worker->expect, &tag);

		bytes += length;
		if (likely(kind == OVR_FRAME_OURS && n_alike != 0 && continues(&first, n_alike, &tag))) {
			n_alike++;
			continue;
		}
		if (n_alike != 0)
			track(worker, &first, n_alike, queue->bit, rx_ns, &tally);
		n_alike = kind == OVR_FRAME_OURS;
		first = tag;
		if (kind != OVR_FRAME_OURS)
			count_unusable(worker, kind, tag.stream, payload, 0, &tally);
	}
	if (n_alike != 0)
		track(worker, &first, n_alike, queue->bit, rx_ns, &tally);
	ovr_stat_add(&queue->frames, n);
	ovr_stat_add(&queue->bytes, bytes);
	count_burst(worker, rx_ns, is_fresh, &tally);
}

/*
 * One poll of one socket. The kernel has just written the payloads, so they are looked at at once.
 * @return datagrams received, at ret_now
 */
static uint16_t
poll_socket(struct ovr_rx_worker *worker, struct ovr_rx_queue *queue, bool is_fresh, uint64_t *ret_now)
{
	const struct ovr_datagram *datagram;
	uint16_t n = ovr_datagrams_receive(queue->datagrams, queue->burst, &datagram);

	ovr_stat_add(&queue->polls, 1);
	if (n == 0) {
		ovr_stat_add(&queue->empty_polls, 1);
		return 0;
	}
	*ret_now = ovr_clock_steady_at(&worker->time, ovr_clock_cycles_after_reads());
	take_payloads(worker, queue, datagram, n, ovr_run_ns(worker->run, *ret_now), is_fresh);
	return n;
}

/* Do not poll until a time, or (UINT64_MAX) until everything has been sent: an injected stall. */
static void
pause_until(struct ovr_rx_worker *worker, uint64_t until_ns)
{
	const struct ovr_run *run = worker->run;
	struct ovr_stall_monitor *monitor = &worker->monitor;
	struct ovr_stall *stall;
	uint64_t now, end;

	do {
		now = now_cycles(worker);
	} while (ovr_run_ns(run, now) < until_ns && !atomic_load_explicit(&run->quit, memory_order_relaxed) &&
		(until_ns != UINT64_MAX || !atomic_load_explicit(&run->all_sent, memory_order_relaxed)));
	stall = ovr_stall_monitor_record(monitor, now, now - monitor->last_cycles, true);
	/*
	 * it is over when it is in the log: asking Linux takes microseconds in which nobody polls
	 * either
	 */
	end = now_cycles(worker);
	ovr_stall_monitor_extend(monitor, stall, end - now);
	ovr_hist_add(&monitor->gap_cycles, end - monitor->last_cycles);
	monitor->last_cycles = end;
}

/*
 * --service: a server with a fixed time per frame. While it is busy without a break, one service
 * follows the other exactly; the turn of the loop in between is not idle time.
 */
static void
serve(struct ovr_rx_worker *worker, uint64_t now_ns, uint64_t n, bool is_full)
{
	uint64_t idle_ns = now_ns - worker->busy_until_ns;
	uint64_t start_ns = idle_ns < SERVICE_BREAK_NS ? worker->busy_until_ns : now_ns;

	/*
	 * of two batches one was full, so frames were waiting in between: this core was away, not
	 * idle
	 */
	if (start_ns == now_ns && (is_full || worker->last_batch_was_full))
		worker->service_late_ns += RTE_MIN(idle_ns, now_ns - worker->last_poll_ns);
	worker->last_batch_was_full = is_full;
	worker->busy_until_ns = start_ns + n * worker->service_ps / 1000;
}

/*
 * A poll of every queue. What a device gave is looked at after the poll that follows.
 * @param[out] ret_now a time after the polls, or that of the last one that received something
 * @param is_fresh the rings were empty before
 * @param[out] ret_is_full a queue gave as much as a poll may take
 * @param[out] ret_may_be_more there may be more in one of them
 * @return frames received
 */
static __rte_always_inline uint64_t
poll_all(struct ovr_rx_worker *worker, struct burst **fresh, struct burst **held, uint64_t *ret_now,
	bool is_fresh, bool *ret_is_full, bool *ret_may_be_more, const bool snapshot)
{
	bool is_full = false, may_be_more = false;
	uint64_t n = 0;

	for (uint16_t i = 0; i < worker->n_queues; i++) {
		struct ovr_rx_queue *queue = worker->queue[i];
		bool is_socket = queue->datagrams != NULL;
		uint16_t n_polled = is_socket ? poll_socket(worker, queue, is_fresh, ret_now)
					      : poll(worker, queue, *fresh, ret_now);

		if ((*held)->n != 0)
			take(worker, *held, snapshot);
		else if (n_polled == 0)
			/*
			 * looking again at once would take the ring's line from the core that is
			 * about to fill it
			 */
			rte_pause();
		if (n_polled != 0 && !is_socket) {
			struct burst *taken = *held;

			*held = *fresh;
			(*held)->is_fresh = is_fresh;
			*fresh = taken;
		}
		if (n_polled != 0) {
			is_full |= n_polled >= queue->burst;
			may_be_more |= n_polled >= queue->batch;
		}
		n += n_polled;
	}
	*ret_is_full = is_full;
	*ret_may_be_more = may_be_more;
	if (n == 0)
		*ret_now = now_cycles(worker);
	return n;
}

static __rte_always_inline void
work(struct ovr_rx_worker *worker, const bool snapshot)
{
	const struct ovr_run *run = worker->run;
	struct burst bursts[2] = { { .n = 0 }, { .n = 0 } };
	struct burst *fresh = &bursts[0], *held = &bursts[1];
	uint64_t now = now_cycles(worker);
	uint32_t n_short = 0; /* turns in a row whose polls left nothing, as far as they tell */

	/* the clock is read once in a turn: after its poll */
	while (!atomic_load_explicit(&run->quit, memory_order_relaxed)) {
		uint64_t now_ns = ovr_run_ns(run, now);
		bool is_full, may_be_more, is_empty;
		uint64_t n;

		worker->loops++;
		/* in a turn with a stall, nobody knows which came first: the stall or the poll */
		if (unlikely(ovr_stall_monitor_turn(&worker->monitor, now) != NULL))
			n_short = 0;
		is_empty = n_short >= worker->short_polls;
		if (is_empty)
			ovr_stall_monitor_found_empty(&worker->monitor);
		if (unlikely(now_ns >= worker->injection.next_ns || now_ns < worker->busy_until_ns)) {
			if (held->n != 0)
				take(worker, held, snapshot);
			if (now_ns >= worker->injection.next_ns)
				pause_until(worker, ovr_stall_injection_begin(&worker->injection, now_ns));
			now = now_cycles(worker);
			n_short = 0;
			continue;
		}
		n = poll_all(worker, &fresh, &held, &now, is_empty, &is_full, &may_be_more, snapshot);
		n_short = may_be_more ? 0 : n_short + 1;
		if (unlikely(worker->service_ps != 0)) {
			if (n != 0)
				serve(worker, now_ns, n, is_full);
			worker->last_poll_ns = now_ns;
		}
	}
	if (held->n != 0)
		take(worker, held, snapshot);
}

int
ovr_rx_work(void *arg)
{
	struct ovr_rx_worker *worker = arg;

	ovr_stall_monitor_attach(&worker->monitor);
	ovr_stall_thread_begin(&worker->thread);
	/*
	 * before time zero, which is the first turn: it clears a histogram, and the frames do not
	 * wait
	 */
	ovr_stall_monitor_start(&worker->monitor, worker->run->epoch_cycles, worker->run->epoch_cycles);
	ovr_run_wait_for_epoch(worker->run);
	if (worker->keeps_snapshot)
		work(worker, true);
	else
		work(worker, false);
	ovr_stall_thread_end(&worker->thread);
	ovr_stall_monitor_detach(&worker->monitor);
	return 0;
}
