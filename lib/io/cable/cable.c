/* SPDX-License-Identifier: BSD-3-Clause */
#include "cable/cable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cable/draw.h"
#include "cable/headers.h"

#define LIST_DEFAULT 65536u
/* Preamble, gap and FCS of a frame on the line, and the least length without FCS. */
#define LINE_EXTRA_BYTES 24u
#define FRAME_MIN_BYTES  60u
#define NS_PER_S         UINT64_C(1000000000)

/* A frame that is held back until `left` later ones have passed. */
struct held {
	struct ovr_cable_frame *frame;
	uint32_t left;
	struct ovr_cable_event event;
};

struct ovr_cable {
	struct ovr_wire_conf conf;
	struct ovr_cable_draw draw;
	uint32_t queue_frames;
	struct ovr_cable_counts counts;
	struct ovr_cable_event *event;
	uint64_t n_events, events_capacity;
	/* under way, in the order in which they come out: a ring of capacity entries */
	struct ovr_cable_frame **frame;
	uint64_t first, n, capacity;
	uint64_t departed; /* frames that have left the queue of the rate limit, as an index like first */
	uint64_t line_free_ns;
	uint64_t last_put_ns;
	struct held held[OVR_CABLE_HELD_MAX];
	uint32_t n_held;
};

const char *
ovr_cable_kind_name(enum ovr_cable_kind kind)
{
	static const char *const names[] = { "drop", "dup", "reorder", "fcs", "corrupt", "queue" };

	return names[kind];
}

int
ovr_cable_create(const struct ovr_wire_conf *conf, uint64_t seed, uint32_t queue_frames,
	struct ovr_cable **ret_cable, struct ovr_err *err)
{
	struct ovr_cable *cable = calloc(1, sizeof(*cable));

	if (cable != NULL) {
		cable->events_capacity = conf->list != 0 ? conf->list : LIST_DEFAULT;
		cable->event = calloc(cable->events_capacity, sizeof(*cable->event));
		cable->capacity = 1024;
		cable->frame = (struct ovr_cable_frame **)calloc(cable->capacity, sizeof(*cable->frame));
	}
	if (cable == NULL || cable->event == NULL || cable->frame == NULL) {
		ovr_cable_destroy(cable);
		return ovr_err_set(err, -ENOMEM, "no memory for a cable and its impairment events");
	}
	cable->conf = *conf;
	cable->queue_frames = queue_frames;
	ovr_cable_draw_begin(&cable->draw, conf, seed);
	*ret_cable = cable;
	return 0;
}

void
ovr_cable_replay_losses(struct ovr_cable *cable, const struct ovr_cable_replay *replay)
{
	ovr_cable_draw_replay(&cable->draw, replay);
}

static void
free_frames(struct ovr_cable *cable)
{
	for (; cable->n > 0; cable->n--, cable->first++)
		free(cable->frame[cable->first % cable->capacity]);
	for (uint32_t i = 0; i < cable->n_held; i++)
		free(cable->held[i].frame);
	cable->n_held = 0;
}

void
ovr_cable_destroy(struct ovr_cable *cable)
{
	if (cable == NULL)
		return;
	if (cable->frame != NULL)
		free_frames(cable);
	free((void *)cable->frame);
	free(cable->event);
	free(cable);
}

static void
list(struct ovr_cable *cable, enum ovr_cable_kind kind, struct ovr_cable_event event)
{
	event.kind = kind;
	cable->counts.kind[kind]++;
	if (cable->n_events < cable->events_capacity)
		cable->event[cable->n_events++] = event;
}

/* Twice the room. @return 0; -ENOMEM */
static int
grow(struct ovr_cable *cable)
{
	struct ovr_cable_frame **grown = (struct ovr_cable_frame **)calloc(
		cable->capacity * 2, sizeof(*cable->frame));

	if (grown == NULL)
		return -ENOMEM;
	for (uint64_t i = 0; i < cable->n; i++)
		grown[(cable->first + i) % (cable->capacity * 2)] =
			cable->frame[(cable->first + i) % cable->capacity];
	free((void *)cable->frame);
	cable->frame = grown;
	cable->capacity *= 2;
	return 0;
}

/* How long a frame occupies the line. */
static uint64_t
line_ns(const struct ovr_cable *cable, uint32_t length)
{
	uint32_t bytes = (length < FRAME_MIN_BYTES ? FRAME_MIN_BYTES : length) + LINE_EXTRA_BYTES;

	return cable->conf.speed_bps == 0 ? 0 : bytes * 8 * NS_PER_S / cable->conf.speed_bps;
}

/* Frames that wait for the line, or are on it. */
static uint64_t
waiting(struct ovr_cable *cable, uint64_t now_ns)
{
	if (cable->departed < cable->first)
		cable->departed = cable->first;
	while (cable->departed < cable->first + cable->n &&
		cable->frame[cable->departed % cable->capacity]->due_ns - cable->conf.delay_ns <= now_ns)
		cable->departed++;
	return cable->first + cable->n - cable->departed;
}

/* A frame reaches the queue of the rate limit. It is taken over. */
static void
enqueue(struct ovr_cable *cable, struct ovr_cable_frame *frame, struct ovr_cable_event event, uint64_t now_ns)
{
	if (cable->conf.speed_bps != 0 && waiting(cable, now_ns) >= cable->queue_frames) {
		list(cable, OVR_CABLE_QUEUE_FULL, event);
		free(frame);
		return;
	}
	if (cable->line_free_ns < now_ns)
		cable->line_free_ns = now_ns;
	cable->line_free_ns += line_ns(cable, frame->length);
	frame->due_ns = cable->line_free_ns + cable->conf.delay_ns;
	cable->frame[(cable->first + cable->n++) % cable->capacity] = frame;
}

