/* SPDX-License-Identifier: BSD-3-Clause */
#include "worker/tx.h"

#include <string.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "port/wire.h"
#include "worker/frames.h"

/* The next frame's size: the place in the mix of the stream whose turn it is. */
static inline unsigned int
next_size(const struct ovr_tx_queue *queue)
{
	return queue->mix->place[queue->stream[queue->cursor].place];
}

static inline void
step_place(const struct ovr_mix *mix, struct ovr_tx_stream *stream)
{
	stream->place = (uint16_t)(stream->place + mix->step);
	if (stream->place == mix->length)
		stream->place = 0;
}

/* The slot went by without a frame, and the number is still free. */
static inline void
step_back(const struct ovr_mix *mix, struct ovr_tx_stream *stream)
{
	stream->next_seq--;
	stream->place = (uint16_t)(stream->place == 0 ? mix->length - mix->step : stream->place - mix->step);
	if (stream->place == mix->length)
		stream->place = 0;
}

/*
 * Get frames for the next burst. Their lines were last touched by the core that received them, so
 * they are asked for now, all at once and before the turn that writes them: one by one, each would
 * cost a trip between the cores.
 */
static inline void
get_ready(struct ovr_tx_queue *queue)
{
	uint16_t n = (uint16_t)(queue->burst - queue->n_ready);
	struct rte_mbuf **fresh;

	if (queue->n_ready == 0) {
		queue->oldest_ready = 0;
	} else if (queue->oldest_ready + queue->burst > OVR_TX_READY) {
		memmove(queue->ready, queue->ready + queue->oldest_ready,
			queue->n_ready * sizeof(queue->ready[0]));
		queue->oldest_ready = 0;
	}
	fresh = queue->ready + queue->oldest_ready + queue->n_ready;
	if (rte_mempool_get_bulk(queue->pool, (void **)fresh, n) != 0)
		return;
	for (uint16_t i = 0; i < n; i++) {
		rte_prefetch0(fresh[i]);
		prefetch_to_write(frame_bytes(fresh[i]));
	}
	queue->n_ready = queue->burst;
}

/* The oldest ready frames are the port's, or wait for it. */
static inline void
use_ready(struct ovr_tx_queue *queue, uint16_t n)
{
	queue->oldest_ready = (uint16_t)(queue->oldest_ready + n);
	queue->n_ready = (uint16_t)(queue->n_ready - n);
}

/*
 * Make a pool's frame one of ours. It has one segment and one owner already, and mostly the rest
 * too, since it was one of ours before: then its line is not written, and other cores may keep it.
 */
static inline void
make_ours(struct rte_mbuf *frame, uint16_t pkt_len)
{
	/* four fields in one word each: offset, owners, segments, port; and packet type, length */
	const uint64_t rearm = RTE_PKTMBUF_HEADROOM | 1ull << 16 | 1ull << 32 |
		(uint64_t)RTE_MBUF_PORT_INVALID << 48;

	if (likely(word_of(&frame->data_off) == rearm && frame->ol_flags == 0 &&
		    word_of(&frame->packet_type) == (uint64_t)pkt_len << 32 && frame->data_len == pkt_len))
		return;
	frame->data_off = RTE_PKTMBUF_HEADROOM;
	frame->port = RTE_MBUF_PORT_INVALID;
	frame->ol_flags = 0;
	frame->packet_type = 0;
	frame->pkt_len = pkt_len;
	frame->data_len = pkt_len;
}

static __rte_always_inline void /* the copy's length must be a constant */
write_frame(struct rte_mbuf *frame, const struct ovr_frame_template *template,
	const struct ovr_frame_tag *tag, const enum ovr_tx_copy copy)
{
	uint8_t *pkt = frame_bytes(frame);

	make_ours(frame, template->pkt_len);
	if (copy == OVR_TX_COPY_64)
		memcpy(pkt, template->bytes, 64);
	else if (copy == OVR_TX_COPY_128)
		memcpy(pkt, template->bytes, 128);
	else
		memcpy(pkt, template->bytes, template->pkt_len);
	ovr_frame_stamp(pkt, template, tag);
}

