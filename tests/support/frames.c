/* SPDX-License-Identifier: BSD-3-Clause */
#include "frames.h"

#include <string.h>

#include <criterion/criterion.h>
#include <rte_mbuf.h>

#define DATA_ROOM (RTE_PKTMBUF_HEADROOM + 2048)

struct rte_mempool *
frames_pool(const char *name, unsigned int n)
{
	struct rte_mempool *pool = rte_pktmbuf_pool_create(name, n, 0, 0, DATA_ROOM, SOCKET_ID_ANY);

	cr_assert_not_null(pool);
	return pool;
}

struct ovr_frame_flow
frames_flow(uint16_t stream)
{
	static const struct ovr_frame_flow_conf conf = {
		.ip_version = 4,
		.src_mac = { 2, 0, 0, 0, 0, 1 },
		.dst_mac = { 2, 0, 0, 0, 0, 2 },
	};

	return ovr_frame_flow_of(&conf, stream, 0);
}

struct rte_mbuf *
frames_make_of(struct rte_mempool *pool, const struct ovr_frame_flow *flow, uint16_t stream, uint64_t seq,
	unsigned int size)
{
	static uint8_t bytes[OVR_FRAME_SIZE_MAX + 64];
	struct ovr_frame_tag tag = { FRAMES_TRIAL_ID, stream, seq, 0 };
	struct rte_mbuf *frame = rte_pktmbuf_alloc(pool);
	struct ovr_frame_template template;
	struct ovr_err err = { "" };
	char *at;

	cr_assert_not_null(frame, "the pool is empty");
	cr_assert_eq(ovr_frame_template_build(flow, size, bytes, &template, &err), 0, "%s", err.text);
	at = rte_pktmbuf_append(frame, template.pkt_len);
	cr_assert_not_null(at, "a frame of %u bytes does not fit", size);
	memcpy(at, template.bytes, template.pkt_len);
	ovr_frame_stamp((uint8_t *)at, &template, &tag);
	return frame;
}

struct rte_mbuf *
frames_make(struct rte_mempool *pool, uint16_t stream, uint64_t seq, unsigned int size)
{
	struct ovr_frame_flow flow = frames_flow(stream);

	return frames_make_of(pool, &flow, stream, seq, size);
}

/* The flows of the streams that tests send, made once in each process. */
static const struct ovr_frame_flows *
flows(void)
{
	static struct ovr_frame_flows *all;

	if (all != NULL)
		return all;
	cr_assert_eq(ovr_frame_flows_create(FRAMES_STREAMS, &all, NULL), 0);
	for (uint16_t stream = 0; stream < FRAMES_STREAMS; stream++) {
		struct ovr_frame_flow flow = frames_flow(stream);

		ovr_frame_flows_add(all, &flow, stream);
	}
	return all;
}

enum ovr_frame_kind
frames_kind(const struct rte_mbuf *frame, struct ovr_frame_tag *ret_tag)
{
	const struct ovr_frame_expect expect = {
		.trial_id = FRAMES_TRIAL_ID,
		.n_streams = OVR_FRAME_STREAMS_MAX,
		.flows = flows(),
	};
	struct ovr_frame_tag tag;
	enum ovr_frame_kind kind = ovr_frame_classify(
		rte_pktmbuf_mtod(frame, const uint8_t *), frame->data_len, &expect, &tag);

	if (ret_tag != NULL)
		*ret_tag = tag;
	return kind;
}

struct ovr_frame_tag
frames_tag(const struct rte_mbuf *frame)
{
	struct ovr_frame_tag tag;

	cr_assert_eq(frames_kind(frame, &tag), OVR_FRAME_OURS);
	return tag;
}

void
frames_expect_run(const uint64_t *seq, unsigned int n, uint64_t first)
{
	for (unsigned int i = 0; i < n; i++)
		cr_assert_eq(seq[i], first + i, "at place %u stands %ju, not %ju", i, (uintmax_t)seq[i],
			(uintmax_t)first + i);
}