/* Frames that are held back go on: those that enough have passed, or all. */
static void
release(struct ovr_cable *cable, bool is_all, uint64_t now_ns)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < cable->n_held; i++) {
		struct held *held = &cable->held[i];

		if (!is_all && --held->left > 0) {
			cable->held[kept++] = *held;
			continue;
		}
		/* passed by one at least? then it is reordered */
		if (held->left < cable->conf.reorder_frames)
			list(cable, OVR_CABLE_REORDER, held->event);
		enqueue(cable, held->frame, held->event, now_ns);
	}
	cable->n_held = kept;
}

static struct ovr_cable_frame *
copy_of(const uint8_t *bytes, uint32_t length)
{
	struct ovr_cable_frame *frame = malloc(sizeof(*frame) + length);

	if (frame != NULL) {
		frame->due_ns = 0;
		frame->length = length;
		memcpy(frame->bytes, bytes, length);
	}
	return frame;
}

/* Flip one bit that a checksum of TCP or UDP covers. @return whether the frame has one */
static bool
flip_a_bit(struct ovr_cable_frame *frame, uint64_t place)
{
	struct ovr_cable_headers headers;
	uint64_t bit;

	if (!ovr_cable_headers_of(frame->bytes, frame->length, &headers))
		return false;
	bit = (uint64_t)(((__uint128_t)place * ((uint64_t)(headers.end - headers.l4) * 8)) >> 64);
	frame->bytes[headers.l4 + bit / 8] ^= (uint8_t)(1u << (bit % 8));
	return true;
}

int
ovr_cable_put(struct ovr_cable *cable, const uint8_t *bytes, uint32_t length, uint64_t now_ns)
{
	struct ovr_cable_event event = { .frame = cable->counts.received, .at_ns = now_ns };
	struct ovr_cable_frame *frame, *copy = NULL;
	struct ovr_cable_fate fate;

	/* room for it, its copy, and all that are held back */
	if (cable->n + OVR_CABLE_HELD_MAX + 2 > OVR_CABLE_FRAMES_MAX)
		return -ENOBUFS;
	if (cable->n + OVR_CABLE_HELD_MAX + 2 > cable->capacity && grow(cable) != 0)
		return -ENOMEM;
	frame = copy_of(bytes, length);
	if (frame == NULL)
		return -ENOMEM;
	cable->counts.received++;
	cable->counts.received_bytes += length;
	cable->last_put_ns = now_ns;
	fate = ovr_cable_draw_next(&cable->draw);
	if (fate.is_dropped || fate.is_bad) {
		list(cable, fate.is_dropped ? OVR_CABLE_DROP : OVR_CABLE_FCS, event);
		free(frame);
		return 0;
	}
	if (fate.is_corrupt && flip_a_bit(frame, fate.place))
		list(cable, OVR_CABLE_CORRUPT, event);
	if (fate.is_held && cable->n_held < OVR_CABLE_HELD_MAX) {
		cable->held[cable->n_held++] = (struct held){ frame, cable->conf.reorder_frames, event };
		return 0;
	}
	if (fate.is_doubled)
		copy = copy_of(frame->bytes, length);
	enqueue(cable, frame, event, now_ns);
	if (copy != NULL) {
		list(cable, OVR_CABLE_DUP, event);
		enqueue(cable, copy, event, now_ns);
	}
	release(cable, false, now_ns);
	return 0;
}

uint64_t
ovr_cable_due_ns(const struct ovr_cable *cable)
{
	uint64_t due_ns = cable->n > 0 ? cable->frame[cable->first % cable->capacity]->due_ns : UINT64_MAX;
	uint64_t idle_ns = cable->n_held > 0 ? cable->last_put_ns + OVR_CABLE_IDLE_NS : UINT64_MAX;

	return due_ns < idle_ns ? due_ns : idle_ns;
}

struct ovr_cable_frame *
ovr_cable_take(struct ovr_cable *cable, uint64_t now_ns)
{
	struct ovr_cable_frame *frame;

	if (cable->n_held > 0 && now_ns >= cable->last_put_ns + OVR_CABLE_IDLE_NS)
		release(cable, true, now_ns);
	frame = cable->frame[cable->first % cable->capacity];
	if (cable->n == 0 || frame->due_ns > now_ns)
		return NULL;
	cable->first++;
	cable->n--;
	cable->counts.delivered++;
	cable->counts.delivered_bytes += frame->length;
	cable->counts.late_ns += now_ns - frame->due_ns;
	return frame;
}

void
ovr_cable_close(struct ovr_cable *cable)
{
	cable->counts.left += cable->n + cable->n_held;
	free_frames(cable);
}

const struct ovr_cable_counts *
ovr_cable_counts(const struct ovr_cable *cable)
{
	return &cable->counts;
}

uint64_t
ovr_cable_events(const struct ovr_cable *cable, const struct ovr_cable_event **ret_events)
{
	*ret_events = cable->event;
	return cable->n_events;
}

bool
ovr_cable_balances(const struct ovr_cable *cable)
{
	const struct ovr_cable_counts *counts = &cable->counts;

	return counts->received + counts->kind[OVR_CABLE_DUP] ==
		counts->delivered + counts->kind[OVR_CABLE_DROP] + counts->kind[OVR_CABLE_FCS] +
		counts->kind[OVR_CABLE_QUEUE_FULL] + counts->left;
}
