/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames of ours in mbufs: made with a number, and told apart by it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "frame/classify.h"
#include "frame/frame.h"

struct rte_mbuf;
struct rte_mempool;

#define FRAMES_TRIAL_ID 0x5eed1234u

/* Streams whose damaged frames are known by their flow. */
#define FRAMES_STREAMS 256

/* A pool of n frames of up to 2 KiB, without per-core caches: what is not in it is somewhere. */
struct rte_mempool *frames_pool(const char *name, unsigned int n);

/* The flow of a stream; IPv4. */
struct ovr_frame_flow frames_flow(uint16_t stream);

/* Frame `seq` of a stream: a whole one of `size` bytes with FCS. */
struct rte_mbuf *frames_make(struct rte_mempool *pool, uint16_t stream, uint64_t seq, unsigned int size);

/* The same of any flow. */
struct rte_mbuf *frames_make_of(struct rte_mempool *pool, const struct ovr_frame_flow *flow, uint16_t stream,
	uint64_t seq, unsigned int size);

/* What is it? ret_tag may be NULL. */
enum ovr_frame_kind frames_kind(const struct rte_mbuf *frame, struct ovr_frame_tag *ret_tag);

/* The tag of a frame that must be whole. */
struct ovr_frame_tag frames_tag(const struct rte_mbuf *frame);

/* Whether n numbers are first, first + 1, … */
void frames_expect_run(const uint64_t *seq, unsigned int n, uint64_t first);
