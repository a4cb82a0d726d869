/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/neighbours.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "base/wait.h"
#include "frame/neighbour.h"

#define MS 1000000u
/*
 * How long a router is waited for, and how often it is asked meanwhile: Linux itself takes three
 * seconds for three.
 */
#define RESOLVE_NS (3000ull * MS)
#define ASK_NS     (200ull * MS)
/* How long its neighbours may take: as long without another frame's arriving. */
#define TEACH_NS  (3000ull * MS)
#define RESEND_NS (200ull * MS)
#define STEP_NS   MS
/* A learning frame is lost as long as something does not forward; another one follows it. */
#define LEARN_NS (100ull * MS)
/*
 * A router holds back only a few frames for each neighbour that it asks for, and some for all of
 * them.
 */
#define FRAMES_PER_STEP 16
#define BURST           32

struct ovr_neighbours {
	const struct ovr_plan_frames *frames;
	struct ovr_port_pair *pair;
	struct ovr_frame_flow flow; /* of stream 0: who asks */
	struct ovr_addresses tx_addresses, rx_addresses;
	struct ovr_answerer tx,
		rx; /* the transmit port's, and the receive port's where that is another one */
	struct ovr_errand errand;
	bool is_attached;
};

/* What is done with a frame that this thread received. */
typedef void meet_frame(void *context, const uint8_t *pkt, uint32_t pkt_len);

static uint64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000u * MS + (uint64_t)ts.tv_nsec;
}

static void
nap(void)
{
	ovr_wait_ns(STEP_NS);
}

static bool
is_stopped(const atomic_bool *stop)
{
	return stop != NULL && atomic_load(stop);
}

/* The flow of a captured frame that takes this stream. */
static int
captured_flow(const struct ovr_capture_templates *templates, uint32_t stream, struct ovr_frame_flow *ret_flow,
	struct ovr_err *err)
{
	uint8_t bytes[(OVR_FRAME_SIZE_MAX + 63) / 64 * 64];
	uint32_t frame = stream % templates->n_frames;
	struct ovr_frame_template template;
	int status = ovr_frame_template_of_capture(
		templates->bytes[frame], templates->pkt_len[frame], (uint16_t)stream, bytes, &template, err);

	if (status == 0)
		*ret_flow = ovr_frame_template_flow(&template);
	return status;
}

