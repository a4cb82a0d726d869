/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Answers to ARP requests and neighbour solicitations for the test addresses, so that a router
 * finds its neighbours while a trial runs.
 *
 * A receiver that meets a foreign frame hands it over here. What is sent goes out on the queue of a
 * port that no sender uses, or, where a sender owns all of them, with that sender's next turn: one
 * frame at a time, and who finds the way taken gives up, since who is not answered asks again.
 * Frames come from the port's receive pool, since they would leave others than the filler in a
 * sender's.
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

/** A frame that a sender is to send for others: one at a time. */
struct ovr_errand {
	_Atomic(struct rte_mbuf *) frame; /**< NULL: there is none */
	struct ovr_stat n_sent;           /**< its owner's */
};

/** Who answers on one port. Set up by the control thread; used by any thread. */
struct ovr_answerer {
	const struct ovr_addresses *addresses;
	uint8_t mac[6];
	struct rte_mempool *pool;
	uint16_t port_id, queue;   /**< to send on, where errand is NULL */
	struct ovr_errand *errand; /**< its owner runs, and sends for us; NULL: nobody sends on the queue */
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
 * A foreign frame came: answer it if it asks for one of the addresses. Some hundred ns if it does.
 */
void ovr_answerer_meet(struct ovr_answerer *answerer, const uint8_t *pkt, uint32_t pkt_len);

/** The owner of the queue sends what waits. */
void ovr_errand_run(struct ovr_errand *errand, uint16_t port_id, uint16_t queue);

/** Free what still waits: its owner is at rest. */
void ovr_errand_done(struct ovr_errand *errand);
