/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/device.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_ethdev.h>

#include "port/device_rss.h"
#include "port/rings.h"

/* Ring sizes as they are: a driver may have rings of its own and ignore what is asked. */
static void
read_rings(uint16_t id, uint16_t rxd, uint16_t txd, struct ovr_device_set *set)
{
	bool are_taken = ovr_rings_are_taken(set->driver);
	struct rte_eth_rxq_info rx = { 0 };
	struct rte_eth_txq_info tx = { 0 };

	if (set->n_rxq != 0 && rte_eth_rx_queue_info_get(id, 0, &rx) == 0)
		set->rxd = rx.nb_desc;
	else if (are_taken)
		set->rxd = rxd;
	if (set->n_txq != 0 && rte_eth_tx_queue_info_get(id, 0, &tx) == 0)
		set->txd = tx.nb_desc;
	else if (are_taken)
		set->txd = txd;
	set->rxd_is_given = set->rxd != 0 && rx.nb_desc == 0;
	set->txd_is_given = set->txd != 0 && tx.nb_desc == 0;
}

static int
set_up_queues(uint16_t id, const struct ovr_device_conf *conf, const struct rte_eth_dev_info *info,
	struct ovr_device_set *set, struct ovr_err *err)
{
	struct ovr_rings_asked rx = { conf->label, "rxd", set->driver, conf->rxd, conf->n_rxq == 0 };
	struct ovr_rings_asked tx = { conf->label, "txd", set->driver, conf->txd, conf->n_txq == 0 };
	unsigned int socket = conf->numa_node < 0 ? (unsigned int)SOCKET_ID_ANY
						  : (unsigned int)conf->numa_node;
	uint16_t rxd = 0, txd = 0;
	int status = ovr_rings_fit(&rx, &info->rx_desc_lim, &rxd, err);

	if (status == 0)
		status = ovr_rings_fit(&tx, &info->tx_desc_lim, &txd, err);
	if (status != 0)
		return status;
	for (uint16_t q = 0; q < set->n_rxq; q++) {
		status = rte_eth_rx_queue_setup(id, q, rxd, socket, NULL, conf->pool);
		if (status != 0)
			return ovr_err_set(err, status,
				"%s: receive queue %u with %u descriptors is refused: %s", conf->label, q,
				rxd, strerror(-status));
	}
	for (uint16_t q = 0; q < set->n_txq; q++) {
		status = rte_eth_tx_queue_setup(id, q, txd, socket, NULL);
		if (status != 0)
			return ovr_err_set(err, status,
				"%s: transmit queue %u with %u descriptors is refused: %s", conf->label, q,
				txd, strerror(-status));
	}
	read_rings(id, rxd, txd, set);
	return 0;
}

/* What a device can do, against what is asked of it. */
static int
check_ability(const struct ovr_device_conf *conf, const struct rte_eth_dev_info *info, struct ovr_err *err)
{
	uint32_t bytes = conf->frame_bytes - RTE_ETHER_CRC_LEN;

	if (conf->n_rxq > info->max_rx_queues)
		return ovr_err_set(err, -ERANGE, "%s: %u receive queues were asked, the device has %u",
			conf->label, conf->n_rxq, info->max_rx_queues);
	if (conf->n_txq > info->max_tx_queues)
		return ovr_err_set(err, -ERANGE, "%s: %u transmit queues were asked, the device has %u",
			conf->label, conf->n_txq, info->max_tx_queues);
	if (info->max_rx_pktlen != 0 && bytes > info->max_rx_pktlen)
		return ovr_err_set(err, -ERANGE,
			"%s: frames of %u bytes were asked, the driver %s receives at most %u", conf->label,
			conf->frame_bytes, info->driver_name, info->max_rx_pktlen + RTE_ETHER_CRC_LEN);
	return 0;
}

int
ovr_device_configure(
	uint16_t id, const struct ovr_device_conf *conf, struct ovr_device_set *ret_set, struct ovr_err *err)
{
	uint16_t mtu = (uint16_t)(conf->frame_bytes - RTE_ETHER_HDR_LEN - RTE_ETHER_CRC_LEN);
	struct ovr_device_set set = { 0 };
	struct rte_eth_conf eth = { 0 };
	struct rte_eth_dev_info info;
	int status = rte_eth_dev_info_get(id, &info);

	if (status == 0)
		status = check_ability(conf, &info, err);
	else
		ovr_err_set(err, status, "%s: the device does not describe itself: %s", conf->label,
			strerror(-status));
	if (status != 0)
		return status;
	snprintf(set.driver, sizeof(set.driver), "%s", info.driver_name);
	/* a driver may want a queue in the direction that carries nothing */
	set.n_rxq = conf->n_rxq == 0 && info.max_rx_queues != 0 ? 1 : conf->n_rxq;
	set.n_txq = conf->n_txq == 0 && info.max_tx_queues != 0 ? 1 : conf->n_txq;
	ovr_device_rss_ask(&info, set.n_rxq, &eth);
	status = rte_eth_dev_configure(id, set.n_rxq, set.n_txq, &eth);
	if (status != 0)
		return ovr_err_set(err, status, "%s: %u receive and %u transmit queues are refused: %s",
			conf->label, set.n_rxq, set.n_txq, strerror(-status));
	if (mtu > RTE_ETHER_MTU) {
		status = rte_eth_dev_set_mtu(id, mtu);
		if (status != 0 && status != -ENOTSUP)
			return ovr_err_set(err, status,
				"%s: frames of %u bytes need an MTU of %u, which is refused: %s", conf->label,
				conf->frame_bytes, mtu, strerror(-status));
	}
	status = set_up_queues(id, conf, &info, &set, err);
	if (status == 0)
		*ret_set = set;
	return status;
}

int
ovr_device_start(uint16_t id, const char *label, struct ovr_device_changes *ret_changes, struct ovr_err *err)
{
	struct ovr_device_changes changes = { 0 };
	int status = rte_eth_dev_start(id);

	if (status != 0)
		return ovr_err_set(err, status, "%s: the port does not start: %s", label, strerror(-status));
	/* what cannot be promiscuous gets what is sent to it; a virtual device as a rule all */
	if (rte_eth_promiscuous_get(id) == 0) {
		changes.promisc_refused = rte_eth_promiscuous_enable(id);
		changes.is_promiscuous = changes.promisc_refused == 0;
	}
	*ret_changes = changes;
	return 0;
}

int
ovr_device_vlans(uint16_t id, const uint16_t *vlan, uint8_t n)
{
	struct rte_eth_dev_info info;
	int offload = rte_eth_dev_get_vlan_offload(id);
	int status = rte_eth_dev_info_get(id, &info);

	if (n == 0 || status != 0 || offload < 0 ||
		(info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_VLAN_FILTER) == 0)
		return 0;
	status = rte_eth_dev_set_vlan_offload(id, offload | RTE_ETH_VLAN_FILTER_OFFLOAD);
	for (uint8_t i = 0; i < n && status == 0; i++)
		status = rte_eth_dev_vlan_filter(id, vlan[i], 1);
	/* a filter without our VLANs would keep them out */
	if (status != 0)
		rte_eth_dev_set_vlan_offload(id, offload);
	return status == 0 ? 1 : status;
}

void
ovr_device_stop(uint16_t id, struct ovr_device_changes *changes)
{
	ovr_pause_restore(id, &changes->pause);
	if (changes->is_promiscuous)
		rte_eth_promiscuous_disable(id);
	changes->is_promiscuous = false;
	rte_eth_dev_stop(id);
}