/* Slots that went by without a free frame. */
static void
miss_frames(struct ovr_tx_queue *queue, uint64_t n)
{
	ovr_stat_add(&queue->shortfall, n);
	ovr_stat_add(&queue->shortfall_pool, n);
}

/* build() for a queue of one stream and size. */
static __rte_always_inline uint16_t
build_run(struct ovr_tx_queue *queue, uint64_t now_ps, const enum ovr_tx_copy copy)
{
	struct ovr_tx_stream *stream = queue->stream;
	struct ovr_frame_tag tag = { .trial_id = queue->trial_id,
		.stream = stream->stream,
		.seq = stream->next_seq,
		.tx_ns = now_ps / 1000 };
	uint64_t left = queue->count - queue->sent_so_far;
	uint16_t n = (uint16_t)ovr_pace_take(&queue->pace, now_ps, (uint32_t)RTE_MIN(left, queue->burst));
	struct rte_mbuf **frame = queue->ready + queue->oldest_ready;

	if (unlikely(n > queue->n_ready)) {
		miss_frames(queue, (uint64_t)n - queue->n_ready);
		n = queue->n_ready;
	}
	if (n == 0)
		return 0;
	for (uint16_t i = 0; i < n; i++)
		make_ours(frame[i], stream->template->pkt_len);
	ovr_frame_stamp_run((void *const *)frame, sizeof(*frame[0]) + RTE_PKTMBUF_HEADROOM, n,
		stream->template, &tag, copy == OVR_TX_COPY_64 ? 64 : 128);
	stream->next_seq += n;
	return n;
}

/* Stamp the frames that are due, at most a burst. @return how many of the ready ones */
static __rte_always_inline uint16_t
build(struct ovr_tx_queue *queue, uint64_t now_ps, const enum ovr_tx_copy copy)
{
	uint64_t left = queue->count - queue->sent_so_far;
	uint16_t room = (uint16_t)RTE_MIN(left, queue->burst);
	struct ovr_frame_tag tag = { .trial_id = queue->trial_id, .tx_ns = now_ps / 1000 };
	uint64_t no_frame = 0;
	uint16_t n = 0;
	uint32_t slots = 0;

	if (!ovr_pace_is_due(&queue->pace, now_ps, next_size(queue)))
		return 0;
	while (slots < room && ovr_pace_is_due(&queue->pace, now_ps, next_size(queue))) {
		struct ovr_tx_stream *stream = &queue->stream[queue->cursor];
		unsigned int size = queue->mix->place[stream->place];

		ovr_pace_advance(&queue->pace, size);
		slots++;
		if (unlikely(n == queue->n_ready)) {
			no_frame++;
			continue;
		}
		tag.stream = stream->stream;
		tag.seq = stream->next_seq++;
		write_frame(queue->ready[queue->oldest_ready + n++], &stream->template[size], &tag, copy);
		step_place(queue->mix, stream);
		if (++queue->cursor == queue->n_streams)
			queue->cursor = 0;
	}
	if (unlikely(no_frame != 0))
		miss_frames(queue, no_frame);
	return n;
}

/* Who gets a refused frame's number back: the streams took turns, so walk them backwards. */
static void
take_back(struct ovr_tx_queue *queue, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++) {
		queue->cursor = queue->cursor == 0 ? queue->n_streams - 1 : queue->cursor - 1;
		step_back(queue->mix, &queue->stream[queue->cursor]);
	}
	ovr_stat_add(&queue->refused, n);
}

static inline uint64_t
bytes_of(const struct ovr_tx_queue *queue, struct rte_mbuf *const *frame, uint16_t n)
{
	uint64_t bytes = (uint64_t)n * OVR_FRAME_FCS_BYTES;

	if (queue->is_uniform)
		return bytes + (uint64_t)n * queue->stream->template->pkt_len;
	for (uint16_t i = 0; i < n; i++)
		bytes += frame[i]->pkt_len;
	return bytes;
}

/*
 * Hand frames over. The bytes are counted before: a frame that was accepted is the port's, and on
 * the wire its buffer may be another frame by now.
 */
