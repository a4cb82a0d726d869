/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Answers to ARP requests and neighbour solicitations for the test addresses, so that a router
 * finds its neighbours while a trial runs.
 *
 * A receiver passes foreign frames to this module. An answer is sent on a queue that no sender
 * uses or, where senders own all queues, in the next turn of a sender. Only one frame can wait for
 * a sender; a further answer is dropped, as the neighbour asks again. Frames come from the port's
 * receive pool: in a sender's pool they would overwrite the filler.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "stat/stat.h"

struct rte_mbuf;
struct rte_mempool;

/** Addresses of one IP version, each once. Plain data with a list of its own. */
struct ovr_addresses {
	uint8_t ip_version;
	uint32_t n;
	uint8_t (*ip)[16]; /**< ascending; IPv4 uses the first four bytes */
};

/**
 * Make a list ready for ovr_addresses_have().
 * @param[in,out] addresses in any order, some twice; the list is malloc'ed and becomes the struct's
 */
void ovr_addresses_sort(struct ovr_addresses *addresses);

/** @return whether @p ip is among them. Any thread */
bool ovr_addresses_have(const struct ovr_addresses *addresses, uint8_t ip_version, const uint8_t *ip);

/** A frame that waits to be sent by a sender of another thread's queue. */
struct ovr_errand {
	_Atomic(struct rte_mbuf *) frame; /**< NULL: there is none */
	struct ovr_stat n_sent;           /**< its owner's */
};

/** Who answers on one port. Set up by the control thread; used by any thread. */
struct ovr_answerer {
	const struct ovr_addresses *addresses;
	uint8_t mac[6];
	struct rte_mempool *pool;
	uint16_t port_id, queue; /**< to send on, where errand is NULL */
	struct ovr_errand
		*errand; /**< the running sender takes the frame from here; NULL: no sender uses the queue */
	atomic_flag is_busy;
	struct ovr_stat n_sent; /**< written by who holds is_busy */
};

/**
 * Send one frame.
 * @param bytes without FCS, OVR_NEIGHBOUR_BYTES of which @p pkt_len are sent
 * @return whether it is on its way
 */
bool ovr_answerer_send(struct ovr_answerer *answerer, const uint8_t *bytes, uint32_t pkt_len);

/**
 * Answer a foreign frame if it is a request for one of the addresses. Takes some hundred ns then.
 */
void ovr_answerer_meet(struct ovr_answerer *answerer, const uint8_t *pkt, uint32_t pkt_len);

/** Send the waiting frame. Owner of the queue only. */
void ovr_errand_run(struct ovr_errand *errand, uint16_t port_id, uint16_t queue);

/** Free the waiting frame. The owner is at rest. */
void ovr_errand_done(struct ovr_errand *errand);
