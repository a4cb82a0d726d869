/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a packet socket gave becomes frames no longer than a cable carries, each with no more than
 * the packet has, or none and an error. The input is the header before the frame, and the frame.
 */
#include "fuzz.h"

#include <errno.h>

#include "cable/cable.h"
#include "cable/split.h"

/* Most that Linux hands over at once. */
#define PACKET_BYTES 65600

/* What was emitted. */
struct emitted {
	uint32_t n;
	uint32_t length; /* of the packet */
	uint64_t bytes;
};

static void
take(void *context, const uint8_t *bytes, uint32_t length)
{
	struct emitted *emitted = context;
	volatile uint8_t sum = 0;

	PROMISE(length <= OVR_CABLE_FRAME_BYTES && length <= emitted->length);
	for (uint32_t i = 0; i < length; i++)
		sum = (uint8_t)(sum + bytes[i]);
	emitted->n++;
	emitted->bytes += length;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct virtio_net_hdr header;
	struct emitted emitted = { 0, 0, 0 };
	uint8_t *frame;
	int rc;

	if (size < sizeof(header) || size - sizeof(header) > PACKET_BYTES)
		return 0;
	memcpy(&header, data, sizeof(header));
	emitted.length = (uint32_t)(size - sizeof(header));
	frame = malloc(emitted.length == 0 ? 1 : emitted.length);
	PROMISE(frame != NULL);
	memcpy(frame, data + sizeof(header), emitted.length);
	rc = ovr_cable_split(&header, frame, emitted.length, take, &emitted);
	if (rc != 0)
		PROMISE((rc == -EINVAL || rc == -ENOTSUP) && emitted.n == 0);
	else
		PROMISE(emitted.n > 0);
	if (rc == 0 && header.gso_type == VIRTIO_NET_HDR_GSO_NONE)
		PROMISE(emitted.n == 1 && emitted.bytes == emitted.length);
	free(frame);
	return 0;
}