/* All addresses of this end's streams. */
static int
list_addresses(struct ovr_neighbours *neighbours, const struct ovr_frame_flow_conf *conf,
	const struct ovr_capture_templates *templates, struct ovr_err *err)
{
	struct ovr_addresses *tx = &neighbours->tx_addresses, *rx = &neighbours->rx_addresses;
	uint32_t n = ovr_plan_streams_own(neighbours->frames);
	bool is_one = neighbours->pair->is_one;
	struct ovr_frame_flow flow;
	int status = 0;

	/* a capture has no more flows than frames */
	if (templates != NULL && templates->n_frames < n)
		n = templates->n_frames;
	tx->ip = calloc(is_one ? 2 * n : n, sizeof(tx->ip[0]));
	rx->ip = calloc(n, sizeof(rx->ip[0]));
	if (tx->ip == NULL || rx->ip == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the addresses of %u streams", n);
	for (uint32_t stream = n; stream-- > 0 && status == 0;) {
		if (templates == NULL)
			flow = ovr_frame_flow_of(
				conf, (uint16_t)(neighbours->frames->stream_first + stream), 0);
		else
			status = captured_flow(templates, stream, &flow, err);
		if (status != 0)
			break;
		memcpy(tx->ip[tx->n++], flow.src_ip, 16);
		memcpy(is_one ? tx->ip[tx->n++] : rx->ip[rx->n++], flow.dst_ip, 16);
		neighbours->flow = flow;
	}
	/* captured frames may be of both versions: those of the first one's are answered for */
	tx->ip_version = rx->ip_version = neighbours->flow.ip_version;
	ovr_addresses_sort(tx);
	ovr_addresses_sort(rx);
	return status;
}

static void
set_up_answerer(struct ovr_answerer *answerer, const struct ovr_addresses *addresses,
	const struct ovr_port_pair *pair, const struct ovr_port *port, const uint8_t *mac)
{
	struct ovr_port_queue at = { 0, 0 };

	if (port->n_devices != 0)
		at = ovr_port_queue(port, 0);
	answerer->addresses = addresses;
	memcpy(answerer->mac, mac, 6);
	answerer->pool = pair->rx_pool;
	answerer->port_id = at.device;
	answerer->queue = at.queue_id;
	atomic_flag_clear(&answerer->is_busy);
}

int
ovr_neighbours_create(const struct ovr_plan_ports *ports, const struct ovr_plan_frames *frames,
	struct ovr_port_pair *pair, const struct ovr_capture_templates *templates,
	struct ovr_neighbours **ret_neighbours, struct ovr_err *err)
{
	struct ovr_neighbours *neighbours = calloc(1, sizeof(*neighbours));
	struct ovr_frame_flow_conf conf = ovr_plan_flow_conf(ports, frames);
	int status;

	if (neighbours == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for neighbours");
	neighbours->frames = frames;
	neighbours->pair = pair;
	status = list_addresses(neighbours, &conf, templates, err);
	if (status != 0) {
		ovr_neighbours_destroy(neighbours);
		return status;
	}
	set_up_answerer(
		&neighbours->tx, &neighbours->tx_addresses, pair, &pair->tx, neighbours->flow.src_mac);
	set_up_answerer(&neighbours->rx, &neighbours->rx_addresses, pair, &pair->rx, frames->dst_mac);
	*ret_neighbours = neighbours;
	return 0;
}

void
ovr_neighbours_destroy(struct ovr_neighbours *neighbours)
{
	if (neighbours == NULL)
		return;
	free(neighbours->tx_addresses.ip);
	free(neighbours->rx_addresses.ip);
	free(neighbours);
}

/*
 * Take what came to a port whose queues are this thread's, at most a burst of each, and answer it.
 */
static void
receive(struct ovr_answerer *answerer, const struct ovr_port *port, meet_frame *meet, void *context)
{
	struct rte_mbuf *frame[BURST];
	uint8_t scratch[OVR_FRAME_SIZE_MAX];

	/* for a socket its host answers */
	if (port->n_devices == 0)
		return;
	for (uint16_t q = 0; q < port->n_rxq; q++) {
		struct ovr_port_queue at = ovr_port_queue(port, q);
		uint16_t n = rte_eth_rx_burst(at.device, at.queue_id, frame, BURST);

		for (uint16_t i = 0; i < n; i++) {
			uint32_t pkt_len = RTE_MIN(frame[i]->pkt_len, (uint32_t)sizeof(scratch));
			const uint8_t *pkt = rte_pktmbuf_read(frame[i], 0, pkt_len, scratch);

			ovr_answerer_meet(answerer, pkt, pkt_len);
			if (meet != NULL)
				meet(context, pkt, pkt_len);
		}
		rte_pktmbuf_free_bulk(frame, n);
	}
}

/* The smallest frame of stream 0, or one that comes back. @return its bytes */
static uint32_t
make_learning_frame(const struct ovr_neighbours *neighbours, bool is_back, uint32_t trial_id,
	uint8_t bytes[OVR_NEIGHBOUR_BYTES])
{
	struct ovr_frame_flow flow = neighbours->flow;
	struct ovr_frame_tag tag = { .trial_id = trial_id };
	struct ovr_frame_template template;

	if (is_back) {
		memcpy(flow.src_mac, neighbours->flow.dst_mac, sizeof(flow.src_mac));
		memcpy(flow.dst_mac, neighbours->flow.src_mac, sizeof(flow.dst_mac));
		memcpy(flow.src_ip, neighbours->flow.dst_ip, sizeof(flow.src_ip));
		memcpy(flow.dst_ip, neighbours->flow.src_ip, sizeof(flow.dst_ip));
	}
	if (ovr_frame_template_build(
		    &flow, ovr_frame_size_min(flow.ip_version, flow.n_vlans), bytes, &template, NULL) != 0)
		return 0;
	ovr_frame_stamp(bytes, &template, &tag);
	return template.pkt_len;
}

/* Learning frames that have arrived. */
struct awaited {
	struct ovr_frame_expect expect;
	unsigned int n;
};

static void
meet_learning(void *context, const uint8_t *pkt, uint32_t pkt_len)
{
	struct awaited *awaited = context;
	struct ovr_frame_tag tag;

	if (ovr_frame_classify(pkt, pkt_len, &awaited->expect, &tag) == OVR_FRAME_OURS)
		awaited->n++;
}

bool
ovr_neighbours_learn(
	struct ovr_neighbours *neighbours, uint32_t trial_id, uint64_t timeout_ns, const atomic_bool *stop)
{
	const struct ovr_port_pair *pair = neighbours->pair;
	struct awaited awaited = { .expect = { .trial_id = trial_id, .n_streams = 1 } };
	uint8_t there[OVR_NEIGHBOUR_BYTES], back[OVR_NEIGHBOUR_BYTES];
	uint32_t n_there = make_learning_frame(neighbours, false, trial_id, there);
	uint32_t n_back = make_learning_frame(neighbours, true, trial_id, back);
	uint64_t start_ns = now_ns(), until_ns = timeout_ns, waited_ns = 0;
	unsigned int n_sent = 0, n_before;

	/*
	 * those after the first one that arrived are still under way, for no longer than that one
	 * was: none is left for the trial
	 */
	while ((n_sent == 0 || awaited.n < n_sent) && waited_ns <= until_ns && !is_stopped(stop)) {
		n_before = awaited.n;
		if (awaited.n == 0 && waited_ns >= n_sent * LEARN_NS) {
			ovr_answerer_send(&neighbours->tx, there, n_there);
			ovr_port_pair_flush(pair);
			n_sent++;
		}
		nap();
		receive(&neighbours->tx, &pair->tx, pair->is_one ? meet_learning : NULL, &awaited);
		if (!pair->is_one)
			receive(&neighbours->rx, &pair->rx, meet_learning, &awaited);
		waited_ns = now_ns() - start_ns;
		if (n_before == 0 && awaited.n != 0)
			until_ns = 2 * waited_ns;
	}
	/* the receiver's side forwards by now, and learns where it is */
	if (!pair->is_one && pair->rx.n_txq != 0) {
		ovr_answerer_send(&neighbours->rx, back, n_back);
		nap();
		receive(&neighbours->tx, &pair->tx, NULL, NULL);
	}
	return awaited.n != 0;
}

void
ovr_neighbours_announce(struct ovr_neighbours *neighbours, uint32_t trial_id)
{
	uint8_t back[OVR_NEIGHBOUR_BYTES];
	uint32_t n_back = make_learning_frame(neighbours, true, trial_id, back);

	if (neighbours->pair->rx.n_devices != 0 && neighbours->pair->rx.n_txq != 0)
		ovr_answerer_send(&neighbours->rx, back, n_back);
}

/* The gateway that is asked for. */
struct asked {
	const struct ovr_plan_gateway *gateway;
	bool has_answered;
	uint8_t mac[6];
};

static void
meet_gateway(void *context, const uint8_t *pkt, uint32_t pkt_len)
{
	struct asked *asked = context;
	uint8_t ip_version = asked->gateway->ip_version;
	struct ovr_neighbour found;

	if (!ovr_neighbour_read(pkt, pkt_len, &found) || found.kind != OVR_NEIGHBOUR_ANSWER ||
		found.ip_version != ip_version ||
		memcmp(found.target, asked->gateway->ip, ip_version == 4 ? 4 : 16) != 0)
		return;
	asked->has_answered = true;
	memcpy(asked->mac, found.sender_mac, 6);
}

static int
no_neighbour(const struct ovr_neighbours *neighbours, unsigned int n_asked, struct ovr_err *err)
{
	const struct ovr_plan_gateway *gateway = &neighbours->frames->gateway;
	int family = gateway->ip_version == 4 ? AF_INET : AF_INET6;
	char ip[INET6_ADDRSTRLEN] = "", self[INET6_ADDRSTRLEN] = "";

	inet_ntop(family, gateway->ip, ip, sizeof(ip));
	inet_ntop(family, neighbours->flow.src_ip, self, sizeof(self));
	return ovr_err_set(err, -EHOSTUNREACH,
		"gateway: no neighbour: %s did not answer %u %s on %s in %g s, asked as %s; accepted: an "
		"address of the router's interface on that link, which is up and has a route to %s, or none "
		"and --dst-mac",
		ip, n_asked, gateway->ip_version == 4 ? "ARP requests" : "neighbour solicitations",
		neighbours->pair->tx.label, (double)RESOLVE_NS / 1e9, self, self);
}

int
ovr_neighbours_resolve(struct ovr_neighbours *neighbours, const atomic_bool *stop,
	struct ovr_result_gateway *ret_gateway, struct ovr_err *err)
{
	const struct ovr_port_pair *pair = neighbours->pair;
	struct asked asked = { .gateway = &neighbours->frames->gateway };
	uint8_t bytes[OVR_NEIGHBOUR_BYTES];
	uint32_t pkt_len = ovr_neighbour_ask(&neighbours->flow, asked.gateway->ip, bytes);
	uint64_t start_ns = now_ns();
	unsigned int n_asked = 0;

	while (!asked.has_answered) {
		uint64_t waited_ns = now_ns() - start_ns;

		if (is_stopped(stop))
			return ovr_err_set(err, -EINTR, "gateway: stopped by a signal before it answered");
		if (waited_ns >= RESOLVE_NS)
			return no_neighbour(neighbours, n_asked, err);
		if (waited_ns >= n_asked * ASK_NS) {
			ovr_answerer_send(&neighbours->tx, bytes, pkt_len);
			ovr_port_pair_flush(pair);
			n_asked++;
		}
		receive(&neighbours->tx, &pair->tx, meet_gateway, &asked);
		if (!pair->is_one)
			receive(&neighbours->rx, &pair->rx, NULL, NULL);
		if (!asked.has_answered)
			nap();
	}
	memcpy(ret_gateway->mac, asked.mac, 6);
	ret_gateway->resolve_ns = now_ns() - start_ns;
	return 0;
}

/* Which streams' frames have come through. */
struct lesson {
	struct ovr_frame_expect expect;
	bool *has_arrived;
	uint32_t n_arrived;
	uint64_t last_ns; /* when the latest did */
};

static void
meet_ours(void *context, const uint8_t *pkt, uint32_t pkt_len)
{
	struct lesson *lesson = context;
	struct ovr_frame_tag tag;

	if (ovr_frame_classify(pkt, pkt_len, &lesson->expect, &tag) != OVR_FRAME_OURS ||
		lesson->has_arrived[tag.stream])
		return;
	lesson->has_arrived[tag.stream] = true;
	lesson->n_arrived++;
	lesson->last_ns = now_ns();
}

/* One frame of a stream, on the queue that sends it later. */
static void
send_one(const struct ovr_workers *workers, uint32_t stream, uint32_t trial_id)
{
	const struct ovr_frame_template *template = &workers->template[(size_t)stream * workers->mix.n_sizes];
	struct ovr_port_queue at = ovr_port_queue(
		&workers->pair->tx, (uint16_t)(stream % workers->n_tx_queues));
	struct ovr_frame_tag tag = { .trial_id = trial_id, .stream = (uint16_t)stream };
	unsigned int size = workers->mix.place[stream % workers->mix.length];
	struct rte_mbuf *frame = rte_pktmbuf_alloc(workers->pair->tx_pool);

	if (frame == NULL)
		return;
	template += size;
	/* the pool's buffers hold the rest of any frame already */
	memcpy(rte_pktmbuf_mtod(frame, uint8_t *), template->bytes,
		workers->copy == OVR_TX_COPY_64            ? 64
			: workers->copy == OVR_TX_COPY_128 ? 128
							   : template->pkt_len);
	ovr_frame_stamp(rte_pktmbuf_mtod(frame, uint8_t *), template, &tag);
	frame->pkt_len = template->pkt_len;
	frame->data_len = template->pkt_len;
	if (rte_eth_tx_burst(at.device, at.queue_id, &frame, 1) != 1)
		rte_pktmbuf_free(frame);
}

void
ovr_neighbours_teach(struct ovr_neighbours *neighbours, const struct ovr_workers *workers, uint32_t trial_id,
	const atomic_bool *stop, struct ovr_result_gateway *ret_gateway)
{
	struct lesson lesson = { .expect = workers->rx[0]->expect, .last_ns = now_ns() };
	const struct ovr_port_pair *pair = neighbours->pair;
	uint32_t next = 0;
	uint64_t round_ns = lesson.last_ns;

	lesson.expect.trial_id = trial_id;
	lesson.has_arrived = calloc(workers->n_streams, sizeof(*lesson.has_arrived));
	while (lesson.has_arrived != NULL && lesson.n_arrived < workers->n_streams && !is_stopped(stop) &&
		now_ns() - lesson.last_ns < TEACH_NS) {
		for (unsigned int n = 0; n < FRAMES_PER_STEP && next < workers->n_streams; next++) {
			if (lesson.has_arrived[next])
				continue;
			send_one(workers, next, trial_id);
			n++;
		}
		ovr_port_pair_flush(pair);
		nap();
		receive(&neighbours->tx, &pair->tx, pair->is_one ? meet_ours : NULL, &lesson);
		if (!pair->is_one)
			receive(&neighbours->rx, &pair->rx, meet_ours, &lesson);
		/* what has not come by now is sent again */
		if (next == workers->n_streams && now_ns() - round_ns >= RESEND_NS) {
			next = 0;
			round_ns = now_ns();
		}
	}
	free(lesson.has_arrived);
	ret_gateway->streams_through = lesson.n_arrived;
}

void
ovr_neighbours_attach(struct ovr_neighbours *neighbours, struct ovr_workers *workers)
{
	bool is_one = neighbours->pair->is_one;

	neighbours->is_attached = true;
	neighbours->errand.n_sent = (struct ovr_stat){ 0 };
	if (neighbours->pair->tx.n_devices != 0) {
		neighbours->tx.errand = &neighbours->errand;
		workers->tx[0]->errand = &neighbours->errand;
	}
	if (neighbours->pair->rx.n_devices == 0)
		return;
	for (uint16_t w = 0; w < workers->n_rx; w++)
		workers->rx[w]->answerer = is_one ? &neighbours->tx : &neighbours->rx;
}

uint64_t
ovr_neighbours_detach(struct ovr_neighbours *neighbours)
{
	if (neighbours == NULL)
		return 0;
	ovr_errand_done(&neighbours->errand);
	neighbours->tx.errand = NULL;
	neighbours->is_attached = false;
	return ovr_stat_read(&neighbours->errand.n_sent);
}

void
ovr_neighbours_look(struct ovr_neighbours *neighbours)
{
	/* of one port the receivers see everything */
	if (neighbours != NULL && !neighbours->pair->is_one)
		receive(&neighbours->tx, &neighbours->pair->tx, NULL, NULL);
}
