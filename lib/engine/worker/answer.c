/* SPDX-License-Identifier: BSD-3-Clause */
#include "worker/answer.h"

#include <stdlib.h>
#include <string.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "frame/neighbour.h"

static int
compare(const void *one, const void *other)
{
	return memcmp(one, other, 16);
}

void
ovr_addresses_sort(struct ovr_addresses *addresses)
{
	uint32_t n = 0;

	if (addresses->n == 0)
		return;
	qsort(addresses->ip, addresses->n, sizeof(addresses->ip[0]), compare);
	for (uint32_t i = 0; i < addresses->n; i++)
		if (n == 0 || compare(addresses->ip[n - 1], addresses->ip[i]) != 0)
			memmove(addresses->ip[n++], addresses->ip[i], sizeof(addresses->ip[0]));
	addresses->n = n;
}

bool
ovr_addresses_have(const struct ovr_addresses *addresses, uint8_t ip_version, const uint8_t *ip)
{
	uint8_t key[16] = { 0 };

	if (addresses->n == 0 || ip_version != addresses->ip_version)
		return false;
	memcpy(key, ip, ip_version == 4 ? 4 : 16);
	return bsearch(key, addresses->ip, addresses->n, sizeof(addresses->ip[0]), compare) != NULL;
}

bool
ovr_answerer_send(struct ovr_answerer *answerer, const uint8_t *bytes, uint32_t pkt_len)
{
	struct rte_mbuf *frame, *none = NULL;
	bool is_sent = false;

	if (atomic_flag_test_and_set_explicit(&answerer->is_busy, memory_order_acquire))
		return false;
	frame = rte_pktmbuf_alloc(answerer->pool);
	if (frame != NULL) {
		memcpy(rte_pktmbuf_mtod(frame, uint8_t *), bytes, OVR_NEIGHBOUR_BYTES);
		frame->pkt_len = pkt_len;
		frame->data_len = (uint16_t)pkt_len;
		if (answerer->errand != NULL)
			is_sent = atomic_compare_exchange_strong(&answerer->errand->frame, &none, frame);
		else
			is_sent = rte_eth_tx_burst(answerer->port_id, answerer->queue, &frame, 1) == 1;
		ovr_stat_add(&answerer->n_sent, is_sent);
		if (!is_sent)
			rte_pktmbuf_free(frame);
	}
	atomic_flag_clear_explicit(&answerer->is_busy, memory_order_release);
	return is_sent;
}

void
ovr_answerer_meet(struct ovr_answerer *answerer, const uint8_t *pkt, uint32_t pkt_len)
{
	uint8_t bytes[OVR_NEIGHBOUR_BYTES];
	struct ovr_neighbour asked;

	if (!ovr_neighbour_read(pkt, pkt_len, &asked) || asked.kind != OVR_NEIGHBOUR_REQUEST ||
		!ovr_addresses_have(answerer->addresses, asked.ip_version, asked.target))
		return;
	pkt_len = ovr_neighbour_answer(pkt, &asked, answerer->mac, bytes);
	ovr_answerer_send(answerer, bytes, pkt_len);
}

void
ovr_errand_run(struct ovr_errand *errand, uint16_t port_id, uint16_t queue)
{
	struct rte_mbuf *frame = atomic_exchange_explicit(&errand->frame, NULL, memory_order_acquire);

	if (frame == NULL)
		return;
	if (rte_eth_tx_burst(port_id, queue, &frame, 1) == 1)
		ovr_stat_add(&errand->n_sent, 1);
	else
		rte_pktmbuf_free(frame);
}

void
ovr_errand_done(struct ovr_errand *errand)
{
	rte_pktmbuf_free(atomic_exchange(&errand->frame, NULL));
}
