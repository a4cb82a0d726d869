/* SPDX-License-Identifier: BSD-3-Clause */
/* What the frames of a trial look like: a template for every stream and size. */
#include "trial/workers.h"

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
choose_flow(const struct ovr_workers *workers, uint16_t stream)
{
	const struct ovr_plan *plan = workers->plan;
	struct ovr_frame_flow_conf conf = ovr_plan_flow_conf(&plan->ports, &plan->frames);
	struct ovr_frame_flow flow;

	flow = ovr_frame_flow_of(&conf, stream, 0);
	/* of two halves neither knows what the other one would choose */
	if (!ovr_plan_is_whole(&plan->ports))
		return flow;
	for (uint16_t salt = 1; salt < SALTS_MAX; salt++) {
		int queue = ovr_port_queue_of(workers->pair, &flow);

		if (queue < 0 || queue == stream % plan->ports.rxq)
			break;
		flow = ovr_frame_flow_of(&conf, stream, salt);
	}
	return flow;
}

int
ovr_workers_queue_of(const struct ovr_workers *workers, uint16_t stream)
{
	struct ovr_frame_flow flow = choose_flow(workers, stream);

	/* what a capture's frames are is their own matter */
	return workers->plan->frames.templates[0] != '\0' ? -1 : ovr_port_queue_of(workers->pair, &flow);
}

/* Templates of our own: the head of each is enough, the buffers hold the rest already. */
static int
make_own(struct ovr_workers *workers, struct ovr_err *err)
{
	const struct ovr_mix *mix = &workers->mix;
	size_t n = (size_t)workers->n_streams * mix->n_sizes;
	unsigned int head = ovr_frame_size_min(
				    workers->plan->frames.ip_version, workers->plan->frames.n_vlans) -
		OVR_FRAME_FCS_BYTES;
	uint8_t whole[(OVR_FRAME_SIZE_MAX + 63) / 64 * 64];
	int status = 0;

	workers->copy = head <= 64 ? OVR_TX_COPY_64 : OVR_TX_COPY_128;
	workers->template = calloc(n, sizeof(*workers->template));
	workers->template_bytes = aligned_alloc(64, n * HEAD_BYTES_MAX);
	if (workers->template == NULL || workers->template_bytes == NULL)
		return no_memory(err);
	memset(whole, 0, sizeof(whole));
	for (uint32_t s = 0; s < workers->n_streams; s++) {
		uint16_t stream = (uint16_t)(workers->stream_first + s);
		struct ovr_frame_flow flow = choose_flow(workers, stream);

		for (unsigned int i = 0; i < mix->n_sizes && status == 0; i++) {
			size_t at = (size_t)s * mix->n_sizes + i;
			uint8_t *bytes = workers->template_bytes + at * HEAD_BYTES_MAX;

			status = ovr_frame_template_build(
				&flow, mix->size[i], whole, &workers->template[at], err);
			memcpy(bytes, whole, HEAD_BYTES_MAX);
			workers->template[at].bytes = bytes;
		}
		ovr_frame_flows_add(workers->flows, &flow, stream);
	}
	return status;
}

/*
 * The plan's sizes are those that the capture had when the plan was made: another file may stand
 * there by now.
 */
static int
check_captured(
	const struct ovr_workers *workers, const struct ovr_capture_templates *templates, struct ovr_err *err)
{
	unsigned int size_max = ovr_mix_max(&workers->mix);

	for (uint32_t frame = 0; frame < templates->n_frames; frame++) {
		unsigned int size = templates->pkt_len[frame] + OVR_FRAME_FCS_BYTES;

		if (size > size_max)
			return ovr_err_set(err, -ERANGE,
				"%s: frame %u: found %u bytes with FCS, accepted: up to %u, the longest size "
				"of the plan",
				workers->plan->frames.templates, frame + 1, size, size_max);
	}
	return 0;
}

/* Templates of a capture: stream s sends frame s mod n, whole. */
static int
take_captured(struct ovr_workers *workers, const struct ovr_capture_templates *templates, struct ovr_err *err)
{
	const struct ovr_mix *mix = &workers->mix;
	size_t room = (ovr_mix_max(mix) + 63u) / 64 * 64;
	int status = check_captured(workers, templates, err);

	if (status != 0)
		return status;
	workers->copy = OVR_TX_COPY_WHOLE;
	workers->template = calloc((size_t)workers->n_streams * mix->n_sizes, sizeof(*workers->template));
	workers->template_bytes = aligned_alloc(64, workers->n_streams * room);
	if (workers->template == NULL || workers->template_bytes == NULL)
		return no_memory(err);
	for (uint32_t s = 0; s < workers->n_streams && status == 0; s++) {
		uint16_t stream = (uint16_t)(workers->stream_first + s);
		uint32_t frame = stream % templates->n_frames;
		size_t at = (size_t)s * mix->n_sizes + mix->place[frame % mix->length];

		status = ovr_frame_template_of_capture(templates->bytes[frame], templates->pkt_len[frame],
			stream, workers->template_bytes + s * room, &workers->template[at], err);
		if (workers->plan->frames.gateway.ip_version != 0)
			memcpy(workers->template_bytes + s * room, workers->plan->frames.dst_mac, 6);
		if (status != 0) {
			ovr_err_prefix(err, "%s: frame %u", workers->plan->frames.templates, frame + 1);
		} else {
			struct ovr_frame_flow flow = ovr_frame_template_flow(&workers->template[at]);

			ovr_frame_flows_add(workers->flows, &flow, stream);
		}
	}
	return status;
}

int
ovr_workers_make_templates(
	struct ovr_workers *workers, const struct ovr_capture_templates *templates, struct ovr_err *err)
{
	int status = ovr_frame_flows_create(workers->n_streams, &workers->flows, err);

	if (status != 0)
		return status;
	return templates == NULL ? make_own(workers, err) : take_captured(workers, templates, err);
}
