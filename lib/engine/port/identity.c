/* SPDX-License-Identifier: BSD-3-Clause */
/* What a port is, for a result that is compared with others: its drivers and its firmware. */
#include "port/port.h"

#include <stdio.h>
#include <string.h>

#include <rte_ethdev.h>

#include "port/netdev.h"

/* An interface says it itself; another device by its DPDK driver, if that can tell. */
static void
identify(const struct ovr_port *port, const struct ovr_netdev *netdev, struct ovr_result_port *ret_port)
{
	*ret_port = (struct ovr_result_port){ .label = "" };
	snprintf(ret_port->label, sizeof(ret_port->label), "%s", port->label);
	snprintf(ret_port->dpdk_driver, sizeof(ret_port->dpdk_driver), "%s", port->driver);
	if (netdev != NULL) {
		memcpy(ret_port->driver, netdev->facts.driver, sizeof(ret_port->driver));
		memcpy(ret_port->driver_version, netdev->facts.driver_version,
			sizeof(ret_port->driver_version));
		memcpy(ret_port->firmware, netdev->facts.firmware, sizeof(ret_port->firmware));
	} else if (port->n_devices != 0 &&
		rte_eth_dev_fw_version_get(port->device[0], ret_port->firmware, sizeof(ret_port->firmware)) !=
			0) {
		ret_port->firmware[0] = '\0';
	}
}

void
ovr_port_pair_identify(
	const struct ovr_port_pair *pair, struct ovr_result_port *ret_tx, struct ovr_result_port *ret_rx)
{
	identify(&pair->tx, pair->tx_netdev, ret_tx);
	identify(&pair->rx, pair->rx_netdev, ret_rx);
}