static inline uint16_t
hand_over(struct ovr_tx_queue *queue, struct rte_mbuf **frame, uint16_t n)
{
	uint64_t bytes = bytes_of(queue, frame, n);
	uint16_t n_sent = queue->datagrams == NULL
		? rte_eth_tx_burst(queue->port_id, queue->queue_id, frame, n)
		: ovr_datagrams_send(queue->datagrams, frame, n);

	if (unlikely(n_sent != n))
		bytes -= bytes_of(queue, frame + n_sent, (uint16_t)(n - n_sent));
	queue->sent_so_far += n_sent;
	ovr_stat_add(&queue->sent, n_sent);
	ovr_stat_add(&queue->sent_bytes, bytes);
	ovr_stat_add(&queue->bursts, 1);
	return n_sent;
}

/* --on-full wait: what found no room is attempted again, turn by turn, before anything new. */
static void
attempt_again(struct ovr_tx_queue *queue)
{
	uint16_t n_sent = hand_over(queue, queue->pending, queue->n_pending);

	queue->n_pending = (uint16_t)(queue->n_pending - n_sent);
	memmove(queue->pending, queue->pending + n_sent, queue->n_pending * sizeof(queue->pending[0]));
	if (queue->n_pending != 0)
		ovr_stat_add(&queue->full_waits, 1);
}

static void
keep_pending(struct ovr_tx_queue *queue, uint16_t n)
{
	memcpy(queue->pending, queue->ready + queue->oldest_ready, n * sizeof(queue->pending[0]));
	use_ready(queue, n);
	queue->n_pending = n;
	ovr_stat_add(&queue->full_waits, 1);
}

/* The trial ends: what still waits for room is refused for good. */
static void
end_queue(struct ovr_tx_queue *queue, uint64_t end_ps)
{
	queue->is_over = true;
	queue->end_ps = end_ps;
	if (queue->n_pending != 0) {
		take_back(queue, queue->n_pending);
		rte_pktmbuf_free_bulk(queue->pending, queue->n_pending);
		queue->n_pending = 0;
	}
}

/*
 * The queue came back too late for some slots. They are the stall's if there was one just now, or
 * if the queue has not been on schedule since; for no longer than the stall lasted, or a sender
 * that is too slow for its plan would hide after one.
 */
static void
skip_slots(struct ovr_tx_queue *queue, uint64_t now_ps)
{
	uint64_t skipped = ovr_pace_skip(&queue->pace, now_ps);

	ovr_stat_add(&queue->shortfall, skipped);
	if (queue->stall != NULL && now_ps <= queue->stall_until_ps) {
		queue->stall->frames += skipped;
		ovr_stat_add(&queue->shortfall_in_stalls, skipped);
	}
}

static __rte_always_inline void
serve(struct ovr_tx_queue *queue, uint64_t now_ps, const enum ovr_tx_copy copy)
{
	uint16_t n, n_sent;

	if (unlikely(ovr_pace_is_behind(&queue->pace, now_ps)))
		skip_slots(queue, now_ps);
	if (unlikely(queue->n_pending != 0)) {
		attempt_again(queue);
		if (queue->n_pending != 0)
			return;
	}
	if (copy != OVR_TX_COPY_WHOLE && queue->is_uniform)
		n = build_run(queue, now_ps, copy);
	else
		n = build(queue, now_ps, copy);
	if (n < queue->burst)
		queue->stall = NULL;
	if (n != 0) {
		ovr_stat_add(&queue->attempted, n);
		n_sent = hand_over(queue, queue->ready + queue->oldest_ready, n);
		use_ready(queue, n_sent);
		if (unlikely(n_sent != n)) {
			if (queue->wait_when_full)
				keep_pending(queue, (uint16_t)(n - n_sent));
			else
				take_back(queue, (uint16_t)(n - n_sent));
		}
	}
	if (queue->n_ready < queue->burst)
		get_ready(queue);
	/*
	 * the last slot lasts as long as any: the queue's time ends with it, not with the frame
	 * that was sent in it
	 */
	if (queue->n_pending == 0) {
		if (unlikely(ovr_pace_is_over(&queue->pace, next_size(queue))))
			end_queue(queue, RTE_MAX(now_ps, queue->pace.end_ps));
		else if (unlikely(queue->sent_so_far == queue->count))
			end_queue(queue, RTE_MAX(now_ps, queue->pace.due_ps));
	}
}

