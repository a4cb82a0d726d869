/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/xstats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ethdev.h>

/* "rx_q0errors", "rx_q12_missed": the queue, -1 where the name has none. */
static int32_t
queue_of(const char *name)
{
	unsigned int queue;

	return sscanf(name, "rx_q%u", &queue) == 1 ? (int32_t)queue : -1;
}

static struct ovr_result_counter *
counter_of(const struct ovr_port *port, const char *name, struct ovr_result_counter *list, uint32_t *n)
{
	struct ovr_result_counter *counter;

	for (uint32_t i = 0; i < *n; i++)
		if (strncmp(list[i].counter, name, sizeof(list[i].counter) - 1) == 0)
			return &list[i];
	if (*n == OVR_PORT_XSTATS_MAX)
		return NULL;
	counter = &list[(*n)++];
	*counter = (struct ovr_result_counter){ .queue = port->n_devices == 1 ? queue_of(name) : -1 };
	snprintf(counter->port, sizeof(counter->port), "%s", port->label);
	snprintf(counter->counter, sizeof(counter->counter), "%.47s", name);
	snprintf(counter->source, sizeof(counter->source), "ethdev");
	counter->meaning = (struct ovr_nic_meaning){ .kind = OVR_NIC_KIND_OTHER,
		.trust = OVR_NIC_TRUST_UNVERIFIED,
		.place = OVR_PLACE_COUNT,
		.remark = "" };
	return counter;
}

static void
read_device(const struct ovr_port *port, uint16_t device, struct ovr_result_counter *list, uint32_t *n)
{
	int n_stats = rte_eth_xstats_get_names(device, NULL, 0);
	struct rte_eth_xstat_name *name = n_stats <= 0 ? NULL : calloc((size_t)n_stats, sizeof(*name));
	struct rte_eth_xstat *stat = n_stats <= 0 ? NULL : calloc((size_t)n_stats, sizeof(*stat));

	if (name != NULL && stat != NULL &&
		rte_eth_xstats_get_names(device, name, (unsigned int)n_stats) == n_stats &&
		rte_eth_xstats_get(device, stat, (unsigned int)n_stats) == n_stats)
		for (int i = 0; i < n_stats; i++) {
			const char *of = name[stat[i].id].name;
			struct ovr_result_counter *counter;

			if (!ovr_nic_name_tells_loss(of) || strncmp(of, "tx", 2) == 0)
				continue;
			counter = counter_of(port, of, list, n);
			if (counter != NULL)
				counter->added += stat[i].value;
		}
	free(name);
	free(stat);
}

uint32_t
ovr_port_xstats_read(const struct ovr_port *port, struct ovr_result_counter *ret_counter)
{
	uint32_t n = 0;

	for (uint16_t i = 0; i < port->n_devices; i++)
		read_device(port, port->device[i], ret_counter, &n);
	return n;
}
