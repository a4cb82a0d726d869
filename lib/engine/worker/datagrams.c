/* SPDX-License-Identifier: BSD-3-Clause */
#include "worker/datagrams.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <rte_mbuf.h>

#include "frame/frame.h"
#include "plan/socket_conf.h"
#include "worker/frames.h"

/* ICMP answers that stand before one datagram, at most: the kernel keeps one error of a socket. */
#define ERRORS_MAX 4

struct ovr_datagrams {
	int fd;
	uint16_t payload_offset, batch;
	/* a sender's: */
	bool is_cut_short; /* the last call left a datagram, and did not say why */
	uint32_t n_again;  /* of these, taken by another call */
	/* either one's: */
	struct mmsghdr message[OVR_SOCKET_BATCH_MAX];
	struct iovec payload[OVR_SOCKET_BATCH_MAX];
	/* a receiver's: */
	uint16_t n_buffers;
	struct rte_mbuf *buffer[OVR_SOCKET_BATCH_MAX];
	struct ovr_datagram received[OVR_SOCKET_BATCH_MAX];
};

/* A buffer for each datagram of a batch; the headers, which never come, have no place in it. */
static int
make_buffers(struct ovr_datagrams *datagrams, struct rte_mempool *pool)
{
	if (rte_pktmbuf_alloc_bulk(pool, datagrams->buffer, datagrams->batch) != 0)
		return -ENOMEM;
	datagrams->n_buffers = datagrams->batch;
	for (uint16_t i = 0; i < datagrams->n_buffers; i++) {
		struct rte_mbuf *buffer = datagrams->buffer[i];

		datagrams->payload[i] = (struct iovec){
			.iov_base = frame_bytes(buffer),
			.iov_len = buffer->buf_len - RTE_PKTMBUF_HEADROOM,
		};
		datagrams->received[i].payload = frame_bytes(buffer);
	}
	return 0;
}

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
	for (uint16_t i = 0; i < OVR_SOCKET_BATCH_MAX; i++)
		datagrams->message[i].msg_hdr = (struct msghdr){ .msg_iov = &datagrams->payload[i],
			.msg_iovlen = 1 };
	if (pool != NULL && make_buffers(datagrams, pool) != 0) {
		free(datagrams);
		return ovr_err_set(
			err, -ENOMEM, "the receive pool has no %u frames for a socket's batch", batch);
	}
	*ret_datagrams = datagrams;
	return 0;
}

void
ovr_datagrams_destroy(struct ovr_datagrams *datagrams)
{
	if (datagrams == NULL)
		return;
	rte_pktmbuf_free_bulk(datagrams->buffer, datagrams->n_buffers);
	free(datagrams);
}

uint16_t
ovr_datagrams_offset(const struct ovr_datagrams *datagrams)
{
	return datagrams->payload_offset;
}

uint16_t
ovr_datagrams_receive(struct ovr_datagrams *datagrams, uint16_t n, const struct ovr_datagram **ret_datagram)
{
	int received = recvmmsg(
		datagrams->fd, datagrams->message, RTE_MIN(n, datagrams->n_buffers), MSG_DONTWAIT, NULL);

	*ret_datagram = datagrams->received;
	if (received <= 0)
		return 0;
	for (int i = 0; i < received; i++) {
		const struct mmsghdr *message = &datagrams->message[i];

		datagrams->received[i].length = (message->msg_hdr.msg_flags & MSG_TRUNC) != 0
			? OVR_FRAME_SIZE_MAX + 1u
			: message->msg_len;
	}
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