static __rte_always_inline void
work(struct ovr_tx_worker *worker, const enum ovr_tx_copy copy)
{
	const struct ovr_run *run = worker->run;
	struct ovr_wire *wire = worker->wire;
	bool is_over = false;
	uint64_t end_ps = 0;

	while (!atomic_load_explicit(&run->quit, memory_order_relaxed)) {
		uint64_t now = ovr_clock_steady_at(&worker->time, ovr_clock_cycles());
		struct ovr_stall *stall = ovr_stall_monitor_turn(&worker->monitor, now);
		uint64_t now_ps;

		worker->loops++;
		if (wire != NULL)
			ovr_wire_poll(wire, now);
		if (unlikely(worker->errand != NULL &&
			    atomic_load_explicit(&worker->errand->frame, memory_order_relaxed) != NULL))
			ovr_errand_run(worker->errand, worker->queue[0]->port_id, worker->queue[0]->queue_id);
		if (is_over)
			continue;
		now_ps = ovr_clock_ps(&run->clock, now - run->epoch_cycles);
		is_over = true;
		for (uint16_t i = 0; i < worker->n_queues; i++) {
			struct ovr_tx_queue *queue = worker->queue[i];

			if (unlikely(atomic_load_explicit(&run->stop_sending, memory_order_relaxed)) &&
				!queue->is_over)
				end_queue(queue, now_ps);
			if (unlikely(stall != NULL)) {
				queue->stall = stall;
				queue->stall_until_ps = now_ps + stall->length_ns * 1000;
			}
			if (!queue->is_over)
				serve(queue, now_ps, copy);
			is_over = is_over && queue->is_over;
			end_ps = RTE_MAX(end_ps, queue->end_ps);
		}
		if (is_over)
			atomic_store_explicit(
				&worker->done_ns, RTE_MAX(end_ps / 1000, 1u), memory_order_release);
	}
}

int
ovr_tx_work(void *arg)
{
	struct ovr_tx_worker *worker = arg;

	ovr_stall_monitor_attach(&worker->monitor);
	for (uint16_t i = 0; i < worker->n_queues; i++)
		get_ready(worker->queue[i]);
	ovr_stall_thread_begin(&worker->thread);
	/*
	 * before time zero, which is the first turn: it clears a histogram, and the frames do not
	 * wait
	 */
	ovr_stall_monitor_start(&worker->monitor, worker->run->epoch_cycles, worker->run->epoch_cycles);
	ovr_run_wait_for_epoch(worker->run);
	switch (worker->copy) {
	case OVR_TX_COPY_64:
		work(worker, OVR_TX_COPY_64);
		break;
	case OVR_TX_COPY_128:
		work(worker, OVR_TX_COPY_128);
		break;
	case OVR_TX_COPY_WHOLE:
		work(worker, OVR_TX_COPY_WHOLE);
		break;
	}
	ovr_stall_thread_end(&worker->thread);
	ovr_stall_monitor_detach(&worker->monitor);
	return 0;
}

int
ovr_wire_work(void *arg)
{
	struct ovr_wire_worker *worker = arg;

	ovr_stall_monitor_attach(&worker->monitor);
	ovr_stall_thread_begin(&worker->thread);
	/*
	 * before time zero, which is the first turn: it clears a histogram, and the frames do not
	 * wait
	 */
	ovr_stall_monitor_start(&worker->monitor, worker->run->epoch_cycles, worker->run->epoch_cycles);
	ovr_run_wait_for_epoch(worker->run);
	while (!atomic_load_explicit(&worker->run->quit, memory_order_relaxed)) {
		uint64_t now = ovr_clock_steady_at(&worker->time, ovr_clock_cycles());

		worker->loops++;
		ovr_stall_monitor_turn(&worker->monitor, now);
		ovr_wire_poll(worker->wire, now);
	}
	ovr_stall_thread_end(&worker->thread);
	ovr_stall_monitor_detach(&worker->monitor);
	return 0;
}

void
ovr_tx_queue_done(struct ovr_tx_queue *queue)
{
	rte_pktmbuf_free_bulk(queue->ready + queue->oldest_ready, queue->n_ready);
	queue->n_ready = 0;
	ovr_datagrams_destroy(queue->datagrams);
	queue->datagrams = NULL;
}
