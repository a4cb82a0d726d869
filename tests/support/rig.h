/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two ports on the wire, with nobody at them: a test hands frames over, turns the wire and takes
 * what arrived, at the times it wants. A cycle of the wire's clock is a nanosecond, and it begins
 * at 0. With virtual devices the wire is NULL.
 */
#pragma once

#include <stdint.h>

#include "frames.h"
#include "plan/plan.h"
#include "port/port.h"

/* Streams that rig_send() numbers. */
#define RIG_STREAMS 256

/* The rig. Zeroed: closed. */
struct rig {
	struct ovr_plan plan; /* frozen */
	struct ovr_port_pair *pair;
	struct ovr_wire *wire; /* that of the pair */
	uint64_t next_seq[RIG_STREAMS];
};

/* A frozen plan: the default one with the given keys and values set, up to a NULL. */
struct ovr_plan rig_plan(const char *const *settings);

#define RIG_PLAN(...) rig_plan((const char *const[]){ __VA_ARGS__, NULL })

/* Open and start the ports of a plan, and begin at 0. */
void rig_open(struct rig *rig, const char *const *settings);

#define RIG_OPEN(rig, ...) rig_open(rig, (const char *const[]){ __VA_ARGS__, NULL })

/* Close it. Harmless if it is closed. */
void rig_close(struct rig *rig);

/* Close the wire alone; the pool of its frames stays. */
void rig_destroy_wire(struct rig *rig);

/*
 * Hand the next n frames of a stream to a transmit queue. Returns how many it took; the others were
 * never sent.
 */
unsigned int rig_send(struct rig *rig, uint16_t queue, uint16_t stream, unsigned int size, unsigned int n);

/* Turn the wire. */
void rig_turn(struct rig *rig, uint64_t now_ns);

/*
 * Take all frames out of a receive queue, up to max. Returns how many; their tags where ret_tag is
 * not NULL.
 */
unsigned int rig_take(struct rig *rig, uint16_t queue, struct ovr_frame_tag *ret_tag, unsigned int max);

/* Turn the wire, and take what arrived in queue 0: how many frames? */
unsigned int rig_arrived(struct rig *rig, uint64_t now_ns);

/* The same for each of `turns` turns, `step_ns` apart and the first at from_ns: how many in all? */
unsigned int rig_arrived_until(struct rig *rig, uint64_t from_ns, uint64_t step_ns, unsigned int turns);

/* The wire's counters. */
struct ovr_wire_counters rig_counters(const struct rig *rig);

/* Frames that are not in the transmit pool. */
unsigned int rig_frames_out(const struct rig *rig);
