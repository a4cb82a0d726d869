/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a trial relies on of an interface, asked again at its end: who changed it made us deaf, and
 * the path lost nothing.
 */
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "port/netdev.h"

/* A comparison under way. */
struct comparison {
	const char *label;
	char *why;
	size_t size;
};

/* @return false */
static bool __attribute__((format(printf, 2, 3)))
differs(const struct comparison *comparison, const char *format, ...)
{
	va_list args;
	int n = snprintf(comparison->why, comparison->size, "%s: ", comparison->label);

	va_start(args, format);
	if (n > 0 && (size_t)n < comparison->size)
		vsnprintf(comparison->why + n, comparison->size - (size_t)n, format, args);
	va_end(args);
	return false;
}

void
ovr_netdev_follow_name(struct ovr_netdev *netdev)
{
	char name[IF_NAMESIZE];

	if (if_indextoname(netdev->facts.ifindex, name) != NULL)
		snprintf(netdev->name, sizeof(netdev->name), "%s", name);
}

int
ovr_netdev_remember(struct ovr_netdev *netdev, struct ovr_err *err)
{
	uint32_t prog_id = netdev->facts.xdp_prog_id;
	int status;

	ovr_netdev_follow_name(netdev);
	status = ovr_nic_facts_read(netdev->name, &netdev->facts, err);
	/* ours is the one that was attached when the sockets were made */
	netdev->facts.xdp_prog_id = prog_id;
	return status;
}

static bool
has_same_program(
	const struct ovr_netdev *netdev, const struct ovr_nic_facts *now, const struct comparison *comparison)
{
	uint32_t was = netdev->facts.xdp_prog_id;

	if (netdev->mode != OVR_NETDEV_AF_XDP || now->xdp_prog_id == was)
		return true;
	if (now->xdp_prog_id == 0)
		return differs(comparison,
			"its XDP program was detached, and from then on no frame came to its sockets");
	return differs(comparison,
		"another XDP program (id %u) took the place of ours, and from then on no frame came to its "
		"sockets",
		now->xdp_prog_id);
}

/* What decides which frames come in. */
static bool
receives_the_same(
	const struct ovr_netdev *netdev, const struct ovr_nic_facts *now, const struct comparison *comparison)
{
	uint32_t merging = now->offloads.on & ~netdev->facts.offloads.on;
	char names[OVR_NIC_OFFLOADS_TEXT_BYTES];

	if (!has_same_program(netdev, now, comparison))
		return false;
	if (netdev->facts.is_promiscuous && !now->is_promiscuous)
		return differs(comparison, "its promiscuous mode was turned off");
	if (merging != 0)
		return differs(comparison, "%s was turned on, which merges frames",
			ovr_nic_offloads_print(names, sizeof(names), merging, ", "));
	return true;
}

static bool
has_same_sizes(
	const struct ovr_nic_facts *was, const struct ovr_nic_facts *now, const struct comparison *comparison)
{
	if (now->mtu != was->mtu)
		return differs(comparison, "its MTU was changed from %u to %u", was->mtu, now->mtu);
	if (now->rings.rx != was->rings.rx || now->rings.tx != was->rings.tx)
		return differs(comparison, "its rings were changed from rx %u tx %u to rx %u tx %u",
			was->rings.rx, was->rings.tx, now->rings.rx, now->rings.tx);
	if (now->n_rxq != was->n_rxq || now->n_txq != was->n_txq)
		return differs(comparison, "its queues were changed from rx %u tx %u to rx %u tx %u",
			was->n_rxq, was->n_txq, now->n_rxq, now->n_txq);
	return true;
}

bool
ovr_netdev_is_intact(struct ovr_netdev *netdev, const char *label, char *why, size_t size)
{
	const struct comparison comparison = { label, why, size };
	int family = netdev->mode == OVR_NETDEV_AF_XDP ? AF_XDP : AF_PACKET;
	struct ovr_nic_facts now;

	why[0] = '\0';
	ovr_netdev_follow_name(netdev);
	if (ovr_nic_facts_read(netdev->name, &now, NULL) != 0 || now.ifindex != netdev->facts.ifindex)
		return differs(&comparison,
			"the interface was removed, or moved to another network namespace, while it was "
			"used");
	if (!now.is_up)
		return differs(&comparison, "the interface was set down");
	for (uint16_t i = 0; i < netdev->n_sockets; i++)
		if (!ovr_sockets_is_bound(netdev->socket[i], family, now.ifindex))
			return differs(&comparison,
				"the kernel let go of socket %u, since the interface was away for a while",
				i);
	if (netdev->receives && !receives_the_same(netdev, &now, &comparison))
		return false;
	return has_same_sizes(&netdev->facts, &now, &comparison);
}
