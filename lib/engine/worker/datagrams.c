/* SPDX-License-Identifier: BSD-3-Clause */
#include "worker/datagrams.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <rte_mbuf.h>

#include "frame/frame.h"
#include "plan/udp_conf.h"
#include "worker/frames.h"

/* ICMP answers that stand before one datagram, at most: the kernel keeps one error of a socket. */
#define ERRORS_MAX 4

struct ovr_datagrams {
	int fd;
	uint16_t payload_offset, batch;
	bool is_cut_short;                         /* the last call left a datagram, and did not say why */
	uint32_t n_again;                          /* of these, taken by another call */
	struct rte_mempool *pool;                  /* NULL: it sends */
	struct rte_mbuf *spare[OVR_UDP_BATCH_MAX]; /* to receive into, the first n_spare */
	uint16_t n_spare;
	struct mmsghdr message[OVR_UDP_BATCH_MAX];
	struct iovec payload[OVR_UDP_BATCH_MAX];
};

int
ovr_datagrams_create(int fd, uint16_t payload_offset, uint16_t batch, struct rte_mempool *pool,
	struct ovr_datagrams **ret_datagrams, struct ovr_err *err)
{
	struct ovr_datagrams *datagrams = calloc(1, sizeof(*datagrams));

	if (datagrams == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a socket's datagrams");
	datagrams->fd = fd;
	datagrams->payload_offset = payload_offset;
	datagrams->batch = batch;
	datagrams->pool = pool;
	for (uint16_t i = 0; i < OVR_UDP_BATCH_MAX; i++)
		datagrams->message[i].msg_hdr = (struct msghdr){ .msg_iov = &datagrams->payload[i],
			.msg_iovlen = 1 };
	*ret_datagrams = datagrams;
	return 0;
}

void
ovr_datagrams_destroy(struct ovr_datagrams *datagrams)
{
	if (datagrams == NULL)
		return;
	rte_pktmbuf_free_bulk(datagrams->spare, datagrams->n_spare);
	free(datagrams);
}

uint16_t
ovr_datagrams_offset(const struct ovr_datagrams *datagrams)
{
	return datagrams->payload_offset;
}

/* Frames to receive into, as many as one call may bring. @return how many there are */
static uint16_t
refill(struct ovr_datagrams *datagrams, uint16_t n)
{
	uint16_t missing = (uint16_t)(n - datagrams->n_spare);

	if (datagrams->n_spare >= n)
		return n;
	if (rte_pktmbuf_alloc_bulk(datagrams->pool, datagrams->spare + datagrams->n_spare, missing) == 0)
		datagrams->n_spare = n;
	return datagrams->n_spare;
}

/* The received ones are the caller's; the spare ones after them move to the front. */
static void
hand_out(struct ovr_datagrams *datagrams, struct rte_mbuf **frame, uint16_t n)
{
	for (uint16_t i = 0; i < n; i++) {
		const struct mmsghdr *message = &datagrams->message[i];
		uint32_t pkt_len = datagrams->payload_offset + message->msg_len;

		frame[i] = datagrams->spare[i];
		frame[i]->data_len = (uint16_t)pkt_len;
		frame[i]->pkt_len = (message->msg_hdr.msg_flags & MSG_TRUNC) != 0 ? OVR_FRAME_SIZE_MAX + 1u
										  : pkt_len;
	}
	datagrams->n_spare = (uint16_t)(datagrams->n_spare - n);
	memmove(datagrams->spare, datagrams->spare + n, datagrams->n_spare * sizeof(datagrams->spare[0]));
}

uint16_t
ovr_datagrams_receive(struct ovr_datagrams *datagrams, struct rte_mbuf **frame, uint16_t n)
{
	uint16_t room = refill(datagrams, RTE_MIN(n, datagrams->batch));
	int received;

	for (uint16_t i = 0; i < room; i++) {
		struct rte_mbuf *spare = datagrams->spare[i];

		datagrams->payload[i] = (struct iovec){
			.iov_base = frame_bytes(spare) + datagrams->payload_offset,
			.iov_len = spare->buf_len - RTE_PKTMBUF_HEADROOM - datagrams->payload_offset,
		};
	}
	if (room == 0)
		return 0;
	received = recvmmsg(datagrams->fd, datagrams->message, room, MSG_DONTWAIT, NULL);
	if (received <= 0)
		return 0;
	hand_out(datagrams, frame, (uint16_t)received);
	return (uint16_t)received;
}

/* The kernel took the datagram, dropped it at once, and counted that. */
static bool
was_taken(int error)
{
	return error == EPERM || error == ENETUNREACH || error == EHOSTUNREACH;
}

/* An error of the socket, of datagrams before. */
static bool
is_of_others(int error)
{
	return error == ECONNREFUSED || error == EINTR;
}

/*
 * One call, from frame @p from on. sendmmsg() keeps the error of a datagram behind the first to
 * itself: there was no room for it, or the kernel has taken and dropped it, and to send it again is
 * one too many. Once another call has taken such a one, each goes by itself.
 * @return datagrams taken
 */
static uint16_t
send_some(struct ovr_datagrams *datagrams, uint16_t from, uint16_t n)
{
	bool is_again = datagrams->is_cut_short;
	unsigned int wanted = is_again || datagrams->n_again != 0 ? 1 : n;

	datagrams->is_cut_short = false;
	for (unsigned int i = 0; i < ERRORS_MAX; i++) {
		int sent = sendmmsg(datagrams->fd, datagrams->message + from, wanted, MSG_DONTWAIT);

		if (sent < 0 && was_taken(errno))
			sent = 1;
		else if (sent >= 0)
			datagrams->is_cut_short = (unsigned int)sent < wanted;
		if (sent >= 0) {
			datagrams->n_again += is_again;
			return (uint16_t)sent;
		}
		if (!is_of_others(errno))
			return 0;
	}
	return 0;
}

uint16_t
ovr_datagrams_send(struct ovr_datagrams *datagrams, struct rte_mbuf **frame, uint16_t n)
{
	uint16_t n_sent = 0;

	while (n_sent < n) {
		uint16_t wanted = RTE_MIN((uint16_t)(n - n_sent), datagrams->batch);
		uint16_t n_taken = 0, n_now;

		for (uint16_t i = 0; i < wanted; i++)
			datagrams->payload[i] = (struct iovec){
				.iov_base = frame_bytes(frame[n_sent + i]) + datagrams->payload_offset,
				.iov_len = frame[n_sent + i]->pkt_len - datagrams->payload_offset,
			};
		do {
			n_now = send_some(datagrams, n_taken, (uint16_t)(wanted - n_taken));
			n_taken = (uint16_t)(n_taken + n_now);
		} while (n_now != 0 && n_taken < wanted);
		rte_mempool_put_bulk(frame[n_sent]->pool, (void **)(frame + n_sent), n_taken);
		n_sent = (uint16_t)(n_sent + n_taken);
		if (n_taken < wanted)
			break;
	}
	return n_sent;
}

uint32_t
ovr_datagrams_sent_again(const struct ovr_datagrams *datagrams)
{
	return datagrams->n_again;
}
