/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Assumptions of workers about an mbuf, and its return to the pool. Private to the module.
 *
 * Each written cache line of a frame is transferred between cores. Workers therefore write as few
 * lines as possible, and only read the two lines of the mbuf itself, which the pools fill once.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <rte_mbuf.h>

/*
 * The buffer follows its mbuf at a fixed distance, since the pools have no private data: its
 * address needs no memory access.
 */
static inline uint8_t *
frame_bytes(struct rte_mbuf *frame)
{
	return (uint8_t *)(frame + 1) + RTE_PKTMBUF_HEADROOM;
}

_Static_assert(offsetof(struct rte_mbuf, refcnt) == offsetof(struct rte_mbuf, data_off) + 2 &&
		offsetof(struct rte_mbuf, nb_segs) == offsetof(struct rte_mbuf, data_off) + 4 &&
		offsetof(struct rte_mbuf, port) == offsetof(struct rte_mbuf, data_off) + 6 &&
		offsetof(struct rte_mbuf, pkt_len) == offsetof(struct rte_mbuf, packet_type) + 4,
	"fields that are compared together stand side by side");

/* Eight bytes of an mbuf at once, little-endian. */
static inline uint64_t
word_of(const void *fields)
{
	uint64_t word;

	memcpy(&word, fields, sizeof(word));
	return word;
}

/*
 * Prefetch a line for writing. gcc's builtin prefetches for reading where the target is an old
 * CPU.
 */
static inline void
prefetch_to_write(const void *line)
{
#if defined(__x86_64__)
	__asm__ volatile("prefetchw %0" : : "m"(*(const char *)line));
#else
	__builtin_prefetch(line, 1);
#endif
}

/* Prefetch all lines that a receiver reads of a frame from another core. */
static inline void
prefetch_received(struct rte_mbuf *frame)
{
	rte_prefetch0(frame_bytes(frame));
	rte_prefetch0(frame);
	rte_prefetch0(&frame->pool);
}

/* An mbuf with one segment, one owner and a buffer of its own goes back to its pool as it is. */
static inline bool
is_plain(const struct rte_mbuf *frame)
{
	/* owners and segments stand side by side after the offset */
	return (uint32_t)(word_of(&frame->data_off) >> 16) == (1 << 16 | 1) && RTE_MBUF_DIRECT(frame);
}
