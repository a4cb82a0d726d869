/* SPDX-License-Identifier: BSD-3-Clause */
/* Counters of the queueing disciplines of an interface. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "nic/rtnl.h"
#include "nic/sources.h"

/* One qdisc as it is told. */
struct qdisc {
	char kind[16];
	bool has_stats;
	struct gnet_stats_queue stats;
};

static int
on_stats(const struct nlattr *attr, void *data)
{
	struct qdisc *qdisc = data;

	if (mnl_attr_get_type(attr) != TCA_STATS_QUEUE ||
		mnl_attr_get_payload_len(attr) < sizeof(qdisc->stats))
		return MNL_CB_OK;
	memcpy(&qdisc->stats, mnl_attr_get_payload(attr), sizeof(qdisc->stats));
	qdisc->has_stats = true;
	return MNL_CB_OK;
}

static int
on_attribute(const struct nlattr *attr, void *data)
{
	struct qdisc *qdisc = data;

	if (mnl_attr_get_type(attr) == TCA_KIND)
		snprintf(qdisc->kind, sizeof(qdisc->kind), "%.*s", (int)mnl_attr_get_payload_len(attr),
			mnl_attr_get_str(attr));
	else if (mnl_attr_get_type(attr) == TCA_STATS2)
		mnl_attr_parse_nested(attr, on_stats, qdisc);
	return MNL_CB_OK;
}

/*
 * What stands in front of a counter's name: nothing for the root, else kind and place as `tc qdisc`
 * shows them.
 */
static void
print_place(char *text, size_t size, const struct tcmsg *tc, const char *kind)
{
	if (tc->tcm_parent == TC_H_ROOT)
		snprintf(text, size, "%s", "");
	else if (tc->tcm_parent == TC_H_INGRESS)
		snprintf(text, size, "%s ", kind);
	else if (tc->tcm_handle != 0)
		snprintf(text, size, "%s %x: ", kind, TC_H_MAJ(tc->tcm_handle) >> 16);
	else if (TC_H_MAJ(tc->tcm_parent) != 0)
		snprintf(text, size, "%s %x:%x ", kind, TC_H_MAJ(tc->tcm_parent) >> 16,
			TC_H_MIN(tc->tcm_parent));
	else
		snprintf(text, size, "%s :%x ", kind, TC_H_MIN(tc->tcm_parent));
}

int
ovr_nic_qdisc_parse(const struct nlmsghdr *message, struct ovr_nic_qdiscs *qdiscs)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(message);
	struct qdisc qdisc = { "" };
	char place[32];
	int32_t queue = -1;
	int status;

	if (message->nlmsg_type != RTM_NEWQDISC || message->nlmsg_len < mnl_nlmsg_size(sizeof(*tc)) ||
		mnl_attr_parse(message, sizeof(*tc), on_attribute, &qdisc) < MNL_CB_OK)
		return -EBADMSG;
	/* older kernels list the qdiscs of all interfaces, whichever was asked for */
	if (tc->tcm_ifindex != (int)qdiscs->ifindex || !qdisc.has_stats)
		return 0;
	if (tc->tcm_parent == TC_H_ROOT) {
		qdiscs->root = tc->tcm_handle;
		qdiscs->root_is_mq = strcmp(qdisc.kind, "mq") == 0 || strcmp(qdisc.kind, "mqprio") == 0;
	} else if (qdiscs->root_is_mq && TC_H_MAJ(tc->tcm_parent) == qdiscs->root &&
		TC_H_MIN(tc->tcm_parent) != 0) {
		queue = (int32_t)TC_H_MIN(tc->tcm_parent) - 1;
	}
	print_place(place, sizeof(place), tc, qdisc.kind);
	status = ovr_nic_counters_add(
		qdiscs->counters, OVR_NIC_QDISC, queue, qdisc.stats.drops, "%sdrops", place);
	if (status == 0)
		status = ovr_nic_counters_add(
			qdiscs->counters, OVR_NIC_QDISC, queue, qdisc.stats.requeues, "%srequeues", place);
	if (status == 0)
		status = ovr_nic_counters_add(qdiscs->counters, OVR_NIC_QDISC, queue, qdisc.stats.overlimits,
			"%soverlimits", place);
	return status;
}

static int
on_qdisc(const struct nlmsghdr *message, void *data)
{
	int status = ovr_nic_qdisc_parse(message, data);

	errno = -status;
	return status == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

int
ovr_nic_qdisc_read(uint32_t ifindex, struct ovr_nic_counters *counters)
{
	uint32_t n = counters->n;
	int status = -EINTR;

	for (int i = 0; i < OVR_RTNL_TRIES && status == -EINTR; i++) {
		struct ovr_nic_qdiscs qdiscs = { .counters = counters, .ifindex = ifindex };
		struct ovr_rtnl rtnl;
		struct tcmsg *tc = ovr_rtnl_begin(&rtnl, RTM_GETQDISC, NLM_F_DUMP, sizeof(*tc));

		counters->n = n;
		tc->tcm_ifindex = (int)ifindex;
		status = ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, on_qdisc, &qdiscs);
	}
	/* a kernel without traffic control */
	return status == -EOPNOTSUPP ? 0 : status;
}
