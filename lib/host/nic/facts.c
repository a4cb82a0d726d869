/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/nic.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/ethtool.h>
#include <linux/if.h>

#include "nic/driver.h"
#include "nic/ethtool.h"
#include "nic/link.h"
#include "nic/route.h"
#include "nic/sysfs.h"

/* Three masks of link modes: those of today fill 4 words each; none has more than 127. */
#define LINK_MODE_BYTES (3 * 127 * sizeof(uint32_t))

static void
read_speed(const char *name, struct ovr_nic_facts *facts)
{
	/* the masks of the link modes follow the struct */
	_Alignas(struct ethtool_link_settings)
		uint8_t buffer[sizeof(struct ethtool_link_settings) + LINK_MODE_BYTES] = { 0 };
	struct ethtool_link_settings *link = (struct ethtool_link_settings *)buffer;

	/* the first answer is minus the number of words that each mask wants */
	link->cmd = ETHTOOL_GLINKSETTINGS;
	if (ovr_ethtool(name, link) != 0 || link->link_mode_masks_nwords >= 0)
		return;
	link->link_mode_masks_nwords = (int8_t)-link->link_mode_masks_nwords;
	link->cmd = ETHTOOL_GLINKSETTINGS;
	if (ovr_ethtool(name, link) != 0)
		return;
	if (link->speed != (uint32_t)SPEED_UNKNOWN)
		facts->speed_mbps = link->speed;
	if (link->duplex == DUPLEX_FULL || link->duplex == DUPLEX_HALF)
		snprintf(facts->duplex, sizeof(facts->duplex), "%s",
			link->duplex == DUPLEX_FULL ? "full" : "half");
}

static void
read_channels(const char *name, struct ovr_nic_channels *channels)
{
	struct ethtool_channels asked = { .cmd = ETHTOOL_GCHANNELS };

	if (ovr_ethtool(name, &asked) != 0)
		return;
	*channels = (struct ovr_nic_channels){
		.known = true,
		.rx = asked.rx_count,
		.tx = asked.tx_count,
		.other = asked.other_count,
		.combined = asked.combined_count,
		.rx_max = asked.max_rx,
		.tx_max = asked.max_tx,
		.other_max = asked.max_other,
		.combined_max = asked.max_combined,
	};
}

static void
read_pause(const char *name, struct ovr_nic_pause *pause)
{
	struct ethtool_pauseparam asked = { .cmd = ETHTOOL_GPAUSEPARAM };

	if (ovr_ethtool(name, &asked) != 0)
		return;
	*pause = (struct ovr_nic_pause){
		.known = true,
		.autoneg = asked.autoneg != 0,
		.rx = asked.rx_pause != 0,
		.tx = asked.tx_pause != 0,
	};
}

/*
 * sysfs knows the queues in use; where it shows another namespace, the channels do; else those made
 * with the device.
 */
static void
set_queues(struct ovr_nic_facts *facts, const struct ovr_nic_link *link, const struct ovr_nic_sysfs *sysfs)
{
	const struct ovr_nic_channels *channels = &facts->channels;

	facts->n_rxq = sysfs->n_rxq;
	facts->n_txq = sysfs->n_txq;
	if (facts->n_rxq == 0 && channels->known)
		facts->n_rxq = channels->rx + channels->combined;
	if (facts->n_txq == 0 && channels->known)
		facts->n_txq = channels->tx + channels->combined;
	if (facts->n_rxq == 0)
		facts->n_rxq = link->n_rxq;
	if (facts->n_txq == 0)
		facts->n_txq = link->n_txq;
}

static int
read_users(struct ovr_nic_facts *facts, struct ovr_err *err)
{
	struct ovr_nic_stack stack = { 0 };
	struct ovr_nic_login login;
	int status = ovr_nic_stack_read(&stack, facts->ifindex);

	ovr_nic_login_find(&login);
	if (status == 0)
		status = ovr_nic_route_default_read(&stack, &facts->carries_default_route);
	if (status == 0)
		status = ovr_nic_login_read(&login, &stack, &facts->carries_login);
	if (status == 0)
		status = ovr_nic_login_read_callers(&stack, &facts->carries_caller);
	ovr_nic_stack_done(&stack);
	if (status != 0)
		return ovr_err_set(err, status,
			"%s: the kernel does not tell which routes leave through it: %s", facts->name,
			strerror(-status));
	return 0;
}

int
ovr_nic_facts_read(const char *name, struct ovr_nic_facts *ret_facts, struct ovr_err *err)
{
	struct ovr_nic_facts facts = { .numa_node = -1 };
	struct ovr_nic_driver driver;
	struct ovr_nic_sysfs sysfs;
	struct ovr_nic_link link;
	const char *xdp_mode;
	int status = ovr_nic_link_read(name, &link, err);

	if (status != 0)
		return status;
	snprintf(facts.name, sizeof(facts.name), "%s", link.name);
	facts.ifindex = link.ifindex;
	memcpy(facts.mac, link.mac, sizeof(facts.mac));
	facts.mtu = link.mtu;
	facts.is_up = (link.flags & IFF_UP) != 0;
	facts.has_carrier = (link.flags & IFF_LOWER_UP) != 0;
	facts.is_promiscuous = (link.flags & IFF_PROMISC) != 0;
	facts.is_loopback = (link.flags & IFF_LOOPBACK) != 0;
	facts.carrier_changes = link.carrier_changes;
	memcpy(facts.qdisc, link.qdisc, sizeof(facts.qdisc));
	facts.tx_queue_len = link.tx_queue_len;
	facts.xdp_prog_id = ovr_nic_link_xdp_program(&link.xdp, &xdp_mode);
	snprintf(facts.xdp_mode, sizeof(facts.xdp_mode), "%s", xdp_mode);
	status = read_users(&facts, err);
	if (status == 0)
		status = ovr_nic_rings_read(name, &facts.rings, err);
	if (status == 0)
		status = ovr_nic_offloads_read(name, &facts.offloads, err);
	if (status != 0)
		return status;
	ovr_nic_driver_read(name, &driver);
	memcpy(facts.driver, driver.name, sizeof(facts.driver));
	memcpy(facts.driver_version, driver.version, sizeof(facts.driver_version));
	memcpy(facts.firmware, driver.firmware, sizeof(facts.firmware));
	read_speed(name, &facts);
	read_channels(name, &facts.channels);
	read_pause(name, &facts.pause);
	ovr_nic_sysfs_read("/sys", &link, &sysfs);
	set_queues(&facts, &link, &sysfs);
	memcpy(facts.bus, sysfs.bus, sizeof(facts.bus));
	facts.numa_node = sysfs.numa_node;
	facts.pcie = sysfs.pcie;
	*ret_facts = facts;
	return 0;
}

int
ovr_nic_carrier_read(const char *name, struct ovr_nic_carrier *ret_carrier, struct ovr_err *err)
{
	struct ovr_nic_facts facts = { 0 };
	struct ovr_nic_link link;
	int status = ovr_nic_link_read(name, &link, err);

	if (status != 0)
		return status;
	read_speed(name, &facts);
	*ret_carrier = (struct ovr_nic_carrier){
		.has_carrier = (link.flags & IFF_LOWER_UP) != 0,
		.speed_mbps = facts.speed_mbps,
		.changes = link.carrier_changes,
	};
	return 0;
}
