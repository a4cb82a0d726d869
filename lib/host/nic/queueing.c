/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/queueing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "nic/queueing_parse.h"
#include "nic/rtnl.h"

/* A nested limit of fq_codel or fq. */
struct nested {
	uint16_t type;
	bool is_there;
	uint32_t value;
};

static int
on_nested(const struct nlattr *attr, void *data)
{
	struct nested *nested = data;

	if (mnl_attr_get_type(attr) != nested->type || mnl_attr_get_payload_len(attr) < sizeof(uint32_t))
		return MNL_CB_OK;
	nested->value = mnl_attr_get_u32(attr);
	nested->is_there = true;
	return MNL_CB_OK;
}

static int
on_attribute(const struct nlattr *attr, void *data)
{
	const struct nlattr **one = data;
	uint16_t type = mnl_attr_get_type(attr);

	if (type <= TCA_OPTIONS)
		one[type] = attr;
	return MNL_CB_OK;
}

/* The limit, of the kinds whose options are known. */
static void
read_limit(const struct nlattr *options, struct ovr_nic_queueing *one)
{
	struct nested nested = { 0 };
	bool counts_bytes = strcmp(one->kind, "bfifo") == 0;
	struct tc_fifo_qopt fifo;

	if (counts_bytes || strcmp(one->kind, "pfifo") == 0) {
		if (mnl_attr_get_payload_len(options) < sizeof(fifo))
			return;
		memcpy(&fifo, mnl_attr_get_payload(options), sizeof(fifo));
		one->limit = fifo.limit;
		one->unit = counts_bytes ? OVR_NIC_QUEUEING_BYTES : OVR_NIC_QUEUEING_PACKETS;
		return;
	}
	if (strcmp(one->kind, "fq_codel") == 0)
		nested.type = TCA_FQ_CODEL_LIMIT;
	else if (strcmp(one->kind, "fq") == 0)
		nested.type = TCA_FQ_PLIMIT;
	else
		return;
	mnl_attr_parse_nested(options, on_nested, &nested);
	if (!nested.is_there)
		return;
	one->limit = nested.value;
	one->unit = OVR_NIC_QUEUEING_PACKETS;
}

int
ovr_nic_queueing_parse(const struct nlmsghdr *message, uint32_t ifindex, struct ovr_nic_queueings *queueings)
{
	const struct nlattr *attr[TCA_OPTIONS + 1] = { NULL };
	const struct tcmsg *tc = mnl_nlmsg_get_payload(message);
	struct ovr_nic_queueing *one;

	if (message->nlmsg_type != RTM_NEWQDISC || message->nlmsg_len < mnl_nlmsg_size(sizeof(*tc)) ||
		mnl_attr_parse(message, sizeof(*tc), on_attribute, attr) < MNL_CB_OK ||
		attr[TCA_KIND] == NULL)
		return -EBADMSG;
	/* older kernels list those of all interfaces, whichever was asked for */
	if (tc->tcm_ifindex != (int)ifindex)
		return 0;
	if (tc->tcm_parent != TC_H_ROOT && (!queueings->is_mq || TC_H_MAJ(tc->tcm_parent) != queueings->root))
		return 0;
	if (queueings->n == OVR_NIC_QUEUEINGS_MAX) {
		queueings->n_more++;
		return 0;
	}
	one = &queueings->one[queueings->n++];
	*one = (struct ovr_nic_queueing){ .is_root = tc->tcm_parent == TC_H_ROOT };
	snprintf(one->kind, sizeof(one->kind), "%.*s", (int)mnl_attr_get_payload_len(attr[TCA_KIND]),
		mnl_attr_get_str(attr[TCA_KIND]));
	if (one->is_root) {
		queueings->root = tc->tcm_handle;
		queueings->is_mq = strcmp(one->kind, "mq") == 0 || strcmp(one->kind, "mqprio") == 0;
		snprintf(one->parent, sizeof(one->parent), "root");
	} else if (queueings->root == 0) {
		snprintf(one->parent, sizeof(one->parent), "parent :%x", TC_H_MIN(tc->tcm_parent));
	} else {
		snprintf(one->parent, sizeof(one->parent), "parent %x:%x", TC_H_MAJ(tc->tcm_parent) >> 16,
			TC_H_MIN(tc->tcm_parent));
	}
	/* one that the kernel made by itself has no number, and tc cannot change it */
	one->has_address = tc->tcm_handle != 0;
	if (attr[TCA_OPTIONS] != NULL)
		read_limit(attr[TCA_OPTIONS], one);
	return 0;
}

/* A list under way. */
struct reading {
	uint32_t ifindex;
	struct ovr_nic_queueings *queueings;
};

static int
on_qdisc(const struct nlmsghdr *message, void *data)
{
	struct reading *reading = data;

	errno = -ovr_nic_queueing_parse(message, reading->ifindex, reading->queueings);
	return errno == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

int
ovr_nic_queueings_read(uint32_t ifindex, struct ovr_nic_queueings *ret_queueings, struct ovr_err *err)
{
	struct reading reading = { ifindex, ret_queueings };
	int status = -EINTR;

	for (int i = 0; i < OVR_RTNL_TRIES && status == -EINTR; i++) {
		struct ovr_rtnl rtnl;
		struct tcmsg *tc = ovr_rtnl_begin(&rtnl, RTM_GETQDISC, NLM_F_DUMP, sizeof(*tc));

		memset(ret_queueings, 0, sizeof(*ret_queueings));
		tc->tcm_ifindex = (int)ifindex;
		status = ovr_rtnl_talk(&rtnl, NETLINK_ROUTE, on_qdisc, &reading);
	}
	/* a kernel without traffic control */
	if (status == -EOPNOTSUPP || status == 0)
		return 0;
	return ovr_err_set(err, status, "interface %u: the kernel does not tell its queueing disciplines: %s",
		ifindex, strerror(-status));
}
