/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/rss.h"

#include <stdlib.h>

#include <linux/ethtool.h>

#include "nic/ethtool.h"

/* Most entries of a table: drivers have up to 4096. */
#define ENTRIES_MAX (1u << 16)

struct ovr_nic_rss
ovr_nic_rss_of(const uint32_t *queue, uint32_t n, uint32_t n_queues)
{
	struct ovr_nic_rss rss = { .n_queues = n_queues };
	bool *is_used = calloc((size_t)n_queues + 1, sizeof(*is_used));

	rss.known = is_used != NULL && n != 0;
	for (uint32_t i = 0; i < n && rss.known; i++) {
		/* a queue that is none: not understood */
		rss.known = queue[i] < n_queues;
		if (rss.known && !is_used[queue[i]]) {
			is_used[queue[i]] = true;
			rss.n_used++;
		}
	}
	rss.is_equal = rss.known;
	for (uint32_t i = 0; i < n && rss.is_equal; i++)
		rss.is_equal = queue[i] == i % rss.n_used;
	free(is_used);
	return rss;
}

struct ovr_nic_rss
ovr_nic_rss_read(const char *name)
{
	struct ethtool_rxnfc rings = { .cmd = ETHTOOL_GRXRINGS };
	struct ethtool_rxfh_indir length = { .cmd = ETHTOOL_GRXFHINDIR }, *table;
	struct ovr_nic_rss rss = { 0 };

	if (ovr_ethtool(name, &rings) != 0 || ovr_ethtool(name, &length) != 0 || length.size > ENTRIES_MAX)
		return rss;
	table = calloc(1, sizeof(*table) + length.size * sizeof(table->ring_index[0]));
	if (table == NULL)
		return rss;
	table->cmd = ETHTOOL_GRXFHINDIR;
	table->size = length.size;
	if (ovr_ethtool(name, table) == 0 && rings.data <= ENTRIES_MAX)
		rss = ovr_nic_rss_of(table->ring_index, table->size, (uint32_t)rings.data);
	free(table);
	return rss;
}
