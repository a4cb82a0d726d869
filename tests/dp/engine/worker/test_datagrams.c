/* SPDX-License-Identifier: BSD-3-Clause */
/* Bursts over UDP sockets on loopback, with frames of a port's pools. */
#include "worker/datagrams.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <rte_mbuf.h>

#include "eal.h"
#include "frame/classify.h"
#include "rig.h"

#define TRIAL  0x5eed0001u
#define OFFSET 42

static struct rig rig;
static struct ovr_datagrams *in, *out;
static int in_fd, out_fd;
static struct ovr_frame_template template;
static uint8_t bytes[9216];

static int
bound_socket(struct sockaddr_in *address)
{
	socklen_t size = sizeof(*address);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	cr_assert_eq(bind(fd, (struct sockaddr *)address, size), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)address, &size), 0);
	return fd;
}

static void
start(void)
{
	struct ovr_frame_flow_conf conf = { .ip_version = 4 };
	struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, 0, 0);
	struct sockaddr_in address;

	eal_start();
	RIG_OPEN(&rig, "tx", "vdev:net_ring0", "rx", "vdev:net_ring0");
	in_fd = bound_socket(&address);
	out_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(connect(out_fd, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(ovr_datagrams_create(in_fd, OFFSET, 64, rig.pair->rx_pool, &in, NULL), 0);
	cr_assert_eq(ovr_datagrams_create(out_fd, OFFSET, 16, NULL, &out, NULL), 0);
	cr_assert_eq(ovr_frame_template_build(&flow, 64, bytes, &template, NULL), 0);
}

static void
stop(void)
{
	ovr_datagrams_destroy(in);
	ovr_datagrams_destroy(out);
	close(in_fd);
	close(out_fd);
	rig_close(&rig);
	eal_stop();
}

TestSuite(datagrams, .init = start, .fini = stop);

/* Frames of the transmit pool, stamped with numbers from first_seq on. */
static void
make_frames(struct rte_mbuf **frame, uint16_t n, uint64_t first_seq)
{
	cr_assert_eq(rte_pktmbuf_alloc_bulk(rig.pair->tx_pool, frame, n), 0);
	for (uint16_t i = 0; i < n; i++) {
		struct ovr_frame_tag tag = { .trial_id = TRIAL, .seq = first_seq + i, .tx_ns = 1 };
		uint8_t *pkt = rte_pktmbuf_mtod(frame[i], uint8_t *);

		memcpy(pkt, template.bytes, template.pkt_len);
		ovr_frame_stamp(pkt, &template, &tag);
		frame[i]->data_len = template.pkt_len;
		frame[i]->pkt_len = template.pkt_len;
	}
}

static void
expect_datagram(const struct ovr_datagram *datagram, uint64_t seq)
{
	struct ovr_frame_expect expect = { .trial_id = TRIAL, .n_streams = 1, .payload_offset = OFFSET };
	struct ovr_frame_tag tag;

	cr_expect_eq(datagram->length, template.pkt_len - OFFSET);
	cr_expect_eq(ovr_frame_classify_payload(datagram->payload, datagram->length, &expect, &tag),
		OVR_FRAME_OURS);
	cr_expect_eq(tag.seq, seq);
}

Test(datagrams, what_is_sent_in_several_batches_arrives_in_order)
{
	const struct ovr_datagram *datagram;
	struct rte_mbuf *frame[64];
	unsigned int tx_free = rte_mempool_avail_count(rig.pair->tx_pool);

	make_frames(frame, 40, 100);
	cr_assert_eq(ovr_datagrams_send(out, frame, 40), 40);
	/* the kernel has copied them */
	cr_assert_eq(rte_mempool_avail_count(rig.pair->tx_pool), tx_free);
	cr_assert_eq(ovr_datagrams_receive(in, 64, &datagram), 40);
	for (uint16_t i = 0; i < 40; i++)
		expect_datagram(&datagram[i], 100u + i);
	cr_assert_eq(ovr_datagrams_receive(in, 64, &datagram), 0);
}

Test(datagrams, no_more_come_than_were_asked_for_or_than_a_batch)
{
	const struct ovr_datagram *datagram;
	struct rte_mbuf *frame[70];

	make_frames(frame, 70, 0);
	cr_assert_eq(ovr_datagrams_send(out, frame, 70), 70);
	cr_assert_eq(ovr_datagrams_receive(in, 3, &datagram), 3);
	expect_datagram(&datagram[2], 2);
	cr_assert_eq(ovr_datagrams_receive(in, 512, &datagram), 64);
	expect_datagram(&datagram[63], 66);
	cr_assert_eq(ovr_datagrams_receive(in, 512, &datagram), 3);
}

Test(datagrams, one_batch_of_frames_serves_every_poll_and_is_given_back_in_the_end)
{
	unsigned int rx_free = rte_mempool_avail_count(rig.pair->rx_pool);
	const struct ovr_datagram *datagram;
	struct rte_mbuf *frame[3];

	for (uint64_t seq = 0; seq < 300; seq += 3) {
		make_frames(frame, 3, seq);
		cr_assert_eq(ovr_datagrams_send(out, frame, 3), 3);
		cr_assert_eq(ovr_datagrams_receive(in, 64, &datagram), 3);
		for (uint16_t i = 0; i < 3; i++)
			expect_datagram(&datagram[i], seq + i);
	}
	cr_assert_eq(rte_mempool_avail_count(rig.pair->rx_pool), rx_free);
	ovr_datagrams_destroy(in);
	in = NULL;
	cr_assert_eq(rte_mempool_avail_count(rig.pair->rx_pool), rx_free + 64);
}

Test(datagrams, a_pool_without_a_batch_of_frames_is_refused)
{
	unsigned int n = rte_mempool_avail_count(rig.pair->rx_pool);
	struct rte_mbuf **frame = calloc(n, sizeof(struct rte_mbuf *));
	struct ovr_datagrams *none = NULL;
	struct ovr_err err = { "" };

	cr_assert_eq(rte_pktmbuf_alloc_bulk(rig.pair->rx_pool, frame, n), 0);
	cr_assert_eq(ovr_datagrams_create(in_fd, OFFSET, 8, rig.pair->rx_pool, &none, &err), -ENOMEM);
	cr_assert_str_eq(err.text, "the receive pool has no 8 frames for a socket's batch");
	cr_assert_null(none);
	rte_pktmbuf_free_bulk(frame, n);
	free(frame);
}

Test(datagrams, a_datagram_that_does_not_fit_is_longer_than_any_frame)
{
	const struct ovr_datagram *datagram;
	static uint8_t big[20000];

	cr_assert_eq(send(out_fd, big, sizeof(big), 0), (ssize_t)sizeof(big));
	cr_assert_eq(ovr_datagrams_receive(in, 1, &datagram), 1);
	cr_assert_gt(datagram->length, OVR_FRAME_SIZE_MAX);
}

Test(datagrams, an_icmp_answer_to_an_earlier_datagram_refuses_none)
{
	struct rte_mbuf *frame[8];

	/* nobody is there any more: each datagram is answered with port unreachable */
	close(in_fd);
	for (uint64_t seq = 0; seq < 80; seq += 8) {
		make_frames(frame, 8, seq);
		cr_assert_eq(ovr_datagrams_send(out, frame, 8), 8);
	}
	in_fd = dup(out_fd);
}

Test(datagrams, a_full_send_buffer_refuses_the_rest)
{
	struct rte_mbuf *frame[64];
	int bytes_max = 1, pair[2];
	struct ovr_datagrams *full;
	uint16_t n_sent;

	/* a socket whose peer reads nothing keeps what was sent in its own buffer */
	cr_assert_eq(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	cr_assert_eq(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &bytes_max, sizeof(bytes_max)), 0);
	cr_assert_eq(ovr_datagrams_create(pair[0], OFFSET, 64, NULL, &full, NULL), 0);
	make_frames(frame, 64, 0);
	n_sent = ovr_datagrams_send(full, frame, 64);
	cr_assert_gt(n_sent, 0);
	cr_assert_lt(n_sent, 64);
	rte_pktmbuf_free_bulk(frame + n_sent, 64u - n_sent);
	ovr_datagrams_destroy(full);
	close(pair[0]);
	close(pair[1]);
}

/* Nobody is there any more: an ICMP answer to each stops the call before the next one. */
Test(datagrams, one_that_a_call_stopped_before_is_told_once)
{
	struct rte_mbuf *frame[64];

	make_frames(frame, 40, 0);
	cr_assert_eq(ovr_datagrams_send(out, frame, 40), 40);
	cr_assert_eq(ovr_datagrams_sent_again(out), 0);
	close(in_fd);
	make_frames(frame, 40, 40);
	cr_assert_eq(ovr_datagrams_send(out, frame, 40), 40);
	cr_assert_eq(ovr_datagrams_sent_again(out), 1);
	in_fd = dup(out_fd);
}
