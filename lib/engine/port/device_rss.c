/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/device_rss.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ethdev.h>

#define FIELDS        (RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP)
#define KEY_BYTES_MAX 64
#define GROUP         RTE_ETH_RETA_GROUP_SIZE

/*
 * The default key of most NICs; longer ones go on as it began, which a hash of 36 bytes does not
 * see.
 */
static const uint8_t *
key(void)
{
	static uint8_t bytes[KEY_BYTES_MAX];

	for (unsigned int i = 0; i < KEY_BYTES_MAX; i++)
		bytes[i] = ovr_rss_default_key[i % OVR_RSS_KEY_BYTES];
	return bytes;
}

void
ovr_device_rss_ask(const struct rte_eth_dev_info *info, uint16_t n_rxq, struct rte_eth_conf *eth)
{
	struct rte_eth_rss_conf *rss = &eth->rx_adv_conf.rss_conf;

	if (n_rxq <= 1 || (info->flow_type_rss_offloads & FIELDS) == 0)
		return;
	eth->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	rss->rss_hf = info->flow_type_rss_offloads & FIELDS;
	/* a driver that names no size of its key takes none */
	if (info->hash_key_size >= OVR_RSS_KEY_BYTES && info->hash_key_size <= KEY_BYTES_MAX) {
		rss->rss_key = (uint8_t *)(uintptr_t)key();
		rss->rss_key_len = info->hash_key_size;
	}
}

/*
 * Whether the device's key is ours. If it is not, and it takes another one while it runs, it is
 * then.
 */
static bool
agree_on_key(uint16_t id, uint8_t n_bytes, uint64_t *ret_fields)
{
	uint8_t bytes[KEY_BYTES_MAX] = { 0 };
	struct rte_eth_rss_conf conf = { .rss_key = bytes, .rss_key_len = n_bytes };

	if (rte_eth_dev_rss_hash_conf_get(id, &conf) != 0)
		return false;
	*ret_fields = conf.rss_hf;
	if (memcmp(bytes, key(), OVR_RSS_KEY_BYTES) == 0)
		return true;
	memcpy(bytes, key(), n_bytes);
	conf = (struct rte_eth_rss_conf){ .rss_key = bytes, .rss_key_len = n_bytes, .rss_hf = *ret_fields };
	if (rte_eth_dev_rss_hash_update(id, &conf) != 0)
		return false;
	memset(bytes, 0, sizeof(bytes));
	conf = (struct rte_eth_rss_conf){ .rss_key = bytes, .rss_key_len = n_bytes };
	if (rte_eth_dev_rss_hash_conf_get(id, &conf) != 0)
		return false;
	*ret_fields = conf.rss_hf;
	return memcmp(bytes, key(), OVR_RSS_KEY_BYTES) == 0;
}

static bool
read_table(uint16_t id, uint16_t n, uint16_t *entry)
{
	uint16_t n_groups = (uint16_t)((n + GROUP - 1) / GROUP);
	struct rte_eth_rss_reta_entry64 *group = calloc(n_groups, sizeof(*group));
	bool is_read;

	if (group == NULL)
		return false;
	for (uint16_t g = 0; g < n_groups; g++)
		group[g].mask = UINT64_MAX;
	is_read = rte_eth_dev_rss_reta_query(id, group, n) == 0;
	for (uint16_t i = 0; i < n && is_read; i++)
		entry[i] = group[i / GROUP].reta[i % GROUP];
	free(group);
	return is_read;
}

/* Whether every queue has its share of the table, and no other queue any. */
static bool
is_even(const uint16_t *entry, uint16_t n, uint16_t n_rxq)
{
	uint16_t share[RTE_MAX_QUEUES_PER_PORT] = { 0 };

	for (uint16_t i = 0; i < n; i++) {
		if (entry[i] >= n_rxq)
			return false;
		share[entry[i]]++;
	}
	for (uint16_t q = 0; q < n_rxq; q++)
		if (share[q] < n / n_rxq || share[q] > n / n_rxq + 1)
			return false;
	return true;
}

