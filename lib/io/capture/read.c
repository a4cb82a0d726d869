/* SPDX-License-Identifier: BSD-3-Clause */
#include "capture/capture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/pcap_file.h"

#define PKT_LEN_MIN (64 - OVR_FRAME_FCS_BYTES)
#define PKT_LEN_MAX (OVR_FRAME_SIZE_MAX - OVR_FRAME_FCS_BYTES)

/* Keep a frame, the number-th of its file, counted from 1. */
static int
keep(struct ovr_capture_templates *templates, const char *path, const struct capture_record *record,
	struct ovr_err *err)
{
	uint32_t number = templates->n_frames + 1;
	uint8_t *bytes;

	if (record->kept < record->pkt_len)
		return ovr_err_set(err, -EINVAL,
			"capture '%s': found %u of %u bytes of frame %u, accepted: whole frames", path,
			record->kept, record->pkt_len, number);
	if (record->pkt_len < PKT_LEN_MIN || record->pkt_len > PKT_LEN_MAX)
		return ovr_err_set(err, -EINVAL,
			"capture '%s': found %u bytes in frame %u, accepted: %u to %u, without FCS", path,
			record->pkt_len, number, PKT_LEN_MIN, PKT_LEN_MAX);
	bytes = malloc(record->pkt_len);
	if (bytes == NULL)
		return ovr_err_set(err, -ENOMEM, "capture '%s': no memory for frame %u", path, number);
	memcpy(bytes, record->bytes, record->pkt_len);
	templates->bytes[templates->n_frames] = bytes;
	templates->pkt_len[templates->n_frames] = (uint16_t)record->pkt_len;
	templates->n_frames++;
	return 0;
}

int
ovr_capture_templates_read(const char *path, uint32_t max_frames, struct ovr_capture_templates *ret_templates,
	struct ovr_err *err)
{
	struct ovr_capture_templates templates = { 0 };
	struct capture_record record;
	struct capture *capture;
	int rc;

	rc = capture_open(path, &capture, err);
	if (rc != 0)
		return rc;
	/* never of zero cells: calloc() may answer that with NULL */
	templates.pkt_len = calloc(max_frames + 1ul, sizeof(*templates.pkt_len));
	templates.bytes = calloc(max_frames + 1ul, sizeof(*templates.bytes));
	if (templates.pkt_len == NULL || templates.bytes == NULL) {
		rc = ovr_err_set(err, -ENOMEM, "capture '%s': no memory for %u frames", path, max_frames);
		goto out;
	}
	while ((rc = capture_next(capture, &record, err)) == 1) {
		if (templates.n_frames == max_frames) {
			rc = ovr_err_set(err, -E2BIG,
				"capture '%s': found more than %u frames, accepted: at most these", path,
				max_frames);
			goto out;
		}
		rc = keep(&templates, path, &record, err);
		if (rc != 0)
			goto out;
	}
	if (rc == 0 && capture_is_cut(capture))
		rc = ovr_err_set(err, -EINVAL,
			"capture '%s': found its end in the middle of frame %u, accepted: whole frames", path,
			templates.n_frames + 1);
	if (rc == 0 && templates.n_frames == 0)
		rc = ovr_err_set(err, -EINVAL, "capture '%s': found no frame, accepted: one or more", path);
out:
	capture_close(capture);
	if (rc != 0)
		ovr_capture_templates_done(&templates);
	else
		*ret_templates = templates;
	return rc;
}

void
ovr_capture_templates_done(struct ovr_capture_templates *templates)
{
	for (uint32_t i = 0; i < templates->n_frames; i++)
		free(templates->bytes[i]);
	free(templates->bytes);
	free(templates->pkt_len);
	*templates = (struct ovr_capture_templates){ 0 };
}

int
ovr_capture_templates_mix(
	const struct ovr_capture_templates *templates, struct ovr_mix *ret_mix, struct ovr_err *err)
{
	unsigned int frames_of[OVR_MIX_SIZES_MAX] = { 0 };
	struct ovr_mix mix = { .step = 0 };
	size_t used = 0;

	if (templates->n_frames == 0 || templates->n_frames > OVR_MIX_LENGTH_MAX)
		return ovr_err_set(err, -EINVAL, "capture: found %u frames, accepted: 1 to %u",
			templates->n_frames, OVR_MIX_LENGTH_MAX);
	mix.length = (uint16_t)templates->n_frames;
	for (uint32_t i = 0; i < templates->n_frames; i++) {
		uint16_t size = (uint16_t)(templates->pkt_len[i] + OVR_FRAME_FCS_BYTES);
		uint8_t index = 0;

		while (index < mix.n_sizes && mix.size[index] != size)
			index++;
		if (index == OVR_MIX_SIZES_MAX)
			return ovr_err_set(err, -EINVAL, "the capture has frames of more than %u sizes",
				OVR_MIX_SIZES_MAX);
		if (index == mix.n_sizes)
			mix.size[mix.n_sizes++] = size;
		mix.place[i] = index;
		frames_of[index]++;
	}
	/* As weights: that many always fit, and it reads as the same shares. */
	for (unsigned int i = 0; i < mix.n_sizes; i++)
		used += (size_t)snprintf(mix.text + used, sizeof(mix.text) - used,
			i == 0 ? "%u:%u" : ",%u:%u", mix.size[i], frames_of[i]);
	*ret_mix = mix;
	return 0;
}
