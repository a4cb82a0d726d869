/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The frames of a counter that were lost there. Counters of a kernel interface also count frames
 * that a socket got or refused, and a sender's tries.
 */
#include <stdio.h>
#include <string.h>

#include <rte_common.h>

#include "port/netdev.h"
#include "port/netdev_counters.h"
#include "port/port.h"

/* The frames that found no room in AF_XDP sockets; @p queue -1: of all of them. */
static uint64_t
refused_by_sockets(const struct ovr_port_counters *counters, int32_t queue)
{
	uint64_t frames = 0;

	for (uint32_t i = 0; i < counters->n; i++) {
		const struct ovr_ledger_account *account = &counters->counter[i].account;

		if (counters->counter[i].is_account && strcmp(account->source, OVR_SOCKET_XDP_NAME) == 0 &&
			account->place == OVR_PLACE_RX_RING && (queue < 0 || account->queue == queue))
			frames += account->frames;
	}
	return frames;
}

/* The frames that packet sockets were handed, with those for which they had no room. */
static uint64_t
handed_to_sockets(const struct ovr_port_counters *counters)
{
	uint64_t frames = counters->rx_frames;

	for (unsigned int q = 0; q < OVR_PLAN_QUEUES_MAX; q++)
		frames += counters->rx_missed[q];
	return frames;
}

/*
 * A driver that hands a frame to an XDP program, which redirects it to a socket without room, may
 * count it as dropped: which drivers do so, and on which of their ways, differs (tun does where the
 * frame was written without blocking). It counts all of them or none, so a counter that added fewer
 * frames counts none.
 */
static void
leave_out_refused(struct ovr_port_counters *counters, struct ovr_port_counter *counter)
{
	struct ovr_ledger_account *account = &counter->account;
	uint64_t refused = refused_by_sockets(counters, account->queue);

	if (refused == 0 || account->frames < refused)
		return;
	ovr_ledger_account_set(account, account->frames - refused, account->frames - refused);
	snprintf(account->why, sizeof(account->why),
		"beyond the %ju frames that the socket refused, which the driver counts again",
		(uintmax_t)refused);
	if (account->frames != 0)
		return;
	counter->meaning.kind = OVR_NIC_KIND_ALIAS;
	counter->meaning.place = OVR_PLACE_RX_RING;
	counter->meaning.remark = "the frames that the socket refused, counted again";
}

/*
 * The frames that found a core's backlog full, before a socket saw them: those of every interface
 * of this host.
 */
static uint64_t
dropped_by_backlogs(const struct ovr_port_counters *counters, const char *port)
{
	uint64_t frames = 0;

	for (uint32_t i = 0; i < counters->n; i++) {
		const struct ovr_port_counter *counter = &counters->counter[i];

		if (counter->is.source == OVR_NIC_SOFTNET && !counter->is_unknown &&
			strcmp(counter->is.name, "dropped") == 0 && strcmp(counter->account.port, port) == 0)
			frames += counter->is.value;
	}
	return frames;
}

/*
 * A frame that a packet socket got is dropped behind it if no protocol wants it: an unknown one,
 * a second VLAN tag. What a backlog dropped no socket got; of others' interfaces it may have been
 * too.
 */
static void
leave_out_handed(struct ovr_port_counters *counters, struct ovr_port_counter *counter)
{
	struct ovr_ledger_account *account = &counter->account;
	uint64_t handed = handed_to_sockets(counters), dropped = account->frames;
	uint64_t backlog = RTE_MIN(dropped_by_backlogs(counters, account->port), dropped);
	uint64_t beyond = dropped > handed ? dropped - handed : 0;

	ovr_ledger_account_set(account, beyond, RTE_MAX(beyond, backlog));
	if (backlog > beyond)
		snprintf(account->why, sizeof(account->why),
			"at most: backlogs of this host dropped %ju frames; others that the socket got are "
			"counted too if no protocol wants them",
			(uintmax_t)backlog);
	else
		snprintf(account->why, sizeof(account->why),
			"beyond the %ju frames that the socket got, which are counted too if no protocol "
			"wants "
			"them",
			(uintmax_t)handed);
	counter->meaning.kind = OVR_NIC_KIND_OTHER;
	counter->meaning.place = OVR_PLACE_COUNT;
	counter->meaning.remark =
		"the socket got them, and no protocol wants them; or the kernel dropped them";
}

static void
own_of_receiver(
	const struct ovr_netdev *netdev, const struct ovr_port *port, struct ovr_port_counters *counters)
{
	for (uint32_t i = 0; i < counters->n; i++) {
		struct ovr_port_counter *counter = &counters->counter[i];
		struct ovr_ledger_account *account = &counter->account;

		if (!counter->is_account || account->place != OVR_PLACE_RX_KERNEL || account->frames == 0 ||
			strcmp(account->port, port->label) != 0)
			continue;
		if (netdev->mode == OVR_NETDEV_AF_XDP)
			leave_out_refused(counters, counter);
		else if (strcmp(account->source, "link") == 0 && strcmp(account->counter, "rx_dropped") == 0)
			leave_out_handed(counters, counter);
	}
}

/*
 * The kernel tries a frame of a packet socket's ring again until the device takes it, and counts
 * each try. A frame can be lost only once, and only if the port accepted it; and none need be.
 */
static void
own_of_sender(const struct ovr_port *port, struct ovr_port_counters *counters)
{
	uint64_t left = counters->tx_frames;

	for (uint32_t i = 0; i < counters->n; i++) {
		struct ovr_port_counter *counter = &counters->counter[i];
		struct ovr_ledger_account *account = &counter->account;

		if (!counter->is_account || account->place != OVR_PLACE_TX_KERNEL || account->frames == 0 ||
			strcmp(account->port, port->label) != 0)
			continue;
		snprintf(account->why, sizeof(account->why),
			"at most: %ju tries were counted, and a frame is tried again until the device takes "
			"it",
			(uintmax_t)account->frames);
		ovr_ledger_account_set(account, 0, RTE_MIN(account->frames, left));
		left -= account->frames;
	}
}

void
ovr_port_counters_own(const struct ovr_port_pair *pair, struct ovr_port_counters *difference)
{
	if (pair->tx_netdev != NULL)
		ovr_netdev_resolve(pair->tx_netdev, &pair->tx, true, pair->is_one, difference);
	if (pair->rx_netdev != NULL && !pair->is_one)
		ovr_netdev_resolve(pair->rx_netdev, &pair->rx, false, true, difference);
	if (pair->rx_netdev != NULL)
		own_of_receiver(pair->rx_netdev, &pair->rx, difference);
	if (pair->tx_netdev != NULL && pair->tx_netdev->mode == OVR_NETDEV_AF_PACKET)
		own_of_sender(&pair->tx, difference);
}
