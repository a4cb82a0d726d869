/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/pause.h"

#include <errno.h>
#include <string.h>

#include <linux/ethtool.h>

#include "nic/ethtool.h"
#include "nic/link.h"

int
ovr_nic_pause_set(const char *name, const struct ovr_nic_pause *pause, struct ovr_err *err)
{
	struct ethtool_pauseparam asked = {
		.cmd = ETHTOOL_SPAUSEPARAM,
		.autoneg = pause->autoneg,
		.rx_pause = pause->rx,
		.tx_pause = pause->tx,
	};
	int status = ovr_ethtool(name, &asked);

	if (status == -ENODEV)
		return ovr_nic_no_such_link(name, err);
	if (status == -EPERM)
		return ovr_err_set(err, status,
			"%s: this user may not set flow control; accepted: root, or CAP_NET_ADMIN", name);
	if (status != 0)
		return ovr_err_set(err, status, "%s: the driver refuses to set flow control: %s", name,
			strerror(-status));
	return 0;
}