static void
deal_out(uint16_t id, uint16_t n, uint16_t n_rxq)
{
	uint16_t n_groups = (uint16_t)((n + GROUP - 1) / GROUP);
	struct rte_eth_rss_reta_entry64 *group = calloc(n_groups, sizeof(*group));

	if (group == NULL)
		return;
	for (uint16_t i = 0; i < n; i++) {
		group[i / GROUP].mask |= UINT64_C(1) << i % GROUP;
		group[i / GROUP].reta[i % GROUP] = i % n_rxq;
	}
	/* whether it took it is seen when the table is read again */
	rte_eth_dev_rss_reta_update(id, group, n);
	free(group);
}

/* The table, dealt out evenly where it was not and the driver lets us. */
static bool
agree_on_table(uint16_t id, uint16_t n, uint16_t n_rxq, struct ovr_device_rss *rss)
{
	rss->entry = calloc(RTE_MAX(n, 1u), sizeof(*rss->entry));
	if (n == 0 || rss->entry == NULL || !read_table(id, n, rss->entry))
		return false;
	rss->n_entries = n;
	if (is_even(rss->entry, n, n_rxq))
		return true;
	deal_out(id, n, n_rxq);
	return read_table(id, n, rss->entry);
}

void
ovr_device_rss_read(uint16_t id, const char *label, uint16_t n_rxq, struct ovr_device_rss *ret_rss,
	char note[OVR_DEVICE_RSS_NOTE_BYTES])
{
	struct ovr_device_rss rss = { 0 };
	struct rte_eth_dev_info info;
	bool has_key, has_table;
	uint8_t key_bytes;

	note[0] = '\0';
	*ret_rss = rss;
	if (n_rxq <= 1 || rte_eth_dev_info_get(id, &info) != 0)
		return;
	if ((info.flow_type_rss_offloads & FIELDS) == 0) {
		snprintf(note, OVR_DEVICE_RSS_NOTE_BYTES,
			"%s: the driver %s offers no RSS: which of the %u queues a frame goes to is its own "
			"choice",
			label, info.driver_name, n_rxq);
		return;
	}
	key_bytes = info.hash_key_size >= OVR_RSS_KEY_BYTES && info.hash_key_size <= KEY_BYTES_MAX
		? info.hash_key_size
		: OVR_RSS_KEY_BYTES;
	has_key = agree_on_key(id, key_bytes, &rss.fields);
	has_table = agree_on_table(id, info.reta_size, n_rxq, &rss);
	rss.hash = malloc(sizeof(*rss.hash));
	if (rss.hash != NULL)
		ovr_rss_init(rss.hash, ovr_rss_default_key);
	rss.is_known = has_key && has_table && rss.hash != NULL;
	if (!has_key)
		snprintf(note, OVR_DEVICE_RSS_NOTE_BYTES,
			"%s: the driver %s does not tell its RSS key, or keeps its own: not verified", label,
			info.driver_name);
	else if (!has_table)
		snprintf(note, OVR_DEVICE_RSS_NOTE_BYTES,
			"%s: the driver %s does not tell its RSS table: not verified", label,
			info.driver_name);
	else if (!is_even(rss.entry, rss.n_entries, n_rxq))
		snprintf(note, OVR_DEVICE_RSS_NOTE_BYTES,
			"%s: the RSS table of the driver %s does not give each of the %u queues the same "
			"share",
			label, info.driver_name, n_rxq);
	*ret_rss = rss;
}

int
ovr_device_rss_queue_of(const struct ovr_device_rss *rss, const struct ovr_frame_flow *flow)
{
	uint64_t with_ports = flow->ip_version == 4 ? RTE_ETH_RSS_NONFRAG_IPV4_UDP
						    : RTE_ETH_RSS_NONFRAG_IPV6_UDP;

	if (!rss->is_known || (rss->fields & with_ports) == 0)
		return -1;
	return rss->entry[ovr_rss_hash_flow(rss->hash, flow) % rss->n_entries];
}

void
ovr_device_rss_done(struct ovr_device_rss *rss)
{
	free(rss->entry);
	free(rss->hash);
	*rss = (struct ovr_device_rss){ 0 };
}
