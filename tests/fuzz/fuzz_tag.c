/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames as they arrive. With an even first byte the rest is a frame as it stands; with an odd one
 * the rest says which frame of ours is built, and which of its bits is flipped.
 */
#include "fuzz.h"

#include "frame/classify.h"
#include "frame/flows.h"
#include "frame/frame.h"
#include "frame/mix.h"
#include "frame/rss.h"

#define TRIAL 0x12345678u

static struct ovr_rss rss;
static struct ovr_frame_expect expect = { .trial_id = TRIAL, .n_streams = 64 };

/* What is this frame? A burst must say the same. */
static enum ovr_frame_kind
classify(const uint8_t *pkt, uint32_t pkt_len, struct ovr_frame_tag *ret_tag)
{
	enum ovr_frame_kind kind = ovr_frame_classify(pkt, pkt_len, &expect, ret_tag);
	const uint8_t *four[] = { pkt, pkt, pkt, pkt };
	const uint32_t lengths[] = { pkt_len, pkt_len, pkt_len, pkt_len };
	static struct ovr_frame_kinds burst;

	ovr_frame_classify_by_four(four, lengths, 4, &expect, &burst);
	for (unsigned int i = 0; i < 4; i++) {
		PROMISE(burst.kind[i] == kind);
		if (kind != OVR_FRAME_OURS)
			continue;
		PROMISE(burst.stream[i] == ret_tag->stream && burst.seq[i] == ret_tag->seq);
		PROMISE(burst.tx_ns[i] == ret_tag->tx_ns);
	}
	return kind;
}

static void
any_frame(const uint8_t *data, size_t size)
{
	static uint8_t buf[OVR_FRAME_SIZE_MAX + 64];
	struct ovr_frame_template template;
	struct ovr_frame_tag tag;
	struct ovr_err err = { .text = "" };
	uint32_t from, to;

	if (classify(data, (uint32_t)size, &tag) == OVR_FRAME_OURS) {
		PROMISE(tag.trial_id == TRIAL && tag.stream < expect.n_streams);
		PROMISE(ovr_frame_covered(data, (uint32_t)size, &from, &to) == 0);
		PROMISE(from < to && to <= size);
	}
	ovr_rss_hash_frame(&rss, data, (uint32_t)size);
	if (size < 60 || size > OVR_FRAME_SIZE_MAX - OVR_FRAME_FCS_BYTES)
		return;
	if (ovr_frame_template_of_capture(data, (unsigned int)size, 5, buf, &template, &err) != 0) {
		PROMISE(err.text[0] != '\0');
		return;
	}
	/* What is made of a capture is one of ours, once it is stamped. */
	tag = (struct ovr_frame_tag){ .trial_id = TRIAL, .stream = 5, .seq = 77, .tx_ns = 99 };
	ovr_frame_stamp(buf, &template, &tag);
	PROMISE(classify(buf, template.pkt_len, &tag) == OVR_FRAME_OURS);
	PROMISE(tag.seq == 77 && tag.tx_ns == 99 && tag.stream == 5);
}

static void
flipped_frame(const uint8_t *data, size_t size)
{
	static uint8_t buf[OVR_FRAME_SIZE_MAX + 64];
	struct ovr_frame_flow_conf conf = { .ip_version = 4 };
	struct ovr_frame_template template;
	struct ovr_frame_flow flow;
	struct ovr_frame_tag tag, got;
	struct ovr_err err;
	unsigned int frame_size, byte;
	uint32_t from, to;

	if (size < 16)
		return;
	conf.ip_version = data[0] & 1 ? 6 : 4;
	conf.n_vlans = (data[0] >> 1) % (OVR_FRAME_VLANS_MAX + 1);
	frame_size = ovr_frame_size_min(conf.ip_version, conf.n_vlans) + (data[1] << 4 | data[2] >> 4);
	tag = (struct ovr_frame_tag){ .trial_id = TRIAL, .stream = data[3] % 64 };
	memcpy(&tag.seq, data + 4, 6);
	memcpy(&tag.tx_ns, data + 10, 4);
	flow = ovr_frame_flow_of(&conf, tag.stream, data[14]);
	PROMISE(ovr_frame_template_build(&flow, frame_size, buf, &template, &err) == 0);
	ovr_frame_stamp(buf, &template, &tag);
	PROMISE(classify(buf, template.pkt_len, &got) == OVR_FRAME_OURS);
	PROMISE(got.seq == tag.seq && got.tx_ns == tag.tx_ns && got.stream == tag.stream);
	PROMISE(ovr_rss_hash_frame(&rss, buf, template.pkt_len) == ovr_rss_hash_flow(&rss, &flow));

	PROMISE(ovr_frame_covered(buf, template.pkt_len, &from, &to) == 0);
	byte = from + (data[15] << 8 | data[14]) % (to - from);
	buf[byte] ^= (uint8_t)(1 << (data[13] & 7));
	/*
	 * damaged headers may make it anybody's, but nobody believes it; after them its flow still
	 * tells whose it is
	 */
	if (byte < template.tag_offset)
		PROMISE(classify(buf, template.pkt_len, &got) != OVR_FRAME_OURS);
	else
		PROMISE(classify(buf, template.pkt_len, &got) == OVR_FRAME_CORRUPT);
}

/* The flows of all streams that frames are built of. */
static void
expect_flows(void)
{
	struct ovr_frame_flow_conf conf = { .ip_version = 4 };
	struct ovr_frame_flows *flows;

	PROMISE(ovr_frame_flows_create(2 * 256 * expect.n_streams, &flows, NULL) == 0);
	for (; conf.ip_version <= 6; conf.ip_version += 2)
		for (uint16_t stream = 0; stream < expect.n_streams; stream++)
			for (uint16_t salt = 0; salt < 256; salt++) {
				struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, stream, salt);

				ovr_frame_flows_add(flows, &flow, stream);
			}
	expect.flows = flows;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;

	if (!ready) {
		ovr_rss_init(&rss, ovr_rss_default_key);
		expect_flows();
	}
	ready = true;
	if (size == 0 || size > OVR_FRAME_SIZE_MAX)
		return 0;
	if (data[0] % 2 == 0) {
		/* Memory of exactly this size, so that a byte read beyond it is seen. */
		char *exact = fuzz_text(data + 1, size - 1);

		exact = realloc(exact, size - 1 > 0 ? size - 1 : 1);
		if (exact == NULL)
			abort();
		any_frame((const uint8_t *)exact, size - 1);
		free(exact);
	} else {
		flipped_frame(data + 1, size - 1);
	}
	return 0;
}
