/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Statistics of conntrack, a CPU at a time (net/netfilter/nf_conntrack_netlink.c; `conntrack -S`).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include "kernel/readers.h"
#include "nic/rtnl.h"

/* By attribute. Those without a name are none of loss, or not told since long. */
static const char *const counter_name[] = {
	[CTA_STATS_INVALID] = "invalid",
	[CTA_STATS_INSERT_FAILED] = "insert_failed",
	[CTA_STATS_DROP] = "drop",
	[CTA_STATS_EARLY_DROP] = "early_drop",
	[CTA_STATS_ERROR] = "error",
	[CTA_STATS_SEARCH_RESTART] = "search_restart",
	[CTA_STATS_CLASH_RESOLVE] = "clash_resolve",
	[CTA_STATS_CHAIN_TOOLONG] = "chain_toolong",
};
#define N_NAMES (sizeof(counter_name) / sizeof(counter_name[0]))

/* One CPU. */
struct cpu {
	struct ovr_kernel_reading *reading;
	char object[24];
};

static int
on_attribute(const struct nlattr *attr, void *data)
{
	struct cpu *cpu = data;
	struct ovr_kernel_counter *counter;
	uint16_t type = mnl_attr_get_type(attr);

	if (type >= N_NAMES || counter_name[type] == NULL ||
		mnl_attr_get_payload_len(attr) < sizeof(uint32_t))
		return MNL_CB_OK;
	counter = ovr_kernel_add(cpu->reading, OVR_KERNEL_CONNTRACK, cpu->object, counter_name[type],
		ntohl(mnl_attr_get_u32(attr)));
	if (counter != NULL)
		counter->width_bits = 32;
	return MNL_CB_OK;
}

int
ovr_kernel_conntrack_parse(const struct nlmsghdr *message, struct ovr_kernel_reading *reading)
{
	const struct nfgenmsg *header = mnl_nlmsg_get_payload(message);
	struct cpu cpu = { .reading = reading };

	if (message->nlmsg_type != ((NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_GET_STATS_CPU) ||
		message->nlmsg_len < mnl_nlmsg_size(sizeof(*header)))
		return -EBADMSG;
	snprintf(cpu.object, sizeof(cpu.object), "cpu %u", ntohs(header->res_id));
	return mnl_attr_parse(message, sizeof(*header), on_attribute, &cpu) < MNL_CB_OK ? -EBADMSG : 0;
}

static int
on_message(const struct nlmsghdr *message, void *data)
{
	errno = -ovr_kernel_conntrack_parse(message, data);
	return errno == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

void
ovr_kernel_conntrack_read(struct ovr_kernel_reading *reading)
{
	struct ovr_rtnl rtnl;
	int status;

	ovr_rtnl_begin(&rtnl, (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_GET_STATS_CPU, NLM_F_DUMP,
		sizeof(struct nfgenmsg));
	status = ovr_rtnl_talk(&rtnl, NETLINK_NETFILTER, on_message, reading);
	/* where conntrack is no part of this kernel, or not loaded, it drops nothing */
	if (status != 0 && status != -EINVAL && status != -EOPNOTSUPP && status != -EPROTONOSUPPORT)
		ovr_kernel_note_error(reading, "conntrack", status);
}
