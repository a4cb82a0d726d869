/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counters per queue with names that the kernel has fixed: the generic netlink family "netdev",
 * since Linux 6.9, for the drivers that have them. The numbers below are its interface to programs;
 * the headers that we build with may be older.
 */
#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>

#include "nic/rtnl.h"
#include "nic/sources.h"

#define FAMILY          "netdev"
#define FAMILY_VERSION  1
#define CMD_QSTATS_GET  12
#define QSTATS_IFINDEX  1
#define QSTATS_QUEUE_ID 3
#define QSTATS_SCOPE    4
#define SCOPE_QUEUE     1

/* By the attribute's number. */
static const char *const counter_name[] = {
	[8] = "rx-packets",
	[9] = "rx-bytes",
	[10] = "tx-packets",
	[11] = "tx-bytes",
	[12] = "rx-alloc-fail",
	[13] = "rx-hw-drops",
	[14] = "rx-hw-drop-overruns",
	[15] = "rx-csum-complete",
	[16] = "rx-csum-unnecessary",
	[17] = "rx-csum-none",
	[18] = "rx-csum-bad",
	[19] = "rx-hw-gro-packets",
	[20] = "rx-hw-gro-bytes",
	[21] = "rx-hw-gro-wire-packets",
	[22] = "rx-hw-gro-wire-bytes",
	[23] = "rx-hw-drop-ratelimits",
	[24] = "tx-hw-drops",
	[25] = "tx-hw-drop-errors",
	[26] = "tx-csum-none",
	[27] = "tx-needs-csum",
	[28] = "tx-hw-gso-packets",
	[29] = "tx-hw-gso-bytes",
	[30] = "tx-hw-gso-wire-packets",
	[31] = "tx-hw-gso-wire-bytes",
	[32] = "tx-hw-drop-ratelimits",
	[33] = "tx-stop",
	[34] = "tx-wake",
};

#define N_NAMES (sizeof(counter_name) / sizeof(counter_name[0]))

/* One queue's answer. */
struct queue {
	bool has_id;
	uint32_t id;
	uint64_t value[N_NAMES];
	bool has_value[N_NAMES];
};

/* A number has 32 or 64 bits, as it needs. */
static bool
number_of(const struct nlattr *attr, uint64_t *ret_number)
{
	uint32_t narrow;

	if (mnl_attr_get_payload_len(attr) == sizeof(*ret_number)) {
		memcpy(ret_number, mnl_attr_get_payload(attr), sizeof(*ret_number));
		return true;
	}
	if (mnl_attr_get_payload_len(attr) != sizeof(narrow))
		return false;
	memcpy(&narrow, mnl_attr_get_payload(attr), sizeof(narrow));
	*ret_number = narrow;
	return true;
}

static int
on_attribute(const struct nlattr *attr, void *data)
{
	uint16_t type = mnl_attr_get_type(attr);
	struct queue *queue = data;
	uint64_t number;

	if (!number_of(attr, &number))
		return MNL_CB_OK;
	if (type == QSTATS_QUEUE_ID) {
		queue->has_id = true;
		queue->id = (uint32_t)number;
	} else if (type < N_NAMES && counter_name[type] != NULL) {
		queue->has_value[type] = true;
		queue->value[type] = number;
	}
	return MNL_CB_OK;
}

int
ovr_nic_qstats_parse(const struct nlmsghdr *message, struct ovr_nic_counters *counters)
{
	struct queue queue = { 0 };
	int status = 0;

	if (message->nlmsg_len < mnl_nlmsg_size(sizeof(struct genlmsghdr)) ||
		mnl_attr_parse(message, sizeof(struct genlmsghdr), on_attribute, &queue) < MNL_CB_OK ||
		!queue.has_id)
		return -EBADMSG;
	for (size_t i = 0; i < N_NAMES && status == 0; i++)
		if (queue.has_value[i])
			status = ovr_nic_counters_add(counters, OVR_NIC_QSTATS, (int32_t)queue.id,
				queue.value[i], "%s[%u]", counter_name[i], queue.id);
	return status;
}

static int
on_family_attribute(const struct nlattr *attr, void *data)
{
	uint16_t *family = data;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		mnl_attr_get_payload_len(attr) >= sizeof(*family))
		*family = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static int
on_family(const struct nlmsghdr *message, void *data)
{
	return mnl_attr_parse(message, sizeof(struct genlmsghdr), on_family_attribute, data);
}

/* @return 0; -ENOENT: this kernel has no such family; -errno */
static int
find_family(uint16_t *ret_family)
{
	uint16_t family = 0;
	struct ovr_rtnl rtnl;
	struct genlmsghdr *genl = ovr_rtnl_begin(&rtnl, GENL_ID_CTRL, 0, sizeof(*genl));
	int status;

	genl->cmd = CTRL_CMD_GETFAMILY;
	genl->version = 1;
	mnl_attr_put_strz(rtnl.header, CTRL_ATTR_FAMILY_NAME, FAMILY);
	status = ovr_rtnl_talk(&rtnl, NETLINK_GENERIC, on_family, &family);
	if (status == 0 && family == 0)
		status = -ENOENT;
	*ret_family = family;
	return status;
}

static int
on_queue(const struct nlmsghdr *message, void *data)
{
	int status = ovr_nic_qstats_parse(message, data);

	errno = -status;
	return status == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

int
ovr_nic_qstats_read(uint32_t ifindex, struct ovr_nic_counters *counters)
{
	uint32_t n = counters->n;
	uint16_t family;
	int status;

	/* no generic netlink, or an older kernel */
	if (find_family(&family) != 0)
		return 0;
	status = -EINTR;
	for (int i = 0; i < OVR_RTNL_TRIES && status == -EINTR; i++) {
		struct ovr_rtnl rtnl;
		struct genlmsghdr *genl = ovr_rtnl_begin(&rtnl, family, NLM_F_DUMP, sizeof(*genl));

		counters->n = n;
		genl->cmd = CMD_QSTATS_GET;
		genl->version = FAMILY_VERSION;
		mnl_attr_put_u32(rtnl.header, QSTATS_IFINDEX, ifindex);
		mnl_attr_put_u32(rtnl.header, QSTATS_SCOPE, SCOPE_QUEUE);
		status = ovr_rtnl_talk(&rtnl, NETLINK_GENERIC, on_queue, counters);
	}
	/* most drivers have none, and the family was there before this command was */
	if (status == -EOPNOTSUPP || status == -EINVAL)
		counters->n = n;
	return status == -EOPNOTSUPP || status == -EINVAL ? 0 : status;
}
