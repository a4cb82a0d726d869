/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/nic.h"

#include <errno.h>
#include <string.h>

#include <linux/ethtool.h>

#include "nic/driver.h"
#include "nic/ethtool.h"
#include "nic/link.h"

/* One of the four rings of a driver. */
struct ring {
	const char *what;
	uint32_t asked, most;
};

/* @return 0; -EOPNOTSUPP without a sentence; -ENODEV, -errno with one */
static int
read_rings(const char *name, struct ovr_nic_rings *ret_rings, struct ovr_err *err)
{
	struct ethtool_ringparam asked = { .cmd = ETHTOOL_GRINGPARAM };
	int status = ovr_ethtool(name, &asked);

	if (status == -EOPNOTSUPP)
		return status;
	if (status == -ENODEV)
		return ovr_nic_no_such_link(name, err);
	if (status != 0)
		return ovr_err_set(
			err, status, "%s: the driver does not tell its rings: %s", name, strerror(-status));
	*ret_rings = (struct ovr_nic_rings){
		.known = true,
		.rx = asked.rx_pending,
		.rx_mini = asked.rx_mini_pending,
		.rx_jumbo = asked.rx_jumbo_pending,
		.tx = asked.tx_pending,
		.rx_max = asked.rx_max_pending,
		.rx_mini_max = asked.rx_mini_max_pending,
		.rx_jumbo_max = asked.rx_jumbo_max_pending,
		.tx_max = asked.tx_max_pending,
	};
	return 0;
}

int
ovr_nic_rings_read(const char *name, struct ovr_nic_rings *ret_rings, struct ovr_err *err)
{
	struct ovr_nic_rings rings = { 0 };
	struct ovr_nic_link link;
	int status = ovr_nic_link_read(name, &link, err);

	if (status == 0)
		status = read_rings(name, &rings, err);
	if (status != 0 && status != -EOPNOTSUPP)
		return status;
	*ret_rings = rings;
	return 0;
}

static int
no_ring_control(const char *name, struct ovr_err *err)
{
	struct ovr_nic_driver driver;

	ovr_nic_driver_read(name, &driver);
	return ovr_err_set(err, -EOPNOTSUPP, "%s: rings cannot be set: %s%s%s has no ring control", name,
		driver.name[0] == '\0' ? "its driver" : "the ", driver.name,
		driver.name[0] == '\0' ? "" : " driver");
}

/* @return 0; -ERANGE: above what the driver says is its most */
static int
check_rings(const char *name, const struct ovr_nic_rings *asked, const struct ovr_nic_rings *now,
	struct ovr_err *err)
{
	const struct ring ring[] = {
		{ "rx", asked->rx, now->rx_max },
		{ "rx-mini", asked->rx_mini, now->rx_mini_max },
		{ "rx-jumbo", asked->rx_jumbo, now->rx_jumbo_max },
		{ "tx", asked->tx, now->tx_max },
	};

	for (size_t i = 0; i < sizeof(ring) / sizeof(ring[0]); i++)
		if (ring[i].asked > ring[i].most)
			return ovr_err_set(err, -ERANGE,
				"%s: a ring of %s %u was asked; accepted: at most %u descriptors", name,
				ring[i].what, ring[i].asked, ring[i].most);
	return 0;
}

int
ovr_nic_rings_set(const char *name, const struct ovr_nic_rings *rings, struct ovr_err *err)
{
	struct ethtool_ringparam asked = {
		.cmd = ETHTOOL_SRINGPARAM,
		.rx_pending = rings->rx,
		.rx_mini_pending = rings->rx_mini,
		.rx_jumbo_pending = rings->rx_jumbo,
		.tx_pending = rings->tx,
	};
	struct ovr_nic_rings now = { 0 };
	struct ovr_nic_link link;
	int status = ovr_nic_link_read(name, &link, err);

	if (status == 0)
		status = read_rings(name, &now, err);
	if (status == 0)
		status = check_rings(name, rings, &now, err);
	else if (status == -EOPNOTSUPP)
		status = no_ring_control(name, err);
	if (status != 0)
		return status;
	status = ovr_ethtool(name, &asked);
	if (status == -EOPNOTSUPP)
		return no_ring_control(name, err);
	if (status == -EPERM)
		return ovr_err_set(err, status,
			"%s: this user may not set rings; accepted: root, or CAP_NET_ADMIN", name);
	if (status != 0)
		return ovr_err_set(err, status,
			"%s: the driver refuses rings of rx %u tx %u: %s; it has rx %u of %u, tx %u of %u",
			name, rings->rx, rings->tx, strerror(-status), now.rx, now.rx_max, now.tx,
			now.tx_max);
	return 0;
}
