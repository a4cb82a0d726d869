/* SPDX-License-Identifier: BSD-3-Clause */
/* What the frames of a trial look like: a template for every stream and size. */
#include "trial/crew.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_BYTES_MAX 128
#define SALTS_MAX      4096

static int
no_memory(struct ovr_err *err)
{
	return ovr_err_set(err, -ENOMEM, "no memory for templates");
}

/* A flow for a stream: where RSS can be foreseen, one that goes to the queue whose turn it is. */
static struct ovr_frame_flow
choose_flow(const struct ovr_crew *crew, uint16_t stream)
{
	const struct ovr_plan *plan = crew->plan;
	struct ovr_frame_flow_conf conf = { .ip_version = plan->ip_version, .n_vlans = plan->n_vlans };
	struct ovr_frame_flow flow;

	memcpy(conf.vlan, plan->vlan, sizeof(conf.vlan));
	memcpy(conf.src_mac, plan->src_mac, sizeof(conf.src_mac));
	memcpy(conf.dst_mac, plan->dst_mac, sizeof(conf.dst_mac));
	flow = ovr_frame_flow_of(&conf, stream, 0);
	for (uint16_t salt = 1; salt < SALTS_MAX; salt++) {
		int queue = ovr_port_queue_of(crew->pair, &flow);

		if (queue < 0 || queue == stream % plan->rxq)
			break;
		flow = ovr_frame_flow_of(&conf, stream, salt);
	}
	return flow;
}

int
ovr_crew_queue_of(const struct ovr_crew *crew, uint16_t stream)
{
	struct ovr_frame_flow flow = choose_flow(crew, stream);

	/* what a capture's frames are is their own matter */
	return crew->plan->templates[0] != '\0' ? -1 : ovr_port_queue_of(crew->pair, &flow);
}

/* Templates of our own: the head of each is enough, the buffers hold the rest already. */
static int
make_own(struct ovr_crew *crew, struct ovr_err *err)
{
	const struct ovr_mix *mix = &crew->mix;
	size_t n = (size_t)crew->n_streams * mix->n_sizes;
	unsigned int head = ovr_frame_size_min(crew->plan->ip_version, crew->plan->n_vlans) -
		OVR_FRAME_FCS_BYTES;
	uint8_t whole[(OVR_FRAME_SIZE_MAX + 63) / 64 * 64];
	int status = 0;

	crew->copy = head <= 64 ? OVR_TX_COPY_64 : OVR_TX_COPY_128;
	crew->template = calloc(n, sizeof(*crew->template));
	crew->template_bytes = aligned_alloc(64, n * HEAD_BYTES_MAX);
	if (crew->template == NULL || crew->template_bytes == NULL)
		return no_memory(err);
	memset(whole, 0, sizeof(whole));
	for (uint32_t s = 0; s < crew->n_streams; s++) {
		struct ovr_frame_flow flow = choose_flow(crew, (uint16_t)s);

		for (unsigned int i = 0; i < mix->n_sizes && status == 0; i++) {
			size_t at = (size_t)s * mix->n_sizes + i;
			uint8_t *bytes = crew->template_bytes + at * HEAD_BYTES_MAX;

			status = ovr_frame_template_build(
				&flow, mix->size[i], whole, &crew->template[at], err);
			memcpy(bytes, whole, HEAD_BYTES_MAX);
			crew->template[at].bytes = bytes;
		}
		ovr_frame_flows_add(crew->flows, &flow, (uint16_t)s);
	}
	return status;
}

/* The plan's sizes are those that the capture had when the plan was made: another file may stand there by now. */
static int
check_captured(
	const struct ovr_crew *crew, const struct ovr_capture_templates *templates, struct ovr_err *err)
{
	unsigned int size_max = ovr_mix_max(&crew->mix);

	for (uint32_t frame = 0; frame < templates->n_frames; frame++) {
		unsigned int size = templates->pkt_len[frame] + OVR_FRAME_FCS_BYTES;

		if (size > size_max)
			return ovr_err_set(err, -ERANGE,
				"%s: frame %u: found %u bytes with FCS, accepted: up to %u, the longest size "
				"of the plan",
				crew->plan->templates, frame + 1, size, size_max);
	}
	return 0;
}

/* Templates of a capture: stream s sends frame s mod n, whole. */
static int
take_captured(struct ovr_crew *crew, const struct ovr_capture_templates *templates, struct ovr_err *err)
{
	const struct ovr_mix *mix = &crew->mix;
	size_t room = (ovr_mix_max(mix) + 63u) / 64 * 64;
	int status = check_captured(crew, templates, err);

	if (status != 0)
		return status;
	crew->copy = OVR_TX_COPY_WHOLE;
	crew->template = calloc((size_t)crew->n_streams * mix->n_sizes, sizeof(*crew->template));
	crew->template_bytes = aligned_alloc(64, crew->n_streams * room);
	if (crew->template == NULL || crew->template_bytes == NULL)
		return no_memory(err);
	for (uint32_t s = 0; s < crew->n_streams && status == 0; s++) {
		uint32_t frame = s % templates->n_frames;
		size_t at = (size_t)s * mix->n_sizes + mix->place[frame % mix->length];

		status = ovr_frame_template_of_capture(templates->bytes[frame], templates->pkt_len[frame],
			(uint16_t)s, crew->template_bytes + s * room, &crew->template[at], err);
		if (crew->plan->gateway.ip_version != 0)
			memcpy(crew->template_bytes + s * room, crew->plan->dst_mac, 6);
		if (status != 0) {
			ovr_err_prefix(err, "%s: frame %u", crew->plan->templates, frame + 1);
		} else {
			struct ovr_frame_flow flow = ovr_frame_template_flow(&crew->template[at]);

			ovr_frame_flows_add(crew->flows, &flow, (uint16_t)s);
		}
	}
	return status;
}

int
ovr_crew_make_templates(
	struct ovr_crew *crew, const struct ovr_capture_templates *templates, struct ovr_err *err)
{
	int status = ovr_frame_flows_create(crew->n_streams, &crew->flows, err);

	if (status != 0)
		return status;
	return templates == NULL ? make_own(crew, err) : take_captured(crew, templates, err);
}
